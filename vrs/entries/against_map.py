"""Where the header of an entry and the map file say different things."""

from __future__ import annotations

import re
from typing import Iterator, Optional, Sequence, Tuple, Union

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Entry
from vrs.maps.density_map import DensityMap
from vrs.maps.header import MapHeader
from vrs.maps.placement import VOXEL_TOLERANCE
from vrs.maps.printing import entered, number

VALUES_TOLERANCE = 1e-4
"""Difference of extreme grey values, relative to their range, that is rounding: the headers of the
archive state at least six digits, so that they are within 5e-6."""

_OTHER_MAP = "check that the file is the primary map of the entry"
_LABEL = re.compile(r"::::(EMD-\d{4,8})::::", re.ASCII)
_DIGITS = 4


def disagreements(
    entry: Entry, density: DensityMap, header: Optional[MapHeader] = None
) -> Tuple[Disagreement, ...]:
    """Each thing that the entry says otherwise than the map.

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
    tuple of Disagreement -- none if the entry agrees, or says nothing about these

    Examples
    --------
    >>> import numpy as np
    >>> density = DensityMap(np.arange(8, dtype=np.float32).reshape(2, 2, 2), voxel_size=1.0)
    >>> entry = Entry(id="EMD-1234", box=[2, 2, 2], voxel_size=[1.0, 1.0, 1.0], contour=9.0)
    >>> disagreements(entry, density)
    (Disagreement(quantity='contour', stated=[9.0], measured=[7.0]),)
    """
    return tuple(_disagreements(entry, density, header))


def _disagreements(
    entry: Entry, density: DensityMap, header: Optional[MapHeader]
) -> Iterator[Disagreement]:
    named = {name for label in (header.labels if header else ()) for name in _LABEL.findall(label)}
    if named and entry.id not in named:
        yield Disagreement("label", [entry.id], [min(named)])
    if entry.box is not None and tuple(entry.box) != density.box:
        yield Disagreement("box", [*entry.box], [*density.box])
    used = density.voxel_size
    edges = entry.voxel_size or [used] * 3
    if max(abs(edge - used) for edge in edges) > used * VOXEL_TOLERANCE:
        yield Disagreement("voxel_size", [*edges], [used] * 3)
    values = float(density.data.min()), float(density.data.max())
    if entry.statistics is not None:
        stated = entry.statistics.minimum, entry.statistics.maximum
        allowed = VALUES_TOLERANCE * max(stated[1] - stated[0], values[1] - values[0])
        if max(abs(a - b) for a, b in zip(stated, values)) > allowed:
            yield Disagreement("grey_values", [*stated], [*values])
    if entry.contour is not None and entry.contour > values[1]:
        yield Disagreement("contour", [entry.contour], [values[1]])


def remark(entry: Entry, disagreement: Disagreement) -> str:
    """A disagreement as a sentence with both values, and what to do.

    >>> remark(Entry(id="EMD-1234"), Disagreement("box", [3, 3, 4], [3, 3, 3]))[:58]
    'EMD-1234 states a box of 3 x 3 x 4 voxels, the map has 3 x'
    """
    stated, measured = disagreement.stated, disagreement.measured
    if disagreement.quantity == "label":
        return f"The file is labelled {measured[0]}, not {entry.id}: {_OTHER_MAP}."
    if disagreement.quantity == "box":
        boxes = f"{entry.id} states a box of {_by(stated)} voxels, the map has {_by(measured)}"
        if disagreement.is_turned:
            return f"{boxes}, the same sides in another order: compare the axes and the hand."
        return f"{boxes}: {_OTHER_MAP}."
    if disagreement.quantity == "voxel_size":
        alike = len({entered(float(edge)) for edge in stated}) == 1
        sizes = " x ".join(entered(float(edge)) for edge in (stated[:1] if alike else stated))
        return (
            f"{entry.id} states a voxel size of {sizes} Å, and {entered(float(measured[0]))} Å is "
            "used: all lengths and resolutions depend on which one is right."
        )
    if disagreement.quantity == "contour":
        return (
            f"The contour level of {entry.id}, {entered(float(stated[0]))}, is above the largest "
            f"grey value of the map, {number(float(measured[0]), _DIGITS)}: it cannot be used."
        )
    values = f"{entry.id} states grey values from {_to(stated)}, the map has {_to(measured)}"
    if disagreement.scale is None:
        return f"{values}: {_OTHER_MAP}."
    return (
        f"{values}, {number(disagreement.scale)} times as much: multiply the contour level by this "
        "factor."
    )


def _by(sides: Sequence[Union[float, str]]) -> str:
    return " x ".join(map(str, sides))


def _to(values: Sequence[Union[float, str]]) -> str:
    return " to ".join(number(float(value), _DIGITS) for value in values)
