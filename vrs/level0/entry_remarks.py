"""What the EMDB entry of a map says that a reader of the report has to know."""

from __future__ import annotations

from typing import Callable, Iterator, List, Optional, Sequence

from vrs.checks.entry import OBSOLETE, Entry
from vrs.checks.result import Remark, Severity
from vrs.checks.stated import refusal
from vrs.maps.refused_inputs import Box, refuse_mass, refuse_resolution

COMPOSITE = "composite map"
"""The kind of a map that is no single reconstruction."""


def entry_remarks(
    entry: Optional[Entry],
    box: Sequence[int],
    voxel_size: float,
    resolution: Optional[float],
    mass: Optional[float],
) -> List[Remark]:
    """Remarks on an entry that was replaced, on its kind of map, and on values that cannot be.

    Parameters
    ----------
    entry : Entry or None -- of the map
    box : sequence of 3 ints -- voxels of the file along X, Y, Z
    voxel_size : float -- of the file in Å
    resolution : float or None -- reported resolution that is used, in Å
    mass : float or None -- molecular mass that is used, in kDa
    """
    if entry is None:
        return []
    x, y, z = box
    grid = (x, y, z)
    remarks = [*_state(entry), *_kind(entry)]
    if resolution is None:
        remarks += _left_out(entry, refuse_resolution, grid, voxel_size, entry.resolution)
    if mass is None:
        remarks += _left_out(entry, refuse_mass, grid, voxel_size, entry.molecular_mass)
    return remarks


def _state(entry: Entry) -> Iterator[Remark]:
    if entry.superseded_by:
        yield Remark(
            Severity.CAUTION,
            f"The entry {entry.id} is obsolete: {entry.superseded_by} replaces it.",
        )
    elif entry.status == OBSOLETE:
        yield Remark(Severity.CAUTION, f"The entry {entry.id} is obsolete.")


def _kind(entry: Entry) -> Iterator[Remark]:
    if entry.kind == COMPOSITE:
        yield Remark(
            Severity.NOTE,
            "The entry says that this is a composite map, which was put together from several "
            "maps: its noise and its resolution can change from part to part.",
        )


def _left_out(
    entry: Entry,
    refuse: Callable[[Box, float, float], None],
    box: Box,
    voxel_size: float,
    value: Optional[float],
) -> Iterator[Remark]:
    """A value of the entry that the map cannot have, and that was not used."""
    error = refusal(refuse, box, voxel_size, value)
    if error:
        yield Remark(Severity.CAUTION, f"A value of the entry {entry.id} was not used: {error}.")
