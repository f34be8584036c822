"""A finished report: its content and the folder with its figures and curves."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import msgspec

from vrs.checks.curves import Curve, read_curve
from vrs.checks.store import read_json
from vrs.maps import DensityMap, MapError, read_map
from vrs.maps.errors import VrsError
from vrs.report import REPORT_JSON
from vrs.report.html.rendering import is_picture
from vrs.report.model import CheckContent, DrawnFigure, Report

RUNS = "Runs"
"""Folder of the runs in a project of Scipion."""


class NotAReport(VrsError):
    """The path does not lead to a report."""


@dataclass(frozen=True)
class FinishedReport:
    folder: Path
    content: Report

    def picture(self, drawn: DrawnFigure) -> Optional[Path]:
        """The picture of a figure, None if it was not drawn, or is gone or damaged."""
        file = self._inside(drawn.file)
        return file if file is not None and is_picture(file) else None

    def curve(self, check: CheckContent, name: str) -> Optional[Curve]:
        """A curve of a check, None if it is gone or damaged."""
        file = self._inside(check.curves.get(name))
        try:
            return None if file is None else read_curve(file)
        except (OSError, ValueError):
            return None

    def volume(self, section: Optional[CheckContent], name: str) -> Optional[DensityMap]:
        """A map of a section, with its values on disk until they are used.

        None if the report does not lead to it, or it is gone, damaged or outside of the project.
        """
        file = self._inside(section.volumes.get(name) if section else None, self._project)
        try:
            return None if file is None else read_map(file, memory_map=True)
        except (OSError, MapError):
            return None

    @property
    def _project(self) -> Path:
        """The folder that holds the maps: the project of a report in a run, else its own folder."""
        folder = self.folder.resolve()
        return next((parent.parent for parent in folder.parents if parent.name == RUNS), folder)

    def _inside(self, name: Optional[str], within: Optional[Path] = None) -> Optional[Path]:
        """The path of a file, if neither its name nor a link leads out of the report's folder."""
        if not name or "\0" in name:
            return None
        folder = self.folder.resolve()
        file = (folder / name).resolve()
        readable = os.path.isfile(file) and os.access(file, os.R_OK)
        return file if (within or folder) in file.parents and readable else None


def read_report(path: Path) -> FinishedReport:
    """Read a report from its folder or from its report.json; raises NotAReport."""
    file = path / REPORT_JSON if path.is_dir() else path
    try:
        return FinishedReport(file.parent, read_json(file, Report))
    except FileNotFoundError as error:
        reason = f"{path} has no {REPORT_JSON}" if path.is_dir() else f"{path} does not exist"
        raise NotAReport(reason, "name the folder of a report") from error
    except OSError as error:
        raise NotAReport(f"{file} cannot be read ({error.strerror or error})") from error
    except msgspec.ValidationError as error:
        raise NotAReport(
            f"{file} is not the report.json of a validation report ({error})",
            "name the folder of a report that this version wrote",
        ) from error
    except msgspec.DecodeError as error:
        raise NotAReport(f"{file} is not JSON", "name the folder of a report") from error
