"""A whole report under watch: no connection, and no file outside the folders of the run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Dict, Set

import pytest

import vrs
from vrs.checks.store import write_json
from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.watching import Watched, watch

pytestmark = pytest.mark.slow

FONTS = "fontconfig"
"""The system's own cache of fonts, brought up to date by whoever asks for one."""


def watched_vrs(folder: Path, home: Path, *arguments: object, **variables: str) -> Watched:
    """A command in a folder, with nothing of the environment of the tests."""
    temporary = folder / "temporary"
    temporary.mkdir()
    environment: Dict[str, str] = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(vrs.__file__).parent.parent),
        "HOME": str(home), "TMPDIR": str(temporary), "LANG": "C.UTF-8", **variables,
    }  # fmt: skip
    return watch([sys.executable, "-m", "vrs", *map(str, arguments)], environment, folder)


def in_folder(folder: Path) -> Set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_report_needs_no_home_no_network_and_no_letters(
    small_map: SmallMap, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "numpy.py").write_text("raise SystemExit('of the working folder')")
    home, out = tmp_path / "file" / "home", tmp_path / "reports" / "out"
    watched = watched_vrs(
        tmp_path, home, "report", small_map.file, "--contour", small_map.contour,
        "--resolution", RESOLUTION, "--out", out, PYTHONIOENCODING="ascii",
    )  # fmt: skip
    done = watched.process
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    state = tmp_path / "temporary" / f"vrs-{os.getuid()}"
    assert f"Note: {home}/.local/share/vrs/scipion cannot be written, so" in done.stdout
    assert f"are in {state}; SCIPION_HOME names another folder" in done.stdout
    assert watched.connections == []
    written = watched.outside(out.parent, tmp_path / "temporary")
    assert {path for path in written if FONTS not in path.parts} == set()
    assert in_folder(out.parent) == {"out"}
    # Apart from what Scipion needs between the runs.
    assert in_folder(tmp_path / "temporary") == {state.name}
    assert in_folder(state) <= {"config", "latex", "matplotlib", "software", "user"}
    checks = json.loads((out / "report.json").read_bytes())["checks"]
    assert "not_measured" not in {check["status"] for check in checks}
    figures = json.loads((out / "report.json").read_bytes())["input_section"]["figures"]
    assert all(figure["file"] for figure in figures)


def test_a_run_that_fails_leaves_nothing_behind(small_map: SmallMap, tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "reports" / "out"
    home.mkdir()
    workflow, broken = tmp_path / "workflow.json", tmp_path / "broken.mrc"
    broken.write_bytes(b"no map")
    values = {
        "VrsProtImportMap": {"mapFile": str(broken)},
        "VrsProtPrepare": {"inputVolume": "1.outputVolume", "contourLevel": 1.0},
        "VrsProtReport": {"validationInput": "2.validationInput"},
    }
    write_json(workflow, [
        {"object.className": name, "object.id": str(number), **form}
        for number, (name, form) in enumerate(values.items(), start=1)
    ])  # fmt: skip
    watched = watched_vrs(tmp_path, home, "run", workflow, "--out", out)
    assert watched.process.returncode == 1
    assert "no report was written" in watched.process.stderr
    assert watched.connections == []
    share = home / ".local" / "share"
    outside = watched.outside(out.parent, share / "vrs", tmp_path / "temporary")
    assert outside <= {share, share.parent}
    assert in_folder(home) == {".local"}
    links = [file for file in home.rglob("*") if file.is_symlink()]
    assert not any(out in link.resolve().parents for link in links), "the list of projects"
    assert in_folder(tmp_path / "temporary") == set()
