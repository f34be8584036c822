"""``vrs reference``: sets of maps among which reports place theirs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, List

from vrs.cli.exit_status import ExitStatus
from vrs.cli.parsing import Parser

if TYPE_CHECKING:
    from vrs.reference.model import ReferenceSet

SUMMARY = "make a reference set of many reports, among which others place their maps"
USAGE = "vrs reference build FOLDER [FOLDER ...] --out SET"
EXAMPLES = (
    "vrs reference build archive/reports --out emdb.json",
    "vrs report map.mrc --contour 0.09 --resolution 3.2 --reference emdb.json",
)
BUILD = "build"
TOLD_EVERY = 500
"""Reports between two lines of progress."""


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Read the report.json of every report in the folders, such as those of a batch, and write "
        "their numbers and findings by classes of reported resolution into one file. Of two "
        "reports of a map the later one counts."
    )
    parser.add_argument("action", metavar="build", choices=(BUILD,), help="make a set")
    parser.add_argument(
        "folders", metavar="FOLDER", nargs="+", type=Path,
        help="folder with reports in it, at any depth",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--out", type=Path, metavar="SET", required=True,
        help="file of the set (JSON); an earlier set is replaced, any other file is kept",
    )  # fmt: skip
    parser.add_argument(
        "--name", default="", help="name of the set in reports; the default is that of its file"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Build a set; returns the exit status."""
    from datetime import datetime, timezone

    from vrs.cli.machine import ReferenceAnswer, printed
    from vrs.maps.errors import OutputError
    from vrs.reference.file import write_reference
    from vrs.report.peers.gather import build_reference
    from vrs.report.text.terminal import say
    from vrs.run.recovery import settle_before_reading

    _refuse_other_file(options.out)
    settle_before_reading(*options.folders)

    def told(number: int) -> None:
        if number % TOLD_EVERY == 0 and not options.json:
            say(f"{number} reports read", sys.stdout)

    date = datetime.now(timezone.utc).date().isoformat()
    name = " ".join(options.name.split()) or options.out.stem
    reference = build_reference(options.folders, name, date, told)
    try:
        write_reference(options.out, reference)
    except FileNotFoundError as error:
        raise OutputError(
            f"there is no folder {options.out.absolute().parent}", "make it, or choose another one"
        ) from error
    if options.json:
        say(printed(ReferenceAnswer.of(reference, options.out)))
    else:
        say("\n".join(lines(reference, options.out)))
    return ExitStatus.SUCCESS


def _refuse_other_file(out: Path) -> None:
    """Refuse to replace what is no reference set."""
    from vrs.maps.errors import OutputError
    from vrs.reference.file import NoReference, read_reference

    if not out.exists():
        return
    try:
        read_reference(out)
    except NoReference as error:
        raise OutputError(
            f"{out} is there already, and is no reference set", "choose another name with --out"
        ) from error


def lines(reference: ReferenceSet, out: Path) -> List[str]:
    """What the set holds, in lines."""
    from vrs.maps.printing import count
    from vrs.reference.classes import in_words
    from vrs.reference.rank import FEWEST

    total = sum(len(one.peers) for one in reference.classes)
    shown = [f"Reference set “{reference.name}”: {count(total, 'map')}"]
    for one in reference.classes:
        number = len(one.peers)
        few = f"; no percentiles, as {FEWEST} are needed" if number < FEWEST else ""
        shown.append(f"  {count(number, 'map')} {in_words(one.low, one.high)}{few}")
    for reason, number in reference.left_out.items():
        shown.append(f"  {count(number, 'report')} left out: {reason}")
    if len(reference.programs) > 1:
        versions = ", ".join(f"{name} ({number})" for name, number in reference.programs.items())
        shown.append(f"  Measured by the versions {versions}")
    return [*shown, f"Set: {out}"]
