"""A header as JSON is read as one of XML is: what the archive would not say, it does not say."""

from __future__ import annotations

from typing import Any, Tuple

import msgspec
import pytest

from vrs.checks.entry import Citation, ContourLevel, Entry, Software
from vrs.tests.cli.test_entry import FULL
from vrs.tests.entries.headers import parsed


def as_json(**fields: Any) -> bytes:
    return msgspec.json.encode({"id": "EMD-1234", **fields})


def test_what_was_printed_is_read_as_it_was() -> None:
    assert parsed(msgspec.json.encode(FULL)) == FULL


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("title", "\x1b[31ma\nb\u202e ", "[31ma b"),
        ("title", "N/A", None),
        ("authors", ["a\x00", " ", "\u202e"], ["a"]),
        ("superseded_by", "EMD-9999\nforged", None),
        ("superseded_by", "emd-9999", "EMD-9999"),
        ("symmetry", "C2\nforged", "C2 forged"),
        ("symmetry", "c2", "C2"),
        ("fitted_models", ['../../x"', "5ME2", "https://example.org"], ["5me2"]),
        ("deposited", "\\input{/etc/passwd}", None),
        ("released", "2017-06-28Z", "2017-06-28"),
        ("updated", "0000-00-00", None),
        ("map_file", "a\x1b.map", "a.map"),
        ("status", "RE\x00L", "REL"),
        ("method", "single particle\u202e", "single particle"),
        ("microscope", "\u202e", None),
    ],
)
def test_a_text_that_no_header_has(field: str, written: Any, read: Any) -> None:
    assert getattr(parsed(as_json(**{field: written})), field) == read


@pytest.mark.parametrize("code", ["javascript:alert(1)", "10.1038/x\n10.1038/y", "in press", ""])
def test_an_address_that_is_no_doi(code: str) -> None:
    assert parsed(as_json(citation={"title": None, "doi": code})).citation is None


def test_the_texts_inside_of_a_field() -> None:
    entry = parsed(
        as_json(
            citation={"title": "On\nice", "doi": "https://doi.org/10.1038/x"},
            software=[{"name": "A\x1b", "version": "\u202e", "step": "x\ny"},
                      {"name": "?", "version": None, "step": "x"}],
            contour_levels=[{"level": 1, "source": "author\x00", "primary": True}],
        )
    )  # fmt: skip
    assert entry.citation == Citation("On ice", "10.1038/x")
    assert entry.software == [Software("A", None, "x y")]
    assert entry.contour_levels == [ContourLevel(1.0, "author", True)]


HOSTILE: Tuple[str, ...] = (
    "\x1b[31m", "\u202eevil", "a\nb", "<script>", "\\input{/etc/passwd}", "javascript:alert(1)",
    '../../x"', "x" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_one_printable_line(text: str) -> None:
    """Also of fields that this test does not name."""
    fields = {
        name: text if kind == "Optional[str]" else [text]
        for name, kind in Entry.__annotations__.items()
        if kind in ("Optional[str]", "List[str]")
    }
    entry = parsed(as_json(**fields))
    for name in fields:
        value = getattr(entry, name)
        for line in value if isinstance(value, list) else [value or ""]:
            assert line.isprintable() and len(line) <= 4000, name
    dates = (entry.deposited, entry.released, entry.updated, entry.superseded_by)
    assert dates == (None,) * 4
    assert entry.fitted_models == []
