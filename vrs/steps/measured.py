"""A check, measured from a prepared map into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional

from vrs.checks.check import Check
from vrs.checks.inputs import Inputs
from vrs.checks.result import (
    BUILT_IN,
    INSTEAD,
    CannotMeasure,
    Result,
    Severity,
    Status,
    memory_measurement,
)
from vrs.checks.store import save_result
from vrs.engines.choice import AUTO, chosen_engine
from vrs.engines.interface import OutsideEngine
from vrs.maps.errors import sentence
from vrs.run.memory import available_memory, peak_memory
from vrs.steps.programs import PROGRAMS, needs_project


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


def measured_by(
    what: str, choice: str, measure: Callable[[Optional[OutsideEngine]], Result]
) -> Result:
    """A result measured by the engine that was chosen.

    If the choice was *auto* and the program fails, the built-in engine measures and a remark says
    so. ``measure`` takes the program, None for the built-in engine.

    Raises CannotMeasure if a program was requested and cannot be used.
    """
    engine = chosen_engine(what, choice)
    result = measure(engine)
    if engine is None or choice != AUTO:
        return result
    if result.status is not Status.NOT_MEASURED or result.engine.name != engine.record(what).name:
        return result
    built_in = measure(None)
    built_in.replaced = result.reason
    built_in.remark(Severity.CAUTION, f"{result.reason} {INSTEAD}")
    return built_in


def measured_here(check: Check, choice: str, inputs: Inputs) -> Result:
    """A result measured in this process, by the engine that was chosen as far as it needs no run.

    A program that is run as a protocol of its plugin is left to Scipion: *auto* then is the
    built-in engine.

    Raises CannotMeasure if a program was requested and cannot be used.
    """
    own = PROGRAMS.get(check.id, {})

    def measure(other: Optional[OutsideEngine]) -> Result:
        program = {} if other is None else {"program": own[other.name]()}
        return check.run(inputs, available_memory(), **program)

    engine = chosen_engine(check.id, choice)
    if engine is not None and engine.name not in own:
        if choice != AUTO:
            raise needs_project(engine, check.id)
        choice = BUILT_IN
    return measured_by(check.id, choice, measure)
