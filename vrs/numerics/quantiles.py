"""Medians and quantiles of many values without sorting them; exact."""

from __future__ import annotations

from typing import Iterator, List, Optional

import numpy as np

from vrs.maps import FloatArray

PART = 2**16
"""Values looked at at once: few enough for the fast memory of a processor."""

_SAMPLE = 2**14
_MARGIN = 0.03
"""Share of the values, below and above the place in the sample, among which the ranks are sought:
seven standard errors of the median of such a sample."""


def parts_of(values: FloatArray) -> Iterator[FloatArray]:
    """The values, ``PART`` at a time, so that what is computed from them needs no memory."""
    for first in range(0, values.size, PART):
        yield values[first : first + PART]


def median(values: FloatArray, center: Optional[float] = None) -> float:
    """The middle value, one that occurs: whatever more than half of the values share.

    Exactly that at position n // 2 of the sorted values.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not empty, all finite.
    center : float, optional
        Take the distances |value - center|, in the precision of the values, in place of the values.
    """
    middle = values.size // 2
    return float(_at_ranks(values, middle, middle, center)[0])


def quantile(values: FloatArray, share: float) -> float:
    """Linearly interpolated quantile, as that of numpy.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not empty, all finite.
    share : float
        From 0 to 1.
    """
    position = share * (values.size - 1)
    below = int(position)
    low, high = _at_ranks(values, below, min(below + 1, values.size - 1), None)[[0, -1]]
    return float(low) + (position - below) * (float(high) - float(low))


def _at_ranks(values: FloatArray, first: int, last: int, center: Optional[float]) -> FloatArray:
    """The sorted values from one position to another.

    A sample tells about where they lie, and only the values near there are put in order.
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
        found = _distances(part, center)
        below += np.count_nonzero(found < low)
        if low == high:
            # Many values may be this one: counted, they need no memory.
            equal += np.count_nonzero(found == low)
        else:
            near.append(found[(found >= low) & (found <= high)])
    if below <= first and last < below + equal:
        return np.full(last + 1 - first, low)
    chosen = np.concatenate(near) if near else sample[:0]
    if not (below <= first and last < below + chosen.size):
        # The sample was not like the rest, or the place is at its edge.
        below, chosen = 0, _distances(values, center)
    ranks = np.arange(first - below, last + 1 - below)
    ordered: FloatArray = np.partition(chosen, ranks)[ranks]
    return ordered


def _distances(values: FloatArray, center: Optional[float]) -> FloatArray:
    if center is None:
        return values
    distances: FloatArray = values - values.dtype.type(center)
    return np.abs(distances, out=distances)
