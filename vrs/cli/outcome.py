"""A finished report on the terminal: statuses, score and files."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vrs.checks.result import Status
from vrs.report.text.words import first_sentence
from vrs.run.output_folder import REPORT_HTML, REPORT_JSON, REPORT_PDF, OutputFolder
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
    """Say that an earlier report is replaced, if there is one."""
    if folder.replaces_report:
        show("The earlier report in this folder and its project are replaced.")


def print_note(remark: str) -> None:
    """A remark on the input, before anything runs."""
    show(f"Note: {remark}")


def verdict(report: Mapping[str, Any]) -> RenderableType:
    """Every check with its status, what decided it and what to do, and the score.

    Parameters
    ----------
    report : mapping
        The content of report.json.
    """
    checks = report["checks"]
    table = Table.grid(padding=(0, 2, 0, 0))
    width = max(len(check["title"]) for check in checks)
    for check in checks:
        status = Text(Status(check["status"]).text(len(check["warnings"])), STYLES[check["status"]])
        head = Text.assemble(f"{check['title']:<{width}}  ", status)
        table.add_row(check["id"], Group(head, *_details(check)))
    lines = ["", report["summary"][-1]]
    if any(check["warnings"] for check in checks):
        lines.append("More advice stands after the verdict, on page 2 of the report.")
    return Padding(Group(table, *lines), (0, 0, 0, 2))


def _details(check: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The deciding values of broken rules with the advice, or else the result in one sentence."""
    limits = {criterion["id"]: criterion["short"] for criterion in check["criteria"]}
    broken = [decision for decision in check["decisions"] if decision["broken"]]
    for decision in broken:
        quantity = f"{decision['quantity'][0].upper()}{decision['quantity'][1:]}"
        yield f"{quantity}: {decision['text']} (limit: {limits[decision['rule']]})"
    if not broken:
        yield check["reason"] or check["headline"]
    for advice in dict.fromkeys(first_sentence(warning["advice"]) for warning in check["warnings"]):
        if advice:
            yield Padding(f"What to do: {advice}", (0, 0, 0, 2))
