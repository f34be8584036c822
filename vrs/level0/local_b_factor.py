"""0.f Local B-factor: a Guinier line through the local amplitudes of every voxel in the mask.

Published values: 10 shells from 15 Å to the reported resolution, on the resized map, fit of
ln(m²/(m + q)) against s² with the noise level q from the background; B = 4 * slope.
Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5, with the parameters of the service.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from vrs.checks.common import (
    OutsideProgram,
    does_not_apply,
    number,
    numbers,
    require_mask,
    start,
)
from vrs.checks.distribution import LocalQuantity, judge_spread, percentiles, show_distribution
from vrs.checks.result import Check, Severity
from vrs.level0 import unbiased_b_factor as unbiased_bfactor
from vrs.level0.criteria import CRITERIA
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import require_background
from vrs.numerics.local_slopes import local_slopes

QUANTITY = LocalQuantity(
    "local B-factor", "Å²", "b_factor", "resized_map", "local_b_factor.homogeneous"
)

SWEEP_FROM = 15.0
"""Å; first shell of the published sweep."""

SHELLS = 10
SHELL_WIDTH = 4.8
"""Standard deviation of a published shell in Fourier pixels of the box."""

MEANINGFUL_TO = 8.0
"""Å; at worse resolution the published sweep has too few independent shells."""


def local_b_factor(
    resized: DensityMap,
    resized_mask: BoolArray,
    density: DensityMap,
    hard_mask: BoolArray,
    resolution: Optional[float],
    program: Optional[OutsideProgram] = None,
) -> Check:
    """Published and unbiased local B-factors in the mask.

    Parameters
    ----------
    resized : DensityMap
        The map with voxels of half the resolution, for the published values.
    resized_mask : ndarray, bool
        Its hard mask.
    density : DensityMap
        The map as given, for the unbiased values.
    hard_mask : ndarray, bool
        Its hard mask.
    resolution : float or None
        Reported resolution in Å.
    program : OutsideProgram, optional
        Measures the published values instead of our own numerics.

    Raises
    ------
    CannotMeasure
        If a mask is empty.
    MapError
        If a mask leaves no background.
    """
    if resolution is None:
        return does_not_apply("0.f", "The resolution was not reported.")
    require_mask(resized, resized_mask, "resized, low-passed map")
    require_mask(density, hard_mask)
    check = start("0.f")
    if program is not None:
        require_background(resized_mask)
        check.engine = program.engine
        values = program.measure(resized, resized_mask, resolution)
    else:
        values = published_values(resized, resized_mask, resolution)
    check.measure(
        "percentiles",
        percentiles(values),
        "Å²",
        "percentiles 2.5, 25, 50, 75, 97.5 of the published local B-factor in the mask",
    )
    volume = np.zeros(resized.data.shape, dtype=np.float32)
    volume[resized_mask] = values
    check.volumes["b_factor"] = resized.with_data(volume)
    low, high = CRITERIA["local_b_factor.median"].limits
    show_distribution(check, values, QUANTITY, accepted=(low, high))
    _measure_unbiased(check, density, hard_mask, resolution)
    judge(check)
    _remark(check, resolution)
    return check


def published_values(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
    """B = 4 * slope in Å² in the voxels of the mask, with the parameters of the service."""
    sweep = np.linspace(1 / SWEEP_FROM, 1 / resolution, SHELLS)
    width = SHELL_WIDTH / (max(density.data.shape) * density.voxel_size)
    return local_slopes(density, mask, sweep, width, "sum") * 4


def _measure_unbiased(
    check: Check, density: DensityMap, hard_mask: BoolArray, resolution: float
) -> None:
    definition = (
        "percentiles 2.5, 25, 50, 75, 97.5 of the unbiased local B-factor in the mask "
        "(shells of unit power from 10 Å to short of the resolution, less the fall-off that "
        "protein has without any B-factor)"
    )
    values = unbiased_bfactor.unbiased_values(density, hard_mask, resolution)
    if values is None:
        first = unbiased_bfactor.SWEEP_FROM
        reason = f"between {first:g} Å and {resolution:g} Å there are too few shells"
        check.measure("unbiased_percentiles", None, "Å²", definition, reason)
        return
    check.measure("unbiased_percentiles", percentiles(values), "Å²", definition)
    check.measure(
        "unbiased_error",
        unbiased_bfactor.expected_error(resolution),
        "Å²",
        "root mean square error of the unbiased median on simulated maps of proteins",
    )


def judge(check: Check) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    shown = numbers(check, "percentiles")
    low, high = CRITERIA["local_b_factor.median"].limits
    if not check.decide("local_b_factor.median", "median local B-factor", shown[2]):
        check.warn(
            "local_b_factor.median",
            f"The median local B-factor of {shown[2]:.1f} Å² is outside [{low:g}, {high:g}] Å².",
        )
    judge_spread(check, QUANTITY)
    check.headline = (
        "There seems to be a problem with the local B-factor."
        if check.warnings
        else f"The median local B-factor is {shown[2]:.0f} Å², in the usual range."
    )


def _remark(check: Check, resolution: float) -> None:
    if resolution > SWEEP_FROM:
        check.remark(
            Severity.PROBLEM,
            f"The published sweep from {SWEEP_FROM:g} Å to {resolution:g} Å runs backwards, past "
            "the Nyquist frequency of the resized map: these numbers mean nothing.",
        )
    elif resolution > MEANINGFUL_TO:
        check.remark(
            Severity.PROBLEM,
            f"Between {SWEEP_FROM:g} Å and {resolution:g} Å there are too few independent shells: "
            "these numbers mean next to nothing.",
        )
    unbiased = check.measurements["unbiased_percentiles"]
    if unbiased.value is None:
        check.remark(
            Severity.NOTE,
            f"There is no unbiased local B-factor for this map: {unbiased.reason}.",
        )
        return
    low, middle, high = (numbers(check, "unbiased_percentiles")[i] for i in (1, 2, 3))
    check.remark(
        Severity.NOTE,
        f"Unbiased, the median local B-factor is {middle:.0f} Å² (quartiles {low:.0f} and "
        f"{high:.0f} Å²), with an expected error of {number(check, 'unbiased_error'):.0f} Å² at "
        f"this resolution if the molecule is protein. {_why_they_differ(check, middle)}",
    )


def _why_they_differ(check: Check, unbiased: float) -> str:
    """Why the published median is not the unbiased one."""
    causes = (
        "because it averages over shells that grow with resolution, and because the last shells "
        "reach into the map's own low-pass"
    )
    if numbers(check, "percentiles")[2] < unbiased:
        return f"The published value is lower by construction, {causes}."
    return (
        f"The published value is usually the lower one, {causes}. Here it is the higher one, so "
        "the amplitudes do not follow one line from 15 Å to the resolution, and neither value is "
        "the B-factor of the whole range."
    )
