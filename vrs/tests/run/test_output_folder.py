"""The folder of a report: what is replaced in it, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

# What a report is copied with: loaded here, as matplotlib under it warns while it is loaded.
import vrs.report.surfaces.chimerax_script  # noqa: F401
from vrs.maps.errors import OutputError
from vrs.run.output_folder import MARKER, OutputFolder


def test_a_new_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "new" / "report") as folder:
        folder.make()
    assert folder.path.is_dir() and not folder.replaces_report


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for _ in range(2):
        with OutputFolder(tmp_path) as folder:
            folder.make()
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["report.pdf", "scipion_project", "curves"])
def test_a_foreign_file_of_the_same_name_is_not_replaced(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(OutputError, match=f"already holds {name}, which this program did not"):
        OutputFolder(tmp_path)


def test_an_earlier_report_is_replaced(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as first:
        first.make()
        first.project.mkdir()
        (first.project / "project.sqlite").write_bytes(b"runs")
        (tmp_path / "report.pdf").write_bytes(b"old")
        first.sign()
    with OutputFolder(tmp_path) as second:
        assert second.replaces_report
        second.make()
    assert [entry.name for entry in tmp_path.iterdir()] == [MARKER]


def test_a_project_that_was_used_since_is_not_replaced(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as folder:
        folder.make()
        folder.project.mkdir()
        (folder.project / "project.sqlite").write_bytes(b"runs")
        folder.sign()
    (folder.project / "project.sqlite").write_bytes(b"runs and one more")
    with pytest.raises(OutputError, match="was changed since its report was written"):
        OutputFolder(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not JSON", b'{"written": "report.pdf"}', b"[1]"])
def test_a_damaged_marker_protects_every_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / MARKER).write_bytes(content)
    (tmp_path / "report.pdf").write_bytes(b"mine")
    with pytest.raises(OutputError, match="already holds report.pdf"):
        OutputFolder(tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OutputError, match="is a file"):
        OutputFolder(file)
    with pytest.raises(OutputError, match="cannot be written"):
        OutputFolder(file / "report").make()


@pytest.mark.parametrize("name", ["a$HOME", 'a"b', "a`ls`", "a\\b"])
def test_names_that_a_shell_would_change_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="choose another folder"):
        OutputFolder(tmp_path / name)
