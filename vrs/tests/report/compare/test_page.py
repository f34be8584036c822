"""The page and the terminal text of a comparison, and the command that writes them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Iterator

import pytest

from vrs.cli.main import main
from vrs.report.compare import compare, read_report
from vrs.report.compare.page import MARKER, default_file, make_comparison_page
from vrs.run.written import sign
from vrs.tests.chromium import BROKEN_PICTURES, Chromium

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")


# --- the command and its file -------------------------------------------------------------------


def test_the_command_prints_and_writes(
    report_folder: Path,
    other_report_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["compare", str(report_folder), str(other_report_folder / "report.json")]) == 0
    printed = capsys.readouterr().out
    assert "Page: sharp_against_blurred.html" in printed
    assert re.search(r"0\.a +Mass analysis +(2 warnings: 21\.5 % +){2}Same", printed)
    assert re.search(r"Reported resolution +6 Å +8 Å", printed)
    assert max(map(len, printed.splitlines())) <= 100
    page = tmp_path / "sharp_against_blurred.html"
    assert MARKER in page.read_text(encoding="utf-8")[:1000]
    assert main(["compare", str(report_folder), str(other_report_folder)]) == 0, (
        "an earlier comparison is replaced"
    )


@pytest.mark.parametrize("content", ["", "my notes", "<html><head></head></html>"])
def test_other_files_are_left_alone(
    report_folder: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.html"
    file.write_text(content, encoding="utf-8")
    assert main(["compare", str(report_folder), str(report_folder), "--out", str(file)]) == 1
    assert file.read_text(encoding="utf-8") == content
    assert (
        "exists and is not a comparison: choose another name with --out" in capsys.readouterr().err
    )


def test_a_page_in_the_folder_of_a_report_is_refused(
    report_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [str(report_folder), str(report_folder)]
    (tmp_path / "report" / "figures").mkdir(parents=True)
    sign(tmp_path / "report")
    for place in (tmp_path / "report", tmp_path / "report" / "figures"):
        assert main(["compare", *folders, "--out", str(place / "page.html")]) == 1
        assert f"lies in {tmp_path / 'report'}, the folder of a report" in capsys.readouterr().err
        assert not (place / "page.html").exists()


def test_the_usual_name_is_short_enough_whatever_the_reports_are_called(tmp_path: Path) -> None:
    folders = [tmp_path / (letter * 240) for letter in "ab"]
    for folder in folders:
        folder.mkdir()
    assert str(default_file(*folders)) == f"{'a' * 100}_against_{'b' * 100}.html"


def test_a_folder_or_an_absent_folder_is_no_place_for_the_page(
    report_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(report_folder), str(report_folder), "--out", str(tmp_path)]) == 1
    assert "is a folder: choose the name of a file" in capsys.readouterr().err
    pipe = tmp_path / "pipe.html"
    os.mkfifo(pipe)
    assert main(["compare", str(report_folder), str(report_folder), "--out", str(pipe)]) == 1
    assert "pipe.html is not a file: choose another name with --out" in capsys.readouterr().err
    absent = tmp_path / "absent" / "page.html"
    assert main(["compare", str(report_folder), str(report_folder), "--out", str(absent)]) == 1
    assert f"{absent} cannot be written (No such file or directory)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "a, b, name",
    [
        ("one", "two", "one_against_two.html"),
        ("one", "Runs/000012_Report/extra", "one_against_000012_Report.html"),
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
def page(report_folder: Path, other_report_folder: Path) -> str:
    return make_comparison_page(
        compare(read_report(report_folder), read_report(other_report_folder))
    )


def test_pictures_shrink_until_the_page_is_small_enough(
    page: str, report_folder: Path, other_report_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrs.report.compare.page._SCALES", (0.3, 0.0))
    comparison = compare(read_report(report_folder), read_report(other_report_folder))
    whole = len(page.encode("utf-8"))
    small = make_comparison_page(comparison, largest_file=whole // 2)
    assert len(small.encode("utf-8")) <= whole // 2
    without = make_comparison_page(comparison, largest_file=1)
    assert "image/png" not in without
    assert "This picture was left out to keep the page small." in without


@pytest.mark.slow
def test_three_reports_have_one_page(
    report_folder: Path, other_report_folder: Path, chromium: Chromium, tmp_path: Path
) -> None:
    folders = (report_folder, other_report_folder, report_folder)
    page = make_comparison_page(compare(*map(read_report, folders)))
    assert page.count("A (dots), B (squares) and C (triangles) in one plot.") == 3
    assert "A (filled) and B and C (outlines) in one plot, all with the same area" in page
    assert page.index("All reports are about the same map file") < page.index("<nav")
    file = tmp_path / "three.html"
    file.write_text(page, encoding="utf-8")
    chromium.open(file)
    for width in (1280, 390):
        chromium.resize(width, 800)
        assert chromium.run("document.documentElement.scrollWidth") <= width
    assert chromium.run(BROKEN_PICTURES) == 0 and chromium.complaints == []


def test_curves_of_both_are_in_one_plot(page: str) -> None:
    assert page.count("A (dots) and B (squares) in one plot.") == 3, "power, mass, Guinier"
    assert page.count("A (filled) and B (outline) in one plot") == 1
    assert "A: figure 4." in page and "B: figure 4." in page


def test_the_page_asks_for_nothing_and_obeys_nothing(page: str) -> None:
    assert "<script>document" not in page and "&lt;script&gt;document" in page
    assert re.findall(r'(?:src|href)="(?!data:|#)([^"]*)', page) == []


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
    assert browser.run(BROKEN_PICTURES) == 0
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
