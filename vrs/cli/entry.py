"""``vrs entry``: what an entry of EMDB says, without measuring."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List, Tuple

from vrs.cli.parsing import Parser, fitted

if TYPE_CHECKING:
    from vrs.checks.entry import Entry

SUMMARY = "print what an entry of EMDB says, without measuring"
USAGE = "vrs entry ID|FILE [options]"
EXAMPLES = ("vrs entry EMD-3488", "vrs entry emd-3488.xml --json")
MOST_AUTHORS = 6
MOST_FILES = 4
MOST_MODELS = 12
MOST_PROGRAMS = 10
NOT_STATED = "not stated"
_TIED = "\u00a0"
"""A space at which no line is broken, as in a name."""


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Print what the header of an EMDB entry says: contour level, resolution, voxel size, "
        "molecular mass, half maps, models and more. The header comes from a mirror folder or "
        "from the archive, or is a file."
    )
    parser.add_argument(
        "entry", metavar="ID|FILE",
        help="such as EMD-3488, or emd-3488.xml; also the folder of an entry",
    )  # fmt: skip
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
    from vrs.report.text.terminal import say

    entry = _entry_named(options.entry, options.emdb, show_progress=not options.json)
    if options.json:
        import msgspec

        say(msgspec.json.format(msgspec.json.encode(entry)).decode())
        return 0
    for line in lines(entry, sys.stdout.isatty()):
        say(line)
    return 0


def _entry_named(text: str, place: str, show_progress: bool) -> Entry:
    """The entry of a header file, a folder or an identifier; its map is not looked for."""
    # These load the parsers of headers.
    from vrs.entries.chosen import choose
    from vrs.entries.errors import EntryError
    from vrs.entries.header import read_header
    from vrs.run.transfers import Transfers

    if Path(text).is_file():
        return read_header(Path(text))
    # The standard output is for what the entry says.
    chosen = choose(text, place, Transfers(sys.stderr if show_progress else None))
    if chosen is None:
        raise EntryError(
            f"{text} is neither a file nor the identifier of an entry",
            "write an identifier such as EMD-3488, or the name of a header",
        )
    return chosen.entry


def lines(entry: Entry, on_terminal: bool) -> List[str]:
    """What an entry says: names in a column, and on a terminal long values broken beside it."""
    rows = [(name, value) for name, value in _rows(entry) if value]
    indent = " " * (max(len(name) for name, _ in rows) + 2)
    return [
        fitted(f"{name}:".ljust(len(indent)) + value, on_terminal, indent).replace(_TIED, " ")
        for name, value in rows
    ]


def _rows(entry: Entry) -> Iterator[Tuple[str, str]]:
    """What the entry says, as names and values; a value may be empty."""
    from vrs.checks.entry import unsuitable
    from vrs.maps.printing import entered, grouped, number

    yield "Entry", f"{entry.id} ({entry.page})"
    yield "Title", entry.title or ""
    yield "Authors", _some(entry.authors, MOST_AUTHORS)
    yield "Status", entry.state
    yield "Method", ", ".join(filter(None, (entry.method, entry.kind)))
    yield "Reported resolution", _resolution(entry)
    yield "Contour level", _contour_level(entry)
    yield "Voxel size", f"{_edges(entry.voxel_size)} Å" if entry.voxel_size else ""
    yield "Box", " x ".join(map(str, entry.box)) + " voxels" if entry.box else ""
    values = entry.statistics
    yield "Grey values", (
        f"{entered(values.minimum)} to {entered(values.maximum)}" if values else ""
    )
    yield "Symmetry", entry.symmetry or ""
    yield "Molecular mass", f"{number(entry.molecular_mass)} kDa" if entry.molecular_mass else ""
    yield "Particles", grouped(str(entry.particles)) if entry.particles else ""
    yield "Half maps", _some(entry.half_maps, MOST_FILES) or "none"
    yield "Masks", _some(entry.masks, MOST_FILES)
    yield "Additional maps", _some(entry.additional_maps, MOST_FILES)
    yield "Fitted models", _some(entry.fitted_models, MOST_MODELS)
    yield "Microscope", entry.microscope or ""
    yield "Software", _some(_programs(entry), MOST_PROGRAMS)
    yield "Dates", _dates(entry)
    citation = entry.citation
    yield "Paper", citation.title or "" if citation else ""
    yield "DOI", f"https://doi.org/{citation.doi}" if citation and citation.doi else ""
    yield "Not measured", unsuitable(entry)


def _resolution(entry: Entry) -> str:
    from vrs.maps.printing import entered

    criterion = (entry.resolution_method or "").lower().replace("fsc", "FSC")
    if entry.resolution is None:
        return NOT_STATED
    criterion = "another criterion" if criterion == "other" else criterion
    return f"{entered(entry.resolution)} Å" + (f" ({criterion})" if criterion else "")


def _contour_level(entry: Entry) -> str:
    from vrs.checks.stated import DEPOSITORS
    from vrs.maps.printing import entered

    if entry.contour is None:
        return NOT_STATED
    source = DEPOSITORS.get(entry.contour_source or "", entry.contour_source or "")
    others = [level.level for level in entry.contour_levels if level.level != entry.contour]
    also = f"; also {', '.join(map(entered, others[:MOST_FILES]))}" if others else ""
    return entered(entry.contour) + (f" ({source})" if source else "") + also


def _edges(voxel_size: List[float]) -> str:
    """Edges of a voxel in Å, once if they are equal."""
    from vrs.maps.printing import entered

    edges = list(map(entered, voxel_size))
    return edges[0] if len(set(edges)) == 1 else " x ".join(edges)


def _programs(entry: Entry) -> List[str]:
    """Programs with their versions, each once whatever it was used for."""
    named = (" ".join(filter(None, (one.name, one.version))) for one in entry.software)
    return list(dict.fromkeys(named))


def _dates(entry: Entry) -> str:
    dates = (
        ("deposited", entry.deposited), ("released", entry.released), ("updated", entry.updated),
    )  # fmt: skip
    return ", ".join(f"{name}{_TIED}{date}" for name, date in dates if date)


def _some(names: List[str], most: int) -> str:
    """The first names, and how many more there are."""
    shown = names[:most] if len(names) > most + 1 else names
    # Names such as "Wang, Y." stand between semicolons.
    listed = ("; " if any("," in name for name in names) else ", ").join(
        name.replace(" ", _TIED) for name in shown
    )
    return f"{listed} and {len(names) - most} more" if len(shown) < len(names) else listed
