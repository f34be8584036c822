"""0.e Local resolution: from the local power spectrum around every voxel of the mask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from vrs import __version__
from vrs.checks.beside import measure_beside
from vrs.checks.check import Check, Need
from vrs.checks.distribution import LocalQuantity, judge_spread, percentiles, show_distribution
from vrs.checks.figures import Mark
from vrs.checks.inputs import MAP, Inputs
from vrs.checks.result import CannotMeasure, Engine, Result, Severity, Status
from vrs.checks.rule import AT_LEAST, BETWEEN
from vrs.level0.local_resolution_error import independent_error, masked_error, true_interval
from vrs.level0.service import published, spread_rule
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import entered, fixed, number
from vrs.maps.printing import share as percent
from vrs.networks import local_resolution as network
from vrs.networks.card import NetworkError, read_card
from vrs.networks.inputs import Progress
from vrs.numerics.quantiles import Values, chosen_values, quantile, share

NETWORK = "VRS local resolution"

RESOLUTION = published(
    "local_resolution.resolution",
    BETWEEN,
    (2.0, 13.0),
    "Å",
    "the reported resolution is between {0} and {1} Å",
    "the range in which the networks for local resolution were trained",
    scored=False,
)

REPORTED_REACHED = published(
    "local_resolution.percentile",
    AT_LEAST,
    (0.1,),
    "%",
    "at least {0} % of the voxels are better resolved than the reported resolution",
    "a reported resolution that no part of the map reaches is too good",
    "Measure the resolution again with the FSC of independently refined half maps. Use a soft "
    "mask that is not too tight, and randomised phases to test it. If the reported resolution is "
    "within the interval that this check gives for the true one, there is no reason to act.",
    measurements=("reported_percentile",),
)

SPREAD = spread_rule("local_resolution", 0.01, "Å")
QUANTITY = LocalQuantity("local resolution", "Å", "local_resolution", MAP, SPREAD)

WORTH_SAYING = 0.1
"""Percentage of values at an end of the network's range; a smaller one gets no remark."""

MANY_CENSORED = 25.0
"""Percentage of values at an end of the network's range from which the percentiles are in doubt."""

NEARLY_ALL = 97.5
"""Percentage of values at one end of the range from which nothing can be concluded."""

_PLANES_AT_ONCE = 32
"""Of a map that are read before they are released from memory."""


@dataclass(frozen=True)
class OutsideResolution:
    """A map of the local resolution from another program.

    Attributes
    ----------
    engine : Engine
    resolution : DensityMap -- data float32, shape (Z, Y, X): Å in the mask, 0 outside
    best, worst : float -- the ends of the range of the program, in Å
    """

    engine: Engine
    resolution: DensityMap
    best: float
    worst: float


def local_resolution(
    density: DensityMap,
    mask: BoolArray,
    resolution: float,
    program: Optional[Callable[[], OutsideResolution]] = None,
    progress: Progress = None,
) -> Result:
    """Check 0.e: local resolution in the mask, for maps of 2 to 13 Å.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    resolution : float -- reported resolution in Å
    program : function, optional -- measures with another program instead of the built-in network
    progress : function, optional -- called by the built-in network with the share done, 0 to 1

    Returns
    -------
    Result
        Percentiles in Å; volume "local_resolution", float32, shape (Z, Y, X), in Å inside the mask
        and 0 outside; from the built-in network also "uncertainty", float16, the same.

    Raises
    ------
    CannotMeasure
        If the mask is empty or the network cannot be run.
    """
    result = LOCAL_RESOLUTION.start()
    if program is not None:
        measured = program()
        result.engine = measured.engine
    else:
        measured = _by_built_in_network(result, density, mask, resolution, progress)
    result.volumes["local_resolution"] = measured.resolution
    values = chosen_values(measured.resolution.data, measured.resolution.data)
    if not values.size:
        raise CannotMeasure(
            f"{measured.engine.name} gave no value inside the mask", engine=measured.engine
        )
    _measure(result, values, measured, resolution)
    if _one_end(result, measured):
        return result
    limits = _colour_limits(result)
    show_distribution(
        result, values, QUANTITY, marks=(Mark(resolution, "reported"),), limits=limits
    )
    result.results.append(
        f"In {percent(result.number('reported_percentile'))} of the mask it is better than the "
        f"reported {entered(resolution)} Å."
    )
    interval = _interval(result)
    if interval:
        low, high = interval
        result.results.append(
            f"Of independent maps with this median 90 % have a resolution of {number(low)} to "
            f"{number(high)} Å."
        )
    judge(result, resolution)
    _remark_on_ends(result, measured)
    return result


def _by_built_in_network(
    result: Result, density: DensityMap, mask: BoolArray, resolution: float, progress: Progress
) -> OutsideResolution:
    """Measure with the built-in network, and state its error in the result."""
    try:
        card = read_card(network.NAME)
        measured = network.local_resolution(density, mask, resolution, progress)
    except NetworkError as error:
        raise CannotMeasure(error.reason, error.advice) from error
    estimate = measured.resolution.data
    middle = quantile(chosen_values(estimate, estimate), 0.5)
    background = mask.size - np.count_nonzero(mask)
    masked = _zeros_outside(density, mask) > background / 2
    accuracy, mean_error = (masked_error if masked else independent_error)(card, middle)
    result.engine = Engine(NETWORK, __version__, card["sha256"], accuracy)
    expected = quantile(chosen_values(measured.uncertainty.data, estimate), 0.5)
    result.volumes["uncertainty"] = measured.uncertainty.with_data(
        _in_half_precision(measured.uncertainty.data)
    )
    program = OutsideResolution(result.engine, measured.resolution, measured.best, measured.worst)
    # The errors in full precision take as much memory as the map.
    del measured
    definition = "median of the standard error that the network expects of itself"
    result.measure("median_uncertainty", expected, "Å", definition)
    definition = "mean error of the median on independent maps like this one"
    result.measure("median_error", mean_error, "Å", definition)
    _measure_interval(result, card, middle, masked, program)
    result.remark(
        Severity.NOTE,
        f"Measured by the built-in network {NETWORK}, not by DeepRes, from the local power "
        f"spectrum. {accuracy} Noise with the power spectrum of a molecule would pass for one.",
    )
    if masked:
        result.remark(
            Severity.CAUTION,
            "Most of the background is exactly 0, and a masked map lacks what separates signal "
            "from noise: the error and the interval of the true resolution are those of masked "
            "maps.",
        )
    return program


def _zeros_outside(density: DensityMap, mask: BoolArray) -> int:
    """Number of voxels outside the mask that are exactly 0."""
    zeros = 0
    for count, (plane, inside) in enumerate(zip(density.data, mask), start=1):
        zeros += np.count_nonzero((plane == 0) & ~inside)
        if count % _PLANES_AT_ONCE == 0:
            leave_on_disk(density.data)
            leave_on_disk(mask)
    leave_on_disk(density.data)
    leave_on_disk(mask)
    return zeros


def _in_half_precision(error: FloatArray) -> FloatArray:
    """An error with the three digits of float16, which take half the room.

    Most of a box is outside the mask, and 0.
    """
    largest = np.float32(np.finfo(np.float16).max)
    half = np.zeros(error.shape, dtype=np.float16)
    for plane, values in zip(half, error):
        inside = values != 0
        plane[inside] = np.minimum(values[inside], largest)
    return half


def _measure_interval(
    result: Result,
    card: Dict[str, Any],
    median: float,
    masked: bool,
    program: OutsideResolution,
) -> None:
    definition = "holds the true resolution of 90 % of independent maps with this median"
    inside = program.best < median < program.worst
    interval = true_interval(card, median, masked) if inside else None
    reason = "" if inside else "the median is at an end of the range that can be measured"
    result.measure("median_interval", interval, "Å", definition, reason)


def _one_end(result: Result, measured: OutsideResolution) -> bool:
    """Whether nearly all values are at one end of the range, so that nothing can be concluded."""
    if result.number("censored_high") >= NEARLY_ALL:
        end, words = measured.worst, "worse"
    elif result.number("censored_low") >= NEARLY_ALL:
        end, words = measured.best, "better"
    else:
        return False
    result.status = Status.NOT_APPLICABLE
    seen = "The local power spectrum of this map looks"
    if result.engine.name != NETWORK:
        seen = f"To {result.engine.name} this map looks"
    result.reason = (
        f"{seen} like {entered(end)} Å or {words}, the end of the range, so it cannot tell the "
        "resolution."
    )
    result.headline = f"{result.title} does not apply. {result.reason}"
    result.volumes.clear()
    return True


def _colour_limits(result: Result) -> Tuple[float, float]:
    """Ends of the colour scale, at least two standard errors apart: no colours for noise."""
    low, _, middle, _, high = result.numbers("percentiles")
    names = {"median_uncertainty", "median_error"} & result.measurements.keys()
    error = max((result.number(name) for name in names), default=0.0)
    return min(low, middle - error), max(high, middle + error)


def _measure(
    result: Result, values: Values, measured: OutsideResolution, resolution: float
) -> None:
    shown = percentiles(values)
    definition = "percentiles 2.5, 25, 50, 75, 97.5 of the local resolution"
    result.measure("percentiles", shown, "Å", definition)
    result.measure("median", shown[2], "Å", "median local resolution in the mask")
    low = share(values, lambda part: part <= measured.best)
    high = share(values, lambda part: part >= measured.worst)
    # The true value may be better than the best end of the range, and counts as better.
    better = low if resolution <= measured.best else share(values, lambda part: part < resolution)
    definition = "voxels better resolved than the reported value"
    result.measure("reported_percentile", 100 * better, "%", definition)
    result.measure("censored_low", 100 * low, "%", "voxels at the better end of the range")
    result.measure("censored_high", 100 * high, "%", "voxels at the worse end of the range")


def judge(result: Result, resolution: float) -> None:
    """Warnings and the summary's sentence from the measurements and the reported resolution."""
    share = result.number("reported_percentile")
    if not result.decide(REPORTED_REACHED, "voxels better resolved than reported", share):
        result.warn(
            REPORTED_REACHED,
            f"{f'Only {REPORTED_REACHED.number(share)}' if share else 'No voxel'} of the mask "
            f"reaches the reported resolution; at least {REPORTED_REACHED.limit:g} % should.",
            advice=_NO_REASON_TO_ACT if _agrees(result, resolution) else "",
        )
        _remark_on_warning(result, resolution)
    judge_spread(result, QUANTITY)
    result.headline = _headline(result, resolution)


_NO_REASON_TO_ACT = (
    "Nothing, as far as this check can tell: the reported resolution is within the interval that "
    "it gives for the true one."
)


def _agrees(result: Result, resolution: float) -> bool:
    """Whether the interval of the true resolution holds the reported one."""
    interval = _interval(result)
    return bool(interval) and interval[0] <= resolution <= interval[1]


def _remark_on_warning(result: Result, resolution: float) -> None:
    """What the warning means if the interval of the true resolution holds the reported one."""
    if _agrees(result, resolution):
        low, high = _interval(result)
        result.remark(
            Severity.NOTE,
            "The warning does not contradict the reported resolution: the rule counts voxels and "
            f"knows no error, and the interval of the true resolution, {fixed(low, 2)} to "
            f"{fixed(high, 2)} Å, holds the reported {entered(resolution)} Å.",
        )


def _headline(result: Result, resolution: float) -> str:
    """What the interval of the true resolution says of the reported one, not what the rule does."""
    shown = result.numbers("percentiles")
    measured = (
        f"The local resolution is between {number(shown[0])} and {number(shown[4])} Å, median "
        f"{number(shown[2])} Å"
    )
    interval = _interval(result)
    if not interval:
        return f"{measured}."
    low, high = interval
    true = f"maps with this median are of {number(low)} to {number(high)} Å"
    if resolution < low:
        return f"{measured}; {true}, worse than the reported {entered(resolution)} Å."
    if resolution > high:
        return f"{measured}; {true}, better than the reported {entered(resolution)} Å."
    agrees = f"{measured}, which agrees with the reported {entered(resolution)} Å"
    return f"{agrees} within the error of the method."


def _interval(result: Result) -> List[float]:
    """Interval of the true resolution in Å; empty if another program or an end of the range."""
    interval = result.measurements.get("median_interval")
    known = interval is not None and interval.value is not None
    return list(result.numbers("median_interval")) if known else []


def _remark_on_ends(result: Result, measured: OutsideResolution) -> None:
    for name, end, words in (
        ("censored_low", measured.best, "better"),
        ("censored_high", measured.worst, "worse"),
    ):
        share = result.number(name)
        if share >= WORTH_SAYING:
            result.remark(
                Severity.CAUTION if share > MANY_CENSORED else Severity.NOTE,
                f"{percent(share)} of the values are at {entered(end)} Å, an end of the range that "
                f"can be measured; the true values may be {words}.",
            )


def _measure_inputs(
    inputs: Inputs,
    program: Optional[Callable[[], OutsideResolution]] = None,
    progress: Progress = None,
) -> Result:
    assert inputs.resolution is not None
    measured = inputs.map, inputs.mask, inputs.resolution
    result = local_resolution(*measured, program, progress)
    if program is not None:
        measure_beside(result, partial(local_resolution, *measured, progress=progress))
    return result


LOCAL_RESOLUTION = Check(
    id="0.e",
    title="Local resolution",
    explanation=(
        "A neural network estimates the resolution around every voxel of the mask. The built-in "
        "one does so from the local power spectrum: up to which frequency the molecule has more "
        "power than the solvent, and how the power falls. The phases play no part, so noise with "
        "the power of a molecule passes for one. It cannot replace a comparison of half maps."
    ),
    method=("The local resolution in the mask was estimated by a neural network at 1 Å per voxel."),
    references=("RamirezAportela2019",),
    rules=(RESOLUTION, REPORTED_REACHED, SPREAD),
    needs=(Need.RESOLUTION, Need.MASK),
    measure=_measure_inputs,
    part=lambda density, mask, _: network.voxels_used(mask, density.voxel_size),
    network=network.NAME,
)
