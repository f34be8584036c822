"""Page two and the top of the page for the browser: the verdict, and what to do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import msgspec
import pytest

from vrs.checks.result import Result, Status
from vrs.checks.store import save_result
from vrs.level0 import LEVEL0
from vrs.levels import CHECKS
from vrs.report.build import ReportFiles, build_report
from vrs.report.figures.icons import ICONS, pdf, svg
from vrs.report.model import Evidence, Finding, Overall, Report, Score, score_of
from vrs.report.text.summary import brief
from vrs.report.text.verdict import (
    about_real_maps,
    advised,
    conclusions,
    decision_line,
    unevaluated,
    verdict_rows,
)
from vrs.report.text.words import score_line
from vrs.tests.report_example import preparation, save_all, start, warn

RULES = {
    rule.id: rule
    for check in LEVEL0.checks
    for rule in check.rules
    if rule.scored and not rule.alternative_to
}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

_LATEX = all(shutil.which(program) for program in ("pdflatex", "pdftotext"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    folder = tmp_path_factory.mktemp("verdict")
    prepared, checks = save_all(folder, figures=False)
    return build_report(prepared, checks, [LEVEL0], folder / "out", pdf=False)


@pytest.fixture(scope="module")
def page(files: ReportFiles) -> str:
    """The verdict and the advice of report.html as plain text."""
    raw = files.html.read_text(encoding="utf-8")
    raw = raw[raw.index('<section id="verdict">') : raw.index('id="context"')]
    return " ".join(re.sub(r"<[^>]+>", " ", raw).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> List[str]:
    """The text of the pages of a PDF whose checks warn by every rule that they have."""
    if not _LATEX:
        pytest.skip("needs pdflatex and pdftotext")
    folder = tmp_path_factory.mktemp("warnings")
    prepared, checks = _all_broken(folder)
    made = build_report(prepared, checks, [LEVEL0], folder / "out", title="Every rule broken")
    return _pages(made)


def _pages(made: ReportFiles) -> List[str]:
    assert made.pdf is not None
    text = subprocess.run(
        ["pdftotext", "-layout", str(made.pdf), "-"], check=True, stdout=subprocess.PIPE
    ).stdout.decode("utf-8")
    return [" ".join(page.split()) for page in text.split("\f")]


def _all_broken(folder: Path) -> Tuple[Path, List[Path]]:
    prepared = preparation()
    prepared.section.figures = [f for f in prepared.section.figures if f.volume == "map"]
    prepared.save(folder / "prepared")
    folders = []
    for check in LEVEL0.checks:
        folders.append(folder / f"check_{check.id}")
        save_result(_broken(check.id), folders[-1])
    return folder / "prepared", folders


def _broken(check_id: str) -> Result:
    """A check that breaks all its rules, one of them twice."""
    result = start(check_id)
    for rule in (RULES[name] for name in result.criteria if name in RULES):
        low, high = rule.limits[0], rule.limits[-1]
        value = low / 3 - 1e-4 if rule.must == "at least" else high * 3.25 + 1
        result.decide(rule, f"what the rule {rule.id} is about (left, X)", value)
        result.warn(rule, f"The rule {rule.id} is broken.")
    result.warn(rule, f"The rule {rule.id} is broken on the other side too.")
    result.headline = f"There seems to be a problem with the subject of {check_id}."
    return result


def test_a_row_has_the_deciding_values_beside_their_limits(files: ReportFiles) -> None:
    (level,) = files.report.all_levels
    rows = {row.check.id: row.tested for row in verdict_rows(level)}
    assert list(rows) == [check.id for check in level.checks if check.evaluated]
    assert [(decision_line(t.decision), t.decision.broken) for t in rows["0.a"]] == [
        ("Largest decentering of the mask, along X: 21.5 % (limit: at most 20 %)", True),
        ("Largest decentering of the centre of mass, along Z: 35.2 % (limit: at most 20 %)", True),
    ]
    (b_factor,) = rows["0.d"]
    assert decision_line(b_factor.decision) == "B-factor: -85 Å² (limit: -300 to 0 Å²)"


def test_beside_a_deciding_value_stands_how_many_real_maps_break_its_rule(
    files: ReportFiles,
) -> None:
    (level,) = files.report.all_levels
    rates = LEVEL0.base_rates
    assert rates is not None
    for row in verdict_rows(level):
        for tested in row.tested:
            rate = rates.rules[tested.decision.rule]
            assert tested.base_rate == f"{rate.broken} of {rate.maps}"
    assert rates.date in about_real_maps(level) and "EMD-3488" in about_real_maps(level)
    unknown = msgspec.structs.replace(level, real_maps=None)
    assert about_real_maps(unknown) == ""


def test_a_check_that_does_not_apply_has_a_line_with_its_reason(files: ReportFiles) -> None:
    (level,) = files.report.all_levels
    lines = {check.id: line for check, line in unevaluated(level)}
    assert list(lines) == [check.id for check in level.checks if not check.evaluated]
    assert lines["0.c"].startswith("Does not apply. ") and "the map is masked" in lines["0.c"]


def test_a_long_reason_is_cut_at_a_sentence_or_a_word(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    for name, reason in (
        ("0.e", "xmipp_program failed. " + "Its log is long. " * 30),
        ("0.g", "Without any stop " * 30),
    ):
        save_result(CHECKS[name].not_measured(reason), tmp_path / f"check_{name}")
    files = build_report(prepared, checks, [LEVEL0], tmp_path / "out", pdf=False)
    lines = {check.id: line for check, line in unevaluated(files.report.all_levels[0])}
    assert lines["0.e"].startswith("Could not be measured. xmipp_program failed. ")
    assert lines["0.e"].endswith("long.") and lines["0.g"].endswith(" …")
    assert max(map(len, lines.values())) <= 200


def test_of_a_program_that_fails_a_line_keeps_its_end_and_what_it_printed_last(
    tmp_path: Path,
) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    command = "xmipp_transform_morphology -i raw.mrc -o largest.mrc --binaryOperation keepBiggest"
    printed = "terminate called after throwing / what(): XMIPP_ERROR 23: File does not exist"
    ended = f"“{command}” was ended by SIGABRT; it printed: {printed}"
    for name, reason in (
        ("0.d", f"{ended}: choose embedded as engine, or fix the program."),
        ("0.e", f"{ended}. Choose embedded as engine, or fix the program, or free disk space."),
        ("0.g", f"{ended} {'in the folder of a map ' * 9}."),
    ):
        save_result(CHECKS[name].not_measured(reason), tmp_path / f"check_{name}")
    files = build_report(prepared, checks, [LEVEL0], tmp_path / "out", pdf=False)
    lines = {check.id: line for check, line in unevaluated(files.report.all_levels[0])}
    for name in ("0.d", "0.e", "0.g"):
        assert lines[name].startswith(
            "Could not be measured. “xmipp_transform_morphology …” was ended by SIGABRT; it "
            "printed: … what(): XMIPP_ERROR 23: File does not exist"
        )
        assert len(lines[name]) <= 200


def with_findings(report: Report, *findings: Finding) -> Report:
    overall = Overall("points", "Points to check (1)")
    return msgspec.structs.replace(report, findings=list(findings), overall=overall)


def finding(name: str, severity: str, cause: Optional[str] = None, **fields: Any) -> Finding:
    content: Dict[str, Any] = {"id": name, "severity": severity, "title": f"About {name}",
                               "text": f"Measured {name}.", "advice": f"Do {name}.",
                               "evidence": [], "caused_by": cause, **fields}  # fmt: skip
    return Finding(**content)


def test_what_follows_from_a_finding_stands_below_it(files: ReportFiles) -> None:
    spaces = [Evidence("0.a", "space_left")]
    report = with_findings(
        files.report,
        finding("mask.partial", "serious", evidence=spaces),
        finding("anisotropy", "caution", "mask.partial"),
        finding("background.structured", "caution", "anisotropy"),
        finding("spikes", "caution"),
    )
    partial, spikes = conclusions(report)
    assert partial.label == "Serious: About mask.partial" and spikes.follows == ()
    (ground,) = partial.grounds
    assert ground.section.id == "0.a"
    assert ground.text == "empty space before the mask: 12, 14, 16 Å"
    (anisotropy,) = partial.follows
    assert [other.finding.id for other in anisotropy.follows] == ["background.structured"]


def test_one_line_holds_what_is_to_be_checked_and_the_score(files: ReportFiles) -> None:
    report = with_findings(
        files.report,
        finding("mask.partial", "caution"),
        finding("anisotropy", "caution", "mask.partial"),
        finding("state.masked", "note"),
    )
    score = score_line(files.report.score)
    assert brief(report) == f"Points to check (1): About mask.partial. Score: {score}"


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        (Score(4, 8), "4 of 8 checks passed."),
        (Score(0, 0, not_measured=8), "No check was evaluated; 8 could not be measured."),
        (
            Score(3, 5, not_applicable=1, not_measured=2),
            "3 of 5 evaluated checks passed; 1 does not apply and 2 could not be measured.",
        ),
        (
            Score(0, 1, not_applicable=3, not_measured=1, left_out=3),
            "0 of 1 evaluated checks passed; 3 do not apply, 1 could not be measured and "
            "3 were left out.",
        ),
    ],
)
def test_the_score_states_only_counts_that_are_not_zero(score: Score, sentence: str) -> None:
    assert score_line(score) == sentence


def test_what_is_no_density_has_no_score() -> None:
    checks = [CHECKS[name].start() for name in ("0.a", "0.b")]
    assert score_of(checks, is_density=True) == Score(2, 2)
    assert score_of(checks, is_density=False) is None
    assert score_line(None) == "none, as the input does not look like density."


def test_warnings_of_one_rule_share_their_advice() -> None:
    result = start("0.a")
    for side in ("left", "right"):
        warn(result, "mass.space", f"The space on the {side} is small.")
    warn(result, "mass.decentering", "The mask is off the centre.")
    groups = advised(result)
    assert [len(group.messages) for group in groups] == [2, 1]
    assert groups[0].advice == RULES["mass.space"].advice


def test_the_page_for_the_browser_begins_with_the_verdict(page: str, files: ReportFiles) -> None:
    assert "Largest decentering of the mask, along X: 21.5 % (limit: at most 20 %)" in page
    assert "B-factor: −85 Å² (limit: −300 to 0 Å²)" in page
    assert "it cannot prove the resolution" in page
    order = ("Verdict", files.report.overall.text, "The published rules", "Score:", "cannot")
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    for check in files.report.checks:
        for warning in check.warnings:
            assert page.index(warning.advice) > page.index(warning.message[:18])


def test_statuses_differ_in_shape_and_not_only_in_colour() -> None:
    drawings = {re.sub(r'#\w+|currentColor|stroke-\w+="[^"]*"', "", svg(s)) for s in ICONS}
    assert len(drawings) == len(Status) == len(ICONS)
    assert len({re.sub(r"[\d.]+ [gG]\b", "", pdf(status, 8.0)) for status in ICONS}) == len(Status)


def test_an_icon_is_balanced_pdf_code() -> None:
    for status in ICONS:
        tokens = pdf(status, 8.0).split()
        assert tokens.count("q") == tokens.count("Q") >= 1
        assert not set(tokens) & {"M", "L", "C", "Z"}
        assert tokens.count("f") + tokens.count("S") == len(ICONS[status])


@pytest.mark.slow
def test_the_verdict_is_page_two_and_fits_on_it(pages: List[str]) -> None:
    verdict = pages[1]
    assert "Verdict" in verdict and "Every rule broken" in verdict
    assert "two_balls.mrc" in verdict and "32 × 32 × 32 voxels" in verdict
    for check in LEVEL0.checks:
        assert f"{check.id} {check.title.split()[0]}" in verdict
    for rule in RULES.values():
        assert all(word in verdict for word in rule.short.replace("-", "−").split()), rule.id
    assert "0 of 8 checks passed." in verdict
    assert "it cannot prove the resolution" in verdict
    assert "Warnings, and what to do" in pages[2] and "Verdict" not in pages[2]


@pytest.mark.slow
def test_every_warning_is_followed_by_what_to_do(pages: List[str]) -> None:
    text = " ".join(pages[2:])
    text = re.sub(r" \d+ Map validation report, level 0 two_balls.mrc", "", text)
    flat = _letters(text)
    for rule in RULES.values():
        message = flat.index(_letters(f"The rule {rule.id} is broken."))
        advice = flat.index(_letters(f"What to do. {rule.advice[:60]}"), message)
        assert advice < message + 150, rule.id


@pytest.mark.slow
def test_a_section_points_to_the_advice(pages: List[str]) -> None:
    text = " ".join(pages[3:])
    section = text[text.index("Level 0.a Mass analysis Explanation") :]
    assert "What to do: page 3" in section[: section.index("Level 0.b")]


def _letters(text: str) -> str:
    kept: Dict[str, str] = {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi"}
    for ligature, letters in kept.items():
        text = text.replace(ligature, letters)
    return re.sub(r"[\s\-]", "", text)
