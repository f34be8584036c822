"""``vrs entry``: what an entry of EMDB says, without measuring."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List, Tuple

from vrs.cli.parsing import Parser

if TYPE_CHECKING:
    from vrs.checks.entry import Entry

SUMMARY = "print what an entry of EMDB says, without measuring"
USAGE = "vrs entry ID|FILE [options]"
EXAMPLES = ("vrs entry EMD-3488", "vrs entry emd-3488.xml --json")
MOST_AUTHORS = 6
MOST_FILES = 4


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Print what the header of an EMDB entry says: contour level, resolution, voxel size, "
        "molecular mass, half maps, models and more. The header comes from a mirror folder or "
        "from the archive, or is a file."
    )
    parser.add_argument("entry", metavar="ID|FILE", help="such as EMD-3488, or emd-3488.xml")
    add_archive(parser)
    parser.add_argument("--json", action="store_true", help="print it as one JSON object")


def add_archive(parser: argparse.ArgumentParser) -> None:
    """Where entries come from."""
    parser.add_argument(
        "--emdb", metavar="DIR|URL", default="",
        help="a mirror folder in the layout of the archive (with the folder structures), or its "
        "address; the default is $VRS_EMDB, else the public archive",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Print the entry; returns the exit status."""
    # These load the parsers of headers.
    from vrs.entries.header import read_header
    from vrs.entries.identifier import entry_id
    from vrs.entries.source import source_of_entries
    from vrs.report.text.terminal import say

    file = Path(options.entry)
    identifier = None if file.exists() else entry_id(options.entry)
    if identifier:
        file = source_of_entries(options.emdb).header(identifier)
    entry = read_header(file)
    if options.json:
        import msgspec

        say(msgspec.json.format(msgspec.json.encode(entry)).decode())
        return 0
    width = max(len(name) for name, _ in lines(entry))
    for name, value in lines(entry):
        say(f"{name + ':':<{width + 1}} {value}")
    return 0


def lines(entry: Entry) -> List[Tuple[str, str]]:
    """What the entry says, as rows of a name and a value; nothing it does not say."""
    return [(name, value) for name, value in _lines(entry) if value]


def _lines(entry: Entry) -> Iterator[Tuple[str, str]]:
    from vrs.maps.printing import entered, grouped, number

    yield "Entry", f"{entry.id} ({entry.page})"
    yield "Title", entry.title or ""
    yield "Authors", _some(entry.authors, MOST_AUTHORS)
    yield "Status", entry.status or ""
    yield "Superseded by", entry.superseded_by or ""
    yield "Method", ", ".join(filter(None, (entry.method, entry.kind)))
    resolution = f"{entered(entry.resolution)} Å" if entry.resolution else ""
    yield "Reported resolution", ", ".join(filter(None, (resolution, entry.resolution_method)))
    source = f" ({entry.contour_source})" if entry.contour_source else ""
    yield "Contour level", f"{entered(entry.contour)}{source}" if entry.contour is not None else ""
    yield "Voxel size", " x ".join(map(entered, entry.voxel_size or [])) + " Å" * bool(
        entry.voxel_size
    )
    yield "Box", " x ".join(map(str, entry.box)) + " voxels" if entry.box else ""
    yield "Symmetry", entry.symmetry or ""
    yield "Molecular mass", f"{number(entry.molecular_mass)} kDa" if entry.molecular_mass else ""
    yield "Particles", grouped(str(entry.particles)) if entry.particles else ""
    yield "Half maps", _some(entry.half_maps, MOST_FILES)
    yield "Masks", _some(entry.masks, MOST_FILES)
    yield "Additional maps", _some(entry.additional_maps, MOST_FILES)
    yield "Fitted models", _some(entry.fitted_models, MOST_FILES)
    yield "Microscope", entry.microscope or ""
    programs = dict.fromkeys(
        " ".join(filter(None, (program.name, program.version))) for program in entry.software
    )
    yield "Software", ", ".join(programs)
    dates = (
        ("deposited", entry.deposited), ("released", entry.released), ("updated", entry.updated),
    )  # fmt: skip
    yield "Dates", ", ".join(f"{name} {date}" for name, date in dates if date)
    if entry.citation:
        parts = (entry.citation.title, entry.citation.doi)
        yield "Citation", ", ".join(part for part in parts if part)


def _some(names: List[str], most: int) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
