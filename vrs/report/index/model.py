"""The index as data: the types of index.json, which the page and the table print."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, Tuple

import msgspec

from vrs.report.model import Overall, Score, Weight

SCHEMA_VERSION: Literal["1.0"] = "1.0"

State = Literal["measured", "unmeasured", "failed"]
"""What became of a map: measured, or a report that says why nothing could be measured, or no report
that can be read."""


class IndexedNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A number that a scored rule was tested with.

    Attributes
    ----------
    value : float -- In the unit of the rule.
    text : str -- As the report prints it, with its unit.
    broken : bool -- Whether the map breaks the rule.
    way : int -- How it was measured: its place in ``ways`` of the rule; absent for the first.
    """

    value: float
    text: str
    broken: bool
    way: int = 0


class IndexedCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A check of a map.

    Attributes
    ----------
    status : str -- As in report.json: "ok", "warnings", "not_applicable", "not_measured",
        "left_out".
    warnings : int -- As the report counts them.
    deciding : list of str -- The rules whose numbers decided the status, the main one first.
    reason : str -- Why it was not evaluated; absent if it was.
    """

    status: str
    warnings: int = 0
    deciding: List[str] = []
    reason: str = ""


class IndexedFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding.

    Attributes
    ----------
    id : str -- As in report.json: "hand.mirrored".
    severity : str -- "serious", "caution" or "note".
    title : str -- A few words.
    counted : bool -- False if another finding causes it, so that it does not count.
    """

    id: str
    severity: Weight
    title: str
    counted: bool


class IndexedMap(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A map with its report, or the reason why it has none.

    Attributes
    ----------
    name : str -- Identifier of its entry, or the name of the folder of its report.
    state : str -- "measured"; "unmeasured": its report says why nothing could be measured;
        "failed": it has no report that can be read.
    reason : str -- Why it was not measured; absent if it was.
    folder : str -- Of the report, from the folder of the index; "" if there is none.
    page : str -- The file of the report to open, from the folder of the index: report.html, else
        report.pdf, else report.json; "" if there is none.
    title : str -- Of the report, or of the entry.
    file : str -- Name of the map file.
    resolution : float or None -- Reported resolution in Å.
    overall : Overall or None -- All findings in one line.
    fully_tested : bool -- Whether evidence and checks were measured, with a reported resolution.
    findings : list of IndexedFinding -- In the order of the report.
    scores : dict -- The score of each level by its identifier, null where it has none.
    checks : dict -- By identifier.
    numbers : dict -- The number of each scored rule by the identifier of the rule.
    seconds : float or None -- Time of the whole run.
    version : str -- Of the program that wrote the report.
    date : str -- When it was written, in UTC.
    """

    name: str
    state: State
    reason: str = ""
    folder: str = ""
    page: str = ""
    title: str = ""
    file: str = ""
    resolution: Optional[float] = None
    overall: Optional[Overall] = None
    fully_tested: bool = False
    findings: List[IndexedFinding] = []
    scores: Dict[str, Optional[Score]] = {}
    checks: Dict[str, IndexedCheck] = {}
    numbers: Dict[str, IndexedNumber] = {}
    seconds: Optional[float] = None
    version: str = ""
    date: str = ""


class IndexedRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scored rule of at least one report, as the newest report has it.

    Attributes
    ----------
    check : str -- Identifier of its check.
    must : str -- What the number must be: "at most", "at least", "between".
    limits : tuple of float -- One threshold, or the two ends of the accepted interval.
    unit : str -- Of number and limits, "" for pure numbers.
    quantity : str -- What is measured.
    short : str -- The limit in words: "at least 20 %".
    text : str -- What must hold.
    others : int -- Reports with other limits.
    ways : list of str -- How the number was measured: the engine, with the checksum of a network,
        and a version of the measurement other than 1. Numbers of different ways do not compare.
    """

    check: str
    must: str
    limits: Tuple[float, ...]
    unit: str
    quantity: str
    short: str
    text: str
    others: int = 0
    ways: List[str] = []


class Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of index.json.

    Attributes
    ----------
    schema_version : str -- Version of these types.
    program : str -- "scipion-em-vrs".
    version : str -- Of the program that wrote the index.
    date : str -- When, in UTC.
    versions : dict -- How many reports each version of the program wrote.
    levels : dict -- Titles of the levels by their identifiers.
    checks : dict -- Titles of the checks by their identifiers, in their order.
    rules : dict -- The scored rules by their identifiers, in the order of the checks.
    left : int -- Maps of the batch that were not begun.
    maps : list of IndexedMap -- In the order of the batch, else by folder.
    """

    schema_version: Literal["1.0"]
    program: Literal["scipion-em-vrs"]
    version: str
    date: str
    versions: Dict[str, int]
    levels: Dict[str, str]
    checks: Dict[str, str]
    rules: Dict[str, IndexedRule]
    left: int
    maps: List[IndexedMap]

    def count(self, state: State) -> int:
        """How many maps became that."""
        return sum(row.state == state for row in self.maps)


def schema() -> Dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every index.json fulfils."""
    content: Dict[str, Any] = msgspec.json.schema(Index)
    content["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return content
