"""0.d B-factor analysis: the fall-off of the amplitudes with resolution (Guinier plot).

ln of the mean |F| of a shell against 1/D²; a line through the shells between 15 Å and the reported
resolution has the slope B/4. B is negative for amplitudes that decay (the sign of the correction).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, NamedTuple, Optional, Union

import numpy as np

from vrs.checks.check import Check, Need
from vrs.checks.figures import LineFigure, SliceFigure
from vrs.checks.inputs import Inputs
from vrs.checks.result import CannotMeasure, Engine, Result, Severity
from vrs.checks.rule import AT_MOST, BETWEEN
from vrs.level0.b_factor_comparison import (
    refuse_other_line,
    refuse_other_map,
    refuse_other_table,
)
from vrs.level0.molecule_b_factor import FIT_FROM as MOLECULE_FROM
from vrs.level0.molecule_b_factor import MoleculeBFactor, molecule_b_factor
from vrs.level0.molecule_mask import mask_of_molecule
from vrs.level0.service import published
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, inverse, radius_by_plane, transform
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import count, entered, fixed, number, with_error
from vrs.numerics.fourier_shells import shell_amplitudes

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
    "Sharpen less if the remarks of this check find the molecule oversharpened. Then repeat the "
    "post-processing with a weaker B-factor, and do not model features that appear only in the "
    "oversharpened map. If they do not, the noise of the box fills the last shells of the "
    "published fit: check the reported resolution.",
    "Sharpen the map, and check that it was not low-passed below its reported resolution. In "
    "a map that is meant to stay unsharpened the number describes the data, and nothing is "
    "wrong with it. So fast a fall can also mean that the reported resolution is too good.",
    measurements=("b_factor",),
)

FIT_FROM = 15.0
"""Å; start of the published fit."""

FEWEST_SHELLS = 3


@dataclass(frozen=True)
class LineFit:
    """A line y = intercept + slope x by ordinary least squares.

    Attributes
    ----------
    slope, intercept : float
    r_squared : float -- share of the variance of y that the line explains
    points : int
    """

    slope: float
    intercept: float
    r_squared: float
    points: int


class GuinierAnalysis(NamedTuple):
    """The published part of the check, as another program measures it.

    Attributes
    ----------
    slope, intercept : float -- of the line through ln|F| against 1/D²; the slope in Å²
    b_factor : float -- in Å², negative for amplitudes that decay
    squared_frequency : ndarray, float64, shape (n,) -- 1/D² of the shells in 1/Å²
    measured, corrected : ndarray, float64, shape (n,)
        ln mean |F| before and after the correction.
    corrected_map : DensityMap -- float32, shape (Z, Y, X)
    """

    slope: float
    intercept: float
    b_factor: float
    squared_frequency: FloatArray
    measured: FloatArray
    corrected: FloatArray
    corrected_map: DensityMap


class OutsideBFactor(NamedTuple):
    """Another program that measures the B-factor, from a map and its resolution in Å."""

    engine: Engine
    measure: Callable[[DensityMap, float], GuinierAnalysis]


def b_factor_analysis(
    density: DensityMap,
    resolution: float,
    mask: Optional[BoolArray] = None,
    program: Optional[OutsideBFactor] = None,
) -> Result:
    """Check 0.d: the B-factor of the whole map, and the map corrected by it.

    ln mean |F| = intercept + (B/4) / D² over the Fourier shells from 15 Å to the resolution.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    resolution : float -- reported resolution in Å
    mask : ndarray, bool, shape (Z, Y, X), optional
        Of the molecule, for its B-factor without the noise of the box and the fall-off of protein.
    program : OutsideBFactor, optional
        Measures the published values instead of the built-in engine, whose B-factor is then another
        measurement.

    Returns
    -------
    Result
        Measurement "b_factor" in Å², negative for amplitudes that decay; curve "guinier"; volume
        "corrected", float32, shape (Z, Y, X). Does not apply with fewer than 3 shells.

    Raises
    ------
    CannotMeasure
        If a shell of the fit has no amplitude, or the program fails: also if its table, its line
        and its corrected map do not belong to the map.

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
    # Before there is a spectrum of the whole map: both take much memory.
    molecule = _molecule(density, mask, resolution)
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
    if program is not None:
        result.engine = program.engine
        analysis = program.measure(density, resolution)
        refuse_other_table(program.engine, analysis, squared, logarithm)
        refuse_other_line(program.engine, analysis, _line_of_table(analysis))
        correct(density, spectrum, analysis.b_factor, resolution)
        expected = inverse(spectrum, density.data.shape)
        refuse_other_map(program.engine, analysis.corrected_map.data, expected)
        _measure(result, _fit_of(analysis), analysis.b_factor)
        _measure_built_in(result, fit)
    else:
        correct(density, spectrum, 4 * fit.slope, resolution)
        corrected = _logarithm(shell_amplitudes(density, spectrum, resolution)[1])
        corrected_map = density.with_data(inverse(spectrum, density.data.shape))
        analysis = GuinierAnalysis(
            fit.slope, fit.intercept, 4 * fit.slope, squared, logarithm, corrected, corrected_map
        )
        _measure(result, fit, analysis.b_factor)
    _measure_molecule(result, molecule)
    result.curves["guinier"] = {
        "squared_frequency": analysis.squared_frequency,
        "measured": analysis.measured,
        "fitted": analysis.intercept + analysis.slope * analysis.squared_frequency,
        "corrected": analysis.corrected,
    }
    result.volumes["corrected"] = analysis.corrected_map
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
    return LineFit(
        slope,
        float(logarithm.mean() - slope * squared_frequency.mean()),
        1 - left / variance if variance else 0.0,
        count,
    )


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


def _fit_of(analysis: GuinierAnalysis) -> LineFit:
    """The line of another program, with the share of the variance that it explains."""
    fitted = _fitted(analysis)
    measured = analysis.measured[fitted]
    line = analysis.intercept + analysis.slope * analysis.squared_frequency[fitted]
    variance = float(np.sum((measured - measured.mean()) ** 2))
    left = float(np.sum((measured - line) ** 2))
    explained = max(1 - left / variance, 0.0) if variance else 0.0
    return LineFit(analysis.slope, analysis.intercept, explained, measured.size)


def _line_of_table(analysis: GuinierAnalysis) -> LineFit:
    fitted = _fitted(analysis)
    return guinier_fit(analysis.squared_frequency[fitted], analysis.measured[fitted])


def _fitted(analysis: GuinierAnalysis) -> BoolArray:
    # The table has fewer digits than the limit of the fit.
    fitted: BoolArray = analysis.squared_frequency >= (1 / FIT_FROM**2) * (1 - 1e-5)
    return fitted


def _measure_built_in(result: Result, fit: LineFit) -> None:
    definition = "B-factor that the built-in engine measures, for comparison"
    result.measure("built_in_b_factor", 4 * fit.slope, "Å²", definition)


def _measure(result: Result, fit: LineFit, b_factor: float) -> None:
    for name, value, unit, definition in (
        ("slope", fit.slope, "Å²", "slope of ln|F| against 1/D² from 15 Å to the resolution"),
        ("intercept", fit.intercept, "", "intercept of that line"),
        ("b_factor", b_factor, "Å²", "B-factor, 4 * slope; negative for decaying amplitudes"),
        ("r_squared", fit.r_squared, "", "share of the variance of ln|F| that the line explains"),
        ("shells", fit.points, "", "Fourier shells in the fit from 15 Å"),
    ):
        result.measure(name, value, unit, definition)


def _molecule(
    density: DensityMap, mask: Optional[BoolArray], resolution: float
) -> Union[MoleculeBFactor, str]:
    """The B-factor of the molecule, or why there is none."""
    if mask is None or not mask.any():
        return "there is no mask of the molecule"
    found = molecule_b_factor(density, mask, resolution)
    leave_on_disk(density.data)
    leave_on_disk(mask)
    return found or (
        f"too few Fourier shells between {MOLECULE_FROM:g} Å and {entered(resolution)} Å hold more "
        "of the molecule than of noise"
    )


def _measure_molecule(result: Result, molecule: Union[MoleculeBFactor, str]) -> None:
    definitions = {
        "b_factor_from_10": (
            "B-factor of the molecule without the noise of the box, from 10 Å to where noise or "
            "the map's own low-pass begins, beyond the fall-off of protein with a B-factor of 0"
        ),
        "b_factor_interval": (
            "interval of this B-factor that held the truth of nine in ten independently simulated "
            "maps or more"
        ),
    }
    if isinstance(molecule, str):
        for name, definition in definitions.items():
            result.measure(name, None, "Å²", definition, molecule)
        return
    for (name, definition), value in zip(
        definitions.items(), (molecule.b_factor, list(molecule.interval))
    ):
        result.measure(name, value, "Å²", definition)
    result.measure("fit_end", molecule.end, "Å", "where the fit from 10 Å ends")
    result.curves["molecule"] = {
        "squared_frequency": molecule.powers.frequency**2,
        "masked": molecule.powers.masked,
        "background": molecule.powers.background,
    }


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
            span=(1 / FIT_FROM**2, 1 / resolution**2),
            span_label="range of the fit",
            resolution_axis=True,
        )
    )
    caption = (
        "Slices of largest variance of the map corrected by its B-factor. Detail should come out "
        "of the molecule: if noise drowns it, the correction goes too far."
    )
    result.figures.append(SliceFigure("corrected", "max_variance", caption))
    beside = ""
    if "built_in_b_factor" in result.measurements:
        own = INTERVAL.number(result.number("built_in_b_factor"))
        beside = f", and {own} by the built-in engine"
    result.results.append(
        f"A line through the {number(result.number('shells'))} shells between {FIT_FROM:g} Å and "
        f"{entered(resolution)} Å has the slope {number(result.number('slope'))} Å² and the "
        f"intercept {number(result.number('intercept'))} (R² = "
        f"{fixed(result.number('r_squared'), 3)}); the B-factor is "
        f"{INTERVAL.number(result.number('b_factor'))}{beside}."
    )


def judge(result: Result) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    low, high = INTERVAL.limits
    b_factor = result.number("b_factor")
    result.headline = f"The B-factor of the map is {INTERVAL.number(b_factor)}, in the usual range."
    if not result.decide(INTERVAL, "B-factor", b_factor):
        kind = "the amplitudes rise" if b_factor > high else "the amplitudes fall very fast"
        result.warn(
            INTERVAL,
            f"The B-factor of {INTERVAL.number(b_factor)} is outside [{low:g}, {high:g}] Å²: "
            f"{kind}{_meaning(result) if b_factor > high else ''}.",
        )
        result.headline = "There seems to be a problem with the B-factor of the map."


def _meaning(result: Result) -> str:
    """What rising amplitudes mean: oversharpening only where the molecule shows it."""
    interval = result.measurements.get("b_factor_interval")
    if interval is None or interval.value is None:
        return ""
    least, _ = result.numbers("b_factor_interval")
    if least > 0:
        return ", since the map is oversharpened"
    return " in the whole box, but not beyond doubt in the molecule alone"


def _remark(result: Result) -> None:
    better = result.measurements["b_factor_from_10"]
    if better.value is None:
        result.remark(Severity.NOTE, f"The molecule has no B-factor of its own: {better.reason}.")
        return
    low, high = result.numbers("b_factor_interval")
    meaning = "within its error that is 0, the value of a fully sharpened map"
    if low > 0:
        meaning = "the map is oversharpened"
    elif high < 0:
        meaning = "its amplitudes fall faster than those of protein without any blur"
    value = with_error(result.number("b_factor_from_10"), (high - low) / 2)
    result.remark(
        Severity.NOTE,
        "Without the noise of the box and the fall-off that protein has by itself, the B-factor of "
        f"the molecule is {value} Å², from {MOLECULE_FROM:g} Å to "
        f"{fixed(result.number('fit_end'), 1)} Å: {meaning}. Nine in ten independently simulated "
        "maps of protein were within that error; nucleic acids fall off differently.",
    )


def _measure_inputs(inputs: Inputs, program: Optional[OutsideBFactor] = None) -> Result:
    assert inputs.resolution is not None
    mask = mask_of_molecule(inputs)
    return b_factor_analysis(inputs.map, inputs.resolution, mask, program)


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
