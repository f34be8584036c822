"""The exit statuses of the command, and the results that ``--fail-on`` turns into one."""

from __future__ import annotations

import argparse
from enum import IntEnum
from typing import TYPE_CHECKING, Callable, Collection, Dict, Iterable, Sequence, Tuple

from vrs.cli.parsing import WRONG_USAGE, meant, suggestion

if TYPE_CHECKING:
    from vrs.report.model import Report

NEVER = "never"


class ExitStatus(IntEnum):
    """What the shell learns about a command."""

    SUCCESS = 0
    FAILED = 1
    WRONG_USAGE = WRONG_USAGE
    WITHOUT_PDF = 3
    FAILED_ON = 4
    INTERRUPTED = 130
    BROKEN_PIPE = 141


OF_A_REPORT: Sequence[Tuple[str, str]] = (
    ("0", "the report was written"),
    ("1", "it could not be written, or nothing could be measured; one sentence says why"),
    ("2", "wrong usage"),
    ("3", "report.html and report.json were written, but no PDF (pdflatex is missing)"),
    ("4", "the report was written, and has a result that --fail-on names"),
    ("130", "interrupted"),
)
"""The statuses of the commands that write a report, for their help."""


Fails = Callable[[str, Collection[str]], bool]
"""Of the level of the overall line and the statuses of the checks."""

FAIL_ON: Dict[str, Fails] = {
    "warnings": lambda overall, statuses: "warnings" in statuses,
    "not-measured": lambda overall, statuses: "not_measured" in statuses,
    "serious": lambda overall, statuses: overall == "serious",
    "points": lambda overall, statuses: overall != "none",
}
"""Word of ``--fail-on`` -> whether a report has such a result.

Serious findings are points to check too.
"""


def fail_on(text: str) -> Tuple[str, ...]:
    """The results that make the command fail, separated by commas; "never" for none.

    Raises argparse.ArgumentTypeError for other words.
    """
    words = tuple(word.strip().lower() for word in text.split(",") if word.strip())
    for word in words:
        if word not in (*FAIL_ON, NEVER):
            known, hint = ", ".join((*FAIL_ON, NEVER)), meant(suggestion(word, FAIL_ON))
            raise argparse.ArgumentTypeError(f"{text!r} is not one of {known}{hint}")
    return tuple(word for word in words if word != NEVER)


def status_of(report: Report, has_pdf: bool, failing: Collection[str]) -> ExitStatus:
    """The exit status of a report that was written; of several the first in this order."""
    # The help needs none of it.
    from vrs.report.text.verdict import nothing_measured

    statuses = [check.status.value for check in report.all_checks]
    unmeasured = bool(nothing_measured(report))
    return status_by(unmeasured, report.overall.level, statuses, has_pdf, failing)


def status_by(
    unmeasured: bool,
    overall: str,
    statuses: Collection[str],
    has_pdf: bool,
    failing: Collection[str],
) -> ExitStatus:
    """The exit status by what a report says in short."""
    if unmeasured:
        return ExitStatus.FAILED
    if any(FAIL_ON[word](overall, statuses) for word in failing):
        return ExitStatus.FAILED_ON
    return ExitStatus.SUCCESS if has_pdf else ExitStatus.WITHOUT_PDF


_ORDER = (
    ExitStatus.FAILED,
    ExitStatus.FAILED_ON,
    ExitStatus.WITHOUT_PDF,
    ExitStatus.SUCCESS,
)
"""The order of consequence."""


def worst(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """The status of a command that wrote several reports."""
    return min(statuses, key=_ORDER.index)
