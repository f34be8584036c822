"""0.g Local occupancy: in how many resolution shells a voxel is as strong as most of the molecule.

A voxel counts in a shell if its local amplitude reaches the 25th percentile of those inside the
mask; the occupancy is the share of shells in which it counts. Source: Kaur et al. 2021,
doi:10.1038/s41467-021-21509-5, with the parameters of the service.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

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
from vrs.level0.criteria import CRITERIA
from vrs.level0.local_b_factor import SHELL_WIDTH, SWEEP_FROM
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import erode, growth_iterations, largest_component
from vrs.numerics.monogenic import MonogenicSignal, some_background
from vrs.numerics.quantiles import quantile

QUANTITY = LocalQuantity(
    "local occupancy", "", "occupancy", "resized_map", "local_occupancy.homogeneous"
)

PROTEIN_QUANTILE = 0.25
"""Quantile of the amplitudes inside the mask that a voxel must reach."""

BACKGROUND_QUANTILE = 0.95
"""Quantile of the amplitudes of the background above which a voxel counts as signal."""

LOW_OCCUPANCY = 0.5


def local_occupancy(
    resized: DensityMap,
    resized_mask: BoolArray,
    resolution: Optional[float],
    program: Optional[OutsideProgram] = None,
) -> Check:
    """Published local occupancy and two measures that can tell.

    Parameters
    ----------
    resized : DensityMap
        The map with voxels of half the resolution.
    resized_mask : ndarray, bool
        Its hard mask.
    resolution : float or None
        Reported resolution in Å.
    program : OutsideProgram, optional
        Measures the published values instead of our own numerics.

    Raises
    ------
    CannotMeasure
        If the mask is empty.
    MapError
        If the mask leaves no background.
    """
    if resolution is None:
        return does_not_apply("0.g", "The resolution was not reported.")
    require_mask(resized, resized_mask, "resized, low-passed map")
    check = start("0.g")
    core = erode(resized_mask, growth_iterations(resized.voxel_size))
    found = occupancy(resized, resized_mask, resolution, core)
    values, signal = found.occupied, found.signal
    if program is not None:
        check.engine = program.engine
        values = program.measure(resized, resized_mask, resolution)
    check.measure(
        "percentiles",
        percentiles(values),
        "",
        "percentiles 2.5, 25, 50, 75, 97.5 of the local occupancy in the mask",
    )
    volume = np.zeros(resized.data.shape, dtype=np.float32)
    volume[resized_mask] = values
    low = np.zeros(resized.data.shape, dtype=bool)
    low[resized_mask] = values < LOW_OCCUPANCY
    share = np.count_nonzero(largest_component(low)) / values.size
    low_in_core = np.zeros(resized.data.shape, dtype=bool)
    low_in_core[core] = found.in_core < LOW_OCCUPANCY
    in_core = np.count_nonzero(largest_component(low_in_core)) / max(np.count_nonzero(core), 1)
    check.measure(
        "low_occupancy_share",
        100 * share,
        "%",
        "largest connected part with occupancy < 0.5, as a share of the mask",
    )
    check.measure(
        "weak_core_share",
        100 * in_core,
        "%",
        "largest connected part with occupancy < 0.5 of the mask without its grown rim, the "
        "amplitudes of which do not count either",
    )
    check.measure(
        "signal_share",
        float(signal.mean()),
        "",
        "share of shells above the background's 95th percentile, mean over the mask",
    )
    check.volumes["occupancy"] = resized.with_data(volume)
    accepted = (CRITERIA["local_occupancy.median"].limit, 1.0)
    show_distribution(check, values, QUANTITY, accepted, limits=(0.0, 1.0))
    judge(check)
    _remark(check, resolution)
    return check


class Occupancy(NamedTuple):
    """Values from 0 to 1 in the voxels of a mask, in the order of ``density.data[mask]``.

    Attributes
    ----------
    occupied, signal : ndarray, float32, shape (voxels of the mask,)
        Share of shells in which a voxel is occupied, and in which it is signal.
    in_core : ndarray, float32, shape (voxels of the core,)
        Share of shells in which a voxel of the core is among the upper three quarters of the core.
    """

    occupied: FloatArray
    signal: FloatArray
    in_core: FloatArray


def occupancy(
    density: DensityMap, mask: BoolArray, resolution: float, core: Optional[BoolArray] = None
) -> Occupancy:
    """Count the shells in which the voxels of the mask are occupied, and in which they are signal.

    Parameters
    ----------
    density : DensityMap
    mask : ndarray, bool, shape (Z, Y, X)
    resolution : float
        End of the sweep in Å; it begins at 15 Å.
    core : ndarray, bool, shape (Z, Y, X), optional
        A part of the mask in which the voxels are compared only with each other; by default all of
        it.

    Raises
    ------
    MapError
        If the mask leaves no background inside the inscribed sphere.
    """
    background = some_background(mask)
    core = mask if core is None else core
    width = SHELL_WIDTH / (max(density.data.shape) * density.voxel_size)
    shells = max(1, int((1 / resolution - 1 / SWEEP_FROM) / width))
    monogenic = MonogenicSignal(density, mask, background)
    occupied = np.zeros(int(np.count_nonzero(mask)), dtype=np.float32)
    signal = np.zeros_like(occupied)
    within = core[mask]
    in_core = np.zeros(int(np.count_nonzero(within)), dtype=np.float32)
    for frequency in np.linspace(1 / SWEEP_FROM, 1 / resolution, shells):
        inside, outside = monogenic.amplitude(float(frequency), width, "sum")
        for found, values in ((occupied, inside), (in_core, inside[within])):
            if found.size:
                found += values >= quantile(values, PROTEIN_QUANTILE)
        signal += inside > quantile(outside, BACKGROUND_QUANTILE)
    for found in (occupied, signal, in_core):
        found /= np.float32(shells)
    return Occupancy(occupied, signal, in_core)


def judge(check: Check) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    shown = numbers(check, "percentiles")
    limit = CRITERIA["local_occupancy.median"].limit
    if not check.decide("local_occupancy.median", "median local occupancy", shown[2]):
        check.warn(
            "local_occupancy.median",
            f"The median local occupancy of {shown[2]:.2f} is below {limit:g}.",
        )
    judge_spread(check, QUANTITY)
    check.headline = (
        "There seems to be a problem with the local occupancy."
        if check.warnings
        else f"The median local occupancy is {shown[2]:.2f}."
    )


def _remark(check: Check, resolution: float) -> None:
    if resolution >= SWEEP_FROM:
        check.remark(
            Severity.PROBLEM,
            f"A sweep from {SWEEP_FROM:g} Å to {resolution:g} Å has a single shell, so that the "
            "occupancy is 0 or 1: these numbers mean nothing.",
        )
        return
    share, core = number(check, "low_occupancy_share"), number(check, "weak_core_share")
    rim = ", most of it the rim of the mask" if core < share / 2 else ""
    check.remark(
        Severity.NOTE,
        "By construction the mean occupancy inside the mask is 0.75 for any map, even for noise, "
        "so the published rule can hardly warn. The largest connected part below "
        f"{LOW_OCCUPANCY:g} takes {share:.1f} % of the mask{rim}. "
        f"Compared only with each other, {core:.1f} % of the voxels without the rim are in such a "
        "part: in simulated proteins 2 to 7 % of a homogeneous molecule, and about 11, 15 and 20 % "
        "where one half has an occupancy of 0.7, 0.5 and 0.3; a contour level that holds much "
        "solvent makes it 15 to 20 % for any molecule.",
    )
    signal = number(check, "signal_share")
    stand_out = "of the shells stand out of the background"
    if signal < 0.5:
        check.remark(
            Severity.CAUTION,
            f"Inside the mask only {100 * signal:.0f} % {stand_out} (about 100 % in a good map, "
            "6 % in pure noise).",
        )
    else:
        check.remark(Severity.NOTE, f"Inside the mask {100 * signal:.0f} % {stand_out}.")
