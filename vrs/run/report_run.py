"""From a map file to a folder with its report: check the input, run the workflow, collect.

Scipion is imported only after the input was checked, and its output goes to a log file.
"""

from __future__ import annotations

import math
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Callable,
    Collection,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    TextIO,
    Tuple,
)

import numpy as np

from vrs.checks.check import Check
from vrs.checks.entry import Entry
from vrs.checks.inputs import PROPOSED
from vrs.checks.memory import shortage
from vrs.checks.result import Remark, Severity
from vrs.checks.stated import (
    possible_values,
    stated_values,
    stated_voxel_size,
    with_source,
)
from vrs.checks.store import write_json
from vrs.level0.entry_remarks import entry_remarks
from vrs.level0.preparation import not_on_the_contour, preparation_memory, weighted
from vrs.level0.stated_contour import contour_to_use
from vrs.levels import LEVELS, MEASURED
from vrs.maps import DensityMap, open_map, open_mask
from vrs.maps.errors import ContourOutside, MapError, OutputError, ReportFailed
from vrs.maps.files import read_header, read_stored
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.maps.placement import cubic_voxel_size
from vrs.maps.printing import entered
from vrs.maps.refused_inputs import refuse_mass, refuse_resolution
from vrs.maps.resample import bin_and_validate, bin_map
from vrs.maps.source import byte_reading, stack_remark
from vrs.maps.spikes import Spike, find_spikes, spike_remark, without_spikes
from vrs.maps.typed_values import GIVEN, ContourLevel, LevelUnit
from vrs.maps.whole_file import write_whole
from vrs.report import REPORT_PDF
from vrs.run.collect import collect
from vrs.run.environment import prepare_scipion
from vrs.run.memory import available_memory
from vrs.run.orphans import no_orphans
from vrs.run.output_folder import LOG, WORKFLOW, OutputFolder
from vrs.run.output_path import free_space, is_full
from vrs.run.progress import STYLES, Progress
from vrs.run.quiet import scipion_quiet
from vrs.run.run_inputs import DOWNLOAD
from vrs.run.temporary import temporary_files_in
from vrs.run.workflow import read_workflow
from vrs.run.written import PROJECT

if TYPE_CHECKING:
    from vrs.report.model import Report
    from vrs.run.runner import Event
    from vrs.run.template import Workflow

MASK_CUT = 0.5
TEMPORARY = "tmp"


@dataclass(frozen=True)
class Request:
    """A map, the values that belong to it, and how it is measured.

    Attributes
    ----------
    contour : float -- Contour level, in grey values of the map.
    contour_source : str -- Where it comes from.
    resolution : float or None -- Reported resolution in Å.
    resolution_source, mass_source : str or None -- Where they come from.
    voxel_size : float or None -- In Å; None for that of the file.
    voxel_size_source : str -- Where it comes from.
    mass : float or None -- Molecular mass in kDa.
    mask : Path or None -- File of the user's own mask, on the grid of the map.
    skip : sequence of str -- Identifiers of checks to leave out.
    engines : mapping of str to str -- Engine of a check by its identifier; "auto" for the others.
    binning : int -- Edge, in voxels, of the cubes that become one voxel before anything is
        measured.
    as_volume : bool -- Read a stack of images as one volume.
    keep_spikes : bool -- Measure isolated voxels far outside all others, instead of replacing them.
    entry : Entry or None -- What the EMDB entry of the map says.
    named : str -- How the workflow names the map: "EMD-3488", or a path; "" for that of ``map``.
    named_entry : str -- How it names the entry of a map file; "" if it has none.
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
    as_volume: bool = False
    keep_spikes: bool = False
    contour_source: str = GIVEN
    mass: Optional[float] = None
    resolution_source: Optional[str] = GIVEN
    mass_source: Optional[str] = GIVEN
    voxel_size_source: str = GIVEN
    entry: Optional[Entry] = None
    named: str = ""
    named_entry: str = ""


@dataclass(frozen=True)
class Outcome:
    """The content of report.json, and a sentence for each run that failed.

    ``pdf_problem`` says why there is no PDF, "" if there is one.
    """

    report: Report
    failures: List[str]
    seconds: float
    pdf_problem: str = ""


def with_entry(request: Request) -> Request:
    """The request with the values of the entry where the user gave none.

    Raises MapError if the header of the map cannot be read, or leaves no possible voxel size.
    """
    if request.entry is None:
        return request
    header = read_header(request.map, request.as_volume)
    size, size_source = stated_voxel_size(
        request.entry, header.box, header.voxel_edges, request.voxel_size
    )
    edge = cubic_voxel_size(header, str(request.map), size)
    stated = stated_values(request.entry, None, request.resolution, request.mass)
    stated = possible_values(stated, header.box, edge)
    return replace(
        request, voxel_size=size, voxel_size_source=size_source,
        resolution=stated.resolution, resolution_source=stated.resolution_source,
        mass=stated.mass, mass_source=stated.mass_source,
    )  # fmt: skip


Read = Callable[[], Tuple[DensityMap, List[Spike]]]
"""Reads a map as it will be measured, before it is binned; its spikes are beside it."""


def reading(request: Request) -> Read:
    """A function that reads the map of a request, once however often it is called."""
    return lru_cache(maxsize=1)(lambda: _map_without_spikes(request))


def at_grey_value(
    request: Request, level: Optional[ContourLevel], read: Optional[Read] = None
) -> Request:
    """The request with a contour level in grey values: the one typed, else that of its entry.

    Raises MapError if the map cannot be read, has no voxel at the level, or there is no level.
    """
    read = read or reading(request)

    def density() -> DensityMap:
        return read()[0]

    stated = stated_values(request.entry)
    value, source = contour_to_use(level, stated, request.entry, density)
    if level is not None and level.unit is not LevelUnit.GREY_VALUE:
        highest = float(density().data.max())
        if value > highest:
            with _reading_of_bytes_named(request.map, request.as_volume):
                raise ContourOutside(
                    f"no voxel reaches the contour level of {source}, as the maximum of the map "
                    f"is {entered(highest)}",
                    "lower the contour level",
                )
    return replace(request, contour=value, contour_source=source)


def check_request(request: Request, read: Optional[Read] = None) -> List[Remark]:
    """Refuse a map that cannot be analysed, before anything is started.

    Returns remarks on doubtful values, and on checks for which there is too little memory.

    Raises MapError.
    """
    density, spikes = (read or reading(request))()
    own = None
    if request.mask is not None:
        own = open_mask(request.mask, density.voxel_size, request.as_volume)
        with _reading_of_bytes_named(request.mask, request.as_volume):
            _check_mask(own, density)
    with _reading_of_bytes_named(request.map, request.as_volume):
        binned, remarks = bin_and_validate(
            density, request.binning, request.contour, request.resolution
        )
    if request.contour_source.startswith(PROPOSED):
        remarks = not_on_the_contour(remarks)
    available = available_memory()
    wanted = [check for check in MEASURED.values() if check.id not in request.skip]
    refusals = [_shortage(check, binned, own, request, available) for check in wanted]
    noted = list(_remarks_on_sources(request))
    stack = stack_remark(read_header(request.map, request.as_volume))
    if stack:
        noted.append(Remark(Severity.NOTE, stack))
    if spikes:
        noted.append(Remark(Severity.CAUTION, spike_remark(spikes, request.keep_spikes)))
    noted += [weighted(remark) for remark in remarks]
    return noted + [Remark(Severity.CAUTION, str(error)) for error in refusals if error]


def _remarks_on_sources(request: Request) -> Iterator[Remark]:
    """Where the values come from that were not typed, and what is known about the entry."""
    if request.entry is None:
        if request.contour_source != GIVEN:
            yield Remark(Severity.NOTE, f"Contour level: {request.contour_source}.")
        return
    values = [with_source(f"contour level {entered(request.contour)}", request.contour_source)]
    if request.resolution is not None:
        size = f"reported resolution {entered(request.resolution)} Å"
        values.append(with_source(size, request.resolution_source))
    if request.voxel_size is not None:
        size = f"voxel size {entered(request.voxel_size)} Å"
        values.append(with_source(size, request.voxel_size_source))
    if request.mass is not None:
        values.append(with_source(f"mass {entered(request.mass)} kDa", request.mass_source))
    line = ", ".join(values)
    yield Remark(Severity.NOTE, f"{line[:1].upper()}{line[1:]}.")
    header = read_header(request.map, request.as_volume)
    edge = cubic_voxel_size(header, str(request.map), request.voxel_size)
    yield from entry_remarks(request.entry, header.box, edge, request.resolution, request.mass)


@contextmanager
def _reading_of_bytes_named(path: Path, as_volume: bool) -> Iterator[None]:
    """Add to a refusal how the bytes of the file were read, where that had to be decided."""
    try:
        yield
    except MapError as error:
        if read_header(path, as_volume).mode != 0:
            raise
        stored = read_stored(path, as_volume)
        if not stored.byte_evidence:
            raise
        reason = f"{error.reason}; the bytes of {path} were read as {byte_reading(stored)}"
        raise type(error)(reason, error.advice) from error


def _shortage(
    check: Check,
    density: DensityMap,
    own: Optional[DensityMap],
    request: Request,
    available: int,
) -> Optional[MapError]:
    """The refusal of a check that needs more memory than there is; ``density`` is binned."""
    needed = check.memory_needed(density, request.contour, request.resolution)
    lacking = check.shortage(needed, available)
    if lacking is None or check.part is None:
        return lacking
    # The mask takes a while, and is needed only here.
    if own is None:
        raw = raw_mask(density.data, request.contour)
        mask = molecule_mask(raw, growth_iterations(density.voxel_size))
    else:
        mask = bin_map(own, request.binning).data > MASK_CUT
    needed = check.memory_needed(density, request.contour, request.resolution, mask)
    return check.shortage(needed, available)


def _map_without_spikes(request: Request) -> Tuple[DensityMap, List[Spike]]:
    """The map as it will be measured, before it is binned, and its spikes.

    Raises MapError: for impossible values in the header or the request, then if there is too little
    memory, before any is taken.
    """
    header = read_header(request.map, request.as_volume)
    edge = cubic_voxel_size(header, str(request.map), request.voxel_size)
    if request.resolution is not None:
        refuse_resolution(header.box, edge, request.resolution)
    if request.mass is not None:
        refuse_mass(header.box, edge, request.mass)
    voxels = math.prod(side // request.binning for side in header.box)
    needed = preparation_memory(voxels, edge * request.binning, request.resolution)
    refusal = shortage("the preparation", needed, available_memory())
    if refusal:
        raise refusal
    density = open_map(request.map, request.voxel_size, request.as_volume)
    spikes = find_spikes(density)
    return density if request.keep_spikes else without_spikes(density, spikes), spikes


def _check_mask(mask: DensityMap, density: DensityMap) -> None:
    if mask.box != density.box:
        sizes = [" x ".join(map(str, grid.box)) for grid in (mask, density)]
        raise MapError(
            f"the mask has {sizes[0]} voxels and the map {sizes[1]}", "use a mask of this map"
        )
    highest = float(np.max(mask.data))
    if not highest > MASK_CUT:
        raise MapError(
            f"the mask is empty, as its maximum is {entered(highest)} and voxels above "
            f"{MASK_CUT:g} count",
            "use a mask with the value 1 inside and 0 outside",
        )


def make_report(
    request: Request,
    folder: OutputFolder,
    threads: int,
    keep_project: bool = True,
    progress: bool = True,
) -> Outcome:
    """Run the workflow for a request that was checked; see ``run_workflow``."""
    folder.make()
    with scipion_quiet(folder.work / LOG) as screen:
        prepare_scipion()
        write_json(folder.work / WORKFLOW, workflow_of(request))
        shown_on = screen if progress else None
        # The user named the entry.
        allowed = [DOWNLOAD]
        outcome = run_workflow(folder, request.map, threads, shown_on, keep_project, allowed)
    folder.finish()
    return outcome


def run_again(
    file: Path,
    folder: OutputFolder,
    threads: int,
    keep_project: bool = True,
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
        shown_on = screen if progress else None
        outcome = run_workflow(folder, file, threads, shown_on, keep_project, allowed)
    folder.finish()
    return outcome


def workflow_of(request: Request) -> Workflow:
    """The runs of all levels with the values of the request."""
    from vrs.run.template import workflow

    def given(value: Optional[float], source: Optional[str]) -> str:
        """A value of the user; the runs look up those of the entry."""
        return "" if value is None or source != GIVEN else repr(value)

    values = {
        "map": request.named or str(request.map.resolve()),
        "entry": request.named_entry,
        "voxel_size": given(request.voxel_size, request.voxel_size_source),
        "contour": repr(request.contour),
        "resolution": given(request.resolution, request.resolution_source),
        "mass": given(request.mass, request.mass_source),
        "title": request.title,
        "command_line": request.command_line,
        "binning": str(request.binning),
        "as_volume": str(request.as_volume),
        "keep_spikes": str(request.keep_spikes),
        "contour_source": request.contour_source,
    }
    if request.mask is not None:
        values["mask"] = str(request.mask.resolve())
        header = read_header(request.map, request.as_volume)
        size = cubic_voxel_size(header, str(request.map), request.voxel_size)
        values["mask_voxel_size"] = repr(size)
    return workflow(LEVELS, values, request.skip, request.engines)


def run_workflow(
    folder: OutputFolder,
    source: Path,
    threads: int,
    screen: Optional[TextIO],
    keep_project: bool = True,
    allowed: Collection[str] = (),
) -> Outcome:
    """Run the workflow in the folder in a new project, and copy its report into the folder.

    The comment of the project names ``source``. The progress is shown on ``screen``, unless that
    is None. A project that is not to be kept is removed in the end, unless one of its runs failed:
    then its logs are needed.

    Raises WorkflowError if the workflow cannot be loaded or asks for what is not ``allowed``.
    Raises ReportFailed if no report was written.
    Raises KeyboardInterrupt after the running processes were stopped.
    """
    from vrs.run.project import (
        check_start,
        create_project,
        load_workflow,
        write_reports_without_maps,
    )
    from vrs.run.runner import Runner, State, reason_of

    start = time.monotonic()
    project = create_project(folder.work / PROJECT, source.name)
    runs = load_workflow(project, folder.work / WORKFLOW, allowed)
    check_start(runs)
    if not keep_project:
        write_reports_without_maps(project, runs)
    progress = Progress({run.getObjId(): run.getObjLabel() for run in runs}, screen)
    failures: Dict[str, str] = {}
    blocked: List[str] = []

    def show(event: Event) -> None:
        key = event.protocol.getObjId()
        if event.state is State.RUNNING:
            progress.started(key)
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
        Runner(project, runs, threads, show, tick).run()
    # Its database is about to get another path.
    project.closeMapper()
    reports = [run.validationReport for run in runs if hasattr(run, "validationReport")]
    if not reports:
        logs = [f"{run} (log: {folder.failed / PROJECT / log})" for run, log in failures.items()]
        raise ReportFailed(
            f"no report was written: {[*logs, *blocked][0]}",
            "free disk space" if is_full(folder.path) else "",
        )
    report = collect(folder.work / PROJECT / Path(reports[-1].json.get()).parent, folder)
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
    )


def status_of(event: Event) -> Tuple[str, str]:
    from vrs.run.runner import State, reason_of

    if event.state is not State.FINISHED:
        return f"{event.state.value}: {reason_of(event.protocol)}", "red"
    result = getattr(event.protocol, "checkResult", None)
    if result is None:
        return "done", "green"
    return str(result.statusText.get()), STYLES[result.status.get()]
