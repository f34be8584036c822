"""The PDF as read back from it: every section, every status, and text from outside as it was."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import List

import msgspec
import pytest

from vrs.level0 import LEVEL0
from vrs.report.build import ReportFiles, build_report
from vrs.report.pdf.compile import PdfError, PdfUnavailable, make_pdf
from vrs.report.pdf.escape import escape, escape_code
from vrs.report.pdf.latex import NAMES_OF_LETTERS, SEARCHABLE
from vrs.report.pdf.shared_format import FOLDER
from vrs.report.text import words
from vrs.tests.report_example import build_example, full_entry, preparation, save_all

for _program in ("pdflatex", "pdftotext"):
    if shutil.which(_program) is None:
        pytest.skip(f"needs the program {_program}", allow_module_level=True)

pytestmark = pytest.mark.slow

NASTY_TITLE = (
    r"\input{/etc/passwd} ^^5cinput{x} \write18{touch owned} 100 % of _x_ & #1 $a$ ~ <b> {c} |d| "
    "naïve β-lactamase Привет 中文 😀"
)
SMALLEST_LETTERS = 7.0
NASTY_FILE = "my_map #1 (50%) & {old}^2~.mrc"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a report") / "with {odd} name_%"


@pytest.fixture(scope="module")
def files(folder: Path) -> ReportFiles:
    return build_example(
        folder,
        preparation(NASTY_FILE, header=("the header says voxel 0 & lies_",)),
        title=NASTY_TITLE,
        command_line="vrs report 'my map.mrc' --contour 0.5 --skip 0.e,0.h",
        workflow_file="level0_workflow.json",
        seconds=61.25,
        pdf=True,
    )


@pytest.fixture(scope="module")
def text(files: ReportFiles) -> str:
    assert files.pdf is not None
    return _text(files.pdf)


def _text(pdf: Path) -> str:
    """Text of a PDF with single spaces; names broken over lines are joined again."""
    raw = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, stdout=subprocess.PIPE
    ).stdout.decode("utf-8")
    return re.sub(r"\s+", " ", raw)


def _printed(folder: Path, code: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    tex = folder / "try.tex"
    tex.write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}"
        rf"\usepackage{{lmodern,textcomp}}{NAMES_OF_LETTERS}{SEARCHABLE}\pagestyle{{empty}}\parindent0pt"
        rf"\begin{{document}}{code}\end{{document}}",
        encoding="utf-8",
    )
    return _text(make_pdf(tex)).strip()


def _letters(text: str) -> str:
    """Without spaces, which a PDF has not, and with straight quotes."""
    return re.sub(r"\s", "", text.replace("’", "'").replace("…", "..."))


def test_every_section_is_there(text: str) -> None:
    assert "1 Input data" in text
    assert "2 What kind of map is this?" in text
    assert "3 Level 0 analysis" in text
    for index, info in enumerate(LEVEL0.checks, start=1):
        assert f"3.{index} Level {info.id} {info.title}" in text
    for heading in ("Verdict", "Contents", "All measurements", "Provenance"):
        assert heading in text
    assert "References" in text


def test_the_title_is_printed_as_it_is(text: str) -> None:
    shown = r"\input{/etc/passwd} ^^5cinput{x} \write18{touch owned} 100 % of _x_ & #1 $a$ ~ <b>"
    assert shown in text
    assert "{c} |d| naïve β-lactamase Privet [U+4E2D][U+6587] [U+1F600]" in text
    assert "root:" not in text


def test_no_command_of_the_title_was_obeyed(folder: Path) -> None:
    assert not list(folder.rglob("owned*"))


def test_file_names_and_header_remarks_are_printed_as_they_are(text: str) -> None:
    assert NASTY_FILE in text
    assert "the header says voxel 0 & lies_" in text


def test_the_cover_tells_what_was_judged(text: str) -> None:
    cover = text[: text.index("Verdict")]
    for fact in ("32 × 32 × 32 voxels", "2 Å", "0.5 (given by the user)", "6 Å", "abababab"):
        assert _letters(fact) in _letters(cover)


def test_the_score_line_and_the_statuses(text: str, files: ReportFiles) -> None:
    for sentence in files.report.summary[-1:]:
        assert sentence in text
    for status in ("OK", "2 warnings", "1 warning", "Does not apply", "Could not be measured"):
        assert f"Status: {status}" in text
    assert "No result reached the report: the check did not run or did not end." in text


def test_warnings_remarks_and_reasons_are_printed(text: str) -> None:
    assert "The mask is off the centre along X by 21.5 % of the box." in text
    assert "Caution. The smallest empty space, 4.0 Å, is no space at all." in text
    assert r"Caution. [A remark that begins with a bracket and ends \with a slash\ " in text
    assert "The background is constant, the map is masked." in text


def test_numbers_that_are_missing_are_dashes_and_reasons(text: str) -> None:
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b", text)
    assert "– (none remain)" in text


def test_long_tables_are_whole(text: str) -> None:
    table = text[text.index("Components of the raw mask.") :]
    assert all(re.search(rf"\b{number} \d+ \d+\.\d\d ", table) for number in range(1, 101))
    assert all(f"{level / 25:.4f}" in text for level in range(1, 25))


def test_long_tables_are_read_down_block_by_block(files: ReportFiles, text: str) -> None:
    """100 components stand in blocks of 50: numbers 1 and 51 are on the first line."""
    rows = files.report.checks[1].tables[0].rows
    table = text[text.index("Components of the raw mask.") :]
    for upper, lower in ((0, 50), (1, 51), (49, 99)):
        line = " ".join(
            f"{n} {voxels} {volume:.2f} {share:.2f}"
            for n, voxels, volume, share in (rows[upper], rows[lower])
        )
        assert line in table


def test_figures_are_counted_through_and_failures_are_said(text: str) -> None:
    count = 6 + 2 + 2 + 2 + 2
    assert all(f"Figure {number}:" in text for number in range(1, count + 1))
    assert text.count("This figure could not be drawn.") == 3
    assert "Not drawn: the volume “lost_map” is missing." in text


def test_the_published_rules_are_told_from_the_rest(text: str) -> None:
    section = text[text.index("3.1 Level 0.a Mass analysis Explanation") :]
    assert "the space on the two sides of the mask differs by at most 20 % of the box" in section
    assert words.PUBLISHED_RULES in section
    assert words.BEYOND in section
    assert "Applies if the reported resolution is 8 Å or better." in text


def test_provenance_and_references(text: str, files: ReportFiles) -> None:
    assert "vrs report 'my map.mrc' --contour 0.5 --skip 0.e,0.h" in text
    assert "level0_workflow.json" in text
    assert "61.2 s" in text or "61.3 s" in text
    printed = _letters(text).replace("-", "")
    for reference in files.report.references:
        doi = f"doi:{reference.doi}" if reference.doi else ""
        assert _letters(reference.text + doi).replace("-", "") in printed


def test_without_resolution_the_summary_has_a_box(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, preparation(resolution=None), figures=False)
    pdf = build_report(prepared, checks, (LEVEL0,), tmp_path / "out").pdf
    assert pdf is not None
    assert "Reported resolution not reported" in _text(pdf)
    assert "No resolution was reported for this map" in _text(pdf)


def test_an_entry_of_a_data_bank_is_introduced(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path, preparation(entry=full_entry()), figures=False)
    pdf = build_report(prepared, checks, (LEVEL0,), tmp_path / "out").pdf
    assert pdf is not None
    text = _text(pdf)
    record = subprocess.check_output(["pdfinfo", "-enc", "UTF-8", str(pdf)]).decode("utf-8")
    assert "Cryo-EM map validation report: Two balls in ice\n" in record
    assert re.search(r"^Author: +scipion-em-vrs$", record, re.MULTILINE)
    # Latin and Cyrillic letters are printed, others as their code points: none vanishes.
    for shown in (
        "Report on a map file of an entry", "EMD-10001", "Two balls in ice", "Østergård Ł",
        "Ivanov I", "[U+738B]", "E, F, G, H", "2012-12-25", "obsolete",
        "EMD-10002", "The entry", "Half maps are there (2 files)", "1ABC",
        "doi:10.1234/balls(2013)_1",
    ):  # fmt: skip
        assert shown in text, shown


def test_an_entry_with_the_longest_texts_keeps_the_cover_on_one_page(tmp_path: Path) -> None:
    entry = msgspec.structs.replace(
        full_entry(),
        title="Structure of a molecule of many parts " * 13,
        authors=[f"Longname-Longername {index}" for index in range(300)],
    )
    prepared, checks = save_all(tmp_path, preparation(entry=entry))
    pdf = build_report(prepared, checks, (LEVEL0,), tmp_path / "out").pdf
    assert pdf is not None
    pages = subprocess.check_output(["pdftotext", str(pdf), "-"]).decode("utf-8").split("\f")
    assert "Report written" in pages[0] and "280 more" in pages[0]
    assert "Verdict" in pages[1] and "What level 0 cannot tell" in pages[1]


@pytest.mark.parametrize(
    "title",
    [
        r"\input{/etc/hostname}",
        "^^5cinput{/etc/hostname}",
        r"\write18{touch owned}",
        "100% of $x_1^2$ & #2 ~ {a} <b> |c| a--b",
        "?` !` ,, `` \"quoted\" 'single'",
        "[brackets] * stars",
        r"\\ \end{document} \% \\",
        "Å ³ ² σ ± ≥ ≤ × ° µ – — …",
        "ñ ß Ł ő Ğ ž",
    ],
)
def test_titles_are_printed_letter_by_letter(tmp_path: Path, title: str) -> None:
    shown = _printed(tmp_path, escape(title))
    assert _letters(shown) == _letters(title)
    assert not list(tmp_path.rglob("owned*"))


def test_code_is_printed_letter_by_letter(tmp_path: Path) -> None:
    command = r"vrs report C:\maps\a_b.mrc --title 'it''s' -- `x` ~/map{1}.mrc 50%"
    assert _printed(tmp_path, escape_code(command)) == command


def test_every_character_of_the_first_planes_survives_pdflatex(tmp_path: Path) -> None:
    characters = [chr(code) for code in range(1, 0x3000) if not 0xD800 <= code < 0xE000]
    words = ["".join(characters[start : start + 20]) for start in range(0, len(characters), 20)]
    assert _printed(tmp_path, r"\par ".join(escape(word) for word in words))


def test_latex_errors_come_with_the_tail_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(PdfError, match=r"(?s)exit status 1.*Undefined control sequence"):
        _printed(tmp_path, r"\nosuchcommand")


@pytest.mark.parametrize(
    "code",
    [
        r"\input{/etc/hostname}",
        r"\input{../secret.tex}",
        r"\immediate\openout1=/tmp/vrs_was_here \immediate\write1{x}",
    ],
)
def test_pdflatex_may_not_read_or_write_outside_its_folder(tmp_path: Path, code: str) -> None:
    (tmp_path / "secret.tex").write_text("secret", encoding="utf-8")
    with pytest.raises(PdfError):
        _printed(tmp_path / "inner", code)


def test_without_pdflatex_the_json_is_written_and_the_reason_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, checks = save_all(tmp_path, figures=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    files = build_report(prepared, checks, (LEVEL0,), tmp_path / "out")
    assert files.pdf is None
    assert "install the system packages texlive-latex-recommended and lmodern" in files.pdf_problem
    assert files.json.is_file() and files.html.is_file()


def test_a_missing_latex_package_is_named(tmp_path: Path) -> None:
    tex = tmp_path / "try.tex"
    tex.write_text(
        r"\documentclass{article}\usepackage{nosuchpackage}\begin{document}", encoding="utf-8"
    )
    with pytest.raises(PdfUnavailable, match="nosuchpackage.sty"):
        make_pdf(tex)


def test_no_box_of_the_report_is_wider_than_the_page(files: ReportFiles, tmp_path: Path) -> None:
    """What sticks out of the text is logged by LaTeX as an overfull box."""
    log = _log(files, tmp_path)
    wide = [float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide", log)]
    assert [width for width in wide if width > 5.0] == []


def test_pages_fall_in_the_first_run_as_in_the_last(
    files: ReportFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LaTeX runs twice, not a third time because the table of contents moved the pages."""
    counting = tmp_path / "pdflatex"
    runs = tmp_path / "runs"
    program = shutil.which("pdflatex")
    counting.write_text(f'#!/bin/sh\necho >> "{runs}"\nexec "{program}" "$@"\n', encoding="utf-8")
    counting.chmod(0o755)
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    shutil.copyfile(make_pdf(files.tex), tmp_path / "again.pdf")
    assert len(runs.read_text(encoding="ascii").splitlines()) == 2
    assert files.pdf is not None
    assert _text(tmp_path / "again.pdf") == _text(files.pdf)


def test_a_format_that_is_kept_makes_the_same_pages(
    files: ReportFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a second time, when it is read; and a broken one is not used, but removed."""
    kept = tmp_path / "kept"
    monkeypatch.setenv(FOLDER, str(kept))
    kept.mkdir()
    (kept / "older.fmt").touch()
    assert files.pdf is not None
    expected = _text(files.pdf)
    assert _text(make_pdf(files.tex)) == expected
    (shared,) = kept.iterdir()
    made = shared.stat().st_mtime_ns
    assert _text(make_pdf(files.tex)) == expected
    assert shared.stat().st_mtime_ns == made
    shared.write_bytes(b"no format")
    assert _text(make_pdf(files.tex)) == expected
    assert list(kept.iterdir()) == []


def test_what_is_no_report_needs_no_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path / "kept"))
    assert _printed(tmp_path / "try", "A word.") == "A word."
    assert not (tmp_path / "kept").exists()


def _log(files: ReportFiles, folder: Path) -> str:
    shutil.copytree(files.tex.parent / "figures", folder / "figures")
    shutil.copyfile(files.tex, folder / files.tex.name)
    command: List[str] = ["pdflatex", "-interaction=nonstopmode", "-draftmode", files.tex.name]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return (folder / "report.log").read_text(encoding="utf-8", errors="replace")


def _streams(pdf: Path) -> List[bytes]:
    """The streams of a PDF that can be unpacked, among them the content of the pages."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf.read_bytes(), re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:  # a picture, or not packed
            continue
    return found


def test_every_picture_has_its_description(files: ReportFiles) -> None:
    assert files.pdf is not None
    content = b"\n".join(_streams(files.pdf))
    marked = re.findall(rb"/Span<</Alt<FEFF([0-9A-F]+)>>>BDC(.*?)EMC", content, re.DOTALL)
    described = [bytes.fromhex(code.decode("ascii")).decode("utf-16-be") for code, _ in marked]
    drawn = [
        figure for section in files.report.sections for figure in section.figures if figure.file
    ]
    assert {figure.alt for figure in drawn} == set(described)
    # A picture is painted between the marks, which are not inside of a text object.
    for _, between in marked:
        assert re.search(rb"/Im\d+ Do", between)
        assert between.count(b"BT") == between.count(b"ET")


def test_marks_of_the_pages_are_balanced(files: ReportFiles) -> None:
    assert files.pdf is not None
    pages = [stream for stream in _streams(files.pdf) if b"BDC" in stream]
    assert pages
    for page in pages:
        assert len(re.findall(rb"\bB[DM]C\b", page)) == len(re.findall(rb"\bEMC\b", page))


def test_no_letters_of_the_pages_are_smaller_than_7_points(files: ReportFiles) -> None:
    assert files.pdf is not None
    if shutil.which("pdftohtml") is None:
        pytest.skip("needs the program pdftohtml")
    command = ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", "3", str(files.pdf)]
    described = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")
    sizes = {
        number: float(size) / 3
        for number, size in re.findall(r'<fontspec id="(\d+)" size="([-\d]+)"', described)
    }
    used = re.findall(r'<text [^>]*font="(\d+)"[^>]*>(.*?)</text>', described)
    small = [(sizes[font], text) for font, text in used if sizes[font] < SMALLEST_LETTERS]
    assert [found for found in small if re.sub(r"<[^>]+>|\s", "", found[1])] == []


def test_programs_that_read_aloud_know_the_language(files: ReportFiles) -> None:
    assert files.pdf is not None
    content = b"\n".join([files.pdf.read_bytes(), *_streams(files.pdf)])
    assert re.search(rb"/Lang ?\(en\)", content)
