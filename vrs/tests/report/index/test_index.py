"""The rows of an index: what they say, in JSON and CSV, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, List

import jsonschema
import msgspec
import pytest

from vrs.maps.errors import OutputError, VrsError
from vrs.report.compare import NotAReport, read_report
from vrs.report.index.build import MadeIndex, Source, make_index
from vrs.report.index.model import Index, IndexedMap, schema
from vrs.report.index.places import name_of, report_folders
from vrs.report.index.table import table_of
from vrs.report.index.writing import write_index
from vrs.report.text.findings.facts import facts_of
from vrs.report.text.findings.overall import fully_tested
from vrs.tests.report.index.made import made_index

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")


def index_of(*folders: Path, start: Path) -> MadeIndex:
    return make_index([Source(name_of(folder), folder) for folder in folders], start)


@pytest.fixture
def changed(report_folder: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of the report without pictures whose report.json is changed by a function."""

    def change(name: str, function: Callable[[Dict[str, Any]], None]) -> Path:
        content = json.loads((report_folder / "report.json").read_text(encoding="utf-8"))
        function(content)
        folder = tmp_path / name
        folder.mkdir()
        (folder / "report.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    return change


def test_a_row_says_what_the_report_says(report_folder: Path, tmp_path: Path) -> None:
    made = index_of(report_folder, start=tmp_path)
    (row,) = made.content.maps
    report = read_report(report_folder).content
    assert (row.name, row.title, row.state) == ("sharp", "Two balls", "measured")
    assert (row.resolution, row.overall, row.seconds) == (6.0, report.overall, 12.5)
    assert row.scores == {"0": report.score}
    assert {name: check.status for name, check in row.checks.items()} == {
        check.id: check.status.value for check in report.all_checks
    }
    assert {name: check.warnings for name, check in row.checks.items()} == {
        check.id: check.warning_count for check in report.all_checks
    }
    assert row.fully_tested == fully_tested(facts_of(report))
    assert row.checks["0.a"].deciding == ["mass.decentering", "mass.center_of_mass"]
    assert row.checks["0.e"].reason == "No network for local resolution is installed."
    number = row.numbers["local_b_factor.median"]
    assert (number.value, number.text, number.broken) == (-412.0, "-412 Å²", True)
    assert [finding.id for finding in row.findings] == [one.id for one in report.findings]
    assert (tmp_path / row.page).resolve() == (report_folder / "report.html").resolve()
    assert made.thumbnails[0].startswith("iVBORw0KGgo")


def test_a_report_without_resolution_is_not_fully_tested(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    def unknown(content: Dict[str, Any]) -> None:
        content["input"]["resolution"] = content["input"]["resolution_source"] = None

    folder = changed("unknown", unknown)
    (row,) = index_of(folder, start=tmp_path).content.maps
    assert row.fully_tested is fully_tested(facts_of(read_report(folder).content)) is False


def test_index_json_is_as_its_schema_says(report_folder: Path, tmp_path: Path) -> None:
    broken = Source("broken", None, "it cannot be read")
    made = make_index([Source("sharp", report_folder), broken], tmp_path, left=2)
    write_index(made, tmp_path)
    content = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema()).validate(content)
    assert msgspec.convert(content, Index) == made.content


def test_a_rule_says_what_it_is_without_the_side_at_which_one_map_broke_it(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    def at(side: str) -> Callable[[Dict[str, Any]], None]:
        def change(content: Dict[str, Any]) -> None:
            content["checks"][0]["decisions"][0]["quantity"] = f"smallest empty space ({side})"

        return change

    folders = [changed("left", at("left, X")), changed("right", at("right, Z"))]
    rules = index_of(*folders, start=tmp_path).content.rules
    assert rules["mass.space"].quantity == "smallest empty space"
    assert rules["b_factor.interval"].quantity == "B-factor"
    assert list(rules)[:3] == ["mass.space", "mass.decentering", "mass.center_of_mass"]


def test_reports_of_other_versions_are_read_and_the_versions_named(
    report_folder: Path, changed: Callable[..., Path], tmp_path: Path
) -> None:
    def older(content: Dict[str, Any]) -> None:
        content["provenance"]["versions"]["scipion-em-vrs"] = "0.0.9"
        content["something_else"] = 1
        for name in ("overall", "findings", "evidence", "methods", "slice_viewer", "masks"):
            del content[name]
        (rule,) = (rule for check in content["checks"] for rule in check["criteria"]
                   if rule["id"] == "b_factor.interval")  # fmt: skip
        rule["limits"] = [-200.0, 0.0]
        content["provenance"]["date"] = "2021-01-01T00:00:00Z"

    folder = changed("older", older)
    with pytest.raises(NotAReport):
        read_report(folder)
    index = index_of(folder, report_folder, start=tmp_path).content
    assert index.versions == {"0.0.9": 1, index.version: 1}
    assert [row.state for row in index.maps] == ["measured", "measured"]
    assert index.maps[0].overall is None
    rule = index.rules["b_factor.interval"]
    assert (rule.limits, rule.others) == ((-300.0, 0.0), 1)


def test_numbers_of_other_engines_and_definitions_are_told_apart(
    report_folder: Path, changed: Callable[..., Path], tmp_path: Path
) -> None:
    def by_xmipp(content: Dict[str, Any]) -> None:
        content["checks"][3]["engine"].update(name="Xmipp", version="3.25")

    def defined_anew(content: Dict[str, Any]) -> None:
        content["checks"][3]["measurements"]["b_factor"]["version"] = 2

    folders = [changed("other_engine", by_xmipp), changed("other_definition", defined_anew)]
    index = index_of(report_folder, *folders, report_folder, start=tmp_path).content
    assert index.rules["b_factor.interval"].ways == [
        "built-in engine", "Xmipp 3.25", "built-in engine, version 2 of the measurement",
    ]  # fmt: skip
    assert [row.numbers["b_factor.interval"].way for row in index.maps] == [0, 1, 2, 0]
    assert index.rules["mass.space"].ways == ["built-in engine"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "report.json is not that of a validation report"),
        ("[]", "report.json is not that of a validation report"),
        ('{"schema_version": "1.0"}', "missing required field"),
    ],
)
def test_a_report_that_cannot_be_read_is_a_row_that_says_why(
    content: str, reason: str, report_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "report.json").write_text(content, encoding="utf-8")
    damaged, sound = index_of(folder, report_folder, start=tmp_path).content.maps
    assert (damaged.name, damaged.state, sound.state) == ("damaged", "failed", "measured")
    assert reason in damaged.reason


def test_a_map_of_which_nothing_was_measured_says_why(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    def unusable(content: Dict[str, Any]) -> None:
        content["input"]["unusable"] = "All voxels are 0."

    (row,) = index_of(changed("zero", unusable), start=tmp_path).content.maps
    assert (row.state, row.reason) == ("unmeasured", "All voxels are 0.")


def test_the_table_has_every_number_in_full(report_folder: Path, tmp_path: Path) -> None:
    made = make_index(
        [Source("sharp", report_folder), Source("=cmd|' /C calc'!A0", None, "no map\nthere")],
        tmp_path,
    )
    sharp, failed = csv.DictReader(io.StringIO(table_of(made.content)))
    assert float(sharp["b_factor.interval (Å²)"]) == -85.2
    assert (sharp["0.d"], sharp["0.c"], sharp["resolution"]) == ("ok", "not_applicable", "6.0")
    assert (sharp["0 passed"], sharp["0 evaluated"]) == ("3", "5")
    assert failed["name"] == "'=cmd|' /C calc'!A0"
    assert (failed["reason"], failed["0.a"], failed["mass.space (%)"]) == ("no map there", "", "")


def names(folders: List[Path], start: Path) -> List[str]:
    return [str(folder.relative_to(start)) for folder in folders]


def test_reports_are_found_below_the_folders_each_once(tmp_path: Path) -> None:
    for place in (
        "a/b2", "a/b10", "a/b2/scipion_project/Runs/000009_VrsProtReport/extra",
        "a/.vrs_new/x", "c/Runs/000012_VrsProtReport/extra",
    ):  # fmt: skip
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "report.json").write_text("{}", encoding="utf-8")
    os.symlink(tmp_path, tmp_path / "a" / "up")
    os.symlink(tmp_path / "c", tmp_path / "link")
    found = report_folders([tmp_path, tmp_path / "a", tmp_path / "a/b2/report.json"])
    assert names(found, tmp_path) == ["a/b10", "a/b2", "c/Runs/000012_VrsProtReport/extra"]
    assert [name_of(folder) for folder in found] == ["b10", "b2", "000012_VrsProtReport"]


def test_a_place_without_reports_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VrsError, match=f"no report.json lies in or below {tmp_path}"):
        report_folders([tmp_path])
    with pytest.raises(NotAReport, match="does not exist: name folders with reports in them"):
        report_folders([tmp_path / "nothing"])


def test_a_folder_whose_name_is_not_utf8_fails_alone(report_folder: Path, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xe4p"))
    folder.mkdir()
    shutil.copy(report_folder / "report.json", folder)
    made = index_of(*report_folders([tmp_path]), report_folder, start=tmp_path)
    write_index(made, tmp_path)
    assert [row.state for row in made.content.maps] == ["failed", "measured"]
    assert made.content.maps[0].reason.endswith("is not UTF-8: rename the folder")


def test_an_earlier_index_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    write_index(made_index(3), tmp_path)
    write_index(made_index(2), tmp_path)
    assert (tmp_path / "index.csv").read_text(encoding="utf-8").count("\n") == 3
    (tmp_path / "index.html").write_text("<!DOCTYPE html>My page", encoding="utf-8")
    with pytest.raises(OutputError, match="index.html exists and is not an index of reports"):
        write_index(made_index(2), tmp_path)
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "<!DOCTYPE html>My page"
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.csv").write_text("a,b", encoding="utf-8")
    with pytest.raises(OutputError, match="index.csv exists"):
        write_index(made_index(2), other)


def test_text_from_outside_ends_no_element_of_the_page(tmp_path: Path) -> None:
    title = "</script><script>document.title = 'obeyed'</script>"
    made = made_index(2, pictures=False)
    row = IndexedMap(name=title, state="failed", reason=title, title=f"\u202e{title}")
    content = msgspec.structs.replace(made.content, maps=[row, *made.content.maps])
    page = write_index(MadeIndex(content, ["", "", ""]), tmp_path).read_text(encoding="utf-8")
    assert title not in page and "\u202e" not in page
    assert page.count("<script") == page.count("</script>") == 3
