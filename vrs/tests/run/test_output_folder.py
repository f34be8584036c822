"""The folder of a report: what is replaced in it, and what is not."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Dict, Type

import pytest

from vrs.maps.errors import OutputError
from vrs.run.lock import LOCK
from vrs.run.output_folder import LAST_RUN, LOG, OutputFolder
from vrs.run.output_path import NotReplaceable
from vrs.run.swap import NEW
from vrs.run.written import MARKER, PROJECT

RUN = f"{PROJECT}/Runs/000002_VrsProtImportMap"


def write_report(path: Path, content: bytes = b"first") -> Path:
    """What a run leaves: a report, a figure, a log, and a project with one run."""
    with OutputFolder(path) as folder:
        folder.make()
        fill(folder.work, content)
        folder.finish()
    return folder.path


def fill(work: Path, content: bytes) -> None:
    for name in ("report.json", "report.pdf", "figures/figure_01.png", LOG, f"{RUN}/map.mrc"):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(content)
    (work / "curves").mkdir(exist_ok=True)
    database = sqlite3.connect(work / PROJECT / "project.sqlite")
    database.execute("CREATE TABLE Objects (id, parent_id, name, classname, value, label, comment)")
    rows = [
        (1, None, "", "String", "2026-11-28", "", ""),
        (2, None, "", "VrsProtImportMap", None, "Import map", ""),
        (3, 2, "2.status", "String", "finished", "", ""),
        (4, 2, "2.lastUpdateTimeStamp", "String", "12:00", "", ""),
    ]
    database.executemany("INSERT INTO Objects VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()


def change(folder: Path, statement: str) -> None:
    database = sqlite3.connect(folder / PROJECT / "project.sqlite")
    database.execute(statement)
    database.commit()
    database.close()


def files_of(folder: Path) -> Dict[str, bytes]:
    """The content of every file in a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# --- what is replaced -----------------------------------------------------------------------------


def test_a_new_folder_is_made_with_its_parents_and_holds_nothing_but_the_report(
    tmp_path: Path,
) -> None:
    folder = write_report(tmp_path / "new" / "report")
    assert sorted(os.listdir(folder)) == sorted(
        [MARKER, "curves", "figures", "report.json", "report.pdf", PROJECT, LOG]
    )


def test_an_earlier_report_is_replaced_whole(tmp_path: Path) -> None:
    write_report(tmp_path)
    with OutputFolder(tmp_path) as second:
        assert second.replaces_report
        second.make()
        (second.work / "report.json").write_bytes(b"second")
        second.finish()
    assert sorted(files_of(tmp_path)) == [MARKER, "report.json"]
    assert (tmp_path / "report.json").read_bytes() == b"second"


def test_an_earlier_report_stands_until_the_new_one_is_complete(tmp_path: Path) -> None:
    before = files_of(write_report(tmp_path))
    with OutputFolder(tmp_path) as folder:
        folder.make()
        fill(folder.work, b"second")
        during = {name: content for name, content in files_of(tmp_path).items() if name in before}
        assert during == before
        folder.finish()
    assert (tmp_path / "report.pdf").read_bytes() == b"second"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError, OutputError])
def test_an_earlier_report_stands_after_a_run_without_one(
    error: Type[BaseException], tmp_path: Path
) -> None:
    before = files_of(write_report(tmp_path))
    with pytest.raises(error), OutputFolder(tmp_path) as folder:
        folder.make()
        (folder.work / LOG).write_bytes(b"why")
        raise error("reason")
    kept = {LAST_RUN} if error is not KeyboardInterrupt else set()
    assert {name for name in os.listdir(tmp_path) if name.split("/")[0] not in before} >= kept
    after = files_of(tmp_path)
    if kept:
        assert after.pop(f"{LAST_RUN}/{LOG}") == b"why"
        assert after.pop(f"{LAST_RUN}/{MARKER}")
        assert folder.failed == tmp_path / LAST_RUN
    assert after == before


def test_what_a_failed_run_left_is_replaced_without_being_asked(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="no report"), OutputFolder(tmp_path / "out") as folder:
            folder.make()
            (folder.work / LOG).write_bytes(b"why")
            raise ValueError("no report")
        assert folder.failed == folder.path
        assert sorted(os.listdir(folder.path)) == [MARKER, LOG]
    write_report(folder.path)
    for _ in range(2):
        with pytest.raises(ValueError, match="no report"), OutputFolder(folder.path) as folder:
            folder.make()
            raise ValueError("no report")
    assert (folder.path / LAST_RUN).is_dir()
    write_report(folder.path)
    assert not (folder.path / LAST_RUN).exists()


def test_after_an_interrupt_a_folder_that_was_made_is_gone(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), OutputFolder(tmp_path / "out") as folder:
        folder.make()
        raise KeyboardInterrupt
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_removed_meanwhile_is_said_to_be(tmp_path: Path) -> None:
    removed = "out was removed while the report was written into it"
    with pytest.raises(OutputError, match=removed), OutputFolder(tmp_path / "out") as folder:
        folder.make()
        folder.work.rename(tmp_path / "elsewhere")
        folder.path.joinpath(LOCK).unlink()
        folder.path.rmdir()
        (folder.work / LOG).write_bytes(b"")


# --- what is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt", "figures/mine.png", "report.html", "curves/mine.csv", f"{PROJECT}/notes.txt",
        f"{RUN}/mine.mrc", f"{PROJECT}/Runs/000009_ProtOfMine/map.mrc", NEW, LAST_RUN,
    ],
)  # fmt: skip
def test_a_file_that_the_earlier_run_did_not_write_is_refused_and_named(
    name: str, tmp_path: Path
) -> None:
    write_report(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"mine")
    before = files_of(tmp_path)
    with pytest.raises(NotReplaceable, match=f"already holds {name}, which this program did not"):
        OutputFolder(tmp_path)
    assert files_of(tmp_path) == before


def test_many_files_are_counted(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(NotReplaceable, match=r"already holds 0.txt, 1.txt, 2.txt and 2 more,"):
        OutputFolder(tmp_path)


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as folder:
        folder.make()
    assert tmp_path.is_dir()


@pytest.mark.parametrize("name", ["report.pdf", LOG, f"{RUN}/map.mrc", "figures/figure_01.png"])
def test_a_file_that_was_changed_since_is_refused_and_named(name: str, tmp_path: Path) -> None:
    write_report(tmp_path)
    (tmp_path / name).write_bytes(b"with a note")
    with pytest.raises(NotReplaceable, match=f"^{name} in .* was changed since the report"):
        OutputFolder(tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE Objects SET value = 'running' WHERE id = 3",
        "UPDATE Objects SET label = 'Mine' WHERE id = 2",
        "INSERT INTO Objects VALUES (9, 2, '2.kind', 'Integer', '1', '', '')",
    ],
)
def test_a_run_that_was_changed_since_is_refused_and_named(statement: str, tmp_path: Path) -> None:
    write_report(tmp_path)
    change(tmp_path, statement)
    with pytest.raises(NotReplaceable, match=r"was changed since its report was written \(2 "):
        OutputFolder(tmp_path)


def test_an_added_run_is_refused_and_named(tmp_path: Path) -> None:
    write_report(tmp_path)
    change(tmp_path, "INSERT INTO Objects VALUES (9, NULL, '', 'ProtOfMine', NULL, 'Mine', '')")
    change(tmp_path, "INSERT INTO Objects VALUES (10, 9, '9.status', 'String', 'saved', '', '')")
    with pytest.raises(NotReplaceable, match=r"was changed since its report was written \(9 Mine"):
        OutputFolder(tmp_path)


def test_what_scipion_changes_when_a_project_is_opened_is_replaced(tmp_path: Path) -> None:
    write_report(tmp_path)
    change(tmp_path, "UPDATE Objects SET value = '13:00' WHERE id = 4")
    change(tmp_path, "UPDATE Objects SET comment = 'opened' WHERE id = 1")
    for name in ("settings.sqlite", "Logs/project.log", "Tmp/view.png"):
        (tmp_path / PROJECT / name).parent.mkdir(exist_ok=True)
        (tmp_path / PROJECT / name).write_bytes(b"opened")
    write_report(tmp_path, b"second")
    assert (tmp_path / "report.pdf").read_bytes() == b"second"


def test_a_file_that_appears_during_the_run_is_kept_with_both_reports(tmp_path: Path) -> None:
    write_report(tmp_path)
    both = r"figures/mine.png.* the new report is in .*last_run"
    with pytest.raises(NotReplaceable, match=both), OutputFolder(tmp_path) as folder:
        folder.make()
        fill(folder.work, b"second")
        (tmp_path / "figures" / "mine.png").write_bytes(b"mine")
        folder.finish()
    assert (tmp_path / "figures" / "mine.png").read_bytes() == b"mine"
    assert (tmp_path / "report.pdf").read_bytes() == b"first"
    assert (tmp_path / LAST_RUN / "report.pdf").read_bytes() == b"second"


@pytest.mark.parametrize("content", [b"", b"not JSON", b'{"files": "report.pdf"}', b"[1]"])
def test_a_damaged_record_protects_every_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / MARKER).write_bytes(content)
    (tmp_path / "report.pdf").write_bytes(b"mine")
    with pytest.raises(NotReplaceable, match=f"already holds {MARKER}, report.pdf"):
        OutputFolder(tmp_path)


@pytest.mark.parametrize("name", [MARKER, "report.pdf", "figures", LAST_RUN, NEW])
def test_symbolic_links_are_not_followed(name: str, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    write_report(out)
    elsewhere.mkdir()
    (out / name).rename(elsewhere / "moved") if (out / name).exists() else None
    (out / name).symlink_to(elsewhere / "moved")
    before = files_of(elsewhere)
    with pytest.raises(OutputError, match=f"{name}"):
        OutputFolder(out)
    assert files_of(elsewhere) == before


def test_a_lock_that_is_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK).symlink_to(mine)
    with pytest.raises(OutputError), OutputFolder(tmp_path / "out") as folder:
        folder.make()
    assert mine.read_bytes() == b"mine"


# --- inputs ---------------------------------------------------------------------------------------


def test_a_folder_that_holds_an_input_is_refused_with_both_names(tmp_path: Path) -> None:
    out = write_report(tmp_path / "out")
    volume = out / RUN / "map.mrc"
    with pytest.raises(NotReplaceable, match=f"the input {volume} lies in {out}"):
        OutputFolder(out, [volume])


def test_links_to_and_from_an_input_are_resolved(tmp_path: Path) -> None:
    out = write_report(tmp_path / "out")
    volume = out / RUN / "map.mrc"
    (tmp_path / "link.mrc").symlink_to(volume)
    (tmp_path / "other name").symlink_to(out)
    for folder in (out, tmp_path / "other name"):
        with pytest.raises(NotReplaceable, match="the input"):
            OutputFolder(folder, [tmp_path / "link.mrc"])
    mine = tmp_path / "map.mrc"
    mine.write_bytes(b"mine")
    (out / "map.mrc").symlink_to(mine)
    with pytest.raises(NotReplaceable, match="the input"):
        OutputFolder(out, [out / "map.mrc"])


def test_the_workflow_of_the_report_itself_may_be_run_again(tmp_path: Path) -> None:
    write_report(tmp_path)
    with OutputFolder(tmp_path) as folder:
        folder.make()
        (folder.work / "workflow.json").write_bytes(b"[]")
        folder.finish()
    (tmp_path / "workflow.json").write_bytes(b"[edited]")
    OutputFolder(tmp_path, [tmp_path / "workflow.json"])
    with pytest.raises(NotReplaceable, match=r"^workflow.json in .* was changed"):
        OutputFolder(tmp_path)


# --- paths ----------------------------------------------------------------------------------------


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OutputError, match="is a file"):
        OutputFolder(file)
    with pytest.raises(OutputError, match="cannot be"):
        OutputFolder(file / "report").make()


@pytest.mark.parametrize("name", ["a$HOME", 'a"b', "a`ls`", "a\\b"])
def test_names_that_a_shell_would_change_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="choose another folder"):
        OutputFolder(tmp_path / name)


@pytest.mark.parametrize("name", ["a" * 256, "/".join("a" * 1000), "ä" * 130, "a" * 5000])
def test_names_that_are_too_long_are_refused_with_the_limits(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="bytes.* possible are 400 and 255|too long"):
        OutputFolder(tmp_path / name)
    assert not any(tmp_path.iterdir())


def test_a_folder_in_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OutputError, match="cannot be used|cannot be written"):
        OutputFolder(tmp_path / "a").make()
