"""Parameters that several forms share, and the choice between engines."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, TypeVar

from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.result import BUILT_IN, CannotMeasure

AUTO = "auto"

Program = TypeVar("Program")


def add_validation_input(form: Any) -> None:
    """The one pointer of a check: the prepared map with its contour level, resolution and masks."""
    form.addParam(
        "validationInput",
        params.PointerParam,
        pointerClass="VrsValidationInput",
        label="Validation input",
        important=True,
        help="The output of *prepare map*: the map, its contour level, its reported resolution and "
        "its masks. To change one of them, run *prepare map* again.",
    )


def engine_choices(engines: Sequence[str]) -> List[str]:
    """The choices of the form for a check with these engines beside the built-in one."""
    return [AUTO, BUILT_IN, *engines]


def add_engine(form: Any, engines: Sequence[str]) -> None:
    """The choice between the built-in engine and the others."""
    others = " or ".join(engines)
    form.addParam(
        "engine",
        params.EnumParam,
        choices=engine_choices(engines),
        default=0,
        expertLevel=LEVEL_ADVANCED,
        label="Engine",
        help=f"*{AUTO}* uses {others} if it is installed and complete, otherwise the built-in "
        f"engine; *{BUILT_IN}* is always the built-in engine, *{others}* always the other one. "
        "The report names the engine that measured.",
    )


def outside_program(engine: str, why_not: Callable[[], str], program: Program) -> Optional[Program]:
    """The other engine if it is to measure, None for the built-in one.

    Parameters
    ----------
    engine : str
        A choice of ``add_engine``.
    why_not : function
        Why the other engine cannot be used, "" if it can.
    program : object
        Returned if it is to measure.

    Raises
    ------
    CannotMeasure
        If the other engine was requested and cannot be used.
    """
    if engine == BUILT_IN:
        return None
    reason = why_not()
    if not reason:
        return program
    if engine == AUTO:
        return None
    raise CannotMeasure(reason, f"choose {AUTO} or {BUILT_IN} as engine")
