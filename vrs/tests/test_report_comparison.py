"""Two reports side by side: what differs, what that means, and what it is shown as."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest

from vrs.cli import main
from vrs.level0.level import LEVEL0
from vrs.report.build import build_report
from vrs.report.comparison import Comparison, NotAReport, compare, read_report
from vrs.report.comparison.page import (
    MARKER,
    default_file,
    make_comparison_page,
)
from vrs.report.comparison.pairs import Outcome
from vrs.report.comparison.terminal import text_of
from vrs.tests.chromium import PROGRAM, Chromium
from vrs.tests.report_example import preparation, save_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

Change = Callable[[Dict[str, Any]], None]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with pictures."""
    folder = tmp_path_factory.mktemp("before")
    prepared, checks = save_all(folder)
    build_report(prepared, checks, LEVEL0, folder / "sharp", title="Two balls", pdf=False)
    return folder / "sharp"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another one: of another file, with a nasty title, at another resolution, without 0.g."""
    folder = tmp_path_factory.mktemp("after")
    prepared, checks = save_all(folder, preparation("blurred.mrc", resolution=8.0))
    checks = [check for check in checks if check.name != "check_0.g"]
    title = "<script>document.title = 'obeyed'</script>"
    build_report(prepared, checks, LEVEL0, folder / "blurred", title=title, pdf=False)
    return folder / "blurred"


def changed(report: Path, folder: Path, change: Change) -> Path:
    """A copy of report.json (without curves and figures) with a change."""
    data = json.loads((report / "report.json").read_text(encoding="utf-8"))
    change(data)
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def compared(report: Path, folder: Path, change: Change) -> Comparison:
    """A report against its changed copy."""
    return compare(read_report(report), read_report(changed(report, folder / "changed", change)))


def check_of(data: Dict[str, Any], check_id: str) -> Dict[str, Any]:
    found: Dict[str, Any] = next(c for c in data["checks"] if c["id"] == check_id)
    return found


def outcomes(comparison: Comparison) -> Dict[str, Outcome]:
    return {pair.id: pair.outcome for pair in comparison.checks}


def topics(comparison: Comparison) -> List[str]:
    return [topic for topic, _ in comparison.obstacles]


# --- what differs -------------------------------------------------------------------------------


def test_a_report_against_itself_has_no_difference(report: Path) -> None:
    comparison = compare(read_report(report), read_report(report / "report.json"))
    assert comparison.obstacles == ()
    assert comparison.same_map
    assert not any(pair.differing for pair in comparison.sections)
    assert set(outcomes(comparison).values()) == {Outcome.SAME, Outcome.NEITHER}
    text = text_of(comparison)
    assert "nothing got better or worse" in text and "same map file" in text
    assert "All measured numbers are the same" in text


def test_differences_of_numbers(report: Path, tmp_path: Path) -> None:
    def change(data: Dict[str, Any]) -> None:
        check_of(data, "0.d")["measurements"]["b_factor"]["value"] = -127.8
        check_of(data, "0.a")["measurements"]["space_left"]["value"] = [12.0, 0.0, 20.0]

    comparison = compared(report, tmp_path, change)
    pairs = {number.name: number for pair in comparison.checks for number in pair.differing}
    assert set(pairs) == {"b_factor", "space_left"}
    b_factor = pairs["b_factor"]
    assert b_factor.unit == "Å²"
    assert b_factor.differences == pytest.approx([-42.6])
    assert b_factor.relative == pytest.approx([-50.0])
    assert b_factor.lines == [("-85.2", "-127.8", "-42.6", "-50 %")]
    assert pairs["space_left"].differences == pytest.approx([0.0, -14.0, 4.0])
    assert pairs["space_left"].lines[1] == ("14", "0", "-14", "-100 %")
    row = next(line for line in text_of(comparison).splitlines() if "Guinier line" in line)
    assert re.search(r"line\s+-85\.2\s+-127\.8\s+-42\.6\s+-50 %", row)


def test_no_relative_difference_to_zero(report: Path, tmp_path: Path) -> None:
    zero = changed(
        report,
        tmp_path / "zero",
        lambda data: check_of(data, "0.d")["measurements"]["b_factor"].update(value=0),
    )
    comparison = compare(read_report(zero), read_report(report))
    (number,) = (n for pair in comparison.checks for n in pair.differing)
    assert number.relative == (None,)
    assert number.lines == [("0", "-85.2", "-85.2", "")]


def test_a_number_without_a_partner_or_a_value_is_said(report: Path, tmp_path: Path) -> None:
    def change(data: Dict[str, Any]) -> None:
        del check_of(data, "0.d")["measurements"]["b_factor"]
        found = check_of(data, "0.b")["measurements"]["remaining_mean_volume"]
        found.update(value=7.0)
        del found["reason"]

    comparison = compared(report, tmp_path, change)
    pairs = {number.name: number for pair in comparison.checks for number in pair.differing}
    assert pairs["b_factor"].lines == [("-85.2", "absent", "", "")]
    assert pairs["remaining_mean_volume"].lines == [("–", "7", "", "")]
    assert pairs["remaining_mean_volume"].reasons == "A: none remain."


def test_numbers_of_different_units_are_not_subtracted(report: Path, tmp_path: Path) -> None:
    comparison = compared(
        report,
        tmp_path,
        lambda data: check_of(data, "0.d")["measurements"]["b_factor"].update(unit="nm²"),
    )
    (number,) = (n for pair in comparison.checks for n in pair.differing)
    assert number.differences == () and number.unit == "Å² and nm²"


# --- better and worse ---------------------------------------------------------------------------


def mend(data: Dict[str, Any], check_id: str, rule: str) -> None:
    """Let the report fulfil a rule that it breaks."""
    check = check_of(data, check_id)
    check["warnings"] = [warning for warning in check["warnings"] if warning["rule"] != rule]
    check["status"] = "warnings" if check["warnings"] else "ok"


def test_a_rule_that_holds_again_is_better_and_the_other_way_round_worse(
    report: Path, tmp_path: Path
) -> None:
    mended = changed(
        report, tmp_path / "mended", lambda data: mend(data, "0.f", "local_b_factor.median")
    )
    better = compare(read_report(report), read_report(mended))
    assert outcomes(better)["0.f"] is Outcome.BETTER
    assert "Better in B by the published rules: Local B-factor (0.f)." in better.summary
    (reason,) = next(pair for pair in better.checks if pair.id == "0.f").reasons
    assert reason.startswith("Now it holds that the median local B-factor is between -300 and 0")
    worse = compare(read_report(mended), read_report(report))
    assert outcomes(worse)["0.f"] is Outcome.WORSE
    assert "It no longer holds that" in text_of(worse)


def test_fewer_warnings_by_one_rule_and_more_by_another(report: Path, tmp_path: Path) -> None:
    def change(data: Dict[str, Any]) -> None:
        mend(data, "0.a", "mass.center_of_mass")
        check = check_of(data, "0.a")
        check["warnings"] += [dict(check["warnings"][0])]

    comparison = compared(report, tmp_path, change)
    assert outcomes(comparison)["0.a"] is Outcome.MIXED
    reasons = next(pair for pair in comparison.checks if pair.id == "0.a").reasons
    assert any(reason.startswith("2 instead of 1 warnings by the rule") for reason in reasons)


def test_a_check_that_only_one_evaluated(report: Path, other: Path) -> None:
    comparison = compare(read_report(report), read_report(other))
    assert outcomes(comparison)["0.g"] is Outcome.ONLY_A
    reason = next(pair for pair in comparison.checks if pair.id == "0.g").reasons[0]
    assert reason.startswith("B did not evaluate it: No result reached the report")
    assert "the scores count different checks" in comparison.summary[-1]


# --- what is not comparable ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, topic, told",
    [
        (lambda d: d["input"].update(voxel_size=1.0), "Voxel size", "2 Å in A, 1 Å in B"),
        (
            lambda d: d["input"].update(binning=2),
            "Binning",
            "binned by 1, B of the map binned by 2",
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
            "and 100 Å³ in B: what is measured inside",
        ),
        (
            lambda d: d["input"].update(resolution=None),
            "Reported resolution",
            "only A has one, 6 Å",
        ),
        (
            lambda d: d["input"].update(resolution=4.0),
            "Reported resolution",
            "6 Å in A, 4 Å in B",
        ),
        (
            lambda d: check_of(d, "0.d")["engine"].update(name="Xmipp"),
            "0.d B-factor analysis",
            "measured by “embedded 0.1.0” in A and “Xmipp 0.1.0” in B",
        ),
        (
            lambda d: check_of(d, "0.d")["engine"].update(checksum="f" * 64),
            "0.d B-factor analysis",
            "(SHA-256 not recorded and ffffffffffff…)",
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
        (
            lambda d: d.update(schema_version="0.9"),
            "Format",
            "the version 1.0 in A and 0.9 in B",
        ),
        (lambda d: d["level"].update(id="1"), "Level", "level 0, B of level 1"),
        (
            lambda d: check_of(d, "0.d")["criteria"][1].update(text="the B-factor is nice"),
            "0.d B-factor analysis",
            "the rule has other limits",
        ),
    ],
)
def test_each_obstacle_is_said_and_no_other(
    report: Path, tmp_path: Path, change: Change, topic: str, told: str
) -> None:
    comparison = compared(report, tmp_path, change)
    assert topics(comparison) == [topic]
    assert told in comparison.obstacles[0][1]
    assert f"  - {topic}: " in text_of(comparison)


def test_an_alternative_rule_makes_the_statuses_incomparable(report: Path, tmp_path: Path) -> None:
    def change(data: Dict[str, Any]) -> None:
        space = next(c for c in check_of(data, "0.a")["criteria"] if c["id"] == "mass.space")
        space.update(
            id="mass.space_in_angstrom",
            alternative_to="mass.space",
            text="the empty space on every side is at least 20 Å",
        )

    comparison = compared(report, tmp_path, change)
    assert topics(comparison) == ["0.a Mass analysis"]
    assert (
        "B was judged by an alternative rule (the empty space on every side is at least 20 Å)"
        in (comparison.obstacles[0][1])
    )
    assert outcomes(comparison)["0.a"] is Outcome.OTHER_RULES


# --- reports that are old, damaged, or none -----------------------------------------------------


def test_an_older_report_lacks_much_and_is_compared_all_the_same(
    report: Path, tmp_path: Path
) -> None:
    def change(data: Dict[str, Any]) -> None:
        for name in ("level", "input_section", "provenance", "score", "masks", "title"):
            del data[name]
        for check in data["checks"]:
            for name in ("criteria", "decisions", "figures", "curves", "engine", "remarks"):
                check.pop(name, None)
            for warning in check["warnings"]:
                warning.pop("advice", None)
        data["schema_version"] = "0.1"
        data["checks"][0]["status"] = "splendid"

    comparison = compared(report, tmp_path, change)
    assert "Format" in topics(comparison)
    assert "status “splendid” that is not known here" in text_of(comparison)
    page = make_comparison_page(comparison)
    assert "B has no such figure." in page


@pytest.mark.parametrize("file", ["/etc/hostname", "../../secret.png", "figures/../../x.png"])
def test_names_of_files_do_not_lead_out_of_the_report(
    report: Path, tmp_path: Path, file: str
) -> None:
    def change(data: Dict[str, Any]) -> None:
        data["input_section"]["figures"][0]["file"] = file

    copy = read_report(changed(report, tmp_path / "copy", change))
    assert copy.picture(copy.input_section.figures[0]) is None


@pytest.mark.parametrize(
    "content, told",
    [
        (None, "does not exist: give the folder of a report, or its report.json"),
        ("no JSON", "is not a report.json (it is not JSON)"),
        ("[1, 2]", "is not the report.json of a validation report"),
        ('{"id": "0.a", "checks": 7}', "it has no input and no checks"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(
    report: Path,
    tmp_path: Path,
    content: Optional[str],
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "report.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    out = tmp_path / "page.html"
    assert main(["compare", str(report), str(file), "--out", str(out)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and error.startswith(f"vrs: {file}") and told in error
    assert not out.exists()


def test_a_folder_without_a_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAReport, match=f"{tmp_path} has no report.json: give the folder"):
        read_report(tmp_path)


# --- the command and its file -------------------------------------------------------------------


def test_the_command_prints_and_writes(
    report: Path,
    other: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compare", str(report), str(other / "report.json")]) == 0
    printed = capsys.readouterr().out
    assert "Page: sharp_against_blurred.html" in printed
    assert re.search(r"0\.a +Mass analysis +(2 warnings: 21\.5 % +){2}Same", printed)
    assert "Reported resolution   6 Å" in printed
    assert max(map(len, printed.splitlines())) <= 100
    page = tmp_path / "sharp_against_blurred.html"
    assert MARKER in page.read_text(encoding="utf-8")[:1000]
    assert main(["compare", str(report), str(other)]) == 0, "an earlier comparison is replaced"


@pytest.mark.parametrize("content", ["", "my notes", "<html><head></head></html>"])
def test_other_files_are_left_alone(
    report: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.html"
    file.write_text(content, encoding="utf-8")
    assert main(["compare", str(report), str(report), "--out", str(file)]) == 1
    assert file.read_text(encoding="utf-8") == content
    assert "is not a comparison that this program wrote" in capsys.readouterr().err


def test_a_folder_or_an_absent_folder_is_no_place_for_the_page(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(report), str(report), "--out", str(tmp_path)]) == 1
    assert "is a folder: choose the name of a file" in capsys.readouterr().err
    absent = tmp_path / "absent" / "page.html"
    assert main(["compare", str(report), str(report), "--out", str(absent)]) == 1
    assert f"{absent} cannot be written (No such file or directory)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "a, b, name",
    [
        ("one", "two", "one_against_two.html"),
        ("one/report", "two/report", "one_report_against_two_report.html"),
        ("one", "one", "one_against_one.html"),
    ],
)
def test_the_page_is_named_after_the_reports(tmp_path: Path, a: str, b: str, name: str) -> None:
    for folder in (a, b):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert default_file(tmp_path / a, tmp_path / b) == Path(name)


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(report: Path, other: Path) -> str:
    return make_comparison_page(compare(read_report(report), read_report(other)))


def test_pictures_shrink_until_the_page_is_small_enough(
    page: str, report: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrs.report.comparison.page._SCALES", (0.3, 0.0))
    comparison = compare(read_report(report), read_report(other))
    whole = len(page.encode("utf-8"))
    small = make_comparison_page(comparison, largest_file=whole // 2)
    assert len(small.encode("utf-8")) <= whole // 2
    without = make_comparison_page(comparison, largest_file=1)
    assert "image/png" not in without
    assert "This picture was left out to keep the page small." in without


def test_curves_of_both_are_in_one_plot(page: str) -> None:
    assert page.count("A (dots) and B (squares) in one plot.") == 2, "mass curve and Guinier plot"
    assert page.count("A (filled) and B (outline) in one plot") == 1
    assert "A: figure 4." in page and "B: figure 4." in page


def test_the_page_asks_for_nothing_and_obeys_nothing(page: str) -> None:
    assert "<script>document" not in page and "&lt;script&gt;document" in page
    assert re.findall(r'(?:src|href)="(?!data:|#)([^"]*)', page) == []


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    if PROGRAM is None:
        pytest.skip("needs the program chromium")
    with Chromium(tmp_path_factory.mktemp("profile")) as chromium:
        yield chromium


@pytest.fixture
def browser(chromium: Chromium, page: str, tmp_path: Path) -> Iterator[Chromium]:
    """The page, just loaded; it may neither complain nor ask for anything but itself."""
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    chromium.open(file)
    yield chromium
    assert chromium.complaints == []
    asked = [address for address in chromium.requests if not address.startswith("data:")]
    assert asked == [file.as_uri()]


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_the_window_with_all_pictures(browser: Chromium, width: int) -> None:
    browser.resize(width, 800)
    assert browser.run("document.documentElement.scrollWidth") <= width
    broken = "[...document.images].filter(i => i.src && !(i.complete && i.naturalWidth)).length"
    assert browser.run(broken) == 0
    assert browser.run("document.images.length") > 16
    assert browser.run("document.title") != "obeyed"


@pytest.mark.slow
def test_the_page_answers_to_keys(browser: Chromium) -> None:
    browser.run("document.querySelector('button.enlarge').focus()")
    browser.press("Enter")
    assert browser.run("document.getElementById('zoom').open") is True
    assert "A: figure 1" in browser.run("document.querySelector('#zoom .caption').textContent")
    browser.press("Escape")
    assert browser.run("document.getElementById('zoom').open") is False
    browser.run("document.querySelector('[data-fold=\"\"]').click()")
    assert browser.run("document.querySelectorAll('details[open]').length") == 0
