"""A finished report on the terminal: statuses, score and files."""

from __future__ import annotations

from typing import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vrs.report import REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.report.model import CheckContent, Report
from vrs.report.text import words
from vrs.report.text.verdict import decision_line
from vrs.run.output_folder import OutputFolder
from vrs.run.progress import STYLES, show
from vrs.run.report_run import Outcome


def print_outcome(outcome: Outcome, folder: OutputFolder) -> None:
    """The verdict, runs that failed, and the paths of the files."""
    print()
    show(verdict(outcome.report))
    for failure in outcome.failures:
        print(failure)
    print()
    print(f"Report:   {folder.path / REPORT_PDF}")
    print(f"Page:     {folder.path / REPORT_HTML}")
    print(f"Data:     {folder.path / REPORT_JSON}")
    print(f"Project:  {folder.project}")
    print(f"Finished in {outcome.seconds:.0f} s")


def print_replacement(folder: OutputFolder) -> None:
    """Say that an earlier report is replaced, or why another folder than the usual one is used."""
    if folder.kept_instead:
        show(f"A new folder, because {folder.kept_instead}.")
    if folder.replaces_report:
        show("The new report will replace the earlier one in this folder and its project.")


def verdict(report: Report) -> RenderableType:
    """Every check with its status, its result and what to do, and the score of each level."""
    checks = report.all_checks
    table = Table.grid(padding=(0, 2, 0, 0))
    width = max(len(check.title) for check in checks)
    for check in checks:
        status = Text(check.status_text, STYLES[check.status])
        head = Text.assemble(f"{check.title:<{width}}  ", status)
        table.add_row(check.id, Group(head, *_details(check)))
    lines = ["", *words.score_sentences(report.all_levels)]
    if report.with_warnings:
        lines.append("The whole advice follows the verdict in the report.")
    return Padding(Group(table, *lines), (0, 0, 0, 2))


def _details(check: CheckContent) -> Iterator[RenderableType]:
    """The deciding values of broken rules with the advice, or else the result in one sentence."""
    broken = [decision for decision in check.decisions if decision.broken]
    yield from map(decision_line, broken)
    if not broken:
        yield check.reason or check.headline
    for advice in dict.fromkeys(words.first_sentence(warning.advice) for warning in check.warnings):
        if advice:
            yield Padding(f"What to do: {advice}", (0, 0, 0, 2))
