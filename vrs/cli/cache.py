"""``vrs cache``: the files of entries that were fetched."""

from __future__ import annotations

import argparse

from vrs.cli.parsing import Parser

SUMMARY = "list or remove the files of EMDB entries that were fetched"
USAGE = "vrs cache [--clear [ID ...]]"
EXAMPLES = ("vrs cache", "vrs cache --clear EMD-3488")


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "List the entries of EMDB whose files were fetched, with their sizes and dates, or remove "
        "them. The folder is $VRS_EMDB_CACHE, else scipion-em-vrs/emdb among the user's caches."
    )
    parser.add_argument(
        "--clear", nargs="*", metavar="ID", default=None,
        help="remove these entries, or all; nothing else in the folder is touched",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """List or remove; returns the exit status."""
    from vrs.entries.cache import Cache, default_folder
    from vrs.entries.download import size
    from vrs.entries.errors import EntryError
    from vrs.entries.identifier import entry_id
    from vrs.maps.printing import count
    from vrs.report.text.terminal import say

    cache = Cache(default_folder())
    if options.clear is None:
        entries = cache.entries()
        for entry in entries:
            dates = sorted(file.fetched for file in entry.files.values())
            say(f"{entry.id:<12} {size(entry.bytes):>12}  {dates[-1] if dates else ''}")
        total = sum(entry.bytes for entry in entries)
        say(f"{count(len(entries), 'entry', 'entries')}, {size(total)}, in {cache.folder}")
        return 0
    named = {text: entry_id(text) for text in options.clear}
    unknown = [text for text, identifier in named.items() if identifier is None]
    if unknown:
        raise EntryError(f"{unknown[0]!r} is no identifier of an entry", "write EMD-3488")
    removed = cache.clear([name for name in named.values() if name] if named else None)
    freed = sum(entry.bytes for entry in removed)
    say(f"Removed {count(len(removed), 'entry', 'entries')}, {size(freed)}.")
    return 0
