"""Reports side by side: what differs, what that means, and how it is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest

from vrs.cli.main import main
from vrs.report.compare import Comparison, NotAReport, compare, read_report
from vrs.report.compare.rows import Outcome
from vrs.report.compare.terminal import text_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

Change = Callable[[Dict[str, Any]], None]


def changed(report: Path, folder: Path, change: Change) -> Path:
    """A copy of report.json (without curves and figures) with a change."""
    data = json.loads((report / "report.json").read_text(encoding="utf-8"))
    change(data)
    complete(data)
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def complete(data: Dict[str, Any]) -> None:
    """Let score and engines follow the checks."""
    statuses = [check["status"] for check in data["checks"]]
    passed, warned = statuses.count("ok"), statuses.count("warnings")
    data["score"].update(passed=passed, evaluated=passed + warned)
    ids = {"input", *(check["id"] for check in data["checks"])}
    engines = data["provenance"]["engines"]
    data["provenance"]["engines"] = [use for use in engines if use["check"] in ids]


def compared(report: Path, folder: Path, change: Change) -> Comparison:
    """A report against its changed copy."""
    return compare(read_report(report), read_report(changed(report, folder / "changed", change)))


def check_of(data: Dict[str, Any], check_id: str) -> Dict[str, Any]:
    check: Dict[str, Any] = next(c for c in data["checks"] if c["id"] == check_id)
    return check


def outcomes(comparison: Comparison) -> Dict[str, Outcome]:
    return {row.id: outcome for row in comparison.checks for (outcome,) in [row.outcomes]}


def topics(comparison: Comparison) -> List[str]:
    return [topic for topic, _ in comparison.obstacles]


def test_the_entry_and_the_sources_of_values_are_shown(report_folder: Path, tmp_path: Path) -> None:
    def of_an_entry(data: Dict[str, Any]) -> None:
        data["input"]["entry"] = {"id": "EMD-10001", "status": "OBS", "superseded_by": "EMD-10002"}
        data["input"]["contour_source"] = "entry EMD-10001 (author)"
        data["input"]["resolution_source"] = "entry EMD-10001"

    text = text_of(compared(report_folder, tmp_path, of_an_entry), columns=160)
    for shown in (
        "EMD-10001 (obsolete, replaced by EMD-10002)", "0.5 (entry EMD-10001, author)",
        "6 Å (entry EMD-10001)", "0.5 (given by the user)",
    ):  # fmt: skip
        assert shown in text, shown


# --- what differs -------------------------------------------------------------------------------


def test_a_report_against_itself_has_no_difference(report_folder: Path) -> None:
    comparison = compare(read_report(report_folder), read_report(report_folder / "report.json"))
    assert comparison.obstacles == ()
    assert comparison.same_map
    assert not any(row.differing for row in comparison.sections)
    assert set(outcomes(comparison).values()) == {Outcome.SAME, Outcome.NEITHER}
    text = text_of(comparison)
    assert "nothing got better or worse" in text and "same map file" in text
    assert "All measured numbers are the same" in text


def test_differences_of_numbers(report_folder: Path, tmp_path: Path) -> None:
    def change(data: Dict[str, Any]) -> None:
        check_of(data, "0.d")["measurements"]["b_factor"]["value"] = -127.8
        check_of(data, "0.a")["measurements"]["space_left"]["value"] = [12.0, 0.0, 20.0]

    comparison = compared(report_folder, tmp_path, change)
    rows = {number.name: number for row in comparison.checks for number in row.differing}
    assert set(rows) == {"b_factor", "space_left"}
    b_factor = rows["b_factor"]
    assert b_factor.unit == "Å²"
    assert b_factor.differences == pytest.approx([-42.6])
    assert b_factor.relative == pytest.approx([-50.0])
    assert b_factor.lines == [("-85.2", "-127.8", "-42.6", "-50 %")]
    assert rows["space_left"].differences == pytest.approx([0.0, -14.0, 4.0])
    assert rows["space_left"].lines[1] == ("14", "0", "-14", "-100 %")
    row = next(line for line in text_of(comparison).splitlines() if "Guinier line" in line)
    assert re.search(r"line \(Å²\)\s+-85\.2\s+-127\.8\s+-42\.6\s+-50 %", row)


def test_no_relative_difference_to_zero(report_folder: Path, tmp_path: Path) -> None:
    zero = changed(
        report_folder,
        tmp_path / "zero",
        lambda data: check_of(data, "0.d")["measurements"]["b_factor"].update(value=0),
    )
    comparison = compare(read_report(zero), read_report(report_folder))
    (number,) = (n for row in comparison.checks for n in row.differing)
    assert number.relative == (None,)
    assert number.lines == [("0", "-85.2", "-85.2", "")]


def test_a_number_without_a_partner_or_a_value_is_said(report_folder: Path, tmp_path: Path) -> None:
    def change(data: Dict[str, Any]) -> None:
        del check_of(data, "0.d")["measurements"]["b_factor"]
        volume = check_of(data, "0.b")["measurements"]["remaining_mean_volume"]
        volume.update(value=7.0)
        del volume["reason"]

    comparison = compared(report_folder, tmp_path, change)
    rows = {number.name: number for row in comparison.checks for number in row.differing}
    assert rows["b_factor"].lines == [("-85.2", "absent", "", "")]
    assert rows["remaining_mean_volume"].lines == [("–", "7", "", "")]
    assert rows["remaining_mean_volume"].reasons == "A: none remain."


def test_numbers_of_different_units_are_not_subtracted(report_folder: Path, tmp_path: Path) -> None:
    comparison = compared(
        report_folder,
        tmp_path,
        lambda data: check_of(data, "0.d")["measurements"]["b_factor"].update(unit="nm²"),
    )
    (number,) = (n for row in comparison.checks for n in row.differing)
    assert number.differences == () and number.unit == "Å² and nm²"


# --- better and worse ---------------------------------------------------------------------------


def fix(data: Dict[str, Any], check_id: str, rule: str) -> None:
    """Let the report fulfil a rule that it breaks."""
    check = check_of(data, check_id)
    check["warnings"] = [warning for warning in check["warnings"] if warning["rule"] != rule]
    check["status"] = "warnings" if check["warnings"] else "ok"


def test_a_rule_that_holds_again_is_better_and_the_other_way_round_worse(
    report_folder: Path, tmp_path: Path
) -> None:
    fixed = changed(
        report_folder, tmp_path / "fixed", lambda data: fix(data, "0.f", "local_b_factor.median")
    )
    better = compare(read_report(report_folder), read_report(fixed))
    assert outcomes(better)["0.f"] is Outcome.BETTER
    assert "Better in B by the published rules: Local B-factor (0.f)." in better.summary
    (reason,) = next(row for row in better.checks if row.id == "0.f").reasons[0]
    assert reason.startswith("Now passes: the median local B-factor is between -300 and 0")
    worse = compare(read_report(fixed), read_report(report_folder))
    assert outcomes(worse)["0.f"] is Outcome.WORSE
    assert "Now fails: " in text_of(worse)


def test_one_rule_holds_again_and_another_is_broken(report_folder: Path, tmp_path: Path) -> None:
    def change(data: Dict[str, Any]) -> None:
        check = check_of(data, "0.a")
        broken = check["warnings"][0]["rule"]
        other = next(rule["id"] for rule in check["criteria"] if rule["id"] not in {
            warning["rule"] for warning in check["warnings"]
        })  # fmt: skip
        fix(data, "0.a", broken)
        check["warnings"] += [{"rule": other, "message": "m", "advice": "a", "count": 2}]
        check["status"] = "warnings"

    comparison = compared(report_folder, tmp_path, change)
    assert outcomes(comparison)["0.a"] is Outcome.MIXED


def test_a_rule_broken_on_more_sides_is_no_worse(report_folder: Path, tmp_path: Path) -> None:
    """A better mask may leave less room on two sides more."""

    def change(data: Dict[str, Any]) -> None:
        check_of(data, "0.a")["warnings"][0]["count"] += 2

    assert outcomes(compared(report_folder, tmp_path, change))["0.a"] is Outcome.SAME


def test_the_statuses_stand_beside_values_of_the_same_rule(
    report_folder: Path, tmp_path: Path
) -> None:
    fixed = changed(
        report_folder, tmp_path / "fixed", lambda data: fix(data, "0.f", "local_b_factor.median")
    )
    row = next(
        row for row in compare(read_report(report_folder), read_report(fixed)).checks
        if row.id == "0.f"
    )  # fmt: skip
    a, b = map(row.deciding, row.checks)
    assert a is not None and b is not None and a.rule == b.rule == "local_b_factor.median"


def test_a_check_that_only_one_evaluated(report_folder: Path, other_report_folder: Path) -> None:
    comparison = compare(read_report(report_folder), read_report(other_report_folder))
    assert outcomes(comparison)["0.g"] is Outcome.ONLY_FIRST
    reason = next(row for row in comparison.checks if row.id == "0.g").reasons[0][0]
    assert reason.startswith("B did not evaluate it: No result reached the report")
    assert comparison.summary[-1] == "The scores count different checks."
    assert comparison.summary[0].startswith("A: ")
    assert "3 of 5 evaluated checks passed; 1 does not apply" in comparison.summary[0]


def test_findings_that_appeared_or_went_come_first(report_folder: Path, tmp_path: Path) -> None:
    def change(content: Dict[str, Any]) -> None:
        fields = {"text": "", "advice": "", "evidence": []}
        content["findings"] = [
            {"id": "ghost", "severity": "serious", "title": "The map has a copy", **fields}
        ]
        content["overall"] = {"level": "serious", "text": "Serious findings (1)"}

    comparison = compared(report_folder, tmp_path, change)
    assert comparison.summary[1].startswith("B: Serious findings (1): The map has a copy. Score: ")
    assert comparison.summary[2] == "Found in B only: The map has a copy (serious)."


# --- what is not comparable ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, topic, sentence",
    [
        (lambda d: d["input"].update(voxel_size=1.0), "Voxel size", "2 Å in A, 1 Å in B"),
        (
            lambda d: d["input"].update(binning=2),
            "Binning",
            "binned by 1 in A and by 2 in B",
        ),
        (
            lambda d: d["input"].update(box=[64, 32, 32]),
            "Box",
            "32 × 32 × 32 voxels in A, 64 × 32 × 32 voxels in B",
        ),
        (lambda d: d["input"].update(contour=0.7), "Contour level", "0.5 in A, 0.7 in B"),
        (
            lambda d: d["masks"]["hard_volume"].update(value=100.0),
            "Mask",
            "and 100 Å³ in B: values inside or outside it",
        ),
        (
            lambda d: d["input"].update(resolution=None),
            "Reported resolution",
            "Only A has one, 6 Å",
        ),
        (
            lambda d: d["input"].update(resolution=4.0),
            "Reported resolution",
            "6 Å in A, 4 Å in B",
        ),
        (
            lambda d: check_of(d, "0.d")["engine"].update(name="Xmipp"),
            "0.d B-factor analysis",
            "Measured by “embedded 0.1.0” in A and “Xmipp 0.1.0” in B",
        ),
        (
            lambda d: check_of(d, "0.d")["engine"].update(checksum="f" * 64),
            "0.d B-factor analysis",
            "(SHA-256 not recorded in A, ffffffffffff… in B)",
        ),
        (
            lambda d: check_of(d, "0.d")["engine"].update(version="0.2"),
            "Engine",
            "0.d measured by “embedded 0.1.0” in A and “embedded 0.2” in B",
        ),
        (
            lambda d: d["provenance"]["versions"].update({"scipion-em-vrs": "9.0"}),
            "Version",
            "9.0 wrote B",
        ),
        (
            lambda d: d["checks"].pop(3),
            "Checks",
            "B has no 0.d B-factor analysis.",
        ),
        (lambda d: d["level"].update(id="1"), "Level", "A of level 0 and B of level 1"),
        (
            lambda d: check_of(d, "0.d")["criteria"][1].update(text="the B-factor is nice"),
            "0.d B-factor analysis",
            "The rule has other limits",
        ),
    ],
)
def test_each_obstacle_is_said_and_no_other(
    report_folder: Path, tmp_path: Path, change: Change, topic: str, sentence: str
) -> None:
    comparison = compared(report_folder, tmp_path, change)
    assert topics(comparison) == [topic]
    assert sentence in comparison.obstacles[0][1]
    assert f"  {topic}: " in text_of(comparison)


@pytest.mark.parametrize("value", [None, [1.0, 2.0]])
def test_a_mask_without_a_volume_is_no_obstacle(
    report_folder: Path, tmp_path: Path, value: Any
) -> None:
    def change(data: Dict[str, Any]) -> None:
        data["masks"]["hard_volume"].update(value=value, reason="not measured")

    assert topics(compared(report_folder, tmp_path, change)) == []


def test_an_alternative_rule_makes_the_statuses_incomparable(
    report_folder: Path, tmp_path: Path
) -> None:
    def change(data: Dict[str, Any]) -> None:
        space = next(c for c in check_of(data, "0.a")["criteria"] if c["id"] == "mass.space")
        space.update(
            id="mass.space_in_angstrom",
            alternative_to="mass.space",
            text="the empty space on every side is at least 20 Å",
        )
        for decision in check_of(data, "0.a")["decisions"]:
            if decision["rule"] == "mass.space":
                decision["rule"] = "mass.space_in_angstrom"

    comparison = compared(report_folder, tmp_path, change)
    assert topics(comparison) == ["0.a Mass analysis"]
    assert (
        "B was evaluated by an alternative rule (the empty space on every side is at least 20 Å)"
        in (comparison.obstacles[0][1])
    )
    assert outcomes(comparison)["0.a"] is Outcome.OTHER_RULES


# --- reports that are damaged, or none --------------------------------------------------------


@pytest.mark.parametrize("file", ["/etc/hostname", "../../secret.png", "figures/../../x.png"])
def test_names_of_files_do_not_lead_out_of_the_report(
    report_folder: Path, tmp_path: Path, file: str
) -> None:
    def change(data: Dict[str, Any]) -> None:
        data["input_section"]["figures"][0]["file"] = file

    copy = read_report(changed(report_folder, tmp_path / "copy", change))
    assert copy.picture(copy.content.input_section.figures[0]) is None


@pytest.mark.parametrize(
    "content, message",
    [
        (None, "does not exist: name the folder of a report"),
        ("no JSON", "is not JSON: name the folder of a report"),
        (
            "[1, 2]",
            "is not the report.json of a validation report (Expected `object`, got `array`)",
        ),
        ('{"schema_version": "1.0", "checks": 7}', "Expected `array`, got `int` - at `$.checks`"),
        ('{"schema_version": "0.9"}', "Invalid enum value '0.9'"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(
    report_folder: Path,
    tmp_path: Path,
    content: Optional[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "report.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    out = tmp_path / "page.html"
    assert main(["compare", str(report_folder), str(file), "--out", str(out)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and error.startswith(f"vrs: {file}") and message in error
    assert not out.exists()


def test_a_folder_without_a_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAReport, match=f"{tmp_path} has no report.json: name the folder"):
        read_report(tmp_path)


@pytest.mark.parametrize("columns", [45, 60, 80, 120])
def test_the_text_fits_the_terminal(
    report_folder: Path, other_report_folder: Path, columns: int
) -> None:
    text = text_of(compare(read_report(report_folder), read_report(other_report_folder)), columns)
    assert max(map(len, text.splitlines())) <= columns
    assert "21.5" in text and "0.95" in text
    assert "…" not in text, "a word was cut"


# --- more than two ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three(
    report_folder: Path, other_report_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Comparison:
    """The report, another one, and the first with a better 0.f and other numbers of 0.a."""

    def change(data: Dict[str, Any]) -> None:
        fix(data, "0.f", "local_b_factor.median")
        check_of(data, "0.a")["measurements"]["space_left"]["value"] = [12.0, 4.0, 26.0]
        data["input"]["contour"] = 0.7

    second = changed(
        other_report_folder,
        tmp_path_factory.mktemp("second"),
        lambda data: data["input"].update(sha256="cd" * 32),
    )
    third = changed(report_folder, tmp_path_factory.mktemp("third"), change)
    return compare(*map(read_report, (report_folder, second, third)))


def test_each_of_three_reports_is_set_against_the_first(three: Comparison) -> None:
    outcomes = {row.id: row.outcomes for row in three.checks}
    assert outcomes["0.f"] == (Outcome.SAME, Outcome.BETTER)
    assert outcomes["0.g"] == (Outcome.ONLY_FIRST, Outcome.SAME)
    assert "Better in C by the published rules: Local B-factor (0.f)." in three.summary
    assert "Evaluated in A, not in B: Local occupancy (0.g)." in three.summary


def test_outcomes_that_agree_are_said_once(three: Comparison) -> None:
    printed = {row.id: [text for text, _, _ in row.against_first] for row in three.checks}
    assert printed["0.a"] == ["Same"]
    assert printed["0.f"] == ["Same (B)", "Better in C"]
    assert printed["0.g"] == ["Not evaluated in B", "Same (C)"]


def test_numbers_of_three_reports_have_their_range(three: Comparison) -> None:
    numbers = {row.name: row for check in three.checks for row in check.numbers}
    assert numbers["space_left"].differences == (0.0, 10.0, 10.0)
    assert numbers["space_left"].lines[1][-2:] == ("10", "71.4 %")


def test_what_the_reports_are_about_comes_first(three: Comparison, report_folder: Path) -> None:
    assert three.subject == (
        "The reports are about different maps: two_balls.mrc in A and C, blurred.mrc in B. "
        "Contour level: 0.5 in A and B, 0.7 in C."
    )
    assert text_of(three, 200).startswith(three.subject)
    first, _, third = three.reports
    assert compare(first, third).subject == (
        "Both reports are about the same map file, at different contour levels: 0.5 in A, 0.7 in B."
    )


@pytest.mark.parametrize("columns", [45, 100])
def test_the_text_of_three_fits_the_terminal(three: Comparison, columns: int) -> None:
    text = text_of(three, columns)
    assert max(map(len, text.splitlines())) <= columns
    assert "C: 12" in text or "C: 4" in text


def test_obstacles_name_the_reports_that_agree(three: Comparison) -> None:
    sentences = dict(three.obstacles)
    assert sentences["Reported resolution"].startswith("6 Å in A and C, 8 Å in B: ")
    assert sentences["Contour level"].startswith("0.5 in A and B, 0.7 in C: ")
