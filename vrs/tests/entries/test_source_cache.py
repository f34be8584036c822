"""The cache: what it keeps, for how long, and what it removes."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest

from vrs.cli import doctor, main
from vrs.entries import archived as archived_module
from vrs.entries import entry_lock
from vrs.entries.archived import Archived
from vrs.entries.cache import Cache, default_folder
from vrs.entries.download import WebArchive
from vrs.entries.errors import EntryError
from vrs.maps.errors import MapError, OutputError
from vrs.tests.entries.archive_server import Files, Handler
from vrs.tests.entries.conftest import QUICK
from vrs.tests.entries.small_entry import HEADER, MAP, XML, packed_map
from vrs.tests.entries.test_source_download import MAP_NAME, Watched, leave_a_part


@pytest.fixture(autouse=True)
def other_processes_see_no_locks() -> Iterator[None]:
    """A test stands for several processes; each is to use only its own entries."""
    yield
    forget_use()


def forget_use() -> None:
    """As if the process that used the entries had ended."""
    for descriptor in entry_lock._used.values():
        os.close(descriptor)
    entry_lock._used.clear()


def also(files: Files, *digits: str) -> None:
    for number in digits:
        files.content[HEADER.replace("1003", number)] = XML.replace(b"1003", number.encode())
        files.content[MAP.replace("1003", number)] = packed_map()


def identifiers(cache: Cache) -> List[str]:
    return [entry.id for entry in cache.entries()]


def hidden_only(folder: Path) -> bool:
    return all(path.name == entry_lock.FOLDER for path in folder.iterdir())


def test_what_is_kept_is_not_fetched_again(files: Files, archived: Archived) -> None:
    file = archived.map("EMD-1003")
    asked = len(files.requests)
    assert archived.map("EMD-1003") == file
    assert len(files.requests) == asked
    entry = archived.cache.entry("EMD-1003")
    assert entry.files["emd_1003.map.gz"].url == f"{files.base}{MAP[len('/emdb') :]}"
    assert entry.bytes == len(XML) + len(files.content[MAP])


def test_a_damaged_file_is_fetched_again(files: Files, archived: Archived) -> None:
    file = archived.map("EMD-1003")
    content = bytearray(file.read_bytes())
    content[3000] ^= 1
    file.write_bytes(content)
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert len(files.asked(MAP)) == 2


@pytest.mark.parametrize("record", [b"", b"{", b'{"files":{"../x":{}}}', b"[" * 100_000, b"\xff"])
def test_a_damaged_record_is_no_record(files: Files, archived: Archived, record: bytes) -> None:
    archived.map("EMD-1003")
    archived.cache.file("EMD-1003", "record.json").write_bytes(record)
    assert archived.map("EMD-1003").read_bytes() == files.content[MAP]
    assert len(files.asked(MAP)) == 2


@pytest.mark.parametrize("name", ["a\\u0000b", "", ".", "..", "a/b", "\\u001b[31m"])
def test_a_record_with_what_is_no_name(archived: Archived, name: str) -> None:
    """It is damaged; what it was the record of can still be listed and removed."""
    archived.map("EMD-1003")
    record = archived.cache.file("EMD-1003", "record.json")
    record.write_text(record.read_text().replace("emd_1003.map.gz", name))
    forget_use()
    entry = archived.cache.entry("EMD-1003")
    assert (entry.files, entry.bytes) == ({}, len(XML) + len(packed_map()))
    archived.cache.clear()
    assert hidden_only(archived.cache.folder)


@pytest.mark.parametrize(
    "name",
    ["record.json", MAP_NAME, f".{MAP_NAME}.part", f".{MAP_NAME}.part.json"],
)
def test_a_folder_in_the_place_of_a_file(files: Files, archived: Archived, name: str) -> None:
    """It is not the cache's own: the user has to remove it, and nothing is fetched in vain."""
    folder = archived.cache.file("EMD-1003", name)
    folder.mkdir(parents=True)
    with pytest.raises(OutputError, match=f"{name} \\(Is a directory\\): remove what is there, or"):
        archived.map("EMD-1003")
    assert files.asked(MAP) == []
    archived.cache.entries()
    forget_use()
    archived.cache.clear(["EMD-1003"])
    folder.rmdir()
    assert archived.map("EMD-1003").read_bytes() == packed_map()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_something_else_in_the_place_of_an_entry(archived: Archived, kind: str) -> None:
    archived.cache.folder.mkdir()
    place = archived.cache.folder / "EMD-1003"
    place.write_text("mine") if kind == "file" else place.symlink_to("/nowhere/at/all")
    with pytest.raises(OutputError, match=r"EMD-1003 \(.*\): remove what is there, or choose"):
        archived.map("EMD-1003")
    assert archived.cache.entries() == []
    place.unlink()
    assert archived.map("EMD-1003").read_bytes() == packed_map()


def test_a_part_of_a_negative_size_is_no_part(files: Files, archived: Archived) -> None:
    leave_a_part(archived, files, packed_map()[:5000])
    record = archived.cache.file("EMD-1003", ".emd_1003.map.gz.part.json")
    record.write_bytes(re.sub(rb'"total": ?\d+', b'"total":-5', record.read_bytes()))
    assert archived.map("EMD-1003").read_bytes() == packed_map()
    assert files.asked(MAP) == [""]


def test_a_cached_file_that_may_not_be_read_is_fetched_again(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.map("EMD-1003")
    refusal = MapError("emd_1003.map.gz cannot be read (Permission denied)", "copy it again")

    def refused(file: Path) -> str:
        monkeypatch.undo()
        raise refusal

    monkeypatch.setattr("vrs.entries.cache._checksum_of", refused)
    assert archived.cache.known("EMD-1003", MAP_NAME, f"{files.base}{MAP[5:]}") is None
    assert archived.cache.known("EMD-1003", MAP_NAME, f"{files.base}{MAP[5:]}")


def test_a_record_names_no_file_elsewhere(archived: Archived, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    archived.map("EMD-1003")
    record = archived.cache.file("EMD-1003", "record.json")
    record.write_bytes(record.read_bytes().replace(b"emd_1003.map.gz", b"../../victim"))
    forget_use()
    archived.cache.clear()
    assert victim.read_text() == "mine"


def test_files_of_another_archive_do_not_serve(files: Files, archived: Archived) -> None:
    archived.header("EMD-1003")
    private_header = "/emdb/private" + HEADER[len("/emdb") :]
    files.content[private_header] = XML.replace(b"A ribosome", b"Another ribosome")
    private = Archived(WebArchive(f"{files.base}/private", QUICK), archived.cache)
    assert b"Another" in private.header("EMD-1003").read_bytes()


def test_a_warm_cache_needs_no_network(files: Files, archived: Archived) -> None:
    file = archived.map("EMD-1003")
    files.answers = {path: [Handler.hang_up] * 9 for path in (HEADER, MAP)}
    assert archived.map("EMD-1003") == file


def test_an_old_header_serves_where_no_newer_one_comes(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = archived.map("EMD-1003")
    monkeypatch.setattr(archived_module, "HEADER_DAYS", -1.0)
    asked = len(files.asked(HEADER))
    files.answers[HEADER] = [Handler.hang_up] * 3
    watched = Watched()
    assert Archived(WebArchive(files.base, QUICK, watched), archived.cache).map("EMD-1003") == file
    assert len(watched.notes) == 1
    assert watched.notes[0].startswith("The header of EMD-1003 is that of 20")
    assert "could not be fetched: the connection failed or ended early" in watched.notes[0]
    assert len(files.asked(HEADER)) == asked + 1


def test_an_updated_entry_is_fetched_again(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.map("EMD-1003")
    monkeypatch.setattr(archived_module, "HEADER_DAYS", -1.0)
    files.change(HEADER, XML.replace(b"2012-10-17", b"2999-01-01"))
    files.change(MAP, packed_map(seed=2))
    assert archived.map("EMD-1003").read_bytes() == packed_map(seed=2)


def test_a_map_that_an_update_left_as_it_was_is_not_sent_again(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most updates of an entry change its header only."""
    archived.map("EMD-1003")
    monkeypatch.setattr(archived_module, "HEADER_DAYS", -1.0)
    files.change(HEADER, XML.replace(b"2012-10-17", b"2999-01-01"))
    assert archived.map("EMD-1003").read_bytes() == packed_map()
    assert files.unchanged == [MAP]
    assert b"2999" in archived.header("EMD-1003").read_bytes()
    assert archived.cache.entry("EMD-1003").files["emd_1003.map.gz"].etag == '"one"'


def test_a_changed_file_is_not_called_unchanged(files: Files, archived: Archived) -> None:
    """Only what the cache has whole is named to the server."""
    archived.map("EMD-1003").write_bytes(b"damaged")
    assert archived.map("EMD-1003").read_bytes() == packed_map()
    assert files.unchanged == []


def test_a_wrong_header_does_not_replace_a_good_one(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.header("EMD-1003")
    monkeypatch.setattr(archived_module, "HEADER_DAYS", -1.0)
    files.change(HEADER, b"<html>Please log in</html>")
    assert archived.header("EMD-1003").read_bytes() == XML


def test_the_entries_used_longest_ago_are_removed(files: Files, archived: Archived) -> None:
    also(files, "1004", "1005")
    small = Archived(archived.web, Cache(archived.cache.folder, limit=130_000))
    for seconds, identifier in enumerate(("EMD-1003", "EMD-1004")):
        small.map(identifier)
        os.utime(small.cache.file(identifier, "record.json"), (seconds, seconds))
    forget_use()
    small.map("EMD-1003")
    forget_use()
    small.map("EMD-1005")
    assert identifiers(small.cache) == ["EMD-1003", "EMD-1005"]


def test_an_entry_in_use_is_not_removed(files: Files, archived: Archived) -> None:
    also(files, "1004")
    small = Archived(archived.web, Cache(archived.cache.folder, limit=80_000))
    file = small.map("EMD-1003")
    small.map("EMD-1004")
    assert file.exists()
    removed, kept = small.cache.clear()
    assert (removed, [entry.id for entry in kept]) == ([], ["EMD-1003", "EMD-1004"])
    forget_use()
    removed, kept = small.cache.clear(["EMD-1003"])
    assert ([entry.id for entry in removed], kept) == (["EMD-1003"], [])
    assert identifiers(small.cache) == ["EMD-1004"]


def test_what_cannot_be_removed(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    also(files, "1004")
    small = Archived(archived.web, Cache(archived.cache.folder, limit=80_000))
    small.map("EMD-1003")
    forget_use()

    def refused(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Cache, "_remove", lambda cache, entry: refused(Path(entry.id)))
        assert small.map("EMD-1004").exists()
        forget_use()
        with pytest.raises(OutputError, match=r"EMD-1003 cannot be removed \(Permission denied\)"):
            small.cache.clear()
    assert identifiers(small.cache) == ["EMD-1003", "EMD-1004"]


def test_a_lock_of_another_user_is_a_lock(
    archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.map("EMD-1003")
    real = os.open

    def of_another(path: object, flags: int, *mode: int) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, flags, *mode)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", of_another)
    assert archived.cache.clear()[0] == []


def test_a_date_in_the_future_is_not_new(files: Files, archived: Archived) -> None:
    archived.header("EMD-1003")
    record = archived.cache.file("EMD-1003", "record.json")
    record.write_bytes(record.read_bytes().replace(b'"fetched": "20', b'"fetched": "21'))
    archived.header("EMD-1003")
    assert len(files.asked(HEADER)) == 2


def test_nothing_else_is_removed(files: Files, archived: Archived) -> None:
    archived.map("EMD-1003")
    forget_use()
    mine = archived.cache.folder / "EMD-1003" / "notes.txt"
    mine.write_text("mine")
    (archived.cache.folder / "EMD-mine").mkdir()
    archived.cache.clear()
    assert mine.parent.exists() and os.listdir(mine.parent) == ["notes.txt"]
    assert (archived.cache.folder / "EMD-mine").exists()


def test_unfinished_transfers_are_counted_and_removed(files: Files, archived: Archived) -> None:
    files.answers[MAP] = [lambda handler: handler.send_partly(9000)] + [Handler.hang_up] * 2
    with pytest.raises(EntryError):
        archived.map("EMD-1003")
    assert archived.cache.entry("EMD-1003").unfinished > 9000
    forget_use()
    archived.cache.clear()
    assert hidden_only(archived.cache.folder)


def test_a_cache_that_cannot_be_written(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It serves as far as it goes."""
    file = archived.map("EMD-1003")
    forget_use()

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    for name in ("open", "utime", "mkdir"):
        monkeypatch.setattr(os, name, refused)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert archived.map("EMD-1003") == file
    with pytest.raises(OutputError, match="cannot be written: choose another folder with VRS"):
        archived.header("EMD-1004")
    monkeypatch.setattr(archived_module, "HEADER_DAYS", -1.0)
    assert archived.map("EMD-1003") == file


def test_a_folder_of_an_entry_that_cannot_be_written(
    files: Files, archived: Archived, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived.header("EMD-1003")

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/cache/EMD-1003")

    monkeypatch.setattr("vrs.entries.part.write_whole", refused)
    with pytest.raises(OutputError, match=r"cannot write /cache/EMD-1003 \(Permission denied\)"):
        archived.map("EMD-1003")


def test_a_cache_that_cannot_be_made(files: Files, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    archived = Archived(WebArchive(files.base, QUICK), Cache(tmp_path / "file" / "cache"))
    with pytest.raises(OutputError, match=r"cannot be made \(Not a directory\)"):
        archived.header("EMD-1003")


def test_a_cache_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRS_EMDB_CACHE", str(tmp_path))

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patched:
        patched.setattr(os, "listdir", refused)
        with pytest.raises(OutputError, match=r"cannot be read \(Permission denied\): choose"):
            Cache(tmp_path).entries()
        assert "cannot be read" in doctor._entries().trouble


def test_the_folder_of_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("VRS_EMDB_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    usual = Path("scipion-em-vrs") / "emdb"
    assert default_folder() == tmp_path / ".cache" / usual
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert default_folder() == tmp_path / "caches" / usual
    monkeypatch.setenv("VRS_EMDB_CACHE", "~/mine")
    assert default_folder() == tmp_path / "mine"


def run(arguments: List[str], capsys: pytest.CaptureFixture[str]) -> Tuple[int, str]:
    status = main.main(["cache", *arguments])
    output = capsys.readouterr()
    return status, output.out + output.err


def test_the_command_lists_and_clears(
    files: Files,
    archived: Archived,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VRS_EMDB_CACHE", str(archived.cache.folder))
    assert run([], capsys)[1].startswith("0 entries, 0 bytes of at most 20 GB, in /")
    also(files, "1004")
    archived.map("EMD-1003")
    archived.header("EMD-1004")
    forget_use()
    status, output = run([], capsys)
    assert status == 0 and "emd-1003.xml, emd_1003.map.gz" in output and "2 entries, 5" in output
    assert "Removed 1 entry, 5" in run(["--clear", "1003"], capsys)[1]
    assert "is no identifier of an entry" in run(["--clear", "nothing"], capsys)[1]
    status, output = run(["--clear", "1003", "emd_1111"], capsys)
    assert (status, output) == (
        0, "Removed 0 entries, 0 bytes.\nEMD-1003 and EMD-1111 are not in the cache.\n"
    )  # fmt: skip
    archived.cache.use("EMD-1004")
    status, output = run(["--clear"], capsys)
    assert status == 1 and "EMD-1004 is used by a process that runs" in output
    forget_use()
    assert run(["--clear"], capsys)[0] == 0
    assert hidden_only(archived.cache.folder)
