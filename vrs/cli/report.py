"""``vrs report``: the report of a map file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Tuple

from vrs.cli.options import add_output_and_threads, number, whole_number

SUMMARY = "write the Level 0 report of a map"
MOST_BINNING = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The map, the values that belong to it, and what is measured."""
    parser.description = (
        "Write the Level 0 validation report of a map as PDF, HTML and JSON. The map file is never "
        "changed."
    )
    parser.add_argument("map", type=Path, help="MRC or CCP4 file, also compressed (.gz, .bz2)")
    parser.add_argument(
        "--contour",
        type=number,
        required=True,
        metavar="T",
        help="recommended contour level, in grey values of the map; a negative number with an "
        "exponent needs an equals sign: --contour=-1e-3",
    )
    parser.add_argument(
        "--resolution",
        type=number,
        metavar="D",
        help="reported resolution in Å; if omitted, checks that need it are skipped",
    )
    parser.add_argument(
        "--voxel-size", type=number, metavar="A", help="in Å; the default is that of the file"
    )
    parser.add_argument(
        "--bin",
        type=whole_number(MOST_BINNING),
        default=1,
        metavar="N",
        help="bin the map by N first if memory is short; the report then describes the binned map",
    )
    parser.add_argument("--title", default="", help="name of the sample, for the first page")
    parser.add_argument(
        "--skip",
        type=check_ids,
        default=(),
        metavar="IDS",
        help="checks to leave out, such as 0.e,0.h",
    )
    add_output_and_threads(parser)


def check_ids(text: str) -> Tuple[str, ...]:
    """Identifiers of checks, separated by commas."""
    from vrs.checks.level import LEVEL0

    known = [check.id for check in LEVEL0.checks]
    ids = tuple(sorted({name.strip() for name in text.split(",")}))
    for name in ids:
        if name not in known:
            raise argparse.ArgumentTypeError(
                f"there is no check {name!r}; the checks are {', '.join(known)}"
            )
    return ids


def run(options: argparse.Namespace) -> None:
    """Refuse what cannot be analysed, then run the workflow."""
    # Help and wrong usage need none of these.
    from vrs.cli.outcome import print_note, print_outcome, print_replacement
    from vrs.run.output_folder import OutputFolder
    from vrs.run.report_run import Request, check_request, make_report

    request = Request(
        map=options.map,
        contour=options.contour,
        resolution=options.resolution,
        voxel_size=options.voxel_size,
        title=options.title,
        skip=options.skip,
        command_line=options.command_line,
        binning=options.bin,
    )
    remarks = check_request(request)
    with OutputFolder(options.out or Path(f"{request.map.name.split('.')[0]}_report")) as folder:
        print(f"Level 0 report of {request.map.name} in {folder.path}")
        print_replacement(folder)
        for remark in remarks:
            print_note(remark)
        sys.stdout.flush()
        print_outcome(make_report(request, folder, options.threads), folder)
