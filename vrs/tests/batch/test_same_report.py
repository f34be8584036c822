"""A report of a batch, which does without Scipion, is the report of ``vrs report``."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.batch.task import Task
from vrs.batch.work import perform
from vrs.cli.main import main
from vrs.report.build import MAPS_NOT_KEPT
from vrs.run.map_options import MapOptions
from vrs.tests.conftest import RESOLUTION, TITLE, FinishedReport, SmallMap, run_vrs

TIMES = {"seconds", "peak_memory", "provenance"}
"""Fields of report.json that are about the run, not about the map."""

SCRIPT = re.compile(r" ChimeraX opens this scene with \S+\.cxc\.")


@pytest.fixture(scope="module")
def options(small_map: SmallMap) -> MapOptions:
    """Those of the fixture ``finished_report``."""
    return MapOptions(
        map=str(small_map.file), contour=repr(small_map.contour), resolution=RESOLUTION,
        title=TITLE, skip=("0.h",), command_line="vrs report",
    )  # fmt: skip


def written(options: MapOptions, path: Path, **formats: bool) -> Path:
    """The folder of a report that this process writes."""
    done = perform(Task("ball", options, str(path), **formats))
    assert done.reason == ""
    return path


def about_the_map(folder: Path) -> Dict[str, Any]:
    """report.json without times, and without what depends on whether the maps are kept."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    report["notes"] = [note for note in report["notes"] if note != MAPS_NOT_KEPT]
    for section in (report["input_section"], report["evidence"], *report["checks"]):
        section["volumes"] = {}
        for figure in section["figures"]:
            figure["caption"] = SCRIPT.sub("", figure["caption"])
    return without_times(report)


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_times(item) for name, item in value.items() if name not in TIMES}
    return [without_times(item) for item in value] if isinstance(value, list) else value


@pytest.mark.slow
def test_the_report_is_that_of_scipion(
    options: MapOptions, finished_report: FinishedReport, tmp_path: Path
) -> None:
    folder = written(options, tmp_path / "whole")
    expected = about_the_map(finished_report.folder)
    assert about_the_map(folder) == expected
    files = {file.name for file in folder.iterdir()}
    of_scipion = {file.name for file in finished_report.folder.iterdir()}
    assert of_scipion - files == {"scipion_project", "vrs.log"}
    for name in ("curves", "figures"):
        own, other = (
            {file.name: file.read_bytes() for file in (place / name).iterdir()}
            for place in (folder, finished_report.folder)
        )
        assert set(own) == {file for file in other if not file.endswith(".cxc")}
        assert own == {file: other[file] for file in own}


@pytest.mark.slow
def test_the_memory_is_that_of_each_step(options: MapOptions, tmp_path: Path) -> None:
    folder = written(options, tmp_path / "alone", pdf=False, html=False)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    peaks = [check["peak_memory"]["value"] for check in report["checks"] if check["measurements"]]
    assert len(set(peaks)) > 1


@pytest.mark.slow
def test_the_data_alone_has_the_same_numbers_and_no_pictures(
    options: MapOptions, finished_report: FinishedReport, tmp_path: Path
) -> None:
    folder = written(options, tmp_path / "alone", pdf=False, html=False)
    report, whole = about_the_map(folder), about_the_map(finished_report.folder)
    assert not any(figure["file"] for check in report["checks"] for figure in check["figures"])
    for content in (report, whole):
        # The text for a paper names what drew figures.
        del content["methods"], content["references"]
        content["slice_viewer"] = None
        for section in (content["input_section"], content["evidence"], *content["checks"]):
            section["figures"] = [figure["figure"] for figure in section["figures"]]
    assert report == whole
    names = {file.name for file in folder.iterdir()}
    assert names == {".vrs.json", "curves", "references.bib", "report.json", "workflow.json"}
    assert sum(file.stat().st_size for file in folder.rglob("*")) < 300_000


@pytest.mark.long
def test_a_part_of_a_report_needs_no_project(small_map: SmallMap, tmp_path: Path) -> None:
    arguments = ["report", str(small_map.file), "--contour", str(small_map.contour)]
    out = tmp_path / "data"
    # A width would break the lines of long paths.
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = run_vrs(
        {**environment, "SCIPION_HOME": str(tmp_path)}, *arguments, "--only", "json", "--out", out,
        "--skip", "0.d,0.e,0.f,0.g,0.h",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "\n0.a Mass analysis: running\n0.a Mass analysis: done (" in done.stdout
    assert f"\nData:     {out / 'report.json'}\nProject:  not kept\n" in done.stdout
    assert "3D views" not in done.stdout
    names = {file.name for file in out.iterdir()} - {".vrs.json"}
    assert names == {"curves", "references.bib", "report.json", "vrs.log", "workflow.json"}


def test_a_part_of_a_report_is_not_for_a_queue(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["report", "map.mrc", "--contour", "1", "--only", "json", "--queue", "short"])
    assert ending.value.code == 2
    assert "--only and --queue exclude each other" in capsys.readouterr().err


@pytest.mark.slow
def test_with_all_kept_a_batch_has_a_project_of_each_map(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    table = tmp_path / "list.csv"
    rows = [f"{small_map.file},{small_map.contour},{name}" for name in ("one", "two")]
    table.write_text("\n".join(["map,contour,name", *rows]), encoding="utf-8")
    done = run_vrs(
        scipion, "batch", table, "--out", tmp_path / "out", "--keep", "all", "--workers", "1",
        "--skip", "0.c,0.d,0.e,0.f,0.g,0.h",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    for name in ("one", "two"):
        folder = tmp_path / "out" / "reports" / name
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        volumes = report["input_section"]["volumes"]
        assert volumes and all((folder / file).is_file() for file in volumes.values())
        assert (folder / "scipion_project" / "project.sqlite").is_file()
