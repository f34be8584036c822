"""A project with a report in the window of Scipion, on a desk of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator

import pytest

import vrs
from vrs.tests.conftest import FinishedReport, run_vrs
from vrs.tests.example_data import DATA
from vrs.tests.gui.desk import Desk, missing_programs
from vrs.tests.gui.project_window import ProjectWindow

PICTURES = Path(".cache", "pictures").resolve()

PAGE = Path(vrs.__file__).parents[1] / "docs" / "images"
ON_THE_PAGE = (
    "template", "tree", "form_filled", "wizard", "surface_0.e", "report", "comparison", "branches",
)  # fmt: skip
"""The pictures of docs/scipion.rst, written there with ``VRS_PAGE=1 ./run test gui``."""


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    missing = missing_programs()
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    with Desk(tmp_path_factory.mktemp("desk"), PICTURES) as made:
        yield made
    if os.environ.get("VRS_PAGE"):
        for name in ON_THE_PAGE:
            page = PAGE / f"scipion_{name}.png"
            small = ["-trim", "-resize", "1000x>", "-colors", "64", f"PNG8:{page}"]
            subprocess.run(["convert", PICTURES / f"{name}.png", *small], check=True)


class Scipion:
    """A running ``vrs gui``, and what it printed."""

    def __init__(self, desk: Desk, environment: Dict[str, str], log: Path, *words: object) -> None:
        self._log = log
        with log.open("w", encoding="utf-8") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "vrs", "gui", *map(str, words)],
                env={**environment, **desk.environment}, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        self.windows = ProjectWindow(desk)

    @property
    def printed(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def end(self) -> None:
        self.windows.end()
        # Scipion starts its window in a process of its own.
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()


@pytest.fixture(scope="module")
def window(
    desk: Desk, scipion: Dict[str, str], project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scipion]:
    """The project of the report in its window."""
    log = tmp_path_factory.mktemp("printed") / "log.txt"
    running = Scipion(desk, scipion, log, project.parent)
    yield running
    running.end()


@pytest.fixture
def seen(window: Scipion) -> Iterator[ProjectWindow]:
    """The windows; those that a test opens are closed after it, and none printed an error."""
    windows = window.windows
    windows.graph()
    before, printed = {shown.path for shown in windows.open()}, len(window.printed)
    yield windows
    for shown in reversed(windows.open()):
        if shown.path not in before:
            windows.close(shown)
    assert "Traceback" not in window.printed[printed:], window.printed[printed:][-3000:]


@pytest.fixture(scope="session")
def haemoglobin(
    scipion: Dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> FinishedReport:
    """The report of the demonstration, with all checks."""
    folder = tmp_path_factory.mktemp("reports") / "haemoglobin"
    process = run_vrs(
        scipion, "report", DATA / "maps" / "emd_3488.map.gz", "--contour", "0.09",
        "--entry", DATA / "entries" / "emd-3488.json", "--out", folder,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr + process.stdout
    return FinishedReport(folder, process.stdout)


@pytest.fixture(scope="session")
def project(haemoglobin: FinishedReport) -> Path:
    """The project of a report, to which a second report and a failed run are added."""
    import pyworkflow as pw
    from pyworkflow.object import Pointer
    from pyworkflow.project import Project

    from vrs.protocols import VrsProtImportMap, VrsProtReport

    working_folder = Path.cwd()
    opened = Project(pw.Config.getDomain(), str(haemoglobin.project))
    opened.load()
    runs = {run.getClassName(): run for run in opened.getRuns()}
    second = opened.newProtocol(VrsProtReport, objLabel="Two checks only")
    second.setObjLabel("Two checks only")
    second.validationInput.set(runs["VrsProtPrepare"])
    second.validationInput.setExtended("validationInput")
    for name in ("VrsProtMass", "VrsProtMask"):
        second.checks.append(Pointer(runs[name], extended="checkResult"))
    opened.launchProtocol(second, wait=True)
    assert second.isFinished(), second.getErrorMessage()
    failed = opened.newProtocol(VrsProtImportMap)
    failed.setObjLabel("No such file")
    failed.mapFile.set("/nowhere/map.mrc")
    opened.launchProtocol(failed, wait=True)
    assert failed.isFailed()
    opened.mapper.commit()
    os.chdir(working_folder)
    return haemoglobin.project
