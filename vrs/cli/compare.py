"""``vrs compare``: finished reports side by side."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from vrs.cli.parsing import Parser
from vrs.maps.errors import OutputError

SUMMARY = "show reports side by side, such as before and after sharpening"
USAGE = "vrs compare A B [C ...] [options]"
EXAMPLES = ("vrs compare before_report after_report", "vrs compare my_scipion_project")


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Show reports side by side: statuses, numbers with their differences, curves and "
        "pictures; on the terminal, and as one page for the browser."
    )
    parser.add_argument(
        "reports", metavar="REPORT", nargs="+", type=Path,
        help="folder of a report or its report.json, the run that wrote it, or a Scipion project, "
        "which stands for all its reports",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=page_file, metavar="FILE",
        help="the page, an .html file; the default is A_against_B.html in this folder, with the "
        "names of the reports. An earlier comparison is replaced, other files are kept",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead of the tables"
    )


def page_file(text: str) -> Path:
    """The file of the page: browsers go by its ending."""
    file = Path(text)
    named = file.suffix.lower() in (".html", ".htm")
    return file if named or file.is_dir() else file.with_name(f"{file.name}.html")


def run(options: argparse.Namespace) -> int:
    """Write the page and print the comparison; returns the exit status."""
    # These load the libraries that draw.
    from vrs.report.compare import compare
    from vrs.report.compare.page import check_replaceable, default_file, write_comparison
    from vrs.report.compare.places import read_reports
    from vrs.report.compare.terminal import text_of
    from vrs.report.text.terminal import say
    from vrs.run.recovery import settle_before_reading

    settle_before_reading(*options.reports)
    reports = read_reports(options.reports)
    file = options.out or default_file(*(report.folder for report in reports))
    refuse_inside_report(file)
    check_replaceable(file)
    comparison = compare(*reports)
    write_comparison(comparison, file)
    if options.json:
        from vrs.cli.machine import ComparisonAnswer, printed

        say(printed(ComparisonAnswer.of(comparison, file)))
        return 0
    width = shutil.get_terminal_size((100, 24)).columns
    say(f"{text_of(comparison, min(width, 100))}\n\nPage: {file}")
    return 0


def refuse_inside_report(file: Path) -> None:
    """The folder of a report may hold nothing else, or the report cannot be replaced any more."""
    from vrs.run.written import read_record

    for folder in file.resolve().parents:
        if read_record(folder) is not None:
            raise OutputError(
                f"{file} lies in {folder}, the folder of a report",
                "choose a name in another folder with --out",
            )
