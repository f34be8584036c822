"""No number is printed that report.json does not hold, and every curve has its file."""

from __future__ import annotations

import copy
import csv
import json
import shutil
from collections import Counter
from pathlib import Path
from string import ascii_letters
from typing import Any, Dict, List

import msgspec
import numpy as np
import pytest

from vrs.checks.store import save_result
from vrs.entries.header import read_header
from vrs.level0 import LEVEL0, prepare
from vrs.maps import inspect_file, read_map
from vrs.report.build import ReportFiles, build_report
from vrs.report.contact import EMAIL, PAGE
from vrs.tests.example_data import example_file
from vrs.tests.number_audit import (
    known_numbers,
    text_of_html,
    text_of_pdf,
    unaccounted,
    words_of_figures,
)
from vrs.tests.report_example import COMMAND, build_example, full_entry, preparation, save_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

ENTRY = Path(__file__).parents[1] / "data" / "entries" / "emd-3488.json"
"""That of the demonstration."""

Json = Dict[str, Any]

needs_latex = pytest.mark.skipif(
    not (shutil.which("pdflatex") and shutil.which("pdftotext")),
    reason="needs the programs pdflatex and pdftotext",
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    """The report of all checks and the evidence on a deposited map, EMD-3488, with its entry."""
    file = example_file("maps/emd_3488.map.gz")
    folder = tmp_path_factory.mktemp("real")
    entry = read_header(ENTRY)
    prepared = prepare(
        read_map(file), 0.09, entry.resolution, inspect_file(file),
        entry=entry, resolution_source="entry EMD-3488", mass=entry.molecular_mass,
    )  # fmt: skip
    prepared.save(folder / "prepared")
    folders = []
    for check in (*LEVEL0.evidence, *LEVEL0.checks):
        folders.append(folder / check.id)
        save_result(check.run(prepared.inputs), folders[-1])
    return build_report(
        folder / "prepared", folders, [LEVEL0], folder / "out",
        contact={EMAIL: "maps@example.org", PAGE: "https://example.org/17"},
    )  # fmt: skip


def _content(files: ReportFiles) -> Json:
    content: Json = json.loads(files.json.read_text(encoding="utf-8"))
    return content


def _missing_in_pdf(files: ReportFiles) -> "Counter[str]":
    assert files.pdf is not None, files.pdf_problem
    content = _content(files)
    missing = Counter(unaccounted(text_of_pdf(files.pdf), known_numbers(content)))
    return missing - words_of_figures(content, files.json.parent)


def test_every_number_of_the_page_is_in_report_json(example_report: ReportFiles) -> None:
    known = known_numbers(_content(example_report))
    assert unaccounted(text_of_html(example_report.html), known) == []


def test_every_number_about_an_entry_is_in_report_json(tmp_path: Path) -> None:
    entry = msgspec.structs.replace(
        full_entry(),
        authors=[f"Author {letter}" for letter in ascii_letters],
        half_maps=["half.map"] * 39,
        molecular_mass=64.4321,
    )
    made = build_example(tmp_path, preparation(entry=entry), figures=False)
    text = text_of_html(made.html)
    assert "and 32 more, see the entry" in text and "and 27 more" in text
    assert unaccounted(text, known_numbers(_content(made))) == []


@pytest.mark.parametrize(
    "invented",
    [
        "48.37 Å",
        "4711 voxels",
        "6.51373e-07",
        "93.21 %",
        "-17.35",
        "EMD-9876",
        "1.2.34",
        "2031-05-17",
    ],
)
def test_an_invented_number_is_found(example_report: ReportFiles, invented: str) -> None:
    text = f"{text_of_html(example_report.html)} and {invented} more."
    word = invented.split()[0]
    assert unaccounted(text, known_numbers(_content(example_report))) == [word]


def _without_rows(content: Json) -> None:
    for table in content["checks"][1]["tables"]:
        table["rows"] = []


def _without_measurements(content: Json) -> None:
    content["masks"] = content["input_section"]["measurements"] = {}


def _without_header(content: Json) -> None:
    content["input"]["header"] = []


@pytest.mark.parametrize(
    ("take_out", "lost"),
    [
        (_without_rows, "39888.00"),
        (_without_measurements, "3.04762"),
        (_without_header, "1.9375"),
    ],
)
def test_what_is_taken_out_of_report_json_is_missed(
    example_report: ReportFiles, take_out: Any, lost: str
) -> None:
    content = copy.deepcopy(_content(example_report))
    take_out(content)
    assert lost in unaccounted(text_of_html(example_report.html), known_numbers(content))


def _plotted(content: Json) -> List[Json]:
    """Figures of curves with the section that they are in."""
    return [
        {"section": section, **drawn["figure"]}
        for section in (content["input_section"], *content["checks"])
        for drawn in section["figures"]
        if drawn["figure"]["kind"] in ("lines", "histogram") and drawn["file"]
    ]


def _assert_curves_are_saved(files: ReportFiles, fewest: int) -> None:
    plotted = _plotted(_content(files))
    assert len(plotted) >= fewest
    for figure in plotted:
        file = files.json.parent / figure["section"]["curves"][figure["curve"]]
        with file.open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        if figure["kind"] == "lines":
            assert {figure["x"], *figure["y"]} <= set(header)
        else:
            assert header == ["from", "to", "voxels"]
        assert len(rows) > 1


def test_every_plotted_curve_is_a_file_named_in_report_json(example_report: ReportFiles) -> None:
    _assert_curves_are_saved(example_report, 3)


def test_the_rows_of_a_table_are_those_of_its_curve(example_report: ReportFiles) -> None:
    mask = _content(example_report)["checks"][1]
    for table, count in zip(mask["tables"], (100, 24)):
        file = example_report.json.parent / mask["curves"][table["curve"]]
        with file.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.DictReader(stream))
        assert len(table["rows"]) == count
        for row, line in zip(table["rows"], lines):
            saved = [float(line[column["column"]]) for column in table["columns"]]
            assert row == [None if np.isnan(value) else value for value in saved]


@pytest.mark.slow
@needs_latex
def test_every_number_of_the_pdf_is_in_report_json(tmp_path: Path) -> None:
    prepared, checks = save_all(tmp_path)
    files = build_report(
        prepared, checks, [LEVEL0], tmp_path / "out", command_line=COMMAND, workflow_file="w.json"
    )
    assert _missing_in_pdf(files) == Counter()


@pytest.mark.slow
@needs_latex
def test_every_number_of_a_real_report_is_in_report_json(real: ReportFiles) -> None:
    assert unaccounted(text_of_html(real.html), known_numbers(_content(real))) == []
    assert _missing_in_pdf(real) == Counter()


@pytest.mark.slow
@needs_latex
def test_an_invented_number_in_a_pdf_is_found(real: ReportFiles) -> None:
    assert real.pdf is not None
    text = text_of_pdf(real.pdf).replace("Summary", "Summary 48.37", 1) + " and 4711"
    assert Counter(unaccounted(text, known_numbers(_content(real))))["4711"] == 1


@pytest.mark.slow
def test_every_plotted_curve_of_a_real_report_is_a_file(real: ReportFiles) -> None:
    _assert_curves_are_saved(real, 5)
