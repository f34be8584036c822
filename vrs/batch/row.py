"""A row of the list: a map with its options, the name of its report, and what is wrong with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import List, Optional, Tuple

import msgspec

from vrs.checks.entry import Entry
from vrs.checks.store import encode
from vrs.maps.errors import MapError
from vrs.maps.files import read_header
from vrs.maps.placement import cubic_voxel_size
from vrs.maps.refused_inputs import refuse_mass, refuse_resolution
from vrs.maps.source import sha256_of
from vrs.run.map_options import MapOptions
from vrs.run.named_map import local_files, names_entry, problem_at_hand


class Content(msgspec.Struct, frozen=True):
    """Checksums of what a report is made from, "" for what there is none of.

    Attributes
    ----------
    map, mask : str -- SHA-256 of the files
    entry : str -- of what the entry of the map says, with the date of its last change
    """

    map: str
    mask: str
    entry: str


class Row(msgspec.Struct, frozen=True):
    """A map of a batch.

    Attributes
    ----------
    line : int -- of the list; 0 for an entry of a mirror
    name : str -- of the folder of its report
    options : MapOptions -- with whole paths
    """

    line: int
    name: str
    options: MapOptions

    @property
    def identity(self) -> str:
        """A checksum of the options, and of the sizes and times of the files as they are now."""
        return hashlib.sha256(encode([self.options, self._files()])).hexdigest()

    def _files(self) -> List[Tuple[str, int, int]]:
        names = (self.options.map, self.options.entry, self.options.mask)
        files = [file for name in names for file in local_files(name)]
        stats = [(str(file), file.stat()) for file in files]
        return [(name, status.st_size, status.st_mtime_ns) for name, status in stats]


    def is_made_into(self, content: Content) -> bool:
        """Whether the files hold what a report was made from; they are read whole.

        Nothing is looked at of an entry that has to be fetched.
        """
        maps, mask = local_files(self.options.map), self.options.mask
        if not maps:
            return names_entry(self.options.map)
        entry = _entry(self.options)
        try:
            return (
                (entry is None or checksum(entry) == content.entry)
                and (sha256_of(Path(mask)) if mask else "") == content.mask
                and sha256_of(maps[-1]) == content.map
            )
        except MapError:
            return False


class Size(msgspec.Struct, frozen=True):
    """What the cost of a map depends on: its box, as measured, with voxels in Å."""

    box: Tuple[int, int, int]
    voxel_size: float
    resolution: Optional[float]

    @property
    def voxels(self) -> int:
        x, y, z = self.box
        return x * y * z


def checksum(entry: Optional[Entry]) -> str:
    """A checksum of what an entry says; "" for none."""
    return hashlib.sha256(encode(entry)).hexdigest() if entry else ""


def _entry(options: MapOptions) -> Optional[Entry]:
    named = options.map if names_entry(options.map) else options.entry
    if not named:
        return None
    # Only for entries.
    from vrs.entries.chosen import entry_at_hand

    return entry_at_hand(named)


def size_of(options: MapOptions) -> Optional[Size]:
    """The size of a map that is at hand, from the header of its file; None for one to be fetched.

    Raises
    ------
    MapError
        If the map, its entry or its mask is not there or cannot be read, or a value is not possible
        for it. Only headers are read.
    """
    problem = problem_at_hand(options.map, options.entry)
    if problem:
        raise MapError(problem.rstrip("."))
    if names_entry(options.map):
        return _size_of_entry(options)
    header = read_header(Path(options.map), options.as_volume)
    edge = cubic_voxel_size(header, options.map, options.voxel_size)
    if options.resolution is not None:
        refuse_resolution(header.box, edge, options.resolution)
    if options.mass is not None:
        refuse_mass(header.box, edge, options.mass)
    if options.mask:
        box = read_header(Path(options.mask), options.as_volume).box
        if box != header.box:
            sizes = [" x ".join(map(str, one)) for one in (box, header.box)]
            raise MapError(
                f"the mask has {sizes[0]} voxels and the map {sizes[1]}", "use a mask of this map"
            )
    return _binned(header.box, edge, options.resolution, options.binning)


def _size_of_entry(options: MapOptions) -> Optional[Size]:
    """The size of an entry, as its header says; the header of its map file is packed."""
    # Only for entries.
    from vrs.entries.chosen import entry_at_hand

    entry = entry_at_hand(options.map)
    if entry is None or not (entry.box and entry.voxel_size):
        return None
    x, y, z = entry.box
    resolution = options.resolution or entry.resolution
    return _binned((x, y, z), entry.voxel_size[0], resolution, options.binning)


def _binned(
    box: Tuple[int, int, int], edge: float, resolution: Optional[float], binning: int
) -> Size:
    x, y, z = (max(1, side // binning) for side in box)
    return Size((x, y, z), edge * binning, resolution)
