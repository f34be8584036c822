"""A report leaves the project: its files get a second name in the folder of the report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vrs.checks.store import read_json, write_json
from vrs.maps.errors import OutputError
from vrs.maps.whole_file import link_or_copy
from vrs.report import CURVES, FIGURES, REFERENCES, REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.run.output_path import free_space

if TYPE_CHECKING:
    from vrs.report.model import Report
    from vrs.run.output_folder import OutputFolder

FOLDERS = (CURVES, FIGURES)


def collect(report_folder: Path, folder: OutputFolder, name: str = "") -> Report:
    """Give the files of a report in the project a second name in the folder.

    They go into the folder ``name`` in it, if there is a name. The maps stay in the project: their
    paths in report.json and in the scripts for ChimeraX lead there. report.json is the last file.

    Raises OutputError if the disk is full or the like.
    """
    try:
        return _collect(report_folder, folder, name)
    except OSError as error:
        raise OutputError(
            f"the report cannot leave its project ({error.strerror or error}; "
            f"{free_space(folder.path)})",
            "free disk space and write the report again",
        ) from error


def _collect(report_folder: Path, folder: OutputFolder, place: str) -> Report:
    # Nothing else here needs the libraries of the report.
    from vrs.report.model import Report
    from vrs.report.surfaces.chimerax_scene import write_scenes

    work = folder.work / place
    work.mkdir(exist_ok=True)
    report = read_json(report_folder / REPORT_JSON, Report)
    checks = [check for level in report.levels for check in level.checks]
    beside = [report.input_section, *([report.evidence] if report.evidence else [])]
    for section in (*beside, *report.checks, *checks):
        for name, volume in section.volumes.items():
            target = folder.finally_at((report_folder / volume).resolve())
            section.volumes[name] = Path(os.path.relpath(target, folder.path / place)).as_posix()
    for name in FOLDERS:
        if (report_folder / name).is_dir():
            (work / name).mkdir()
            for file in (report_folder / name).iterdir():
                link_or_copy(file, work / name / file.name)
    write_scenes(report, work)
    for name in (REPORT_PDF, REPORT_HTML, REFERENCES):
        if (report_folder / name).exists():
            link_or_copy(report_folder / name, work / name)
    write_json(work / REPORT_JSON, report)
    return report
