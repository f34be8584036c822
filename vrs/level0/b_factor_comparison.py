"""The table, the line and the corrected map of another program, beside the built-in ones.

Both engines use the same shells of the same map. A coefficient at the edge of a shell, or at the
resolution, may count in one of them only; what differs by more was not measured on this map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vrs.checks.result import BUILT_IN, CannotMeasure, Engine
from vrs.maps import FloatArray
from vrs.maps.printing import number

if TYPE_CHECKING:
    from vrs.level0.b_factor import GuinierAnalysis, LineFit

FREQUENCY = 1e-4
"""Largest relative difference of 1/D² of a shell; 5e-6 was measured."""

LOGARITHM = 0.1
"""Largest difference of ln|F| of a shell; 0.012 was measured, in a small box that is not cubic."""

SLOPE, INTERCEPT = 0.1, 0.01
"""Largest difference from the line through the program's own table, the slope in Å²; 0.003 and
0.0001 were measured."""

CORRECTED = 0.05
"""Largest difference of the corrected map, in units of its largest value; 0.008 was measured."""


def refuse_other_table(
    engine: Engine, analysis: GuinierAnalysis, squared: FloatArray, logarithm: FloatArray
) -> None:
    """Refuse a table that is not that of the map.

    Parameters
    ----------
    engine : Engine -- the program
    analysis : GuinierAnalysis -- its measurement
    squared, logarithm : ndarray, float64, shape (n,)
        1/D² in 1/Å² and ln mean |F| of the shells by the built-in engine.

    Raises
    ------
    CannotMeasure
        If more than the last shell is missing, or a shell has another frequency or amplitude.
    """
    shells = analysis.squared_frequency.size
    # One at the resolution is left to rounding.
    if abs(shells - squared.size) > 1:
        raise _refusal(engine, f"a table of {shells} shells, not {squared.size}")
    shared = min(shells, squared.size)
    frequency, measured = analysis.squared_frequency[:shared], analysis.measured[:shared]
    if not np.allclose(frequency, squared[:shared], rtol=FREQUENCY, atol=0):
        raise _refusal(engine, "a table with other frequencies than those of the shells")
    apart = float(np.abs(measured - logarithm[:shared]).max())
    if apart > LOGARITHM:
        raise _refusal(
            engine, f"ln|F| that differs by {number(apart)} from that of the built-in engine"
        )


def refuse_other_line(engine: Engine, analysis: GuinierAnalysis, line: LineFit) -> None:
    """Refuse a slope or an intercept that is not that of ``line``, through the program's own table.

    Raises CannotMeasure.
    """
    slope, intercept = abs(analysis.slope - line.slope), abs(analysis.intercept - line.intercept)
    if slope > SLOPE + 1e-3 * abs(line.slope) or intercept > INTERCEPT:
        raise _refusal(
            engine,
            f"the slope {number(analysis.slope)} Å² and the intercept {number(analysis.intercept)} "
            f"for a table whose line has {number(line.slope)} Å² and {number(line.intercept)}",
        )


def refuse_other_map(engine: Engine, corrected: FloatArray, built_in: FloatArray) -> None:
    """Refuse a corrected map that is not the map corrected by the program's own B-factor.

    Parameters
    ----------
    engine : Engine -- the program
    corrected, built_in : ndarray, float32, shape (Z, Y, X) -- by the program, and by this one

    Raises
    ------
    CannotMeasure
    """
    largest = float(np.abs(built_in).max())
    apart = float(np.abs(corrected - built_in).max())
    if apart > CORRECTED * largest:
        raise _refusal(
            engine,
            f"a corrected map that differs by {number(100 * apart / largest)} % of its maximum "
            f"from the map corrected by its B-factor (limit: {number(100 * CORRECTED)} %)",
        )


def _refusal(engine: Engine, what: str) -> CannotMeasure:
    advice = f"choose {BUILT_IN} as engine of 0.d, or fix the program"
    return CannotMeasure(f"{engine.name} gave {what}", advice, engine)
