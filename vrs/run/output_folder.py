"""The folder of a report: it never deletes a file that it did not write."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING, List, Optional

import msgspec

from vrs.checks.store import read_json, write_json
from vrs.maps.errors import OutputError
from vrs.maps.whole_file import link_or_copy
from vrs.report import CURVES, REFERENCES, REPORT_HTML, REPORT_JSON, REPORT_PDF

if TYPE_CHECKING:
    from vrs.report.model import Report

MARKER = ".vrs.json"
PROJECT = "scipion_project"
LOG = "vrs.log"
WORKFLOW = "workflow.json"
FOLDERS = (CURVES, "figures")
WRITTEN = (PROJECT, LOG, WORKFLOW, REPORT_JSON, REPORT_PDF, REPORT_HTML, REFERENCES, *FOLDERS)
"""Names that this program writes into the folder."""

OTHER_FOLDER = "choose another folder with --out"

_PROJECT_DATABASE = "project.sqlite"
_UNSAFE = "\"'$`\\\n"
"""Scipion starts its runs with shell commands that quote the folder of the project."""


class Marker(msgspec.Struct):
    """The record of the names that this program wrote into a folder, in the file ``MARKER``.

    ``project`` is the SHA-256 of its database when the report was finished; None until then.
    """

    written: List[str] = []
    project: Optional[str] = None


class OutputFolder:
    """A folder for one report; leaving the ``with`` statement lets other runs use it.

    Raises OutputError if another run uses the folder, if it holds something else under a name that
    the report needs, or if its project was changed since this program wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.replaces_report = False
        self._reservation: Optional[IO[str]] = None
        if any(character in str(self.path) for character in _UNSAFE):
            raise OutputError(
                f"{self.path} has a quote, dollar, backslash or line break in its name, so that "
                "Scipion cannot start its programs",
                OTHER_FOLDER,
            )
        if self.path.exists() and not self.path.is_dir():
            raise OutputError(f"{self.path} is a file", OTHER_FOLDER)
        if self._is_in_use():
            raise self._in_use()
        self._check_content()

    def __enter__(self) -> "OutputFolder":
        return self

    def __exit__(self, *_: object) -> None:
        if self._reservation is not None:
            # Runs are copies of this process and share the lock: closing the file would keep it.
            with contextlib.suppress(OSError):
                fcntl.flock(self._reservation, fcntl.LOCK_UN)
            self._reservation.close()
            self._reservation = None

    @property
    def project(self) -> Path:
        return self.path / PROJECT

    def make(self) -> None:
        """Make the folder, reserve it, and remove the earlier report in it.

        Raises OutputError if the folder cannot be written, or another run reserved it first.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._reserve()
            for name in WRITTEN:
                earlier = self.path / name
                if earlier.is_dir() and not earlier.is_symlink():
                    shutil.rmtree(earlier)
                elif os.path.lexists(earlier):
                    earlier.unlink()
            self.sign()
        except OSError as error:
            raise OutputError(
                f"{self.path} cannot be written ({error.strerror or error})", OTHER_FOLDER
            ) from error

    def sign(self) -> None:
        """Record that this program wrote the current content of the folder."""
        write_json(self.path / MARKER, Marker(list(WRITTEN), self._checksum()))

    def _checksum(self) -> Optional[str]:
        """SHA-256 of the project's database, None if there is no project."""
        database = self.project / _PROJECT_DATABASE
        return hashlib.sha256(database.read_bytes()).hexdigest() if database.exists() else None

    def collect(self, report_folder: Path) -> Report:
        """Give the files of a report in the project a second name in the folder.

        The maps stay in the project: their paths in report.json and in the scripts for ChimeraX
        lead there.

        Raises OutputError if the disk is full or the like.
        """
        try:
            return self._copy_report(report_folder)
        except OSError as error:
            raise OutputError(
                f"the report cannot be copied into {self.path} ({error.strerror or error})",
                f"free disk space; the report itself is in {report_folder}",
            ) from error

    def _copy_report(self, report_folder: Path) -> Report:
        # Nothing else here needs the libraries of the report.
        from vrs.report.model import Report
        from vrs.report.surfaces.chimerax_script import write_scenes

        report = read_json(report_folder / REPORT_JSON, Report)
        checks = [check for level in report.levels for check in level.checks]
        for section in (report.input_section, *report.checks, *checks):
            for name, volume in section.volumes.items():
                target = (report_folder / volume).resolve()
                section.volumes[name] = Path(os.path.relpath(target, self.path)).as_posix()
        write_json(self.path / REPORT_JSON, report)
        for name in FOLDERS:
            if (report_folder / name).is_dir():
                (self.path / name).mkdir()
                for file in (report_folder / name).iterdir():
                    link_or_copy(file, self.path / name / file.name)
        write_scenes(report, self.path)
        for name in (REPORT_PDF, REPORT_HTML, REFERENCES):
            if (report_folder / name).exists():
                link_or_copy(report_folder / name, self.path / name)
        return report

    def _reserve(self) -> None:
        """Lock the folder; the system unlocks it if this process is killed."""
        self._reservation = (self.path / MARKER).open("a", encoding="utf-8")
        if not _lock(self._reservation):
            self._reservation.close()
            self._reservation = None
            raise self._in_use()
        # Another run may have written its report in the meantime.
        self._check_content()

    def _is_in_use(self) -> bool:
        try:
            with (self.path / MARKER).open("r+", encoding="utf-8") as marker:
                return not _lock(marker)
        except OSError:
            return False

    def _in_use(self) -> OutputError:
        return OutputError(
            f"another run of this program is writing its report into {self.path}",
            f"wait until it has ended, or {OTHER_FOLDER}",
        )

    def _check_content(self) -> None:
        """Refuse to replace anything but the unchanged output of an earlier run."""
        present = [name for name in WRITTEN if os.path.lexists(self.path / name)]
        if not present:
            return
        marker = Marker()
        with contextlib.suppress(OSError, msgspec.DecodeError):
            marker = read_json(self.path / MARKER, Marker)
        foreign = [name for name in present if name not in marker.written]
        if foreign:
            raise OutputError(
                f"{self.path} already holds {foreign[0]}, which this program did not write there",
                OTHER_FOLDER,
            )
        checksum = self._checksum()
        if checksum is not None and marker.project is None:
            raise OutputError(
                f"the project {self.project} is of a run that was killed",
                f"remove it, or {OTHER_FOLDER}",
            )
        if checksum not in (None, marker.project):
            raise OutputError(
                f"the project {self.project} was changed since its report was written",
                f"{OTHER_FOLDER}, or move the project away",
            )
        self.replaces_report = True


def _lock(stream: IO[str]) -> bool:
    """Lock a file, if no other process has; file systems without locks always allow it."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return not isinstance(error, BlockingIOError)
    return True
