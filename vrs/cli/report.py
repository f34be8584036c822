"""``vrs report``: the report of a map file."""

from __future__ import annotations

import argparse
import sys
from itertools import chain
from pathlib import Path
from typing import Dict, Tuple

from vrs.cli.options import add_output_and_threads, number, whole_number

SUMMARY = "write the validation report of a map"
MOST_BINNING = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write the validation report of a map as PDF, HTML and JSON. The map file is never changed."
    )
    parser.add_argument("map", type=Path, help="MRC or CCP4 file, also compressed (.gz, .bz2)")
    parser.add_argument(
        "--contour", type=number, required=True, metavar="T",
        help="recommended contour level, in grey values of the map; a negative number with an "
        "exponent needs an equals sign: --contour=-1e-3",
    )  # fmt: skip
    parser.add_argument(
        "--resolution", type=number, metavar="D",
        help="reported resolution in Å; if omitted, checks that need it are skipped",
    )  # fmt: skip
    parser.add_argument(
        "--voxel-size", type=number, metavar="A", help="in Å; the default is that of the file"
    )
    parser.add_argument(
        "--bin", type=whole_number(MOST_BINNING), default=1, metavar="N",
        help="bin the map by N first if memory is short; the report then describes the binned map",
    )  # fmt: skip
    parser.add_argument(
        "--mask", type=Path, metavar="FILE",
        help="your own mask, on the grid of the map: replaces the mask everywhere and is not "
        "dilated",
    )  # fmt: skip
    parser.add_argument("--title", default="", help="name of the sample, for the first page")
    parser.add_argument(
        "--skip", type=check_ids, default=(), metavar="IDS",
        help="checks to leave out, such as 0.e,0.h",
    )  # fmt: skip
    parser.add_argument(
        "--engine", type=engines, action="append", default=[], metavar="ENGINE",
        help="engine of all checks that have it: auto (the default: another program if it is "
        "installed), embedded (the built-in engine) or a program such as xmipp; or of one check: "
        "0.e=xmipp. May be repeated, the last one counts",
    )  # fmt: skip
    add_output_and_threads(parser)


def engines(text: str) -> Dict[str, str]:
    """The engine of all checks that have it ("xmipp"), or of one check ("0.e=xmipp")."""
    from vrs.engines.choice import engine_choices
    from vrs.levels import CHECKS

    checks = [check for check in CHECKS.values() if check.engines]
    choices = {check.id: engine_choices(check.engines) for check in checks}
    check_id, one_check, engine = text.rpartition("=")
    if one_check and check_id not in choices:
        raise argparse.ArgumentTypeError(
            f"{check_id!r} is no check with several engines; those are {', '.join(choices)}"
        )
    known = choices[check_id] if one_check else list(dict.fromkeys(chain(*choices.values())))
    if engine not in known:
        of_check = f" of {check_id}" if one_check else ""
        raise argparse.ArgumentTypeError(
            f"there is no engine {engine!r}; the engines{of_check} are {', '.join(known)}"
        )
    wanted = [check_id] if one_check else choices
    return {check: engine for check in wanted if engine in choices[check]}


def check_ids(text: str) -> Tuple[str, ...]:
    """Identifiers of checks, separated by commas."""
    from vrs.levels import CHECKS

    ids = tuple(sorted({name.strip() for name in text.split(",") if name.strip()}))
    for name in ids:
        if name not in CHECKS:
            raise argparse.ArgumentTypeError(
                f"there is no check {name!r}; the checks are {', '.join(CHECKS)}"
            )
    return ids


def run(options: argparse.Namespace) -> None:
    """Refuse what cannot be analysed, then run the workflow."""
    # Help and wrong usage need none of these.
    from vrs.cli.outcome import print_outcome, print_replacement
    from vrs.run.default_folder import default_folder, folder_of_map
    from vrs.run.output_folder import OutputFolder
    from vrs.run.progress import show
    from vrs.run.report_run import Request, check_request, make_report

    request = Request(
        map=options.map, contour=options.contour, resolution=options.resolution,
        voxel_size=options.voxel_size, mask=options.mask, title=options.title, skip=options.skip,
        engines={check: engine for choice in options.engine for check, engine in choice.items()},
        command_line=options.command_line, binning=options.bin,
    )  # fmt: skip
    remarks = check_request(request)
    inputs = [request.map, *([request.mask] if request.mask else [])]
    with (
        OutputFolder(options.out, inputs)
        if options.out
        else default_folder(folder_of_map(request.map), inputs)
    ) as folder:
        print(f"Validation report of {request.map.name} in {folder.path}")
        print_replacement(folder)
        for remark in remarks:
            show(f"Note: {remark}")
        sys.stdout.flush()
        print_outcome(make_report(request, folder, options.threads), folder)
