"""A report on the terminal: what is known before the run, then statuses, score and files."""

from __future__ import annotations

import sys
from typing import List, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vrs.checks.figures import SurfaceFigure
from vrs.checks.result import INSTEAD, Remark, Severity
from vrs.cli.exit_status import status_of, worst
from vrs.cli.machine import ReportAnswer, printed
from vrs.cli.parsing import fitted
from vrs.cli.views_trial import why_no_views
from vrs.report import REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.report.model import Report
from vrs.report.pdf.program import program_missing
from vrs.report.text import provenance, words
from vrs.report.text.entry import in_one_line
from vrs.report.text.peers import lines_of
from vrs.report.text.summary import about
from vrs.report.text.terminal import say
from vrs.report.text.verdict import (
    Concluded,
    Row,
    conclusions,
    decision_line,
    nothing_measured,
    overall_colour,
    unevaluated,
    verdict_rows,
)
from vrs.run.output_folder import OutputFolder
from vrs.run.progress import STYLES, columns_of, show
from vrs.run.report_run import Outcome

NARROW = 60
"""With fewer columns a status stands below the title of its check."""


SEVERITY_STYLES = {"serious": "bold red", "caution": "yellow", "note": "blue"}
OVERALL_STYLES = {**SEVERITY_STYLES, "ok": "green"}
"""Of the overall line, by its colour."""


class Answer:
    """What a command that writes a report prints, and its exit status.

    Parameters
    ----------
    quiet : bool -- Print nothing but errors.
    as_json : bool -- Print one JSON object at the end and nothing else.
    failing : sequence of str -- Results that make the command fail (``FAIL_ON``).
    """

    def __init__(self, quiet: bool, as_json: bool, failing: Sequence[str]) -> None:
        self.talks = not (quiet or as_json)
        self._as_json = as_json
        self._failing = failing
        self._noted: List[str] = []

    def say(self, content: RenderableType) -> None:
        if self.talks:
            show(content)

    def note(self, message: str, weight: Severity = Severity.NOTE) -> None:
        """Say what is worth knowing about the input, once, with its weight in the report."""
        if message not in self._noted:
            self._noted.append(message)
            self.say(f"{words.SEVERITY_WORDS[weight]}: {message}")

    def before(
        self, folder: OutputFolder, remarks: Sequence[Remark] = (), notes: Sequence[str] = ()
    ) -> None:
        """Say what the run will replace, what is doubtful, and what will be missing."""
        if folder.kept_instead:
            self.say(f"A new folder, because {folder.kept_instead}.")
        if folder.replaces_report:
            self.say("The new report will replace the earlier one in this folder and its project.")
        for remark in remarks:
            self.note(remark.message, remark.severity)
        for message in filter(None, (*notes, program_missing())):
            self.note(message)

    def after(self, outcome: Outcome, folder: OutputFolder) -> int:
        """Print the verdict, remarks on the input, runs that failed, and the paths of the files.

        Returns the exit status.
        """
        report = outcome.report
        others = outcome.others.items()
        every = [(report, not outcome.pdf_problem)]
        every += [(other, (folder.path / name / REPORT_PDF).exists()) for name, other in others]
        status = worst(status_of(*written, self._failing) for written in every)
        self._note_remarks(report)
        self._note_engines(report)
        self.say("")
        self.say(verdict(report))
        for failure in outcome.failures:
            self.say(failure)
        if outcome.pdf_problem:
            self.note(outcome.pdf_problem)
        if outcome.has_figures and lacks_views(report):
            problem = why_no_views()
            if problem:
                self.note(f"The report has no 3D views: {problem}.")
        for name, other in others:
            self.say(f"Another report, in {folder.path / name}: {other.overall.text}")
        self.say("")
        self.say(files(outcome, folder))
        if self._as_json:
            answer = ReportAnswer.of(outcome, folder, self._noted, status)
            say(printed(answer))
        unmeasured = nothing_measured(report)
        if unmeasured:
            say(fitted(f"vrs: {unmeasured}", sys.stderr.isatty()), sys.stderr)
        return status

    def _note_remarks(self, report: Report) -> None:
        """What the report says about the input: its remarks and those on the header."""
        section = report.input_section
        for remark in section.weighted_remarks:
            self.note(remark.message, remark.severity)
        for message in report.input.header_remarks:
            self.note(message)
        if any(line.differs for line in provenance.header_lines(report.input)):
            self.note(provenance.header_verdict(report.input))

    def _note_engines(self, report: Report) -> None:
        """Which other programs failed, so that the built-in engine measured."""
        for check in report.all_checks:
            if check.replaced:
                self.note(f"{check.heading}. {check.replaced} {INSTEAD}", Severity.CAUTION)


def lacks_views(report: Report) -> bool:
    """Whether none of the surfaces is drawn."""
    figures = [drawn for section in report.sections for drawn in section.figures]
    surfaces = [drawn for drawn in figures if isinstance(drawn.figure, SurfaceFigure)]
    return bool(surfaces) and not any(drawn.file for drawn in surfaces)


def files(outcome: Outcome, folder: OutputFolder) -> RenderableType:
    """The paths of the files that were written, and the time."""
    names = {"Report": REPORT_PDF, "Page": REPORT_HTML, "Data": REPORT_JSON}
    paths = {title: folder.path / name for title, name in names.items()}
    paths["Project"] = folder.project
    absent = {"Project": "not kept"}
    lines = [
        f"{title + ':':<9} {path if path.exists() else absent.get(title, 'not written')}"
        for title, path in paths.items()
    ]
    return "\n".join([*lines, f"Finished in {outcome.seconds:.0f} s"])


def verdict(report: Report) -> RenderableType:
    """Overall line, findings, what holds, the published rules, and the score of each level."""
    style = OVERALL_STYLES[overall_colour(report)]
    parts: List[RenderableType] = [Text(report.overall.text, style), ""]
    if report.entry:
        parts = [in_one_line(report.input), "", *parts]
    for concluded in conclusions(report):
        parts += [_finding(concluded), ""]
    for sentence in about(report):
        parts += [sentence, ""]
    rows = [row for level in report.all_levels for row in verdict_rows(level)]
    if rows:
        parts += [f"{words.RULES_OF_THE_SERVICE}, and how many real maps break them:", _rules(rows)]
    for level in report.all_levels:
        parts += [f"{check.heading}: {line}" for check, line in unevaluated(level)]
    scores = words.score_lines(report.all_levels)
    if report.peers:
        parts += ["", report.peers.text, *lines_of(report)]
    used = words.engines_used(report.sections)
    return Padding(Group(*parts, "", *scores, *([""] if used else []), *used), (0, 0, 0, 2))


def _finding(concluded: Concluded) -> RenderableType:
    """A finding with its text, what to do, and what follows from it."""
    finding = concluded.finding
    lines: List[RenderableType] = [finding.text]
    if finding.advice:
        lines.append(f"{words.WHAT_TO_DO}: {finding.advice}")
    if concluded.place:
        lines.append(f"{concluded.place}.")
    for other in concluded.follows:
        lines += [f"{words.FOLLOWS}: {other.finding.title}."]
    body = Padding(Group(*lines), (0, 0, 0, 2))
    return Group(Text(concluded.label, SEVERITY_STYLES[finding.severity]), body)


def _rules(rows: Sequence[Row]) -> RenderableType:
    """Every evaluated check with its status and the values that decided it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    width = max(len(row.check.title) for row in rows)
    for row in rows:
        status = Text(row.check.status_text, STYLES[row.check.status])
        head = Text.assemble(f"{row.check.title:<{width}}  ", status)
        if columns_of() < NARROW:
            head = Text.assemble(f"{row.check.title}\n", status)
        lines = [
            f"{decision_line(tested.decision)}; {tested.base_rate} real maps"
            for tested in row.tested
        ]
        table.add_row(row.check.id, Group(head, *lines))
    return table
