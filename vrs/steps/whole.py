"""A whole report in this process: import, preparation, checks, evidence and report, one by one."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Callable, List, Optional, Tuple

from vrs.checks.inputs import Preparation
from vrs.checks.store import write_json
from vrs.engines.choice import AUTO
from vrs.engines.interface import PREPARE
from vrs.levels import MEASURED, levels_of
from vrs.maps import DensityMap, SourceFile, open_map, open_mask
from vrs.reference.file import VARIABLE, chosen
from vrs.report.build import ReportFiles, build_report
from vrs.report.contact import VARIABLES
from vrs.report.model import Report
from vrs.run.collect import collect
from vrs.run.memory import forget_peak
from vrs.run.named_map import NamedMap, options_to_find
from vrs.run.output_folder import WORKFLOW, OutputFolder
from vrs.run.report_run import TEMPORARY, texts_of, workflow_of
from vrs.run.request import Request
from vrs.run.temporary import temporary_files_in
from vrs.steps.imported import import_map, note_of_file, source_of_file
from vrs.steps.measured import measure_into, measured_here
from vrs.steps.prepared import TypedValues, prepare_map

PREPARED, IMPORTED, MASK, WRITTEN = "prepared", "imported", "mask", "report"
"""Folders of the steps among the temporary files; a check has its identifier."""

Stage = Callable[[str], None]
"""Told the name of a step when it begins."""


def write_report(
    request: Request,
    named: NamedMap,
    folder: OutputFolder,
    pdf: bool = True,
    html: bool = True,
    stage: Stage = lambda name: None,
) -> Tuple[Report, str]:
    """Measure a map and write its report into a folder that was made, without a Scipion project.

    The functions are those of the protocols, so that the report is the same; the maps are not kept.
    Programs that are run as protocols of their plugins are not used.

    Parameters
    ----------
    request : Request -- checked
    named : NamedMap -- the map of the request and its entry
    folder : OutputFolder
    pdf, html : bool -- whether these are written; report.json always is
    stage : function -- called with the name of each step when it begins

    Returns
    -------
    Report, and why there is no PDF ("" if there is one or none is wanted)
    """
    write_json(folder.work / WORKFLOW, workflow_of(request))
    scratch = folder.work / TEMPORARY
    with temporary_files_in(scratch):
        _prepare(request, named, scratch, stage)
        wanted = [name for name in MEASURED if name not in request.skip]
        for name in wanted:
            _begin(stage, name)
            inputs = Preparation.load(scratch / PREPARED).inputs
            check = MEASURED[name]
            engine = request.engines.get(name, AUTO)
            measure_into(scratch / name, check, partial(measured_here, check, engine, inputs))
        _begin(stage, WRITTEN)
        files = _report(request, scratch, wanted, pdf, html)
        report = collect(scratch / WRITTEN, folder)
    return report, files.pdf_problem if pdf else ""


def _prepare(request: Request, named: NamedMap, scratch: Path, stage: Stage) -> None:
    _begin(stage, IMPORTED)
    texts = texts_of(request)
    density, source, path = _imported(
        named, scratch / IMPORTED, request.voxel_size, request.as_volume, request.voxel_size_source
    )
    own_mask = None
    if request.mask is not None:
        mask = NamedMap(request.mask, request.mask.name)
        size = float(texts["mask_voxel_size"])
        _, mask_source, mask_path = _imported(mask, scratch / MASK, size, request.as_volume)
        own_mask = open_mask(mask_path), mask_source
    _begin(stage, PREPARED)
    values = TypedValues(
        contour=texts["contour"],
        resolution=texts["resolution"],
        mass=texts["mass"],
        contour_source=texts["contour_source"],
        resolution_source=texts["resolution_source"],
        mass_source=texts["mass_source"],
        binning=request.binning,
        keep_spikes=request.keep_spikes,
        engine=request.engines.get(PREPARE, AUTO),
    )
    prepared = prepare_map(density, source, note_of_file(path), values, own_mask)
    prepared.save(scratch / PREPARED)


def _imported(
    named: NamedMap, folder: Path, size: Optional[float], as_volume: bool, *size_source: str
) -> Tuple[DensityMap, SourceFile, Path]:
    """A map as it is read again after its import, the user's file, and the path of the map."""
    folder.mkdir()
    path = import_map(named, folder, size, as_volume, *size_source)
    return open_map(path), source_of_file(path), path


def _report(
    request: Request, scratch: Path, measured: List[str], pdf: bool, html: bool
) -> ReportFiles:
    left_out = sorted(request.skip)
    texts = texts_of(request)
    return build_report(
        scratch / PREPARED,
        [scratch / name for name in sorted(measured)],
        levels_of([*measured, *left_out]),
        scratch / WRITTEN,
        title=request.title,
        not_requested=left_out,
        command_line=request.command_line,
        workflow_file=WORKFLOW,
        workflow_options=options_to_find([texts["map"], texts["entry"]], request.command_line),
        maps_kept=False,
        reference=chosen(request.reference, os.environ.get(VARIABLE, "")),
        contact={name: os.environ.get(name, "") for name in VARIABLES},
        pdf=pdf,
        html=html,
    )


def _begin(stage: Stage, name: str) -> None:
    # The report states the memory of each step.
    forget_peak()
    stage(name)
