"""The folder of a report on disk: nothing in it is lost that this program did not write."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import IO, Any, Dict, Optional

from vrs.maps.errors import OutputError

MARKER = ".vrs.json"
PROJECT = "scipion_project"
LOG = "vrs.log"
WORKFLOW = "workflow.json"
REPORT_JSON = "report.json"
REPORT_PDF = "report.pdf"
REPORT_HTML = "report.html"
REFERENCES = "references.bib"
WRITTEN = (
    PROJECT,
    LOG,
    WORKFLOW,
    REPORT_JSON,
    REPORT_PDF,
    REPORT_HTML,
    REFERENCES,
    "curves",
    "figures",
)
"""Names that this program writes into the folder."""

_PROJECT_DATABASE = "project.sqlite"
_UNSAFE = "\"'$`\\\n"
"""Scipion starts its runs with shell commands that quote the folder of the project."""


class OutputFolder:
    """A folder for one report; in a ``with`` statement from ``make`` on for this run alone.

    Parameters
    ----------
    path : Path

    Raises
    ------
    OutputError
        If the folder cannot be made, is in use by another run of this program, or holds something
        of the user's under a name that the report needs, or a project that was changed since this
        program made it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.replaces_report = False
        if any(character in str(self.path) for character in _UNSAFE):
            raise OutputError(
                f"{self.path} has a quote, dollar, backslash or line break in its name, with which "
                "Scipion cannot start its programs: choose another folder with --out"
            )
        if self.path.exists() and not self.path.is_dir():
            raise OutputError(f"{self.path} is a file: choose another folder with --out")
        self._exclusive = False
        self._reservation: Optional[IO[str]] = None
        if self._is_in_use():
            raise self._in_use()
        self._check_content()

    def __enter__(self) -> "OutputFolder":
        self._exclusive = True
        return self

    def __exit__(self, *_: object) -> None:
        """Let other runs of this program have the folder again."""
        if self._reservation is not None:
            # A run is a copy of this process: to close the file in one of them would not do.
            with contextlib.suppress(OSError):  # a disk that knows no locks
                fcntl.flock(self._reservation, fcntl.LOCK_UN)
            self._reservation.close()
            self._reservation = None

    def _reserve(self) -> None:
        """Keep other runs out until the end of this one; the system sees to it if it is killed."""
        if self._exclusive and self._reservation is None:
            self._reservation = (self.path / MARKER).open("a", encoding="utf-8")
            if not _lock(self._reservation):
                self._reservation.close()
                self._reservation = None
                raise self._in_use()
            # Another run may have written its report since the folder was looked at.
            self._check_content()

    def _is_in_use(self) -> bool:
        try:
            with (self.path / MARKER).open("r+", encoding="utf-8") as marker:
                return not _lock(marker)
        except OSError:
            return False

    def _in_use(self) -> OutputError:
        return OutputError(
            f"another run of this program is writing its report into {self.path}: wait until it "
            "has ended, or choose another folder with --out"
        )

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self.path} cannot be written ({_reason(error)}): choose another folder with --out"
        )

    @property
    def project(self) -> Path:
        """The Scipion project."""
        return self.path / PROJECT

    def _check_content(self) -> None:
        """Everything that would be replaced must be what an earlier run left there, unchanged."""
        present = [name for name in WRITTEN if os.path.lexists(self.path / name)]
        if not present:
            return
        marker = self._marker()
        foreign = [name for name in present if name not in marker.get("written", ())]
        if foreign:
            raise OutputError(
                f"{self.path} already holds {foreign[0]}, which this program did not write there: "
                "choose another folder with --out"
            )
        database = self.project / _PROJECT_DATABASE
        if database.exists() and marker.get("project") is None:
            raise OutputError(
                f"the project {self.project} was left by a run that was killed: remove it, or "
                "choose another folder with --out"
            )
        if database.exists() and checksum(database) != marker.get("project"):
            raise OutputError(
                f"the project {self.project} was changed since the report in it was made: choose "
                "another folder with --out, or move the project away"
            )
        self.replaces_report = True

    def _marker(self) -> Dict[str, Any]:
        file = self.path / MARKER
        try:
            content: Dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content

    def make(self) -> None:
        """Make the folder, without the earlier report if there is one, and keep other runs out.

        Raises
        ------
        OutputError
            If the disk does not allow it, or another run of this program was faster.
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
            raise self._unwritable(error) from error

    def sign(self) -> None:
        """Note that what is in the folder now was written by this program."""
        database = self.project / _PROJECT_DATABASE
        marker = {
            "written": list(WRITTEN),
            "project": checksum(database) if database.exists() else None,
        }
        (self.path / MARKER).write_text(json.dumps(marker, indent=1), encoding="utf-8")

    def collect(self, report_folder: Path) -> Dict[str, Any]:
        """Copy a report out of the project; returns the content of report.json.

        The paths of the maps in report.json and in the scripts for ChimeraX are made to lead to the
        project, where the maps stay.

        Raises
        ------
        OutputError
            If the disk does not take it.
        """
        try:
            return self._copy_report(report_folder)
        except OSError as error:
            raise OutputError(
                f"the report cannot be copied into {self.path} ({_reason(error)}): make room "
                f"there; until then it is in {report_folder}"
            ) from error

    def _copy_report(self, report_folder: Path) -> Dict[str, Any]:
        # Nothing else here needs the libraries of the report.
        from vrs.report.surfaces.chimerax_script import write_scenes

        content: Dict[str, Any] = json.loads(
            (report_folder / REPORT_JSON).read_text(encoding="utf-8")
        )
        for section in (content.get("input_section", {}), *content["checks"]):
            for name, file in section.get("volumes", {}).items():
                target = (report_folder / file).resolve()
                section["volumes"][name] = Path(os.path.relpath(target, self.path)).as_posix()
        (self.path / REPORT_JSON).write_text(
            json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8"
        )
        for name in ("curves", "figures"):
            if (report_folder / name).is_dir():
                shutil.copytree(report_folder / name, self.path / name)
        write_scenes(content, self.path)
        for name in (REPORT_PDF, REPORT_HTML, REFERENCES):
            if (report_folder / name).exists():
                shutil.copyfile(report_folder / name, self.path / name)
        return content


def _reason(error: OSError) -> str:
    """What went wrong; for a folder that could not be copied, with the first of its files."""
    if isinstance(error, shutil.Error):
        source, target, reason = error.args[0][0]
        return str(reason).split(": ")[0]
    return error.strerror or str(error)


def _lock(stream: IO[str]) -> bool:
    """Whether the lock of a file could be had; on a disk that knows no locks it always can."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def checksum(path: Path) -> str:
    """SHA-256 of a small file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
