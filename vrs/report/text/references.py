"""The papers behind the checks and the tools, and this software itself: the one place for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, List, Optional

from vrs import __version__

_MOST_AUTHORS = 5
"""Papers with more authors are listed by the first three."""


@dataclass(frozen=True)
class Reference:
    """A paper, or a program without one.

    Attributes
    ----------
    key : str
        Of the BibTeX entry.
    authors : str
        As in BibTeX: "Rosenthal, P. B. and Henderson, R."; a name in braces is an institution.
    title : str
        As in BibTeX: braces keep capitals.
    journal, volume, pages : str
        Empty for a program.
    year : int or None
    doi : str
        Without the address of a server; "" if there is none.
    note : str
        What else must be said, such as a version.
    """

    key: str
    authors: str
    title: str
    journal: str = ""
    volume: str = ""
    pages: str = ""
    year: Optional[int] = None
    doi: str = ""
    note: str = ""

    @property
    def url(self) -> str:
        """Where the paper is found, "" if nowhere."""
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def citation(self) -> str:
        """ "Rosenthal and Henderson, 2003", for running text; "" for a program without a paper."""
        names = [author.split(",")[0] for author in self.authors.split(" and ")]
        if self.year is None:
            return ""
        if len(names) > 2:
            return f"{names[0]} et al., {self.year}"
        return f"{' and '.join(names)}, {self.year}"

    @property
    def text(self) -> str:
        """One line of the list of references, without the DOI."""
        start = f"{self._short_authors()}. {_without_braces(self.title)}."
        place = " ".join(part for part in (self.journal, self._pages_of_volume()) if part)
        if self.year is not None:
            place += f" ({self.year})"
        return " ".join([start, *(f"{part}." for part in (place, self.note) if part)])

    def _pages_of_volume(self) -> str:
        return ", ".join(part for part in (self.volume, self.pages) if part)

    def _short_authors(self) -> str:
        """ "Rosenthal PB, Henderson R"."""
        names = []
        for author in self.authors.split(" and "):
            family, _, given = author.partition(", ")
            initials = given.replace(".", "").replace(" ", "")
            names.append(f"{_without_braces(family)} {initials}".strip())
        if len(names) > _MOST_AUTHORS:
            return f"{', '.join(names[:3])} et al"
        return ", ".join(names)


def _without_braces(text: str) -> str:
    return text.replace("{", "").replace("}", "")


SERVICE = "Sorzano2022"
"""The scheme of levels and the published rules."""

SOFTWARE = "scipion-em-vrs"
"""This program, with its own networks."""

SCIPION = "delaRosaTrevin2016"
"""The workflow engine."""

VTK = "Hanwell2015"
CHIMERAX = "Pettersen2021"
"""What draws surfaces."""

_REFERENCES = (
    Reference(
        SERVICE,
        "Sorzano, C. O. S. and Vilas, J. L. and Ramírez-Aportela, E. and Krieger, J. and "
        "del Hoyo, D. and Herreros, D. and Fernandez-Giménez, E. and Marchán, D. and "
        "Macías, J. R. and Sánchez, I. and del Caño, L. and Fonseca-Reyna, Y. and Conesa, P. and "
        "García-Mena, A. and Burguet, J. and García Condado, J. and Méndez García, J. and "
        "Martínez, M. and Muñoz-Barrutia, A. and Marabini, R. and Vargas, J. and Carazo, J. M.",
        "Image processing tools for the validation of {CryoEM} maps",
        "Faraday Discussions",
        "240",
        "210–227",
        2022,
        "10.1039/D2FD00059H",
    ),
    Reference(
        "Rosenthal2003",
        "Rosenthal, P. B. and Henderson, R.",
        "Optimal determination of particle orientation, absolute hand, and contrast loss in "
        "single-particle electron cryomicroscopy",
        "Journal of Molecular Biology",
        "333",
        "721–745",
        2003,
        "10.1016/j.jmb.2003.07.013",
    ),
    Reference(
        "RamirezAportela2019",
        "Ramírez-Aportela, E. and Mota, J. and Conesa, P. and Carazo, J. M. and Sorzano, C. O. S.",
        "{DeepRes}: a new deep-learning- and aspect-based local resolution method for "
        "electron-microscopy maps",
        "IUCrJ",
        "6",
        "1054–1063",
        2019,
        "10.1107/S2052252519011692",
    ),
    Reference(
        "Kaur2021",
        "Kaur, S. and Gomez-Blanco, J. and Khalifa, A. A. Z. and Adinarayanan, S. and "
        "Sanchez-Garcia, R. and Wrapp, D. and McLellan, J. S. and Bui, K. H. and Vargas, J.",
        "Local computational methods to improve the interpretability and analysis of cryo-{EM} "
        "maps",
        "Nature Communications",
        "12",
        "1240",
        2021,
        "10.1038/s41467-021-21509-5",
    ),
    Reference(
        "GarciaCondado2022",
        "García Condado, J. and Muñoz-Barrutia, A. and Sorzano, C. O. S.",
        "Automatic determination of the handedness of single-particle maps of macromolecules "
        "solved by {CryoEM}",
        "Journal of Structural Biology",
        "214",
        "107915",
        2022,
        "10.1016/j.jsb.2022.107915",
    ),
    Reference(
        "Strelak2021",
        "Strelak, D. and Jiménez-Moreno, A. and Vilas, J. L. and Ramírez-Aportela, E. and "
        "Sánchez-García, R. and Maluenda, D. and Vargas, J. and Herreros, D. and "
        "Fernández-Giménez, E. and de Isidro-Gómez, F. P. and Horacek, J. and Myska, D. and "
        "Horacek, M. and Conesa, P. and Fonseca-Reyna, Y. C. and Jiménez, J. and Martínez, M. and "
        "Harastani, M. and Jonić, S. and Filipovic, J. and Marabini, R. and Carazo, J. M. and "
        "Sorzano, C. O. S.",
        "Advances in {Xmipp} for cryo-electron microscopy: from {Xmipp} to {Scipion}",
        "Molecules",
        "26",
        "6224",
        2021,
        "10.3390/molecules26206224",
    ),
    Reference(
        SCIPION,
        "de la Rosa-Trevín, J. M. and Quintana, A. and del Cano, L. and Zaldívar, A. and "
        "Foche, I. and Gutiérrez, J. and Gómez-Blanco, J. and Burguet-Castell, J. and "
        "Cuenca-Alba, J. and Abrishami, V. and Vargas, J. and Otón, J. and Sharov, G. and "
        "Vilas, J. L. and Navas, J. and Conesa, P. and Kazemi, M. and Marabini, R. and "
        "Sorzano, C. O. S. and Carazo, J. M.",
        "{Scipion}: a software framework toward integration, reproducibility and validation in "
        "{3D} electron microscopy",
        "Journal of Structural Biology",
        "195",
        "93–99",
        2016,
        "10.1016/j.jsb.2016.04.010",
    ),
    Reference(
        VTK,
        "Hanwell, M. D. and Martin, K. M. and Chaudhary, A. and Avila, L. S.",
        "The {Visualization Toolkit} ({VTK}): rewriting the rendering code for modern graphics "
        "cards",
        "SoftwareX",
        "1–2",
        "9–12",
        2015,
        "10.1016/j.softx.2015.04.001",
    ),
    Reference(
        CHIMERAX,
        "Pettersen, E. F. and Goddard, T. D. and Huang, C. C. and Meng, E. C. and Couch, G. S. and "
        "Croll, T. I. and Morris, J. H. and Ferrin, T. E.",
        "{UCSF ChimeraX}: structure visualization for researchers, educators, and developers",
        "Protein Science",
        "30",
        "70–82",
        2021,
        "10.1002/pro.3943",
    ),
    Reference(
        SOFTWARE,
        "{The scipion-em-vrs developers}",
        "scipion-em-vrs: validation reports of cryo-{EM} maps",
        note=f"Version {__version__}",
    ),
)

REFERENCES: Dict[str, Reference] = {reference.key: reference for reference in _REFERENCES}


def cited(keys: Iterable[str]) -> List[Reference]:
    """The references of ``keys`` without repeats, in order of first mention.

    Raises
    ------
    KeyError
        If a key is not in the list: add the paper to this module.
    """
    return [REFERENCES[key] for key in dict.fromkeys(keys)]
