"""Files of entries come whole or not at all, from nowhere but the archive that is configured."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path
from typing import Iterator

import pytest

from vrs.entries import source as source_module
from vrs.entries.cache import Cache
from vrs.entries.download import NotInArchive, Patience, WebArchive
from vrs.entries.errors import EntryError
from vrs.entries.source import Archived, Mirror, source_of_entries
from vrs.tests.entries.archive_server import Files, Handler, serve

QUICK = Patience(connect=2, read=0.5, pauses=(0.0, 0.0))
HEADER = "/emdb/structures/EMD-1003/header/emd-1003.xml"
MAP = "/emdb/structures/EMD-1003/map/emd_1003.map.gz"
BOX = 24

XML = f"""<emd emdb_id="EMD-1003" version="3.0.1.1">
<admin><key_dates><update>2012-10-17</update></key_dates><title>A ribosome</title></admin>
<map><dimensions><col>{BOX}</col><row>{BOX}</row><sec>{BOX}</sec></dimensions>
<axis_order><fast>X</fast><medium>Y</medium><slow>Z</slow></axis_order></map></emd>""".encode()


@pytest.fixture
def files() -> Iterator[Files]:
    with serve() as served:
        served.content[HEADER] = XML
        served.content[MAP] = gzip.compress(os.urandom(4 * BOX**3))
        yield served


@pytest.fixture
def archived(files: Files, tmp_path: Path) -> Archived:
    return Archived(WebArchive(files.base, QUICK), Cache(tmp_path / "cache"))


def test_a_map_comes_whole_and_is_kept(files: Files, archived: Archived) -> None:
    file = archived.map("EMD-1003")
    assert file.read_bytes() == files.content[MAP]
    asked = len(files.requests)
    assert archived.map("EMD-1003") == file
    assert len(files.requests) == asked
    entry = archived.cache.entry("EMD-1003")
    assert entry.files["emd_1003.map.gz"].url == f"{files.base}{MAP[len('/emdb') :]}"
    assert entry.bytes == len(XML) + len(files.content[MAP])


def test_an_entry_that_is_not_there(archived: Archived) -> None:
    with pytest.raises(NotInArchive, match="has no entry EMD-9999"):
        archived.header("EMD-9999")


def test_a_file_that_is_gone_is_requested_once(files: Files, archived: Archived) -> None:
    archived.header("EMD-1003")
    files.answers[MAP] = [lambda handler: handler.send_status(410)]
    with pytest.raises(NotInArchive, match="410"):
        archived.map("EMD-1003")
    assert [path for path, _ in files.requests].count(MAP) == 1


def test_a_server_that_recovers(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_status(500)] * 2
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_server_that_does_not_recover(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_status(503)] * 3
    with pytest.raises(EntryError, match=r"in 3 tries: the server answers with status 503"):
        archived.map("EMD-1003")


def test_a_transfer_that_was_cut_off_is_continued(files: Files, archived: Archived) -> None:
    total = len(files.content[MAP])
    files.answers[MAP] = [lambda handler: handler.send_partly(1000, total)]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.requests[-1] == (MAP, "bytes=1000-")


def test_a_server_that_ignores_the_range(files: Files, archived: Archived) -> None:
    total = len(files.content[MAP])
    files.answers[MAP] = [lambda handler: handler.send_partly(1000, total), Handler.send_whole]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_part_of_another_file_is_not_continued(files: Files, archived: Archived) -> None:
    archived.header("EMD-1003")
    part = archived.cache.folder / "EMD-1003" / ".emd_1003.map.gz.part"
    part.write_bytes(bytes(len(files.content[MAP]) + 5))
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_part_with_other_content_is_found_by_the_check(files: Files, archived: Archived) -> None:
    archived.header("EMD-1003")
    part = archived.cache.folder / "EMD-1003" / ".emd_1003.map.gz.part"
    part.write_bytes(bytes(2000))
    with pytest.raises(EntryError, match="not a complete gzip file"):
        archived.map("EMD-1003")
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_server_that_stops_sending(files: Files, archived: Archived) -> None:
    def stall(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b"x" * 10)
        handler.wfile.flush()
        time.sleep(1.5)
        handler.close_connection = True

    files.answers[MAP] = [stall] * 3
    with pytest.raises(EntryError, match="does not answer in time"):
        archived.map("EMD-1003")


def test_more_bytes_than_the_header_allows(files: Files, archived: Archived) -> None:
    files.content[MAP] = bytes(4 * BOX**3 + 2_000_000)
    with pytest.raises(EntryError, match="more than the header of the entry allows"):
        archived.map("EMD-1003")


def test_a_bomb_is_not_unpacked(files: Files, archived: Archived) -> None:
    files.content[MAP] = gzip.compress(bytes(50_000_000))
    with pytest.raises(EntryError, match="unpacks to more than"):
        archived.map("EMD-1003")
    assert not archived.cache.file("EMD-1003", "emd_1003.map.gz").exists()


def test_a_page_in_the_place_of_a_map(files: Files, archived: Archived) -> None:
    files.content[MAP] = b"<html>Please log in</html>"
    with pytest.raises(EntryError, match="not a complete gzip file"):
        archived.map("EMD-1003")


def test_a_page_in_the_place_of_a_header(files: Files, archived: Archived) -> None:
    files.content[HEADER] = b"<html><body>Please log in</body></html>"
    with pytest.raises(EntryError, match="is a web page"):
        archived.header("EMD-1003")
    assert archived.cache.entries() == []


def test_a_redirection_inside_the_archive_is_followed(files: Files, archived: Archived) -> None:
    elsewhere = "/emdb/old" + MAP[len("/emdb") :]
    files.content[elsewhere] = files.content[MAP]
    files.answers[MAP] = [lambda handler: handler.redirect(elsewhere)]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_redirection_to_another_host_is_refused(files: Files, archived: Archived) -> None:
    with serve() as other:
        other.content[MAP] = b"something else"
        target = other.base + MAP[len("/emdb") :]
        files.answers[MAP] = [lambda handler: handler.redirect(target)]
        with pytest.raises(EntryError, match="redirects to .*, which is not the archive"):
            archived.map("EMD-1003")
        assert other.requests == []


def test_no_answer_at_all(tmp_path: Path) -> None:
    archived = Archived(WebArchive("http://127.0.0.1:9/emdb", QUICK), Cache(tmp_path))
    with pytest.raises(EntryError, match="in 3 tries: the connection failed"):
        archived.header("EMD-1003")


def test_a_disk_that_is_too_small(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.header("EMD-1003")
    monkeypatch.setattr("vrs.entries.download.LEAST_FREE", 1 << 60)
    with pytest.raises(EntryError, match="free"):
        archived.map("EMD-1003")


def test_a_warm_cache_needs_no_network(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = archived.map("EMD-1003")
    monkeypatch.setattr(source_module, "HEADER_DAYS", -1.0)
    offline = Archived(WebArchive("http://127.0.0.1:9/emdb", QUICK), archived.cache)
    assert offline.map("EMD-1003") == file


def test_an_updated_entry_is_fetched_again(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.map("EMD-1003")
    monkeypatch.setattr(source_module, "HEADER_DAYS", -1.0)
    files.content[HEADER] = XML.replace(b"2012-10-17", b"2999-01-01")
    files.content[MAP] = gzip.compress(b"another map")
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_the_cache_stays_below_its_limit(files: Files, archived: Archived, tmp_path: Path) -> None:
    files.content[HEADER.replace("1003", "1004")] = XML.replace(b"1003", b"1004")
    files.content[MAP.replace("1003", "1004")] = files.content[MAP]
    small = Archived(archived.web, Cache(archived.cache.folder, limit=80_000))
    small.map("EMD-1003")
    small.map("EMD-1004")
    assert [entry.id for entry in small.cache.entries()] == ["EMD-1004"]
    assert [entry.id for entry in small.cache.clear()] == ["EMD-1004"]
    assert list(small.cache.folder.iterdir()) == []


def test_a_mirror_folder(tmp_path: Path) -> None:
    folder = tmp_path / "structures" / "EMD-1003"
    (folder / "header").mkdir(parents=True)
    (folder / "header" / "emd-1003.xml").write_bytes(b"<emdEntry/>")
    (folder / "header" / "emd-1003-v30.xml").write_bytes(XML)
    (folder / "map").mkdir()
    (folder / "map" / "emd_1003.map.gz").write_bytes(b"")
    mirror = source_of_entries(str(tmp_path))
    assert isinstance(mirror, Mirror)
    assert mirror.header("EMD-1003").name == "emd-1003-v30.xml"
    assert mirror.map("EMD-1003").name == "emd_1003.map.gz"
    with pytest.raises(EntryError, match="has no header of EMD-1004"):
        mirror.header("EMD-1004")
    with pytest.raises(EntryError, match="is no folder"):
        Mirror(tmp_path / "nothing").map("EMD-1003")


def test_the_address_can_be_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRS_EMDB", "https://mirror.example.org/emdb/")
    configured = source_of_entries()
    assert isinstance(configured, Archived)
    assert configured.web.base == "https://mirror.example.org/emdb"
