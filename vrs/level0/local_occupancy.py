"""0.g Local occupancy: the share of resolution shells in which a voxel is not weak.

A voxel counts in a shell if its local amplitude reaches the 25th percentile of those inside the
mask; the occupancy is the share of shells in which it counts. Source: Kaur et al. 2021,
doi:10.1038/s41467-021-21509-5, with the parameters of the service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional

import numpy as np

from vrs.checks.check import Check, Need
from vrs.checks.distribution import LocalQuantity, judge_spread, percentiles, show_distribution
from vrs.checks.inputs import MADE_MASK, RESAMPLED_MAP, Inputs
from vrs.checks.result import OutsideProgram, Result, Severity
from vrs.checks.rule import AT_LEAST
from vrs.level0.published_shells import SWEEP_FROM, shell_width
from vrs.level0.service import published, spread_rule
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import IntArray, erode, growth_iterations, largest_component
from vrs.maps.memory_map import leave_on_disk, scratch_array
from vrs.maps.printing import entered
from vrs.maps.printing import share as percent
from vrs.numerics.monogenic import MonogenicSignal, some_background
from vrs.numerics.quantiles import Selection, Values, parts_of, quantile

MEDIAN = published(
    "local_occupancy.median",
    AT_LEAST,
    (0.5,),
    "",
    "the median local occupancy is at least {0}",
    "most of the molecule should be present in most of the particles",
    "Find the low values on the coloured surface. If they form a domain or a "
    "subunit, classify the particles in 3D without alignment, with a mask around that part. "
    "If they are everywhere, a large part of the mask is not molecule: raise the contour level.",
    measurements=("percentiles",),
)

SPREAD = spread_rule("local_occupancy", 0.1, "")
QUANTITY = LocalQuantity("local occupancy", "", "occupancy", RESAMPLED_MAP, SPREAD)

PROTEIN_QUANTILE = 0.25
"""Quantile of the amplitudes inside the mask that a voxel must reach."""

BACKGROUND_QUANTILE = 0.95
"""Quantile of the amplitudes of the background above which a voxel counts as signal."""

LOW_OCCUPANCY = 0.5


SAME = 0.01
"""Standard deviations of the background from its median within which values are the same."""

MASKED_FROM = 0.05
"""Share of such values from which a map was masked; noise has 0.008, masked real maps 0.12 or more.
The background of a masked map tells no signal from noise."""


class UsualSignal(NamedTuple):
    """Shells above the background in sound maps up to a resolution in Å, in %."""

    to: float
    low: float
    high: float


USUAL_SIGNAL = (
    UsualSignal(3.0, 74, 81),
    UsualSignal(3.5, 19, 78),
    UsualSignal(4.2, 37, 71),
    UsualSignal(5.3, 40, 67),
)
"""The range in 7, 10, 8 and 5 sound maps of known truth with the noise of their resolution. The
largest weak part of the core has no such reference: 0 to 18 % in the same maps."""


def local_occupancy(
    resampled: DensityMap,
    resampled_mask: BoolArray,
    resolution: float,
    program: Optional[OutsideProgram] = None,
    grown: bool = True,
) -> Result:
    """Check 0.g: the published local occupancy, and two more informative measures.

    Parameters
    ----------
    resampled : DensityMap -- float32, shape (Z, Y, X), voxels of half the resolution
    resampled_mask : ndarray, bool, shape (Z, Y, X) -- its mask, not empty
    resolution : float -- reported resolution in Å
    program : OutsideProgram, optional
        Measures the published values instead of the built-in engine, whose median is then another
        measurement, and whose values the remarks are about.
    grown : bool -- whether the mask was grown; the user's was not

    Returns
    -------
    Result -- volume "occupancy": float32, shape (Z, Y, X), 0 to 1 inside the mask and 0 outside

    Raises
    ------
    MapError
        If the mask leaves no background.
    """
    result = LOCAL_OCCUPANCY.start()
    # A mask that was not grown has no rim.
    rim = growth_iterations(resampled.voxel_size) if grown else 0
    within = erode(resampled_mask, rim)[resampled_mask]
    counted = count_shells(resampled, resampled_mask, resolution, within)
    low_share = _low_share(resampled_mask, counted.low(counted.occupied))
    weak = np.zeros(within.shape, dtype=bool)
    weak[within] = counted.low(counted.in_core)
    weak_share = _low_share(resampled_mask, weak, np.count_nonzero(within))
    del weak, within
    values = counted.share(counted.occupied)
    built_in = measured = percentiles(values)
    if program is not None:
        result.engine = program.engine
        values = program.measure(resampled, resampled_mask, resolution)
        measured = percentiles(values)
    definition = "percentiles 2.5, 25, 50, 75, 97.5 of the local occupancy in the mask"
    result.measure("percentiles", measured, "", definition)
    if program is not None:
        definition = "median local occupancy that the built-in engine measures, for comparison"
        result.measure("built_in_median", built_in[2], "", definition)
    definition = "largest connected part with occupancy < 0.5, as a share of the mask"
    result.measure("low_occupancy_share", low_share, "%", definition)
    definition = (
        "largest connected part with occupancy < 0.5 of the mask without its grown rim, the "
        "amplitudes of which do not count either"
    )
    result.measure("weak_core_share", weak_share, "%", definition)
    definition = "share of shells above the background's 95th percentile, mean over the mask"
    result.measure("signal_share", counted.signal_share, "", definition)
    volume = np.zeros(resampled.data.shape, dtype=np.float32)
    volume[resampled_mask] = values
    result.volumes["occupancy"] = resampled.with_data(volume)
    show_distribution(result, values, QUANTITY, (MEDIAN.limit, 1.0), limits=(0.0, 1.0))
    judge(result)
    _remark(result, resolution, grown, _is_masked(resampled.data[~resampled_mask]))
    return result


def _is_masked(background: FloatArray) -> bool:
    """Whether too much of the background has one value for noise; the resampling spread it."""
    near = SAME * float(np.std(background, dtype=np.float64))
    same = np.abs(background - np.median(background)) <= near
    return float(np.mean(same)) > MASKED_FROM


def _low_share(mask: BoolArray, low: BoolArray, voxels: Optional[int] = None) -> float:
    """Largest connected part of low occupancy, in percent of the mask or of so many voxels."""
    part = np.zeros(mask.shape, dtype=bool)
    part[mask] = low
    whole = low.size if voxels is None else voxels
    return 100 * (np.count_nonzero(largest_component(part)) / max(whole, 1))


@dataclass(frozen=True)
class ShellCounts:
    """The shells in which the voxels of a mask count, in the order of ``density.data[mask]``.

    Attributes
    ----------
    shells : int -- number of shells
    occupied : ndarray, uint8 or uint16, shape (voxels of the mask,) -- in which a voxel is occupied
    in_core : ndarray, uint8 or uint16, shape (voxels of the core,)
        In which a voxel of the core is among the upper three quarters of the core.
    signal_share : float -- mean share of the shells in which a voxel is signal
    """

    shells: int
    occupied: IntArray
    in_core: IntArray
    signal_share: float

    def share(self, counts: IntArray) -> FloatArray:
        """Counts as shares of the shells, from 0 to 1.

        Parameters
        ----------
        counts : ndarray, integers, shape (n,)

        Returns
        -------
        ndarray, float32, shape (n,)
        """
        shares: FloatArray = counts.astype(np.float32)
        shares /= np.float32(self.shells)
        return shares

    def low(self, counts: IntArray) -> BoolArray:
        """Whether the share of the shells is low.

        Parameters
        ----------
        counts : ndarray, integers, shape (n,)

        Returns
        -------
        ndarray, bool, shape (n,)
        """
        parts = [self.share(part) < LOW_OCCUPANCY for part in parts_of(counts)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)


def count_shells(
    density: DensityMap, mask: BoolArray, resolution: float, within: Optional[BoolArray] = None
) -> ShellCounts:
    """Count the shells in which the voxels of the mask are occupied, or are signal.

    A voxel is occupied in a shell if its local amplitude reaches the 25th percentile inside the
    mask, and signal if it exceeds the 95th percentile of the background.

    Parameters
    ----------
    density : DensityMap -- the resampled map; data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    resolution : float -- end of the sweep in Å; it begins at 15 Å
    within : ndarray, bool, shape (voxels of the mask,), optional
        The core, a part of the mask that is compared only with itself.

    Raises
    ------
    MapError
        If the mask leaves no background inside the inscribed sphere.
    """
    background = some_background(mask)
    monogenic = MonogenicSignal(density, mask, background)
    outside = np.empty(int(np.count_nonzero(background)), dtype=np.float32)
    del background
    width = shell_width(density)
    shells = max(1, int((1 / resolution - 1 / SWEEP_FROM) / width))
    kind = np.min_scalar_type(shells)
    voxels = int(np.count_nonzero(mask))
    inside = scratch_array((voxels,), np.float32)
    within = np.ones(voxels, dtype=bool) if within is None else within
    core = Selection(list(parts_of(inside)), list(parts_of(within)))
    occupied, in_core = np.zeros(voxels, dtype=kind), np.zeros(core.size, dtype=kind)
    signals = 0
    for frequency in np.linspace(1 / SWEEP_FROM, 1 / resolution, shells):
        pieces = monogenic.amplitudes(float(frequency), width, "sum")
        for (place, values), (place_outside, values_outside) in pieces:
            inside[place], outside[place_outside] = values, values_outside
            leave_on_disk(inside)
        level = quantile(outside, BACKGROUND_QUANTILE)
        signals += sum(np.count_nonzero(part > level) for part in parts_of(inside))
        for counts, amplitudes in ((occupied, inside), (in_core, core)):
            if counts.size:
                _count_from(quantile(amplitudes, PROTEIN_QUANTILE), counts, amplitudes)
    return ShellCounts(shells, occupied, in_core, signals / max(shells * voxels, 1))


def _count_from(level: float, counts: IntArray, values: Values) -> None:
    """Add 1 to the counts of the values that reach a level."""
    first = 0
    for part in parts_of(values):
        counts[first : first + part.size] += part >= level
        first += part.size


def judge(result: Result) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    median = result.numbers("percentiles")[2]
    if not result.decide(MEDIAN, "median local occupancy", median):
        text = MEDIAN.number(median)
        result.warn(MEDIAN, f"The median local occupancy of {text} is below {MEDIAN.limit:g}.")
    judge_spread(result, QUANTITY)
    result.headline = f"The median local occupancy is {MEDIAN.number(median)}."
    if result.warnings:
        result.headline = "There seems to be a problem with the local occupancy."


def _remark(result: Result, resolution: float, grown: bool, masked: bool) -> None:
    if resolution >= SWEEP_FROM:
        result.remark(
            Severity.CAUTION,
            f"A sweep from {SWEEP_FROM:g} Å to {entered(resolution)} Å has a single shell, so that "
            "the occupancy is 0 or 1: these numbers mean nothing.",
        )
        return
    share, core = result.number("low_occupancy_share"), result.number("weak_core_share")
    rim = ", most of it the rim of the mask" if grown and core < share / 2 else ""
    result.remark(
        Severity.NOTE,
        "By construction the mean occupancy inside the mask is 0.75 for any map, even for noise, "
        "so the published rule can hardly warn. The largest connected part below "
        f"{LOW_OCCUPANCY:g} takes {percent(share)} of the mask{rim}.",
    )
    signal = percent(100 * result.number("signal_share"))
    usual = next((usual for usual in USUAL_SIGNAL if resolution <= usual.to), None)
    reference = (
        f" ({usual.low:g} to {usual.high:g} % in sound simulated maps of about this resolution)"
        if usual and not masked
        else ""
    )
    reference = "; the map was masked, so this says little" if masked else reference
    result.remark(
        Severity.NOTE,
        f"Inside the mask {signal} of the shells are above the background{reference}.",
    )


def _measure(inputs: Inputs, program: Optional[OutsideProgram] = None) -> Result:
    assert inputs.resolution is not None
    grown = inputs.record.mask_source == MADE_MASK
    map_and_mask = inputs.resampled, inputs.resampled_mask
    return local_occupancy(*map_and_mask, inputs.resolution, program, grown)


LOCAL_OCCUPANCY = Check(
    id="0.g",
    title="Local occupancy",
    explanation=(
        "In every resolution shell a voxel counts as occupied if its local amplitude is not "
        "among the lowest quarter inside the mask; the occupancy is the share of shells in "
        "which the voxel counts. Values are relative to the rest of the same molecule."
    ),
    method=(
        "The local occupancy was the share of the resolution shells from 15 Å to the "
        "reported resolution in which the local amplitude was not among the lowest "
        "quarter in the mask [Kaur2021]."
    ),
    references=("Kaur2021",),
    rules=(MEDIAN, SPREAD),
    needs=(Need.RESOLUTION, Need.RESAMPLED),
    measure=_measure,
)
