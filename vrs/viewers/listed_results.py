"""The windows of a check, opened from where its result is listed: a report, or a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vrs.levels import MEASURED
from vrs.objects import VrsCheckResult
from vrs.protocols.base import VrsProtCheck
from vrs.viewers.viewer_check import VrsCheckViewer


class _RunOfOneResult:
    """A run that measured several results, as if it were that of one of them."""

    def __init__(self, run: Any, result: VrsCheckResult) -> None:
        self._run = run
        self.checkResult = result
        self.CHECK = MEASURED[result.checkId.get()]

    def earlierResult(self, output: str = "") -> str:
        said: str = self._run.earlierResult("checkResult")
        return said

    def __getattr__(self, name: str) -> Any:
        return getattr(self._run, name)


def open_check(result: VrsCheckResult, project: Any, window: Any) -> None:
    """Open what "Analyze results" shows of a check, also if one run measured all of them.

    Parameters
    ----------
    result : VrsCheckResult -- of a set, which does not know the run that measured it
    project : Project
    window : pyworkflow.gui.Window -- the window of the project
    """
    folder = result.getFolder().resolve()
    runs = (run for run in project.getRuns() if _holds(Path(run.getWorkingDir()), folder))
    run = next(runs, None)
    if run is not None:
        shown = run if isinstance(run, VrsProtCheck) else _RunOfOneResult(run, result)
        VrsCheckViewer(project=project, parent=window).open(shown)


def _holds(run: Path, folder: Path) -> bool:
    return run.resolve() in folder.parents
