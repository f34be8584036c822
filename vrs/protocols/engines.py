"""The engine in the forms of preparation and checks, and what happens if a program fails."""

from __future__ import annotations

from typing import Any, Callable, List

from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.result import BUILT_IN, CannotMeasure
from vrs.engines.choice import AUTO, chosen_engine, engine_choices, engines_of
from vrs.maps.errors import sentence

PROGRESS_STEP = 10
"""Per cent from one line in the log to the next."""


def add_engine(form: Any, what: str) -> None:
    """The choice of the engine of a check or of the preparation, if there is one."""
    choices = engine_choices(what)
    if not choices:
        return
    others = " or ".join(engine.name for engine in engines_of(what))
    form.addParam(
        "engine", params.EnumParam, choices=choices, default=0, expertLevel=LEVEL_ADVANCED,
        label="Engine",
        help=f"*{AUTO}* uses {others} if it is installed and complete, otherwise the built-in "
        f"engine; *{BUILT_IN}* is always the built-in engine, *{others}* always the other one. "
        "The report names the engine that measured.",
    )  # fmt: skip


def absence(what: str, choice: str) -> List[str]:
    """The warning of a form in which a program is chosen that cannot be used."""
    if choice == AUTO:
        return []
    try:
        chosen_engine(what, choice)
    except CannotMeasure as error:
        return [sentence(error.reason, error.advice)]
    return []


def lines_of_progress(what: str, write: Callable[[str], None]) -> Callable[[float], None]:
    """A function of the share done, 0 to 1, that writes a line about ``what`` at every step."""
    written = 0

    def report(share: float) -> None:
        nonlocal written
        # A hair more, so that 0.7 counts as 70 % and not as 69.999.
        done = PROGRESS_STEP * int(100 * share / PROGRESS_STEP + 1e-6)
        if done > written:
            written = done
            write(f"{what}: {done} % done")

    return report
