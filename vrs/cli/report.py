"""``vrs report``: the report of a map file, or of an entry of EMDB."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Tuple

from vrs.cli.engine_option import add_engine
from vrs.cli.entry import add_archive
from vrs.cli.exit_status import OF_A_REPORT
from vrs.cli.options import (
    add_answer,
    add_only,
    add_output_and_threads,
    add_queue,
    angstrom,
    contour_level,
    kilodaltons,
    queue_complaint,
    queue_of,
    threads_of,
    title,
    whole_number,
)
from vrs.cli.parsing import Lines, Parser

if TYPE_CHECKING:
    from vrs.run.map_options import MapOptions

SUMMARY = "write the validation report of a map, or of an entry of EMDB"
USAGE = "vrs report MAP --contour T [options]\n       vrs report ENTRY [options]"
EXAMPLES = (
    "vrs report map.mrc --contour 0.09 --resolution 3.2",
    "vrs report EMD-3488",
    "vrs report map.mrc --contour 0.09 --skip hand --out checked",
)
MOST_BINNING = 16


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Write the validation report of a map as PDF, HTML and JSON. The map file is never "
        "changed. Of an entry of EMDB, the contour level, the resolution and the molecular mass "
        "are those that it states, unless other ones are given."
    )
    parser.surplus = "a report is of one map, and a name with a blank needs quotes"
    parser.closing = closing
    parser.add_argument(
        "map", metavar="MAP|ENTRY",
        help="MRC or CCP4 file, also compressed (.gz, .bz2); or an entry of EMDB: its identifier, "
        "such as EMD-3488 or 3488, its header file, or its folder with header and map",
    )
    add_map_options(parser)
    add_archive(parser)
    add_output_and_threads(parser)
    add_only(parser)
    add_queue(parser)
    add_answer(parser)
    parser.complaint = complaint


def add_map_options(parser: Parser) -> None:
    """What can be said about a map."""
    parser.add_argument(
        "--contour", type=contour_level, metavar="T",
        help="recommended contour level, which a map file without an entry needs, in grey values "
        "of the map, as '3 sigma' (mean + 3 standard deviations of all voxels) or as '1 %%' (of "
        "the voxels); a negative number with an exponent or a unit needs an equals sign: "
        "--contour=-1e-3",
    )  # fmt: skip
    parser.add_argument(
        "--resolution", type=angstrom, metavar="D",
        help="reported resolution in Å; if omitted, that of the entry, or checks that need it are "
        "skipped",
    )  # fmt: skip
    parser.add_argument(
        "--voxel-size", type=angstrom, metavar="A",
        help="in Å; the default is that of the file, or of an entry with the same box if they "
        "differ",
    )  # fmt: skip
    parser.add_argument(
        "--mass", type=kilodaltons, metavar="KDA",
        help="molecular mass in kDa, if it is known: the report names the contour level that "
        "shows it",
    )  # fmt: skip
    parser.add_argument(
        "--as-volume", action="store_true",
        help="read the file as one volume, although its name or header is that of a stack of "
        "images",
    )  # fmt: skip
    parser.add_argument(
        "--keep-spikes", action="store_true",
        help="measure isolated voxels far outside all others, instead of replacing them by the "
        "median of their neighbours",
    )  # fmt: skip
    parser.add_argument(
        "--bin", type=whole_number(MOST_BINNING), default=1, metavar="N",
        help="bin the map by N first if memory is short; the report then describes the binned map",
    )  # fmt: skip
    parser.add_argument(
        "--mask", type=Path, metavar="FILE",
        help="your own mask, on the grid of the map: replaces the mask everywhere and is not "
        "dilated",
    )  # fmt: skip
    parser.add_argument(
        "--title", type=title, default="", help="name of the sample, for the first page"
    )
    add_choices_of_checks(parser)
    add_reference(parser)
    parser.add_argument(
        "--entry", metavar="ENTRY", default="",
        help="the entry that a map file belongs to: its header (XML, mmCIF, or the JSON of vrs "
        "entry --json), such as that of a deposition that is not released yet",
    )  # fmt: skip


def add_choices_of_checks(parser: Parser) -> None:
    """Which checks are measured, and by which engine."""
    parser.add_argument(
        "--skip", type=check_ids, action="extend", default=[], metavar="CHECKS",
        help="checks to leave out, by name, letter or number, such as e,hand; may be repeated",
    )  # fmt: skip
    add_engine(parser)


def add_reference(parser: Parser) -> None:
    """The maps among which the map of a report is placed."""
    parser.add_argument(
        "--reference", type=reference_file, default="", metavar="SET",
        help="reference set, which vrs reference build makes: the report shows where the map lies "
        "among those of a similar resolution; the default is $VRS_REFERENCE, if it is set, and "
        "none uses no set",
    )  # fmt: skip


def reference_file(text: str) -> str:
    """The whole path of a reference set; "none" and "" stay so."""
    # A default that is text is read too.
    from vrs.reference.file import NONE

    return text.lower() if text.lower() in ("", NONE) else str(Path(text).absolute())


def refuse_reference(text: str) -> None:
    """Refuse a named set that cannot be read, before anything is measured."""
    from vrs.reference.file import chosen, read_reference

    if chosen(text, ""):
        read_reference(Path(text))


def settle_reference(text: str) -> str:
    """Refuse a named set that cannot be read; the note on a configured one that cannot, or ""."""
    from vrs.maps.errors import sentence
    from vrs.reference.file import VARIABLE, NoReference, chosen, read_reference

    refuse_reference(text)
    configured = chosen("", os.environ.get(VARIABLE, ""))
    if not configured:
        return ""
    # The runs work in other folders.
    os.environ[VARIABLE] = os.path.abspath(configured)
    if text:
        return ""
    try:
        read_reference(Path(configured))
    except NoReference as error:
        return sentence(error.reason, f"check {VARIABLE}")
    return ""


def complaint(options: argparse.Namespace) -> str:
    """What is missing, "" if nothing is."""
    if options.only and options.queue:
        return "--only and --queue exclude each other"
    return missing_contour(options) or queue_complaint(options)


def missing_contour(options: argparse.Namespace) -> str:
    """The complaint about a map file without a contour level, "" for one with it or an entry."""
    from vrs.run.named_map import names_entry

    if options.contour is not None or options.entry or names_entry(options.map):
        return ""
    return "the contour level is missing: add --contour with the recommended contour level"


def closing() -> Dict[str, Lines]:
    """The end of the help: the names of the checks, and the exit statuses."""
    from vrs.cli.check_names import lines

    return {"checks": lines(), "exit status": OF_A_REPORT}


def check_ids(text: str) -> Tuple[str, ...]:
    """Identifiers of checks, separated by commas."""
    # The help of other commands needs no levels.
    from vrs.cli.check_names import checks_named

    return checks_named(text)


def map_options(options: argparse.Namespace) -> MapOptions:
    """The options about the map, as data."""
    # Help and wrong usage do not need it.
    from vrs.run.map_options import MapOptions

    return MapOptions(
        map=options.map,
        contour="" if options.contour is None else options.contour.text,
        resolution=options.resolution,
        voxel_size=options.voxel_size,
        mass=options.mass,
        mask="" if options.mask is None else str(options.mask),
        title=options.title,
        skip=tuple(options.skip),
        engines={what: engine for choice in options.engine for what, engine in choice.items()},
        binning=options.bin,
        as_volume=options.as_volume,
        keep_spikes=options.keep_spikes,
        entry=options.entry,
        reference=options.reference,
        command_line=options.command_line,
    )


def run(options: argparse.Namespace) -> int:
    """Refuse what cannot be analysed, then run the workflow; returns the exit status."""
    # Help and wrong usage need none of these.
    from vrs.cli.outcome import Answer
    from vrs.run.default_folder import chosen_folder, folder_of_map
    from vrs.run.map_options import checked_request
    from vrs.run.named_map import named_map, use_archive
    from vrs.run.recovery import settle_before_reading
    from vrs.run.report_run import make_report
    from vrs.steps.programs import left_to_projects

    answer = Answer(options.quiet, options.json, options.fail_on)
    no_reference = settle_reference(options.reference)
    use_archive(options.emdb)
    settle_before_reading(Path(options.map), options.mask, options.out)
    named = named_map(options.map, options.entry, sys.stdout if answer.talks else None)
    wanted = map_options(options)
    notes = [*options.moved, no_reference]
    notes += [left_to_projects([wanted])] if options.only else []
    request, remarks = checked_request(wanted, named)
    inputs = [*named.files, *([request.mask] if request.mask else [])]
    with chosen_folder(options.out, folder_of_map(Path(named.name)), inputs) as folder:
        answer.say(f"Validation report of {named.name} in {folder.path}")
        if named.entry and named.entry.title:
            answer.say(f"Entry {named.entry.id}: {named.entry.title}")
        answer.before(folder, remarks, notes)
        threads = threads_of(options)
        if options.only:
            # These are the libraries of a whole report.
            from vrs.steps.alone import make_part

            outcome = make_part(request, named, folder, threads, options.only, answer.talks)
        else:
            outcome = make_report(
                request, folder, threads, options.keep == "all", progress=answer.talks,
                queue=queue_of(options),
            )  # fmt: skip
        return answer.after(outcome, folder)
