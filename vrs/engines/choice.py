"""The choice between the built-in engine of a check and other programs."""

from __future__ import annotations

from typing import Callable, List, Optional, Sequence, TypeVar

from vrs.checks.result import BUILT_IN, CannotMeasure

AUTO = "auto"

Program = TypeVar("Program")


def engine_choices(engines: Sequence[str]) -> List[str]:
    """What a form offers for a check that these programs can measure too (``Check.engines``)."""
    return [AUTO, BUILT_IN, *engines]


def outside_program(engine: str, why_not: Callable[[], str], program: Program) -> Optional[Program]:
    """The other program if it is to measure, None for the built-in engine.

    ``engine`` is one of ``engine_choices``; ``why_not`` gives the reason why the other program
    cannot be used, "" if it can.

    Raises CannotMeasure if the other program was requested and cannot be used.
    """
    if engine == BUILT_IN:
        return None
    reason = why_not()
    if not reason:
        return program
    if engine == AUTO:
        return None
    raise CannotMeasure(reason, f"choose {AUTO} or {BUILT_IN} as engine")
