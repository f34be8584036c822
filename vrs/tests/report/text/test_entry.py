"""What the report says of an entry: rows, links, and the comparison with what was measured."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import msgspec
import pytest

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Citation, Entry
from vrs.checks.inputs import InputRecord
from vrs.checks.result import Measurement, Status
from vrs.checks.stated import stated_values
from vrs.level0 import LEVEL0
from vrs.level0.evidence.symmetry import FOLDS
from vrs.maps.header_comparison import MAXIMUM, MINIMUM, VOXEL_SIZE, Agreement, HeaderLine
from vrs.maps.typed_values import GIVEN
from vrs.report.model import EntryComparison, Finding
from vrs.report.text import words
from vrs.report.text.entry import (
    AGREEMENTS,
    FROM_A_FILE,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_AUTHORS,
    MOST_NAMES,
    PUBLIC,
    WITH_ENTRY,
    about_the_data,
    columns,
    cover_rows,
    in_one_line,
    kind_of_report,
    named,
    opening,
    section_rows,
    what_else,
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
    other = Disagreement("label", ["EMD-10001"], ["EMD-1883"])
    relabelled = msgspec.structs.replace(released, entry_disagreements=[other])
    assert about_the_data(relabelled) == WITH_ENTRY
    plain = record(None)
    assert (kind_of_report(plain), about_the_data(plain)) == ("Report on a map file", "")


@pytest.mark.parametrize(
    "changes, file",
    [
        ({"status": "HPUB", "released": None}, FILE),
        ({"status": None, "released": None}, FILE),
        ({}, "my_map.mrc"),
        ({"id": "EMD-1001"}, FILE),
        ({"source": "a letter"}, FILE),
    ],
)
def test_what_is_not_known_to_be_public_is_not_called_so(
    changes: Dict[str, Any], file: str
) -> None:
    held = record(msgspec.structs.replace(full_entry(), **changes), file=file)
    assert about_the_data(held) in (WITH_ENTRY, f"{FROM_A_FILE} a letter.")
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
    assert rows["Authors"].endswith("and 280 more, see the entry")
    assert rows["Half maps"].count(".map") == MOST_NAMES
    assert rows["Half maps"].endswith("and 18 more")


def test_a_program_has_its_steps_behind_it() -> None:
    rows = {row.label: row.text for row in section_rows(full_entry())}
    relion, gctf = rows["Software"].split("), ")
    assert relion == "RELION 2.0 (final reconstruction, classification"
    assert gctf == "Gctf (ctf correction)"


def test_a_title_that_ends_with_a_full_stop_has_one() -> None:
    entry = Entry(id="EMD-10001", title="On balls.", citation=Citation("Balls.", "10.1234/b"))
    assert ": On balls. Contour level" in in_one_line(record(entry, resolution=None))
    assert in_one_line(record(entry, resolution=None)).endswith("; no reported resolution.")
    rows = {row.label: row.text for row in section_rows(entry)}
    assert rows["Primary citation"] == "Balls. doi:10.1234/b"


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
    # Nor does the user state a criterion with the number of the entry.
    same = record(full_entry(), resolution_source="given by the user")
    assert words.resolution(same) == "6 Å (given by the user)"
    other_method = Entry(id="EMD-1001", resolution_method="OTHER")
    assert words.criterion(other_method) == "criterion not named"
    assert said["Molecular mass"] == "60 kDa (given by the user)"
    assert said["Voxel size"] == "2 Å (entry EMD-10001)"


# --- comparison ---------------------------------------------------------------------------------


def test_a_map_without_entry_is_compared_with_nothing() -> None:
    assert comparisons(Facts(record(None), {}), []) == []


def test_an_empty_entry_has_nothing_to_contradict() -> None:
    found = compared(Entry(id="EMD-10001"), {}, [])
    assert list(found) == [
        "box", "voxel_size", "grey_values", "resolution", "mass", "symmetry", "contour",
        "sharpening",
    ]  # fmt: skip
    assert {(one.agreement, one.stated) for one in found.values()} == {("open", "not stated")}


@pytest.mark.parametrize(
    "shown, agreement, words_in_text",
    [
        (20.0, "usual", "0.31 times this mass"),
        (10.0, "differs", "0.16 times this mass"),
        (50.0, "usual", "0.78 times this mass"),
        (96.0, "differs", "1.5 times this mass"),
    ],
)
def test_mass_at_the_contour_level(shown: float, agreement: str, words_in_text: str) -> None:
    """64 kDa, of which usual contour levels show 0.2 to 1.4; the box has room for it."""
    found = one(full_entry(), "mass", {"0.b.mass_at_contour": shown})
    assert found.agreement == agreement and words_in_text in found.text
    assert "show 0.2 to 1.4 times the mass of the sample" in found.text
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
    assert (resolution.agreement, resolution.text) == ("open", "0.e: The map is too coarse.")


def test_a_mass_that_does_not_fit_in_the_box_is_no_fault_of_the_contour_level() -> None:
    """32³ voxels of 2 Å have room for 217 kDa."""
    entry = msgspec.structs.replace(full_entry(), molecular_mass=70000.0)
    found = one(entry, "mass", {"0.b.mass_at_contour": 20.0})
    assert found.agreement == "differs" and "contour level" not in found.text
    text = found.text.replace("\u202f", " ")
    assert text.startswith("A protein of 70 000 kDa does not fit in the box, which has room for")
    assert found.text.endswith("it was not used.")


def test_values_of_the_user_stand_beside_those_of_the_entry() -> None:
    given = {"resolution": 3.4, "resolution_source": GIVEN, "mass": 60.0, "mass_source": GIVEN}
    found = compared(full_entry(), {"0.b.mass_at_contour": 20.0}, [], **given)
    assert found["resolution"].measured == "not measured; 3.4 Å given by the user"
    assert found["mass"].measured == "20 kDa at the contour level; 60 kDa given by the user"


def test_what_is_open_says_why() -> None:
    check = next(check for check in LEVEL0.checks if check.id == "0.e")
    facts = Facts(record(full_entry()), {"0.e": check.left_out()})
    for found in comparisons(facts, []):
        assert found.agreement != "open" or found.text or found.stated == "not stated", found
    resolution = next(one for one in comparisons(facts, []) if one.id == "resolution")
    assert resolution.text == "0.e: Left out on request."
    assert AGREEMENTS["open"] == "not judged"


def test_rise_and_twist_of_a_helix_are_not_measured() -> None:
    entry = msgspec.structs.replace(full_entry(), symmetry="helical, rise 27.6 Å, C1")
    found = one(entry, "symmetry", {"evidence.symmetry": "C1"})
    assert (found.agreement, found.measured) == ("open", "C1")
    assert found.text == "Rise and twist of a helix were not measured."


def test_grey_values_are_those_of_the_map_or_of_the_disagreement() -> None:
    lines = [
        HeaderLine(MINIMUM, "", None, -0.1, Agreement.NOT_SET),
        HeaderLine(MAXIMUM, "", None, 1.1, Agreement.NOT_SET),
    ]
    found = one(full_entry(), "grey_values", {}, header=lines)
    assert (found.stated, found.measured, found.agreement) == (
        "-0.1 to 1.1", "-0.1 to 1.1", "agrees",
    )  # fmt: skip
    scaled = Disagreement("grey_values", [-0.1, 1.1], [-1.0, 11.0])
    found = one(full_entry(), "grey_values", {}, entry_disagreements=[scaled])
    assert (found.measured, found.agreement) == ("-1 to 11", "differs")
    assert "10 times those of the entry" in found.text


def test_values_that_were_not_read_from_the_header_of_the_entry_say_so() -> None:
    entry = Entry(id="EMD-10001", status="REL", resolution=6.0, source="PDB entry 1ABC")
    elsewhere = record(entry, resolution_source=stated_values(entry).resolution_source)
    assert about_the_data(elsewhere).endswith("a map file, with values from PDB entry 1ABC.")
    assert "public" not in kind_of_report(elsewhere)
    assert opening(entry).startswith("Values of EMD-10001 from PDB entry 1ABC, beside")
    assert "entry says" not in what_else(entry) and columns(entry)[1] == "Known of it"
    assert words.resolution(elsewhere) == "6 Å (PDB entry 1ABC)"
    assert one(entry, "contour", {}).stated == "not known here"


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
    of_user = one(
        full_entry(), "voxel_size", {}, voxel_size_source=GIVEN, given_voxel_size=2.02,
        header=[HeaderLine(VOXEL_SIZE, "Å", 2.0, 2.02, Agreement.DIFFERS)],
    )  # fmt: skip
    assert of_user.measured == "2.02 Å (given by the user); 2 Å in the map file"
    assert of_user.agreement == "differs" and of_user.text.startswith("The user replaced")
    agreeing = HeaderLine(VOXEL_SIZE, "Å", [2.0, 2.0, 2.0], 2.0, Agreement.AGREES)
    assert one(full_entry(), "voxel_size", {}, header=[agreeing]).measured == "2 Å (the map file)"


def test_the_contour_level_of_the_entry_is_compared_with_the_one_that_was_used() -> None:
    assert one(full_entry(), "contour", {}).agreement == "agrees"
    against = [finding("mask.partial", "caution", "A part is outside")]
    found = compared(full_entry(), {"evidence.contour_suggested": 0.4}, against)["contour"]
    assert (found.stated, found.measured) == ("0.5 (author)", "0.5 used")
    assert found.agreement == "agrees"
    assert found.text == "A part is outside: see the verdict. The evidence suggests 0.4."
    other = one(full_entry(), "contour", {}, contour=0.3, contour_source=GIVEN)
    assert (other.agreement, other.measured) == ("differs", "0.3 used")
    assert other.text == "The report uses another level, given by the user."


def test_processing_that_was_found_stands_with_the_sharpening() -> None:
    measured = {"0.d.b_factor_from_10": 90.0, "0.d.b_factor_interval": [40.0, 140.0]}
    states = [finding("state.masked", "note", "The map was masked")]
    found = compared(full_entry(), measured, states)["sharpening"]
    assert found.text.startswith("The map is oversharpened. The published B-factor of 0.d is")
    assert found.text.endswith("the noise of the box. The map was masked.")
    assert "90 Å² (40 to 140 Å²) from 10 Å on" in found.measured
