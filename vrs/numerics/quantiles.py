"""Medians, quantiles and histograms of many values in small parts, without sorting them; exact."""

from __future__ import annotations

from typing import Any, Callable, Iterator, List, Optional, Tuple, Union

import numpy as np
import numpy.typing as npt

from vrs.maps import BoolArray, FloatArray
from vrs.maps.memory_map import leave_on_disk

PART = 2**16
"""Values per part: few enough for the cache of the processor."""

_SAMPLE = 2**14
_MARGIN = 0.03
"""Share of the sample, below and above the quantile, between which the quantile is searched: seven
standard errors of the median of such a sample."""


COPIED = 2**22
"""Chosen values that are copied; 16 MB of float32."""

Planes = Union[npt.NDArray[Any], List[npt.NDArray[Any]]]


class Selection:
    """The values of a map in some of its voxels, read plane by plane instead of copied.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X), or a list of arrays
    where : of the same kind and shape, any type -- the chosen voxels are those above 0, or true

    Attributes
    ----------
    size : int -- number of chosen voxels

    Examples
    --------
    >>> data = np.arange(8.0).reshape(2, 2, 2)
    >>> chosen = Selection(data, data % 2)
    >>> chosen.size, [part.tolist() for part in chosen]
    (4, [[1.0, 3.0], [5.0, 7.0]])
    """

    def __init__(self, data: Planes, where: Planes) -> None:
        self._data, self._where = data, where
        self.size = sum(int(np.count_nonzero(plane > 0)) for plane in where)

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        for plane, where in zip(self._data, self._where):
            chosen = plane[where > 0]
            if chosen.size:
                yield chosen
            leave_on_disk(plane)


Values = Union[npt.NDArray[Any], Selection]
"""Values in memory, or read plane by plane."""


def chosen_values(data: Planes, where: Planes) -> Values:
    """The values of a map in some of its voxels: a copy where they are few, at most ``COPIED``.

    Parameters
    ----------
    data, where
        As in ``Selection``.

    Examples
    --------
    >>> data = np.arange(8.0).reshape(2, 2, 2)
    >>> chosen_values(data, data % 2).tolist()
    [1.0, 3.0, 5.0, 7.0]
    """
    selection = Selection(data, where)
    return np.concatenate(list(selection)) if 0 < selection.size <= COPIED else selection


def parts_of(values: Values) -> Iterator[npt.NDArray[Any]]:
    """The values in small parts, so that temporary arrays stay small.

    Parameters
    ----------
    values : ndarray, shape (n,), or Selection

    Yields
    ------
    ndarray, shape (m,) -- views of an array, m at most ``PART``; or the values of a plane
    """
    if isinstance(values, Selection):
        yield from values
        return
    for first in range(0, values.size, PART):
        yield values[first : first + PART]
        leave_on_disk(values)


def median(values: Values, center: Optional[float] = None) -> float:
    """The value at position n // 2 of the sorted values; always one that occurs.

    Parameters
    ----------
    values : ndarray, shape (n,), or Selection -- not empty, all finite
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


def quantile(values: Values, portion: float) -> float:
    """Linearly interpolated quantile, as ``numpy.quantile``.

    Parameters
    ----------
    values : ndarray, shape (n,), or Selection -- not empty, all finite
    portion : float -- from 0 to 1

    Examples
    --------
    >>> quantile(np.array([10.0, 20.0, 30.0, 40.0, 50.0]), 0.9)
    46.0
    """
    position = portion * (values.size - 1)
    below = int(position)
    low, high = _at_ranks(values, below, min(below + 1, values.size - 1), None)[[0, -1]]
    step, weight = float(high) - float(low), position - below
    # The form of numpy, which is exact at both ends.
    return float(low) + weight * step if weight < 0.5 else float(high) - (1 - weight) * step


def histogram(values: Values, bins: int) -> Tuple[npt.NDArray[np.int64], FloatArray]:
    """Numbers of values in bins of equal width from the least to the largest value.

    Parameters
    ----------
    values : ndarray, shape (n,), or Selection -- not empty, all finite
    bins : int

    Returns
    -------
    counts : ndarray, int64, shape (bins,)
    edges : ndarray, shape (bins + 1,)

    Examples
    --------
    >>> counts, edges = histogram(np.array([0.0, 1.0, 1.0, 4.0]), bins=2)
    >>> counts.tolist(), edges.tolist()
    ([3, 1], [0.0, 2.0, 4.0])
    """
    low = min(part.min() for part in parts_of(values))
    high = max(part.max() for part in parts_of(values))
    counts = np.zeros(bins, dtype=np.int64)
    for part in parts_of(values):
        here, edges = np.histogram(part, bins, (low, high))
        counts += here
    return counts, edges


def share(values: Values, condition: Callable[[FloatArray], BoolArray]) -> float:
    """Share of the values that fulfil a condition, from 0 to 1.

    Parameters
    ----------
    values : ndarray, shape (n,), or Selection -- not empty
    condition : function -- from values to an array of bool, both of shape (m,)

    Examples
    --------
    >>> share(np.array([1.0, 2.0, 3.0, 4.0]), lambda values: values < 2)
    0.25
    """
    counted = sum(int(np.count_nonzero(condition(part))) for part in parts_of(values))
    return counted / values.size


def _at_ranks(values: Values, first: int, last: int, center: Optional[float]) -> FloatArray:
    """The values at two positions, the first not beyond the last, of the sorted values.

    A sample shows between which values they lie; only the values in between are sorted.
    """
    sample = _distances(_sample(values), center)
    portion = first / max(values.size - 1, 1)
    ends = [
        round(min(max(end, 0.0), 1.0) * (sample.size - 1))
        for end in (portion - _MARGIN, portion + _MARGIN)
    ]
    low, high = np.partition(sample, ends)[ends]
    near: List[FloatArray] = []
    # Many values may equal an end: counting them needs no memory.
    below = at_low = at_high = 0
    for part in parts_of(values):
        part = _distances(part, center)
        below += np.count_nonzero(part < low)
        at_low += np.count_nonzero(part == low)
        at_high += np.count_nonzero(part == high) if low < high else 0
        near.append(part[(part > low) & (part < high)])
    between = np.concatenate(near)
    near.clear()
    if not (below <= first and last < below + at_low + between.size + at_high):
        # The sample is not representative, or the quantile is at its edge.
        every = np.empty(values.size, dtype=between.dtype)
        passed = 0
        for part in parts_of(values):
            every[passed : passed + part.size] = _distances(part, center)
            passed += part.size
        every.partition([first, last])
        return every[[first, last]]
    ends = [rank - below - at_low for rank in (first, last)]
    inner = [rank for rank in ends if 0 <= rank < between.size]
    if inner:
        between.partition(inner)
    found = [low if r < 0 else high if r >= between.size else between[r] for r in ends]
    return np.array(found, dtype=between.dtype)


def _sample(values: Values) -> FloatArray:
    """Some of the values at even distances."""
    # An odd step does not meet the same column of every row of a box.
    step = max(values.size // _SAMPLE, 1) | 1
    taken: List[FloatArray] = []
    passed = 0
    for part in parts_of(values):
        taken.append(part[-passed % step :: step].copy())
        passed += part.size
    return np.concatenate(taken)


def _distances(values: FloatArray, center: Optional[float]) -> FloatArray:
    if center is None:
        return values
    distances: FloatArray = values - values.dtype.type(center)
    return np.abs(distances, out=distances)
