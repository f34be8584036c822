"""Where the header of an entry and the map file say different things."""

from __future__ import annotations

import re
from typing import Iterator, Optional, Sequence, Tuple

from vrs.checks.entry import Entry
from vrs.maps.density_map import DensityMap
from vrs.maps.header import MapHeader
from vrs.maps.placement import VOXEL_TOLERANCE
from vrs.maps.printing import entered, number

VALUES_TOLERANCE = 1e-4
"""Difference of extreme grey values, relative to their range, that is rounding: the headers of the
archive state at least six digits, so that they are within 5e-6."""

_SCALE_TOLERANCE = 0.01
_OTHER_MAP = "check that the file is the primary map of the entry"
_LABEL = re.compile(r"::::(EMD-\d{4,8})::::", re.ASCII)
_DIGITS = 4


def disagreements(
    entry: Entry, density: DensityMap, header: Optional[MapHeader] = None
) -> Tuple[str, ...]:
    """One remark for each thing that the entry says otherwise than the map, with both values.

    1. the entry that a label of the file names;
    2. the box;
    3. the voxel size that is used;
    4. the lowest and the highest grey value;
    5. a contour level that no voxel reaches.

    Parameters
    ----------
    entry : Entry -- of the map
    density : DensityMap -- the map as it is used
    header : MapHeader or None -- of the map file

    Returns
    -------
    tuple of str -- sentences; none if the entry agrees, or says nothing about these

    Examples
    --------
    >>> import numpy as np
    >>> density = DensityMap(np.arange(8, dtype=np.float32).reshape(2, 2, 2), voxel_size=1.0)
    >>> entry = Entry(id="EMD-1234", box=[2, 2, 2], voxel_size=[1.0, 1.0, 1.0], contour=9.0)
    >>> disagreements(entry, density)[0][:63]
    'The contour level of EMD-1234, 9, is above the largest grey val'
    """
    return tuple(_remarks(entry, density, header))


def _remarks(entry: Entry, density: DensityMap, header: Optional[MapHeader]) -> Iterator[str]:
    named = {name for label in (header.labels if header else ()) for name in _LABEL.findall(label)}
    if named and entry.id not in named:
        yield f"The file is labelled {min(named)}, not {entry.id}: {_OTHER_MAP}."
    yield from _box(entry, density)
    yield from _voxel_size(entry, density)
    values = float(density.data.min()), float(density.data.max())
    yield from _values(entry, values)
    if entry.contour is not None and entry.contour > values[1]:
        yield (
            f"The contour level of {entry.id}, {entered(entry.contour)}, is above the largest "
            f"grey value of the map, {number(values[1], _DIGITS)}: give another contour level."
        )


def _box(entry: Entry, density: DensityMap) -> Iterator[str]:
    box = density.box
    if entry.box is None or tuple(entry.box) == box:
        return
    stated = f"{entry.id} states a box of {_by(entry.box)} voxels, the map has {_by(box)}"
    if sorted(entry.box) == sorted(box):
        yield f"{stated}, the same sides in another order: compare the axes and the hand."
    else:
        yield f"{stated}: {_OTHER_MAP}."


def _voxel_size(entry: Entry, density: DensityMap) -> Iterator[str]:
    used = density.voxel_size
    if entry.voxel_size is None:
        return
    if max(abs(edge - used) for edge in entry.voxel_size) <= used * VOXEL_TOLERANCE:
        return
    alike = len({entered(edge) for edge in entry.voxel_size}) == 1
    edges = entry.voxel_size[:1] if alike else entry.voxel_size
    yield (
        f"{entry.id} states a voxel size of {' x '.join(map(entered, edges))} Å, and "
        f"{entered(used)} Å is used: give the right voxel size if this one is not."
    )


def _values(entry: Entry, values: Tuple[float, float]) -> Iterator[str]:
    if entry.statistics is None:
        return
    stated = entry.statistics.minimum, entry.statistics.maximum
    allowed = VALUES_TOLERANCE * max(stated[1] - stated[0], values[1] - values[0])
    if max(abs(a - b) for a, b in zip(stated, values)) <= allowed:
        return
    remark = f"{entry.id} states grey values from {_to(stated)}, the map has {_to(values)}"
    scale = _scale(stated, values)
    if scale is None:
        yield f"{remark}: {_OTHER_MAP}."
    else:
        yield f"{remark}, {number(scale)} times as much: multiply the contour level by this factor."


def _scale(stated: Tuple[float, float], values: Tuple[float, float]) -> Optional[float]:
    """The factor between the values, if one fits both ends."""
    largest = max(map(abs, stated))
    if not largest or stated[0] == stated[1]:
        return None
    scale = (values[1] - values[0]) / (stated[1] - stated[0])
    differences = (abs(b - scale * a) for a, b in zip(stated, values))
    return scale if scale > 0 and max(differences) <= _SCALE_TOLERANCE * scale * largest else None


def _by(sides: Sequence[int]) -> str:
    return " x ".join(map(str, sides))


def _to(values: Tuple[float, float]) -> str:
    return f"{number(values[0], _DIGITS)} to {number(values[1], _DIGITS)}"
