"""0.e Local resolution: what a neural network sees around every voxel of the mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional

import numpy as np

from vrs import __version__
from vrs.checks.common import (
    does_not_apply,
    number,
    numbers,
    outside_resolution,
    require_mask,
    start,
)
from vrs.checks.distribution import LocalQuantity, judge_spread, percentiles, show_distribution
from vrs.checks.figures import Mark
from vrs.checks.result import CannotMeasure, Check, Engine, Severity
from vrs.level0.criteria import CRITERIA
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.networks import local_resolution as network
from vrs.networks.card import NetworkError, read_card
from vrs.networks.inputs import Progress

NETWORK = "VRS local resolution"

QUANTITY = LocalQuantity(
    "local resolution", "Å", "local_resolution", "map", "local_resolution.homogeneous"
)

CONTRADICTION = 2.0
"""Standard errors of the network from which on its answer contradicts the reported resolution."""

WORTH_SAYING = 0.1
"""Percentage of values at an end of the network's range below which nothing is said of them."""

MANY_CENSORED = 25.0
"""Percentage of values at an end of the network's range from which the percentiles are in doubt."""


@dataclass(frozen=True)
class OutsideResolution:
    """A map of the local resolution that another program made.

    Attributes
    ----------
    engine : Engine
    resolution : DensityMap
        Å in the mask, 0 outside.
    best, worst : float
        The values at which the program cuts its answers off, in Å.
    """

    engine: Engine
    resolution: DensityMap
    best: float
    worst: float


def local_resolution(
    density: DensityMap,
    hard_mask: BoolArray,
    resolution: Optional[float],
    outside: Optional[Callable[[], OutsideResolution]] = None,
    progress: Progress = None,
) -> Check:
    """Local resolution in the mask, for maps of 2 to 13 Å.

    Parameters
    ----------
    density : DensityMap
    hard_mask : ndarray, bool, shape (Z, Y, X)
    resolution : float or None
        Reported resolution in Å.
    outside : function, optional
        Measures with another program instead of our own network.
    progress : function, optional
        Called by our own network with the share of its work done, from 0 to 1.

    Raises
    ------
    CannotMeasure
        If the mask is empty or the network cannot be run.
    """
    reason = outside_resolution("local_resolution.resolution", resolution)
    if resolution is None or reason:
        return does_not_apply("0.e", reason)
    require_mask(density, hard_mask)
    check = start("0.e")
    if outside is not None:
        measured = outside()
        check.engine = measured.engine
    else:
        measured = _by_own_network(check, density, hard_mask, resolution, progress)
    check.volumes["local_resolution"] = measured.resolution
    values = measured.resolution.data[measured.resolution.data > 0]
    if not values.size:
        raise CannotMeasure(
            f"{measured.engine.name} gave no value inside the mask.", measured.engine
        )
    _measure(check, values, measured, resolution)
    show_distribution(check, values, QUANTITY, marks=(Mark(resolution, "reported"),))
    check.results.append(
        f"In {number(check, 'reported_percentile'):.1f} % of the mask it is better than the "
        f"reported {resolution:g} Å."
    )
    judge(check)
    _remark(check, measured, resolution)
    return check


def _by_own_network(
    check: Check,
    density: DensityMap,
    hard_mask: BoolArray,
    resolution: float,
    progress: Progress,
) -> OutsideResolution:
    """Measure with the network of this program and say in the check how far it can be trusted."""
    try:
        card = read_card(network.NAME)
        found = network.local_resolution(density, hard_mask, resolution, progress)
    except NetworkError as error:
        raise CannotMeasure(str(error)) from error
    held_out = held_out_error(card, float(np.median(found.values)))
    check.engine = network_engine(NETWORK, card, held_out)
    check.volumes["uncertainty"] = found.uncertainty
    expected = float(np.median(found.uncertainty.data[found.resolution.data > 0]))
    check.measure(
        "median_uncertainty",
        expected,
        "Å",
        "median of the standard error that the network expects of itself",
    )
    check.remark(
        Severity.NOTE,
        f"Measured by the network {NETWORK} of this program, not by DeepRes. "
        f"{held_out} On this map it expects a standard error of {expected:.2f} Å. It judges by "
        "appearance, which cannot prove a resolution.",
    )
    background = density.data[~hard_mask]
    if background.size and np.count_nonzero(background == 0) > background.size / 2:
        case = card["robustness"]["cases"]["zeros outside the mask"]
        check.remark(
            Severity.CAUTION,
            "Most of the background is exactly 0, and a masked map lacks what tells signal from "
            f"noise: simulated ones came out {abs(case['mean_shift']):.1f} Å too good on average, "
            f"{case['largest']:.1f} Å at the worst.",
        )
    return OutsideResolution(check.engine, found.resolution, found.best, found.worst)


def held_out_error(card: Dict[str, Any], median: float) -> str:
    """How far the network was off, on maps it was not trained on, where the map's values lie.

    ``median`` in Å chooses the row of the card, whose keys are intervals such as "3.5-5".
    """
    rows = card["held_out"]["by_true_resolution"]
    intervals = [name for name in rows if name.replace("-", "").replace(".", "").isdigit()]
    name = next((n for n in intervals if median <= float(n.split("-")[1])), intervals[-1])
    row = rows[name]
    return (
        f"On {row['maps']} simulated maps of {name.replace('-', ' to ')} Å, of structures that it "
        f"was not trained on, its mean absolute error is {row['mean_absolute_error']:.2f} Å."
    )


def network_engine(name: str, card: Dict[str, Any], accuracy: str) -> Engine:
    """A network as the report names it, with the checksum of its file and its held-out error."""
    return Engine(name, __version__, card["sha256"], accuracy)


def _measure(
    check: Check, values: FloatArray, measured: OutsideResolution, resolution: float
) -> None:
    shown = percentiles(values)
    check.measure(
        "percentiles", shown, "Å", "percentiles 2.5, 25, 50, 75, 97.5 of the local resolution"
    )
    check.measure("median", shown[2], "Å", "median local resolution in the mask")
    low, high = np.mean(values <= measured.best), np.mean(values >= measured.worst)
    # What cannot be told from the best value that can be measured counts as better than it.
    better = low if resolution <= measured.best else np.mean(values < resolution)
    check.measure(
        "reported_percentile", 100 * better, "%", "voxels better resolved than the reported value"
    )
    check.measure("censored_low", 100 * low, "%", "voxels at the better end of the range")
    check.measure("censored_high", 100 * high, "%", "voxels at the worse end of the range")


def judge(check: Check) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    shown = numbers(check, "percentiles")
    share = number(check, "reported_percentile")
    limit = CRITERIA["local_resolution.percentile"].limit
    quantity = "voxels better resolved than reported"
    if not check.decide("local_resolution.percentile", quantity, share):
        check.warn(
            "local_resolution.percentile",
            f"{f'Only {share:.2g} %' if share else 'No voxel'} of the mask reaches the reported "
            f"resolution; at least {limit:g} % should.",
        )
    judge_spread(check, QUANTITY)
    check.headline = (
        "The reported resolution seems to be too good for what the map shows."
        if check.warnings
        else f"The local resolution is between {shown[0]:.1f} and {shown[4]:.1f} Å, "
        f"{shown[2]:.1f} Å in the middle."
    )


def _remark(check: Check, measured: OutsideResolution, resolution: float) -> None:
    best_part = numbers(check, "percentiles")[0]
    broken = any(found.rule == "local_resolution.percentile" for found in check.warnings)
    # A value at the end of the range may be better in truth, and is no evidence against a claim.
    told = broken and best_part > measured.best
    if told and "median_uncertainty" in check.measurements:
        errors = (best_part - resolution) / number(check, "median_uncertainty")
        meaning = (
            f"less than {CONTRADICTION:g}, which does not contradict the reported resolution"
            if errors < CONTRADICTION
            else "more than its usual error, so the reported resolution is in doubt"
        )
        check.remark(
            Severity.CAUTION,
            "The best resolved part of the mask (percentile 2.5) is "
            f"{best_part - resolution:.2f} Å worse than reported, {errors:.1f} standard errors of "
            f"the network: {meaning}.",
        )
    for name, end, words in (
        ("censored_low", measured.best, "better"),
        ("censored_high", measured.worst, "worse"),
    ):
        share = number(check, name)
        if share >= WORTH_SAYING:
            check.remark(
                Severity.CAUTION if share > MANY_CENSORED else Severity.NOTE,
                f"{share:.1f} % of the values are at {end:g} Å, an end of the range that can be "
                f"measured; they may be {words} in truth.",
            )
