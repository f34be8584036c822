"""Parameters that several forms share, with one help text each."""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar

from pyworkflow.object import Float
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.result import CannotMeasure

AUTO, EMBEDDED = "auto", "embedded"

Program = TypeVar("Program")


def add_map(form: Any, name: str = "inputVolume", label: str = "Map", text: str = "") -> None:
    """A pointer to the map under study."""
    form.addParam(
        name,
        params.PointerParam,
        pointerClass="Volume",
        label=label,
        important=True,
        help=text or "The map to check, usually the output of *prepare map*.",
    )


def add_mask(form: Any, name: str = "mask", label: str = "Mask", text: str = "") -> None:
    """A pointer to the mask of the molecule."""
    form.addParam(
        name,
        params.PointerParam,
        pointerClass="VolumeMask",
        label=label,
        important=True,
        help=text
        or "Where the molecule is: the hard mask of *prepare map*, or a mask of your own of the "
        "same size as the map. Voxels above 0.5 count as molecule.",
    )


def add_contour(form: Any, name: str = "contour") -> None:
    """The contour level: a number or a pointer to one."""
    form.addParam(
        name,
        params.FloatParam,
        allowsPointers=True,
        label="Contour level",
        important=True,
        help="The grey value at which the molecule is usually shown, in the units of the map: the "
        "recommended contour level of the EMDB entry, or the level at which you look at the map. "
        "If too much noise shows, raise it; if parts are missing, lower it.",
    )


def add_resolution(form: Any, name: str = "resolution") -> None:
    """The reported resolution: a number or a pointer to one."""
    form.addParam(
        name,
        params.FloatParam,
        default=0,
        allowsPointers=True,
        label="Reported resolution (Å)",
        validators=[params.GE(0.0, "must be 0 (not reported) or a resolution in Å")],
        help="The resolution stated for the map, for example by the FSC at 0.143. Leave 0 if none "
        "was reported: what depends on it is then not measured, and the report says so.",
    )


def add_engine(form: Any, program: str) -> None:
    """Which program measures; ``program`` is the outside one."""
    form.addParam(
        "engine",
        params.EnumParam,
        choices=[AUTO, EMBEDDED, program],
        default=0,
        expertLevel=LEVEL_ADVANCED,
        label="Program",
        help=f"*{AUTO}* uses {program} where it is installed and can be run, and otherwise what "
        f"comes with this plugin; *{EMBEDDED}* and *{program}* force one of them. The report names "
        "the program that measured.",
    )


def reported(value: Float) -> Optional[float]:
    """The resolution in a form, None for "not reported" (0 or empty)."""
    number = value.get()
    return float(number) if number else None


def add_resized(form: Any) -> None:
    """Pointers to the resized map and its mask."""
    add_map(
        form,
        "resizedVolume",
        "Resized map",
        "The map resampled to a voxel of half the reported resolution: an output of *prepare map*.",
    )
    add_mask(
        form,
        "resizedMask",
        "Mask of the resized map",
        "Where the molecule is in the resized map: an output of *prepare map*.",
    )


def outside_program(chosen: str, why_not: Callable[[], str], program: Program) -> Optional[Program]:
    """What measures in an outside program, None for what comes with this plugin.

    Parameters
    ----------
    chosen : str
        As the form of ``add_engine`` gives it.
    why_not : function
        Tells why the program cannot be run, "" if it can.
    program : object
        Handed back if it is to measure.

    Raises
    ------
    CannotMeasure
        If the program was asked for and cannot be run.
    """
    if chosen == EMBEDDED:
        return None
    reason = why_not()
    if not reason:
        return program
    if chosen == AUTO:
        return None
    raise CannotMeasure(f"{reason}: choose {AUTO} or {EMBEDDED} as program.")
