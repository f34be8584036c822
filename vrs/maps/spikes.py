"""Spikes: isolated voxels far outside all others, as hot pixels and damaged files leave them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Dict, List, Optional, Set, Tuple

import numpy as np
import numpy.typing as npt

from vrs.maps.density_map import DensityMap, FloatArray
from vrs.maps.printing import number
from vrs.maps.statistics import sample

OUTSIDE = 1.5
"""Times that a spike is farther from the median of the map than every other voxel."""

ISOLATED = 0.1
"""Difference of the means of neighbours by face, edge and corner, relative to the spike.

Nothing in a map is finer than two voxels, so that a point in it also shows in its neighbours: these
means differ by 0.21 of its height at least, however the map was sharpened.
"""

UNTOUCHED, UNTOUCHED_BY_TWO = 0.35, 0.1
"""Largest deviation of any neighbour from the median of all, relative to that of the spike.

Two voxels with a sharpened point between them look much like two spikes, so that these are found
only where their neighbours are even.
"""

LARGEST_GROUP = 2
"""Adjacent voxels that are spikes together."""

LARGEST_NUMBER = 1000
LARGEST_SHARE = 1e-3
"""Of all voxels: more are not replaced."""

SMALLEST_NUMBER = 50
"""Spikes that a map may have however small it is."""

LARGEST_CROWD = 10_000
LARGEST_SHARE_OF_CROWD = 0.01
"""Of all voxels: more may be the molecule in an empty box."""

SMALLEST_CROWD = 3
"""Voxels far outside all others that are named though they are no spikes; fewer may be an ion."""

OUTSIDE_OF_CROWD = 3.0
"""Times that such voxels are farther from the median of the map than every other voxel."""

NAMED = 5
"""Spikes that are named one by one."""

Place = Tuple[int, int, int]


@dataclass(frozen=True)
class Spike:
    """A voxel that was, or could be, replaced.

    Attributes
    ----------
    place : tuple of 3 ints -- of the voxel along X, Y, Z, counted from 0
    value : float -- in the file
    replacement : float -- median of its neighbours
    """

    place: Place
    value: float
    replacement: float


def find_spikes(density: DensityMap) -> List[Spike]:
    """The spikes of a map, the largest first.

    A spike is alone, or beside one other; it deviates from the median of the map at least 1.5 times
    as much as all voxels that are no spikes; and its neighbours show nothing of it (see
    ``ISOLATED``). A map of zeros with equal single voxels has none: nothing is outside of all.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X), finite

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(0, 1, (20, 20, 20)).astype(np.float32)
    >>> values[3, 4, 5] = 50
    >>> [(spike.place, spike.value) for spike in find_spikes(DensityMap(values, voxel_size=1.0))]
    [((5, 4, 3), 50.0)]
    """
    data = density.data
    limit = int(min(LARGEST_NUMBER, max(SMALLEST_NUMBER, LARGEST_SHARE * data.size)))
    center = float(np.median(sample(data)))
    indices, deviations = _extremes(data, center, limit + 1)
    for amount in _gaps(deviations):
        spikes = _isolated(data, indices[:amount])
        if spikes:
            return spikes
    return []


def crowd_remark(density: DensityMap) -> str:
    """A sentence on voxels far outside all others that are no spikes, "" if there are none.

    They are too many or lie beside each other, so that ``find_spikes`` leaves them.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X), finite; without its spikes
    """
    data = density.data
    limit = int(min(LARGEST_CROWD, max(SMALLEST_NUMBER, LARGEST_SHARE_OF_CROWD * data.size)))
    center = float(np.median(sample(data)))
    indices, deviations = _extremes(data, center, limit + 1)
    amounts = _gaps(deviations, OUTSIDE_OF_CROWD)
    if not amounts or amounts[0] < SMALLEST_CROWD:
        return ""
    values = data.reshape(-1)[indices[: amounts[0]]]
    z, y, x = np.unravel_index(int(indices[0]), data.shape)
    return (
        f"{amounts[0]} voxels lie far outside all others, with values from "
        f"{number(float(values.min()), 4)} to {number(float(values.max()), 4)}, the farthest at "
        f"(x, y, z) = ({x}, {y}, {z}) (counted from 0). They are too many, or too close to each "
        "other, to be replaced as isolated voxels, and change several checks: if they are no part "
        "of the molecule, repair the map."
    )


def without_spikes(density: DensityMap, spikes: List[Spike]) -> DensityMap:
    """The map with its spikes replaced; the map itself if there are none.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X); not changed
    spikes : list of Spike -- from ``find_spikes``
    """
    if not spikes:
        return density
    data = np.array(density.data)
    for spike in spikes:
        data[spike.place[::-1]] = spike.replacement
    return density.with_data(data)


def spike_remark(spikes: List[Spike], kept: bool = False) -> str:
    """A sentence on the spikes and on what was done with them; ``spikes`` is not empty."""
    listed = [
        f"{number(spike.value, 4)} at (x, y, z) = ({', '.join(map(str, spike.place))}), where its "
        f"neighbours have {number(spike.replacement, 2)}"
        for spike in spikes[:NAMED]
    ]
    if len(spikes) > NAMED:
        listed.append(f"and {len(spikes) - NAMED} more")
    one = len(spikes) == 1
    count = "One voxel lies" if one else f"{len(spikes)} voxels lie"
    done = "kept on request"
    if not kept:
        done = (
            f"replaced by the median of {'its' if one else 'their'} neighbours before anything was "
            "measured; the file is unchanged. --keep-spikes, or “Keep isolated voxels” of prepare "
            "map, measures the map as it is"
        )
    return (
        f"{count} isolated and far outside all others: {'; '.join(listed)} (voxels counted from "
        f"0). {'It was' if one else 'They were'} {done}."
    )


def _extremes(
    data: FloatArray, center: float, number: int
) -> Tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Flat indices and absolute deviations of the voxels that deviate most, the largest first."""
    indices, deviations = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64)
    for first, section in enumerate(data):
        lowest = deviations[-1] if deviations.size == number else -1.0
        deviation = np.abs(section.astype(np.float64).reshape(-1) - center)
        larger = np.flatnonzero(deviation > lowest)
        if not larger.size:
            continue
        indices = np.concatenate((indices, larger + first * section.size))
        deviations = np.concatenate((deviations, deviation[larger]))
        order = np.argsort(-deviations, kind="stable")[:number]
        indices, deviations = indices[order], deviations[order]
    return indices, deviations


def _gaps(deviations: npt.NDArray[np.float64], factor: float = OUTSIDE) -> List[int]:
    """Numbers of voxels that are outside of all that follow, the largest number first."""
    following = deviations[1:]
    outside = (deviations[:-1] >= factor * following) & (following > 0)
    return [int(index) + 1 for index in np.flatnonzero(outside)[::-1]]


def _isolated(data: FloatArray, indices: npt.NDArray[np.int64]) -> List[Spike]:
    """The voxels as spikes, if all of them are isolated; else an empty list."""
    places = [np.unravel_index(int(index), data.shape) for index in indices]
    candidates = {(int(z), int(y), int(x)) for z, y, x in places}
    spikes = []
    for z, y, x in places:
        spike = _spike(data, (int(z), int(y), int(x)), candidates)
        if spike is None:
            return []
        spikes.append(spike)
    return spikes


def _spike(data: FloatArray, place: Place, candidates: Set[Place]) -> Optional[Spike]:
    """The voxel as a spike; None if it is part of something larger."""
    z, y, x = place
    around = _neighbours(data.shape, place)
    others = [neighbour for neighbour in around if neighbour not in candidates]
    if len(around) - len(others) > LARGEST_GROUP - 1:
        return None
    values = np.array([data[other] for other in others], dtype=np.float64)
    steps = np.array([around[other] for other in others])
    value, median = float(data[place]), float(np.median(values))
    height = abs(value - median)
    means = [values[steps == step].mean() for step in set(steps)]
    if max(means) - min(means) > ISOLATED * height:
        return None
    untouched = UNTOUCHED if len(others) == len(around) else UNTOUCHED_BY_TWO
    if np.abs(values - median).max() > untouched * height:
        return None
    return Spike((x, y, z), value, median)


def _neighbours(shape: Tuple[int, ...], place: Place) -> Dict[Place, int]:
    """The 26 voxels around one, within the box, and the axes along which they differ from it."""
    z, y, x = place
    around = {}
    for dz, dy, dx in product((-1, 0, 1), repeat=3):
        neighbour = (z + dz, y + dy, x + dx)
        if all(0 <= position < size for position, size in zip(neighbour, shape)):
            around[neighbour] = abs(dz) + abs(dy) + abs(dx)
    del around[place]
    return around
