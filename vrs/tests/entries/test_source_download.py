"""Files come whole or not at all, from nowhere but the archive that is configured."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, List, Optional

import msgspec
import pytest

import vrs
from vrs.entries.answers import NotInArchive, Patience
from vrs.entries.archived import Archived
from vrs.entries.cache import Cache
from vrs.entries.download import WebArchive
from vrs.entries.errors import EntryError
from vrs.entries.part import Part, Version
from vrs.entries.progress import Progress, size
from vrs.maps.errors import OutputError
from vrs.tests.entries.archive_server import CHANGED, Files, Handler, serve
from vrs.tests.entries.conftest import QUICK
from vrs.tests.entries.small_entry import BOX, HEADER, MAP, XML, packed_map, plain_map

MAP_NAME = "emd_1003.map.gz"


def in_folder(archived: Archived) -> List[str]:
    return sorted(path.name for path in (archived.cache.folder / "EMD-1003").iterdir())


def part_of(archived: Archived) -> Part:
    return Part(archived.cache.file("EMD-1003", MAP_NAME))


def leave_a_part(archived: Archived, files: Files, content: bytes, tag: str = '"one"') -> None:
    """As an interrupted transfer of this version leaves it."""
    archived.header("EMD-1003")
    part = part_of(archived)
    part.begin(Version(files.base + MAP[len("/emdb") :], tag, CHANGED, len(files.content[MAP])))
    part.path.write_bytes(content)


def test_a_map_comes_whole(files: Files, archived: Archived) -> None:
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert in_folder(archived) == ["emd-1003.xml", MAP_NAME, "record.json"]
    assert [path for path, _ in files.requests] == [HEADER, MAP]
    assert set(files.agents) == {f"scipion-em-vrs/{vrs.__version__}"}
    assert files.most_at_once == 1


def test_an_entry_that_is_not_there(archived: Archived) -> None:
    with pytest.raises(NotInArchive, match="has no entry EMD-9999"):
        archived.header("EMD-9999")


def test_a_file_that_is_gone_is_requested_once(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_status(410)]
    with pytest.raises(NotInArchive, match="has no map of EMD-1003"):
        archived.map("EMD-1003")
    assert files.asked(MAP) == [""]


def test_a_refusal_is_requested_once(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_status(403)]
    with pytest.raises(EntryError, match="the server answers with status 403"):
        archived.map("EMD-1003")
    assert files.asked(MAP) == [""]


def test_a_server_that_recovers(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_status(500)] * 2
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_server_that_does_not_recover(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_status(503)] * 3
    with pytest.raises(EntryError, match=r"in 3 tries: the server answers with status 503"):
        archived.map("EMD-1003")


def test_a_busy_server_is_given_the_time_it_asks_for(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: List[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    files.answers[MAP] = [
        lambda handler: handler.send_status(429, Retry_After="7"),
        lambda handler: handler.send_status(429, Retry_After="86400"),
    ]
    archived.map("EMD-1003")
    assert slept == [7, 60]


def test_a_transfer_that_was_cut_off_is_continued(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_partly(1000)]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP) == ["", "bytes=1000-"]


def test_a_later_process_continues(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_partly(1000)] + [Handler.hang_up] * 2
    with pytest.raises(EntryError, match="1 kB are kept, and the same command continues"):
        archived.map("EMD-1003")
    again = Archived(WebArchive(files.base, QUICK), archived.cache)
    assert again.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP)[-1] == "bytes=1000-"


def test_a_part_that_is_already_whole_is_only_confirmed(files: Files, archived: Archived) -> None:
    leave_a_part(archived, files, files.content[MAP])
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP) == [f"bytes={len(files.content[MAP]) - 1}-"]


def test_a_file_that_changed_on_the_server_is_not_joined(files: Files, archived: Archived) -> None:
    leave_a_part(archived, files, files.content[MAP][:5000])
    files.content[MAP], files.tags[MAP] = packed_map(seed=2), '"two"'
    handlers = [Handler.send_file]
    files.answers[MAP] = [*handlers]
    # A server that knows neither validator of the part sends everything.
    part_of(archived)._version_file.write_bytes(
        part_of(archived)._version_file.read_bytes().replace(CHANGED.encode(), b"long ago")
    )
    assert archived.map("EMD-1003").read_bytes() == packed_map(seed=2)
    assert len(files.asked(MAP)) == 1


def test_a_server_without_if_range_is_found_out(files: Files, archived: Archived) -> None:
    leave_a_part(archived, files, packed_map(seed=2)[:5000], tag='"two"')
    total = len(files.content[MAP])
    files.answers[MAP] = [
        lambda handler: handler.send_part(5000, f"bytes 5000-{total - 1}/{total}")
    ]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP) == ["bytes=5000-", ""]


def test_a_part_without_a_validator_is_not_continued(files: Files, archived: Archived) -> None:
    def without(handler: Handler) -> None:
        handler.start(200, len(handler.body), ETag='W/"weak"', Last_Modified="")
        handler.wfile.write(handler.body[:1000])
        handler.close_connection = True

    files.answers[MAP] = [without]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP) == ["", ""]


def test_a_server_that_ignores_the_range(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_partly(1000), Handler.send_whole]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


@pytest.mark.parametrize("wrong", ["bytes 900-{last}/{total}", "bytes */{total}", "nonsense", ""])
def test_a_wrong_content_range(files: Files, archived: Archived, wrong: str) -> None:
    total = len(files.content[MAP])
    content_range = wrong.format(last=total - 1, total=total)
    files.answers[MAP] = [
        lambda handler: handler.send_partly(1000),
        lambda handler: handler.send_part(1000, content_range),
    ]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP) == ["", "bytes=1000-", ""]


def test_a_part_that_is_longer_than_the_file(files: Files, archived: Archived) -> None:
    leave_a_part(archived, files, bytes(len(files.content[MAP]) + 5))
    with_more = Version(files.base + MAP[len("/emdb") :], '"one"', CHANGED, None)
    part_of(archived)._version_file.write_bytes(
        msgspec.json.encode(with_more)
    )
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_part_with_other_content_is_fetched_again(files: Files, archived: Archived) -> None:
    leave_a_part(archived, files, bytes(2000))
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP) == ["bytes=2000-", ""]


def test_a_part_with_a_wrong_end_is_fetched_again(files: Files, archived: Archived) -> None:
    content = files.content[MAP]
    leave_a_part(archived, files, content[:3000] + bytes(2000))
    assert archived.map("EMD-1003").read_bytes() == content
    assert files.asked(MAP) == ["bytes=5000-", ""]


def hasty(files: Files, archived: Archived, read: float, tries: int) -> Archived:
    """With a short time-out for a server that is slow on purpose."""
    archived.header("EMD-1003")
    patience = Patience(connect=10, read=read, pauses=(0.0,) * (tries - 1))
    return Archived(WebArchive(files.base, patience), archived.cache)


def test_a_server_that_stops_sending(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.stall(10, 0.6)] * 2
    with pytest.raises(EntryError, match="in 2 tries: the server does not answer in time"):
        hasty(files, archived, read=0.3, tries=2).map("EMD-1003")


def test_a_server_that_drips(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.drip(30)]
    begin = time.monotonic()
    with pytest.raises(EntryError, match=r"sends too slowly, \d+ bytes in \d\.?\d* s"):
        hasty(files, archived, read=1.0, tries=1).map("EMD-1003")
    assert time.monotonic() - begin < 15


def dripping(begin: bytes, piece: bytes) -> Callable[[Handler], None]:
    """An answer that begins like this and then repeats a piece, a hundred times per second."""

    def answer(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 " + begin)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(0.01)

    return answer


CHUNKED = b"200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"200 OK\r\nX: ", b"a"),
        (b"100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (CHUNKED + b"5;", b"a"),
        (CHUNKED + b"5\r\nabcde\r\n0\r\n", b"X: y\r\n"),
    ],
    ids=["the head", "100 Continue", "the size of a chunk", "trailers"],
)
def test_a_server_that_drips_outside_of_the_body(
    files: Files, archived: Archived, begin: bytes, piece: bytes
) -> None:
    """Neither time-out of the library sees it: there is always a next byte."""
    files.answers[MAP] = [dripping(begin, piece)]
    archived.header("EMD-1003")
    patience = Patience(connect=0.5, read=0.5, pauses=())
    start = time.monotonic()
    # The library itself gives up after some trailers and repeated heads.
    with pytest.raises(EntryError, match="does not answer in time|connection failed or ended"):
        Archived(WebArchive(files.base, patience), archived.cache).map("EMD-1003")
    assert time.monotonic() - start < 10
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_slow_server_is_no_error(files: Files, archived: Archived) -> None:
    def slowly(handler: Handler) -> None:
        handler.start(200, len(handler.body))
        for start in range(0, len(handler.body), 5_000):
            handler.wfile.write(handler.body[start : start + 5_000])
            time.sleep(0.12)

    files.answers[MAP] = [slowly]
    patient = hasty(files, archived, read=1.0, tries=1)
    assert patient.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_length_that_is_too_small(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_partly(9000, announced=5000)]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP) == ["", ""]


def test_a_length_that_is_always_too_small(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_partly(9000, announced=5000)] * 3
    with pytest.raises(EntryError, match="in 3 tries: the map arrived damaged"):
        archived.map("EMD-1003")
    assert in_folder(archived) == ["emd-1003.xml", "record.json"]


@pytest.mark.parametrize("length", [20_000, 1024, 1023], ids=str)
@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
@pytest.mark.parametrize("announced", [True, False], ids=["with a length", "without a length"])
def test_a_map_that_is_cut_off_gets_no_name(
    files: Files, archived: Archived, length: int, packed: bool, announced: bool
) -> None:
    """Its own header says how long it is, whatever the server says."""
    path = MAP if packed else MAP[: -len(".gz")]
    del files.content[MAP]
    cut = plain_map()[:length]
    files.content[path] = gzip.compress(cut) if packed else cut
    if not announced:
        files.answers[path] = [lambda handler: handler.send_chunks(3)] * 3
    with pytest.raises(EntryError, match="map ends after|arrived damaged|has 1023 bytes"):
        archived.map("EMD-1003")
    assert in_folder(archived) == ["emd-1003.xml", "record.json"]
    files.content[path] = files.content[MAP] = packed_map()
    assert archived.map("EMD-1003").read_bytes() == packed_map()


@pytest.mark.parametrize(
    ("side", "message"),
    [(4000, "4000 x 4000 x 4000 voxels, more than the 200 GB"),
     (999999999999, "does not state the size of its map")],
)  # fmt: skip
def test_a_box_that_no_map_has(
    files: Files, archived: Archived, side: int, message: str
) -> None:
    files.content[HEADER] = XML.replace(b">24<", f">{side}<".encode())
    with pytest.raises(EntryError, match=message):
        archived.map("EMD-1003")
    assert files.asked(MAP) == []


def test_chunks_without_a_length(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_chunks(7)]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_chunks_without_an_end(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_chunks(7, end=False)]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_connection_that_is_closed_at_once(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [Handler.hang_up] * 2
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_more_bytes_than_the_header_allows(files: Files, archived: Archived) -> None:
    files.content[MAP] = bytes(4 * BOX**3 + 2_000_000)
    with pytest.raises(EntryError, match="more than the 1.06 MB that such a file"):
        archived.map("EMD-1003")
    files.answers[MAP] = [lambda handler: handler.send_chunks(9)]
    with pytest.raises(EntryError, match="more than the 1.06 MB that such a file"):
        archived.map("EMD-1003")
    assert in_folder(archived) == ["emd-1003.xml", "record.json"]


def test_a_bomb_is_not_unpacked(files: Files, archived: Archived) -> None:
    files.content[MAP] = gzip.compress(plain_map() + bytes(50_000_000))
    with pytest.raises(EntryError, match="unpacks to more than the 1.06 MB of the box .* 24 x 24"):
        archived.map("EMD-1003")
    assert in_folder(archived) == ["emd-1003.xml", "record.json"]


def test_a_bomb_in_a_bomb(files: Files, archived: Archived) -> None:
    files.content[MAP] = gzip.compress(gzip.compress(plain_map() + bytes(10_000_000)))
    with pytest.raises(EntryError, match="unpacks to more than the 1.06 MB of the box"):
        archived.map("EMD-1003")
    files.content[MAP] = gzip.compress(gzip.compress(packed_map()))
    with pytest.raises(EntryError, match="something else in the place of the map"):
        archived.map("EMD-1003")


def test_a_header_that_is_a_bomb(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrs.entries.arrived.LARGEST_HEADER", 100_000)
    files.content[HEADER] = gzip.compress(b" " * 1_000_000)
    with pytest.raises(EntryError, match="header emd-1003.xml .* to more than 100 kB.*: check the"):
        archived.header("EMD-1003")
    monkeypatch.setattr("vrs.entries.archived.LARGEST_HEADER", 500)
    files.content[HEADER] = XML + b" " * 500
    with pytest.raises(EntryError, match="more than the 500 bytes that such a file"):
        archived.header("EMD-1003")


def test_files_that_were_packed_on_the_way(files: Files, archived: Archived) -> None:
    files.content[HEADER] = gzip.compress(XML)
    files.content[MAP] = gzip.compress(packed_map())

    def packed(handler: Handler) -> None:
        handler.start(200, len(handler.body), Content_Encoding="gzip")
        handler.wfile.write(handler.body)

    files.answers[HEADER], files.answers[MAP] = [packed], [packed]
    assert archived.map("EMD-1003").read_bytes() == packed_map()
    assert archived.header("EMD-1003").read_bytes() == XML


def test_a_map_that_is_marked_as_packed_on_the_way(files: Files, archived: Archived) -> None:
    def marked(handler: Handler) -> None:
        handler.start(200, len(handler.body), Content_Encoding="x-gzip")
        handler.wfile.write(handler.body)

    files.answers[MAP] = [marked]
    assert archived.map("EMD-1003").read_bytes() == packed_map()


def test_a_page_in_the_place_of_a_map(files: Files, archived: Archived) -> None:
    files.content[MAP] = b"<html>Please log in</html>"
    with pytest.raises(EntryError, match="sent a page in the place of the map emd_1003.map.gz"):
        archived.map("EMD-1003")
    files.content[MAP] = gzip.compress(b"<html>Please log in</html>")
    with pytest.raises(EntryError, match="sent a page in the place of the map"):
        archived.map("EMD-1003")
    assert len(files.asked(MAP)) == 2


def test_a_page_in_the_place_of_a_header(files: Files, archived: Archived) -> None:
    files.content[HEADER] = b"<html><body>Please log in</body></html>"
    with pytest.raises(EntryError):
        archived.header("EMD-1003")
    assert archived.cache.entries() == []


def test_the_header_of_another_entry(files: Files, archived: Archived) -> None:
    files.content[HEADER] = XML.replace(b"EMD-1003", b"EMD-1004")
    with pytest.raises(EntryError, match="is that of EMD-1004, not of EMD-1003"):
        archived.header("EMD-1003")


def test_a_redirection_inside_the_archive_is_followed(files: Files, archived: Archived) -> None:
    elsewhere = "/emdb/old" + MAP[len("/emdb") :]
    files.content[elsewhere] = files.content[MAP]
    files.answers[MAP] = [lambda handler: handler.redirect(elsewhere)]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_a_circle_of_redirections(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.redirect(MAP)] * 9
    with pytest.raises(EntryError, match="redirects more than 3 times"):
        archived.map("EMD-1003")
    assert len(files.asked(MAP)) == 4


def test_a_redirection_to_another_host_is_refused(files: Files, archived: Archived) -> None:
    with serve() as other:
        other.content[MAP] = packed_map()
        target = other.base + MAP[len("/emdb") :]
        files.answers[MAP] = [lambda handler: handler.redirect(target)]
        with pytest.raises(EntryError, match="redirects to .*, which is not the archive"):
            archived.map("EMD-1003")
        assert other.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "http://anna:SECRET@{host}/emdb/map", "//anna:SECRET@{host}/emdb/map", "/admin/delete?x=1",
        "/emdb/../admin", "/emdb/%2e%2e/admin", "http://{host}/emdb/x/../../admin", "/emdbs", "/",
    ],
)  # fmt: skip
def test_a_redirection_out_of_the_archive_is_refused(
    files: Files, archived: Archived, target: str
) -> None:
    host = files.base[len("http://") : -len("/emdb")]
    files.answers[MAP] = [lambda handler: handler.redirect(target.format(host=host))]
    with pytest.raises(EntryError, match="redirects to .*, which is not the archive") as refusal:
        archived.map("EMD-1003")
    assert "SECRET" not in str(refusal.value)
    assert files.requests[-1] == (MAP, "")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://localhost/x", "//127.0.0.2/x"])
def test_redirections_to_elsewhere(files: Files, archived: Archived, target: str) -> None:
    files.answers[MAP] = [lambda handler: handler.redirect(target)]
    with pytest.raises(EntryError, match="which is not the archive"):
        archived.map("EMD-1003")


@pytest.mark.parametrize("target", ["http://[", "http://127.0.0.1:x/", "//[::"])
def test_a_redirection_to_what_is_no_address(
    files: Files, archived: Archived, target: str
) -> None:
    files.answers[MAP] = [lambda handler: handler.redirect(target)]
    with pytest.raises(EntryError, match="check the address|set the address"):
        archived.map("EMD-1003")


def test_no_answer_at_all(files: Files, tmp_path: Path) -> None:
    archived = Archived(WebArchive("http://127.0.0.1:9/emdb", QUICK), Cache(tmp_path))
    with pytest.raises(EntryError, match="in 3 tries: the connection failed"):
        archived.header("EMD-1003")


def test_a_server_that_speaks_no_tls(files: Files, tmp_path: Path) -> None:
    base = files.base.replace("http:", "https:")
    archived = Archived(WebArchive(base, QUICK), Cache(tmp_path))
    with pytest.raises(EntryError, match="in 3 tries: no secure connection could be made"):
        archived.header("EMD-1003")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody signed, with its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs openssl, which makes a certificate")
    file = tmp_path / "certificate.pem"
    command = f"{program} req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256"
    options = ["-subj", "/CN=archive", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(file), "-out", str(tmp_path / "public.pem")]
    subprocess.run([*command.split(), *options, *files], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + (tmp_path / "public.pem").read_bytes())
    return file


def test_a_certificate_has_to_be_accepted(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve(certificate) as files:
        files.content[HEADER] = XML
        archived = Archived(WebArchive(files.base, QUICK), Cache(tmp_path / "cache"))
        with pytest.raises(EntryError, match="certificate of the server is not accepted. Check"):
            archived.header("EMD-1003")
        assert files.requests == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "public.pem"))
        assert archived.header("EMD-1003").read_bytes() == XML


def test_a_proxy_is_used(files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a proxy the request names the whole address, and goes nowhere else."""
    proxy = files.base[: -len("/emdb")]
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("no_proxy")
    files.content["http://archive.invalid" + HEADER] = XML
    archived = Archived(WebArchive("http://archive.invalid/emdb", QUICK), Cache(tmp_path))
    assert archived.header("EMD-1003").read_bytes() == XML
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(EntryError, match="in 3 tries: the proxy does not connect"):
        archived.map("EMD-1003")
    for wrong in ("http://", "http://a..b:3"):
        monkeypatch.setenv("http_proxy", wrong)
        with pytest.raises(EntryError, match="archive or of the proxy is not valid"):
            archived.map("EMD-1003")


def test_a_password_from_netrc(
    files: Files, archived: Archived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an archive asks for one, the refusal of an address that holds it names this file."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login anna password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    def private(handler: Handler) -> None:
        known = handler.headers.get("Authorization") == "Basic YW5uYTpzZWNyZXQ="
        handler.send_file() if known else handler.send_status(401)

    files.answers[HEADER] = [private]
    assert archived.header("EMD-1003").read_bytes() == XML


def test_a_proxy_of_blanks_is_none(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, " ")
    monkeypatch.delenv("no_proxy")
    assert archived.header("EMD-1003").read_bytes() == XML


def test_a_disk_that_is_too_small(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.header("EMD-1003")
    monkeypatch.setattr("vrs.entries.transfer.LEAST_FREE", 1 << 60)
    with pytest.raises(OutputError, match=r"has at least 5\d\.\d kB, and .* are kept: free disk"):
        archived.map("EMD-1003")
    assert in_folder(archived) == ["emd-1003.xml", "record.json"]


def test_a_disk_that_is_too_small_for_a_map_without_a_length(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.header("EMD-1003")
    monkeypatch.setattr("vrs.entries.transfer.LEAST_FREE", 1 << 60)
    files.answers[MAP] = [lambda handler: handler.send_chunks(7)]
    with pytest.raises(OutputError, match="has at least .* are kept: free disk"):
        archived.map("EMD-1003")


def test_a_disk_that_fills_up(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.header("EMD-1003")

    class Full(Progress):
        def moved(self, name: str, done: int, total: Optional[int]) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    full = Archived(WebArchive(files.base, QUICK, Full()), archived.cache)
    with pytest.raises(OutputError, match=r"cannot write .* \(No space left on device\): free"):
        full.map("EMD-1003")
    assert in_folder(archived) == ["emd-1003.xml", "record.json"]


def test_a_limit_on_the_size_of_files(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the file; nothing stays, also if a header is being unpacked."""
    too_large = OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    def refused(*_: object) -> None:
        raise too_large

    files.content[HEADER] = gzip.compress(XML)
    monkeypatch.setattr("vrs.entries.arrived._unpack", refused)
    with pytest.raises(OutputError, match=r"\.emd-1003\.xml\.part \(File too large\): raise the"):
        archived.header("EMD-1003")
    assert not (archived.cache.folder / "EMD-1003").exists()


def test_a_part_that_cannot_be_continued_does_not_stay(files: Files, archived: Archived) -> None:
    def without_a_name(handler: Handler) -> None:
        handler.start(200, len(handler.body), ETag="", Last_Modified="")
        handler.wfile.write(handler.body[:1000])
        handler.close_connection = True

    files.answers[MAP] = [without_a_name] * 3
    with pytest.raises(EntryError, match="in 3 tries: the connection") as refusal:
        archived.map("EMD-1003")
    assert "are kept" not in str(refusal.value)
    assert in_folder(archived) == ["emd-1003.xml", "record.json"]


class Watched(Progress):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.moves: List[Any] = []
        self.notes: List[str] = []
        self.ends: List[Any] = []

    def moved(self, name: str, done: int, total: Optional[int]) -> None:
        self.moves.append((name, done, total))

    def ended(self, name: str, complete: bool) -> None:
        self.ends.append((name, complete))

    def note(self, message: str) -> None:
        self.notes.append(message)


def test_progress_counts_what_was_there_before(files: Files, archived: Archived) -> None:
    leave_a_part(archived, files, files.content[MAP][:5000])
    watched, total = Watched(), len(files.content[MAP])
    Archived(WebArchive(files.base, QUICK, watched), archived.cache).map("EMD-1003")
    done = [done for name, done, _ in watched.moves if name == MAP_NAME]
    assert done == sorted(done) and done[0] == 5000 and done[-1] == total
    assert {whole for _, _, whole in watched.moves} == {total}
    assert watched.ends == [(MAP_NAME, True)]


def test_an_interrupted_transfer_is_kept(files: Files, archived: Archived) -> None:
    archived.header("EMD-1003")

    class Impatient(Watched):
        def moved(self, name: str, done: int, total: Optional[int]) -> None:
            if done:
                raise KeyboardInterrupt

    files.answers[MAP] = [lambda handler: handler.stall(5000, 0.2)]
    watched = Impatient()
    with pytest.raises(KeyboardInterrupt):
        Archived(WebArchive(files.base, QUICK, watched), archived.cache).map("EMD-1003")
    assert watched.notes == [
        "5 kB of emd_1003.map.gz are kept; the same command continues from there."
    ]
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert files.asked(MAP)[-1] == "bytes=5000-"


FETCH = """
import sys
from vrs.entries.answers import Patience
from vrs.entries.cache import Cache
from vrs.entries.download import WebArchive
from vrs.entries.progress import Progress
from vrs.entries.archived import Archived
from pathlib import Path

class Notes(Progress):
    def note(self, message):
        print(message, flush=True)

base, folder = sys.argv[1:]
print(Archived(WebArchive(base, Patience(), Notes()), Cache(Path(folder))).map("EMD-1003"))
"""


def fetch_in_another_process(files: Files, archived: Archived) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", FETCH, files.base, str(archived.cache.folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.long
def test_two_processes_fetch_an_entry_once(files: Files, archived: Archived) -> None:
    begun, other_waits = threading.Event(), threading.Event()

    def late(handler: Handler) -> None:
        handler.start(200, len(handler.body))
        begun.set()
        other_waits.wait(60)
        handler.wfile.write(handler.body)

    files.answers[MAP] = [late]
    first = fetch_in_another_process(files, archived)
    assert begun.wait(60)
    second = fetch_in_another_process(files, archived)
    assert second.stdout is not None
    assert second.stdout.readline() == "Another process fetches EMD-1003: waiting for it.\n"
    other_waits.set()
    (output, error), (other, other_error) = first.communicate(timeout=60), second.communicate()
    assert (first.returncode, second.returncode) == (0, 0), error + other_error
    assert other == output == f"{archived.cache.file('EMD-1003', MAP_NAME)}\n"
    assert files.asked(MAP) == [""]


@pytest.mark.long
def test_a_killed_process_holds_nobody_up(files: Files, archived: Archived) -> None:
    begun = threading.Event()

    def stuck(handler: Handler) -> None:
        handler.start(200, len(handler.body))
        handler.wfile.write(handler.body[:5000])
        handler.wfile.flush()
        begun.set()
        time.sleep(5)

    archived.header("EMD-1003")
    files.answers[MAP] = [stuck]
    process = fetch_in_another_process(files, archived)
    assert begun.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]


def test_sizes_in_words() -> None:
    assert [size(amount) for amount in (0, 999, 1000, 20_400_000, 3.2e9)] == [
        "0 bytes", "999 bytes", "1 kB", "20.4 MB", "3.2 GB",
    ]  # fmt: skip
