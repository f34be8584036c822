"""0.d B-factor analysis: the fall-off of the amplitudes with resolution (Guinier plot).

ln of the mean |F| of a shell against 1/D²; a line through the shells between 15 Å and the reported
resolution has the slope B/4. B is negative for amplitudes that decay (the sign of the correction).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from vrs.checks.check import Check, Need
from vrs.checks.figures import LineFigure, Mark, SliceFigure
from vrs.checks.inputs import Inputs
from vrs.checks.result import CannotMeasure, Result, Severity
from vrs.checks.rule import AT_MOST, BETWEEN
from vrs.level0.service import published
from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, inverse, radius_by_plane, transform
from vrs.maps.printing import count, entered, fixed, number
from vrs.numerics.fourier_shells import shell_amplitudes
from vrs.numerics.protein_fall_off import fall_off

RESOLUTION = published(
    "b_factor.resolution",
    AT_MOST,
    (8.0,),
    "Å",
    "the reported resolution is {0} Å or better",
    "at worse resolution too few shells follow the Guinier line",
    scored=False,
)

INTERVAL = published(
    "b_factor.interval",
    BETWEEN,
    (-300.0, 0.0),
    "Å²",
    "the B-factor is between {0} and {1} Å²",
    "a map decays with resolution, and rising amplitudes mean oversharpening",
    "Sharpen less: repeat the post-processing with a weaker B-factor, and compare with the "
    "unsharpened map. Features that appear only in the oversharpened map may be amplified "
    "noise and should not be modelled. If the map was never sharpened, its noise dominates "
    "the last shells: check the reported resolution.",
    "Sharpen the map, and check that it was not low-passed below its reported resolution. In "
    "a map that is meant to stay unsharpened the number describes the data, and nothing is "
    "wrong with it. So fast a fall can also mean that the reported resolution is too good.",
)

FIT_FROM = 15.0
"""Å; start of the published fit."""

BETTER_FIT_FROM = 10.0
"""Å; from here on the fall-off of proteins is a line (Rosenthal & Henderson 2003)."""

FEWEST_SHELLS = 3
CONFIDENCE = 0.95


@dataclass(frozen=True)
class LineFit:
    """A line y = intercept + slope x by ordinary least squares.

    Attributes
    ----------
    slope, intercept : float
    r_squared : float -- share of the variance of y that the line explains
    half_width : float -- half the 95 % confidence interval of the slope; 0 for two points
    points : int
    """

    slope: float
    intercept: float
    r_squared: float
    half_width: float
    points: int


def b_factor_analysis(density: DensityMap, resolution: float) -> Result:
    """Check 0.d: the B-factor of the whole map, and the map corrected by it.

    ln mean |F| = intercept + (B/4) / D² over the Fourier shells from 15 Å to the resolution.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    resolution : float -- reported resolution in Å

    Returns
    -------
    Result
        Measurement "b_factor" in Å², negative for amplitudes that decay; curve "guinier"; volume
        "corrected", float32, shape (Z, Y, X). Does not apply with fewer than 3 shells.

    Raises
    ------
    CannotMeasure
        If a shell of the fit has no amplitude.

    Examples
    --------
    A point blurred by B = 100 Å² has the B-factor -100 Å²:

    >>> from scipy import ndimage
    >>> point = np.zeros((64, 64, 64), dtype=np.float32)
    >>> point[32, 32, 32] = 1
    >>> sigma = np.sqrt(100 / (8 * np.pi**2))
    >>> blurred = ndimage.gaussian_filter(point, sigma, mode="wrap", truncate=12)
    >>> result = b_factor_analysis(DensityMap(blurred, voxel_size=1.0), resolution=3.0)
    >>> round(result.number("b_factor"))
    -100
    """
    spectrum = transform(density.data)
    frequency, mean_amplitude = shell_amplitudes(density, spectrum, resolution)
    fitted = frequency >= 1 / FIT_FROM
    shells = int(np.count_nonzero(fitted))
    if shells < FEWEST_SHELLS:
        return B_FACTOR.not_applicable(
            f"Only {count(shells, 'Fourier shell')} between {FIT_FROM:g} Å and "
            f"{entered(resolution)} Å: a line needs {FEWEST_SHELLS}."
        )
    if not np.all(mean_amplitude[fitted] > 0):
        raise CannotMeasure(
            f"the map has no signal in some shells up to {entered(resolution)} Å, as it was "
            "low-passed",
            "state the resolution to which it was low-passed",
        )
    result = B_FACTOR.start()
    squared = frequency**2
    logarithm = _logarithm(mean_amplitude)
    fit = guinier_fit(squared[fitted], logarithm[fitted])
    _measure(result, fit)
    _measure_from_10(result, frequency, logarithm)
    correct(density, spectrum, 4 * fit.slope, resolution)
    result.curves["guinier"] = {
        "squared_frequency": squared,
        "measured": logarithm,
        "fitted": fit.intercept + fit.slope * squared,
        "corrected": _logarithm(shell_amplitudes(density, spectrum, resolution)[1]),
    }
    result.volumes["corrected"] = density.with_data(inverse(spectrum, density.data.shape))
    _show(result, resolution)
    judge(result)
    _remark(result)
    return result


def _logarithm(amplitude: FloatArray) -> FloatArray:
    """ln|F|, finite where a shell is empty."""
    result: FloatArray = np.log(np.maximum(amplitude, np.finfo(np.float64).tiny))
    return result


def guinier_fit(squared_frequency: FloatArray, logarithm: FloatArray) -> LineFit:
    """Line through ln|F| against 1/D²: ordinary least squares, all shells with the same weight.

    Parameters
    ----------
    squared_frequency : ndarray, float64, shape (n,) -- 1/D² in 1/Å²; at least two different values
    logarithm : ndarray, float64, shape (n,) -- ln mean |F|

    Returns
    -------
    LineFit -- its slope in Å² is a quarter of the B-factor

    Examples
    --------
    >>> squared_frequency = np.linspace(0.005, 0.1, 30)
    >>> fit = guinier_fit(squared_frequency, 2 - 25 * squared_frequency)
    >>> round(4 * fit.slope, 6), round(fit.r_squared, 6)
    (-100.0, 1.0)
    """
    count = len(logarithm)
    x = squared_frequency - squared_frequency.mean()
    y = logarithm - logarithm.mean()
    slope = float(np.dot(x, y) / np.dot(x, x))
    variance = float(np.dot(y, y))
    left = max(variance - slope * float(np.dot(x, y)), 0.0)
    half_width = 0.0
    if count > 2:
        error = math.sqrt(left / (count - 2) / float(np.dot(x, x)))
        half_width = student_quantile(count) * error
    return LineFit(
        slope,
        float(logarithm.mean() - slope * squared_frequency.mean()),
        1 - left / variance if variance else 0.0,
        half_width,
        count,
    )


def student_quantile(points: int) -> float:
    """Half the 95 % confidence interval of the slope of a line, in standard errors of the slope."""
    return float(special.stdtrit(points - 2, (1 + CONFIDENCE) / 2))


def correct(
    density: DensityMap, spectrum: ComplexArray, b_factor: float, resolution: float
) -> None:
    """Multiply the spectrum by exp(-B s²/4) up to the resolution, in place; not beyond it.

    Parameters
    ----------
    density : DensityMap -- data shape (Z, Y, X); only its shape and voxel size are used
    spectrum : ndarray, complex64, shape (Z, Y, X//2 + 1) -- its half spectrum, which is changed
    b_factor : float -- in Å², negative for amplitudes that decay
    resolution : float -- in Å
    """
    last = np.float32(1 / resolution**2)
    for plane, radius in radius_by_plane(density.data.shape, density.voxel_size):
        squared = radius**2
        gain = np.exp(np.float32(-b_factor / 4) * np.minimum(squared, last))
        gain[squared > last] = 1
        spectrum[plane] *= gain


def low_pass_start(frequency: FloatArray, logarithm: FloatArray) -> int:
    """Number of the shells before the map's own low-pass.

    At a low-pass the amplitudes fall below the line of the preceding shells: all following shells
    are lower by 3 residual standard deviations and by 0.3 (a quarter of the amplitude). One more
    shell is excluded, since a filter begins gradually.

    Parameters
    ----------
    frequency : ndarray, float64, shape (n,) -- spatial frequency of the shells in 1/Å, ascending
    logarithm : ndarray, float64, shape (n,) -- ln mean |F|

    Returns
    -------
    int -- n if the map has no low-pass in this range
    """
    for end in range(max(len(frequency) // 2, 5), len(frequency)):
        squared = frequency[:end] ** 2
        fit = guinier_fit(squared, logarithm[:end])
        spread = float(np.std(logarithm[:end] - fit.intercept - fit.slope * squared))
        expected = fit.intercept + fit.slope * frequency[end:] ** 2
        if np.all(logarithm[end:] < expected - max(3 * spread, 0.3)):
            return end - 1
    return len(frequency)


def _measure(result: Result, fit: LineFit) -> None:
    for name, value, unit, definition in (
        ("slope", fit.slope, "Å²", "slope of ln|F| against 1/D² from 15 Å to the resolution"),
        ("intercept", fit.intercept, "", "intercept of that line"),
        ("b_factor", 4 * fit.slope, "Å²", "B-factor, 4 * slope; negative for decaying amplitudes"),
        ("r_squared", fit.r_squared, "", "share of the variance of ln|F| that the line explains"),
        ("shells", fit.points, "", "Fourier shells in the fit from 15 Å"),
    ):
        result.measure(name, value, unit, definition)


def _measure_from_10(result: Result, frequency: FloatArray, logarithm: FloatArray) -> None:
    far = frequency >= 1 / BETTER_FIT_FROM
    definitions = {
        "b_factor_from_10": "B-factor of the fit from 10 Å to where the map's own low-pass begins",
        "b_factor_interval": "95 % confidence interval of the B-factor from 10 Å",
        "b_factor_beyond_protein": "B-factor in these shells beyond the fall-off of protein itself",
        "beyond_protein_interval": "95 % confidence interval of the B-factor beyond protein's own",
    }
    kept = low_pass_start(frequency[far], logarithm[far])
    if kept < FEWEST_SHELLS + 1:
        reason = f"only {kept} Fourier shells lie between 10 Å and the resolution"
        for name, definition in definitions.items():
            result.measure(name, None, "Å²", definition, reason)
        return
    shells, amplitudes = frequency[far][:kept], logarithm[far][:kept]
    fit = guinier_fit(shells**2, amplitudes)
    protein = fall_off("map")
    beyond = float(np.dot(protein.slope_weights(shells), amplitudes)) - protein.slope(shells)
    error = student_quantile(kept) * protein.standard_error(shells, amplitudes)
    values = (
        4 * fit.slope,
        [4 * (fit.slope - fit.half_width), 4 * (fit.slope + fit.half_width)],
        4 * beyond,
        [4 * (beyond - error), 4 * (beyond + error)],
    )
    for (name, definition), value in zip(definitions.items(), values):
        result.measure(name, value, "Å²", definition)
    result.measure("fit_end", 1 / shells[-1], "Å", "where the fit from 10 Å ends")


def _show(result: Result, resolution: float) -> None:
    result.figures.append(
        LineFigure(
            "guinier",
            "squared_frequency",
            ("measured", "fitted", "corrected"),
            "1/D² (1/Å²)",
            "ln mean |F|",
            "Guinier plot: measured amplitudes, the fitted line and the amplitudes after the "
            f"correction. Shaded: the range of the fit, {FIT_FROM:g} to {entered(resolution)} Å.",
            marks=(Mark(1 / BETTER_FIT_FROM**2, f"start of the fit from {BETTER_FIT_FROM:g} Å"),),
            span=(1 / FIT_FROM**2, 1 / resolution**2),
            span_label="range of the fit",
            resolution_axis=True,
        )
    )
    caption = "Slices of largest variance of the map corrected by its B-factor."
    result.figures.append(SliceFigure("corrected", "max_variance", caption))
    result.results.append(
        f"A line through the {number(result.number('shells'))} shells between {FIT_FROM:g} Å and "
        f"{entered(resolution)} Å has the slope {number(result.number('slope'))} Å² and the "
        f"intercept {number(result.number('intercept'))} (R² = "
        f"{fixed(result.number('r_squared'), 3)}); the B-factor is "
        f"{INTERVAL.number(result.number('b_factor'))}."
    )


def judge(result: Result) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    low, high = INTERVAL.limits
    b_factor = result.number("b_factor")
    result.headline = f"The B-factor of the map is {INTERVAL.number(b_factor)}, in the usual range."
    if not result.decide(INTERVAL, "B-factor", b_factor):
        kind = "the map is oversharpened" if b_factor > high else "the amplitudes fall very fast"
        result.warn(
            INTERVAL,
            f"The B-factor of {INTERVAL.number(b_factor)} is outside [{low:g}, {high:g}] Å²: "
            f"{kind}.",
        )
        result.headline = "There seems to be a problem with the B-factor of the map."


def _remark(result: Result) -> None:
    better = result.measurements["b_factor_from_10"]
    if better.value is None:
        result.remark(Severity.NOTE, f"A fit from 10 Å was not possible: {better.reason}.")
        return
    low, high = result.numbers("b_factor_interval")
    least, most = result.numbers("beyond_protein_interval")
    result.remark(
        Severity.NOTE,
        f"Fitted from 10 Å to {number(result.number('fit_end'))} Å, where the amplitudes of "
        "proteins follow the line better, the B-factor is "
        f"{number(result.number('b_factor_from_10'))} Å² (95 % confidence interval {number(low)} "
        f"to {number(high)} Å²). If the molecule is protein, its own "
        "fall-off is a part of that, and the B-factor beyond it is "
        f"{number(result.number('b_factor_beyond_protein'))} Å² ({number(least)} to {number(most)} "
        "Å²)."
        + (" Its interval holds 0, as is usual for sharpened maps." if least < 0 < most else ""),
    )


def _measure_inputs(inputs: Inputs) -> Result:
    assert inputs.resolution is not None
    return b_factor_analysis(inputs.map, inputs.resolution)


B_FACTOR = Check(
    id="0.d",
    title="B-factor analysis",
    explanation=(
        "The Guinier plot shows the logarithm of the mean amplitude in a resolution shell "
        "against the square of the spatial frequency. Its slope is a quarter of the B-factor, "
        "here with the sign that is used to correct the map: negative for amplitudes that "
        "decay, positive for amplitudes that rise, as they do in an oversharpened map."
    ),
    method=(
        "The B-factor was 4 times the slope of a line fitted to ln mean |F| against the"
        " square of the spatial frequency, from 15 Å to the reported resolution "
        "[Rosenthal2003]."
    ),
    references=("Rosenthal2003", "Sorzano2022"),
    rules=(RESOLUTION, INTERVAL),
    needs=(Need.RESOLUTION,),
    measure=_measure_inputs,
)
