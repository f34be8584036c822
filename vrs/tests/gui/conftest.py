"""A project with a report in the window of Scipion, on a desk of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator

import pytest

from vrs.tests.conftest import FinishedReport
from vrs.tests.gui.desk import Desk, missing_programs
from vrs.tests.gui.windows import Windows

PICTURES = Path(os.environ.get("VRS_PICTURES", ".cache/pictures")).resolve()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    missing = missing_programs()
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    with Desk(tmp_path_factory.mktemp("desk"), PICTURES) as made:
        yield made


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
        self.windows = Windows(desk)

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


@pytest.fixture(scope="session")
def project(finished_report: FinishedReport) -> Path:
    """The project of a report, to which a second report and a failed run are added."""
    import pyworkflow as pw
    from pyworkflow.object import Pointer
    from pyworkflow.project import Project

    from vrs.protocols import VrsProtImportMap, VrsProtReport

    working_folder = Path.cwd()
    opened = Project(pw.Config.getDomain(), str(finished_report.project))
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
    return finished_report.project
