"""What an entry of EMDB says, as data."""

from __future__ import annotations

from typing import List, Optional

import msgspec

MEASURED_METHODS = {
    "singleParticle": "single particle",
    "helical": "helical reconstruction",
    "subtomogramAveraging": "subtomogram averaging",
    "electronCrystallography": "electron crystallography",
}
"""Methods of the schema whose maps are measured, in words."""

OTHER_METHODS = {"tomography": "tomography"}
"""Methods whose maps are no averages: the checks do not apply to them."""

RELEASED = "REL"
OBSOLETE = "OBS"
WITHDRAWN = "WDRN"


class ContourLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contour level of the primary map.

    Attributes
    ----------
    level : float -- Grey value.
    source : str or None -- Who chose it, "author" or "emdb"; null if the entry does not say.
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

    Attributes
    ----------
    minimum, maximum : float -- Lowest and highest value.
    average, std : float or None -- Mean and standard deviation.
    """

    minimum: float
    maximum: float
    average: Optional[float] = None
    std: Optional[float] = None


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of EMDB; null or an empty list where it says nothing.

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
    symmetry : str or None -- Point group, or helical parameters in words.
    half_maps : list of str -- Names of files.
    masks : list of str -- Names of files.
    additional_maps : list of str -- Names of files.
    fitted_models : list of str -- Identifiers of PDB entries.
    molecular_mass : float or None -- Of the sample, in kDa.
    particles : int or None -- Particles, subtomograms or segments of the final reconstruction.
    software : list of Software -- Programs of the image processing.
    deposited : str or None -- Date, "2002-06-26".
    released : str or None -- Date of the release of the map.
    updated : str or None -- Date of the last change.
    citation : Citation or None -- The primary citation.
    microscope : str or None -- Its name.
    map_file : str or None -- Name of the file of the primary map.
    statistics : Statistics or None -- Grey values of the primary map by the header.
    kind : str or None -- "composite map", "consensus map" or "focused map" where it says so.
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
    kind: Optional[str] = None

    @property
    def page(self) -> str:
        """Address of its page."""
        return f"https://www.ebi.ac.uk/emdb/{self.id}"

    @property
    def contour_source(self) -> Optional[str]:
        """Who chose the recommended contour level."""
        chosen = (level for level in self.contour_levels if level.level == self.contour)
        return next((level.source for level in chosen), None)


def recommended(levels: List[ContourLevel]) -> Optional[float]:
    """The contour level to use: the primary one, else the first."""
    primary = (level.level for level in levels if level.primary)
    return next(primary, levels[0].level if levels else None)
