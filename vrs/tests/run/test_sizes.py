"""A report keeps everything once, and takes the room that README states."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Dict, List

import numpy as np
import pytest

from vrs.maps import DensityMap, write_map
from vrs.run.written import PROJECT
from vrs.tests.conftest import FinishedReport, SmallMap, run_vrs

pytestmark = pytest.mark.slow

LARGEST_REPORT = 8e6
"""Bytes of a report without its project."""

LARGEST_PAGE = 4e6
"""Bytes of report.html."""

OF_THE_GRIDS = 2.5
"""Largest size of the maps in the project, relative to the map and its grid of 1 Å in float32."""

OF_SCIPION = 2e6
"""Bytes of the databases and logs of a project."""

SMALL_FILE = 10_000
"""Bytes of files that may be there twice."""


def _files(folder: Path, but: str = "") -> List[Path]:
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return [file for file in files if not but or folder / but not in file.parents]


def _on_disk(files: List[Path]) -> int:
    """Bytes that files take on the disk, as ``du`` counts them: a file with two names once."""
    taken = {file.stat().st_ino: 512 * file.stat().st_blocks for file in files}
    return sum(taken.values())


def test_no_file_is_there_twice(finished_report: FinishedReport) -> None:
    same: Dict[str, Dict[int, Path]] = defaultdict(dict)
    for file in _files(finished_report.folder):
        if file.stat().st_size >= SMALL_FILE:
            checksum = hashlib.sha256(file.read_bytes()).hexdigest()
            same[checksum][file.stat().st_ino] = file
    twice = [list(copies.values()) for copies in same.values() if len(copies) > 1]
    assert twice == []
    assert len(same) > 20


def test_the_report_and_its_project_share_their_files(finished_report: FinishedReport) -> None:
    for name in ("report.pdf", "report.html", "figures/figure_01.png"):
        (inside,) = finished_report.project.glob(f"Runs/*/extra/{name}")
        assert inside.samefile(finished_report.folder / name)
    imported, prepared = sorted(finished_report.project.glob("Runs/*/extra/map.mrc"))
    assert imported.samefile(prepared)


def test_a_report_takes_the_room_that_is_stated(
    finished_report: FinishedReport, small_map: SmallMap
) -> None:
    files = _files(finished_report.folder)
    alone = _on_disk(_files(finished_report.folder, but=PROJECT))
    maps = _on_disk([file for file in files if file.suffix == ".mrc"])
    assert 1e6 < alone < LARGEST_REPORT
    density = small_map.density
    grids = density.data.nbytes * (1 + density.voxel_volume)
    assert maps < OF_THE_GRIDS * grids
    assert _on_disk(files) - maps - alone < OF_SCIPION


def test_a_report_of_a_map_full_of_noise_is_not_larger(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).normal(0.0, 1.0, (96, 96, 96)).astype(np.float32)
    write_map(tmp_path / "noise.mrc", DensityMap(noise, 1.1))
    process = run_vrs(
        scipion, "report", tmp_path / "noise.mrc", "--contour", "0.6", "--resolution", "3.5",
        "--skip", "h", "--keep", "report", "--out", tmp_path / "report",
    )  # fmt: skip
    assert process.returncode == 0, process.stderr + process.stdout
    files = _files(tmp_path / "report")
    assert len([file for file in files if file.suffix == ".jpg"]) >= 8
    assert 4e6 < _on_disk(files) <= LARGEST_REPORT
    assert (tmp_path / "report" / "report.html").stat().st_size <= LARGEST_PAGE


def test_nothing_unfinished_is_left(finished_report: FinishedReport) -> None:
    names = {file.name for file in _files(finished_report.folder)}
    assert not [name for name in names if name.endswith((".part", ".tmp", ".npz", ".aux"))]
    assert not os.listdir(finished_report.project / "Tmp")


def test_without_its_project_a_report_leads_to_no_map(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    process = run_vrs(
        scipion, "report", small_map.file, "--contour", small_map.contour,
        "--skip", "b,c,d,e,f,g,h", "--keep", "report", "--out", tmp_path / "report",
    )  # fmt: skip
    assert process.returncode == 0, process.stderr + process.stdout
    assert "Project:  not kept" in process.stdout
    names = {file.name for file in _files(tmp_path / "report")}
    assert {"report.pdf", "report.html", "report.json", "workflow.json", "vrs.log"} <= names
    assert not (tmp_path / "report" / PROJECT).exists()
    assert not [name for name in names if name.endswith((".mrc", ".cxc"))]
    content = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert content["input_section"]["volumes"] == {}
