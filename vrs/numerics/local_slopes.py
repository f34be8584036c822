"""The slope of ln(amplitude) against s² per voxel; the local B-factor is 4 times the slope.

Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5.
"""

from __future__ import annotations

from typing import Iterable, Iterator, List, Tuple

import numpy as np

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.numerics.monogenic import MonogenicSignal, Piece, some_background
from vrs.numerics.quantiles import quantile

NOISE_QUANTILE = 0.9
"""Quantile of the amplitudes outside the mask that is the noise level of a shell."""


def slope_weights(sweep: FloatArray) -> FloatArray:
    """Weights of ordinary least squares: the slope against s² is the weighted sum of the values.

    w_i = (s_i² - mean(s²)) / sum((s² - mean(s²))²). Shells of a single frequency have no slope; of
    all lines through them, that with the smallest intercept² + slope² counts.

    Parameters
    ----------
    sweep : ndarray, shape (n,) -- centres of the shells in 1/Å, two or more

    Returns
    -------
    ndarray, float64, shape (n,) -- in Å²

    Examples
    --------
    Values that fall by 20 Å² times s²:

    >>> sweep = np.linspace(0.1, 0.3, 10)
    >>> f"{slope_weights(sweep) @ (3 - 20 * sweep**2):.1f} Å²"
    '-20.0 Å²'
    """
    line = np.stack([np.ones(len(sweep)), sweep**2], axis=1)
    weights: FloatArray = np.linalg.pinv(line)[1]
    return weights


def local_slopes(
    density: DensityMap,
    mask: BoolArray,
    sweep: FloatArray,
    width: float,
    normalise: str,
) -> FloatArray:
    """Slope of ln(m²/(m + q)) against s² in every voxel of the mask.

    m is the local amplitude of a shell and q its noise level, the 90th percentile of the amplitudes
    in the background.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    sweep : ndarray, shape (n,) -- centres of the shells in 1/Å
    width : float -- standard deviation of the shells in 1/Å
    normalise : {"sum", "power"} -- see ``MonogenicSignal.amplitude``

    Returns
    -------
    slopes : ndarray, float32, shape (voxels of the mask,) -- in Å², as ``density.data[mask]``

    Raises
    ------
    MapError
        If the mask leaves no background inside the inscribed sphere.

    Examples
    --------
    A ball of point atoms, blurred by B = 100 Å²:

    >>> from vrs.maps.fourier import blur
    >>> rng = np.random.default_rng(0)
    >>> z, y, x = np.indices((48, 48, 48)) - 24
    >>> mask = z**2 + y**2 + x**2 < 15**2
    >>> atoms = (mask & (rng.random(mask.shape) < 0.05)).astype(np.float32)
    >>> density = DensityMap(blur(atoms, 1.0, 100.0), voxel_size=1.0)
    >>> sweep = np.linspace(0.1, 0.3, 10)
    >>> slopes = local_slopes(density, mask, sweep, width=0.02, normalise="power")
    >>> f"B = {4 * np.median(slopes):.0f} Å²"
    'B = -100 Å²'
    """
    # A running sum, so that only one shell is in memory.
    slopes = np.zeros(int(np.count_nonzero(mask)), dtype=np.float32)
    logarithms = _logarithms(density, mask, sweep, width, normalise)
    for weight, pieces in zip(slope_weights(sweep), logarithms):
        for place, logarithm in pieces:
            slopes[place] += np.float32(weight) * logarithm
    return slopes


def _logarithms(
    density: DensityMap, mask: BoolArray, sweep: FloatArray, width: float, normalise: str
) -> Iterator[Iterator[Piece]]:
    """ln(m²/(m + q)) in pieces; those of a shell are read before the next shell."""
    background = some_background(mask)
    signal = MonogenicSignal(density, mask, background)
    voxels = int(np.count_nonzero(background))
    for frequency in sweep:
        yield _against_noise(signal.amplitudes(float(frequency), width, normalise), voxels)


def _against_noise(amplitudes: Iterable[Tuple[Piece, ...]], voxels: int) -> Iterator[Piece]:
    """ln(m²/(m + q)) in the mask; q is known after so many voxels of the background."""
    smallest = np.finfo(np.float32).tiny
    waiting: List[Piece] = []
    outside: List[FloatArray] = []
    noise = None
    for piece, (_, beyond) in amplitudes:
        waiting.append(piece)
        outside.append(beyond)
        voxels -= beyond.size
        if voxels and noise is None:
            continue
        if noise is None:
            noise = np.float32(quantile(np.concatenate(outside), NOISE_QUANTILE))
            outside.clear()
        for place, inside in waiting:
            np.maximum(inside, smallest, out=inside)
            yield place, 2 * np.log(inside) - np.log(inside + noise)
        waiting.clear()
