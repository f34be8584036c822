"""An entry as data: its words, whether its map is measured, and its JSON."""

from __future__ import annotations

import math
import random
from typing import Any, Dict, Tuple

import msgspec
import pytest

from vrs.checks.entry import (
    MEASURED_METHODS,
    STATES,
    THREE_DIMENSIONAL,
    TOMOGRAPHY,
    Citation,
    ContourLevel,
    Entry,
    Software,
    Statistics,
    unsuitable,
)

FIELDS = (
    "id", "title", "authors", "status", "superseded_by", "method", "resolution",
    "resolution_method", "contour_levels", "contour", "voxel_size", "box", "symmetry",
    "half_maps", "masks", "additional_maps", "fitted_models", "molecular_mass", "particles",
    "software", "deposited", "released", "updated", "citation", "microscope",
)  # fmt: skip
MORE_FIELDS = ("map_file", "statistics", "source", "kind")
"""For remarks on another map and on a composite map, and for what no header says."""


def test_the_names_in_json() -> None:
    assert tuple(msgspec.to_builtins(Entry(id="EMD-1234"))) == FIELDS + MORE_FIELDS


TEXTS = (
    "", "plain", "Größe: 3 Å", "结构", "بنية", "\u202eevil", "\x1b[31m", "\\input{/etc/passwd}",
    "<script>alert(1)</script>", "a\nb\x00", '"quoted"', "{{ 7 * 7 }}", "x" * 500, "\ufeff𝄞",
)  # fmt: skip


def random_entry(draw: random.Random) -> Entry:
    """An entry with anything in its fields that their types allow."""

    def text() -> str:
        return draw.choice(TEXTS)

    def size() -> float:
        return draw.choice((1e-4, 0.1, 81.200000000000003, 7770.0, 1e8, draw.random() + 1e-4))

    def level() -> float:
        return draw.choice((-1.0, 1.0)) * draw.choice((5e-324, 0.0, 3e38, size()))

    made: Dict[str, Any] = {
        **{name: text() for name in FIELDS if Entry.__annotations__[name] == "Optional[str]"},
        "authors": [text() for _ in range(draw.choice((0, 1, 300)))],
        "resolution": size(), "contour": level(), "molecular_mass": size(),
        "contour_levels": [
            ContourLevel(level(), draw.choice((None, text())), draw.random() < 0.5)
            for _ in range(draw.randrange(4))
        ],
        "voxel_size": [size(), size(), size()],
        "box": [draw.randrange(1, 2**20) for _ in range(3)],
        "half_maps": [text(), text()], "fitted_models": [text()],
        "particles": draw.randrange(1, 10**12),
        "software": [Software(text(), draw.choice((None, text())), text())],
        "citation": Citation(text(), draw.choice((None, text()))),
        "statistics": Statistics(*sorted((level(), level())), draw.choice((None, level()))),
        "kind": text(),
    }  # fmt: skip
    left_out = draw.sample(sorted(made), draw.randrange(len(made)))
    return Entry(id=f"EMD-{draw.randrange(10**4, 10**8)}", **{
        name: value for name, value in made.items() if name not in left_out
    })  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_json_gives_the_same_entry_back(seed: int) -> None:
    entry = random_entry(random.Random(seed))
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "3488"}, {"id": "EMD-12"}, {"id": "EMD-3488\n"}, {"box": []}, {"box": [1, 1, 0]},
        {"box": [1, 1, 1, 1]}, {"voxel_size": [1.0, math.nan, 1.0]}, {"resolution": 0.0},
        {"molecular_mass": -1.0}, {"particles": 0}, {"contour": math.inf},
        {"contour_levels": [ContourLevel(math.nan, None, True)]}, {"contour": 1e39},
        {"resolution": 1e9}, {"resolution": 1e-9}, {"molecular_mass": 1e11},
        {"particles": 10**400}, {"box": [2**21, 1, 1]}, {"voxel_size": [1e300] * 3},
    ],
)  # fmt: skip
def test_what_cannot_be(wrong: Dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)).partition("_levels")[0]):
        Entry(**{"id": "EMD-3488", **wrong})


@pytest.mark.parametrize("values", [(1.0, 0.0), (math.nan, 1.0), (0.0, 1e39), (0.0, 1.0, 1e39)])
def test_grey_values_that_cannot_be(values: Tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="minimum|maximum|average"):
        Statistics(*values)


@pytest.mark.parametrize("method", [*MEASURED_METHODS, None])
def test_averages_are_measured(method: str) -> None:
    assert unsuitable(Entry(id="EMD-1234", method=method)) == ""


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"method": TOMOGRAPHY}, "EMD-1234 is a tomogram, not an average"),
        ({"method": THREE_DIMENSIONAL}, "is the map of a three-dimensional crystal"),
        ({"method": "X-RAY DIFFRACTION"}, "the method of EMD-1234 is X-RAY DIFFRACTION"),
        ({"method": "SOLUTION NMR"}, "the method of EMD-1234 is SOLUTION NMR"),
        ({"method": "long " * 1000}, "the method of EMD-1234 is long"),
        ({"status": "WDRN"}, "was withdrawn, so that it has no map: use another entry"),
        ({"status": "WDRN", "superseded_by": "EMD-5678"}, "use EMD-5678, which replaces it"),
    ],
)
def test_what_is_not_measured_says_why_in_one_sentence(
    fields: Dict[str, Any], message: str
) -> None:
    sentence = unsuitable(Entry(id="EMD-1234", **fields))
    assert message in sentence
    assert sentence.count(": ") == 1
    assert len(sentence) < 250


def test_an_obsolete_entry_is_measured() -> None:
    assert unsuitable(Entry(id="EMD-1234", status="OBS", method="single particle")) == ""


@pytest.mark.parametrize("code", ["REL", "OBS", "WDRN", "HPUB", "HOLD", "AUTH", "REFI", "NEW"])
def test_every_status_has_words(code: str) -> None:
    assert Entry(id="EMD-1234", status=code).state == STATES.get(code, "being processed")
    assert Entry(id="EMD-1234").state == ""
