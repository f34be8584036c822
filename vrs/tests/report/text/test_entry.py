"""What the report says of an entry: rows, links, and the comparison with what was measured."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import msgspec
import pytest

from vrs.checks.entry import Citation, Entry
from vrs.checks.inputs import InputRecord
from vrs.checks.result import Measurement, Status
from vrs.level0 import LEVEL0
from vrs.level0.evidence.symmetry import FOLDS
from vrs.maps.header_comparison import VOXEL_SIZE, Agreement, HeaderLine
from vrs.report.model import EntryComparison, Finding
from vrs.report.text import words
from vrs.report.text.entry import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_AUTHORS,
    MOST_NAMES,
    PUBLIC,
    WITH_ENTRY,
    about_the_data,
    cover_rows,
    kind_of_report,
    named,
    section_rows,
    what_is_there,
)
from vrs.report.text.entry_comparison import comparisons
from vrs.report.text.findings.facts import Facts
from vrs.report.text.point_groups import MOST_FOLDS
from vrs.tests.report_example import CONTOUR, full_entry

FILE = "emd_10001.map.gz"


def record(entry: Optional[Entry], **values: Any) -> InputRecord:
    """The record of a map of 32³ voxels of 2 Å at 6 Å."""
    fields: Dict[str, Any] = {
        "file": FILE, "sha256": "", "box": [32, 32, 32], "voxel_size": 2.0, "contour": CONTOUR,
        "contour_source": "entry EMD-10001 (author)", "resolution": 6.0,
        "resolution_source": "entry EMD-10001", "given_box": [32, 32, 32],
        "given_voxel_size": 2.0, "entry": entry,
    }  # fmt: skip
    return InputRecord(**{**fields, **values})


def compared(
    entry: Entry, measured: Dict[str, Any], findings: List[Finding], **values: Any
) -> Dict[str, EntryComparison]:
    """The comparisons by name, of measurements such as "0.b.mass_at_contour"."""
    outcomes = {}
    for name, value in measured.items():
        check, _, quantity = name.rpartition(".")
        kinds = {kind.id: kind for kind in (*LEVEL0.checks, *LEVEL0.evidence)}
        outcome = outcomes.setdefault(check, kinds[check].start())
        outcome.measurements[quantity] = Measurement(value, "", "", "" if value else "none")
        assert outcome.status is Status.OK
    found = comparisons(Facts(record(entry, **values), outcomes), findings)
    return {one.id: one for one in found}


def one(entry: Entry, name: str, measured: Dict[str, Any], **values: Any) -> EntryComparison:
    return compared(entry, measured, [], **values)[name]


def finding(name: str, severity: Any, title: str) -> Finding:
    return Finding(id=name, severity=severity, title=title, text="", advice="", evidence=[])


# --- cover and rows -----------------------------------------------------------------------------


def test_the_cover_says_whether_the_data_are_public() -> None:
    released = record(msgspec.structs.replace(full_entry(), status="REL"))
    assert kind_of_report(released) == "Report on public data of EMDB"
    assert about_the_data(released) == PUBLIC
    plain = record(None)
    assert (kind_of_report(plain), about_the_data(plain)) == ("Report on a map file", "")


@pytest.mark.parametrize(
    "changes, file",
    [
        ({"status": "HPUB", "released": None}, FILE),
        ({"status": None, "released": None}, FILE),
        ({}, "my_map.mrc"),
        ({"id": "EMD-1001"}, FILE),
    ],
)
def test_what_is_not_known_to_be_public_is_not_called_so(
    changes: Dict[str, Any], file: str
) -> None:
    held = record(msgspec.structs.replace(full_entry(), **changes), file=file)
    assert about_the_data(held) == WITH_ENTRY
    assert "public" not in kind_of_report(held)


def test_rows_lead_to_the_entry_its_models_and_its_paper() -> None:
    pieces = [piece for row in section_rows(full_entry()) for piece in row.pieces]
    assert {piece.text: piece.url for piece in pieces if piece.url} == {
        "EMD-10001": "https://www.ebi.ac.uk/emdb/EMD-10001",
        "EMD-10002": "https://www.ebi.ac.uk/emdb/EMD-10002",
        "1ABC": "https://www.ebi.ac.uk/pdbe/entry/pdb/1abc",
        "pdb_00001abc": "https://www.ebi.ac.uk/pdbe/entry/pdb/pdb_00001abc",
        "doi:10.1234/balls(2013)_1": "https://doi.org/10.1234/balls(2013)_1",
    }


def test_what_an_entry_does_not_say_has_no_row() -> None:
    empty = Entry(id="EMD-10001", citation=Citation(None, None))
    assert [row.label for row in section_rows(empty)] == ["Entry"]
    assert [row.label for row in cover_rows(empty)] == ["EMDB entry"]
    assert what_is_there(empty) == [] and cover_rows(None) == []


def test_an_obsolete_entry_names_its_successor() -> None:
    assert named(full_entry()) == "EMD-10001 (obsolete, replaced by EMD-10002)"
    rows = {row.label: row.text for row in cover_rows(full_entry())}
    assert (rows["Status"], rows["Replaced by"]) == ("obsolete", "EMD-10002")
    released = msgspec.structs.replace(full_entry(), status="REL", superseded_by=None)
    assert "Status" not in {row.label for row in cover_rows(released)}


def test_long_lists_are_cut_and_counted() -> None:
    entry = Entry(
        id="EMD-10001",
        title="x" * 10000,
        authors=["y" * 1000] * 300,
        half_maps=[f"half_{index}.map" for index in range(30)],
    )
    rows = {row.label: row.text for row in section_rows(entry)}
    assert rows["Title"] == "x" * LONGEST_TEXT + "…"
    assert len(rows["Authors"]) < MOST_AUTHORS * (LONGEST_NAME + 3) + 40
    assert rows["Authors"].endswith("and 294 more, see the entry")
    assert rows["Half maps"].count(".map") == MOST_NAMES
    assert rows["Half maps"].endswith("and 18 more")


def test_a_program_has_its_steps_behind_it() -> None:
    rows = {row.label: row.text for row in section_rows(full_entry())}
    relion, gctf = rows["Software"].split("), ")
    assert relion == "RELION 2.0 (final reconstruction, classification"
    assert gctf == "Gctf (ctf correction)"


def test_only_data_that_are_there_are_named() -> None:
    text = " ".join(what_is_there(full_entry()))
    assert "Half maps are there (2 files): a report of level 1 would examine them." in text
    assert "2 fitted models are there" in text
    single = msgspec.structs.replace(full_entry(), fitted_models=["1ABC"], half_maps=[])
    (sentence,) = what_is_there(single)
    assert sentence.startswith("1 fitted model is there")


def test_values_stand_with_their_sources() -> None:
    said = dict(words.input_lines(record(full_entry(), mass=64.0, mass_source="entry EMD-10001")))
    assert said["Contour level"] == "0.5 (entry EMD-10001, author)"
    assert said["Reported resolution"] == "6 Å, FSC 0.143 cut-off (entry EMD-10001)"
    assert said["Molecular mass"] == "64 kDa (entry EMD-10001)"
    assert said["Voxel size"] == "2 Å (the map file)"
    assert dict(words.input_lines(record(None)))["Voxel size"] == "2 Å"
    other = record(
        full_entry(), resolution=5.0, resolution_source="given by the user", mass=60.0,
        mass_source="given by the user", voxel_size_source="entry EMD-10001",
    )  # fmt: skip
    said = dict(words.input_lines(other))
    assert said["Reported resolution"] == "5 Å (given by the user)"
    assert said["Molecular mass"] == "60 kDa (given by the user)"
    assert said["Voxel size"] == "2 Å (entry EMD-10001)"


# --- comparison ---------------------------------------------------------------------------------


def test_a_map_without_entry_is_compared_with_nothing() -> None:
    assert comparisons(Facts(record(None), {}), []) == []


def test_an_empty_entry_has_nothing_to_contradict() -> None:
    found = compared(Entry(id="EMD-10001"), {}, [])
    assert [one.agreement for one in found.values()] == ["open", "open"]
    assert list(found) == ["contour", "sharpening"]


@pytest.mark.parametrize(
    "shown, agreement, words_in_text",
    [
        (20.0, "agrees", "0.31 times the mass"),
        (10.0, "open", "0.16 times the mass"),
        (50.0, "agrees", "0.78 times the mass"),
        (96.0, "differs", "1.5 times the mass"),
    ],
)
def test_mass_at_the_contour_level(shown: float, agreement: str, words_in_text: str) -> None:
    """64 kDa, of which usual contour levels show 0.2 to 1.4."""
    found = one(full_entry(), "mass", {"0.b.mass_at_contour": shown})
    assert found.agreement == agreement and words_in_text in found.text
    assert ("more than the sample" in found.text) is (shown > 90)
    assert ("missing or move" in found.text) is (shown < 12)


@pytest.mark.parametrize(
    "interval, agreement",
    [
        ([5.0, 7.0], "agrees"),
        ([6.3, 9.0], "open"),
        ([6.7, 9.0], "differs"),
        ([4.0, 5.5], "differs"),
        (None, "open"),
    ],
)
def test_resolution_against_the_interval_of_0e(interval: Any, agreement: str) -> None:
    """6 Å; beyond 1.1 times that the finding resolution.contradicted stands too."""
    found = one(full_entry(), "resolution", {"0.e.median_interval": interval})
    assert found.agreement == agreement
    assert found.stated == "6 Å, FSC 0.143 cut-off"
    assert (found.measured == "not measured") is (interval is None)


def test_a_map_that_ends_early_contradicts_the_stated_resolution() -> None:
    measured = {
        "0.e.median_interval": [5.0, 7.0],
        "evidence.spectrum_cutoff": 8.0,
        "evidence.spectrum_drop": 3.0,
    }
    found = one(full_entry(), "resolution", measured)
    assert found.agreement == "differs" and "ends at 8.00 Å" in found.text
    # What the user reported instead does not matter here.
    assert one(full_entry(), "resolution", measured, resolution=8.0).agreement == "differs"


@pytest.mark.parametrize(
    "stated, found_by_evidence, agreement",
    [
        ("C1", "C1", "agrees"),
        ("C1", "C2 about Z", "open"),
        ("C2", "C2 about Z", "agrees"),
        ("C2", "C4 about Z", "open"),
        ("C4", "C1", "differs"),
        ("C4", "C2 about Z", "differs"),
        ("C3", "C2 about Z", "differs"),
        ("D1", "C2 about Z", "agrees"),
        ("D7", "C7 about Z", "agrees"),
        ("T", "C3 about Z", "agrees"),
        ("O", "C2 about Z", "agrees"),
        ("I", "C5 about Z", "agrees"),
        ("I2", "C5 about Z", "agrees"),
        ("O", "C5 about Z", "differs"),
        ("C13", "C1", "open"),
        ("C20", "C10 about Z", "open"),
        ("helical, rise 4.7 Å, twist 179.4°", "C2 about Z", "open"),
        ("C2", None, "open"),
    ],
)
def test_symmetry(stated: str, found_by_evidence: Optional[str], agreement: str) -> None:
    entry = msgspec.structs.replace(full_entry(), symmetry=stated)
    measured = {"evidence.symmetry": found_by_evidence, "evidence.symmetry_resolution": 6.1}
    found = one(entry, "symmetry", measured)
    assert (found.stated, found.agreement) == (stated, agreement)


def test_more_folds_than_the_evidence_tries_are_not_judged() -> None:
    assert max(FOLDS) == MOST_FOLDS


def test_what_was_not_measured_says_why() -> None:
    """Of the evidence, whose measurement has a reason, and of a check that does not apply."""
    found = compared(full_entry(), {"evidence.symmetry": None}, [])
    assert (found["symmetry"].measured, found["symmetry"].text) == ("not measured", "None.")
    check = next(check for check in LEVEL0.checks if check.id == "0.e")
    outcomes = {"0.e": check.not_applicable("The map is too coarse.")}
    facts = Facts(record(full_entry()), outcomes)
    resolution = next(one for one in comparisons(facts, []) if one.id == "resolution")
    assert (resolution.agreement, resolution.text) == ("open", "The map is too coarse.")


def test_box_and_voxel_size_are_those_of_the_file() -> None:
    found = compared(full_entry(), {}, [], box=[16, 16, 16], binning=2, voxel_size=4.0)
    assert (found["box"].agreement, found["voxel_size"].agreement) == ("agrees", "agrees")
    other = compared(full_entry(), {}, [], given_box=[32, 32, 30], given_voxel_size=2.1)
    assert (other["box"].agreement, other["voxel_size"].agreement) == ("differs", "differs")


def test_a_voxel_size_that_replaces_that_of_the_file_differs_from_it() -> None:
    line = HeaderLine(VOXEL_SIZE, "Å", 1.9375, 2.0, Agreement.DIFFERS)
    found = one(
        full_entry(), "voxel_size", {}, header=[line], voxel_size_source="entry EMD-10001"
    )
    assert found.agreement == "differs"
    assert found.measured == "2 Å (entry EMD-10001); 1.9375 Å in the map file"
    agreeing = HeaderLine(VOXEL_SIZE, "Å", [2.0, 2.0, 2.0], 2.0, Agreement.AGREES)
    assert one(full_entry(), "voxel_size", {}, header=[agreeing]).measured == "2 Å (the map file)"


def test_the_contour_level_agrees_unless_a_finding_is_against_it() -> None:
    assert one(full_entry(), "contour", {}).agreement == "agrees"
    against = [finding("mask.partial", "caution", "A part is outside")]
    found = compared(full_entry(), {"evidence.contour_suggested": 0.4}, against)["contour"]
    assert (found.stated, found.measured) == ("0.5 (author)", "0.5 used; 0.4 suggested")
    assert found.agreement == "differs" and "A part is outside" in found.text
    other = one(full_entry(), "contour", {}, contour=0.3)
    assert other.agreement == "open" and "another contour level" in other.text


def test_processing_that_was_found_stands_with_the_sharpening() -> None:
    measured = {"0.d.b_factor_from_10": 90.0, "0.d.b_factor_interval": [40.0, 140.0]}
    states = [finding("state.masked", "note", "The map was masked")]
    found = compared(full_entry(), measured, states)["sharpening"]
    assert found.text == "The map is oversharpened. Found: The map was masked."
    assert "90 Å² (40 to 140 Å²)" in found.measured
