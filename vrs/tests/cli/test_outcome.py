"""What the terminal says about a finished report."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from vrs.checks.level import LEVEL0
from vrs.cli.outcome import COLUMNS, verdict_lines
from vrs.report.build import build_report
from vrs.tests.report_example import save_all


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, Any]:
    folder = tmp_path_factory.mktemp("terminal")
    prepared, checks = save_all(folder, figures=False)
    return build_report(prepared, checks, LEVEL0, folder / "out", pdf=False).report.to_dict()


def test_a_warning_comes_with_its_number_its_rule_and_what_to_do(report: Dict[str, Any]) -> None:
    lines = verdict_lines(report).splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("  0.a  Mass analysis"))
    told = " ".join(line.strip() for line in lines[place : place + 9])
    assert "2 warnings" in lines[place]
    assert "21.5 % largest decentering of the mask, along X (rule: at most 20 %)" in told
    assert "What to do: If the mask holds the whole molecule (see 0.b), re-centre" in told
    assert "Moving only the finished map" not in told


def test_other_checks_say_their_finding_or_the_reason(report: Dict[str, Any]) -> None:
    text = " ".join(verdict_lines(report).split())
    assert "0.d B-factor analysis OK The B-factor of the map is" in text
    assert "0.c Background analysis Does not apply the background is constant" in text
    assert "0.e Local resolution Could not be measured No network" in text
    assert text.count("not apply") == 2, "once in the row of the check and once in the score"
    assert report["summary"][-1] in text


def test_lines_fit_the_terminal(report: Dict[str, Any]) -> None:
    assert max(len(line) for line in verdict_lines(report).splitlines()) <= COLUMNS
