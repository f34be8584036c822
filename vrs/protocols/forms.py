"""Parameters that several forms share."""

from __future__ import annotations

from typing import Any, Sequence

from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.result import BUILT_IN
from vrs.engines.choice import AUTO, engine_choices


def add_validation_input(form: Any) -> None:
    """The prepared map with its contour level, resolution and masks."""
    form.addParam(
        "validationInput",
        params.PointerParam,
        pointerClass="VrsValidationInput",
        label="Validation input",
        important=True,
        help="The output of *prepare map*: the map, its contour level, its reported resolution and "
        "its masks. To change one of them, run *prepare map* again.",
    )


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
