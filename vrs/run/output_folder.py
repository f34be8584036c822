"""The folder of a report: nothing in it is lost, whatever happens to the run."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Optional, Sequence, Type

from vrs.maps.errors import OutputError, WorkflowError
from vrs.report import REPORT_JSON
from vrs.run import recovery, swap
from vrs.run.lock import LOCK, FolderLock
from vrs.run.output_path import (
    OTHER_FOLDER,
    NotReplaceable,
    check_access,
    check_own_access,
    free_space,
    listed,
    usable_path,
)
from vrs.run.written import LAST_RUN, MARKER, PROJECT, foreign_content, sign

LOG = "vrs.log"
WORKFLOW = "workflow.json"


class OutputFolder:
    """A folder for one report, built in ``work`` and put in its place by ``finish``.

    Leaving the ``with`` statement lets other runs use the folder. If it is left before ``finish``,
    an earlier report is as it was, and the log and the project of the failed run are in ``failed``;
    after an interrupt nothing is left.

    Parameters
    ----------
    path : Path -- The folder; it does not need to exist.
    inputs : sequence of Path -- Files that the run reads.

    Raises InUse if another run uses the folder, OutputError if Scipion could not work in it.
    Raises NotReplaceable if it holds an input or anything that this program did not write there.
    """

    def __init__(self, path: Path, inputs: Sequence[Path] = ()) -> None:
        self.path = usable_path(path)
        self.kept_instead = ""
        self._lock: Optional[FolderLock] = None
        self._is_new = not self.path.exists()
        self._begun = self._finished = False
        # The workflow of an earlier report may be run again: it is written again as it is.
        self._rerun = [file for file in inputs if _real(file) == self.path / WORKFLOW]
        self._refuse_inputs(inputs)
        if not self._is_new:
            check_own_access(self.path)
            recovery.settle(self.path)
            self._refuse_foreign_content()
            check_access(self.path)
        self.replaces_report = (self.path / REPORT_JSON).exists()

    def __enter__(self) -> "OutputFolder":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self._lock is None:
            return
        removed = self._begun and not swap.is_begun(self.path) and not self._finished
        with suppress(OSError):
            if not self._finished:
                self._leave(error)
        self.release()
        if removed and isinstance(error, Exception):
            raise OutputError(
                f"{self.path} was removed while the report was written into it",
                "write the report again",
            ) from error
        if isinstance(error, sqlite3.OperationalError):
            raise OutputError(
                f"the project cannot be written ({error}; {free_space(self.path)})",
                f"free disk space, or {OTHER_FOLDER}",
            ) from error

    @property
    def project(self) -> Path:
        return self.path / PROJECT

    @property
    def work(self) -> Path:
        """The folder in which the report is built."""
        return self.path / swap.NEW

    @property
    def failed(self) -> Path:
        """The folder with the log and the project of a run that failed."""
        return self.path / LAST_RUN if self.replaces_report else self.path

    def reserve(self) -> None:
        """Make the folder and keep other runs out of it.

        Raises OutputError if the folder cannot be written, InUse if another run reserved it first.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self.path)
        except OSError as error:
            raise self._cannot_be_written(error) from error
        # Another run may have written its report in the meantime.
        recovery.clean(self.path)
        self._refuse_foreign_content()
        self.replaces_report = (self.path / REPORT_JSON).exists()

    def release(self) -> None:
        """Let other runs use the folder, and remove it if it was made and is empty."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
            if self._is_new:
                with suppress(OSError):
                    self.path.rmdir()

    def make(self) -> None:
        """Reserve the folder and begin; an earlier report in it stays until ``finish``.

        Raises as ``reserve``.
        """
        if self._lock is None:
            self.reserve()
        try:
            if (self.path / LAST_RUN).exists():
                shutil.rmtree(self.path / LAST_RUN)
            swap.begin(self.path)
            self._begun = True
        except OSError as error:
            raise self._cannot_be_written(error) from error

    def finish(self) -> None:
        """Put the new report in the place of the earlier one.

        Raises NotReplaceable if the folder was changed meanwhile, and OutputError if the earlier
        report cannot be moved: both reports are kept.
        """
        try:
            self._refuse_foreign_content()
        except NotReplaceable as error:
            raise NotReplaceable(
                f"{error.reason}, while the new report was written",
                f"the new report is in {self.path / LAST_RUN}",
            ) from error
        try:
            check_access(self.path)
            swap.replace(self.path)
        except OSError as error:
            raise OutputError(
                f"the new report cannot take its place in {self.path} "
                f"({error.strerror or error}; {free_space(self.path)})",
                f"it is in {self.path / LAST_RUN}",
            ) from error
        self._finished = True

    def finally_at(self, file: Path) -> Path:
        """The path that a file in ``work`` has in the end."""
        if self.work in file.parents:
            return self.path / file.relative_to(self.work)
        return file

    def _leave(self, error: Optional[BaseException]) -> None:
        """Keep what a failed run made; after an interrupt, or if no run began, nothing."""
        if not self.work.is_dir():
            recovery.clean(self.path)
        elif isinstance(error, WorkflowError) or not isinstance(error, (Exception, type(None))):
            shutil.rmtree(self.work)
        else:
            try:
                self._keep()
            except OSError:
                # On a full disk the log is what can be kept.
                shutil.rmtree(self.work / PROJECT, ignore_errors=True)
                self._keep()

    def _keep(self) -> None:
        try:
            self._refuse_foreign_content()
            aside = self.replaces_report
        except NotReplaceable:
            aside = True
        if aside:
            sign(self.work)
            self.work.rename(self.path / LAST_RUN)
        else:
            swap.replace(self.path)

    def _cannot_be_written(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self.path} cannot be written ({error.strerror or error})", OTHER_FOLDER
        )

    def _refuse_inputs(self, inputs: Sequence[Path]) -> None:
        for file in inputs:
            for place in (_real(file), _real(file.absolute().parent) / file.name):
                if self.path in (place, *place.parents) and file not in self._rerun:
                    raise NotReplaceable(
                        f"the input {file} lies in {self.path}, the folder of the report",
                        OTHER_FOLDER,
                    )

    def _refuse_foreign_content(self) -> None:
        """Refuse to replace anything but the unchanged output of an earlier run."""
        last_run = self.path / LAST_RUN
        has_last_run = (last_run / MARKER).is_file() and not last_run.is_symlink()
        ignore = [LOCK, *([LAST_RUN] if has_last_run else [])]
        if self._begun:
            ignore.append(swap.NEW)
        others, changed, runs = foreign_content(self.path, ignore)
        if has_last_run:
            more = foreign_content(last_run)
            others += [f"{LAST_RUN}/{name}" for name in more[0]]
            changed += [f"{LAST_RUN}/{name}" for name in more[1]]
            runs += more[2]
            if not self._begun and (last_run / REPORT_JSON).exists():
                raise NotReplaceable(
                    f"{last_run} holds a report that could not take its place",
                    f"move it away, or {OTHER_FOLDER}",
                )
        if self._rerun and WORKFLOW in changed:
            changed.remove(WORKFLOW)
        if runs:
            raise NotReplaceable(
                f"the project {self.project} was changed since its report was written "
                f"({listed(runs)})",
                f"{OTHER_FOLDER}, or move the project away",
            )
        if others:
            raise NotReplaceable(
                f"{self.path} already holds {listed(others)}, which this program did not write "
                "there",
                f"{OTHER_FOLDER}, or move it away",
            )
        if changed:
            raise NotReplaceable(
                f"{listed(changed)} in {self.path} was changed since the report was written",
                f"{OTHER_FOLDER}, or move it away",
            )


def _real(file: Path) -> Path:
    return Path(os.path.realpath(file))
