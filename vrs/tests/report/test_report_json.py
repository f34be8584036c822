"""report.json: its schema, the score, and what happens to results that do not arrive."""

from __future__ import annotations

import html
import importlib.util
import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import jsonschema
import msgspec
import numpy as np
import pytest

from vrs.checks.check import Check
from vrs.checks.entry import Entry
from vrs.checks.level import Level
from vrs.checks.result import Status
from vrs.checks.rule import Rule
from vrs.checks.store import load_result, read_json, save_result
from vrs.level0 import LEVEL0, prepare
from vrs.levels import CHECKS, EVIDENCE
from vrs.maps import DensityMap, SourceFile
from vrs.report.build import MAPS_NOT_KEPT, ReportFiles, build_report
from vrs.report.loading import ReportError
from vrs.report.model import Evidence, Finding, Report, Score, schema
from vrs.tests.report_example import build_example, preparation, save_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

Json = Dict[str, Any]

DOCS = Path(__file__).resolve().parents[3] / "docs"

AGREEMENT = Rule("half_maps.agreement", "at least", (0.5,), "", "the halves agree", "they must")

HALF_MAPS = Check(
    id="1.a",
    title="Half maps",
    explanation="Two halves of the data should give the same map.",
    method="The half maps were compared [Rosenthal2003].",
    references=("Rosenthal2003",),
    rules=(AGREEMENT,),
    needs=(),
    measure=lambda inputs: HALF_MAPS.start(),
)

LEVEL1 = Level("1", "Level 1 analysis", "two half maps", "Not much.", (HALF_MAPS,), prepare)
"""A level for tests of reports with more than one."""


@pytest.fixture(scope="module")
def content(example_report: ReportFiles) -> Json:
    content: Json = json.loads(example_report.json.read_text(encoding="utf-8"))
    return content


def _check(content: Json, check_id: str) -> Json:
    check: Json = next(check for check in content["checks"] if check["id"] == check_id)
    return check


def _build(
    tmp_path: Path,
    folders: List[Path],
    prepared: Path,
    levels: Sequence[Level] = (LEVEL0,),
    **options: Any,
) -> Json:
    files = build_report(prepared, folders, levels, tmp_path / "out", pdf=False, **options)
    content: Json = json.loads(files.json.read_text(encoding="utf-8"))
    _validate(content)
    return content


def _validate(content: Json) -> None:
    jsonschema.Draft202012Validator(schema()).validate(content)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_report_fulfils_the_schema(content: Json) -> None:
    _validate(content)


def test_the_report_is_read_back_as_it_was_written(example_report: ReportFiles) -> None:
    assert read_json(example_report.json, Report) == example_report.report


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), "0.9"),
        (("score", "passed"), "3"),
        (("checks", 0, "status"), "fine"),
        (("checks", 0, "decisions", 0, "value"), "24 %"),
        (("checks", 0, "warnings", 0, "advice"), None),
        (("checks", 1, "figures", 0, "figure", "kind"), "film"),
        (("input", "box"), 32),
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
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(changed, Report)


def test_a_check_names_the_numbers_that_decide(content: Json) -> None:
    decisions = {decision["rule"]: decision for decision in content["checks"][0]["decisions"]}
    assert decisions["mass.decentering"] == {
        "rule": "mass.decentering",
        "quantity": "largest decentering of the mask, along X",
        "value": 21.5,
        "unit": "%",
        "text": "21.5 %",
        "broken": True,
        "limit": "at most 20 %",
        "deciding": True,
    }
    assert not decisions["mass.space"]["deciding"]
    passed = next(check for check in content["checks"] if check["id"] == "0.d")
    (decision,) = passed["decisions"]
    assert (decision["text"], decision["deciding"]) == ("-85 Å²", True)


def test_every_warning_carries_advice(content: Json) -> None:
    warnings = [warning for check in content["checks"] for warning in check["warnings"]]
    assert len(warnings) == 3
    assert all(warning["advice"].endswith(".") for warning in warnings)


def _objects(value: Any, path: Tuple[Any, ...] = ()) -> Iterator[Tuple[Any, ...]]:
    """Paths of the objects in report.json."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, dict):
        yield path
    for key, entry in entries:
        if isinstance(entry, (dict, list)):
            yield from _objects(entry, (*path, key))


def _is_free(path: Tuple[Any, ...]) -> bool:
    """Whether the names of an object are those of measurements, files, packages and so on."""
    names = ("masks", "measurements", "curves", "volumes", "versions", "seconds_of_checks")
    return bool(path) and (path[-1] in names or "header" in path)


def test_an_unknown_name_is_refused_everywhere(content: Json) -> None:
    kinds = {tuple("*" if isinstance(key, int) else key for key in p): p for p in _objects(content)}
    fixed = [path for path in kinds.values() if not _is_free(path)]
    assert len(fixed) > 20
    for path in fixed:
        changed = json.loads(json.dumps(content))
        target = changed
        for key in path:
            target = target[key]
        target["surprise"] = 1
        with pytest.raises(jsonschema.ValidationError):
            _validate(changed)


@pytest.mark.parametrize("status", list(Status))
def test_a_report_of_checks_of_one_status_fulfils_the_schema(
    tmp_path: Path, status: Status
) -> None:
    prepared, folders = save_all(tmp_path, figures=False)
    for folder in folders:
        result = load_result(folder)
        if not result.is_check:
            continue
        result.warnings, result.status, result.reason = [], status, ""
        if status is Status.WARNINGS:
            result.warn(CHECKS[result.id].rule(result.criteria[-1]), "It is broken.")
        elif not result.evaluated:
            result.reason = "It was not possible."
        save_result(result, folder)
    content = _build(tmp_path, folders, prepared, not_requested=["0.h"])
    assert {check["status"] for check in content["checks"][:7]} == {status.value}


def test_an_incomplete_record_is_one_clear_sentence(tmp_path: Path) -> None:
    prepared, _ = save_all(tmp_path, figures=False)
    (prepared / "input.json").write_text('{"file": "map.mrc", "sha256": ""}', encoding="utf-8")
    expected = "Object missing required field `box`.*run the preparation again"
    with pytest.raises(ReportError, match=expected):
        build_report(prepared, [], [LEVEL0], tmp_path / "out", pdf=False)


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
    assert [check["id"] for check in content["checks"]] == [check.id for check in LEVEL0.checks]


def test_the_score_counts_ok_of_evaluated(content: Json) -> None:
    assert content["score"] == {
        "passed": 3,
        "evaluated": 5,
        "not_applicable": 1,
        "not_measured": 2,
        "left_out": 0,
    }
    assert content["summary"][-1] == (
        "Score: 3 of 5 evaluated checks passed; 1 does not apply and 2 could not be measured."
    )


def test_a_score_of_nothing_is_zero_of_zero() -> None:
    results = [CHECKS["0.a"].not_measured("No."), CHECKS["0.b"].left_out()]
    assert Score.of(results) == Score(0, 0, not_measured=1, left_out=1)


def test_a_check_without_result_is_not_measured_and_says_why(content: Json) -> None:
    hand = _check(content, "0.h")
    assert hand["status"] == "not_measured"
    assert hand["reason"] == ("No result reached the report: the check did not run or did not end.")


def test_a_check_left_out_on_request_says_so(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    content = _build(tmp_path, checks[:2], prepared, not_requested=["0.h", "0.e"])
    hand = _check(content, "0.h")
    assert (hand["status"], hand["reason"]) == ("left_out", "Left out on request.")
    assert content["score"]["left_out"] == 2
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


def test_a_result_by_an_unknown_rule_is_damaged(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    for folder, key in ((checks[0], "criteria"), (checks[3], "decisions")):
        file = folder / "check.json"
        content = json.loads(file.read_bytes())
        content[key] = [] if key == "criteria" else [{**content[key][0], "rule": "of.nobody"}]
        file.write_text(json.dumps(content), encoding="utf-8")
    content = _build(tmp_path, checks, prepared)
    assert "not evaluated by the rule “mass.space”" in _check(content, "0.a")["reason"]
    assert "not evaluated by the rule “of.nobody”" in _check(content, "0.d")["reason"]


def test_a_result_of_another_level_is_ignored_with_a_note(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    save_result(HALF_MAPS.start(), tmp_path / "check_1.a")
    content = _build(tmp_path, [*checks, tmp_path / "check_1.a"], prepared)
    assert content["notes"] == ["Ignored a result for “1.a”, which is not a check of this report."]


def test_evidence_is_a_section_of_its_own_and_no_score_counts_it(content: Json) -> None:
    evidence = content["evidence"]
    assert evidence["id"] == "evidence" and evidence["section"] == "2"
    assert evidence["measurements"]["spectrum_cutoff"]["value"] == 6.25
    assert evidence["curves"] == {"power_spectrum": "curves/evidence_power_spectrum.csv"}
    assert [check["id"] for check in content["checks"]] == list(CHECKS)
    assert [check["section"] for check in content["checks"]] == [f"3.{n}" for n in range(1, 9)]
    score = content["score"]
    assert sum(score[name] for name in score if name != "passed") == len(CHECKS)
    assert content["provenance"]["seconds_of_checks"]["evidence"] == 0.75


def test_without_evidence_there_is_a_note_and_the_sections_move_up(tmp_path: Path) -> None:
    files = build_example(tmp_path, without=("evidence",), figures=False)
    report = files.report
    assert report.evidence is None and [level.section for level in report.all_levels] == ["2"]
    (note,) = [note for note in report.notes if "What kind of map is this?" in note]
    assert "is missing. No result reached the report" in note
    assert "2 Level 0 analysis" in files.html.read_text(encoding="utf-8")


def test_evidence_that_could_not_be_measured_is_a_note(tmp_path: Path) -> None:
    prepared, folders = save_all(tmp_path, figures=False)
    save_result(EVIDENCE["evidence"].not_measured("The mask is empty."), folders[-1])
    content = _build(tmp_path, folders, prepared)
    assert content["evidence"] is None
    assert content["notes"] == [
        "The section “What kind of map is this?” is missing. The mask is empty."
    ]


def test_without_a_preparation_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"input\.json is missing.*run the preparation again"):
        build_report(tmp_path, [], [LEVEL0], tmp_path / "out", pdf=False)


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
    assert central["file"] == "figures/figure_01.png"
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


def test_provenance_names_nothing_of_the_computer(
    example_report: ReportFiles, content: Json
) -> None:
    source = content["provenance"]
    assert source["date"] == "2022-12-25T08:00:00Z"
    assert source["seconds"] == 12.5
    assert source["seconds_of_checks"]["0.a"] == 1.25
    assert source["versions"]["numpy"]
    built_in = {"name": "embedded", "version": "0.1.0", "checksum": "", "path": ""}
    assert {"check": "0.d", **built_in} in source["engines"]
    text = example_report.json.read_text(encoding="utf-8")
    assert str(example_report.json.parent.parent) not in text
    assert str(Path.home()) not in text


def test_no_value_is_not_a_number(example_report: ReportFiles) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in report.json")

    json.loads(example_report.json.read_text(encoding="utf-8"), parse_constant=refuse)


def test_the_title_of_an_entry_is_that_of_the_report(tmp_path: Path) -> None:
    authors = ["A. Person", "B. Person"]
    entry = Entry(id="EMD-0001", title="Two balls in ice", authors=authors)
    prepared, checks = save_all(tmp_path, preparation(entry=entry), figures=False)
    content = _build(tmp_path, checks[:1], prepared)
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


def test_two_levels_have_a_section_and_a_score_each(tmp_path: Path) -> None:
    prepared, folders = save_all(tmp_path, figures=False)
    result = HALF_MAPS.start()
    result.headline = "The halves differ."
    result.decide(AGREEMENT, "agreement", 0.25)
    result.warn(AGREEMENT, "The halves differ.")
    save_result(result, tmp_path / "check_1.a")
    content = _build(tmp_path, [*folders, tmp_path / "check_1.a"], prepared, [LEVEL0, LEVEL1])
    first, second = content["levels"]
    assert (content["level"]["id"], first["id"], second["id"]) == ("0", "0", "1")
    assert first["checks"] == content["checks"] and first["score"] == content["score"]
    assert [check["section"] for check in second["checks"]] == ["4.1"]
    assert second["score"]["evaluated"] == 1 and second["score"]["passed"] == 0
    assert content["summary"][-2:] == [
        "Score of level 0: 3 of 5 evaluated checks passed; 1 does not apply and 2 could not be "
        "measured.",
        "Score of level 1: 0 of 1 checks passed.",
    ]
    assert "were compared (Rosenthal and Henderson, 2003)." in content["methods"]["text"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    headings = ("3 Level 0 analysis", "4 Level 1 analysis", "5 All measurements", "6 Provenance")
    places = [page.index(heading) for heading in headings]
    assert places == sorted(places)
    assert page.count("The halves differ.") == 2, "advice and section"


def test_one_level_stands_at_the_top_only(content: Json) -> None:
    assert "levels" not in content


def test_a_map_that_cannot_be_measured_has_a_report(tmp_path: Path) -> None:
    empty = DensityMap(np.zeros((16, 16, 16), np.float32), 2.0)
    prepare(empty, 0.5, 6.0, SourceFile("empty.mrc", "ab" * 32, ())).save(tmp_path / "prepared")
    content = _build(tmp_path, [], tmp_path / "prepared")
    assert content["input"]["unusable"]
    assert content["score"]["evaluated"] == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert content["input"]["unusable"] in html.unescape(page)


@pytest.mark.skipif(not DOCS.exists(), reason="needs the docs folder of the repository")
@pytest.mark.parametrize("number", [0, 1])
def test_the_pages_on_json_files_are_made_from_the_types(number: int) -> None:
    maker = importlib.util.spec_from_file_location("make", DOCS / "make_report_json.py")
    assert maker is not None and maker.loader is not None
    module = importlib.util.module_from_spec(maker)
    maker.loader.exec_module(module)
    about = module.PAGES[number]
    page = module.page(about)
    assert (DOCS / about.name).read_text(encoding="utf-8") == page, (
        "python docs/make_report_json.py"
    )
    rows = re.findall(r"\* - ``(\w+)``\n.*\n     -(.*)", page)
    assert {name for name, meaning in rows if not meaning} <= {"kind"}


def test_a_report_without_its_maps_leads_to_none(tmp_path: Path) -> None:
    files = build_example(tmp_path, maps_kept=False)
    page = files.html.read_text(encoding="utf-8")
    assert {tuple(section.volumes) for section in files.report.sections} == {()}
    assert not list((tmp_path / "out" / "figures").glob("*.cxc"))
    assert "ChimeraX opens" not in page
    assert MAPS_NOT_KEPT in files.report.notes and MAPS_NOT_KEPT in page


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"evidence": [Evidence("0.a", "no_such_number")]}, "is no measurement of this report"),
        ({"evidence": [Evidence("9.z", "space_left")]}, "is no measurement of this report"),
        ({"caused_by": "ghost"}, "'ghost', which is no finding of this report"),
        ({"figure": 4711}, "names no figure of this report"),
    ],
)
def test_a_finding_without_ground_is_refused(
    example_report: ReportFiles, fields: Dict[str, Any], message: str
) -> None:
    sound: Dict[str, Any] = {
        "id": "streak",
        "severity": "caution",
        "title": "A streak",
        "text": "There is one.",
        "advice": "",
        "evidence": [Evidence("0.a", "space_left")],
    }
    msgspec.structs.replace(example_report.report, findings=[Finding(**sound)])
    with pytest.raises(ValueError, match=re.escape(message)):
        msgspec.structs.replace(example_report.report, findings=[Finding(**{**sound, **fields})])


def test_what_is_no_density_map_has_no_score(tmp_path: Path) -> None:
    ball = np.zeros((32, 32, 32), dtype=np.float32)
    ball[8:24, 8:24, 8:24] = 1
    mask = prepare(DensityMap(ball, 2.0), 0.5, 6.0)
    files = build_example(tmp_path, mask, figures=False)
    content = json.loads(files.json.read_text("utf-8"))
    _validate(content)
    assert content["score"] is None
    assert "none, as the input does not look like density." in files.html.read_text("utf-8")
    assert content["overall"] == {"level": "serious", "text": "Serious findings (1)"}
    assert [finding["id"] for finding in content["findings"]] == ["input.not_density"]
