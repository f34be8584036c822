"""The header of an entry as the JSON that ``vrs entry --json`` prints."""

from __future__ import annotations

import codecs
from typing import List, Optional

import msgspec

from vrs.checks.entry import Citation, ContourLevel, Entry, Software
from vrs.entries.errors import EntryError
from vrs.entries.identifier import entry_id
from vrs.entries.values import date, doi, model, text
from vrs.entries.words import point_group

_LONGEST_REASON = 200


def entry_of_json(content: bytes, name: str) -> Entry:
    """The entry that a file describes, its texts read as those of XML.

    Parameters
    ----------
    content : bytes -- the file
    name : str -- for the sentence of an error

    Raises
    ------
    EntryError
        If it is no such JSON, holds a number that cannot be, or does not say which entry it is.
    """
    try:
        entry = msgspec.json.decode(content.lstrip(codecs.BOM_UTF8), type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError(
            f"{name} is not what vrs entry --json prints ({str(error)[:_LONGEST_REASON]})",
            "print it again",
        ) from error
    if not entry.id:
        raise EntryError(
            f"{name} does not say which entry it is of",
            "set its id, such as EMD-3488",
        )
    return _read_again(entry)


def _read_again(entry: Entry) -> Entry:
    """The entry with every text as a header of another format would give it."""
    return msgspec.structs.replace(
        entry,
        title=text(entry.title),
        authors=_texts(entry.authors),
        status=text(entry.status),
        superseded_by=entry_id(entry.superseded_by or ""),
        method=text(entry.method),
        resolution_method=text(entry.resolution_method),
        contour_levels=[
            ContourLevel(level.level, text(level.source), level.primary)
            for level in entry.contour_levels
        ],
        symmetry=point_group(text(entry.symmetry)),
        half_maps=_texts(entry.half_maps),
        masks=_texts(entry.masks),
        additional_maps=_texts(entry.additional_maps),
        fitted_models=[code for code in map(model, entry.fitted_models) if code],
        software=_software(entry.software),
        deposited=date(entry.deposited),
        released=date(entry.released),
        updated=date(entry.updated),
        citation=_citation(entry.citation),
        microscope=text(entry.microscope),
        map_file=text(entry.map_file),
        source=text(entry.source),
        kind=text(entry.kind),
    )


def _texts(values: List[str]) -> List[str]:
    return [value for value in map(text, values) if value]


def _software(programs: List[Software]) -> List[Software]:
    read = ((text(one.name), text(one.version), text(one.step) or "") for one in programs)
    return [Software(name, version, step) for name, version, step in read if name]


def _citation(citation: Optional[Citation]) -> Optional[Citation]:
    if citation is None:
        return None
    title, code = text(citation.title), doi(citation.doi)
    return Citation(title, code) if title or code else None
