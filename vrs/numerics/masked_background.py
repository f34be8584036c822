"""How much of the background of a map was masked away: one value, and the skirt of a soft mask.

Outside a mask a map has one value. A soft mask has a skirt before it, in which the values grow from
layer to layer of voxels.
"""

from __future__ import annotations

import math
from typing import Tuple

import numpy as np

from vrs.maps import BoolArray, FloatArray
from vrs.maps.masks import dilate
from vrs.maps.statistics import commonest

SAME = 1e-3
"""Standard deviations of the background within which values are the same; of a Gaussian they are
0.08 %. A map that was resampled after it was masked is not exactly constant there."""

LEAST_FLAT = 0.02
"""Share of one value in the background from which a skirt is looked for."""

WIDEST_SKIRT = 12
"""Voxels."""

GROWTH = 1.15
"""Of the root mean square from a layer of the skirt to the next; in noise it is 0.97 to 1.03."""

_SAMPLE = 100_000


def most_frequent(values: FloatArray) -> Tuple[float, float]:
    """The most frequent value, and its share of the values, from a regular sample of them.

    Parameters
    ----------
    values : ndarray, shape (n,) -- not empty

    Examples
    --------
    >>> most_frequent(np.array([0.0, 0.5, 0.0, -1.0]))
    (0.0, 0.5)
    """
    return commonest(values[:: math.ceil(values.size / _SAMPLE)])


def masked_shares(
    data: FloatArray, mask: BoolArray, background: FloatArray, deviation: float
) -> Tuple[float, float]:
    """Shares of the background that have one value, and that are the skirt of a mask around it.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- of the molecule; it leaves some background
    background : ndarray, float32, shape (n,) -- ``data[~mask]``, which the caller has
    deviation : float -- standard deviation of the background

    Returns
    -------
    flat, skirt : float -- from 0 to 1
    """
    outside = ~mask
    value, _ = most_frequent(background)
    flat = outside.copy()
    for here, plane in zip(flat, data):
        here &= np.abs(plane - np.float32(value)) <= SAME * deviation
    share = np.count_nonzero(flat) / background.size
    if share < LEAST_FLAT:
        return share, 0.0
    return share, _skirt(data, outside, flat, value) / background.size


def _skirt(data: FloatArray, outside: BoolArray, flat: BoolArray, value: float) -> int:
    """Voxels of the layers around the flat part before the values stop growing."""
    inner, skirt, last = flat, 0, (0, 0.0)
    for _ in range(WIDEST_SKIRT + 1):
        grown = dilate(inner, 1) & outside
        layer = data[grown & ~inner]
        if not layer.size:
            break
        spread = math.sqrt(float(np.mean((layer - np.float32(value)) ** 2, dtype=np.float64)))
        if spread < GROWTH * last[1]:
            break
        skirt, last, inner = skirt + last[0], (layer.size, spread), grown
    return skirt
