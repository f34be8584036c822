"""From a request, or a workflow, to a folder with its report: run the workflow, collect.

Scipion is imported only here, after the input was checked, and its output goes to a log file.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Collection, Dict, List, Mapping, Optional, TextIO, Tuple

from vrs.checks.store import read_json, write_json
from vrs.levels import LEVELS
from vrs.maps.errors import OutputError, ReportFailed
from vrs.maps.files import read_header
from vrs.maps.placement import cubic_voxel_size
from vrs.maps.typed_values import GIVEN
from vrs.maps.whole_file import write_whole
from vrs.report import REPORT_JSON, REPORT_PDF
from vrs.run.collect import collect
from vrs.run.deadly_plugins import scipion_prepared
from vrs.run.orphans import no_orphans
from vrs.run.output_folder import LOG, WORKFLOW, OutputFolder
from vrs.run.output_path import free_space, is_full
from vrs.run.progress import STYLES, Progress
from vrs.run.queue_choice import QUEUE, QueueChoice
from vrs.run.quiet import scipion_quiet
from vrs.run.request import Request
from vrs.run.run_inputs import DOWNLOAD
from vrs.run.template import Workflow, protocol_classes, workflow
from vrs.run.temporary import temporary_files_in
from vrs.run.workflow import read_workflow
from vrs.run.written import PROJECT

if TYPE_CHECKING:
    from vrs.report.model import Report
    from vrs.run.runner import Event

TEMPORARY = "tmp"
PLUGINS = "plugins"


@dataclass(frozen=True)
class Outcome:
    """The content of report.json, and a sentence for each run that failed.

    ``pdf_problem`` says why there is no PDF, "" if there is one. ``others`` are the further reports
    of the workflow, by the name of their folder in that of the first. ``has_figures`` says whether
    they were wanted.
    """

    report: Report
    failures: List[str]
    seconds: float
    pdf_problem: str = ""
    others: Dict[str, Report] = field(default_factory=dict)
    has_figures: bool = True


def make_report(
    request: Request,
    folder: OutputFolder,
    threads: int,
    keep_project: bool = True,
    progress: bool = True,
    queue: Optional[QueueChoice] = None,
) -> Outcome:
    """Run the workflow for a request that was checked; see ``run_workflow``."""
    folder.make()
    with scipion_quiet(folder.work / LOG) as screen, scipion_prepared(folder.work / PLUGINS):
        protocol_classes()
        write_json(folder.work / WORKFLOW, workflow_of(request))
        shown_on = screen if progress else None
        # The user named the entry.
        allowed = [DOWNLOAD]
        outcome = run_workflow(
            folder, request.map, threads, shown_on, keep_project, allowed, queue=queue
        )
    folder.finish()
    return outcome


def run_again(
    file: Path,
    folder: OutputFolder,
    threads: int,
    keep_project: bool = True,
    allowed: Collection[str] = (),
    progress: bool = True,
    command_line: str = "",
    queue: Optional[QueueChoice] = None,
    engines: Mapping[str, str] = {},  # noqa: B006  (read only)
) -> Outcome:
    """Run a workflow that Scipion exported; see ``run_workflow``.

    ``allowed`` are the names of protocols of other plugins that may run; ``command_line`` is the
    command that the report quotes; ``engines`` replace those in the workflow, by the identifier of
    a check or "prepare".

    Raises WorkflowError if the file cannot be read, does not hold a workflow, or has no run for one
    of the ``engines``.
    """
    read_workflow(file)
    folder.make()
    write_whole(folder.work / WORKFLOW, file.read_bytes())
    with scipion_quiet(folder.work / LOG) as screen, scipion_prepared(folder.work / PLUGINS):
        if engines:
            from vrs.run.engine_values import with_engines

            runs = read_json(folder.work / WORKFLOW, List[Dict[str, Any]])
            write_json(folder.work / WORKFLOW, with_engines(runs, engines))
        shown_on = screen if progress else None
        outcome = run_workflow(
            folder, file, threads, shown_on, keep_project, allowed, command_line, queue
        )
    folder.finish()
    return outcome


def workflow_of(request: Request) -> Workflow:
    """The runs of all levels with the values of the request."""
    return workflow(LEVELS, texts_of(request), request.skip, request.engines)


def texts_of(request: Request) -> Dict[str, str]:
    """The values of a request as the forms of a workflow have them, as ``workflow`` names them."""

    def written(value: Optional[float]) -> str:
        return "" if value is None else repr(value)

    values = {
        "map": request.named or str(request.map.resolve()),
        "entry": request.named_entry,
        "voxel_size": written(request.voxel_size),
        "contour": repr(request.contour),
        "resolution": written(request.resolution),
        "mass": written(request.mass),
        "title": request.title,
        "command_line": request.command_line,
        "reference": request.reference,
        "binning": str(request.binning),
        "as_volume": str(request.as_volume),
        "keep_spikes": str(request.keep_spikes),
        "contour_source": request.contour_source,
        "resolution_source": request.resolution_source or GIVEN,
        "mass_source": request.mass_source or GIVEN,
    }
    if request.voxel_size is not None:
        values["voxel_size_source"] = request.voxel_size_source
    if request.mask is not None:
        values["mask"] = str(request.mask.resolve())
        header = read_header(request.map, request.as_volume)
        size = cubic_voxel_size(header, str(request.map), request.voxel_size)
        values["mask_voxel_size"] = repr(size)
    return values


def run_workflow(
    folder: OutputFolder,
    source: Path,
    threads: int,
    screen: Optional[TextIO],
    keep_project: bool = True,
    allowed: Collection[str] = (),
    command_line: str = "",
    queue: Optional[QueueChoice] = None,
) -> Outcome:
    """Run the workflow in the folder in a new project, and copy its report into the folder.

    A second report of the workflow goes into the folder ``report_2`` in it, and so on.

    The comment of the project names ``source``, and the reports quote ``command_line`` instead of
    the one in the workflow. The progress is shown on ``screen``, unless that is None. A project
    that is not to be kept is removed in the end, unless one of its runs failed: then its logs are
    needed. With a ``queue`` each run is a job with ``threads`` cores; a report that the queue
    refuses or loses is written here.

    Raises WorkflowError if the workflow cannot be loaded, asks for what is not ``allowed``, or the
    ``queue`` does not exist.
    Raises ReportFailed if no report was written.
    Raises KeyboardInterrupt after the running processes were stopped.
    """
    from vrs.run.job_queue import is_for_queue, put_into_queue, run_here_without_a_name
    from vrs.run.project import (
        check_start,
        create_project,
        load_workflow,
        quote_command,
        write_reports_without_maps,
        writes_report,
    )
    from vrs.run.runner import Runner, State, reason_of

    start = time.monotonic()
    project = create_project(folder.work / PROJECT, source.name)
    # The queue of the user replaces those in the file.
    allowed = [*allowed, *([QUEUE] if queue else [])]
    runs = load_workflow(project, folder.work / WORKFLOW, allowed)
    if queue is not None:
        put_into_queue(project, runs, queue, threads)
    else:
        run_here_without_a_name(project, runs)
    check_start(runs)
    if command_line:
        quote_command(project, runs, command_line)
    if not keep_project:
        write_reports_without_maps(project, runs)
    progress = Progress({run.getObjId(): run.getObjLabel() for run in runs}, screen)
    failures: Dict[str, str] = {}
    blocked: List[str] = []

    def show(event: Event) -> None:
        key = event.protocol.getObjId()
        if event.state is State.RUNNING:
            progress.started(key, in_queue=is_for_queue(event.protocol))
            return
        text, style = status_of(event)
        if event.state is State.FAILED and is_full(folder.path):
            # Libraries that write report a full disk in words of their own.
            text = (
                f"{State.FAILED.value}, maybe for lack of space ({free_space(folder.path)}): "
                f"{reason_of(event.protocol)}"
            )
        progress.ended(key, text, style, event.seconds)
        if event.state is State.FAILED:
            failures[f"{event.protocol.getObjLabel()}: {text}"] = event.protocol.getStderrLog()
        elif event.state is State.BLOCKED:
            blocked.append(f"{event.protocol.getObjLabel()}: {text}")

    def tick() -> None:
        progress.tick()
        if not folder.work.is_dir():
            raise OutputError(f"{folder.work} was removed")

    with temporary_files_in(folder.work / TEMPORARY), no_orphans(), progress:
        Runner(project, runs, threads, show, tick, small=writes_report).run()
    # Its database is about to get another path.
    project.closeMapper()
    places = [folder.work / PROJECT / run._getExtraPath() for run in runs if writes_report(run)]
    # report.json is written last; Scipion may have lost track of a run after that.
    reports = [place for place in places if (place / REPORT_JSON).is_file()]
    if not reports:
        logs = [f"{run} (log: {folder.failed / PROJECT / log})" for run, log in failures.items()]
        raise ReportFailed(
            f"no report was written: {[*logs, *blocked][0]}",
            "free disk space" if is_full(folder.path) else "",
        )
    report = collect(reports[0], folder)
    names = {f"report_{number}": place for number, place in enumerate(reports[1:], start=2)}
    others = {name: collect(place, folder, name) for name, place in names.items()}
    if not keep_project and not failures:
        # Scipion works in its project.
        os.chdir(folder.work)
        shutil.rmtree(folder.work / PROJECT, ignore_errors=True)
    problem = next((run.summaryVar.get() for run in runs if run.summaryVar.get()), "")
    return Outcome(
        report,
        [f"{run} (log: {folder.project / log})" for run, log in failures.items()],
        time.monotonic() - start,
        "" if (folder.work / REPORT_PDF).exists() else problem or "No PDF was written.",
        others,
    )


def status_of(event: Event) -> Tuple[str, str]:
    from vrs.run.runner import State, reason_of

    if event.state is not State.FINISHED:
        return f"{event.state.value}: {reason_of(event.protocol)}", "red"
    result = getattr(event.protocol, "checkResult", None)
    if result is None:
        return "done", "green"
    return str(result.statusText.get()), STYLES[result.status.get()]
