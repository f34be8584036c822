"""A check, measured from a prepared map into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from vrs.checks.check import Check
from vrs.checks.result import CannotMeasure, Result, memory_measurement
from vrs.checks.store import save_result
from vrs.maps.errors import sentence
from vrs.run.memory import peak_memory


def measure_into(folder: Path, check: Check, measure: Callable[[], Result]) -> None:
    """Write the result of a measurement, with the memory that the process took, into a folder.

    Parameters
    ----------
    folder : Path -- is made if missing
    check : Check
    measure : function -- measures it; raises CannotMeasure if its engine cannot
    """
    try:
        result = measure()
    except CannotMeasure as error:
        result = check.not_measured(sentence(error.reason, error.advice), error.engine)
    result.peak_memory = memory_measurement(peak_memory())
    save_result(result, folder)
