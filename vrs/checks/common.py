"""What the checks share: how they start, when they stop, percentiles and histograms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Sequence

from vrs import __version__
from vrs.checks.level import LEVEL0
from vrs.checks.result import OWN_ENGINE, CannotMeasure, Check, Engine, Number, Status
from vrs.level0.criteria import CRITERIA, criteria_of
from vrs.maps import BoolArray, DensityMap, FloatArray


@dataclass(frozen=True)
class OutsideProgram:
    """A program that measures the published values of a check in our place.

    Attributes
    ----------
    engine : Engine
    measure : function of (DensityMap, mask, resolution in Å)
        Values in the voxels of the mask, in the order of ``density.data[mask]``.
    """

    engine: Engine
    measure: Callable[[DensityMap, BoolArray, float], FloatArray]


def start(check_id: str) -> Check:
    """A check with its title, status OK until a rule is broken, measured by our own numerics."""
    engine = Engine(OWN_ENGINE, __version__)
    criteria = [criterion.id for criterion in criteria_of(check_id)]
    return Check(check_id, LEVEL0.info(check_id).title, Status.OK, engine, criteria=criteria)


def does_not_apply(check_id: str, reason: str) -> Check:
    """The outcome for a map that the check is not made for."""
    check = start(check_id)
    check.status, check.reason = Status.NOT_APPLICABLE, reason
    check.headline = f"{check.title} does not apply. {reason}"
    return check


def not_measured(check_id: str, reason: str, engine: Optional[Engine] = None) -> Check:
    """The outcome when the measurement was tried, by ``engine`` or by us, and is impossible."""
    check = start(check_id)
    check.engine = engine or check.engine
    check.status, check.reason = Status.NOT_MEASURED, reason
    check.headline = f"{check.title} could not be measured. {reason}"
    return check


def require_mask(density: DensityMap, mask: BoolArray, what: str = "map") -> None:
    """Stop with advice when the mask is empty or belongs to another grid.

    ``what`` says in the message which map it is: low-passed, its maximum is another one.

    Raises
    ------
    CannotMeasure
    """
    if mask.shape != density.data.shape:
        raise CannotMeasure(
            f"The mask has {mask.shape[::-1]} voxels along (X, Y, Z) and the map has "
            f"{density.box}: give a mask that was made for this map."
        )
    if not mask.any():
        raise CannotMeasure(
            "The mask is empty: no voxel is at or above the contour level. The maximum of the "
            f"{what} is {float(density.data.max()):.4g}; lower the contour level."
        )


def outside_resolution(criterion_id: str, resolution: Optional[float]) -> str:
    """Why a check does not apply at this resolution, "" if it does.

    ``criterion_id`` names a limit of applicability: one number for "this or better", two for an
    interval.
    """
    limits = CRITERIA[criterion_id].limits
    if resolution is None:
        return "The resolution was not reported."
    if resolution > limits[-1]:
        return (
            f"The reported resolution of {resolution:g} Å is worse than {limits[-1]:g} Å, "
            "the limit of the method."
        )
    if len(limits) == 2 and resolution < limits[0]:
        return (
            f"The reported resolution of {resolution:g} Å is better than {limits[0]:g} Å, "
            "the limit of the method."
        )
    return ""


def overlap_in_percent(overlap: float) -> str:
    """An overlap of masks in percent, with the digits that its rule prints it with."""
    text = CRITERIA["mask.overlap"].number(overlap)
    percent = f"{100 * float(text.split()[-1]):g} %"
    return f"less than {percent}" if text.startswith("below") else percent


def only_percent(overlap: float) -> str:
    """The beginning of a sentence on an overlap that is too small: "Only 59.6 %"."""
    percent = overlap_in_percent(overlap)
    return percent.capitalize() if percent.startswith("less") else f"Only {percent}"


def number(check: Check, name: str) -> float:
    """The value of a measurement that is one number."""
    value = check.measurements[name].value
    if not isinstance(value, (int, float)):
        raise TypeError(f"{name} is not a number: {value!r}")
    return value


def numbers(check: Check, name: str) -> Sequence[Number]:
    """The values of a measurement that is a list of numbers without gaps."""
    value = check.measurements[name].value
    if not isinstance(value, list):
        raise TypeError(f"{name} is not a list: {value!r}")
    known = [item for item in value if item is not None]
    if len(known) != len(value):
        raise TypeError(f"{name} has missing values: {value!r}")
    return known
