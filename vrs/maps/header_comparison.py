"""The header of a map file compared with the values used in the analysis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from vrs.maps.density_map import DensityMap, FloatArray
from vrs.maps.header import MapHeader
from vrs.maps.placement import ANGLE_TOLERANCE, VOXEL_TOLERANCE

STATISTICS_TOLERANCE = 0.01
"""Tolerated difference between the header's statistics and the true ones, relative to the range of
values (for RMS: to the standard deviation)."""

ORIGIN_TOLERANCE = 0.01
"""Voxels by which an origin may differ from the header's, due to its 32-bit numbers."""

START_TOLERANCE = 1.0
"""Voxels by which NSTART, a whole number, may differ from the origin in voxels."""

AXIS_NAMES = {1: "X", 2: "Y", 3: "Z"}
MODE_NAMES: Dict[int, str] = {
    0: "8-bit integers",
    1: "16-bit integers",
    2: "32-bit floats",
    6: "unsigned 16-bit integers",
    12: "16-bit floats",
}

HeaderValue = Union[int, float, str, Sequence[Union[int, float, None]], None]


class Agreement(str, Enum):
    """How the used value relates to that in the header."""

    AGREES = "agrees"
    DIFFERS = "differs"
    CONVERTED = "converted"
    NOT_SET = "not set"


@dataclass(frozen=True)
class HeaderLine:
    """A quantity as stated in the header and as used in the analysis.

    Attributes
    ----------
    quantity : str -- "Voxel size"
    unit : str -- "" for pure numbers and texts
    in_header : number, list of numbers along X, Y, Z, str or None
        None if there is no meaningful value.
    used : number, list of numbers along X, Y, Z, str or None
        None if there is no meaningful value.
    agreement : Agreement -- how the two relate
    note : str -- the reason in a few words; may be empty
    """

    quantity: str
    unit: str
    in_header: HeaderValue
    used: HeaderValue
    agreement: Agreement
    note: str = ""


def compare_header(header: MapHeader, density: DensityMap) -> List[HeaderLine]:
    """Compare a header with the map as it was used.

    Parameters
    ----------
    header : MapHeader -- of the map file
    density : DensityMap
        The map in the analysis, perhaps with another voxel size or origin; shape (Z, Y, X).

    Returns
    -------
    list of HeaderLine
        Voxel size, box, intervals, cell angles, axes, ORIGIN, NSTART, mode, space group, minimum,
        maximum, mean, RMS, the word "MAP" and the machine stamp.
    """
    return [
        _voxel_size(header, density.voxel_size),
        _counts("Box", header.box, density.box),
        _intervals(header, density.box),
        _angles(header),
        _axes(header),
        _origin(header, density),
        _start(header, density),
        _mode(header),
        _space_group(header),
        *_statistics(header, density.data),
        HeaderLine(
            "Word “MAP”",
            "",
            "present" if header.identified else "missing",
            "present",
            _agreement(header.identified),
        ),
        _machine_stamp(header),
    ]


def _agreement(agrees: bool) -> Agreement:
    return Agreement.AGREES if agrees else Agreement.DIFFERS


def _voxel_size(header: MapHeader, used: float) -> HeaderLine:
    edges = header.voxel_edges
    if edges is None:
        return HeaderLine("Voxel size", "Å", None, used, Agreement.NOT_SET)
    agrees = max(abs(edge - used) for edge in edges) <= used * VOXEL_TOLERANCE
    shown: HeaderValue = edges[0] if len(set(edges)) == 1 else list(edges)
    note = "" if agrees else "the size in the header was replaced"
    return HeaderLine("Voxel size", "Å", shown, used, _agreement(agrees), note)


def _counts(name: str, stated: Sequence[int], used: Sequence[int]) -> HeaderLine:
    agreement = _agreement(tuple(stated) == tuple(used))
    return HeaderLine(name, "voxels", list(stated), list(used), agreement)


def _intervals(header: MapHeader, box: Tuple[int, int, int]) -> HeaderLine:
    name = "Intervals of the unit cell (MX, MY, MZ)"
    stated = list(header.sampling)
    if min(stated) <= 0:
        return HeaderLine(name, "", stated, list(box), Agreement.NOT_SET)
    agrees = header.sampling == box
    note = "" if agrees else "the box is not the unit cell"
    return HeaderLine(name, "", stated, list(box), _agreement(agrees), note)


def _angles(header: MapHeader) -> HeaderLine:
    name, right = "Angles of the unit cell", [90.0, 90.0, 90.0]
    if not any(header.angles):
        return HeaderLine(name, "degrees", [0.0, 0.0, 0.0], right, Agreement.NOT_SET)
    agrees = all(abs(angle - 90.0) <= ANGLE_TOLERANCE for angle in header.angles)
    return HeaderLine(name, "degrees", _listed(header.angles), right, _agreement(agrees))


def _axes(header: MapHeader) -> HeaderLine:
    stated = ", ".join(AXIS_NAMES[axis] for axis in reversed(header.stored_axes))
    reordered = header.axis_order != (0, 1, 2)
    return HeaderLine(
        "Axes of columns, rows, sections",
        "",
        stated,
        "X, Y, Z",
        Agreement.CONVERTED if reordered else Agreement.AGREES,
    )


def _origin(header: MapHeader, density: DensityMap) -> HeaderLine:
    stated, used = list(header.origin), list(density.origin)
    farthest = max(abs(a - b) for a, b in zip(stated, used))
    if farthest <= ORIGIN_TOLERANCE * density.voxel_size:
        return HeaderLine("ORIGIN", "Å", stated, used, Agreement.AGREES)
    if not any(stated) and any(header.start):
        return HeaderLine("ORIGIN", "Å", stated, used, Agreement.NOT_SET, "NSTART was used")
    return HeaderLine("ORIGIN", "Å", stated, used, Agreement.DIFFERS)


def _start(header: MapHeader, density: DensityMap) -> HeaderLine:
    # Adding zero turns -0.0 into 0.0.
    used = [position / density.voxel_size + 0.0 for position in density.origin]
    stated = list(header.start)
    if not any(stated) and any(header.origin):
        return HeaderLine("NSTART", "voxels", stated, used, Agreement.NOT_SET, "ORIGIN was used")
    agrees = max(abs(a - b) for a, b in zip(stated, used)) <= START_TOLERANCE
    return HeaderLine("NSTART", "voxels", stated, used, _agreement(agrees))


def _mode(header: MapHeader) -> HeaderLine:
    used = MODE_NAMES[2]
    agreement = Agreement.AGREES if header.mode == 2 else Agreement.CONVERTED
    return HeaderLine("Mode", "", f"{header.mode} ({MODE_NAMES[header.mode]})", used, agreement)


def _space_group(header: MapHeader) -> HeaderLine:
    group = header.space_group
    notes = {0: "0 marks a stack of images", 1: ""}
    note = notes.get(group, "no symmetry was applied" if group <= 230 else "one volume was read")
    return HeaderLine("Space group", "", group, 1, _agreement(group == 1), note)


def _statistics(header: MapHeader, data: FloatArray) -> List[HeaderLine]:
    """Statistics that were not set have impossible values, or are all 0."""
    smallest, largest, mean = header.statistics
    true = _true_statistics(data)
    allowed = STATISTICS_TOLERANCE * (true[1] - true[0])
    extremes_set = smallest <= largest and not smallest == largest == 0
    mean_set = extremes_set and smallest <= mean <= largest
    # No map is constant, so an RMS of zero was not set.
    rms_set = header.rms > 0
    return [
        _statistic("Minimum", smallest, true[0], extremes_set, allowed),
        _statistic("Maximum", largest, true[1], extremes_set, allowed),
        _statistic("Mean", mean, true[2], mean_set, allowed),
        _statistic(
            "RMS from the mean", header.rms, true[3], rms_set, STATISTICS_TOLERANCE * true[3]
        ),
    ]


def _statistic(name: str, stated: float, true: float, is_set: bool, allowed: float) -> HeaderLine:
    shown = stated if math.isfinite(stated) else None
    if shown is None or not is_set:
        return HeaderLine(name, "", shown, true, Agreement.NOT_SET)
    return HeaderLine(name, "", shown, true, _agreement(abs(stated - true) <= allowed))


def _true_statistics(data: FloatArray) -> Tuple[float, float, float, float]:
    """Minimum, maximum, mean and standard deviation, summed in 64 bits section by section."""
    mean = float(data.mean(dtype=np.float64))
    second = 0.0
    for section in data:
        difference = section.astype(np.float64) - mean
        second += float(np.vdot(difference, difference))
    return float(data.min()), float(data.max()), mean, math.sqrt(second / data.size)


def _machine_stamp(header: MapHeader) -> HeaderLine:
    used = "little-endian" if header.byte_order == "<" else "big-endian"
    stated = " ".join(f"{byte:02X}" for byte in header.machine_stamp)
    if not any(header.machine_stamp):
        return HeaderLine("Machine stamp", "", stated, used, Agreement.NOT_SET)
    return HeaderLine("Machine stamp", "", stated, used, _agreement(header.stamp_matches))


def _listed(values: Sequence[float]) -> List[Optional[float]]:
    return [value if math.isfinite(value) else None for value in values]
