"""The middle of many values without sorting them."""

from __future__ import annotations

from typing import Iterator, List, Optional

import numpy as np

from vrs.maps import FloatArray

PART = 2**16
"""Values looked at at once: few enough for the fast memory of a processor."""

_SAMPLE = 2**14
_MARGIN = 0.03
"""Share of the values, below and above the middle of the sample, among which the middle is sought:
seven standard errors of the median of such a sample."""


def parts_of(values: FloatArray) -> Iterator[FloatArray]:
    """The values, ``PART`` at a time, so that what is computed from them needs no memory."""
    for first in range(0, values.size, PART):
        yield values[first : first + PART]


def median(values: FloatArray, center: Optional[float] = None) -> float:
    """The middle value, one that occurs: whatever more than half of the values share.

    Exactly that at position n // 2 of the sorted values. A sample tells about where it lies, and
    only the values near there are put in order.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not empty, all finite.
    center : float, optional
        Take the distances |value - center|, in the precision of the values, in place of the values.
    """
    position = values.size // 2
    sample = _distances(values[:: max(values.size // _SAMPLE, 1)], center)
    ends = [int(share * (sample.size - 1)) for share in (0.5 - _MARGIN, 0.5 + _MARGIN)]
    low, high = np.partition(sample, ends)[ends]
    near: List[FloatArray] = []
    below = equal = 0
    for part in parts_of(values):
        found = _distances(part, center)
        below += np.count_nonzero(found < low)
        if low == high:
            equal += np.count_nonzero(found == low)
        else:
            near.append(found[(found >= low) & (found <= high)])
    if below <= position < below + equal:
        return float(low)
    chosen = np.concatenate(near) if near else np.empty(0)
    if not below <= position < below + chosen.size:
        # The sample was not like the rest.
        below, chosen = 0, _distances(values, center)
    return float(np.partition(chosen, position - below)[position - below])


def _distances(values: FloatArray, center: Optional[float]) -> FloatArray:
    if center is None:
        return values
    distances: FloatArray = values - values.dtype.type(center)
    return np.abs(distances, out=distances)
