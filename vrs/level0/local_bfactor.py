"""0.f Local B-factor: a Guinier line through the local amplitudes of every voxel in the mask.

Published values: 10 shells from 15 Å to the reported resolution, on the resized map, fit of
ln(m²/(m + q)) against s² with the noise level q from the background; B = 4 * slope.
Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5, with the parameters of the service.
"""

from __future__ import annotations

import math
from typing import Optional, Tuple

import numpy as np
import scipy.fft

from vrs.level0.check import Check, Severity
from vrs.level0.common import (
    OutsideProgram,
    does_not_apply,
    numbers,
    quantile,
    require_background,
    require_mask,
    start,
)
from vrs.level0.criteria import CRITERIA
from vrs.level0.distribution import LocalQuantity, judge_spread, percentiles, show_distribution
from vrs.level0.monogenic import MonogenicSignal
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import crop
from vrs.maps.masks import bounding_box

QUANTITY = LocalQuantity(
    "local B-factor", "Å²", "b_factor", "resized_map", "local_b_factor.homogeneous"
)

SWEEP_FROM = 15.0
"""Å; first shell of the published sweep."""

SHELLS = 10
SHELL_WIDTH = 4.8
"""Standard deviation of a published shell in Fourier pixels of the box."""

NOISE_QUANTILE = 0.9

UNBIASED_FROM = 10.0
"""Å; first shell of the unbiased sweep."""

UNBIASED_WIDTH = 0.015
"""Standard deviation of a shell of the unbiased sweep in 1/Å, whatever the box."""

UNBIASED_MARGIN = 32.0
"""Å of background around the mask that the unbiased sweep looks at."""

NARROWEST_SWEEP = 0.03
"""1/Å; a shorter sweep holds less than two independent shells."""

EXPECTED_ERROR = ((3.0, 10.0), (4.0, 12.0), (5.0, 70.0), (6.0, 140.0))
"""Resolution in Å and root mean square error in Å² of the unbiased median: eight protein structures
of 250 to 700 residues with B = 0, 50 and 100 Å², low-passed at the resolution. The rest of the
error is the fall-off of protein itself between 10 Å and the end of the sweep."""

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
        If a mask is empty or leaves no background.
    """
    if resolution is None:
        return does_not_apply("0.f", "The resolution was not reported.")
    require_mask(resized, resized_mask)
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


def local_slopes(
    density: DensityMap, mask: BoolArray, sweep: FloatArray, width: float, normalise: str
) -> FloatArray:
    """Slope of ln(m²/(m + q)) against s² in every voxel of the mask.

    Parameters
    ----------
    density : DensityMap
    mask : ndarray, bool, shape (Z, Y, X)
    sweep : ndarray, shape (n,)
        Centres of the shells in 1/Å.
    width : float
        Standard deviation of the shells in 1/Å.
    normalise : {"sum", "power"}
        See ``MonogenicSignal.amplitude``.

    Returns
    -------
    slopes : ndarray, float32, shape (voxels of the mask,)
        In Å², in the order of ``density.data[mask]``.

    Raises
    ------
    CannotMeasure
        If the mask leaves no background inside the inscribed sphere.
    """
    background = require_background(mask)
    signal = MonogenicSignal(density)
    squared = sweep**2
    # Slope of least squares as a running sum, so that no shell is kept.
    weights = (squared - squared.mean()) / np.sum((squared - squared.mean()) ** 2)
    slopes = np.zeros(int(np.count_nonzero(mask)), dtype=np.float32)
    smallest = np.finfo(np.float32).tiny
    for frequency, weight in zip(sweep, weights):
        amplitude = signal.amplitude(float(frequency), width, normalise)
        noise = np.float32(quantile(amplitude[background], NOISE_QUANTILE))
        inside = np.maximum(amplitude[mask], smallest)
        slopes += np.float32(weight) * (2 * np.log(inside) - np.log(inside + noise))
    return slopes


def unbiased_sweep(resolution: float) -> Optional[FloatArray]:
    """Shells from 10 Å to two widths short of the resolution; None where that is too short."""
    first, last = 1 / UNBIASED_FROM, 1 / resolution - 2 * UNBIASED_WIDTH
    if last - first < NARROWEST_SWEEP:
        return None
    return np.linspace(first, last, SHELLS)


def _around_mask(density: DensityMap, mask: BoolArray) -> Tuple[DensityMap, BoolArray]:
    """The part of the map with the mask and a margin of background, and the mask there.

    The sides have lengths that are quickly transformed; a side that the box has no room for is
    taken whole.
    """
    margin = math.ceil(UNBIASED_MARGIN / density.voxel_size)
    parts = []
    for part, size in zip(bounding_box(mask, margin), mask.shape):
        length = min(scipy.fft.next_fast_len(part.stop - part.start, real=True), size)
        start = min(part.start, size - length)
        parts.append(slice(start, start + length))
    inside = tuple(parts)
    return DensityMap(density.data[inside], density.voxel_size), mask[inside]


def _coarsened(
    density: DensityMap, mask: BoolArray, resolution: float
) -> Tuple[DensityMap, BoolArray]:
    """The map with the largest voxels of at most a third of the resolution, and its mask."""
    step = resolution / 3 / density.voxel_size
    if step < 1.25:
        return density, mask
    shape = tuple(2 * math.ceil(size / step / 2) for size in density.data.shape)
    data = crop(density.data, shape)  # type: ignore[arg-type]
    index = [
        np.minimum(np.rint(np.arange(new) * old / new).astype(int), old - 1)
        for new, old in zip(shape, mask.shape)
    ]
    voxel = density.voxel_size * density.data.shape[2] / shape[2]
    return DensityMap(data, voxel, density.origin), mask[np.ix_(*index)]


def _measure_unbiased(
    check: Check, density: DensityMap, hard_mask: BoolArray, resolution: float
) -> None:
    definition = (
        "percentiles 2.5, 25, 50, 75, 97.5 of the unbiased local B-factor in the mask "
        "(shells of unit power from 10 Å to short of the resolution)"
    )
    sweep = unbiased_sweep(resolution)
    if sweep is None:
        check.measure(
            "unbiased_percentiles",
            None,
            "Å²",
            definition,
            f"between {UNBIASED_FROM:g} Å and {resolution:g} Å there are too few shells",
        )
        return
    coarse, mask = _coarsened(*_around_mask(density, hard_mask), resolution)
    values = local_slopes(coarse, mask, sweep, UNBIASED_WIDTH, "power") * 4
    check.measure("unbiased_percentiles", percentiles(values), "Å²", definition)


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


def expected_error(resolution: float) -> float:
    """Root mean square error in Å² of the unbiased median on simulated proteins."""
    at, error = zip(*EXPECTED_ERROR)
    return float(np.interp(resolution, at, error))


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
        f"{high:.0f} Å²), with an expected error of {expected_error(resolution):.0f} Å² at this "
        "resolution. The published value is lower by construction, because it averages over shells "
        "that grow with resolution, and because the last shells reach into the map's own low-pass.",
    )
