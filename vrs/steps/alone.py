"""A part of a report, such as report.json alone, made in this process: without Scipion."""

from __future__ import annotations

import os
import time
from typing import Dict, Optional

from threadpoolctl import threadpool_limits

from vrs.levels import MEASURED
from vrs.run.named_map import NamedMap
from vrs.run.orphans import no_orphans
from vrs.run.output_folder import LOG, OutputFolder
from vrs.run.progress import Progress
from vrs.run.quiet import scipion_quiet
from vrs.run.report_run import Outcome
from vrs.run.request import Request
from vrs.steps.whole import IMPORTED, PREPARED, WRITTEN, write_report

THREADS = "VRS_THREADS"

LABELS: Dict[str, str] = {
    IMPORTED: "Import map",
    PREPARED: "Prepare map",
    **{name: check.heading for name, check in MEASURED.items()},
    WRITTEN: "Validation report",
}
"""Of the steps, as the runs of a workflow are called."""


def make_part(
    request: Request,
    named: NamedMap,
    folder: OutputFolder,
    threads: int,
    only: str,
    progress: bool = True,
) -> Outcome:
    """Write report.json, and with it the PDF or the page if ``only`` is "pdf" or "html".

    The progress is shown on the standard output, unless ``progress`` is false.
    """
    start = time.monotonic()
    folder.make()
    os.environ[THREADS] = str(threads)
    with scipion_quiet(folder.work / LOG) as screen, threadpool_limits(threads), no_orphans():
        wanted = {name: label for name, label in LABELS.items() if name not in request.skip}
        numbers = {name: number for number, name in enumerate(wanted)}
        shown = Progress(
            {numbers[name]: label for name, label in wanted.items()}, screen if progress else None
        )
        running: Optional[int] = None
        begun = start

        def stage(name: str) -> None:
            nonlocal running, begun
            if running is not None:
                shown.ended(running, "done", "green", time.monotonic() - begun)
            running, begun = numbers.get(name), time.monotonic()
            if running is not None:
                shown.started(running)

        with shown:
            pdf, html = only == "pdf", only == "html"
            report, problem = write_report(request, named, folder, pdf, html, stage)
            stage("")
    folder.finish()
    seconds = time.monotonic() - start
    return Outcome(report, [], seconds, problem, has_figures=only != "json")
