"""The B-factor of a map, measured by Xmipp's ``volume_correct_bfactor --auto``.

The program writes the corrected map, a table beside it, and the fit on its standard error. All of
it is read strictly: the program reports success for a fit that is not a number, too.
"""

from __future__ import annotations

import math
import re
from functools import partial
from pathlib import Path
from typing import Optional, Tuple

import numpy as np

from vrs.checks.result import Engine
from vrs.engines.xmipp_programs import Workplaces, workplace
from vrs.level0.b_factor import GuinierAnalysis, OutsideBFactor
from vrs.maps import DensityMap, FloatArray
from vrs.maps.printing import argument

MAP, CORRECTED = "map.mrc", "corrected.mrc"
TABLE = f"{CORRECTED}.guinier"

COLUMNS = 5
"""Of the table: 1/D², ln|F|, weighted ln|F|, corrected ln|F|, model."""

_NUMBER = r"([-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?)"
_FIT = re.compile(rf"^ ?Fitted slope= {_NUMBER} intercept= {_NUMBER}$", re.MULTILINE)
_APPLIED = re.compile(rf"^Applying B-factor of {_NUMBER} squared Angstroms$", re.MULTILINE)

_PRINTED = 1e-4
"""Relative error of numbers that are printed with 6 digits, with room for one of each."""


def xmipp_b_factor(engine: Engine, home: Path, available: Optional[float] = None) -> OutsideBFactor:
    """The program in the folder of Xmipp, as the check takes it.

    Parameters
    ----------
    engine : Engine -- as the report and the errors name it
    home : Path -- folder of Xmipp
    available : float, optional -- bytes of available memory; a map that needs more is refused
    """
    return OutsideBFactor(engine, partial(measure, partial(workplace, engine, home, available)))


def measure(work: Workplaces, density: DensityMap, resolution: float) -> GuinierAnalysis:
    """The fit, its table and the corrected map.

    Parameters
    ----------
    work : function -- makes a folder for the program
    density : DensityMap -- shape (Z, Y, X)
    resolution : float -- reported resolution in Å

    Raises
    ------
    CannotMeasure
        If the program fails, or its numbers are missing, not finite or do not fit together.
    """
    arguments = [
        "-i", MAP, "-o", CORRECTED, "--sampling", argument(density.voxel_size),
        "--maxres", argument(resolution), "--auto",
    ]  # fmt: skip
    with work() as place:
        place.write(MAP, density)
        outputs = {CORRECTED: density.box, TABLE: None}
        ran = place.run("volume_correct_bfactor", arguments, outputs)
        try:
            slope, intercept, b_factor = parse_fit(ran.stderr)
            table = parse_table((place.folder / TABLE).read_text("utf-8", errors="replace"))
        except ValueError as error:
            raise ran.refused(f"gave no B-factor ({error})", place.engine) from error
        corrected = place.read(CORRECTED)
    # Shells beyond Nyquist, which have no coefficients, are written with an amplitude of 1.
    spacing = 1 / (density.box[0] * density.voxel_size)
    table = table[np.sqrt(table[:, 0]) < 0.5 / density.voxel_size + 0.75 * spacing]
    return GuinierAnalysis(
        slope, intercept, b_factor, table[:, 0], table[:, 1], table[:, 3],
        density.with_data(corrected),
    )  # fmt: skip


def parse_fit(printed: str) -> Tuple[float, float, float]:
    """Slope in Å², intercept and B-factor in Å² from the standard error of the program.

    Raises
    ------
    ValueError
        If a line is missing, comes twice or holds no finite number, or the B-factor is not 4 times
        the slope.

    Examples
    --------
    >>> fit = " Fitted slope= -2.7 intercept= -9.4\\n"
    >>> parse_fit(fit + "Applying B-factor of -10.8 squared Angstroms")
    (-2.7, -9.4, -10.8)
    """
    fits, applied = _FIT.findall(printed), _APPLIED.findall(printed)
    if len(fits) != 1 or len(applied) != 1:
        raise ValueError("the lines with the slope and the B-factor are missing or not numbers")
    slope, intercept, b_factor = (float(number) for number in (*fits[0], *applied))
    if not all(map(math.isfinite, (slope, intercept, b_factor))):
        raise ValueError("the fit is not finite")
    if not math.isclose(4 * slope, b_factor, rel_tol=_PRINTED, abs_tol=_PRINTED):
        raise ValueError(f"the B-factor {b_factor} is not 4 times the slope {slope}")
    return slope, intercept, b_factor


def parse_table(text: str) -> FloatArray:
    """The numbers of the table of the program.

    Returns
    -------
    ndarray, float64, shape (shells, 5)

    Raises
    ------
    ValueError
        If there are fewer than 3 rows, a row has other than 5 finite numbers, or 1/D² does not
        rise.

    Examples
    --------
    >>> parse_table("# 1/d^2 lnF\\n0 1 1 1 2\\n0.1 3 3 3 2\\n0.4 2 2 2 2\\n")[:, 0].tolist()
    [0.0, 0.1, 0.4]
    """
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    if len(rows) < 3 or any(len(row) != COLUMNS for row in rows):
        raise ValueError(f"its table does not have 3 rows or more of {COLUMNS} numbers")
    if not text.endswith("\n"):
        raise ValueError("its table ends within a row")
    table = np.array([[float(word) for word in row] for row in rows])
    if not np.isfinite(table).all():
        raise ValueError("its table holds values that are not finite")
    if not (np.diff(table[:, 0]) > 0).all():
        raise ValueError("the frequencies of its table do not rise")
    return table
