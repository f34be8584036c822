"""The end of a command that writes a report: what it prints, and its exit status."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Dict

import pytest

from vrs.checks.result import Remark, Severity
from vrs.cli.exit_status import ExitStatus
from vrs.cli.main import main
from vrs.cli.outcome import Answer
from vrs.levels import LEVELS
from vrs.report.build import build_report
from vrs.report.pdf.program import program_missing
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
        Remark(Severity.NOTE, "The header was old."), Remark(Severity.PROBLEM, "The map is a mask.")
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
    said = [remark.message for remark in report.input_section.remarks]
    said += report.input.header_remarks
    answer = Answer(quiet=False, as_json=False, failing=[])
    answer.before(folder, said[:1])
    answer.after(outcome, folder)
    printed = capsys.readouterr().out
    for message in said:
        assert printed.count(message) == 1, message
    assert printed.startswith(f"Note: {said[0]}\n")
    assert "Problem: The map is a mask.\n" in printed
    assert outcome.failures[0] in printed


@pytest.mark.parametrize(
    ("failing", "status"),
    [
        ([], ExitStatus.SUCCESS),
        (["warnings"], ExitStatus.FAILED_ON),
        (["not-measured"], ExitStatus.FAILED_ON),
        (["not-measured", "warnings"], ExitStatus.FAILED_ON),
    ],
)
def test_a_result_can_make_the_command_fail(
    failing: "list[str]", status: int, outcome: Outcome, folder: OutputFolder
) -> None:
    assert Answer(True, False, failing).after(outcome, folder) == status


def test_a_report_without_pdf_has_a_status_of_its_own(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    without = replace(outcome, pdf_problem="pdflatex is not installed.")
    assert Answer(False, False, []).after(without, folder) == ExitStatus.WITHOUT_PDF
    assert Answer(False, False, ["warnings"]).after(without, folder) == ExitStatus.FAILED_ON
    assert "Report:   not written\n" in capsys.readouterr().out


def test_quiet_prints_nothing(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Answer(quiet=True, as_json=False, failing=[])
    answer.before(folder, ["a remark"])
    assert answer.after(outcome, folder) == ExitStatus.SUCCESS
    assert capsys.readouterr() == ("", "")


def test_json_is_one_object_and_nothing_else(
    outcome: Outcome, folder: OutputFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Answer(quiet=False, as_json=True, failing=["warnings"])
    answer.before(folder, ["a remark"])
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
    pairs = {pair["id"]: pair for pair in content["checks"]}
    assert pairs["0.g"]["outcome"] == "only_a" and pairs["0.g"]["b"] == "not_measured"
    assert content["summary"] and content["obstacles"]
