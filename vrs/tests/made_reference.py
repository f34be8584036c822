"""Made reports and a made reference set: copies of the example report with other numbers.

No number in them was measured on a map.
"""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict, List, Optional

import msgspec

from vrs.checks.store import write_json
from vrs.report import REPORT_JSON
from vrs.report.model import CheckContent, Report

NAME = "made, not measured"

Change = Callable[[CheckContent], CheckContent]


def copies(
    report: Report,
    folder: Path,
    number: int,
    change: Optional[Callable[[int], Change]] = None,
    first: int = 0,
    **fields: object,
) -> List[Path]:
    """Write copies of a report, each of another map, into folders; returns these.

    Parameters
    ----------
    report : Report
    folder : Path
    number : int -- of copies
    change : function, optional -- from the number of a copy to what is done to each of its checks
    first : int -- number of the first copy
    fields : what its input record says instead, such as ``resolution``
    """
    places = []
    for index in range(first, first + number):
        record = msgspec.structs.replace(
            report.input, file=f"made_{index}.mrc", sha256=f"{index:064d}", entry=None, **fields
        )
        checks = [change(index)(check) for check in report.checks] if change else report.checks
        other = msgspec.structs.replace(
            report, input=record, checks=checks, entry_comparisons=[], peers=None
        )
        places.append(folder / f"made_{index}")
        places[-1].mkdir(parents=True)
        write_json(places[-1] / REPORT_JSON, other)
    return places


def with_value(rule: str, value: float) -> Change:
    """A check whose value for one rule is another one."""

    def change(check: CheckContent) -> CheckContent:
        decisions = [
            msgspec.structs.replace(one, value=value) if one.rule == rule else one
            for one in check.decisions
        ]
        return msgspec.structs.replace(check, decisions=decisions)

    return change


def with_versions(check_id: str, versions: Dict[str, int]) -> Change:
    """A check some of whose measurements have other versions."""

    def change(check: CheckContent) -> CheckContent:
        if check.id != check_id:
            return check
        measured = {
            name: msgspec.structs.replace(one, version=versions.get(name, one.version))
            for name, one in check.measurements.items()
        }
        return msgspec.structs.replace(check, measurements=measured)

    return change
