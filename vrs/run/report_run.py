"""From a map file to a folder with its report: check the input, run the workflow, collect.

Scipion is imported only after the input was checked, and its output goes to a log file.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Collection,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    TextIO,
    Tuple,
)

import numpy as np

from vrs.checks.memory import memory_needed, shortage
from vrs.checks.store import write_json
from vrs.level0.preparation import PREPARATION_MEMORY
from vrs.levels import CHECKS, LEVELS
from vrs.maps import DensityMap, open_map
from vrs.maps.errors import MapError, OutputError, ReportFailed
from vrs.maps.resample import bin_and_validate
from vrs.maps.whole_file import write_whole
from vrs.report import REPORT_PDF
from vrs.run.collect import collect
from vrs.run.environment import prepare_scipion
from vrs.run.memory import available_memory
from vrs.run.orphans import no_orphans
from vrs.run.output_folder import LOG, WORKFLOW, OutputFolder
from vrs.run.progress import STYLES, Progress
from vrs.run.quiet import scipion_quiet
from vrs.run.workflow import read_workflow
from vrs.run.written import PROJECT

if TYPE_CHECKING:
    from vrs.report.model import Report
    from vrs.run.runner import Event
    from vrs.run.template import Workflow

MASK_CUT = 0.5


@dataclass(frozen=True)
class Request:
    """A map, the values that belong to it, and how it is measured.

    Attributes
    ----------
    contour : float -- Contour level, in grey values of the map.
    resolution : float or None -- Reported resolution in Å.
    voxel_size : float or None -- In Å; None for that of the file.
    mask : Path or None -- File of the user's own mask, on the grid of the map.
    skip : sequence of str -- Identifiers of checks to leave out.
    engines : mapping of str to str -- Engine of a check by its identifier; "auto" for the others.
    binning : int -- Edge, in voxels, of the cubes that become one voxel before anything is
        measured.
    """

    map: Path
    contour: float
    resolution: Optional[float] = None
    voxel_size: Optional[float] = None
    mask: Optional[Path] = None
    title: str = ""
    skip: Sequence[str] = ()
    engines: Mapping[str, str] = field(default_factory=dict)
    command_line: str = ""
    binning: int = 1


@dataclass(frozen=True)
class Outcome:
    """The content of report.json, and a sentence for each run that failed.

    ``pdf_problem`` says why there is no PDF, "" if there is one.
    """

    report: Report
    failures: List[str]
    seconds: float
    pdf_problem: str = ""


def check_request(request: Request) -> List[str]:
    """Refuse a map that cannot be analysed, before anything is started.

    Returns remarks on doubtful values, and on checks for which there is too little memory.

    Raises MapError.
    """
    density = open_map(request.map, request.voxel_size)
    if request.mask is not None:
        _check_mask(open_map(request.mask, density.voxel_size), density)
    _, remarks = bin_and_validate(density, request.binning, request.contour, request.resolution)
    voxels = math.prod(side // request.binning for side in density.box)
    available = available_memory()
    refusal = shortage("the preparation", memory_needed(PREPARATION_MEMORY, voxels), available)
    if refusal:
        raise refusal
    wanted = [check for check in CHECKS.values() if check.id not in request.skip]
    refusals = [
        check.shortage(voxels, density.voxel_size * request.binning, available) for check in wanted
    ]
    return [*(remark.message for remark in remarks), *(str(error) for error in refusals if error)]


def _check_mask(mask: DensityMap, density: DensityMap) -> None:
    if mask.box != density.box:
        sizes = [" x ".join(map(str, grid.box)) for grid in (mask, density)]
        raise MapError(
            f"the mask has {sizes[0]} voxels and the map {sizes[1]}", "use a mask of this map"
        )
    highest = float(np.max(mask.data))
    if not highest > MASK_CUT:
        raise MapError(
            f"the mask is empty, as its maximum is {highest:g} and voxels above {MASK_CUT:g} count",
            "use a mask with the value 1 inside and 0 outside",
        )


def make_report(
    request: Request, folder: OutputFolder, threads: int, progress: bool = True
) -> Outcome:
    """Run the workflow for a request that was checked; see ``run_workflow``."""
    folder.make()
    with scipion_quiet(folder.work / LOG) as screen:
        prepare_scipion()
        write_json(folder.work / WORKFLOW, workflow_of(request))
        outcome = run_workflow(folder, request.map, threads, screen if progress else None)
    folder.finish()
    return outcome


def run_again(
    file: Path,
    folder: OutputFolder,
    threads: int,
    allowed: Collection[str] = (),
    progress: bool = True,
) -> Outcome:
    """Run a workflow that Scipion exported; see ``run_workflow``.

    ``allowed`` are the names of protocols of other plugins that may run.

    Raises WorkflowError if the file cannot be read or does not hold a workflow.
    """
    read_workflow(file)
    folder.make()
    write_whole(folder.work / WORKFLOW, file.read_bytes())
    with scipion_quiet(folder.work / LOG) as screen:
        prepare_scipion()
        outcome = run_workflow(folder, file, threads, screen if progress else None, allowed)
    folder.finish()
    return outcome


def workflow_of(request: Request) -> Workflow:
    """The runs of all levels with the values of the request."""
    from vrs.run.template import workflow

    values = {
        "map": str(request.map.resolve()),
        "voxel_size": "" if request.voxel_size is None else repr(request.voxel_size),
        "contour": repr(request.contour),
        "resolution": "" if request.resolution is None else repr(request.resolution),
        "title": request.title,
        "command_line": request.command_line,
        "binning": str(request.binning),
    }
    if request.mask is not None:
        values["mask"] = str(request.mask.resolve())
        values["mask_voxel_size"] = repr(open_map(request.map, request.voxel_size).voxel_size)
    return workflow(LEVELS, values, request.skip, request.engines)


def run_workflow(
    folder: OutputFolder,
    source: Path,
    threads: int,
    screen: Optional[TextIO],
    allowed: Collection[str] = (),
) -> Outcome:
    """Run the workflow in the folder in a new project, and copy its report into the folder.

    The comment of the project names ``source``. The progress is shown on ``screen``, unless that
    is None.

    Raises WorkflowError if the workflow cannot be loaded or asks for what is not ``allowed``.
    Raises ReportFailed if no report was written.
    Raises KeyboardInterrupt after the running processes were stopped.
    """
    from vrs.run.project import check_start, create_project, load_workflow
    from vrs.run.runner import Runner, State

    start = time.monotonic()
    project = create_project(folder.work / PROJECT, source.name)
    runs = load_workflow(project, folder.work / WORKFLOW, allowed)
    check_start(runs)
    progress = Progress({run.getObjId(): run.getObjLabel() for run in runs}, screen)
    failures: Dict[str, str] = {}

    def show(event: Event) -> None:
        key = event.protocol.getObjId()
        if event.state is State.RUNNING:
            progress.started(key)
            return
        text, style = status_of(event)
        progress.ended(key, text, style, event.seconds)
        if event.state is State.FAILED:
            failures[f"{event.protocol.getObjLabel()}: {text}"] = event.protocol.getStderrLog()

    def tick() -> None:
        progress.tick()
        if not folder.work.is_dir():
            raise OutputError(f"{folder.work} was removed")

    with no_orphans(), progress:
        Runner(project, runs, threads, show, tick).run()
    # Its database is about to get another path.
    project.closeMapper()
    reports = [run.validationReport for run in runs if hasattr(run, "validationReport")]
    if not reports:
        logs = {run: folder.failed / PROJECT / log for run, log in failures.items()}
        missing = {"the workflow has no report": folder.failed / LOG}
        reason, log = next(iter((logs or missing).items()))
        raise ReportFailed(f"no report was written: {reason} (log: {log})")
    report = collect(folder.work / PROJECT / Path(reports[-1].json.get()).parent, folder)
    problem = next((run.summaryVar.get() for run in runs if run.summaryVar.get()), "")
    return Outcome(
        report,
        [f"{run} (log: {folder.project / log})" for run, log in failures.items()],
        time.monotonic() - start,
        "" if (folder.work / REPORT_PDF).exists() else problem or "No PDF was written.",
    )


def status_of(event: Event) -> Tuple[str, str]:
    from vrs.run.runner import State, reason_of

    if event.state is not State.FINISHED:
        return f"{event.state.value}: {reason_of(event.protocol)}", "red"
    result = getattr(event.protocol, "checkResult", None)
    if result is None:
        return "done", "green"
    return str(result.statusText.get()), STYLES[result.status.get()]
