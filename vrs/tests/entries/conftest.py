"""A small entry in an archive on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from vrs.entries.answers import Patience
from vrs.entries.archived import Archived
from vrs.entries.cache import Cache
from vrs.entries.download import WebArchive
from vrs.tests.entries.archive_server import Files, serve
from vrs.tests.entries.small_entry import HEADER, MAP, XML, packed_map

QUICK = Patience(connect=10, read=10, pauses=(0.0, 0.0))
"""No pauses; the time-outs leave much to a busy machine."""


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    # Proxies of this computer do not know the server.
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve() as served:
        served.content[HEADER] = XML
        served.content[MAP] = packed_map()
        yield served


@pytest.fixture
def archived(files: Files, tmp_path: Path) -> Archived:
    return Archived(WebArchive(files.base, QUICK), Cache(tmp_path / "cache"))
