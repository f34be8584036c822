"""0.f Local B-factor: a Guinier line through the local amplitudes of every voxel in the mask.

Published values: 10 shells from 15 Å to the reported resolution, on the resampled map, fit of
ln(m²/(m + q)) against s² with the noise level q from the background; B = 4 * slope.
Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5, with the parameters of the service.
"""

from __future__ import annotations

from typing import Optional, Union

import numpy as np

from vrs.checks.check import Check, Need
from vrs.checks.distribution import (
    LOOK_AT_COLOURS,
    LOOK_AT_HISTOGRAM,
    LocalQuantity,
    add_histogram,
    judge_spread,
    percentiles,
    show_distribution,
)
from vrs.checks.figures import HistogramFigure, Mark, SurfaceFigure
from vrs.checks.inputs import MAP, RESAMPLED_MAP, Inputs
from vrs.checks.result import OutsideProgram, Result, Severity
from vrs.checks.rule import BETWEEN
from vrs.level0.molecule_mask import mask_of_molecule
from vrs.level0.published_shells import SWEEP_FROM, shell_width
from vrs.level0.service import published, spread_rule
from vrs.level0.unbiased_b_factor import UnbiasedBFactor, unbiased_b_factor
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import require_background
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import entered, fixed, share, with_error
from vrs.numerics.local_slopes import local_slopes

MEDIAN = published(
    "local_b_factor.median",
    BETWEEN,
    (-300.0, 0.0),
    "Å²",
    "the median local B-factor is between {0} and {1} Å²",
    "amplitudes decay with resolution, and not faster than in a usual experiment",
    "Sharpen less, or use the unsharpened map. In most of the molecule the amplitudes rise "
    "with resolution, which density does not do: the map is oversharpened, or noise inside "
    "the mask dominates the last shells. Then check the reported resolution and the mask.",
    "Compare with the unbiased local B-factor in the remarks of this check, where there is "
    "one, before you act. "
    "The published value is too low by construction, by about 50 Å² at 3 Å and 200 Å² at 8 Å. "
    "If the unbiased one is far below the interval too, sharpen the map and check the "
    "reported resolution. At resolutions worse than 8 Å the number means little: no action is "
    "needed.",
    measurements=("percentiles",),
)

SPREAD = spread_rule("local_b_factor", 0.01, "Å²")
QUANTITY = LocalQuantity("local B-factor", "Å²", "b_factor", RESAMPLED_MAP, SPREAD, places=0)

SHELLS = 10
MOST = 95.0
"""Percent of the mask; if less of it has an unbiased value, the report says how much."""

MEANINGFUL_TO = 8.0
"""Å; at worse resolution the published sweep has too few independent shells."""


def local_b_factor(
    resampled: DensityMap,
    resampled_mask: BoolArray,
    density: DensityMap,
    mask: BoolArray,
    resolution: float,
    program: Optional[OutsideProgram] = None,
    molecule: Optional[BoolArray] = None,
) -> Result:
    """Check 0.f: published and unbiased local B-factors in the mask.

    Parameters
    ----------
    resampled : DensityMap
        The map with voxels of half the resolution, for the published values; data float32, shape
        (Z, Y, X).
    resampled_mask : ndarray, bool, shape (Z, Y, X) -- the mask of the resampled map
    density : DensityMap -- the map itself, for the unbiased values; data float32, any shape
    mask : ndarray, bool, of the shape of ``density`` -- its mask
    resolution : float -- reported resolution in Å
    program : OutsideProgram, optional
        Measures the published values instead of the built-in engine, whose median is then another
        measurement, and whose values the remarks are about.
    molecule : ndarray, bool, of the shape of ``density``, optional
        Mask of the unbiased values, by default ``mask``.

    Returns
    -------
    Result
        Percentiles in Å²; volume "b_factor", float32, of the shape of the resampled map, in Å²
        inside its mask and 0 outside; volume "unbiased_b_factor", float32, in Å², 0 where there
        is no value, if the map allows the measurement.

    Raises
    ------
    MapError
        If a mask leaves no background.
    """
    result = LOCAL_B_FACTOR.start()
    require_background(resampled_mask)
    # Before there are maps of the published values: both take much memory.
    unbiased = unbiased_b_factor(density, molecule if molecule is not None else mask, resolution)
    leave_on_disk(density.data)
    leave_on_disk(mask)
    values = published_values(resampled, resampled_mask, resolution)
    built_in = measured = percentiles(values)
    if program is not None:
        result.engine = program.engine
        values = program.measure(resampled, resampled_mask, resolution)
        measured = percentiles(values)
    definition = "percentiles 2.5, 25, 50, 75, 97.5 of the published local B-factor in the mask"
    result.measure("percentiles", measured, "Å²", definition)
    if program is not None:
        definition = "median local B-factor that the built-in engine measures, for comparison"
        result.measure("built_in_median", built_in[2], "Å²", definition)
    volume = np.zeros(resampled.data.shape, dtype=np.float32)
    volume[resampled_mask] = values
    result.volumes["b_factor"] = resampled.with_data(volume)
    low, high = MEDIAN.limits
    show_distribution(result, values, QUANTITY, (low, high))
    _measure_unbiased(result, unbiased)
    judge(result)
    _remark(result, resolution, built_in[2])
    return result


def published_values(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
    """Published local B-factors, 4 times ``local_slopes`` in 10 shells of 15 Å to the resolution.

    Parameters
    ----------
    density : DensityMap -- the resampled map; data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    resolution : float -- reported resolution in Å

    Returns
    -------
    ndarray, float32, shape (voxels of the mask,) -- in Å², in the order of ``density.data[mask]``

    Raises
    ------
    MapError
        If the mask leaves no background.
    """
    sweep = np.linspace(1 / SWEEP_FROM, 1 / resolution, SHELLS)
    values = local_slopes(density, mask, sweep, shell_width(density), "sum")
    values *= 4
    return values


def _measure_unbiased(result: Result, unbiased: Union[UnbiasedBFactor, str]) -> None:
    """Measurements, a coloured map and a histogram of the unbiased values."""
    definitions = {
        "unbiased_percentiles": (
            "percentiles 2.5, 25, 50, 75, 97.5 of the unbiased local B-factor: of the power beyond "
            "that of noise, from 10 Å to where noise or the map's own low-pass begins, less the "
            "fall-off that protein has at a B-factor of 0"
        ),
        "unbiased_error": "error of the median that nine in ten simulated maps were within",
        "unbiased_share": "share of the mask with signal in enough shells for an unbiased value",
    }
    units = ("Å²", "Å²", "%")
    if isinstance(unbiased, str):
        for (name, definition), unit in zip(definitions.items(), units):
            result.measure(name, None, unit, definition, unbiased)
        return
    values = (percentiles(unbiased.values), unbiased.error, unbiased.share)
    for (name, definition), value, unit in zip(definitions.items(), values, units):
        result.measure(name, value, unit, definition)
    result.volumes["unbiased_b_factor"] = unbiased.local
    add_histogram(result, "unbiased_histogram", unbiased.values)
    shown = result.numbers("unbiased_percentiles")
    result.figures.append(
        HistogramFigure(
            "unbiased_histogram",
            "unbiased local B-factor (Å²)",
            "Histogram of the unbiased local B-factor, where the map shows one. "
            f"{LOOK_AT_HISTOGRAM}",
            marks=(Mark(shown[2], "median"),),
        )
    )
    # A scale narrower than the error would colour nothing but noise.
    least = max(shown[2] - shown[0], shown[4] - shown[2], unbiased.error)
    result.figures.append(
        SurfaceFigure(
            MAP,
            "The map at the contour level, coloured by the unbiased local B-factor; grey where "
            f"it has none. {LOOK_AT_COLOURS}",
            "unbiased_b_factor",
            "unbiased local B-factor (Å²)",
            (shown[2] - least, shown[2] + least),
            zero_is_none=True,
        )
    )


def judge(result: Result) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    median = result.numbers("percentiles")[2]
    low, high = MEDIAN.limits
    if not result.decide(MEDIAN, "median local B-factor", median):
        text = MEDIAN.number(median)
        message = f"The median local B-factor of {text} is outside [{low:g}, {high:g}] Å²."
        result.warn(MEDIAN, message)
    judge_spread(result, QUANTITY)
    result.headline = f"The median local B-factor is {MEDIAN.number(median)}, in the usual range."
    if result.warnings:
        result.headline = "There seems to be a problem with the local B-factor."


def _remark(result: Result, resolution: float, published: float) -> None:
    """Remarks, from the median of the built-in engine whatever program measured."""
    if resolution > SWEEP_FROM:
        result.remark(
            Severity.CAUTION,
            f"The published sweep from {SWEEP_FROM:g} Å to {entered(resolution)} Å runs backwards, "
            "past the Nyquist frequency of the resampled map: these numbers mean nothing.",
        )
    elif resolution > MEANINGFUL_TO:
        result.remark(
            Severity.CAUTION,
            f"Between {SWEEP_FROM:g} Å and {entered(resolution)} Å there are too few independent "
            "shells: these numbers mean almost nothing.",
        )
    unbiased = result.measurements["unbiased_percentiles"]
    if unbiased.value is None:
        result.remark(
            Severity.NOTE, f"There is no unbiased local B-factor for this map: {unbiased.reason}."
        )
        return
    low, middle, high = result.numbers("unbiased_percentiles")[1:4]
    value = with_error(middle, result.number("unbiased_error"))
    where = ""
    if result.number("unbiased_share") < MOST:
        where = f" {share(result.number('unbiased_share'))} of the mask has signal enough for it."
    result.remark(
        Severity.NOTE,
        f"Unbiased, the median local B-factor is {value} Å² (quartiles {fixed(low, 0)} and "
        f"{fixed(high, 0)} Å²), if the molecule is protein.{where} "
        f"{_why_they_differ(published, middle)}",
    )


def _why_they_differ(published: float, unbiased: float) -> str:
    """Why the published median differs from the unbiased one."""
    causes = (
        "because it averages over shells that grow with resolution, and because the last shells "
        "reach into the map's own low-pass"
    )
    if published < unbiased:
        return f"The published value is lower by construction, {causes}."
    return (
        f"The published value is usually lower, {causes}. Here it is higher, so "
        "the amplitudes do not follow one line from 15 Å to the resolution, and neither value is "
        "the B-factor of the whole range."
    )


def _measure(inputs: Inputs, program: Optional[OutsideProgram] = None) -> Result:
    assert inputs.resolution is not None
    maps = inputs.resampled, inputs.resampled_mask, inputs.map, inputs.mask
    return local_b_factor(*maps, inputs.resolution, program, mask_of_molecule(inputs))


LOCAL_B_FACTOR = Check(
    id="0.f",
    title="Local B-factor",
    explanation=(
        "The map is divided into resolution shells. The local amplitude of each shell comes from "
        "the monogenic signal (Riesz transform), and a Guinier line is fitted in every voxel."
    ),
    method=(
        "The local B-factor was fitted in every voxel of the mask to the local "
        "amplitudes of 10 resolution shells from 15 Å to the reported resolution "
        "[Kaur2021]."
    ),
    references=("Kaur2021",),
    rules=(MEDIAN, SPREAD),
    needs=(Need.RESOLUTION, Need.MASK, Need.RESAMPLED),
    measure=_measure,
)
