"""The header of a map file compared with the values used in the analysis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Dict, List, Sequence, Tuple, Union

from vrs.maps.density_map import DensityMap, FloatArray
from vrs.maps.header import MapHeader
from vrs.maps.placement import ANGLE_TOLERANCE, VOXEL_TOLERANCE, angle_is_set
from vrs.maps.statistics import mean_and_deviation

STATISTICS_TOLERANCE = 0.01
"""Tolerated difference between the header's statistics and the true ones, relative to the range of
values (for RMS: to the standard deviation)."""

ORIGIN_TOLERANCE = 0.01
"""Voxels by which an origin may differ from the header's, due to its 32-bit numbers."""

START_TOLERANCE = 1.0
"""Voxels by which NSTART, a whole number, may differ from the origin in voxels."""

VOXEL_SIZE, MINIMUM, MAXIMUM = "Voxel size", "Minimum", "Maximum"
"""Names of these quantities."""

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


def size_in_header(lines: Sequence[HeaderLine]) -> List[float]:
    """The edges of a voxel by the header of the map file in Å; empty if it states none.

    Parameters
    ----------
    lines : sequence of HeaderLine -- the comparison of that header
    """
    line = next((line for line in lines if line.quantity == VOXEL_SIZE), None)
    stated = line.in_header if line else None
    edges = stated if isinstance(stated, (list, tuple)) else [stated]
    return [float(edge) for edge in edges if isinstance(edge, (int, float))]


def compare_header(
    header: MapHeader, density: DensityMap, note_on_values: str = ""
) -> List[HeaderLine]:
    """Compare a header with the map as it was used.

    Parameters
    ----------
    header : MapHeader -- of the map file
    density : DensityMap -- the map in the analysis, shape (Z, Y, X)
    note_on_values : str -- why the statistics of the values may differ from those in the header

    Returns
    -------
    list of HeaderLine
        Voxel size, box, intervals, cell angles, axes, ORIGIN, NSTART, mode, space group, minimum,
        maximum, mean, RMS, the word "MAP" and the machine stamp.
    """
    stamp = header.machine_stamp
    order = "little-endian" if header.byte_order == "<" else "big-endian"
    return [
        _voxel_size(header, density.voxel_size),
        _line("Box", "voxels", list(header.box), list(density.box), header.box == density.box),
        _line(
            "Intervals of the unit cell (MX, MY, MZ)",
            "",
            list(header.sampling),
            list(density.box),
            header.sampling == density.box,
            is_set=min(header.sampling) > 0,
            note="the box is not the unit cell",
        ),
        _angles(header),
        _axes(header),
        _origin(header, density),
        _start(header, density),
        _mode(header),
        _space_group(header),
        *_statistics(header, density.data, note_on_values),
        _line(
            "Word “MAP”",
            "",
            "present" if header.identified else "missing",
            "present",
            header.identified,
        ),
        _line(
            "Machine stamp",
            "",
            " ".join(f"{byte:02X}" for byte in stamp),
            order,
            header.stamp_matches,
            is_set=any(stamp),
        ),
    ]


def _line(
    quantity: str,
    unit: str,
    stated: HeaderValue,
    used: HeaderValue,
    agrees: bool,
    is_set: bool = True,
    note: str = "",
) -> HeaderLine:
    """A quantity that was not converted; the note is on a difference."""
    if not is_set:
        return HeaderLine(quantity, unit, stated, used, Agreement.NOT_SET)
    if agrees:
        return HeaderLine(quantity, unit, stated, used, Agreement.AGREES)
    return HeaderLine(quantity, unit, stated, used, Agreement.DIFFERS, note)


def _voxel_size(header: MapHeader, used: float) -> HeaderLine:
    edges = header.voxel_edges
    if edges is None:
        return _line(VOXEL_SIZE, "Å", None, used, agrees=False, is_set=False)
    agrees = max(abs(edge - used) for edge in edges) <= used * VOXEL_TOLERANCE
    shown: HeaderValue = edges[0] if len(set(edges)) == 1 else list(edges)
    note = "the size in the header was replaced"
    return _line(VOXEL_SIZE, "Å", shown, used, agrees, note=note)


def _angles(header: MapHeader) -> HeaderLine:
    is_set = any(angle_is_set(angle) for angle in header.angles)
    agrees = all(abs(angle - 90.0) <= ANGLE_TOLERANCE for angle in header.angles)
    stated = [angle if math.isfinite(angle) else None for angle in header.angles]
    name, right = "Angles of the unit cell", [90.0, 90.0, 90.0]
    return _line(name, "degrees", stated, right, agrees, is_set=is_set)


def _axes(header: MapHeader) -> HeaderLine:
    stated = ", ".join(AXIS_NAMES[axis] for axis in reversed(header.stored_axes))
    agreement = Agreement.AGREES if header.axis_order == (0, 1, 2) else Agreement.CONVERTED
    return HeaderLine("Axes of columns, rows, sections", "", stated, "X, Y, Z", agreement)


def _origin(header: MapHeader, density: DensityMap) -> HeaderLine:
    stated, used = list(header.origin), list(density.origin)
    agrees = max(abs(a - b) for a, b in zip(stated, used)) <= ORIGIN_TOLERANCE * density.voxel_size
    if not agrees and not any(stated) and any(header.start):
        return HeaderLine("ORIGIN", "Å", stated, used, Agreement.NOT_SET, "NSTART was used")
    return _line("ORIGIN", "Å", stated, used, agrees)


def _start(header: MapHeader, density: DensityMap) -> HeaderLine:
    # Adding zero turns -0.0 into 0.0.
    used = [position / density.voxel_size + 0.0 for position in density.origin]
    stated = list(header.start)
    if not any(stated) and any(header.origin):
        return HeaderLine("NSTART", "voxels", stated, used, Agreement.NOT_SET, "ORIGIN was used")
    agrees = max(abs(a - b) for a, b in zip(stated, used)) <= START_TOLERANCE
    return _line("NSTART", "voxels", stated, used, agrees)


def _mode(header: MapHeader) -> HeaderLine:
    name = "unsigned 8-bit integers" if header.unsigned else MODE_NAMES[header.mode]
    stated = f"{header.mode} ({name})"
    agreement = Agreement.AGREES if header.mode == 2 else Agreement.CONVERTED
    return HeaderLine("Mode", "", stated, MODE_NAMES[2], agreement)


def _space_group(header: MapHeader) -> HeaderLine:
    group = header.space_group
    note = "no symmetry was applied" if group <= 230 else "one volume was read"
    if group == 0:
        note = "0 marks a stack of images"
    return _line("Space group", "", group, 1, group == 1, note=note)


def _statistics(header: MapHeader, data: FloatArray, note: str) -> List[HeaderLine]:
    """Statistics that were not set have impossible values, or are all 0."""
    smallest, largest, mean = header.statistics
    true = _true_statistics(data)
    allowed = STATISTICS_TOLERANCE * (true[1] - true[0])
    extremes_set = smallest <= largest and not smallest == largest == 0
    mean_set = extremes_set and smallest <= mean <= largest
    rms_allowed = STATISTICS_TOLERANCE * true[3]
    rows = (
        (MINIMUM, smallest, extremes_set, allowed),
        (MAXIMUM, largest, extremes_set, allowed),
        ("Mean", mean, mean_set, allowed),
        # No map is constant, so an RMS of zero was not set.
        ("RMS from the mean", header.rms, header.rms > 0, rms_allowed),
    )
    lines = []
    for (name, stated, is_set, tolerated), used in zip(rows, true):
        shown = stated if math.isfinite(stated) else None
        agrees = abs(stated - used) <= tolerated
        lines.append(_line(name, "", shown, used, agrees, is_set and shown is not None, note))
    return lines


def _true_statistics(data: FloatArray) -> Tuple[float, float, float, float]:
    """Minimum, maximum, mean and standard deviation."""
    mean, deviation = mean_and_deviation(data)
    return float(data.min()), float(data.max()), mean, deviation
