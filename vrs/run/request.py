"""What a report is made of: a map, the values that belong to it, and how it is measured.

Everything that can be refused is refused here, before anything is started.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Callable, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from vrs.checks.check import Check
from vrs.checks.entry import Entry
from vrs.checks.inputs import PROPOSED
from vrs.checks.memory import shortage
from vrs.checks.result import Remark, Severity
from vrs.checks.stated import (
    level_with_source,
    possible_values,
    stated_values,
    stated_voxel_size,
    with_source,
)
from vrs.level0.entry_remarks import entry_remarks
from vrs.level0.preparation import not_on_the_contour, preparation_memory, weighted
from vrs.level0.stated_contour import contour_to_use
from vrs.levels import MEASURED
from vrs.maps import DensityMap, open_map, open_mask
from vrs.maps.errors import ContourOutside, MapError
from vrs.maps.files import read_header, read_stored
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.maps.placement import cubic_voxel_size
from vrs.maps.printing import entered
from vrs.maps.refused_inputs import refuse_mass, refuse_resolution
from vrs.maps.resample import bin_and_validate, bin_map
from vrs.maps.source import byte_reading, stack_remark
from vrs.maps.spikes import Spike, find_spikes, spike_remark, without_spikes
from vrs.maps.typed_values import GIVEN, ContourLevel, LevelUnit
from vrs.run.memory import available_memory

MASK_CUT = 0.5


@dataclass(frozen=True)
class Request:
    """A map, the values that belong to it, and how it is measured.

    Attributes
    ----------
    contour : float -- Contour level, in grey values of the map.
    contour_source : str -- Where it comes from.
    resolution : float or None -- Reported resolution in Å.
    resolution_source, mass_source : str or None -- Where they come from.
    voxel_size : float or None -- In Å; None for that of the file.
    voxel_size_source : str -- Where it comes from.
    mass : float or None -- Molecular mass in kDa.
    mask : Path or None -- File of the user's own mask, on the grid of the map.
    skip : sequence of str -- Identifiers of checks to leave out.
    engines : mapping of str to str -- Engine of a check by its identifier; "auto" for the others.
    binning : int -- Edge, in voxels, of the cubes that become one voxel before anything is
        measured.
    as_volume : bool -- Read a stack of images as one volume.
    keep_spikes : bool -- Measure isolated voxels far outside all others, instead of replacing them.
    entry : Entry or None -- What the EMDB entry of the map says.
    named : str -- How the workflow names the map: "EMD-3488", or a path; "" for that of ``map``.
    named_entry : str -- How it names the entry of a map file; "" if it has none.
    reference : str -- File of the reference set; "" for the configured one, "none" for none.
    """

    map: Path
    contour: float
    resolution: Optional[float] = None
    voxel_size: Optional[float] = None
    mask: Optional[Path] = None
    title: str = ""
    skip: Sequence[str] = ()
    engines: Mapping[str, str] = field(default_factory=dict)
    command_line: str = ""
    binning: int = 1
    as_volume: bool = False
    keep_spikes: bool = False
    contour_source: str = GIVEN
    mass: Optional[float] = None
    resolution_source: Optional[str] = GIVEN
    mass_source: Optional[str] = GIVEN
    voxel_size_source: str = GIVEN
    entry: Optional[Entry] = None
    named: str = ""
    named_entry: str = ""
    reference: str = ""


def with_entry(request: Request) -> Request:
    """The request with the values of the entry where the user gave none.

    Raises MapError if the header of the map cannot be read, or leaves no possible voxel size.
    """
    if request.entry is None:
        return request
    header = read_header(request.map, request.as_volume)
    size, size_source = stated_voxel_size(
        request.entry, header.box, header.voxel_edges, request.voxel_size
    )
    edge = cubic_voxel_size(header, str(request.map), size)
    stated = stated_values(request.entry, None, request.resolution, request.mass)
    stated = possible_values(stated, header.box, edge)
    return replace(
        request, voxel_size=size, voxel_size_source=size_source,
        resolution=stated.resolution, resolution_source=stated.resolution_source,
        mass=stated.mass, mass_source=stated.mass_source,
    )  # fmt: skip


Read = Callable[[], Tuple[DensityMap, List[Spike]]]
"""Reads a map as it will be measured, before it is binned; its spikes are beside it."""


def reading(request: Request) -> Read:
    """A function that reads the map of a request, once however often it is called."""
    return lru_cache(maxsize=1)(lambda: _map_without_spikes(request))


def at_grey_value(
    request: Request, level: Optional[ContourLevel], read: Optional[Read] = None
) -> Request:
    """The request with a contour level in grey values: the one typed, else that of its entry.

    Raises MapError if the map cannot be read, has no voxel at the level, or there is no level.
    """
    read = read or reading(request)

    def density() -> DensityMap:
        return read()[0]

    stated = stated_values(request.entry)
    value, source = contour_to_use(level, stated, request.entry, density)
    if level is not None and level.unit is not LevelUnit.GREY_VALUE:
        highest = float(density().data.max())
        if value > highest:
            with _reading_of_bytes_named(request.map, request.as_volume):
                raise ContourOutside(
                    f"no voxel reaches the contour level of {source}, as the maximum of the map "
                    f"is {entered(highest)}",
                    "lower the contour level",
                )
    return replace(request, contour=value, contour_source=source)


def check_request(request: Request, read: Optional[Read] = None) -> List[Remark]:
    """Refuse a map that cannot be analysed, before anything is started.

    Returns remarks on doubtful values, and on checks for which there is too little memory.

    Raises MapError.
    """
    density, spikes = (read or reading(request))()
    own = None
    if request.mask is not None:
        own = open_mask(request.mask, density.voxel_size, request.as_volume)
        with _reading_of_bytes_named(request.mask, request.as_volume):
            _check_mask(own, density)
    with _reading_of_bytes_named(request.map, request.as_volume):
        binned, remarks = bin_and_validate(
            density, request.binning, request.contour, request.resolution
        )
    if request.contour_source.startswith(PROPOSED):
        remarks = not_on_the_contour(remarks)
    available = available_memory()
    wanted = [check for check in MEASURED.values() if check.id not in request.skip]
    refusals = [_shortage(check, binned, own, request, available) for check in wanted]
    noted = list(_remarks_on_sources(request))
    stack = stack_remark(read_header(request.map, request.as_volume))
    if stack:
        noted.append(Remark(Severity.NOTE, stack))
    if spikes:
        noted.append(Remark(Severity.CAUTION, spike_remark(spikes, request.keep_spikes)))
    noted += [weighted(remark) for remark in remarks]
    return noted + [Remark(Severity.CAUTION, str(error)) for error in refusals if error]


def _remarks_on_sources(request: Request) -> Iterator[Remark]:
    """Where the values come from that were not typed, and what is known about the entry."""
    if request.entry is None:
        if request.contour_source != GIVEN:
            yield Remark(Severity.NOTE, f"Contour level: {request.contour_source}.")
        return
    level = f"contour level {entered(request.contour)}"
    values = [level_with_source(level, request.contour_source, request.entry)]
    if request.resolution is not None:
        size = f"reported resolution {entered(request.resolution)} Å"
        values.append(with_source(size, request.resolution_source))
    if request.voxel_size is not None:
        size = f"voxel size {entered(request.voxel_size)} Å"
        values.append(with_source(size, request.voxel_size_source))
    if request.mass is not None:
        values.append(with_source(f"mass {entered(request.mass)} kDa", request.mass_source))
    line = ", ".join(values)
    yield Remark(Severity.NOTE, f"{line[:1].upper()}{line[1:]}.")
    header = read_header(request.map, request.as_volume)
    edge = cubic_voxel_size(header, str(request.map), request.voxel_size)
    yield from entry_remarks(request.entry, header.box, edge, request.resolution, request.mass)


@contextmanager
def _reading_of_bytes_named(path: Path, as_volume: bool) -> Iterator[None]:
    """Add to a refusal how the bytes of the file were read, where that had to be decided."""
    try:
        yield
    except MapError as error:
        if read_header(path, as_volume).mode != 0:
            raise
        stored = read_stored(path, as_volume)
        if not stored.byte_evidence:
            raise
        reason = f"{error.reason}; the bytes of {path} were read as {byte_reading(stored)}"
        raise type(error)(reason, error.advice) from error


def _shortage(
    check: Check,
    density: DensityMap,
    own: Optional[DensityMap],
    request: Request,
    available: int,
) -> Optional[MapError]:
    """The refusal of a check that needs more memory than there is; ``density`` is binned."""
    needed = check.memory_needed(density, request.contour, request.resolution)
    lacking = check.shortage(needed, available)
    if lacking is None or check.part is None:
        return lacking
    # The mask takes a while, and is needed only here.
    if own is None:
        raw = raw_mask(density.data, request.contour)
        mask = molecule_mask(raw, growth_iterations(density.voxel_size))
    else:
        mask = bin_map(own, request.binning).data > MASK_CUT
    needed = check.memory_needed(density, request.contour, request.resolution, mask)
    return check.shortage(needed, available)


def _map_without_spikes(request: Request) -> Tuple[DensityMap, List[Spike]]:
    """The map as it will be measured, before it is binned, and its spikes.

    Raises MapError: for impossible values in the header or the request, then if there is too little
    memory, before any is taken.
    """
    header = read_header(request.map, request.as_volume)
    edge = cubic_voxel_size(header, str(request.map), request.voxel_size)
    if request.resolution is not None:
        refuse_resolution(header.box, edge, request.resolution)
    if request.mass is not None:
        refuse_mass(header.box, edge, request.mass)
    voxels = math.prod(side // request.binning for side in header.box)
    needed = preparation_memory(voxels, edge * request.binning, request.resolution)
    refusal = shortage("the preparation", needed, available_memory())
    if refusal:
        raise refusal
    density = open_map(request.map, request.voxel_size, request.as_volume)
    spikes = find_spikes(density)
    return density if request.keep_spikes else without_spikes(density, spikes), spikes


def _check_mask(mask: DensityMap, density: DensityMap) -> None:
    if mask.box != density.box:
        sizes = [" x ".join(map(str, grid.box)) for grid in (mask, density)]
        raise MapError(
            f"the mask has {sizes[0]} voxels and the map {sizes[1]}", "use a mask of this map"
        )
    highest = float(np.max(mask.data))
    if not highest > MASK_CUT:
        raise MapError(
            f"the mask is empty, as its maximum is {entered(highest)} and voxels above "
            f"{MASK_CUT:g} count",
            "use a mask with the value 1 inside and 0 outside",
        )
