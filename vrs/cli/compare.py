"""``vrs compare``: two finished reports side by side."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from vrs.cli.parsing import Parser

SUMMARY = "show two reports side by side, such as before and after sharpening"
USAGE = "vrs compare A B [options]"
EXAMPLES = ("vrs compare before_report after_report",)


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Show two reports side by side: statuses, numbers with their differences, curves and "
        "pictures; on the terminal, and as one page for the browser."
    )
    for name in ("A", "B"):
        parser.add_argument(name, type=Path, help="folder of a report, or its report.json")
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="the page; the default is A_against_B.html in this folder, with the names of the "
        "reports. An earlier comparison is replaced, other files are kept",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead of the tables"
    )


def run(options: argparse.Namespace) -> int:
    """Write the page and print the comparison; returns the exit status."""
    # These load the libraries that draw.
    from vrs.report.compare import compare, read_report
    from vrs.report.compare.page import check_replaceable, default_file, write_comparison
    from vrs.report.compare.terminal import text_of
    from vrs.report.text.terminal import say
    from vrs.run.swap import settle

    file = options.out or default_file(options.A, options.B)
    check_replaceable(file)
    for path in (options.A, options.B):
        settle(path if path.is_dir() else path.parent)
    comparison = compare(read_report(options.A), read_report(options.B))
    write_comparison(comparison, file)
    if options.json:
        from vrs.cli.machine import ComparisonAnswer, printed

        say(printed(ComparisonAnswer.of(comparison, file)))
        return 0
    width = shutil.get_terminal_size((100, 24)).columns
    say(f"{text_of(comparison, min(width, 100))}\n\nPage: {file}")
    return 0
