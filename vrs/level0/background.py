"""0.c Background analysis: whether the solvent averages to zero and holds no structure."""

from __future__ import annotations

import math
import sys
from typing import Any, NamedTuple, Optional, Tuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage, special

from vrs.checks.check import Check, Need
from vrs.checks.figures import SliceFigure
from vrs.checks.inputs import MASK, Inputs
from vrs.checks.result import CannotMeasure, Result, Severity
from vrs.checks.rule import AT_LEAST, AT_MOST
from vrs.level0.service import published
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.printing import BELOW_SMALLEST, SMALLEST, fixed, number, probability, share
from vrs.numerics.masked_background import masked_shares
from vrs.numerics.quantiles import median, parts_of

MEAN = published(
    "background.mean",
    AT_LEAST,
    (0.001,),
    "",
    "the hypothesis that the background mean is 0 has a p-value of at least {0}",
    "the solvent should average to zero",
    "Act only if the test on block means, in the remarks of this check, rejects too. The "
    "published test takes neighbouring voxels as independent and rejects almost every map; "
    "where the block test was not possible, nothing follows from this warning. If both reject, "
    "normalise the particles with a background radius that leaves out the whole molecule, "
    "micelle and neighbours, and reconstruct again. A constant offset alone does not change "
    "the structure: subtract it from the map and from the contour level.",
    measurements=("p_value",),
)

OUTLIERS = published(
    "background.outliers",
    AT_MOST,
    (20.0,),
    "",
    "voxels beyond 5 standard deviations are at most {0} times as frequent as in a Gaussian",
    "structure left in the background shows as outliers",
    "If a part of the box is set to 0, use the unmasked map: the noise of a masked map cannot "
    "be judged. Otherwise look at the slices of the outliers in this check. Density of the "
    "molecule, a micelle or a nanodisc outside the mask: lower the contour level so that the mask "
    "holds it. Neighbouring particles: extract with a smaller circular mask. Streaks along a "
    "symmetry axis or at the edge of the box: check the symmetry and the masking.",
    measurements=("outlier_ratio",),
)

OUTLIER_LIMIT = 5.0
"""Standard deviations beyond which a voxel is an outlier."""

GAUSSIAN_PERCENTAGE = 100 * 2 * float(special.ndtr(-OUTLIER_LIMIT))

GUARD_IN_RESOLUTIONS = 2
"""Width of the band around the mask that the block test excludes, in units of the resolution."""

FEWEST_BLOCKS = 10

NAMED_PERCENTAGE = 10.0
"""Masked part of the background from which the report warns of it."""

NAMED_SKIRT = 0.01
"""Share of the background from which a skirt is named."""

MASKED_SHARE = 0.5
"""Share of the background, of one value or in the skirt of a mask, from which nothing is left to
judge."""


def background_analysis(
    density: DensityMap, mask: BoolArray, resolution: Optional[float]
) -> Result:
    """Check 0.c: mean, outliers and their tests outside the mask.

    With the values V of the background, their mean m and their standard deviation s (divided by
    n): t = m √(n - 1) / s, outliers are voxels with |V| > 5 s, and their ratio is their share over
    that of a Gaussian, 2 Φ(-5).

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    resolution : float or None -- reported resolution in Å; None omits the test on block means

    Returns
    -------
    Result
        Volume "outliers": float32, shape (Z, Y, X), the background beyond 5 s, 0 elsewhere. Does
        not apply if at least half of the background has one value or is the skirt of a mask.

    Raises
    ------
    CannotMeasure
        If the mask fills the box.

    Examples
    --------
    White noise around a molecule:

    >>> noise = np.random.default_rng(0).normal(0, 1, (32, 32, 32)).astype(np.float32)
    >>> mask = np.zeros(noise.shape, dtype=bool)
    >>> mask[8:24, 8:24, 8:24] = True
    >>> result = background_analysis(DensityMap(noise, voxel_size=1.0), mask, resolution=None)
    >>> result.status_text
    'OK'
    >>> round(result.number("standard_deviation"), 2)
    1.0
    """
    background = density.data[~mask]
    if not background.size:
        raise CannotMeasure(
            "the mask fills the whole box, so that no background is left",
            "use a larger box or a higher contour level",
        )
    moments = _moments(background)
    flat, skirt = masked_shares(density.data, mask, background, moments.deviation)
    if flat + skirt >= MASKED_SHARE:
        result = BACKGROUND.not_applicable(_masked(flat, skirt))
        _measure_masked(result, flat, skirt)
        return result
    result = BACKGROUND.start()
    _measure_published(result, background, moments)
    _measure_robust(result, background)
    _measure_masked(result, flat, skirt)
    del background
    _measure_blocks(result, density, mask, resolution)
    _describe(result)
    judge(result)
    _remark(result)
    result.volumes["outliers"] = density.with_data(_outliers(density.data, mask, moments.deviation))
    caption = (
        f"Slices of largest variance of the background beyond {OUTLIER_LIMIT:g} standard "
        "deviations; the rest is mid-grey. Look for density of the molecule outside of the line, "
        "neighbours and stripes; scattered dots are noise."
    )
    result.figures.append(SliceFigure("outliers", "max_variance", caption, MASK, 0.5, True))
    return result


def one_sample_t_test(mean: float, deviation: float, count: int) -> Tuple[float, float]:
    """One-sample t-test of the mean 0: t = mean √(count - 1) / deviation.

    Parameters
    ----------
    mean, deviation : float
        Of the values; the standard deviation is divided by ``count``, not by ``count`` - 1.
    count : int -- number of values, at least 2

    Returns
    -------
    t, p : float -- t and its two-sided probability, at least the smallest number above 0

    Examples
    --------
    >>> t, p = one_sample_t_test(mean=0.5, deviation=2.0, count=101)
    >>> round(t, 2), round(p, 3)
    (2.5, 0.014)
    """
    t = mean / (deviation / math.sqrt(count - 1))
    return t, max(2 * float(special.stdtr(count - 1, -abs(t))), sys.float_info.min)


def _outliers(data: FloatArray, mask: BoolArray, deviation: float) -> FloatArray:
    """The background beyond the limit, 0 elsewhere."""
    outliers = np.zeros(data.shape, dtype=np.float32)
    limit = OUTLIER_LIMIT * deviation
    for plane, values, inside in zip(outliers, data, mask):
        np.copyto(plane, values, where=(np.abs(values) > limit) & ~inside)
    return outliers


def block_means(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
    """Means of cubic blocks of background, large enough to be nearly independent.

    The edge of a block is at least the resolution. Excluded are blocks nearer to the mask than two
    resolutions (counted in blocks), and blocks that are not entirely in the inscribed sphere.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    resolution : float -- in Å

    Returns
    -------
    means : ndarray, float64, shape (n,) -- in grey values; n is 0 if no block fits
    """
    edge = max(math.ceil(resolution / density.voxel_size), 1)
    counts = tuple(size // edge for size in density.data.shape)
    if min(counts) < 1:
        return np.empty(0)
    cut = tuple(slice((size - n * edge) // 2, None) for size, n in zip(density.data.shape, counts))
    cut = tuple(slice(c.start, c.start + n * edge) for c, n in zip(cut, counts))
    means, touched = np.empty(counts), np.empty(counts, dtype=bool)
    for row in range(counts[0]):
        first = cut[0].start + row * edge
        layer = (slice(first, first + edge), *cut[1:])
        sums = np.zeros((counts[1] * edge, counts[2] * edge))
        inside = np.zeros(sums.shape, dtype=bool)
        for values, masked in zip(density.data[layer], mask[layer]):
            sums += values.astype(np.float64)
            inside |= masked
        means[row] = _in_squares(np.add, sums, edge) / edge**3
        touched[row] = _in_squares(np.logical_or, inside, edge)
    guard = math.ceil(GUARD_IN_RESOLUTIONS * resolution / (edge * density.voxel_size))
    near = ndimage.maximum_filter(touched.view(np.uint8), 2 * guard + 1, mode="constant")
    farthest = [np.abs(np.arange(n) * edge + edge / 2 - n * edge / 2) + edge / 2 for n in counts]
    z, y, x = np.ix_(*farthest)
    in_sphere = z**2 + y**2 + x**2 <= (min(density.data.shape) / 2) ** 2
    chosen: FloatArray = means[in_sphere & (near == 0)]
    return chosen


def _in_squares(combine: np.ufunc, plane: npt.NDArray[Any], edge: int) -> npt.NDArray[Any]:
    """Combine the pixels of squares along one axis after the other; whole rows are faster."""
    for _ in range(2):
        plane = combine.reduce(plane.reshape(-1, edge, plane.shape[1]), axis=1).T
    return plane


def published_numbers(background: FloatArray) -> Result:
    """The numbers of the service, of a background that was masked too.

    Parameters
    ----------
    background : ndarray, float32, shape (n,) -- values outside the mask, not all the same
    """
    result = BACKGROUND.start()
    _measure_published(result, background, _moments(background))
    return result


class _Moments(NamedTuple):
    mean: float
    deviation: float


def _moments(background: FloatArray) -> _Moments:
    count = background.size
    mean = sum(float(part.sum(dtype=np.float64)) for part in parts_of(background)) / count
    squares = sum(_sum_of_squares(part, mean) for part in parts_of(background))
    return _Moments(mean, math.sqrt(squares / count))


def _masked(flat: float, skirt: float) -> str:
    """Why the check does not apply."""
    reason = f"{share(100 * flat)} of the voxels outside the mask have one value"
    if skirt >= NAMED_SKIRT:
        reason += f" and {share(100 * skirt)} rise from it, as at the edge of a mask"
    return f"{reason}: the map was masked, and what is left of its background cannot be judged."


def _measure_masked(result: Result, flat: float, skirt: float) -> None:
    definition = "background voxels that have one value"
    result.measure("identical_share", 100 * flat, "%", definition)
    definition = "background voxels in the skirt of a mask around that part"
    result.measure("skirt_share", 100 * skirt, "%", definition)


def _measure_published(result: Result, background: FloatArray, moments: _Moments) -> None:
    mean, deviation = moments
    t, p = one_sample_t_test(mean, deviation, background.size)
    effect, spread = abs(mean) / deviation, "standard deviation of the background"
    for name, value, unit, definition in (
        ("t_statistic", t, "", "one-sample t of the background mean against 0"),
        ("p_value", p, "", "two-sided probability of such a t if the background mean were 0"),
        ("mean", mean, "grey value", "mean of the background"),
        ("standard_deviation", deviation, "grey value", spread),
        ("effect_size", effect, "", f"|mean| / {spread}"),
    ):
        result.measure(name, value, unit, definition)
    _measure_outliers(result, background, deviation)


def _sum_of_squares(values: FloatArray, mean: float) -> float:
    """Sum of (value - mean)², in double precision."""
    from_mean = values.astype(np.float64)
    from_mean -= mean
    return float(np.sum(np.square(from_mean, out=from_mean)))


def _measure_robust(result: Result, background: FloatArray) -> None:
    spread = median(background, median(background)) / float(special.ndtri(0.75))
    definition = "1.4826 * median |V - median| of the background"
    result.measure("robust_sigma", spread, "grey value", definition)


def _measure_outliers(result: Result, background: FloatArray, deviation: float) -> None:
    limit = OUTLIER_LIMIT * deviation
    beyond = sum(np.count_nonzero(np.abs(part) > limit) for part in parts_of(background))
    percentage = 100 * beyond / background.size
    definition = "background voxels with |V| > 5 standard deviations"
    result.measure("outlier_percentage", percentage, "%", definition)
    definition = "voxels of a Gaussian beyond 5 standard deviations"
    result.measure("gaussian_percentage", GAUSSIAN_PERCENTAGE, "%", definition)
    ratio = percentage / GAUSSIAN_PERCENTAGE
    definition = "outliers of the background / outliers of a Gaussian"
    result.measure("outlier_ratio", ratio, "", definition)


def _measure_blocks(
    result: Result, density: DensityMap, mask: BoolArray, resolution: Optional[float]
) -> None:
    means = np.empty(0) if resolution is None else block_means(density, mask, resolution)
    t_definition = "one-sample t of the means of blocks against 0"
    p_definition = "two-sided probability of the t of the blocks if their mean were 0"
    if resolution is None:
        reason = "the resolution was not reported"
    elif means.size < FEWEST_BLOCKS:
        count = {0: "no block of background is", 1: "only 1 block of background is"}.get(
            means.size, f"only {means.size} blocks of background are"
        )
        reason = f"{count} far enough from the mask"
    elif not np.ptp(means) > 0:
        reason = "the means of the blocks are all the same"
    else:
        t, p = one_sample_t_test(float(means.mean()), float(means.std()), means.size)
        result.measure("block_t_statistic", t, "", t_definition)
        result.measure("block_p_value", p, "", p_definition)
        return
    result.measure("block_t_statistic", None, "", t_definition, reason)
    result.measure("block_p_value", None, "", p_definition, reason)


def _describe(result: Result) -> None:
    result.results.append(
        "A one-sample t-test of the hypothesis that the background mean is 0 gives "
        f"t = {number(result.number('t_statistic'))} and {_probability(result.number('p_value'))}."
    )
    result.results.append(
        "The mean and the standard deviation σ of the background are "
        f"{number(result.number('mean'))} and {number(result.number('standard_deviation'))}. "
        f"Beyond 5 σ there are {share(result.number('outlier_percentage'))} of its voxels; of a "
        f"Gaussian it would be {share(result.number('gaussian_percentage'))} "
        f"(ratio {number(result.number('outlier_ratio'))})."
    )


def judge(result: Result) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    p = result.number("p_value")
    text = "" if p >= SMALLEST else BELOW_SMALLEST
    if not result.decide(MEAN, "p-value of a zero background mean", p, text):
        result.warn(
            MEAN, f"The hypothesis that the background mean is 0 is rejected: {_probability(p)}."
        )
    ratio = result.number("outlier_ratio")
    if not result.decide(OUTLIERS, "outliers relative to a Gaussian", ratio):
        result.warn(
            OUTLIERS,
            f"Outliers are {OUTLIERS.number(ratio)} times as frequent in "
            "the background as in a Gaussian.",
        )
    result.headline = "The background looks like noise around zero."
    if result.warnings:
        result.headline = "There seems to be a problem with the background of the map."


def _probability(p: float) -> str:
    """A probability as part of a sentence, with the digits of the verdict."""
    return f"p = {MEAN.number(p)}" if p >= SMALLEST else probability(p)


def _remark(result: Result) -> None:
    sentence = (
        "Neighbouring voxels are correlated, so the published test rejects almost every map. The "
        f"mean of the background is {fixed(result.number('effect_size'), 3)} of its standard "
        "deviation"
    )
    reason = result.measurements["block_p_value"].reason
    if reason:
        sentence += f"; a test on block means was not possible: {reason}."
    else:
        p = result.number("block_p_value")
        sentence += (
            ", and a t-test on means of blocks as large as the resolution, away from the mask, "
            f"{'rejects' if p < MEAN.limit else 'does not reject'} a mean of 0 at the level of "
            f"{MEAN.limit:g} (t = {number(result.number('block_t_statistic'))}, {probability(p)})."
        )
    result.remark(Severity.NOTE, sentence)
    masked = result.number("identical_share") + result.number("skirt_share")
    if masked >= NAMED_PERCENTAGE:
        result.remark(
            Severity.CAUTION,
            f"{share(masked)} of the background has one value or is the skirt of a mask: a part of "
            "the box was masked, and the numbers of this check mix noise with that part.",
        )
        return
    robust, deviation = result.number("robust_sigma"), result.number("standard_deviation")
    if robust < deviation / 2:
        result.remark(
            Severity.CAUTION,
            f"The robust standard deviation, {number(robust)}, is far below the ordinary one, "
            f"{number(deviation)}: a small part of the background holds most of its variance, such "
            "as detached density or the surroundings of the molecule.",
        )


def _measure(inputs: Inputs) -> Result:
    return background_analysis(inputs.map, inputs.mask, inputs.resolution)


BACKGROUND = Check(
    id="0.c",
    title="Background analysis",
    explanation=(
        "The background is everything outside the mask. Its mean should be zero, "
        "values beyond five standard deviations should be about as rare as in Gaussian noise, "
        "and they should not form any shape."
    ),
    method=(
        "Outside the mask, the mean was tested against 0 (one-sample t-test) and the "
        "share of voxels beyond 5 standard deviations was compared with that of a "
        "Gaussian."
    ),
    references=("Sorzano2022",),
    rules=(MEAN, OUTLIERS),
    needs=(Need.MASK,),
    measure=_measure,
)
