"""The papers behind the checks and the programs, read from ``vrs.bibtex``."""

from __future__ import annotations

import textwrap
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, Iterable, List

import bibtexparser
from pylatexenc.latexencode import UnicodeToLatexEncoder

import vrs.bibtex
from vrs import __version__
from vrs.report.model import ReferenceContent

SERVICE = "Sorzano2022"
"""The scheme of levels and the published rules."""

SOFTWARE = "scipion-em-vrs"
"""This program, with its built-in networks."""

SCIPION = "delaRosaTrevin2016"
"""The workflow engine."""

VTK = "Hanwell2015"
CHIMERAX = "Pettersen2021"
"""What draws surfaces."""

_DOI = "https://doi.org/"
_MOST_AUTHORS = 5
"""Papers with more authors are listed by the first three."""

_COLUMNS = 96
_FIELDS = ("author", "title", "journal", "volume", "pages", "year", "note")

_LATEX = UnicodeToLatexEncoder(
    non_ascii_only=True,
    replacement_latex_protection="braces-all",  # BibTeX takes an accent in braces for one letter
    unknown_char_policy="fail",
    unknown_char_warning=False,
)


@dataclass(frozen=True)
class Reference:
    """A paper, or a program without one.

    Attributes
    ----------
    key, kind : str -- Of the BibTeX entry: "Rosenthal2003", "article".
    author : str -- "Rosenthal, P. B. and Henderson, R."; a name in braces is an institution.
    title : str -- Braces keep capitals.
    journal, volume, pages, year : str -- Empty for a program.
    doi : str -- Without the address of a server; "" if there is none.
    note : str -- What else must be said, such as a version.
    """

    key: str
    kind: str
    author: str
    title: str
    journal: str = ""
    volume: str = ""
    pages: str = ""
    year: str = ""
    doi: str = ""
    note: str = ""

    @property
    def url(self) -> str:
        """Address of the paper, "" if there is none."""
        return f"{_DOI}{self.doi}" if self.doi else ""

    @property
    def citation(self) -> str:
        """ "Rosenthal and Henderson, 2003", for running text; "" for a program without a paper."""
        names = [author.split(",")[0] for author in self.author.split(" and ")]
        if not self.year:
            return ""
        if len(names) > 2:
            return f"{names[0]} et al., {self.year}"
        return f"{' and '.join(names)}, {self.year}"

    @property
    def text(self) -> str:
        """One line of the list of references, without the DOI."""
        pages = ", ".join(part for part in (self.volume, self.pages) if part)
        place = " ".join(part for part in (self.journal, pages) if part)
        if self.year:
            place += f" ({self.year})"
        parts = (self._short_authors(), _without_braces(self.title), place, self.note)
        return " ".join(f"{part}." for part in parts if part)

    @property
    def bibtex(self) -> str:
        """The entry in ASCII, for any version of BibTeX.

        Raises ValueError if LaTeX has no command for a letter.
        """
        values = {name: getattr(self, name) for name in _FIELDS}
        lines = [
            _field(name, _LATEX.unicode_to_latex(text)) for name, text in values.items() if text
        ]
        if self.doi:
            lines.append(_field("doi", self.doi))
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}", ""])

    def _short_authors(self) -> str:
        """ "Rosenthal PB, Henderson R"."""
        names = []
        for author in self.author.split(" and "):
            family, _, first_names = author.partition(", ")
            initials = first_names.replace(".", "").replace(" ", "")
            names.append(f"{_without_braces(family)} {initials}".strip())
        if len(names) > _MOST_AUTHORS:
            return f"{', '.join(names[:3])} et al"
        return ", ".join(names)


@lru_cache(maxsize=None)
def references() -> Dict[str, Reference]:
    """All references by their keys."""
    with warnings.catch_warnings():
        # bibtexparser 1 calls pyparsing by names that its newer versions deprecate.
        warnings.simplefilter("ignore", DeprecationWarning)
        entries = bibtexparser.loads(vrs.bibtex.__doc__).entries
    return {entry["ID"]: _reference(entry) for entry in entries}


def _reference(entry: Dict[str, str]) -> Reference:
    values = {name: " ".join(entry.get(name, "").split()) for name in (*_FIELDS, "doi")}
    if entry["ID"] == SOFTWARE:
        values["note"] = f"Version {__version__}"
    values["doi"] = values["doi"].replace(_DOI, "")
    return Reference(entry["ID"], entry["ENTRYTYPE"], **values)


def cited(keys: Iterable[str]) -> List[Reference]:
    """The references of ``keys`` without repeats, in order of first mention.

    Raises KeyError if a key is not in ``vrs.bibtex``: add the paper there.
    """
    return [references()[key] for key in dict.fromkeys(keys)]


def references_bib(papers: Iterable[Reference]) -> str:
    return "\n".join(paper.bibtex for paper in papers)


def numbered(papers: Iterable[Reference]) -> List[ReferenceContent]:
    """The list of references as report.json holds it."""
    return [
        ReferenceContent(number, paper.key, paper.text, paper.doi, paper.url)
        for number, paper in enumerate(papers, start=1)
    ]


def _without_braces(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def _field(name: str, value: str) -> str:
    return textwrap.fill(
        f"{name} = {{{value}}},",
        _COLUMNS,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
