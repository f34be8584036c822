"""``vrs index``: a table of many reports as a page, with the distributions of their numbers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, List, Tuple

from vrs.cli.compare import refuse_inside_report
from vrs.cli.parsing import Parser
from vrs.maps.printing import count, in_words

if TYPE_CHECKING:
    from vrs.report.index.build import Source
    from vrs.report.index.model import Index

SUMMARY = "list many reports in one table, with the distributions of their numbers"
USAGE = "vrs index FOLDER [FOLDER ...] [options]"
EXAMPLES = ("vrs index reports", "vrs index facility_2025 facility_2026 --out both")


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "List all reports in and below the folders: index.html, a page with a table to sort and "
        "filter and with each number against the resolution, and the same rows as index.csv and "
        "index.json. vrs batch writes it at its end."
    )
    parser.add_argument(
        "folders", metavar="FOLDER", nargs="+", type=Path,
        help="folder of a batch, of which also the maps that failed are listed; or any folder with "
        "reports in or below it, of any version of this program",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER",
        help="where the index is written; the default is FOLDER, or this folder if there are "
        "several. An earlier index is replaced, other files are kept",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead of the summary"
    )


def run(options: argparse.Namespace) -> int:
    """Write the index; returns the exit status."""
    # These load the libraries of the page.
    from vrs.cli.machine import IndexAnswer, printed
    from vrs.report import REPORT_JSON
    from vrs.report.index.build import make_index
    from vrs.report.index.writing import check_replaceable, write_index
    from vrs.report.text.terminal import say
    from vrs.run.recovery import settle_before_reading

    settle_before_reading(*options.folders)
    first = options.folders[0]
    in_place = len(options.folders) == 1 and first.is_dir() and not (first / REPORT_JSON).exists()
    out = (options.out or (first if in_place else Path())).absolute()
    refuse_inside_report(out / "index.html")
    check_replaceable(out)
    sources, left = _sources(options.folders)
    made = make_index(sources, out, left)
    page = write_index(made, out)
    if options.json:
        say(printed(IndexAnswer.of(made.content, page)))
    else:
        say(f"{summary_of(made.content)}\nPage: {page}")
    return 0


def summary_of(index: "Index") -> str:
    """What an index lists, in lines."""
    failed = len(index.maps) - index.count("measured")
    left = f", {index.left} not begun" if index.left else ""
    lines = [f"{count(len(index.maps), 'map')}, {failed} not measured{left}"]
    if len(index.versions) > 1:
        wrote = [f"{name} ({count(n, 'report')})" for name, n in index.versions.items()]
        lines.append(f"Written by different versions of the program: {in_words(wrote)}")
    return "\n".join(lines)


def _sources(folders: List[Path]) -> "Tuple[List[Source], int]":
    """The maps of batches, and the reports below other folders; how many maps were not begun."""
    from vrs.batch.index import is_batch, sources_of
    from vrs.report.index.build import Source
    from vrs.report.index.places import name_of, report_folders

    sources: List[Source] = []
    left, others = 0, []
    for folder in folders:
        if is_batch(folder):
            of_batch, not_begun = sources_of(folder)
            sources += of_batch
            left += not_begun
        else:
            others.append(folder)
    if others:
        sources += [Source(name_of(folder), folder) for folder in report_folders(others)]
    return sources, left
