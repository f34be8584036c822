"""Results from their folders; a missing or damaged result becomes one that states the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Collection, Dict, List, Optional, Sequence, Tuple

import msgspec

from vrs.checks.check import Check
from vrs.checks.inputs import Preparation
from vrs.checks.level import Level
from vrs.checks.result import Result
from vrs.checks.store import RESULT_FILE, DamagedResult, damaged_files_named, load_result, read_json
from vrs.maps.errors import VrsError
from vrs.report.text import words

LoadedResult = Tuple[Result, Optional[Path]]
"""A result and its folder, None without one."""


class ReportError(VrsError):
    """The report cannot be written."""


class _Identified(msgspec.Struct):
    """The only field of a result that is read from a damaged folder."""

    id: str


def load_preparation(folder: Path) -> Preparation:
    """The input record and Section 1.

    Raises ReportError if they cannot be read: without them there is nothing to report on.
    """
    try:
        preparation = Preparation.load(folder)
        _check_rules(preparation.section, ())
    except DamagedResult as error:
        raise ReportError(
            f"the prepared map in “{folder.name}” cannot be read ({error.reason})",
            "run the preparation again",
        ) from error
    return preparation


@dataclass(frozen=True)
class Loaded:
    """The results of a report.

    Attributes
    ----------
    levels : list of lists of LoadedResult -- for each level those of its checks, in its order
    evidence : LoadedResult or None -- of the evidence; None if it was not measured
    notes : list of str -- about results that could not be used
    """

    levels: List[List[LoadedResult]]
    evidence: Optional[LoadedResult]
    notes: List[str]

    @property
    def in_order(self) -> List[LoadedResult]:
        """All results in the order of the report."""
        evidence = [] if self.evidence is None else [self.evidence]
        return [*evidence, *(result for level in self.levels for result in level)]


def load_results(
    folders: Sequence[Path], levels: Sequence[Level], not_requested: Sequence[str] = ()
) -> Loaded:
    """The results of the levels.

    A check without a usable result was left out, or could not be measured for the reason stated;
    evidence without one is absent, and a note says why.
    """
    kinds = [kind for level in levels for kind in level.evidence]
    known = {check.id: check for level in levels for check in level.checks}
    known.update({kind.id: kind for kind in kinds})
    loaded: Dict[str, LoadedResult] = {}
    problems: Dict[str, str] = {}
    notes = []
    for folder in folders:
        try:
            result = load_result(folder)
            if result.id in known:
                _check_rules(result, [rule.id for rule in known[result.id].rules])
        except DamagedResult as error:
            problem = f"its folder “{folder.name}” cannot be read ({error.reason})"
            check_id = _identifier(folder)
            if check_id in known:
                problems[check_id] = problem
            else:
                notes.append(f"Ignored a result: {problem}.")
            continue
        if result.id not in known:
            notes.append(words.ignored_result(result.id))
            continue
        if result.id in loaded:
            notes.append(f"Of two results for {result.id} the later one is shown.")
        loaded[result.id] = result, folder

    def result_of(check: Check) -> LoadedResult:
        return loaded.get(check.id) or (_missing(check, problems, not_requested), None)

    evidence = None
    for kind in kinds:
        measured = result_of(kind)
        if measured[0].evaluated:
            evidence = measured
        elif kind.id not in not_requested:
            notes.append(words.missing_evidence(measured[0]))
    results = [[result_of(check) for check in level.checks] for level in levels]
    return Loaded(results, evidence, notes)


def _check_rules(result: Result, rules: Collection[str]) -> None:
    """Refuse a result that names a rule which its check does not have, or did not apply."""
    for name in result.criteria:
        if name not in rules:
            raise DamagedResult(f"it has no rule “{name[:60]}”")
    for decision in result.decisions:
        if decision.rule not in result.criteria:
            raise DamagedResult(f"it was not evaluated by the rule “{decision.rule[:60]}”")


def _missing(check: Check, problems: Dict[str, str], not_requested: Sequence[str]) -> Result:
    if check.id in not_requested:
        return check.left_out()
    problem = problems.get(check.id, "the check did not run or did not end")
    return check.not_measured(words.missing_result(problem))


def _identifier(folder: Path) -> str:
    """The identifier of a check whose other files are damaged; "" if that is unreadable too."""
    try:
        with damaged_files_named(folder):
            return read_json(folder / RESULT_FILE, _Identified).id
    except DamagedResult:
        return ""
