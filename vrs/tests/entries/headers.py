"""Headers for tests: the smallest that the schema allows, with parts put in."""

from __future__ import annotations

from typing import Optional

from vrs.checks.entry import Entry
from vrs.entries.header import parse_header

MAP = (
    "<file>emd_1234.map.gz</file>"
    "<dimensions><col>100</col><row>100</row><sec>100</sec></dimensions>"
    "<pixel_spacing><x>1</x><y>1</y><z>1</z></pixel_spacing>"
)
"""A map of 100 x 100 x 100 voxels of 1 Å."""


def header(
    admin: str = "",
    crossreferences: str = "",
    sample: str = "",
    method: str = "singleParticle",
    state: str = "particle",
    processing: str = "",
    map: str = MAP,  # noqa: A002  (the name of the element)
    interpretation: str = "",
    determinations: Optional[str] = None,
) -> bytes:
    """A header of EMD-1234 as bytes."""
    if determinations is None:
        determinations = determination(method, state, processing)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><emd emdb_id="EMD-1234" version="3.0.9.0">'
        f"<admin>{admin}</admin><crossreferences>{crossreferences}</crossreferences>"
        f"<sample>{sample}</sample><structure_determination_list>{determinations}"
        f"</structure_determination_list><map>{map}</map>"
        f"<interpretation>{interpretation}</interpretation></emd>"
    ).encode()


def determination(method: str, state: str = "particle", processing: str = "") -> str:
    """A structure determination, with a method of vitrification as a trap."""
    return (
        f"<structure_determination><method>{method}</method>"
        f"<aggregation_state>{state}</aggregation_state><specimen_preparation_list>"
        "<single_particle_preparation><vitrification><method>Blot and plunge</method>"
        "</vitrification></single_particle_preparation></specimen_preparation_list>"
        f"{processing}</structure_determination>"
    )


def final(kind: str, content: str) -> str:
    """An image processing with the content of its final reconstruction."""
    return (
        f"<{kind}_processing><final_reconstruction>{content}</final_reconstruction>"
        f"</{kind}_processing>"
    )


def parsed(content: bytes) -> Entry:
    return parse_header(content, "emd-1234.xml")
