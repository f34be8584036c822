"""The built-in measurement beside that of another program.

The published numbers of a check are those of the program that measures it. Findings are drawn from
the built-in measurement, whose error rates are known.
"""

from __future__ import annotations

from typing import Callable, Mapping

from vrs.checks.result import CannotMeasure, Measurement, Result, Severity
from vrs.maps.errors import sentence

_PREFIX = "built_in_"


def name_of_built_in(name: str, measurements: Mapping[str, Measurement]) -> str:
    """The name of the built-in measurement of a quantity, which is ``name`` if no other is beside.

    >>> one = Measurement(1.0, "", "a number")
    >>> name_of_built_in("score", {"score": one, "built_in_score": one})
    'built_in_score'
    >>> name_of_built_in("score", {"score": one})
    'score'
    """
    beside = f"{_PREFIX}{name}"
    return beside if beside in measurements else name


def measure_beside(result: Result, measure: Callable[[], Result]) -> None:
    """Add the measurement of the built-in engine to the result of another program.

    Its numbers become measurements of their own, without a value if the check does not apply by
    it; a remark says what it concludes.

    Parameters
    ----------
    result : Result -- of the program
    measure : function -- measures the same with the built-in engine; may raise CannotMeasure
    """
    try:
        built_in = measure()
    except CannotMeasure as error:
        reason = sentence(error.reason, error.advice)
        result.remark(Severity.NOTE, f"The built-in engine could not measure the same. {reason}")
        return
    for name, found in built_in.measurements.items():
        known = built_in.evaluated
        result.measure(
            f"{_PREFIX}{name}",
            found.value if known else None,
            found.unit,
            f"{found.definition}, by the built-in engine",
            found.reason if known else built_in.reason,
            found.version,
        )
    result.remark(
        Severity.NOTE,
        f"The built-in engine, {built_in.engine.name}, measured the same for the findings. "
        f"{built_in.headline} {built_in.engine.accuracy}",
    )
