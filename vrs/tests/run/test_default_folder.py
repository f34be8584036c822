"""The folder of a report for which none was named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from vrs.run.default_folder import default_folder, folder_of_map, folder_of_workflow
from vrs.run.output_folder import OutputFolder
from vrs.run.output_path import NotReplaceable
from vrs.run.run_inputs import workflow_inputs
from vrs.tests.run.test_output_folder import write_report


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("job.v1.mrc", "job.v1_report"),
        ("job.v2.mrc", "job.v2_report"),
        ("3.2A_final.v2.mrc", "3.2A_final.v2_report"),
        ("EMD-3488.MAP.gz", "EMD-3488_report"),
        ("run.class001.rec.bz2", "run.class001_report"),
        (".mrc", "map_report"),
        ("..map.gz", "map_report"),
        (".hidden.mrc", "hidden_report"),
        ("map", "map_report"),
        ("a.b", "a.b_report"),
        ("ä" * 200 + ".mrc", "ä" * 100 + "_report"),
    ],
)
def test_only_known_endings_are_cut(file: str, folder: str) -> None:
    assert folder_of_map(Path("maps") / file) == folder


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("/data/job.v1_report/workflow.json", "job.v1_report_again"),
        ("/data/exported.v2.json", "exported.v2_report"),
        ("/workflow.json", "map_again"),
    ],
)
def test_a_workflow_of_a_report_is_named_after_its_folder(file: str, folder: str) -> None:
    assert folder_of_workflow(Path(file)) == folder


def report_of(folder: Path, volume: Path) -> None:
    checksum = hashlib.sha256(volume.read_bytes()).hexdigest()
    write_report(folder, json.dumps({"input": {"sha256": checksum}}).encode())


def test_only_a_report_of_the_same_map_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    maps = [tmp_path / f"{name}.mrc" for name in "abc"]
    for volume in maps:
        volume.write_text(volume.name)
    report_of(tmp_path / "job_report", maps[0])
    report_of(tmp_path / "job_report_2", maps[1])
    folders = []
    for volume in maps:
        with default_folder("job_report", [volume]) as folder:
            folders.append(folder)
    first, second, third = folders
    assert first.path.name == "job_report" and not first.kept_instead
    assert second.path.name == "job_report_2" and second.replaces_report
    assert third.path.name == "job_report_3" and not third.replaces_report
    assert third.kept_instead == f"{tmp_path / 'job_report'} holds the report of another map"


def test_a_folder_with_other_files_is_left_alone_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "job_report").mkdir()
    (tmp_path / "job_report" / "notes.txt").touch()
    with default_folder("job_report", []) as folder:
        assert folder.path.name == "job_report_2"
    assert "job_report already holds notes.txt" in folder.kept_instead


def test_a_folder_in_use_is_left_to_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with default_folder("job_report", []) as first, default_folder("job_report", []) as second:
        assert [first.path.name, second.path.name] == ["job_report", "job_report_2"]
        assert "another run of this program" in second.kept_instead
    assert not any(tmp_path.iterdir())


def test_every_file_that_a_workflow_names_is_an_input(tmp_path: Path) -> None:
    volume, more = tmp_path / "map.mrc", tmp_path / "more"
    volume.touch()
    more.mkdir()
    file = tmp_path / "workflow.json"
    runs = [
        {"object.className": "A", "object.id": "1", "mapFile": str(volume), "title": "map.mrc"},
        {"object.className": "B", "object.id": "2", "number": 3, "filesPath": str(more)},
        {"object.className": "C", "object.id": "3", "list": [f"{more}/half_*.mrc", "/", "/\0"]},
    ]
    file.write_text(json.dumps(runs))
    assert workflow_inputs(file) == [file, volume, more]


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("~/earlier/map.mrc", ""),
        (" {home}/earlier/map.mrc ", ""),
        ("{home}/ear$lier/map.mrc", ""),
        ("{home}/e*/map.mrc", ""),
        ("{home}/", "ear*/*.mrc"),
        (" ~/", " earlier/map.mrc"),
        ("{home}/earlier", "../earlier/m?p.mrc"),
    ],
)
def test_an_input_is_found_however_scipion_finds_it(
    folder: str, pattern: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (earlier / "map.mrc").touch()
    file = tmp_path / "workflow.json"
    values = {"filesPath": folder.format(home=tmp_path), "filesPattern": pattern}
    file.write_text(json.dumps([{"object.className": "A", "object.id": "1", **values}]))
    with pytest.raises(NotReplaceable, match="map.mrc lies in|earlier lies in"):
        OutputFolder(earlier, workflow_inputs(file))
