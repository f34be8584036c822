"""Results from their folders; a result that is missing or damaged becomes a check that says so."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from vrs.checks.level import CheckInfo, Level
from vrs.checks.result import CHECK_FILE, Check, Engine, Status
from vrs.level0.criteria import criteria_of
from vrs.maps.errors import MapError, VrsError
from vrs.report.text import words

INPUT_FILE = "input.json"

_REQUIRED = ("file", "sha256", "box", "voxel_size", "contour")
_DEFAULTS: Mapping[str, Any] = {
    "contour_source": "",
    "resolution": None,
    "entry": None,
    "header_remarks": [],
    "header": [],
    "header_labels": [],
    "binning": 1,
    "given_box": None,
    "given_voxel_size": None,
}

FoundCheck = Tuple[Check, Optional[Path]]
"""A check and the folder that it comes from, None when there is none."""


class ReportError(VrsError):
    """The report cannot be made; the message is one sentence for the user."""


def load_preparation(folder: Path) -> Tuple[Dict[str, Any], Check]:
    """The block "input" of report.json and the check "input" that fills Section 1.

    Raises
    ------
    ReportError
        If the folder does not hold both: without them there is nothing to report on.
    """
    try:
        return _input_record(folder / INPUT_FILE), Check.load(folder)
    except (OSError, MapError, ValueError, KeyError) as error:
        raise ReportError(
            f"the prepared map in “{folder.name}” cannot be read ({_reason(error, folder)})",
            "run the preparation again",
        ) from error


def _input_record(file: Path) -> Dict[str, Any]:
    """What was given, with defaults for what earlier versions did not record.

    Raises
    ------
    OSError, ValueError
    """
    record = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(record, dict):
        raise ValueError(f"{file.name} does not hold a record")
    missing = [name for name in _REQUIRED if name not in record]
    if missing:
        raise ValueError(f"{file.name} lacks {words.in_words(missing)}")
    return {**_DEFAULTS, **record}


def load_checks(
    folders: Sequence[Path], level: Level, not_requested: Sequence[str] = ()
) -> Tuple[List[FoundCheck], List[str]]:
    """The checks of a level in its order, and notes about results that could not be used.

    A check of the level without a usable result has the status "not measured" and the reason.
    """
    found: Dict[str, FoundCheck] = {}
    problems: Dict[str, str] = {}
    notes = []
    known = {info.id for info in level.checks}
    for folder in folders:
        try:
            check = Check.load(folder)
        except (OSError, MapError, ValueError, KeyError) as error:
            problem = f"its folder “{folder.name}” cannot be read ({_reason(error, folder)})"
            check_id = _identifier(folder)
            if check_id in known:
                problems[check_id] = problem
            else:
                notes.append(f"A result was left out: {problem}.")
            continue
        if check.id not in known:
            notes.append(f"A result of “{check.id}”, which this level has not, was left out.")
            continue
        if check.id in found:
            notes.append(f"Two results of {check.id} were given; the later one is shown.")
        found[check.id] = check, folder
    checks = [
        found.get(info.id) or (_missing(info, problems, not_requested), None)
        for info in level.checks
    ]
    return checks, notes


def _missing(info: CheckInfo, problems: Mapping[str, str], not_requested: Sequence[str]) -> Check:
    if info.id in not_requested:
        reason = words.LEFT_OUT
    else:
        reason = words.missing_result(problems.get(info.id, "the check did not run or did not end"))
    criteria = [criterion.id for criterion in criteria_of(info.id)]
    none = Engine("", "")
    return Check(info.id, info.title, Status.NOT_MEASURED, none, reason=reason, criteria=criteria)


def _identifier(folder: Path) -> str:
    """The identifier of a check whose other files are damaged; "" if that is unreadable too."""
    try:
        data = json.loads((folder / CHECK_FILE).read_text(encoding="utf-8"))
        return str(data["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _reason(error: Exception, folder: Path) -> str:
    """Why a folder cannot be read, with its files named without the way to them."""
    if isinstance(error, FileNotFoundError):
        return f"{Path(str(error.filename)).name} is missing"
    if isinstance(error, KeyError):
        return f"{error} is missing in {CHECK_FILE}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).replace(f"{folder}{os.sep}", "")
