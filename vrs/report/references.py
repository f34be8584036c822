"""The papers behind the checks and the tools, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, List


@dataclass(frozen=True)
class Reference:
    """A paper; ``authors`` is the first author with "et al.", or all of them when they are few."""

    key: str
    authors: str
    title: str
    journal: str
    year: int
    doi: str

    @property
    def url(self) -> str:
        """Where the paper is found."""
        return f"https://doi.org/{self.doi}"

    @property
    def text(self) -> str:
        """One line of the list of references, without the DOI."""
        return f"{self.authors}. {self.title}. {self.journal} ({self.year})."


_REFERENCES = (
    Reference(
        "Sorzano2022",
        "Sorzano COS, Vilas JL, Ramírez-Aportela E et al",
        "Image processing tools for the validation of CryoEM maps",
        "Faraday Discussions 240, 210–227",
        2022,
        "10.1039/D2FD00059H",
    ),
    Reference(
        "Rosenthal2003",
        "Rosenthal PB, Henderson R",
        "Optimal determination of particle orientation, absolute hand, and contrast loss in "
        "single-particle electron cryomicroscopy",
        "Journal of Molecular Biology 333, 721–745",
        2003,
        "10.1016/j.jmb.2003.07.013",
    ),
    Reference(
        "RamirezAportela2019",
        "Ramírez-Aportela E, Mota J, Conesa P, Carazo JM, Sorzano COS",
        "DeepRes: a new deep-learning- and aspect-based local resolution method for "
        "electron-microscopy maps",
        "IUCrJ 6, 1054–1063",
        2019,
        "10.1107/S2052252519011692",
    ),
    Reference(
        "Kaur2021",
        "Kaur S, Gomez-Blanco J, Khalifa AAZ et al",
        "Local computational methods to improve the interpretability and analysis of cryo-EM maps",
        "Nature Communications 12, 1240",
        2021,
        "10.1038/s41467-021-21509-5",
    ),
    Reference(
        "GarciaCondado2022",
        "Garcia Condado J, Muñoz-Barrutia A, Sorzano COS",
        "Automatic determination of the handedness of single-particle maps of macromolecules "
        "solved by CryoEM",
        "Journal of Structural Biology 214, 107915",
        2022,
        "10.1016/j.jsb.2022.107915",
    ),
    Reference(
        "delaRosaTrevin2016",
        "de la Rosa-Trevín JM, Quintana A, del Cano L et al",
        "Scipion: a software framework toward integration, reproducibility and validation in 3D "
        "electron microscopy",
        "Journal of Structural Biology 195, 93–99",
        2016,
        "10.1016/j.jsb.2016.04.010",
    ),
    Reference(
        "Hanwell2015",
        "Hanwell MD, Martin KM, Chaudhary A, Avila LS",
        "The Visualization Toolkit (VTK): rewriting the rendering code for modern graphics cards",
        "SoftwareX 1–2, 9–12",
        2015,
        "10.1016/j.softx.2015.04.001",
    ),
)

REFERENCES: Dict[str, Reference] = {reference.key: reference for reference in _REFERENCES}

SERVICE = "Sorzano2022"
"""The scheme of levels and the published rules."""

TOOLS = ("delaRosaTrevin2016", "Hanwell2015")
"""The workflow engine and the drawing of surfaces."""


def cited(keys: Iterable[str]) -> List[Reference]:
    """The references of ``keys`` without repeats, in order of first mention.

    Raises
    ------
    KeyError
        If a key is not in the list: add the paper to this module.
    """
    return [REFERENCES[key] for key in dict.fromkeys(keys)]
