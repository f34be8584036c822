"""A finished report in a few lines, for the terminal."""

from __future__ import annotations

import textwrap
from typing import Any, List, Mapping

from vrs.checks.result import Status
from vrs.report.text.words import first_sentence
from vrs.run.output_folder import OutputFolder
from vrs.run.request import Outcome

COLUMNS = 96
_STATUS = 22
_TITLE = 20


def print_outcome(outcome: Outcome, folder: OutputFolder) -> None:
    """Statuses, score and files of a finished report."""
    print()
    print(verdict_lines(outcome.report))
    for failure in outcome.failures:
        print(wrapped(failure))
    print()
    print(f"Report:   {folder.path / 'report.pdf'}")
    print(f"Page:     {folder.path / 'report.html'}")
    print(f"Data:     {folder.path / 'report.json'}")
    print(f"Project:  {folder.project}")
    print(f"Finished in {outcome.seconds:.0f} s")


def print_replacement(folder: OutputFolder) -> None:
    """Say that an earlier report is replaced, if there is one."""
    if folder.replaces_report:
        print("The earlier report in this folder and its project are replaced.")


def print_note(remark: str) -> None:
    """A remark on the input, before anything runs."""
    print(wrapped(f"Note: {remark}"))


def verdict_lines(report: Mapping[str, Any]) -> str:
    """A line a check, under its warnings what to do, and the score.

    Parameters
    ----------
    report : mapping
        The content of report.json.
    """
    lines = [line for check in report["checks"] for line in _check_lines(check)]
    lines += ["", wrapped(report["summary"][-1])]
    if any(check["warnings"] for check in report["checks"]):
        lines.append("More on what to do: after the verdict on page 2 of the report.")
    return "\n".join(lines)


def wrapped(text: str) -> str:
    """A sentence on lines that fit the terminal."""
    return textwrap.fill(text, COLUMNS, subsequent_indent="  ")


def _check_lines(check: Mapping[str, Any]) -> List[str]:
    """Identifier, title and status, the numbers that break a rule or the finding, and advice."""
    status = Status(check["status"]).text(len(check["warnings"]))
    name = f"  {check['id']}  "
    start = f"{name}{check['title']:<{_TITLE}}  {status:<{_STATUS}}  "
    told = _broken_rules(check) or [check["reason"] or check["headline"]]
    lines = [_filled(told[0], start, " " * len(start))]
    lines += [_filled(text, " " * len(start), " " * len(start)) for text in told[1:]]
    advice = dict.fromkeys(first_sentence(found["advice"]) for found in check["warnings"])
    indent = " " * len(name)
    lines += [_filled(f"What to do: {text}", indent, indent + "  ") for text in advice if text]
    return lines


def _broken_rules(check: Mapping[str, Any]) -> List[str]:
    rules = {criterion["id"]: criterion["short"] for criterion in check["criteria"]}
    return [
        f"{found['text']} {found['quantity']} (rule: {rules[found['rule']]})"
        for found in check["decisions"]
        if found["broken"]
    ]


def _filled(text: str, first: str, others: str) -> str:
    return textwrap.fill(text, COLUMNS, initial_indent=first, subsequent_indent=others)
