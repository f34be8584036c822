"""Statistics of large maps, section by section, with sums in 64 bits."""

from __future__ import annotations

import math
from typing import Callable, Tuple

import numpy as np

from vrs.maps.density_map import BoolArray, FloatArray

SAMPLED_VOXELS = 100_000

CLIPPED_AT, LEFT_BY_CLIPPING = 2.0, 0.8796
"""Standard deviations, and the standard deviation of a Gaussian of 1 within them."""

MOST_ROUNDS, SAME = 50, 1e-4
"""Of clipping, and change in standard deviations that is none."""


def mean_and_deviation(data: FloatArray) -> Tuple[float, float]:
    """Mean and standard deviation of all voxels.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)

    Examples
    --------
    >>> mean_and_deviation(np.array([[[1.0, 3.0], [1.0, 3.0]]], dtype=np.float32))
    (2.0, 1.0)
    """
    mean = float(data.mean(dtype=np.float64))
    second = 0.0
    for section in data:
        difference = section.astype(np.float64) - mean
        second += float((difference * difference).sum())
    return mean, math.sqrt(second / data.size)


def count(data: FloatArray, condition: Callable[[FloatArray], BoolArray]) -> int:
    """Number of voxels that fulfil a condition.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    condition : callable -- of a section of shape (Y, X), to a bool array of the same shape
    """
    return sum(int(np.count_nonzero(condition(section))) for section in data)


def sample(data: FloatArray) -> FloatArray:
    """About 100 000 voxels at regular distances.

    Parameters
    ----------
    data : ndarray, any type, shape (Z, Y, X)

    Returns
    -------
    ndarray, of the same type, shape (n,)
    """
    return data.reshape(-1)[:: max(1, data.size // SAMPLED_VOXELS)]


def commonest(values: FloatArray) -> Tuple[float, float]:
    """The most frequent value, the smallest of several, and its share of the values.

    Parameters
    ----------
    values : ndarray, shape (n,) -- not empty

    Examples
    --------
    >>> commonest(np.array([0.0, 0.5, 0.0, -1.0]))
    (0.0, 0.5)
    """
    distinct, counts = np.unique(values, return_counts=True)
    return float(distinct[counts.argmax()]), float(counts.max() / values.size)


def robust_deviation(values: FloatArray) -> float:
    """1.4826 times the median distance from the median: the standard deviation of a Gaussian.

    Parameters
    ----------
    values : ndarray, any shape -- not empty

    Examples
    --------
    One value in five is far outside, and hardly counts:

    >>> robust_deviation(np.array([-1.0, 0.0, 0.0, 1.0, 50.0]))
    1.4826
    """
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def sum_of_squares(data: FloatArray) -> float:
    """Sum of the squares of all voxels.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    """
    return sum(float(np.square(section, dtype=np.float64).sum()) for section in data)


def bulk(values: FloatArray) -> Tuple[float, float]:
    """Mean and standard deviation of a Gaussian of most of the values, whatever the others are.

    Values beyond two standard deviations are left out until nothing changes.

    Parameters
    ----------
    values : ndarray, any shape -- not empty

    Returns
    -------
    center, sigma : float -- 0 for the second if half of the values are the same

    Examples
    --------
    One value in five is far outside, and does not count:

    >>> values = np.random.default_rng(0).normal(3, 2, 100_000)
    >>> values[:20_000] += 20
    >>> [round(part, 1) for part in bulk(values)]
    [3.0, 2.0]
    """
    center, sigma = float(np.median(values)), robust_deviation(values)
    for _ in range(MOST_ROUNDS):
        near = values[np.abs(values - center) <= CLIPPED_AT * sigma]
        last = center, sigma
        center = float(near.mean(dtype=np.float64))
        sigma = float(near.std(dtype=np.float64)) / LEFT_BY_CLIPPING
        if abs(center - last[0]) + abs(sigma - last[1]) <= SAME * sigma:
            break
    return center, sigma
