"""From a map file to a folder with its report: checks the input, runs the workflow, collects.

Scipion is imported only after the input was found usable, and what it prints goes to a log file.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Sequence, TextIO, Tuple

from vrs.checks.memory import PREPARATION, grid_sizes, shortage, shortages
from vrs.maps import MapError, open_map
from vrs.maps.errors import ReportFailed
from vrs.run.environment import prepare_scipion
from vrs.run.memory import available_memory
from vrs.run.output_folder import LOG, REPORT_HTML, REPORT_PDF, WORKFLOW, OutputFolder
from vrs.run.progress import Progress

if TYPE_CHECKING:
    from vrs.run.runner import Event

_TONES = {"ok": "good", "warnings": "warning", "not_applicable": "quiet", "not_measured": "bad"}


@dataclass(frozen=True)
class Request:
    """What the user asks for.

    Attributes
    ----------
    map : Path
    contour : float
    resolution : float or None
        In Å; None if it was not reported.
    voxel_size : float or None
        In Å; None for that of the file.
    title : str
    skip : sequence of str
        Identifiers of checks that are not wanted.
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


@dataclass(frozen=True)
class Outcome:
    """What was written: the content of report.json, and the runs that failed on the way."""

    report: Dict[str, Any]
    failures: List[str]
    seconds: float


def check_request(request: Request) -> List[str]:
    """Refuse what cannot be analysed, before anything is started.

    Returns
    -------
    list of str
        Remarks on what is doubtful.

    Raises
    ------
    MapError
    """
    # Only here are the libraries of mathematics needed, not for the help.
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
        If no report came out.
    KeyboardInterrupt
        After the running processes were stopped.
    """
    from vrs.run.runner import Runner, State
    from vrs.run.workflow import create_project, export_workflow, load_workflow

    start = time.monotonic()
    project = create_project(folder.project, name)
    runs = load_workflow(project, workflow)
    export_workflow(workflow, folder.path / WORKFLOW)
    progress = Progress([run.getObjLabel() for run in runs], screen)
    failures = []

    def show(event: "Event") -> None:
        label = event.protocol.getObjLabel()
        if event.state is State.RUNNING:
            progress.started(label)
            return
        text, tone = status_of(event)
        progress.ended(label, text, tone, event.seconds)
        if event.state is State.FAILED:
            log = folder.project / event.protocol.getStderrLog()
            failures.append(f"{label}: {text} (log: {log})")

    try:
        Runner(project, runs, threads, show, progress.tick).run()
    finally:
        folder.sign()
    reports = [run.validationReport for run in runs if hasattr(run, "validationReport")]
    if not reports:
        reason = failures[0] if failures else f"the workflow made none; log: {folder.path / LOG}"
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
    """The words and the tone for a run that has ended."""
    from vrs.run.runner import State, reason_of

    if event.state is not State.FINISHED:
        return f"{event.state.value}: {reason_of(event.protocol)}", "bad"
    result = getattr(event.protocol, "checkResult", None)
    if result is None:
        return "done", "good"
    return str(result.statusText.get()), _TONES[result.status.get()]


@contextlib.contextmanager
def scipion_quiet(log: Path) -> Iterator[TextIO]:
    """Send what Scipion and its child processes print to a file; yields the real standard output.

    The file descriptors themselves are turned, so that child processes are quiet too.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    # Undone in the opposite order, each step whether or not one before it failed.
    with contextlib.ExitStack() as at_the_end:
        stream = at_the_end.enter_context(log.open("w", encoding="utf-8"))
        screen = at_the_end.enter_context(os.fdopen(os.dup(1), "w"))
        for descriptor in (1, 2):
            at_the_end.callback(_restore, descriptor, os.dup(descriptor))
        for printed in (sys.stdout, sys.stderr):
            at_the_end.callback(printed.flush)
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
        logging.basicConfig(stream=sys.stderr, level=logging.INFO)
        yield screen


def _restore(descriptor: int, original: int) -> None:
    os.dup2(original, descriptor)
    os.close(original)


def make_report(request: Request, folder: OutputFolder, threads: int) -> Outcome:
    """Run everything for one map whose request was checked; see ``run_workflow``."""
    folder.make()
    with scipion_quiet(folder.path / LOG) as screen:
        _configure_scipion()
        return run_workflow(
            workflow_of(request), folder, project_name(request.map), threads, screen
        )


def run_again(file: Path, folder: OutputFolder, threads: int) -> Outcome:
    """Run a workflow that Scipion exported; see ``run_workflow``.

    Raises
    ------
    ReportFailed
        If the file cannot be read or does not hold a workflow.
    """
    advice = "give the workflow.json of a report, or a workflow that Scipion exported"
    try:
        workflow = json.loads(file.read_text(encoding="utf-8"))
        runs = [(run["object.className"], run["object.id"]) for run in workflow]
    except OSError as error:
        raise ReportFailed(f"{file} cannot be read ({error.strerror}): {advice}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ReportFailed(f"{file} is not a workflow as Scipion exports it: {advice}") from error
    if not runs:
        raise ReportFailed(f"{file} holds no run: {advice}")
    folder.make()
    with scipion_quiet(folder.path / LOG) as screen:
        _configure_scipion()
        return run_workflow(workflow, folder, project_name(file), threads, screen)


def _configure_scipion() -> None:
    try:
        prepare_scipion()
    except OSError as error:
        raise ReportFailed(
            f"Scipion's configuration cannot be written ({error}): "
            "set SCIPION_HOME to a folder of yours"
        ) from error


def project_name(file: Path) -> str:
    """Name under which Scipion lists the project: that of the map with the date and time."""
    return f"{file.name.split('.')[0]}_{datetime.now():%Y%m%d_%H%M%S}"
