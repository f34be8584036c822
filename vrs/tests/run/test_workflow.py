"""The shipped workflow: filled, loaded, run, stopped, exported, and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import mrcfile
import pytest

from vrs.maps.errors import WorkflowError
from vrs.tests.conftest import RESOLUTION, TITLE, VOXEL_SIZE, FinishedReport, SmallMap, run_vrs

pytestmark = pytest.mark.slow


def values_of(small_map: SmallMap, **others: str) -> Dict[str, str]:
    """Values for the fields of the template."""
    return {
        "map": str(small_map.file),
        "voxel_size": "0",
        "contour": str(small_map.contour),
        "resolution": str(RESOLUTION),
        "title": "ball",
        **others,
    }


def classes_of(workflow: List[Dict[str, Any]]) -> List[str]:
    return [run["object.className"] for run in workflow]


# --- the template ---------------------------------------------------------------------------------


def test_any_text_goes_into_the_template_unchanged(
    scipion: Dict[str, str], small_map: SmallMap
) -> None:
    from vrs.run.workflow import fill_template

    workflow = fill_template(values_of(small_map, title=TITLE))
    report = next(run for run in workflow if run["object.className"] == "VrsProtReport")
    assert report["title"] == TITLE
    assert workflow[0]["mapFile"] == str(small_map.file)
    assert "~" not in json.dumps(workflow).replace(json.dumps(TITLE)[1:-1], "")


def test_a_template_without_a_value_is_refused(
    scipion: Dict[str, str], small_map: SmallMap
) -> None:
    from vrs.run.workflow import fill_template

    values = values_of(small_map)
    del values["contour"]
    with pytest.raises(WorkflowError, match="wants a value for contour"):
        fill_template(values)
    with pytest.raises(WorkflowError, match="Contour level: 'high' is refused"):
        fill_template(values_of(small_map, contour="high"))


def test_a_skipped_check_leaves_no_trace_but_its_name(
    scipion: Dict[str, str], small_map: SmallMap
) -> None:
    from vrs.run.workflow import fill_template, without_checks

    workflow = without_checks(fill_template(values_of(small_map)), ("0.e", "0.h"))
    assert not {"VrsProtLocalResolution", "VrsProtHand"} & set(classes_of(workflow))
    report = workflow[-1]
    assert report["notRequested"] == "0.e, 0.h"
    assert len(report["checks"]) == len(report["_prerequisites"].split(",")) == 6


def test_scipion_makes_the_same_project_from_the_template(
    scipion: Dict[str, str], small_map: SmallMap
) -> None:
    """``scipion template`` without a window; the project then has every run, ready to go."""
    from pyworkflow.project import Manager

    from vrs.run.workflow import TEMPLATE

    fields = [f"{alias}={value}" for alias, value in values_of(small_map).items()]
    done = subprocess.run(
        [
            sys.executable, "-m", "scipion", "template", str(TEMPLATE), "--nogui", "--noschedule",
            "project_name=from_template", *fields,
        ],
        env={name: value for name, value in scipion.items() if name != "DISPLAY"},
        capture_output=True,
        text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    runs = Manager().loadProject("from_template", chdir=False).getRuns()
    assert len(runs) == 11
    report = next(run for run in runs if run.getClassName() == "VrsProtReport")
    assert len(report.checks) == len(report.getPrerequisites()) == 8
    assert report.preparation.get().getClassName() == "VrsProtPrepare"


# --- running --------------------------------------------------------------------------------------


def run_in(
    folder: Path, workflow: List[Dict[str, Any]], interfere: Any = None
) -> "tuple[Dict[str, str], Dict[str, Any]]":
    """Run a workflow; the end state and the protocol of each class."""
    from vrs.run.runner import Runner
    from vrs.run.workflow import create_project, load_workflow

    project = create_project(folder, folder.name)
    runs = load_workflow(project, workflow)
    states = Runner(project, runs, 2, interfere or (lambda event: None)).run()
    named = {run.getClassName(): run for run in runs}
    return {name: states[run.getObjId()].value for name, run in named.items()}, named


def test_the_report_is_written_although_a_check_was_killed(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.run.runner import State
    from vrs.run.workflow import fill_template, without_checks

    killed = []

    def kill_background(event: Any) -> None:
        victim = event.protocol.getClassName() == "VrsProtBackground"
        if victim and event.state is State.RUNNING:
            os.kill(event.protocol.getPid(), signal.SIGKILL)
            killed.append(event.protocol.getObjId())

    workflow = without_checks(
        fill_template(values_of(small_map)), ("0.b", "0.d", "0.e", "0.f", "0.g", "0.h")
    )
    states, runs = run_in(tmp_path / "project", workflow, kill_background)
    assert killed
    assert states == {
        "VrsProtImportMap": "finished",
        "VrsProtPrepare": "finished",
        "VrsProtMass": "finished",
        "VrsProtBackground": "failed",
        "VrsProtReport": "finished",
    }
    file = tmp_path / "project" / runs["VrsProtReport"].validationReport.json.get()
    checks = {c["id"]: c for c in json.loads(file.read_text(encoding="utf-8"))["checks"]}
    assert checks["0.c"]["status"] == "not_measured"
    assert checks["0.c"]["reason"].startswith("The run failed: the process was killed or crashed")
    assert checks["0.a"]["status"] in ("ok", "warnings")
    assert runs["VrsProtReport"].getPrerequisites(), "what the report waits for was forgotten"


@pytest.mark.parametrize(("available", "at_once"), [(10_000_000, 1), (10**15, 2)])
def test_checks_run_side_by_side_only_where_there_is_memory_for_all(
    scipion: Dict[str, str],
    small_map: SmallMap,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    available: int,
    at_once: int,
) -> None:
    from vrs.run import runner
    from vrs.run.workflow import fill_template, without_checks

    monkeypatch.setattr(runner, "available_memory", lambda: available)
    running, most = set(), [0]

    def count(event: Any) -> None:
        key = event.protocol.getObjId()
        running.add(key) if event.state is runner.State.RUNNING else running.discard(key)
        most[0] = max(most[0], len(running))

    wanted = without_checks(
        fill_template(values_of(small_map)), ("0.c", "0.d", "0.e", "0.f", "0.g", "0.h")
    )
    without_report = [run for run in wanted if run["object.className"] != "VrsProtReport"]
    states, _ = run_in(tmp_path / "project", without_report, count)
    assert set(states.values()) == {"finished"}
    assert most[0] == at_once


def test_nothing_runs_after_a_preparation_that_failed(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.run.runner import reason_of
    from vrs.run.workflow import fill_template

    states, runs = run_in(tmp_path / "project", fill_template(values_of(small_map, contour="1e9")))
    assert states.pop("VrsProtImportMap") == "finished"
    assert states.pop("VrsProtPrepare") == "failed"
    assert set(states.values()) == {"not run"}
    reason = reason_of(runs["VrsProtMass"])
    assert reason == "its input “Map” is missing, because an earlier run failed"


def test_labels_are_those_of_the_workflow(finished_report: FinishedReport) -> None:
    labels = {run["label"] for run in reloaded(finished_report.project)}
    assert {"Import map", "Prepare map", "0.a Mass analysis", "Validation report"} <= labels


def test_an_unknown_protocol_is_named(scipion: Dict[str, str], tmp_path: Path) -> None:
    from vrs.run.workflow import create_project, load_workflow

    project = create_project(tmp_path / "project", "unknown")
    with pytest.raises(WorkflowError, match="not installed: ProtOfNobody"):
        load_workflow(project, [{"object.className": "ProtOfNobody", "object.id": "1"}])


# --- afterwards -----------------------------------------------------------------------------------

_DUMP = """
import json, sys
import pyworkflow as pw
from pyworkflow.project import Project
project = Project(pw.Config.getDomain(), sys.argv[1])
project.load()
found = []
for run in project.getRuns():
    outputs = {name: str(output) for name, output in run.iterOutputAttributes()}
    volumes = {
        name: [output.getFileName(), output.getSamplingRate(), *output.getOrigin().getShifts()]
        for name, output in run.iterOutputAttributes() if hasattr(output, "getSamplingRate")
    }
    result = getattr(run, "checkResult", None)
    found.append({
        "class": run.getClassName(), "label": run.getObjLabel(), "status": run.getStatus(),
        "outputs": outputs, "volumes": volumes,
        "check": result and [result.checkId.get(), result.status.get(), result.headline.get()],
        "table": [str(item) for item in getattr(run, "checkResults", None) or []],
    })
print("FOUND" + json.dumps(found))
"""


def reloaded(project: Path) -> List[Dict[str, Any]]:
    """The runs of a project as another process sees them."""
    done = subprocess.run(
        [sys.executable, "-c", _DUMP, str(project)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: List[Dict[str, Any]] = json.loads(done.stdout.split("FOUND")[1])
    return found


def test_another_process_sees_the_same_results(finished_report: FinishedReport) -> None:
    report = json.loads((finished_report.folder / "report.json").read_text(encoding="utf-8"))
    wanted = {check["id"]: check for check in report["checks"]}
    runs = reloaded(finished_report.project)
    assert {run["status"] for run in runs} == {"finished"}
    seen = [run["check"] for run in runs if run["check"]]
    assert len(seen) == 7
    for name, status, headline in seen:
        assert status == wanted[name]["status"]
        assert headline == (wanted[name]["headline"] or wanted[name]["reason"])
    last = next(run for run in runs if run["class"] == "VrsProtReport")
    score = report["score"]
    assert last["outputs"]["validationReport"].startswith(
        f"Validation report: {score['passed']} of {score['evaluated']} evaluable items"
    )
    assert len(last["table"]) == 7 and last["table"][0].startswith("0.a Mass analysis: ")


def test_every_volume_of_the_project_has_its_place_in_space(
    finished_report: FinishedReport,
) -> None:
    from vrs.tests.conftest import ORIGIN

    volumes = {
        f"{run['class']}.{name}": values
        for run in reloaded(finished_report.project)
        for name, values in run["volumes"].items()
    }
    assert len(volumes) == 11, sorted(volumes)
    for name, (file, sampling, *origin) in volumes.items():
        resized = "resized" in name or "Occupancy" in name or "BFactor.bFactor" in name
        grid = 1.0 if "resolutionVolume" in name else RESOLUTION / 2 if resized else VOXEL_SIZE
        assert sampling == pytest.approx(grid), name
        assert origin == pytest.approx(ORIGIN), name
        with mrcfile.open(finished_report.project / file, permissive=False) as map_file:
            assert float(map_file.voxel_size.z) == pytest.approx(sampling, rel=1e-5), name
            assert map_file.header.origin.item() == pytest.approx(ORIGIN), name


def test_a_workflow_exported_from_the_project_runs_again(
    finished_report: FinishedReport, scipion: Dict[str, str], tmp_path: Path
) -> None:
    import pyworkflow as pw
    from pyworkflow.project import Project

    project = Project(pw.Config.getDomain(), str(finished_report.project))
    project.load(chdir=False)
    exported = tmp_path / "exported.json"
    working_folder = Path.cwd()
    os.chdir(finished_report.project)
    project.exportProtocols(project.getRuns(), str(exported))
    os.chdir(working_folder)
    done = run_vrs(scipion, "run", exported, "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr + done.stdout
    first, second = (
        json.loads((folder / "report.json").read_text(encoding="utf-8"))
        for folder in (finished_report.folder, tmp_path / "again")
    )
    assert second["score"] == first["score"]
    assert [check["measurements"] for check in second["checks"]] == [
        check["measurements"] for check in first["checks"]
    ]


def test_scipion_loads_the_workflow_that_comes_with_the_report(
    finished_report: FinishedReport, scipion: Dict[str, str]
) -> None:
    from pyworkflow.project import Manager

    done = subprocess.run(
        [
            sys.executable, "-m", "pyworkflow.project.scripts.create", "from_export",
            str(finished_report.folder / "workflow.json"),
        ],
        env=scipion,
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    runs = Manager().loadProject("from_export", chdir=False).getRuns()
    assert len(runs) == 10
