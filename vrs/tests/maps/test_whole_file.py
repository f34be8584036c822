"""Files that appear under their names complete or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from vrs.maps.whole_file import link_or_copy, whole_file, write_whole


def test_an_earlier_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"earlier")
    with whole_file(file) as stream:
        stream.write(b"new")
        stream.flush()
        assert file.read_bytes() == b"earlier"
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_after_an_error_the_earlier_file_stays_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"earlier")
    with pytest.raises(KeyboardInterrupt), whole_file(file) as stream:
        stream.write(b"half of the n")
        raise KeyboardInterrupt
    assert file.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", ["a" * 251 + ".csv", "é" * 125 + ".csv"])
def test_the_longest_names_of_the_file_system_are_possible(name: str, tmp_path: Path) -> None:
    write_whole(tmp_path / name, b"1,2")
    link_or_copy(tmp_path / name, tmp_path / name.replace("csv", "txt"))
    assert sorted(os.listdir(tmp_path)) == [name, name.replace("csv", "txt")]


def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "mine.txt", tmp_path / "curve.csv"
    target.write_bytes(b"mine")
    link.symlink_to(target)
    write_whole(link, b"1,2")
    assert target.read_bytes() == b"mine"
    assert link.read_bytes() == b"1,2" and not link.is_symlink()


def test_a_full_disk_is_named_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "map.mrc"
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="on device: '.*map.mrc'") as refusal, whole_file(file):
        raise full
    assert refusal.value.filename == str(file)


def test_a_missing_folder_is_named_by_the_final_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refusal:
        write_whole(tmp_path / "gone" / "map.mrc", b"")
    assert refusal.value.filename == str(tmp_path / "gone" / "map.mrc")


def test_a_second_name_takes_no_room_and_is_independent(tmp_path: Path) -> None:
    first, second = tmp_path / "report.pdf", tmp_path / "copy.pdf"
    write_whole(first, b"a report")
    write_whole(second, b"an earlier report")
    for _ in range(2):
        link_or_copy(first, second)
        assert second.samefile(first) and second.read_bytes() == b"a report"
    write_whole(first, b"the report made again")
    assert second.read_bytes() == b"a report"
    assert sorted(tmp_path.iterdir()) == [second, first]


def test_a_second_name_of_a_link_is_that_of_its_target(tmp_path: Path) -> None:
    target, link, second = (tmp_path / name for name in ("target", "link", "second"))
    write_whole(target, b"content")
    link.symlink_to(target)
    link_or_copy(link, second)
    assert second.samefile(target) and not second.is_symlink()


def test_without_hard_links_there_is_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first, second = tmp_path / "report.pdf", tmp_path / "copy.pdf"
    write_whole(first, b"a report")
    link_or_copy(first, second)
    assert second.read_bytes() == b"a report" and not second.samefile(first)
    assert sorted(tmp_path.iterdir()) == [second, first]
