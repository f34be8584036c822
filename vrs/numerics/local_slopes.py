"""The slope of ln amplitude against s² in every voxel, which local B-factors are 4 times of.

Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5.
"""

from __future__ import annotations

from typing import Iterator, Optional

import numpy as np

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.numerics.monogenic import MonogenicSignal, some_background
from vrs.numerics.quantiles import quantile

NOISE_QUANTILE = 0.9
"""Of the amplitudes outside the mask; the noise level of a shell."""


def slope_weights(sweep: FloatArray) -> FloatArray:
    """What the values of the shells are multiplied with, so that their sum is the slope."""
    squared = sweep**2
    weights: FloatArray = (squared - squared.mean()) / np.sum((squared - squared.mean()) ** 2)
    return weights


def local_slopes(
    density: DensityMap,
    mask: BoolArray,
    sweep: FloatArray,
    width: float,
    normalise: str,
    weights: Optional[FloatArray] = None,
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
    weights : ndarray, shape (n,), optional
        Of the shells; those of ordinary least squares if not given.

    Returns
    -------
    slopes : ndarray, float32, shape (voxels of the mask,)
        In Å², in the order of ``density.data[mask]``.

    Raises
    ------
    MapError
        If the mask leaves no background inside the inscribed sphere.
    """
    if weights is None:
        weights = slope_weights(sweep)
    # A running sum, so that no shell is kept.
    slopes = np.zeros(int(np.count_nonzero(mask)), dtype=np.float32)
    for weight, logarithm in zip(weights, local_logarithms(density, mask, sweep, width, normalise)):
        slopes += np.float32(weight) * logarithm
    return slopes


def local_logarithms(
    density: DensityMap, mask: BoolArray, sweep: FloatArray, width: float, normalise: str
) -> Iterator[FloatArray]:
    """ln(m²/(m + q)) in the voxels of the mask, one shell of the sweep after the other."""
    background = some_background(mask)
    signal = MonogenicSignal(density, mask, background)
    smallest = np.finfo(np.float32).tiny
    for frequency in sweep:
        inside, outside = signal.amplitude(float(frequency), width, normalise)
        noise = np.float32(quantile(outside, NOISE_QUANTILE))
        np.maximum(inside, smallest, out=inside)
        yield 2 * np.log(inside) - np.log(inside + noise)
