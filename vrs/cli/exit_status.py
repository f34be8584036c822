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


def _warnings(report: Report) -> bool:
    return bool(report.with_warnings)


def _not_measured(report: Report) -> bool:
    from vrs.checks.result import Status  # the help does not need it

    return any(check.status is Status.NOT_MEASURED for check in report.all_checks)


def _serious(report: Report) -> bool:
    return report.overall.level == "serious"


def _points(report: Report) -> bool:
    return report.overall.level != "none"


FAIL_ON: Dict[str, Callable[[Report], bool]] = {
    "warnings": _warnings,
    "not-measured": _not_measured,
    "serious": _serious,
    "points": _points,
}
"""Word of ``--fail-on`` -> whether a report has such a result.

Serious findings are points to check too."""


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


def nothing_measured(report: Report) -> str:
    """The sentence on a report without measurements, "" if its checks were measured.

    A check that needs no contour level is measured even where no voxel reaches the level; what
    such a report says is no answer to the question.
    """
    # The help needs neither.
    from vrs.checks.result import Status
    from vrs.maps.printing import entered

    lacking = [check for check in report.all_checks if check.status is Status.NOT_MEASURED]
    reached = report.input_section.measurements.get("share_in_mask")
    reason = report.input.unusable
    if not reason and reached is not None and reached.value is None:
        level = entered(report.input.contour)
        reason = f"no voxel reaches the contour level of {level}: lower the contour level"
    if not reason and lacking and not any(check.evaluated for check in report.all_checks):
        reason = lacking[0].reason
    if not (lacking and reason):
        return ""
    return f"the report was written, but the map could not be measured: {reason}"


def status_of(report: Report, has_pdf: bool, failing: Collection[str]) -> ExitStatus:
    """The exit status of a report that was written; of several the first in this order."""
    if nothing_measured(report):
        return ExitStatus.FAILED
    if any(FAIL_ON[word](report) for word in failing):
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
