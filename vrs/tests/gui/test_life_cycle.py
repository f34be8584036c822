"""The life of runs without a window: killed, stopped, continued, duplicated, exported.

A run is killed as a user or the system kills it, and everything after it is what the buttons of the
window call.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.protocols.launching import configured, launcher

pytestmark = pytest.mark.slow

SECONDS = 200
"""Longest wait for something that Scipion's scheduler starts."""

CHECKS = ("VrsProtMass", "VrsProtMask")


@pytest.fixture(scope="module")
def project(scipion: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from vrs.run.project import create_project

    return create_project(tmp_path_factory.mktemp("life") / "project", "life cycle")


@pytest.fixture(scope="module")
def branch(project: Any, small_map: SmallMap) -> Dict[str, Any]:
    """A finished branch by the classes of its runs: import, preparation, two checks, report."""
    from pyworkflow.object import Pointer

    from vrs import protocols

    run = launcher(project)
    imported = run(protocols.VrsProtImportMap, mapFile=str(small_map.file))
    prepared = run(
        protocols.VrsProtPrepare, inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour, reportedResolution=RESOLUTION,
    )  # fmt: skip
    pointer = (prepared, "validationInput")
    checks = [run(getattr(protocols, name), validationInput=pointer) for name in CHECKS]
    report = configured(project, protocols.VrsProtReport, validationInput=pointer)
    for check in checks:
        report.checks.append(Pointer(check, extended="checkResult"))
    project.launchProtocol(report, wait=True)
    runs = [imported, prepared, *checks, report]
    assert all(run.isFinished() for run in runs), [run.getErrorMessage() for run in runs]
    return {run.getClassName(): run for run in runs}


def start(project: Any, branch: Dict[str, Any]) -> Any:
    """A check that is being measured."""
    from vrs.protocols import VrsProtLocalResolution

    pointer = (branch["VrsProtPrepare"], "validationInput")
    run = configured(project, VrsProtLocalResolution, validationInput=pointer)
    project.launchProtocol(run, wait=False)
    wait_for(project, run, "running", "finished")
    assert run.getStatus() == "running", "it ended before it could be interrupted"
    return run


def wait_for(project: Any, run: Any, *statuses: str) -> Any:
    """The run once it has one of these statuses, as the window of Scipion sees it."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        project._updateProtocol(run)
        if run.getStatus() in statuses:
            return run
        time.sleep(0.1)
    raise AssertionError(f"{run} is still {run.getStatus()}: {run.getErrorMessage()}")


def proceed(project: Any, run: Any) -> None:
    """Continue a run, and wait for its end."""
    from pyworkflow.protocol import MODE_RESUME

    run.runMode.set(MODE_RESUME)
    project.launchProtocol(run, wait=True, force=True)
    assert run.isFinished(), run.getErrorMessage()


def test_a_killed_run_has_failed_and_can_be_continued(project: Any, branch: Any) -> None:
    run = start(project, branch)
    os.kill(run.getPid(), signal.SIGKILL)
    wait_for(project, run, "failed")
    assert not hasattr(run, "checkResult")
    proceed(project, run)
    assert run.checkResult.status.get() in ("ok", "warnings")


def test_a_stopped_run_is_aborted_and_can_be_continued(project: Any, branch: Any) -> None:
    run = start(project, branch)
    pid = run.getPid()
    project.stopProtocol(run)
    assert run.getStatus() == "aborted"
    assert not is_running(pid)
    proceed(project, run)
    assert run.checkResult.status.get() in ("ok", "warnings")


def is_running(pid: int) -> bool:
    import psutil

    time.sleep(1)
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def written(project: Any, run: Any) -> Dict[str, float]:
    """When the files that a run made were written."""
    folder = Path(project.path) / run.getWorkingDir() / "extra"
    return {
        str(file.relative_to(folder)): file.stat().st_mtime
        for file in folder.rglob("*") if file.is_file()
    }  # fmt: skip


def test_a_duplicated_branch_is_run_by_restart_all_and_its_report_waits(
    project: Any, branch: Any, small_map: SmallMap, quick_scheduler: None
) -> None:
    from pyworkflow.protocol import MODE_RESTART

    before = {name: written(project, run) for name, run in branch.items()}
    project.getRunsGraph(refresh=True)
    chosen = [run for name, run in branch.items() if name != "VrsProtImportMap"]
    known = {run.getObjId() for run in project.getRuns(refresh=True)}
    project.copyProtocol(chosen)
    runs = project.getRuns(refresh=True)
    copy = {run.getClassName(): run for run in runs if run.getObjId() not in known}
    copy["VrsProtPrepare"].contourLevel.set(str(2 * small_map.contour))
    project.saveProtocol(copy["VrsProtPrepare"])
    project.getRunsGraph(refresh=True)
    runs, _ = project._getSubworkflow(copy["VrsProtPrepare"])
    assert project.launchWorkflow(runs, MODE_RESTART) == []
    report = wait_for(project, copy["VrsProtReport"], "finished", "failed", "aborted")
    assert report.isFinished(), report.getErrorMessage()
    assert [str(result)[:3] for result in report.checkResults] == ["0.a", "0.b"]
    assert {result.status.get() for result in report.checkResults} <= {"ok", "warnings"}
    # The branch itself was left alone.
    assert {name: written(project, run) for name, run in branch.items()} == before


def test_only_what_depends_on_a_changed_contour_level_is_measured_again(
    project: Any, branch: Any, small_map: SmallMap
) -> None:
    imported = written(project, branch["VrsProtImportMap"])
    # What was finished and not changed is left as it is.
    for name in ("VrsProtImportMap", "VrsProtPrepare", "VrsProtMass"):
        before = written(project, branch[name])
        proceed(project, branch[name])
        assert written(project, branch[name]) == before, name
    branch["VrsProtPrepare"].contourLevel.set(str(1.5 * small_map.contour))
    for name in ("VrsProtPrepare", *CHECKS, "VrsProtReport"):
        before = written(project, branch[name])
        proceed(project, branch[name])
        assert written(project, branch[name]) != before, name
    assert written(project, branch["VrsProtImportMap"]) == imported
    contour = branch["VrsProtPrepare"].validationInput.contour.get()
    assert contour == pytest.approx(1.5 * small_map.contour)


def test_an_exported_branch_runs_in_another_project(
    project: Any, branch: Any, tmp_path: Path
) -> None:
    from vrs.run.project import create_project, load_workflow

    file = tmp_path / "workflow.json"
    project.getRunsGraph(refresh=True)
    project.exportProtocols(list(branch.values()), str(file))
    other = create_project(tmp_path / "other", "imported")
    runs = load_workflow(other, file)
    assert [run.getClassName() for run in runs] == list(branch)
    for run in runs:
        run._prerequisites.clear()
        other.launchProtocol(run, wait=True)
        assert run.isFinished(), run.getErrorMessage()
    # Project.getProtocol reads from the folder of the project that is open.
    os.chdir(project.path)
