"""References as BibTeX: ``references.bib`` beside the report, and what Scipion shows."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import Callable, Dict, Iterable

from vrs.report.text.references import Reference

_COLUMNS = 96
_INDENT = "  "

_ACCENTS: Dict[str, str] = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
    "\u0328": "k",
}
"""Combining characters of Unicode and the LaTeX commands that put the same accent on a letter."""

_LETTERS: Dict[str, str] = {
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ı": r"{\i}",
    "–": "--",
    "—": "---",
    "’": "'",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
}


def references_bib(references: Iterable[Reference]) -> str:
    """The content of references.bib: plain ASCII, for any version of BibTeX."""
    return "\n".join(bibtex_entry(reference) for reference in references)


def scipion_bibliography(references: Iterable[Reference]) -> str:
    """The papers as Scipion reads them: it shows letters as they are and the DOI as a link."""
    entries = (_entry(r, str, r.url) for r in references if r.year is not None)
    return "\n".join(entries)


def bibtex_entry(reference: Reference) -> str:
    """One entry with LaTeX commands for the letters that are not ASCII."""
    return _entry(reference, latex_letters, reference.doi)


def latex_letters(text: str) -> str:
    """The text in ASCII: accents and special letters as LaTeX commands; braces stay.

    Raises
    ------
    ValueError
        If a letter has no command here: add it to this module.
    """
    return "".join(_letter(character) for character in unicodedata.normalize("NFC", text))


def _letter(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    if character.isascii():
        return character
    base, *marks = list(unicodedata.normalize("NFD", character))
    if len(marks) != 1 or marks[0] not in _ACCENTS or not base.isascii():
        raise ValueError(f"no LaTeX command is known for {character!r}")
    letter = {"i": r"\i", "j": r"\j"}.get(base, base)
    accent = _ACCENTS[marks[0]]
    if accent.isalpha():
        # Below the letter the dot does not disturb, and a command of letters needs braces.
        return rf"{{\{accent}{{{base if accent in 'ck' else letter}}}}}"
    return rf"{{\{accent}{letter}}}"


def _entry(reference: Reference, written: Callable[[str], str], doi: str) -> str:
    kind = "article" if reference.journal else "misc"
    fields = {
        "author": reference.authors,
        "title": reference.title,
        "journal": reference.journal,
        "volume": reference.volume,
        "pages": reference.pages,
        "year": "" if reference.year is None else str(reference.year),
        "note": reference.note,
    }
    lines = [_field(name, written(value)) for name, value in fields.items() if value]
    if doi:
        # An identifier, in which BibTeX wants no escapes.
        lines.append(_field("doi", doi))
    return "\n".join([f"@{kind}{{{reference.key},", *lines, "}", ""])


def _field(name: str, value: str) -> str:
    return textwrap.fill(
        f"{name} = {{{value}}},",
        _COLUMNS,
        initial_indent=_INDENT,
        subsequent_indent=2 * _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
