"""What an entry of EMDB says, as data, and whether its map is measured."""

from __future__ import annotations

import re
import textwrap
from typing import List, Optional, Tuple

import msgspec

from vrs.maps.header import LARGEST_SIDE
from vrs.maps.printing import entered

SINGLE_PARTICLE = "single particle"
HELICAL = "helical reconstruction"
SUBTOMOGRAMS = "subtomogram averaging"
CRYSTALLOGRAPHY = "electron crystallography"
TWO_DIMENSIONAL = f"{CRYSTALLOGRAPHY} (two-dimensional crystal)"
HELICAL_CRYSTAL = f"{CRYSTALLOGRAPHY} (helical array)"
THREE_DIMENSIONAL = f"{CRYSTALLOGRAPHY} (three-dimensional crystal)"
TOMOGRAPHY = "tomography"

MEASURED_METHODS = (
    SINGLE_PARTICLE, HELICAL, SUBTOMOGRAMS, CRYSTALLOGRAPHY, TWO_DIMENSIONAL, HELICAL_CRYSTAL,
)  # fmt: skip
"""Methods whose maps are averages of many copies of a molecule, as the checks take them."""

RELEASED = "REL"
OBSOLETE = "OBS"
WITHDRAWN = "WDRN"

STATES = {
    RELEASED: "released",
    OBSOLETE: "obsolete",
    WITHDRAWN: "withdrawn",
    "HPUB": "on hold for publication",
    "HOLD": "on hold",
    "HOLD8W": "on hold for 8 weeks",
    "AUTH": "waiting for the approval of the authors",
    "AUCO": "waiting for the review of the authors' corrections",
    "WAIT": "waiting for the authors",
    "POLC": "waiting for a decision of the archive",
    "PROC": "being processed",
    "REPL": "being processed again",
}
"""Codes of the archive in words; the others are steps of the processing."""

LENGTHS = (1e-4, 1e8)
"""Smallest and largest length in Å: far below an atom, and a centimetre."""

MASSES = (1e-6, 1e10)
"""Smallest and largest mass in kDa: far below an atom, and ten times a bacterium."""

LARGEST_VALUE = 3.4028234663852886e38
"""The largest number in 32 bits, in which maps have their grey values."""

_PARTICLES = (1, 10**12)
_SIZES = {"box": (1, LARGEST_SIDE), "voxel_size": LENGTHS}
_IDENTIFIER = re.compile(r"EMD-\d{4,8}", re.ASCII)
_LONGEST_METHOD = 60


class ContourLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contour level of the primary map.

    Attributes
    ----------
    level : float -- Grey value.
    source : str or None -- Who chose it: "author", "emdb", "software" or "annotator"; null if the
        entry does not say.
    primary : bool -- Whether it is the recommended one.
    """

    level: float
    source: Optional[str]
    primary: bool


class Software(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A program that the entry names.

    Attributes
    ----------
    name : str -- Its name.
    version : str or None -- Its version.
    step : str -- What it was used for, such as "final reconstruction".
    """

    name: str
    version: Optional[str]
    step: str


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The primary citation.

    Attributes
    ----------
    title : str or None -- Title of the paper.
    doi : str or None -- Digital object identifier, without "doi:".
    """

    title: Optional[str]
    doi: Optional[str]


class Statistics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The grey values of the primary map by its header.

    Raises ValueError if they cannot be grey values, or are not in order.

    Attributes
    ----------
    minimum, maximum : float -- Lowest and highest value, in this order.
    average, std : float or None -- Mean and standard deviation.
    """

    minimum: float
    maximum: float
    average: Optional[float] = None
    std: Optional[float] = None

    def __post_init__(self) -> None:
        for name in ("minimum", "maximum", "average", "std"):
            _require_value(name, getattr(self, name))
        if self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of EMDB; null or an empty list where it says nothing.

    Raises ValueError if a number cannot be what it is called, such as a box of two numbers.

    Attributes
    ----------
    id : str -- "EMD-3488".
    title : str or None -- Of the entry.
    authors : list of str -- As the entry writes them.
    status : str or None -- Code of its state, "REL" for released.
    superseded_by : str or None -- The entry that replaces it.
    method : str or None -- How the map was determined, in words: "single particle".
    resolution : float or None -- Reported resolution in Å.
    resolution_method : str or None -- Its criterion, such as "FSC 0.143 CUT-OFF".
    contour_levels : list of ContourLevel -- All levels of the primary map.
    contour : float or None -- The recommended one.
    voxel_size : list of float or None -- Along X, Y, Z, in Å.
    box : list of int or None -- Voxels along X, Y, Z.
    symmetry : str or None -- Point group, plane group, or helical parameters in words.
    half_maps : list of str -- Names of files.
    masks : list of str -- Names of files.
    additional_maps : list of str -- Names of files.
    fitted_models : list of str -- Identifiers of PDB entries.
    molecular_mass : float or None -- Of the whole sample, in kDa; null for what the map shows only
        a piece of, such as a filament.
    particles : int or None -- Particles, subtomograms or segments of the final reconstruction.
    software : list of Software -- Programs of the image processing.
    deposited : str or None -- Date, "2002-06-26".
    released : str or None -- Date of the release of the map.
    updated : str or None -- Date of the last change.
    citation : Citation or None -- The primary citation.
    microscope : str or None -- Its name.
    map_file : str or None -- Name of the file of the primary map.
    statistics : Statistics or None -- Grey values of the primary map by the header.
    source : str or None -- What these values were read from, if not from the header of the entry,
        such as "PDB entry 5ME2 and its paper"; null is then for what that does not state.
    kind : str or None -- "composite map" where it says so; headers do not mark the consensus and
        focused maps that one is made of.
    """

    id: str
    title: Optional[str] = None
    authors: List[str] = []
    status: Optional[str] = None
    superseded_by: Optional[str] = None
    method: Optional[str] = None
    resolution: Optional[float] = None
    resolution_method: Optional[str] = None
    contour_levels: List[ContourLevel] = []
    contour: Optional[float] = None
    voxel_size: Optional[List[float]] = None
    box: Optional[List[int]] = None
    symmetry: Optional[str] = None
    half_maps: List[str] = []
    masks: List[str] = []
    additional_maps: List[str] = []
    fitted_models: List[str] = []
    molecular_mass: Optional[float] = None
    particles: Optional[int] = None
    software: List[Software] = []
    deposited: Optional[str] = None
    released: Optional[str] = None
    updated: Optional[str] = None
    citation: Optional[Citation] = None
    microscope: Optional[str] = None
    map_file: Optional[str] = None
    statistics: Optional[Statistics] = None
    source: Optional[str] = None
    kind: Optional[str] = None

    def __post_init__(self) -> None:
        if self.id and not _IDENTIFIER.fullmatch(self.id):
            raise ValueError(f"id: {self.id[:40]!r} is not the identifier of an entry")
        for name, limits in _SIZES.items():
            sizes = getattr(self, name)
            if sizes is not None and len(sizes) != 3:
                raise ValueError(f"{name} has {len(sizes)} numbers instead of three")
            for size in sizes or ():
                _require_size(name, size, limits)
        _require_size("resolution", self.resolution, LENGTHS)
        _require_size("molecular_mass", self.molecular_mass, MASSES)
        _require_size("particles", self.particles, _PARTICLES)
        for level in (self.contour, *(one.level for one in self.contour_levels)):
            _require_value("contour", level)

    @property
    def named_source(self) -> str:
        """What its values come from: "entry EMD-3488", or what else they were read from."""
        if self.source:
            return textwrap.shorten(self.source, _LONGEST_METHOD, placeholder="...")
        return f"entry {self.id}"

    @property
    def page(self) -> str:
        """Address of its page."""
        return f"https://www.ebi.ac.uk/emdb/{self.id}"

    @property
    def contour_source(self) -> Optional[str]:
        """Who chose the recommended contour level."""
        chosen = (level for level in self.contour_levels if level.level == self.contour)
        return next((level.source for level in chosen), None)

    @property
    def state(self) -> str:
        """Its status in words, "" if it has none.

        >>> Entry(id="EMD-1234", status="OBS", superseded_by="EMD-5678").state
        'obsolete, replaced by EMD-5678'
        """
        if not self.status:
            return ""
        words = STATES.get(self.status, STATES["PROC"])
        return f"{words}, replaced by {self.superseded_by}" if self.superseded_by else words


def recommended(levels: List[ContourLevel]) -> Optional[float]:
    """The contour level to use: the primary one, else the first."""
    primary = (level.level for level in levels if level.primary)
    return next(primary, levels[0].level if levels else None)


def unsuitable(entry: Entry) -> str:
    """Why the map of an entry is not measured, as one sentence with advice; "" if it is.

    Averages are measured: single particles, helices, subtomogram averages and two-dimensional
    crystals. A tomogram is no average. The map of a three-dimensional crystal has no empty space
    around a molecule, which most checks compare the molecule with, and the program that phased
    it has its own validation.

    Examples
    --------
    >>> unsuitable(Entry(id="EMD-1001", method="tomography"))[:45]
    'EMD-1001 is a tomogram, not an average of man'
    >>> unsuitable(Entry(id="EMD-3488", method="single particle"))
    ''
    """
    if entry.status == WITHDRAWN:
        other = entry.superseded_by
        advice = f"use {other}, which replaces it" if other else "use another entry"
        return f"{entry.id} was withdrawn, so that it has no map: {advice}"
    if entry.method is None or entry.method in MEASURED_METHODS:
        return ""
    if entry.method == TOMOGRAPHY:
        return (
            f"{entry.id} is a tomogram, not an average of many particles, and the checks do not "
            "apply to it: use the entry of a subtomogram average"
        )
    if entry.method == THREE_DIMENSIONAL:
        return (
            f"{entry.id} is the map of a three-dimensional crystal, without empty space around a "
            "molecule, and the checks do not apply to it: use the validation report of its model"
        )
    method = textwrap.shorten(entry.method, _LONGEST_METHOD, placeholder="...")
    return (
        f"the method of {entry.id} is {method}, and the checks do not apply to it: use an entry "
        "of a single particle, a helix, a subtomogram average or a two-dimensional crystal"
    )


def unreleased(entry: Entry) -> str:
    """Why the archive does not have the map of an entry yet, with advice; "" if it may have it.

    Examples
    --------
    >>> unreleased(Entry(id="EMD-9999", status="HPUB"))[:66]
    'EMD-9999 is on hold for publication, and its map is not released: '
    >>> unreleased(Entry(id="EMD-3488", status="REL"))
    ''
    """
    if entry.status in (None, RELEASED, OBSOLETE, WITHDRAWN):
        return ""
    return (
        f"{entry.id} is {entry.state}, and its map is not released: name your own map file, and "
        f"{entry.id} as its entry (--entry; in the form: Entry of the map file)"
    )


def _require_size(name: str, size: Optional[float], limits: Tuple[float, float]) -> None:
    """Refuse a size beyond its limits, also a whole number that no float can hold."""
    if size is not None and not limits[0] <= size <= limits[1]:
        low, high = map(entered, limits)
        raise ValueError(f"{name} is not a number from {low} to {high}")


def _require_value(name: str, value: Optional[float]) -> None:
    if value is not None and not abs(value) <= LARGEST_VALUE:
        raise ValueError(f"{name} is not a number of 32 bits")
