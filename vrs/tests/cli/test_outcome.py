"""What the terminal says about a finished report."""

from __future__ import annotations

import msgspec
import pytest

from vrs.checks.result import Engine
from vrs.cli.outcome import verdict
from vrs.levels import LEVELS
from vrs.report.build import build_report
from vrs.report.model import Report
from vrs.run.progress import show
from vrs.tests.report_example import save_all


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("terminal")
    prepared, checks = save_all(folder, figures=False)
    return build_report(prepared, checks, LEVELS, folder / "out", pdf=False).report


@pytest.fixture(autouse=True)
def piped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe without a width, also where the tests run side by side with one of their own."""
    monkeypatch.delenv("COLUMNS", raising=False)


def printed(report: Report, capsys: pytest.CaptureFixture[str]) -> str:
    show(verdict(report))
    return capsys.readouterr().out


def test_the_overall_line_comes_first_and_the_score_last(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(report, capsys).splitlines()
    assert lines[0].strip() == report.overall.text
    assert lines[-1].strip() == report.summary[-1]


def test_a_broken_rule_has_its_deciding_value_its_limit_and_its_base_rate(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(report, capsys).splitlines()
    (row,) = (at for at, line in enumerate(lines) if line.split()[:1] == ["0.a"])
    assert lines[row].split() == ["0.a", "Mass", "analysis", "2", "warnings"]
    value = "Largest decentering of the mask, along X: 21.5 % (limit: at most 20 %); "
    assert lines[row + 1].strip().startswith(value)
    assert lines[row + 1].endswith(" real maps")


def test_other_programs_that_measured_are_named_after_the_score(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "engine" not in printed(report, capsys)
    xmipp = Engine("Xmipp", "3.25", references=("Strelak2021",), path="/opt/xmipp")
    section = msgspec.structs.replace(report.input_section, engine=xmipp, seconds=2.0)
    changed = msgspec.structs.replace(report, input_section=section)
    last = printed(changed, capsys).splitlines()[-1]
    assert last.strip() == "The engine “Xmipp 3.25” in /opt/xmipp: preparation in 2.0 s"


def test_other_checks_have_their_result_or_the_reason(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    text = " ".join(printed(report, capsys).split())
    assert "0.d B-factor analysis OK B-factor: -85 Å²" in text
    assert "0.c Background analysis: Does not apply. The background is constant" in text
    assert "0.e Local resolution: Could not be measured. No network" in text


@pytest.mark.parametrize("columns", [45, 60, 80, 120])
def test_lines_fit_the_terminal(
    columns: int,
    report: Report,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = printed(report, capsys).splitlines()
    assert max(map(len, lines)) <= columns
    names = [line.split()[0] for line in lines if line.startswith("  0.")]
    ids = [name for name in names if name[-1].isalpha()]
    evaluated = [check.id for check in report.checks if check.evaluated]
    assert ids == evaluated + [check.id for check in report.checks if not check.evaluated]


def test_a_pipe_gets_one_line_per_fact_without_colours(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(report, capsys)
    assert "\x1b" not in text
    assert f"  {report.summary[-1]}\n" in text
