"""Archives that answer badly, several times in a row, while a map is fetched."""

from __future__ import annotations

import os
import random
from functools import partial
from pathlib import Path
from typing import Callable, Dict, List

from vrs.entries import entry_lock
from vrs.entries.answers import Patience
from vrs.entries.archived import Archived
from vrs.entries.cache import Cache
from vrs.entries.download import WebArchive
from vrs.maps.errors import VrsError
from vrs.tests.entries.archive_server import Files, Handler, serve
from vrs.tests.entries.small_entry import HEADER, MAP, XML, packed_map
from vrs.tests.fuzz.cases import Finding, Uncaught, run_cases

SEEDS = (1, 2)
"""Of the maps that the archive has, one after the other."""

_QUICK = Patience(connect=2, read=0.15, pauses=(0.0, 0.0))
_STATUSES = (204, 206, 301, 304, 403, 404, 416, 429, 500, 502, 503, 999)
_PLACES = (MAP, "/nowhere", "http://localhost/", "", "///", "http://[", "file:///etc/passwd")
_RANGES = ("bytes {start}-{last}/{total}", "bytes {last}-{last}/{total}", "bytes {start}-{last}/*",
           "bytes a-b/c", "bytes */{total}", "")  # fmt: skip


def run(seconds: float, seed: int) -> List[Finding]:
    """Fetch a map from archives that answer badly, for a time."""
    os.environ["no_proxy"] = "127.0.0.1"
    with serve() as files:
        return run_cases("transfers", seconds, seed, partial(_fetch, files))


def _fetch(files: Files, draw: random.Random, folder: Path) -> None:
    files.content.clear()
    files.tags.clear()
    files.content.update({HEADER: XML, MAP: packed_map(seed=SEEDS[0])})
    archived = Archived(WebArchive(files.base, _QUICK), Cache(folder))
    try:
        # As three commands, each of which continues what the one before left.
        for _ in range(3):
            files.answers[MAP] = [_answer(draw) for _ in range(draw.randrange(5))]
            try:
                file = archived.map("EMD-1003")
            except VrsError:
                continue
            if file.read_bytes() not in [packed_map(seed=seed) for seed in SEEDS]:
                raise Uncaught("the map is none of those that the archive had")
    finally:
        files.answers.clear()
        for descriptor in entry_lock._used.values():
            os.close(descriptor)
        entry_lock._used.clear()
    left = {path.name.replace(".part", "").strip(".") for path in (folder / "EMD-1003").iterdir()}
    unknown = left - {"emd-1003.xml", "record.json", "emd_1003.map.gz", "emd_1003.map.gz.json"}
    if unknown:
        raise Uncaught(f"files of no use were left: {unknown}")


def _answer(draw: random.Random) -> Callable[[Handler], None]:
    """An answer whose kind and numbers are drawn now."""
    start, status = draw.randrange(1, 50_000), draw.choice(_STATUSES)
    place, content_range = draw.choice(_PLACES), draw.choice(_RANGES)
    noise, seed = bytes(draw.choices(range(256), k=start % 2000)), draw.choice(SEEDS)

    def junk(handler: Handler) -> None:
        handler.wfile.write(noise)
        handler.close_connection = True

    def part(handler: Handler) -> None:
        total = len(handler.body)
        numbers = {"start": start, "last": total - 1, "total": total}
        handler.send_part(start, content_range.format(**numbers))

    def nameless(handler: Handler) -> None:
        handler.start(200, len(handler.body), ETag="", Last_Modified="")
        handler.wfile.write(handler.body[:start])
        handler.close_connection = True

    def changed(handler: Handler) -> None:
        handler.files.content[MAP] = packed_map(seed=seed)
        handler.files.tags[MAP] = f'"{seed}"' if status % 2 else '"one"'
        handler.send_file()

    kinds: Dict[str, Callable[[Handler], None]] = {
        "cut off": lambda handler: handler.send_partly(start),
        "cut off again": lambda handler: handler.send_partly(start),
        "wrong length": lambda handler: handler.send_partly(len(handler.body), start),
        "status": lambda handler: handler.send_status(status),
        "chunks": lambda handler: handler.send_chunks(1 + start % 20, end=status % 2 == 0),
        "closed": Handler.hang_up,
        "redirection": lambda handler: handler.redirect(place),
        "no range": Handler.send_whole,
        "stall": lambda handler: handler.stall(start, 0.2),
        "part": part, "junk": junk, "nameless": nameless, "changed": changed,
    }  # fmt: skip
    return kinds[draw.choice(list(kinds))]
