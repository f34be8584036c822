"""From a map file to a folder with its report: check the input, run the workflow, collect.

Scipion is imported only after the input was checked, and its output goes to a log file.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, TextIO, Tuple

import msgspec

from vrs.checks.memory import PREPARATION, grid_sizes, shortage, shortages
from vrs.maps import MapError, open_map
from vrs.maps.errors import ReportFailed, WorkflowError
from vrs.run.environment import prepare_scipion
from vrs.run.memory import available_memory
from vrs.run.output_folder import LOG, REPORT_HTML, REPORT_PDF, WORKFLOW, OutputFolder
from vrs.run.progress import STYLES, Progress
from vrs.run.quiet import scipion_quiet

if TYPE_CHECKING:
    from vrs.run.runner import Event


@dataclass(frozen=True)
class Request:
    """A map, the values that belong to it, and the checks to leave out.

    Attributes
    ----------
    map : Path
    contour : float
        Contour level, in grey values of the map.
    resolution : float or None
        Reported resolution in Å.
    voxel_size : float or None
        In Å; None for that of the file.
    title : str
    skip : sequence of str
        Identifiers of checks to leave out.
    command_line : str
    binning : int
        Edge, in voxels, of the cubes that become one voxel before anything is measured.
    """

    map: Path
    contour: float
    resolution: Optional[float] = None
    voxel_size: Optional[float] = None
    title: str = ""
    skip: Sequence[str] = ()
    command_line: str = ""
    binning: int = 1


class ExportedRun(msgspec.Struct):
    """What every run of a workflow that Scipion exported has, beside the values of its form."""

    class_name: str = msgspec.field(name="object.className")
    key: str = msgspec.field(name="object.id")


@dataclass(frozen=True)
class Outcome:
    """The content of report.json, and a sentence for each run that failed."""

    report: Dict[str, Any]
    failures: List[str]
    seconds: float


def check_request(request: Request) -> List[str]:
    """Refuse a map that cannot be analysed, before anything is started.

    Returns
    -------
    list of str
        Remarks on doubtful values.

    Raises
    ------
    MapError
    """
    from vrs.maps.resample import bin_and_validate

    given = open_map(request.map, request.voxel_size)
    _, remarks = bin_and_validate(given, request.binning, request.contour, request.resolution)
    grids = grid_sizes(given.box, given.voxel_size, request.resolution, request.binning)
    available = available_memory()
    short = shortage(PREPARATION, grids, available)
    if short:
        raise MapError(short)
    messages = [remark.message for remark in remarks]
    return [*messages, *shortages(grids, available, request.skip)]


def workflow_of(request: Request) -> List[Dict[str, Any]]:
    """The shipped workflow with the values of the request."""
    from vrs.run.workflow import fill_template, without_checks

    workflow = fill_template(
        {
            "map": str(request.map.resolve()),
            "voxel_size": repr(request.voxel_size or 0.0),
            "contour": repr(request.contour),
            "resolution": repr(request.resolution or 0.0),
            "title": request.title,
        }
    )
    for run in workflow:
        if "commandLine" in run:
            run["commandLine"] = request.command_line
        if "binning" in run:
            run["binning"] = str(request.binning)
    return without_checks(workflow, request.skip) if request.skip else workflow


def run_workflow(
    workflow: List[Dict[str, Any]], folder: OutputFolder, name: str, threads: int, screen: TextIO
) -> Outcome:
    """Run a workflow in a new project and copy its report into the folder.

    Raises
    ------
    WorkflowError
        If the workflow cannot be loaded.
    ReportFailed
        If no report was written.
    KeyboardInterrupt
        After the running processes were stopped.
    """
    from vrs.run.runner import Runner, State
    from vrs.run.workflow import create_project, export_workflow, load_workflow

    start = time.monotonic()
    project = create_project(folder.project, name)
    runs = load_workflow(project, workflow)
    export_workflow(workflow, folder.path / WORKFLOW)
    progress = Progress({run.getObjId(): run.getObjLabel() for run in runs}, screen)
    failures = []

    def show(event: "Event") -> None:
        key = event.protocol.getObjId()
        if event.state is State.RUNNING:
            progress.started(key)
            return
        text, style = status_of(event)
        progress.ended(key, text, style, event.seconds)
        if event.state is State.FAILED:
            log = folder.project / event.protocol.getStderrLog()
            failures.append(f"{event.protocol.getObjLabel()}: {text} (log: {log})")

    try:
        with progress:
            Runner(project, runs, threads, show, progress.tick).run()
    finally:
        folder.sign()
    reports = [run.validationReport for run in runs if hasattr(run, "validationReport")]
    if not reports:
        reason = failures[0] if failures else f"the workflow has none (log: {folder.path / LOG})"
        raise ReportFailed(f"no report was written: {reason}")
    report_folder = folder.project / Path(reports[-1].json.get()).parent
    content = folder.collect(report_folder)
    problem = next((run.summaryVar.get() for run in runs if run.summaryVar.get()), "")
    if not (folder.path / REPORT_PDF).exists():
        raise ReportFailed(
            f"{folder.path / REPORT_HTML} and report.json were written, but no PDF: {problem}"
        )
    return Outcome(content, failures, time.monotonic() - start)


def status_of(event: "Event") -> Tuple[str, str]:
    """Status and colour of a run that has ended."""
    from vrs.run.runner import State, reason_of

    if event.state is not State.FINISHED:
        return f"{event.state.value}: {reason_of(event.protocol)}", "red"
    result = getattr(event.protocol, "checkResult", None)
    if result is None:
        return "done", "green"
    return str(result.statusText.get()), STYLES[result.status.get()]


def make_report(request: Request, folder: OutputFolder, threads: int) -> Outcome:
    """Run the workflow for a request that was checked; see ``run_workflow``."""
    folder.make()
    with scipion_quiet(folder.path / LOG) as screen:
        prepare_scipion()
        return run_workflow(
            workflow_of(request), folder, project_name(request.map), threads, screen
        )


def run_again(file: Path, folder: OutputFolder, threads: int) -> Outcome:
    """Run a workflow that Scipion exported; see ``run_workflow``.

    Raises
    ------
    WorkflowError
        If the file cannot be read or does not hold a workflow.
    """
    advice = "choose the workflow.json of a report, or a workflow that Scipion exported"
    try:
        content = file.read_bytes()
        runs = msgspec.json.decode(content, type=List[ExportedRun])
    except OSError as error:
        raise WorkflowError(f"{file} cannot be read ({error.strerror})", advice) from error
    except msgspec.DecodeError as error:
        raise WorkflowError(f"{file} is not a workflow as Scipion exports it", advice) from error
    if not runs:
        raise WorkflowError(f"{file} holds no run", advice)
    folder.make()
    with scipion_quiet(folder.path / LOG) as screen:
        prepare_scipion()
        return run_workflow(json.loads(content), folder, project_name(file), threads, screen)


def project_name(file: Path) -> str:
    """Name in Scipion's list of projects: that of the map with the date and time."""
    return f"{file.name.split('.')[0]}_{datetime.now():%Y%m%d_%H%M%S}"
