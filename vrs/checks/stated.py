"""What is known about a map besides its file: what the user said, else what its entry says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, List, Optional, Tuple

from vrs.checks.entry import Entry
from vrs.checks.inputs import OF_THE_FILE, PROPOSED
from vrs.maps.errors import MapError
from vrs.maps.header import Triple, six_digits
from vrs.maps.placement import LARGEST_VOXEL, SMALLEST_VOXEL, VOXEL_TOLERANCE, are_equal
from vrs.maps.refused_inputs import Box, refuse_mass, refuse_resolution
from vrs.maps.typed_values import GIVEN

DEPOSITORS = {"author": "author", "emdb": "EMDB"}
"""Who chose a contour level by the code of the header, in words."""

NOT_STATED = 0.0
"""A resolution or mass that the user refuses to take from the entry."""

Sourced = Tuple[Optional[float], Optional[str]]
"""A value and where it comes from."""


@dataclass(frozen=True)
class Stated:
    """Values that belong to a map, and where each comes from.

    Attributes
    ----------
    contour : float or None -- contour level in grey values; None if nobody states one
    contour_source : str -- such as "entry EMD-3488 (author)"; "" without a level
    resolution : float or None -- reported resolution in Å
    resolution_source : str or None -- None without a resolution
    mass : float or None -- molecular mass in kDa
    mass_source : str or None -- None without a mass
    """

    contour: Optional[float]
    contour_source: str
    resolution: Optional[float]
    resolution_source: Optional[str]
    mass: Optional[float]
    mass_source: Optional[str]


def stated_values(
    entry: Optional[Entry],
    contour: Optional[float] = None,
    resolution: Optional[float] = None,
    mass: Optional[float] = None,
) -> Stated:
    """The values of the user, and those of the entry where the user gave none.

    Parameters
    ----------
    entry : Entry or None -- of the map
    contour : float or None -- contour level in grey values that the user gave
    resolution : float or None -- in Å, that the user gave; 0 for not reported, whatever the entry
        says
    mass : float or None -- in kDa, that the user gave; 0 as for the resolution

    Examples
    --------
    >>> entry = Entry(id="EMD-3488", contour=0.09, resolution=3.2)
    >>> stated = stated_values(entry, resolution=3.5)
    >>> stated.contour, stated.contour_source
    (0.09, 'entry EMD-3488')
    >>> stated.resolution, stated.resolution_source
    (3.5, 'given by the user')
    """
    said = entry or Entry(id="")
    level, level_source = _chosen(contour, said.contour, _level_source(said))
    name = said.named_source
    number, number_source = _refusable(resolution, said.resolution, name)
    weight, weight_source = _refusable(mass, said.molecular_mass, name)
    return Stated(level, level_source or "", number, number_source, weight, weight_source)


def possible_values(stated: Stated, box: Box, voxel_size: float) -> Stated:
    """The values without those of the entry that the grid of the map cannot have.

    What the user gave stays, and is refused where it is used.

    Parameters
    ----------
    stated : Stated
    box : tuple of 3 ints -- voxels along X, Y, Z
    voxel_size : float -- in Å
    """
    resolution = refusal(refuse_resolution, box, voxel_size, stated.resolution)
    if resolution and stated.resolution_source != GIVEN:
        stated = replace(stated, resolution=None, resolution_source=None)
    mass = refusal(refuse_mass, box, voxel_size, stated.mass)
    if mass and stated.mass_source != GIVEN:
        stated = replace(stated, mass=None, mass_source=None)
    return stated


def with_sources(
    stated: Stated, entry: Optional[Entry], of_resolution: str, of_mass: str
) -> Stated:
    """The values with the sources that a form records for those that it gives.

    Parameters
    ----------
    stated : Stated -- with the values of the form
    entry : Entry or None -- of the map
    of_resolution, of_mass : str -- sources in the form
    """
    ours = stated_values(entry)
    if stated.resolution_source == GIVEN:
        said = ours.resolution, ours.resolution_source
        source = recorded_source(stated.resolution, of_resolution, said)
        stated = replace(stated, resolution_source=source)
    if stated.mass_source == GIVEN:
        source = recorded_source(stated.mass, of_mass, (ours.mass, ours.mass_source))
        stated = replace(stated, mass_source=source)
    return stated


def recorded_source(value: Optional[float], source: str, of_entry: Sourced) -> str:
    """The source that a form records for a value, unless somebody changed that of the entry there.

    Examples
    --------
    >>> recorded_source(3.2, "entry EMD-3488", (3.2, "entry EMD-3488"))
    'entry EMD-3488'
    >>> recorded_source(3.5, "entry EMD-3488", (3.2, "entry EMD-3488"))
    'given by the user'
    """
    stated, name = of_entry
    return GIVEN if source == name and value != stated else source


def refusal(
    refuse: Callable[[Box, float, float], None], box: Box, voxel_size: float, value: Optional[float]
) -> Optional[MapError]:
    """Why a map with this box and voxel size (in Å) cannot have a value; None if it can."""
    try:
        if value is not None:
            refuse(box, voxel_size, value)
    except MapError as error:
        return error
    return None


def stated_voxel_size(
    entry: Optional[Entry],
    box: Box,
    edges: Optional[Triple],
    voxel_size: Optional[float] = None,
) -> Tuple[Optional[float], str]:
    """The voxel size that replaces that of the map file, and where the voxel size comes from.

    An entry with another box states the voxel size of another grid, such as of an unbinned map.

    Parameters
    ----------
    entry : Entry or None -- of the map
    box : tuple of 3 ints -- of the map file, voxels along X, Y, Z
    edges : tuple of 3 floats, or None -- of a voxel by the header of the map file, in Å
    voxel_size : float or None -- in Å, that the user gave

    Returns
    -------
    float or None -- in Å; None if that of the file is used
    str -- where the voxel size comes from

    Examples
    --------
    >>> entry = Entry(id="EMD-3488", voxel_size=[1.05, 1.05, 1.05])
    >>> stated_voxel_size(entry, (100, 100, 100), (1.0501, 1.0501, 1.0501))
    (None, 'the map file')
    >>> stated_voxel_size(entry, (100, 100, 100), (1.0, 1.0, 1.0))
    (1.05, 'entry EMD-3488')
    """
    if voxel_size is not None:
        return voxel_size, GIVEN
    size = _cubic(entry.voxel_size) if entry and entry.voxel_size else None
    if entry is None or size is None or sorted(entry.box or box) != sorted(box):
        return None, OF_THE_FILE
    if edges and max(abs(edge - size) for edge in edges) <= size * VOXEL_TOLERANCE:
        return None, OF_THE_FILE
    return size, entry.named_source


def _cubic(edges: List[float]) -> Optional[float]:
    """The edge of a cubic voxel of plausible size, else None."""
    x, y, z = edges
    possible = all(SMALLEST_VOXEL <= edge <= LARGEST_VOXEL for edge in edges)
    return six_digits((x + y + z) / 3) if possible and are_equal((x, y, z)) else None


def with_source(value: str, source: Optional[str]) -> str:
    """A value with its source in brackets.

    Examples
    --------
    >>> with_source("0.09", "entry EMD-3488 (author)")
    '0.09 (entry EMD-3488, author)'
    """
    if not source:
        return value
    who, bracket, detail = source.partition(" (")
    one = bracket and detail.endswith(")") and "(" not in detail
    return f"{value} ({who}, {detail}" if one else f"{value} ({source})"


def level_with_source(level: str, source: str, entry: Optional[Entry]) -> str:
    """A contour level with its source in brackets; that of the program says why there is one.

    Examples
    --------
    >>> level_with_source("0.09", "proposed: above it ...", Entry(id="EMD-3488"))
    '0.09 (proposed by the program from the values of the map; the entry states none)'
    """
    if source.startswith(PROPOSED):
        none = entry is None or entry.contour is None
        why = "the entry states none" if none else "no voxel reaches that of the entry"
        source = f"proposed by the program from the values of the map; {why}"
    return with_source(level, source)


def _refusable(given: Optional[float], of_entry: Optional[float], name: str) -> Sourced:
    return (None, None) if given == NOT_STATED else _chosen(given, of_entry, name)


def _chosen(given: Optional[float], of_entry: Optional[float], name: str) -> Sourced:
    if given is not None:
        return given, GIVEN
    return of_entry, None if of_entry is None else name


def _level_source(entry: Entry) -> str:
    chosen_by = DEPOSITORS.get(entry.contour_source or "", "")
    return f"{entry.named_source} ({chosen_by})" if chosen_by else entry.named_source
