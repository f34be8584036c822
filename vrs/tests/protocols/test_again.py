"""Runs that are continued after a change, and a report that waits for its checks."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.maps import write_map
from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.protocols.launching import Launch, configured, launcher

pytestmark = pytest.mark.slow

SECONDS = 120
"""Longest wait for a run that Scipion's scheduler starts."""


@pytest.fixture
def project(scipion: Dict[str, str], tmp_path: Path) -> Any:
    from vrs.run.project import create_project

    return create_project(tmp_path / "project", "again")


@pytest.fixture
def run(project: Any) -> Launch:
    return launcher(project)


@pytest.fixture
def file(small_map: SmallMap, tmp_path: Path) -> Path:
    """A copy of the small map that a test may change."""
    return Path(shutil.copy(small_map.file, tmp_path / "map.mrc"))


@pytest.fixture
def imported(run: Launch, file: Path) -> Any:
    from vrs.protocols import VrsProtImportMap

    return run(VrsProtImportMap, mapFile=str(file))


@pytest.fixture
def prepared(run: Launch, imported: Any, small_map: SmallMap) -> Any:
    from vrs.protocols import VrsProtPrepare

    return run(
        VrsProtPrepare,
        inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour,
        reportedResolution=RESOLUTION,
    )


@pytest.fixture
def mass(run: Launch, prepared: Any) -> Any:
    from vrs.protocols import VrsProtMass

    protocol = run(VrsProtMass, validationInput=(prepared, "validationInput"))
    assert protocol.isFinished(), protocol.getErrorMessage()
    return protocol


def proceed(project: Any, protocol: Any) -> None:
    """Continue a run in a process of its own, and wait for its end."""
    from pyworkflow.protocol import MODE_RESUME

    protocol.runMode.set(MODE_RESUME)
    project.launchProtocol(protocol, wait=True, force=True)
    assert protocol.isFinished(), protocol.getErrorMessage()


def measured(project: Any, protocol: Any) -> float:
    """When the result of a check was written."""
    return (Path(project.path) / protocol.checkResult.checkFile.get()).stat().st_mtime


def test_a_check_that_is_continued_is_measured_again_only_with_a_changed_parameter(
    project: Any, mass: Any
) -> None:
    before = measured(project, mass)
    proceed(project, mass)
    assert measured(project, mass) == before
    assert "mass.space" in {row.rule for row in mass.checkResult.getResult().decisions}
    mass.spaceRule.set(1)
    proceed(project, mass)
    rules = {row.rule for row in mass.checkResult.getResult().decisions}
    assert "mass.space_in_angstrom" in rules and "mass.space" not in rules


def test_a_result_is_reported_only_with_the_preparation_that_it_belongs_to(
    project: Any, prepared: Any, mass: Any, run: Launch, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtBackground

    background = run(VrsProtBackground, validationInput=(prepared, "validationInput"))
    first = mass.checkResult.getResult().measurements["space_left"].value
    prepared.contourLevel.set(2 * small_map.contour)
    proceed(project, prepared)
    assert prepared.validationInput.contour.get() == pytest.approx(2 * small_map.contour)
    proceed(project, mass)
    assert mass.checkResult.getResult().measurements["space_left"].value > first
    report = report_of(project, prepared, mass, background)
    project.launchProtocol(report, wait=True)
    assert report.isFinished(), report.getErrorMessage()
    outcome = {result.checkId.get(): result.clone() for result in report.checkResults}
    assert outcome["0.a"].status.get() in ("ok", "warnings")
    assert outcome["0.c"].status.get() == "not_measured"
    assert "another map, contour level, resolution or mask" in outcome["0.c"].headline.get()


def test_a_changed_file_is_imported_and_prepared_again(
    project: Any, imported: Any, prepared: Any, file: Path, small_map: SmallMap
) -> None:
    fingerprint = prepared.validationInput.fingerprint.get()
    write_map(file, small_map.density.with_data(2 * small_map.density.data))
    proceed(project, imported)
    proceed(project, prepared)
    assert prepared.validationInput.fingerprint.get() != fingerprint
    highest = prepared.validationInput.getPreparation().inputs.map.data.max()
    assert highest == pytest.approx(2 * small_map.density.data.max())


def report_of(project: Any, prepared: Any, *checks: Any) -> Any:
    """A report as somebody adds it by hand: without "Wait for"."""
    from pyworkflow.object import Pointer

    from vrs.protocols import VrsProtReport

    report = configured(project, VrsProtReport, validationInput=(prepared, "validationInput"))
    for check in checks:
        report.checks.append(Pointer(check, extended="checkResult"))
    project.saveProtocol(report)
    return report


def test_the_report_names_a_check_that_has_not_ended(
    project: Any, prepared: Any, mass: Any
) -> None:
    report = report_of(project, prepared, mass)
    mass.setObjLabel("0.a mass analysis")
    for status in ("finished", "failed", "aborted"):
        mass.setStatus(status)
        assert report._validate() == []
    for status in ("saved", "scheduled", "launched", "running"):
        mass.setStatus(status)
        assert report._validate() == [
            "0.a mass analysis has not ended yet: wait for it, or remove it from the list."
        ]


def test_a_report_in_a_restarted_workflow_has_all_its_checks(
    project: Any, prepared: Any, mass: Any, quick_scheduler: None, run: Launch
) -> None:
    """Without "Wait for", restarted with all others by Scipion, which finds them finished."""
    from pyworkflow.protocol import MODE_RESTART

    from vrs.protocols import VrsProtBackground

    background = run(VrsProtBackground, validationInput=(prepared, "validationInput"))
    report = report_of(project, prepared, mass, background)
    project.getRunsGraph(refresh=True)
    runs, _ = project._getSubworkflow(project.getProtocol(prepared.getObjId()))
    assert project.launchWorkflow(runs, MODE_RESTART) == []
    ended = wait_for(project, report)
    assert ended.isFinished(), ended.getErrorMessage()
    assert [str(result)[:3] for result in ended.checkResults] == ["0.a", "0.c"]
    assert {result.status.get() for result in ended.checkResults} <= {"ok", "warnings"}


def test_a_scheduled_report_waits_for_a_check_until_that_is_stopped(
    project: Any, prepared: Any, mass: Any, quick_scheduler: None
) -> None:
    from pyworkflow.protocol import MODE_RESTART

    report = report_of(project, prepared, mass)
    mass.runMode.set(MODE_RESTART)
    project.scheduleProtocol(mass, initialSleepTime=10 * SECONDS)
    project.scheduleProtocol(report)
    log = Path(project.path) / report.getScheduleLog()
    end = time.monotonic() + SECONDS
    while not log.exists() or "has not ended yet" not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < end, "the report does not wait"
        time.sleep(0.5)
    # Scipion stops a scheduled run by the number that its scheduler records when it starts.
    while not recorded_pid(project, mass):
        assert time.monotonic() < end, "the scheduler of the check does not start"
        time.sleep(0.5)
    project.stopProtocol(mass)
    ended = wait_for(project, report)
    assert ended.isFinished(), ended.getErrorMessage()
    (result,) = ended.checkResults
    assert result.status.get() == "not_measured"
    assert "aborted" in result.headline.get()


def test_a_scheduled_workflow_whose_import_fails_ends(
    project: Any, quick_scheduler: None, tmp_path: Path
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtMass, VrsProtPrepare
    from vrs.run.runner import reason_of

    source = configured(project, VrsProtImportMap, mapFile=str(tmp_path / "absent.mrc"))
    prepare = configured(project, VrsProtPrepare, inputVolume=(source, "outputVolume"))
    check = configured(project, VrsProtMass, validationInput=(prepare, "validationInput"))
    for protocol in (source, prepare, check):
        project.saveProtocol(protocol)
    for protocol in (source, prepare, check):
        project.scheduleProtocol(protocol)
    ends = [wait_for(project, protocol) for protocol in (source, prepare, check)]
    assert [end.getStatus() for end in ends] == ["failed"] * 3
    reasons = [reason_of(end) for end in ends]
    assert "There is no file" in reasons[0]
    assert reasons[1].startswith("*Map* is missing: the run") and "There is no file" in reasons[1]
    assert reasons[2].startswith("*Validation input* is missing: the run")


def recorded_pid(project: Any, protocol: Any) -> int:
    """The number of the process of a run in the run's own database; 0 before it started."""
    from pyworkflow.protocol import getProtocolFromDb

    recorded = getProtocolFromDb(project.path, protocol.getDbPath(), protocol.getObjId())
    pid = int(recorded.getPid() or 0)
    recorded.getProject().closeMapper()
    recorded.closeMappers()
    return pid


def wait_for(project: Any, protocol: Any) -> Any:
    """The run once it has ended, as the window of Scipion sees it."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        runs = {run.getObjId(): run for run in project.getRuns(refresh=True)}
        run = runs[protocol.getObjId()]
        if run.getStatus() in ("finished", "failed", "aborted"):
            return run
        time.sleep(0.5)
    raise AssertionError(f"{run} is still {run.getStatus()}")
