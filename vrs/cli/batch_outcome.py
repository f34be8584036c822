"""A batch on the terminal: what is begun, the last table, and how to go on."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Sequence, Tuple

from rich.table import Table
from rich.text import Text

from vrs.batch import HISTORY, LOG, REPORTS
from vrs.batch.run import BatchOutcome
from vrs.batch.state import Entry
from vrs.batch.update import Update
from vrs.cli.exit_status import ExitStatus, status_by, worst
from vrs.cli.machine import BatchAnswer as JsonAnswer
from vrs.cli.machine import MapAnswer, UpdateAnswer, printed
from vrs.cli.outcome import OVERALL_STYLES
from vrs.cli.parsing import fitted
from vrs.maps.printing import count, duration
from vrs.report.text.terminal import say
from vrs.report.text.verdict import OVERALL_COLOUR
from vrs.run.output_path import listed
from vrs.run.progress import show

MOST_SHOWN = 20
"""Maps that failed, in the last table on a terminal."""


class BatchAnswer:
    """What ``vrs batch`` prints."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.talks = not (options.quiet or options.json)
        self._json = options.json
        self._failing = options.fail_on
        self._pdf = options.only in (None, "pdf")
        self._command = options.command_line
        self._queue = options.queue
        self._folder: Path = options.out.absolute()

    def say(self, text: str) -> None:
        if self.talks:
            show(text)

    def begin(self, left: int, finished: int, seconds: float) -> None:
        """Before the first map."""
        self.say(f"Reports of {count(left + finished, 'map')} in {self._folder}")
        if finished:
            self.say(f"Finished before: {finished}")
        if left:
            where = f"in the queue {self._queue}: about" if self._queue else "in about"
            of_a_core = " of one core" if self._queue else ""
            self.say(f"To measure: {left}, {where} {duration(seconds)}{of_a_core}")

    def after(self, outcome: BatchOutcome, index: str = "") -> int:
        """Print the last table, and the path of the index; returns the exit status."""
        status = self._status(outcome)
        if self._json:
            say(printed(self._answer(outcome, status, index)))
        self.say("")
        if self.talks:
            show(last_table(outcome))
        if outcome.update:
            self._say_update(outcome.update)
        failed = outcome.failed
        shown = failed if not sys.stdout.isatty() else failed[:MOST_SHOWN]
        for entry in shown:
            self.say(f"{entry.name}: {_reason(entry)}")
        if len(shown) < len(failed):
            self.say(f"and {len(failed) - len(shown)} more")
        log = self._folder / LOG
        if failed and log.exists() and log.stat().st_size:
            self.say(f"What libraries printed: {log}")
        if index:
            self.say(f"Index: {index}")
        if outcome.left:
            why = "interrupted" if outcome.interrupted else outcome.stopped
            say(fitted(f"vrs: {why}; to go on: {self._command}", sys.stderr.isatty()), sys.stderr)
        return status

    def _say_update(self, update: Update) -> None:
        self.say(f"New entries: {len(update.new)}, changed: {len(update.changed)}")
        if update.withdrawn:
            self.say(f"Withdrawn, reports removed: {listed(update.withdrawn)}")
        for reason in update.kept:
            self.say(f"Withdrawn, report kept: {reason}")
        self.say(f"Numbers of all reports, also earlier ones: {self._folder / HISTORY}")

    def _status(self, outcome: BatchOutcome) -> ExitStatus:
        if outcome.interrupted:
            return ExitStatus.INTERRUPTED
        if outcome.left:
            return ExitStatus.FAILED
        return worst([ExitStatus.SUCCESS, *map(self._status_of, outcome.entries)])

    def _status_of(self, entry: Entry) -> ExitStatus:
        summary = entry.summary
        if summary is None:
            return ExitStatus.FAILED
        statuses = [status.value for status in summary.statuses.values()]
        has_pdf = summary.has_pdf or not self._pdf
        overall = summary.overall.level
        return status_by(bool(summary.unmeasured), overall, statuses, has_pdf, self._failing)

    def _answer(self, outcome: BatchOutcome, status: ExitStatus, index: str) -> JsonAnswer:
        maps = [
            MapAnswer(
                name=entry.name,
                state=entry.state,
                folder=str(self._folder / REPORTS / entry.name),
                overall=entry.summary.overall if entry.summary else None,
                reason=_reason(entry),
                seconds=round(entry.seconds, 1),
            )
            for entry in outcome.entries
        ]
        return JsonAnswer(
            exit_status=int(status),
            folder=str(self._folder),
            index=index or None,
            passed=outcome.passed,
            failed=len(outcome.failed),
            left=outcome.left,
            update=UpdateAnswer(*outcome.update) if outcome.update else None,
            maps=maps,
        )


def last_table(outcome: BatchOutcome) -> Table:
    """How many maps passed, failed and are left, and the overall lines of the reports."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_row("Passed", str(outcome.passed))
    for (text, level), number in _overall_lines(outcome):
        table.add_row(Text(f"  {text}", OVERALL_STYLES[OVERALL_COLOUR[level]]), str(number))
    for name, number in (("Failed", len(outcome.failed)), ("Left", outcome.left)):
        table.add_row(Text(name, "red" if number else ""), str(number))
    return table


def _overall_lines(outcome: BatchOutcome) -> Sequence[Tuple[Tuple[str, str], int]]:
    """The overall lines of maps that could be measured, without their counts of findings."""
    summaries = [entry.summary for entry in outcome.entries]
    overall = [one.overall for one in summaries if one and not one.unmeasured]
    return Counter((one.text.partition(" (")[0], one.level) for one in overall).most_common()


def _reason(entry: Entry) -> str:
    return entry.reason or (entry.summary.unmeasured if entry.summary else "")
