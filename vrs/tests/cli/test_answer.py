"""The end of a command that writes a report: what it prints, and its exit status."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Dict, List

import msgspec
import pytest

from vrs.checks.figures import SurfaceFigure
from vrs.checks.result import Measurement, Remark, Severity, Status
from vrs.cli import outcome as outcome_module
from vrs.cli.exit_status import ExitStatus, status_of
from vrs.cli.main import main
from vrs.cli.outcome import Answer
from vrs.levels import LEVELS
from vrs.report.build import build_report
from vrs.report.model import DrawingDetails, DrawnFigure, Overall, Score
from vrs.report.pdf.program import program_missing
from vrs.report.text.verdict import nothing_measured
from vrs.run.output_folder import OutputFolder
from vrs.run.report_run import Outcome
from vrs.tests.conftest import SmallMap, run_vrs
from vrs.tests.report_example import save_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A report with warnings, with a check that could not be measured, and with remarks."""
    folder = tmp_path_factory.mktemp("answer")
    prepared, checks = save_all(folder, figures=False)
    report = build_report(prepared, checks, LEVELS, folder / "out", pdf=False).report
    report.input_section.remarks += [
        Remark(Severity.NOTE, "The header was old."), Remark(Severity.CAUTION, "The map is a mask.")
    ]  # fmt: skip
    report.input.header_remarks.append("The axes were reordered.")
    return Outcome(report, ["0.e Local resolution: failed: no network (log: x.log)"], 12.3)


@pytest.fixture()
def folder(tmp_path: Path) -> OutputFolder:
    return OutputFolder(tmp_path / "out")


def test_every_remark_on_the_input_is_printed_once(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    report = outcome.report
    remarks = report.input_section.remarks
    said = [remark.message for remark in remarks] + report.input.header_remarks
    answer = Answer(quiet=False, as_json=False, failing=[])
    answer.before(folder, [*remarks[:1], *remarks[-1:]])
    answer.after(outcome, folder)
    printed = capsys.readouterr().out
    for message in said:
        assert printed.count(message) == 1, message
    for remark in remarks:
        assert f"{remark.severity.value.capitalize()}: {remark.message}\n" in printed
    score = printed.index("Score: ")
    assert all(printed.index(message) < score for message in said)
    assert outcome.failures[0] in printed


@pytest.mark.parametrize(
    ("failing", "status"),
    [
        ([], ExitStatus.SUCCESS),
        (["warnings"], ExitStatus.FAILED_ON),
        (["not-measured"], ExitStatus.FAILED_ON),
        (["not-measured", "warnings"], ExitStatus.FAILED_ON),
        (["serious"], ExitStatus.SUCCESS),
        (["points"], ExitStatus.SUCCESS),
    ],
)
def test_a_result_can_make_the_command_fail(
    failing: "list[str]", status: int, outcome: Outcome, folder: OutputFolder
) -> None:
    assert Answer(True, False, failing).after(outcome, folder) == status


@pytest.mark.parametrize(
    ("level", "points", "serious"),
    [
        ("none", ExitStatus.SUCCESS, ExitStatus.SUCCESS),
        ("points", ExitStatus.FAILED_ON, ExitStatus.SUCCESS),
        ("serious", ExitStatus.FAILED_ON, ExitStatus.FAILED_ON),
    ],
)
def test_findings_can_make_the_command_fail(
    level: str, points: int, serious: int, outcome: Outcome
) -> None:
    overall = msgspec.convert({"level": level, "text": "As found."}, Overall)
    report = msgspec.structs.replace(outcome.report, overall=overall)
    assert status_of(report, True, ["points"]) == points
    assert status_of(report, True, ["serious"]) == serious


def test_a_report_without_pdf_has_a_status_of_its_own(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    without = replace(outcome, pdf_problem="pdflatex is not installed.")
    assert Answer(False, False, []).after(without, folder) == ExitStatus.WITHOUT_PDF
    assert Answer(False, False, ["warnings"]).after(without, folder) == ExitStatus.FAILED_ON
    assert "Report:   not written\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("unusable", "reached", "status", "reason"),
    [
        ("The map is flat.", True, ExitStatus.FAILED, "The map is flat."),
        ("", False, ExitStatus.FAILED, "no voxel reaches the contour level of "),
        ("", True, ExitStatus.SUCCESS, ""),
    ],
)
def test_a_report_without_measurements_is_a_failure(
    unusable: str, reached: bool, status: int, reason: str, outcome: Outcome,
    folder: OutputFolder, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    section = outcome.report.input_section
    value, why = (100.0, "") if reached else (None, "no voxel is at the level")
    share = Measurement(value, "%", "voxels in the mask", why)
    report = msgspec.structs.replace(
        outcome.report,
        input=msgspec.structs.replace(outcome.report.input, unusable=unusable),
        input_section=msgspec.structs.replace(
            section, measurements={**section.measurements, "share_in_mask": share}
        ),
    )
    answer = Answer(quiet=True, as_json=False, failing=[])
    assert answer.after(replace(outcome, report=report), folder) == status
    said = "vrs: the report was written, but the map could not be measured: "
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"{said}{reason}") if reason else printed.err == ""
    Answer(quiet=False, as_json=True, failing=[]).after(replace(outcome, report=report), folder)
    content = json.loads(capsys.readouterr().out)
    assert content["exit_status"] == status and bool(content["error"]) == bool(reason)


def test_checks_that_could_all_not_be_measured_are_a_failure(outcome: Outcome) -> None:
    report = outcome.report
    checks = [
        msgspec.structs.replace(check, status=Status.NOT_MEASURED, reason=f"{check.id} failed")
        for check in report.checks
    ]
    assert report.evidence is not None
    evidence = msgspec.structs.replace(report.evidence, status=Status.NOT_MEASURED, reason="no")
    failed = msgspec.structs.replace(
        report, checks=checks, score=Score.of(checks), evidence=evidence
    )
    assert nothing_measured(failed).endswith(f": {checks[0].id} failed")
    assert status_of(failed, False, ["warnings", "not-measured"]) == ExitStatus.FAILED
    left_out = [msgspec.structs.replace(check, status=Status.LEFT_OUT) for check in checks]
    empty = msgspec.structs.replace(failed, checks=left_out, score=Score.of(left_out))
    assert status_of(empty, True, []) == ExitStatus.SUCCESS


def test_evidence_alone_is_a_measurement(outcome: Outcome) -> None:
    report = outcome.report
    checks = [
        msgspec.structs.replace(check, status=Status.NOT_MEASURED, reason=f"{check.id} failed")
        for check in report.checks
    ]
    assert report.evidence is not None and report.evidence.evaluated
    measured = msgspec.structs.replace(report, checks=checks, score=Score.of(checks))
    assert nothing_measured(measured) == ""
    assert status_of(measured, True, ["not-measured"]) == ExitStatus.FAILED_ON


def test_a_program_that_was_replaced_is_said(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = outcome.report.checks
    replaced = msgspec.structs.replace(first, replaced="“xmipp_a” was ended by SIGABRT.")
    report = msgspec.structs.replace(outcome.report, checks=[replaced, *others])
    Answer(False, False, []).after(replace(outcome, report=report), folder)
    printed = " ".join(capsys.readouterr().out.split())
    assert (
        f"Caution: {first.heading}. “xmipp_a” was ended by SIGABRT. The built-in engine measured "
        "instead."
    ) in printed


def test_views_that_this_computer_cannot_draw_are_said_with_the_reason(
    outcome: Outcome, folder: OutputFolder, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    report = outcome.report
    number = 1 + sum(len(part.figures) for part in report.sections)
    surface = DrawnFigure(
        SurfaceFigure("map", "The map."), number, "The map.", None, None, None, "", DrawingDetails()
    )
    section = report.input_section
    with_surface = msgspec.structs.replace(
        report, input_section=msgspec.structs.replace(section, figures=[*section.figures, surface])
    )
    for why, lines in (("no libEGL", 1), ("", 0)):
        monkeypatch.setattr(outcome_module, "why_no_views", lambda why=why: why)
        Answer(False, False, []).after(replace(outcome, report=with_surface), folder)
        printed = capsys.readouterr().out
        assert printed.count("Note: The report has no 3D views: no libEGL.\n") == lines


def test_quiet_prints_nothing(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Answer(quiet=True, as_json=False, failing=[])
    answer.before(folder, [Remark(Severity.CAUTION, "a remark")])
    assert answer.after(outcome, folder) == ExitStatus.SUCCESS
    assert capsys.readouterr() == ("", "")


def test_json_is_one_object_and_nothing_else(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Answer(quiet=False, as_json=True, failing=["warnings"])
    answer.before(folder, [Remark(Severity.CAUTION, "a remark")])
    folder.path.mkdir()
    (folder.path / "report.json").touch()
    status = answer.after(outcome, folder)
    content = json.loads(capsys.readouterr().out)
    assert content["exit_status"] == status == ExitStatus.FAILED_ON
    assert content["json"] == str(folder.path / "report.json") and content["pdf"] is None
    checks = outcome.report.checks
    assert [check["id"] for check in content["checks"]] == [check.id for check in checks]
    assert [check["status"] for check in content["checks"]] == [c.status.value for c in checks]
    assert content["score"]["0"]["evaluated"] == outcome.report.score.evaluated
    assert content["notes"][0] == "a remark" and content["failures"] == outcome.failures


def test_a_failure_is_a_json_object_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "none.mrc")
    assert main(["report", missing, "--contour", "1", "--json"]) == ExitStatus.FAILED
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    assert content["exit_status"] == 1 and "none.mrc does not exist" in content["error"]
    assert printed.err == f"vrs: {content['error']}\n"


@pytest.mark.parametrize(
    "words",
    [["report", "map.mrc", "--json"], ["report", "--json", "--countour", "1"], ["x", "--json"]],
)
def test_wrong_usage_is_a_json_object_too(
    words: List[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(words)
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    assert ending.value.code == content["exit_status"] == ExitStatus.WRONG_USAGE
    assert content["error"] in printed.err


def test_a_missing_pdflatex_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "pdflatex is not installed" in program_missing()
    assert "texlive-latex-recommended" in program_missing()


@pytest.mark.slow
def test_without_pdflatex_the_page_is_written_and_the_verdict_is_printed(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "sh", "env", "ps"):
        if shutil.which(name):
            (programs / name).symlink_to(str(shutil.which(name)))
    done = run_vrs(
        {**scipion, "PATH": str(programs)}, "report", small_map.file,
        "--contour", small_map.contour, "--skip", "b,c,d,e,f,g,hand", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == ExitStatus.WITHOUT_PDF, done.stderr + done.stdout
    before, verdict = done.stdout.split("Validation report: done")
    assert before.count("pdflatex is not installed") == 1 and "pdflatex is" not in verdict
    assert "0.a  Mass analysis" in verdict and "7 were left out." in verdict
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"report.html", "report.json"} <= names and "report.pdf" not in names


def test_a_comparison_can_be_one_json_object(
    report_folder: Path,
    other_report_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "page.html"
    folders = [str(report_folder), str(other_report_folder)]
    assert main(["compare", *folders, "--json", "--out", str(page)]) == ExitStatus.SUCCESS
    content = json.loads(capsys.readouterr().out)
    assert content["page"] == str(page) and page.exists()
    rows = {row["id"]: row for row in content["checks"]}
    assert rows["0.g"]["outcomes"] == ["only_first"]
    assert rows["0.g"]["statuses"][1] == "not_measured"
    assert content["summary"] and content["obstacles"]
