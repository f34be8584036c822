"""report.json: its schema, the score, and what happens to results that do not arrive."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import jsonschema
import pytest

from vrs.checks.figures import HistogramFigure, LineFigure, SliceFigure, SurfaceFigure
from vrs.checks.level import LEVEL0
from vrs.checks.result import Check, Engine, Status
from vrs.level0.preparation import Preparation
from vrs.report.build import ReportFiles, build_report
from vrs.report.loading import ReportError
from vrs.report.model import Score, schema
from vrs.tests.report_example import preparation, save_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

Json = Dict[str, Any]

FREE_NAMES = (
    "masks", "measurements", "curves", "volumes", "versions", "seconds_of_checks", "entry",
    "drawing",
)  # fmt: skip
"""Objects whose names are those of measurements, files, packages and so on."""


@pytest.fixture(scope="module")
def content(example_report: ReportFiles) -> Json:
    content: Json = json.loads(example_report.json.read_text(encoding="utf-8"))
    return content


def _check(content: Json, check_id: str) -> Json:
    found: Json = next(check for check in content["checks"] if check["id"] == check_id)
    return found


def _build(tmp_path: Path, folders: List[Path], prepared: Path, **options: Any) -> Json:
    files = build_report(prepared, folders, LEVEL0, tmp_path / "out", pdf=False, **options)
    content: Json = json.loads(files.json.read_text(encoding="utf-8"))
    _validate(content)
    return content


def _validate(content: Json) -> None:
    jsonschema.Draft202012Validator(schema()).validate(content)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_report_fulfils_the_schema(content: Json) -> None:
    _validate(content)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), "0.9"),
        (("score", "passed"), -1),
        (("checks", 0, "status"), "fine"),
        (("checks", 2, "reason"), ""),
        (("checks", 0, "decisions", 0, "value"), "24 %"),
        (("checks", 0, "warnings", 0, "advice"), None),
        (("masks", "growth", "value"), None),
        (("input", "sha256"), "short"),
    ],
)
def test_the_schema_refuses_what_breaks_the_contract(content: Json, path: Any, value: Any) -> None:
    changed = json.loads(json.dumps(content))
    target = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        _validate(changed)


def test_a_check_names_the_numbers_that_decide(content: Json) -> None:
    decisions = {found["rule"]: found for found in content["checks"][0]["decisions"]}
    assert decisions["mass.decentering"] == {
        "rule": "mass.decentering",
        "quantity": "largest decentering of the mask, along X",
        "value": 21.5,
        "unit": "%",
        "text": "21.5 %",
        "broken": True,
        "deciding": True,
    }
    assert not decisions["mass.space"]["deciding"]
    passed = next(check for check in content["checks"] if check["id"] == "0.d")
    assert [(found["text"], found["deciding"]) for found in passed["decisions"]] == [
        ("-85 Å²", True)
    ]


def test_every_warning_carries_advice(content: Json) -> None:
    warnings = [warning for check in content["checks"] for warning in check["warnings"]]
    assert len(warnings) == 3
    assert all(warning["advice"].endswith(".") for warning in warnings)


def _objects(value: Any, path: Tuple[Any, ...] = ()) -> Iterator[Tuple[Any, ...]]:
    """Paths of the objects whose names are fixed, one of every kind."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, dict) and (not path or path[-1] not in FREE_NAMES):
        yield path
    for key, entry in entries:
        if isinstance(entry, (dict, list)):
            yield from _objects(entry, (*path, key))


def test_the_schema_knows_every_name(content: Json) -> None:
    kinds = {tuple("*" if isinstance(key, int) else key for key in p): p for p in _objects(content)}
    assert len(kinds) > 20
    for path in kinds.values():
        changed = json.loads(json.dumps(content))
        target = changed
        for key in path:
            target = target[key]
        target["surprise"] = 1
        with pytest.raises(jsonschema.ValidationError):
            _validate(changed)


def test_the_schema_knows_the_fields_of_every_figure() -> None:
    parts = {
        part["if"]["properties"]["kind"]["const"]: set(part["then"]["properties"])
        for part in schema()["$defs"]["figure"]["allOf"]
    }
    for kind in (SliceFigure, LineFigure, HistogramFigure, SurfaceFigure):
        names = {field.name for field in dataclasses.fields(kind)} - {"caption"}
        assert names in parts.values(), kind.__name__


@pytest.mark.parametrize("status", list(Status))
def test_a_report_of_checks_of_one_status_fulfils_the_schema(
    tmp_path: Path, status: Status
) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    for folder in checks:
        check = Check.load(folder)
        check.warnings, check.status, check.reason = [], status, ""
        if status is Status.WARNINGS:
            check.warn(check.criteria[-1], "It is broken.")
        elif not check.evaluated:
            check.reason = "It was not possible."
        check.save(folder)
    content = _build(tmp_path, checks, prepared, not_requested=["0.h"])
    assert {check["status"] for check in content["checks"][:7]} == {status.value}


def test_records_of_earlier_versions_are_read(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    file = prepared / "input.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    needed = ("file", "sha256", "box", "voxel_size", "contour", "contour_source", "resolution")
    old = {name: record[name] for name in needed}
    file.write_text(json.dumps(old), encoding="utf-8")
    for name in checks:
        check = json.loads((name / "check.json").read_text(encoding="utf-8"))
        check["engine"] = {key: check["engine"][key] for key in ("name", "version", "checksum")}
        (name / "check.json").write_text(json.dumps(check), encoding="utf-8")
    content = _build(tmp_path, checks, prepared)
    assert content["input"]["header"] == [] and content["input"]["header_labels"] == []
    assert Preparation.load(prepared).input.header == []


def test_an_incomplete_record_is_one_clear_sentence(tmp_path: Path) -> None:
    prepared, _ = save_all(tmp_path, figures=False)
    (prepared / "input.json").write_text('{"file": "map.mrc", "sha256": ""}', encoding="utf-8")
    expected = "input.json lacks box, voxel_size and contour.*run the preparation again"
    with pytest.raises(ReportError, match=expected):
        build_report(prepared, [], LEVEL0, tmp_path / "out", pdf=False)


def test_the_header_of_the_file_is_kept(content: Json) -> None:
    lines = {line["quantity"]: line for line in content["input"]["header"]}
    assert lines["Voxel size"] == {
        "quantity": "Voxel size",
        "unit": "Å",
        "in_header": 1.9375,
        "used": 2.0,
        "agreement": "differs",
        "note": "the size in the header was replaced",
    }
    assert lines["Mean"]["in_header"] is None
    assert content["input"]["header_labels"] == ["made by nobody, 100 % {odd} & <b>"]


def test_checks_come_in_the_order_of_the_level(content: Json) -> None:
    assert [check["id"] for check in content["checks"]] == [info.id for info in LEVEL0.checks]


def test_the_score_counts_ok_of_evaluated(content: Json) -> None:
    assert content["score"] == {
        "passed": 3,
        "evaluated": 5,
        "not_applicable": 1,
        "not_measured": 2,
    }
    assert content["summary"][-1] == (
        "The overall score (checks passed) is 3 out of 5 evaluable items; 1 does not apply and 2 "
        "could not be measured."
    )


def test_a_score_of_nothing_is_zero_of_zero() -> None:
    check = Check("0.a", "Mass", Status.NOT_MEASURED, Engine("", ""), reason="no")
    assert Score.of([check]) == Score(0, 0, 0, 1)


def test_a_check_without_result_is_not_measured_and_says_why(content: Json) -> None:
    hand = _check(content, "0.h")
    assert hand["status"] == "not_measured"
    assert hand["reason"] == ("No result reached the report: the check did not run or did not end.")


def test_a_check_left_out_on_request_says_so(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    content = _build(tmp_path, checks[:2], prepared, not_requested=["0.h", "0.e"])
    assert _check(content, "0.h")["reason"] == "left out on request"
    assert "did not run" in _check(content, "0.g")["reason"]


def test_a_damaged_result_is_named_and_the_rest_is_reported(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    (checks[1] / "thresholds.csv").unlink()
    (checks[3] / "check.json").write_text("{", encoding="utf-8")
    content = _build(tmp_path, checks, prepared)
    assert "thresholds.csv is missing" in _check(content, "0.b")["reason"]
    assert _check(content, "0.d")["status"] == "not_measured"
    assert "check_0.d" in content["notes"][0]
    assert _check(content, "0.a")["status"] == "warnings"


def test_a_result_of_another_level_is_left_out_with_a_note(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    Check("1.a", "Half maps", Status.OK, Engine("embedded", "1")).save(tmp_path / "check_1.a")
    content = _build(tmp_path, [*checks, tmp_path / "check_1.a"], prepared)
    assert content["notes"] == ["A result of “1.a”, which this level has not, was left out."]


def test_without_a_preparation_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"input\.json is missing.*run the preparation again"):
        build_report(tmp_path, [], LEVEL0, tmp_path / "out", pdf=False)


def test_curves_are_copied_and_named(example_report: ReportFiles, content: Json) -> None:
    for check in content["checks"]:
        for file in check["curves"].values():
            assert (example_report.json.parent / file).stat().st_size > 0
    assert _check(content, "0.b")["curves"]["thresholds"] == "curves/0.b_thresholds.csv"


def test_maps_are_named_by_their_way_from_the_report(
    example_report: ReportFiles, content: Json
) -> None:
    volume = _check(content, "0.d")["volumes"]["corrected"]
    assert (example_report.json.parent / volume).is_file()


def test_maps_far_away_are_named_without_a_path(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    deep = tmp_path / "a" / "b" / "c" / "d" / "e"
    content = _build(deep, checks, prepared)
    assert _check(content, "0.d")["volumes"]["corrected"] == "corrected.mrc"


def test_figures_carry_file_caption_and_the_numbers_of_the_drawing(content: Json) -> None:
    numbers = [figure["number"] for figure in content["input_section"]["figures"]]
    assert numbers == [1, 2, 3, 4, 5, 6]
    central = content["input_section"]["figures"][0]
    assert central["file"] == "figures/figure_01.pdf"
    assert central["drawing"]["slices"] == [16, 16, 16]
    low, high = central["drawing"]["grey_levels"]
    assert f"Black is {low:.3g}, white {high:.3g}" in central["caption"]


def test_a_figure_without_data_is_said_in_its_caption(content: Json) -> None:
    histogram, surface = _check(content, "0.g")["figures"]
    assert histogram["file"] is None
    assert histogram["caption"].endswith("Not drawn: the curve “histogram” is missing.")
    assert surface["caption"].endswith("Not drawn: the volume “lost_map” is missing.")
    raw_mask = _check(content, "0.b")["figures"][0]
    assert "the volume “raw_mask” is missing" in raw_mask["caption"]


def test_criteria_are_printed_with_what_is_broken(content: Json) -> None:
    criteria = {rule["id"]: rule for rule in _check(content, "0.a")["criteria"]}
    assert criteria["mass.decentering"]["broken"] is True
    assert criteria["mass.space"]["broken"] is False
    assert "at most 20 %" in criteria["mass.decentering"]["text"]


def test_provenance_tells_nothing_about_the_computer(
    example_report: ReportFiles, content: Json
) -> None:
    made = content["provenance"]
    assert made["date"] == "2022-12-25T08:00:00Z"
    assert made["seconds"] == 12.5
    assert made["seconds_of_checks"]["0.a"] == 1.25
    assert made["versions"]["numpy"]
    assert {"check": "0.d", "name": "embedded", "version": "0.1.0", "checksum": ""} in made[
        "engines"
    ]
    text = example_report.json.read_text(encoding="utf-8")
    assert str(example_report.json.parent.parent) not in text
    assert str(Path.home()) not in text


def test_no_value_is_not_a_number(example_report: ReportFiles) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in report.json")

    json.loads(example_report.json.read_text(encoding="utf-8"), parse_constant=refuse)


def test_the_entry_of_a_data_bank_gives_the_title(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    entry = {"id": "EMD-0001", "title": "Two balls in ice", "authors": ["A. Person", "B. Person"]}
    content = _build(tmp_path, checks[:1], prepared, entry=entry)
    assert content["title"] == "Two balls in ice"
    assert content["input"]["entry"]["authors"] == ["A. Person", "B. Person"]


def test_without_a_resolution_the_summary_says_so(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, preparation(resolution=None), figures=False)
    content = _build(tmp_path, checks[:1], prepared)
    assert content["input"]["resolution"] is None
    assert any("No resolution was reported" in sentence for sentence in content["summary"])


def test_an_old_pdf_does_not_outlive_its_report(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.pdf").write_bytes(b"old")
    _build(tmp_path, checks[:1], prepared)
    assert not (tmp_path / "out" / "report.pdf").exists()
