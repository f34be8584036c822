"""``vrs cache``: the files of entries that were fetched."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vrs.cli.exit_status import ExitStatus
from vrs.cli.parsing import Parser

if TYPE_CHECKING:
    from vrs.entries.cached import CachedEntry

SUMMARY = "list or remove the files of EMDB entries that were fetched"
USAGE = "vrs cache [--clear [ID ...]]"
EXAMPLES = ("vrs cache", "vrs cache --clear EMD-3488")


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "List the entries of EMDB whose files were fetched, with their sizes and dates, or remove "
        "them. The folder is $VRS_EMDB_CACHE, else scipion-em-vrs/emdb among the user's caches. "
        "Above its limit, the entries used longest ago are removed by themselves."
    )
    parser.add_argument(
        "--clear", nargs="*", metavar="ID", default=None,
        help="remove these entries, or all, except those in use; nothing else in the folder is "
        "touched",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """List or remove; returns the exit status."""
    from vrs.entries.cache import Cache, default_folder
    from vrs.entries.errors import EntryError
    from vrs.entries.identifier import entry_id
    from vrs.entries.progress import size
    from vrs.maps.printing import count, in_words
    from vrs.report.text.terminal import say

    cache = Cache(default_folder())
    if options.clear is None:
        entries = cache.entries()
        for entry in entries:
            say(_line(entry))
        total = sum(entry.bytes for entry in entries)
        amount = f"{size(total)} of at most {size(cache.limit)}"
        say(f"{count(len(entries), 'entry', 'entries')}, {amount}, in {cache.folder}")
        return ExitStatus.SUCCESS
    named = {text: entry_id(text) for text in options.clear}
    unknown = [text for text, identifier in named.items() if identifier is None]
    if unknown:
        raise EntryError(f"{unknown[0]!r} is no identifier of an entry", "write EMD-3488")
    removed, kept = cache.clear([name for name in named.values() if name] if named else None)
    freed = sum(entry.bytes for entry in removed)
    say(f"Removed {count(len(removed), 'entry', 'entries')}, {size(freed)}.")
    touched = {entry.id for entry in (*removed, *kept)}
    absent = [name for name in dict.fromkeys(named.values()) if name and name not in touched]
    if absent:
        say(f"{in_words(absent)} {'is' if len(absent) == 1 else 'are'} not in the cache.")
    if kept:
        names = in_words([entry.id for entry in kept])
        raise EntryError(f"{names} {'is' if len(kept) == 1 else 'are'} used by a process that runs")
    return ExitStatus.SUCCESS


def _line(entry: CachedEntry) -> str:
    """Identifier, size, date and files of an entry."""
    from vrs.entries.progress import size

    date = max((file.fetched for file in entry.files.values()), default="")
    names = [*sorted(entry.files)]
    if entry.unfinished:
        names.append(f"{size(entry.unfinished)} of an unfinished transfer")
    return f"{entry.id:<12} {size(entry.bytes):>12}  {date[:10]:<10}  {', '.join(names)}"
