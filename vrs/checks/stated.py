"""What is known about a map besides its file: what the user said, else what its entry says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from vrs.checks.entry import Entry
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
    name = _name(said)
    number, number_source = _refusable(resolution, said.resolution, name)
    weight, weight_source = _refusable(mass, said.molecular_mass, name)
    return Stated(level, level_source or "", number, number_source, weight, weight_source)


def _refusable(given: Optional[float], of_entry: Optional[float], name: str) -> Sourced:
    return (None, None) if given == NOT_STATED else _chosen(given, of_entry, name)


def _chosen(given: Optional[float], of_entry: Optional[float], name: str) -> Sourced:
    if given is not None:
        return given, GIVEN
    return of_entry, None if of_entry is None else name


def _name(entry: Entry) -> str:
    return f"entry {entry.id}"


def _level_source(entry: Entry) -> str:
    chosen_by = DEPOSITORS.get(entry.contour_source or "", "")
    return f"{_name(entry)} ({chosen_by})" if chosen_by else _name(entry)
