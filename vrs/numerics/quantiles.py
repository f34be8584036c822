"""Medians and quantiles of many values without sorting them; exact."""

from __future__ import annotations

from typing import Iterator, List, Optional

import numpy as np

from vrs.maps import FloatArray

PART = 2**16
"""Values per part: few enough for the cache of the processor."""

_SAMPLE = 2**14
_MARGIN = 0.03
"""Share of the sample, below and above the quantile, between which the quantile is searched: seven
standard errors of the median of such a sample."""


def parts_of(values: FloatArray) -> Iterator[FloatArray]:
    """The values in parts of at most ``PART``, so that temporary arrays stay small.

    Parameters
    ----------
    values : ndarray, shape (n,)

    Yields
    ------
    ndarray, shape (m,) -- views, m at most ``PART``
    """
    for first in range(0, values.size, PART):
        yield values[first : first + PART]


def median(values: FloatArray, center: Optional[float] = None) -> float:
    """The value at position n // 2 of the sorted values; always one that occurs.

    Parameters
    ----------
    values : ndarray, shape (n,) -- not empty, all finite
    center : float, optional -- use the distances |value - center|, in their precision, instead

    Examples
    --------
    The median, and the median absolute deviation from it:

    >>> values = np.array([1.0, 2.0, 2.0, 5.0, 9.0])
    >>> median(values), median(values, center=2.0)
    (2.0, 1.0)
    """
    middle = values.size // 2
    return float(_at_ranks(values, middle, middle, center)[0])


def quantile(values: FloatArray, share: float) -> float:
    """Linearly interpolated quantile, as ``numpy.quantile``.

    Parameters
    ----------
    values : ndarray, shape (n,) -- not empty, all finite
    share : float -- from 0 to 1

    Examples
    --------
    >>> quantile(np.array([10.0, 20.0, 30.0, 40.0, 50.0]), 0.9)
    46.0
    """
    position = share * (values.size - 1)
    below = int(position)
    low, high = _at_ranks(values, below, min(below + 1, values.size - 1), None)[[0, -1]]
    return float(low) + (position - below) * (float(high) - float(low))


def _at_ranks(values: FloatArray, first: int, last: int, center: Optional[float]) -> FloatArray:
    """The sorted values from one position to another.

    A sample shows between which values they lie; only the values in between are sorted.
    """
    sample = _distances(values[:: max(values.size // _SAMPLE, 1)], center)
    share = first / max(values.size - 1, 1)
    ends = [
        round(min(max(end, 0.0), 1.0) * (sample.size - 1))
        for end in (share - _MARGIN, share + _MARGIN)
    ]
    low, high = np.partition(sample, ends)[ends]
    near: List[FloatArray] = []
    below = equal = 0
    for part in parts_of(values):
        part = _distances(part, center)
        below += np.count_nonzero(part < low)
        if low == high:
            # Many values may be equal: counting needs no memory.
            equal += np.count_nonzero(part == low)
        else:
            near.append(part[(part >= low) & (part <= high)])
    if below <= first and last < below + equal:
        return np.full(last + 1 - first, low)
    chosen = np.concatenate(near) if near else sample[:0]
    if not (below <= first and last < below + chosen.size):
        # The sample is not representative, or the quantile is at its edge.
        below, chosen = 0, _distances(values, center)
    ranks = np.arange(first - below, last + 1 - below)
    ordered: FloatArray = np.partition(chosen, ranks)[ranks]
    return ordered


def _distances(values: FloatArray, center: Optional[float]) -> FloatArray:
    if center is None:
        return values
    distances: FloatArray = values - values.dtype.type(center)
    return np.abs(distances, out=distances)
