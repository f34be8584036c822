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

import vrs
from vrs.checks.store import write_json
from vrs.levels import MEASURED
from vrs.maps.errors import WorkflowError
from vrs.run.request import Request
from vrs.tests.conftest import RESOLUTION, TITLE, VOXEL_SIZE, FinishedReport, SmallMap, run_vrs

pytestmark = pytest.mark.slow

TEMPLATE = Path(vrs.__file__).parent / "templates" / "level0.json.template"


def request_of(small_map: SmallMap, **others: Any) -> Request:
    """A request for a report on the small map."""
    values = {"contour": small_map.contour, "resolution": RESOLUTION, "title": "ball", **others}
    return Request(map=small_map.file, **values)


def workflow_for(small_map: SmallMap, *wanted: str, **others: Any) -> List[Dict[str, Any]]:
    """The workflow with some of the checks; with all and the evidence if none is named."""
    from vrs.run.report_run import workflow_of

    skip = tuple(check_id for check_id in MEASURED if wanted and check_id not in wanted)
    return workflow_of(request_of(small_map, skip=skip, **others))


def run_of(workflow: List[Dict[str, Any]], name: str) -> Dict[str, Any]:
    """The only run of a class."""
    (run,) = (run for run in workflow if run["object.className"] == name)
    return run


# --- the workflow ---------------------------------------------------------------------------------


def test_any_text_goes_into_the_workflow_unchanged(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    workflow = workflow_for(small_map, title=TITLE)
    write_json(tmp_path / "workflow.json", workflow)
    assert json.loads((tmp_path / "workflow.json").read_bytes()) == workflow
    assert run_of(workflow, "VrsProtReport")["title"] == TITLE
    assert run_of(workflow, "VrsProtImportMap")["mapFile"] == str(small_map.file)


def test_values_that_are_not_known_are_empty_and_become_none(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.run.project import create_project, load_workflow

    workflow = workflow_for(small_map, "0.a", resolution=None)
    assert run_of(workflow, "VrsProtPrepare")["reportedResolution"] == ""
    assert run_of(workflow, "VrsProtImportMap")["voxelSize"] == ""
    write_json(tmp_path / "workflow.json", workflow)
    runs = load_workflow(create_project(tmp_path / "project", "p"), tmp_path / "workflow.json")
    assert runs[0].voxelSize.get() == ""
    assert runs[1].reportedResolution.get() == ""


def test_engines_are_those_of_the_forms(scipion: Dict[str, str], small_map: SmallMap) -> None:
    import vrs.protocols as protocols

    engines = {"prepare": "xmipp", "0.e": "xmipp", "0.f": "embedded", "0.g": "ucm"}
    workflow = workflow_for(small_map, engines=engines)
    chosen = {run["object.className"]: run["engine"] for run in workflow if "engine" in run}
    measured = ("Prepare", "BFactor", "LocalResolution", "LocalBFactor", "LocalOccupancy", "Hand")
    assert list(chosen) == [f"VrsProt{name}" for name in measured]
    for name, number in chosen.items():
        cls = getattr(protocols, name)
        choice = cls().getParam("engine").choices[int(number)]
        what = cls.CHECK.id if hasattr(cls, "CHECK") else "prepare"
        assert choice == engines.get(what, "auto")


def test_a_workflow_is_run_again_with_other_engines(
    scipion: Dict[str, str], small_map: SmallMap
) -> None:
    from vrs.run.engine_values import with_engines

    workflow = workflow_for(small_map, "0.d", "0.e", "0.h", engines={"0.e": "xmipp"})
    changed = with_engines(workflow, {"prepare": "embedded", "0.d": "xmipp"})
    engines = {run["object.className"]: run.get("engine") for run in changed}
    assert engines["VrsProtPrepare"] == "1" and engines["VrsProtBFactor"] == "2"
    assert engines["VrsProtLocalResolution"] == "2" and engines["VrsProtHand"] == "0"
    assert {**run_of(workflow, "VrsProtBFactor"), "engine": "2"} in changed
    with pytest.raises(WorkflowError, match="no run of the workflow measures 0.f: leave out"):
        with_engines(workflow, {"0.f": "ucm"})

    box = [{"object.className": "VrsProtLevel0", "object.id": "1"}]
    assert with_engines(box, {"0.f": "ucm", "0.g": "ucm"})[0]["engine"] == "3"
    with pytest.raises(WorkflowError, match="has one engine for all checks: name it without"):
        with_engines(box, {"0.f": "ucm"})


def test_an_own_mask_is_imported_with_the_voxel_size_of_the_map(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    workflow = workflow_for(small_map, mask=tmp_path / "mask.mrc")
    imported = next(run for run in workflow if run["object.label"] == "Import mask")
    assert imported["mapFile"] == str(tmp_path / "mask.mrc")
    assert float(imported["voxelSize"]) == pytest.approx(VOXEL_SIZE)
    prepare = run_of(workflow, "VrsProtPrepare")
    assert prepare["ownMask"] == f"{imported['object.id']}.outputMask"


def test_a_skipped_check_leaves_no_trace_but_its_name(
    scipion: Dict[str, str], small_map: SmallMap
) -> None:
    from vrs.run.report_run import workflow_of

    workflow = workflow_of(request_of(small_map, skip=("0.e", "0.h")))
    classes = {run["object.className"] for run in workflow}
    assert not {"VrsProtLocalResolution", "VrsProtHand"} & classes
    report = run_of(workflow, "VrsProtReport")
    assert report["notRequested"] == "0.e, 0.h"
    assert len(report["checks"]) == len(report["_prerequisites"].split(",")) == 7


def from_template(scipion: Dict[str, str], name: str, **values: Any) -> List[Any]:
    """The runs that ``scipion template`` makes without a window, by the names of their classes."""
    from pyworkflow.project import Manager

    fields = [f"{alias}={value}" for alias, value in values.items()]
    done = subprocess.run(
        [
            sys.executable, "-m", "scipion", "template", str(TEMPLATE), "--nogui", "--noschedule",
            f"project_name={name}", *fields,
        ],
        env={name: value for name, value in scipion.items() if name != "DISPLAY"},
        capture_output=True,
        text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    runs = Manager().loadProject(name, chdir=False).getRuns()
    assert len(runs) == 12
    return runs


def test_scipion_makes_the_same_project_from_the_template(
    scipion: Dict[str, str], small_map: SmallMap
) -> None:
    runs = from_template(
        scipion, "from_template", map=small_map.file, voxel_size="", contour=small_map.contour,
        resolution="", mass="64 kDa", title="ball",
    )  # fmt: skip
    report = next(run for run in runs if run.getClassName() == "VrsProtReport")
    assert len(report.checks) == len(report.getPrerequisites()) == 9
    prepare = next(run for run in runs if run.getClassName() == "VrsProtPrepare")
    assert prepare.reportedResolution.get() == "" and prepare.mass.get() == "64 kDa"


def test_an_entry_is_all_that_the_template_needs(scipion: Dict[str, str]) -> None:
    runs = from_template(
        scipion, "of_entry", map="EMD-3488", voxel_size="", contour="", resolution="", mass="",
        title="",
    )  # fmt: skip
    imported = next(run for run in runs if run.getClassName() == "VrsProtImportMap")
    assert imported.mapFile.get() == "EMD-3488"
    prepare = next(run for run in runs if run.getClassName() == "VrsProtPrepare")
    # The import has not run, so that the entry may state a level.
    assert prepare.contourLevel.get() == "" and prepare._validate() == []


# --- running --------------------------------------------------------------------------------------


def run_in(
    folder: Path, workflow: List[Dict[str, Any]], interfere: Any = None
) -> "tuple[Dict[str, str], Dict[str, Any]]":
    """Run a workflow; the end state and the protocol of each class."""
    from vrs.run.project import create_project, load_workflow
    from vrs.run.runner import Runner

    project = create_project(folder, folder.name)
    file = folder / "workflow.json"
    write_json(file, workflow)
    runs = load_workflow(project, file)
    states = Runner(project, runs, 2, interfere or (lambda event: None)).run()
    named = {run.getClassName(): run for run in runs}
    return {name: states[run.getObjId()].value for name, run in named.items()}, named


def test_the_report_is_written_although_a_check_was_killed(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.run.runner import State

    killed = []

    def kill_background(event: Any) -> None:
        victim = event.protocol.getClassName() == "VrsProtBackground"
        if victim and event.state is State.RUNNING:
            os.kill(event.protocol.getPid(), signal.SIGKILL)
            killed.append(event.protocol.getObjId())

    workflow = workflow_for(small_map, "0.a", "0.c")
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

    monkeypatch.setattr(runner, "available_memory", lambda: available)
    running, most = set(), [0]

    def count(event: Any) -> None:
        key = event.protocol.getObjId()
        running.add(key) if event.state is runner.State.RUNNING else running.discard(key)
        most[0] = max(most[0], len(running))

    wanted = workflow_for(small_map, "0.a", "0.b")
    without_report = [run for run in wanted if run["object.className"] != "VrsProtReport"]
    states, _ = run_in(tmp_path / "project", without_report, count)
    assert set(states.values()) == {"finished"}
    assert most[0] == at_once


def test_a_contour_level_above_the_map_gives_a_report_without_measurements(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    states, runs = run_in(tmp_path / "project", workflow_for(small_map, "0.a", "0.b", contour=1e9))
    assert set(states.values()) == {"finished"}
    file = tmp_path / "project" / runs["VrsProtReport"].validationReport.json.get()
    statuses = {c["id"]: c["status"] for c in json.loads(file.read_bytes())["checks"]}
    assert (statuses["0.a"], statuses["0.b"]) == ("not_measured", "not_measured")


def test_nothing_runs_after_a_file_that_cannot_be_read(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.run.runner import reason_of

    workflow = workflow_for(small_map, "0.a")
    broken = tmp_path / "broken.mrc"
    broken.write_bytes(small_map.file.read_bytes()[:5000])
    run_of(workflow, "VrsProtImportMap")["mapFile"] = str(broken)
    states, runs = run_in(tmp_path / "project", workflow)
    assert states.pop("VrsProtImportMap") == "failed"
    assert set(states.values()) == {"not run"}
    reason = (
        "its input “Validation input” is missing, because an earlier run failed or did not make it"
    )
    assert reason_of(runs["VrsProtMass"]) == reason
    assert runs["VrsProtMass"].getStatus() == "aborted"


def test_two_reports_of_a_workflow_are_both_published(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    workflow = workflow_for(small_map, "0.a")
    second = [{**run, "object.id": f"9{run['object.id']}"} for run in workflow[1:]]
    prepare, check, report = second
    prepare["contourLevel"] = repr(2 * small_map.contour)
    check["validationInput"] = report["validationInput"] = f"{prepare['object.id']}.validationInput"
    report.update(checks=[f"{check['object.id']}.checkResult"], _prerequisites=check["object.id"])
    write_json(tmp_path / "workflow.json", [*workflow, *second])
    out = tmp_path / "out"
    done = run_vrs(scipion, "run", tmp_path / "workflow.json", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    levels = []
    for folder in (out, out / "report_2"):
        content = json.loads((folder / "report.json").read_bytes())
        levels.append(content["input"]["contour"])
        assert (folder / "report.html").is_file()
        for volume in content["checks"][0]["volumes"].values():
            assert (folder / volume).is_file()
    assert levels == [small_map.contour, 2 * small_map.contour]
    answer = json.loads(done.stdout)
    assert [other["folder"] for other in answer["others"]] == [str(out / "report_2")]
    again = run_vrs(scipion, "run", tmp_path / "workflow.json", "--out", out, "--quiet")
    assert again.returncode == 0, "the second report counts as that of somebody else"


def test_a_report_counts_although_scipion_lost_track_of_its_run(
    scipion: Dict[str, str],
    small_map: SmallMap,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from vrs.protocols import VrsProtReport
    from vrs.run.output_folder import OutputFolder
    from vrs.run.report_run import run_again

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(VrsProtReport, "createOutputStep", die)
    write_json(tmp_path / "workflow.json", workflow_for(small_map, "0.a"))
    with OutputFolder(tmp_path / "out") as folder:
        outcome = run_again(tmp_path / "workflow.json", folder, 2, progress=False)
    assert (tmp_path / "out" / "report.json").is_file()
    (failure,) = outcome.failures
    assert failure.startswith("Validation report: failed: the process was killed or crashed")


def test_labels_are_those_of_the_workflow(finished_report: FinishedReport) -> None:
    labels = {run["label"] for run in reloaded(finished_report.project)}
    assert {"Import map", "Prepare map", "0.a Mass analysis", "Validation report"} <= labels


def test_an_unknown_protocol_is_named(scipion: Dict[str, str], tmp_path: Path) -> None:
    from vrs.run.project import create_project, load_workflow

    project = create_project(tmp_path / "project", "unknown")
    file = tmp_path / "workflow.json"
    write_json(file, [{"object.className": "ProtOfNobody", "object.id": "1"}])
    with pytest.raises(WorkflowError, match="not installed: ProtOfNobody"):
        load_workflow(project, file)


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
    wanted = {check["id"]: check for check in (*report["checks"], report["evidence"])}
    runs = reloaded(finished_report.project)
    assert {run["status"] for run in runs} == {"finished"}
    seen = [run["check"] for run in runs if run["check"]]
    assert len(seen) == 8
    for name, status, headline in seen:
        assert status == wanted[name]["status"]
        assert headline == (wanted[name]["headline"] or wanted[name]["reason"])
    last = next(run for run in runs if run["class"] == "VrsProtReport")
    overall = report["overall"]["text"]
    assert last["outputs"]["validationReport"].startswith(f"Validation report: {overall}")
    assert len(last["table"]) == 8 and last["table"][0].startswith("0.a Mass analysis: ")


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
        resampled = "resampled" in name or "Occupancy" in name or "BFactor.bFactor" in name
        grid = 1.0 if "resolutionVolume" in name else RESOLUTION / 2 if resampled else VOXEL_SIZE
        place = list(ORIGIN)
        if "unbiased" in name:
            # Its voxels are means over cubes, whose centres lie further inside.
            grid = 1.5 * VOXEL_SIZE
            place = [corner + (grid - VOXEL_SIZE) / 2 for corner in ORIGIN]
        assert sampling == pytest.approx(grid), name
        assert origin == pytest.approx(place), name
        with mrcfile.open(finished_report.project / file, permissive=False) as map_file:
            assert float(map_file.voxel_size.z) == pytest.approx(sampling, rel=1e-5), name
            assert list(map_file.header.origin.item()) == pytest.approx(place), name


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
    assert len(runs) == 11
