"""The result of a check: numbers with units, warnings, remarks, curves and maps."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import msgspec
import numpy as np

from vrs.checks.curves import Curve
from vrs.checks.figures import Figure, Table
from vrs.checks.rule import Decision, Rule
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.errors import VrsError
from vrs.maps.printing import count

Number = Union[int, float]
Value = Union[int, float, str, List[Optional[Union[int, float]]], None]

BUILT_IN = "embedded"
"""Name of the built-in engine in forms, commands and report.json."""

INSTEAD = "The built-in engine measured instead."
"""What is said after the error of another program, which *auto* chose."""


class Status(str, Enum):
    """Outcome of a check. Only the first two are evaluated, that is, count in the score."""

    OK = "ok"
    WARNINGS = "warnings"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"
    LEFT_OUT = "left_out"

    @property
    def evaluated(self) -> bool:
        """Whether a check with this outcome counts in the score."""
        return self in (Status.OK, Status.WARNINGS)

    def text(self, warnings: int) -> str:
        """In the words of the report, with the number of warnings: "OK", "2 warnings", ..."""
        return {
            Status.OK: "OK",
            Status.WARNINGS: count(warnings, "warning"),
            Status.NOT_APPLICABLE: "Does not apply",
            Status.NOT_MEASURED: "Could not be measured",
            Status.LEFT_OUT: "Left out",
        }[self]


class Severity(str, Enum):
    """Weight of a remark; remarks never change the score, and what is serious is a finding."""

    NOTE = "note"
    CAUTION = "caution"


class Measurement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A number, list of numbers, or short text, with its unit and its definition.

    Attributes
    ----------
    value : number, list of numbers, text, or None -- None for a value that does not exist
    unit : str -- "" for pure numbers and texts
    definition : str -- what was measured
    reason : str -- why the value does not exist
    version : int -- of the definition; left out if it is 1, counted up when a value may change

    Raises
    ------
    ValueError
        If the value is not finite, is an empty text, or is None without a reason.
    """

    value: Value
    unit: str
    definition: str
    reason: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value", _plain(self.value))
        if self.value is None and not self.reason:
            raise ValueError(f"a missing value needs a reason: {self.definition}")


def _plain(value: Any) -> Value:
    """Python number, or list of them, from numpy's; refuses NaN and infinity: JSON has none."""
    if value is None:
        return None
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("an empty text cannot be reported: give None and a reason")
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain_number(item) for item in value]
    return _plain_number(value)


def _plain_number(value: Any) -> Optional[Number]:
    if value is None:
        return None
    number: Number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(f"a measurement is a number, a list of numbers or a text, not {value!r}")
    # Comparing, unlike converting, works for whole numbers of any size.
    if not -sys.float_info.max <= number <= sys.float_info.max:
        raise ValueError(f"{number} cannot be reported: give None and a reason")
    return number


def memory_measurement(peak: Optional[int]) -> Measurement:
    """Peak resident memory of a process, from bytes to MB (a million bytes)."""
    definition = "peak resident memory of the process"
    if peak is None:
        return Measurement(None, "MB", definition, "the process did not record it")
    return Measurement(round(peak / 1e6, 1), "MB", definition)


class RuleWarning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published rule that the map breaks.

    Attributes
    ----------
    rule : str -- identifier of the rule
    message : str -- where and by how much it is broken
    advice : str -- what to do about it; the same for all warnings of a rule
    count : int -- published warnings that the message stands for, such as one per side of the box
    """

    rule: str
    message: str
    advice: str = ""
    count: int = 1


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the published rule does not say; never scored.

    Attributes
    ----------
    severity : Severity -- its weight
    message : str -- the remark, in sentences
    """

    severity: Severity
    message: str

    @property
    def line(self) -> str:
        """The message after its severity: "Caution: ..."."""
        return f"{self.severity.value.capitalize()}: {self.message}"


class Engine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The program that measures.

    Attributes
    ----------
    name : str -- "embedded" for the built-in engine
    version : str -- of the program
    checksum : str -- for a network the SHA-256 of its file
    accuracy : str -- for a built-in network, a sentence on its error on maps it was not trained on
    references : tuple of str -- BibTeX keys of the papers of another program
    path : str -- folder of another program, or its file
    """

    name: str
    version: str
    checksum: str = ""
    accuracy: str = ""
    references: Tuple[str, ...] = ()
    path: str = ""

    @property
    def label(self) -> str:
        """Name and version: "Xmipp 3.25.06.0-Rhea"."""
        return f"{self.name} {self.version}".strip()

    @property
    def is_built_in(self) -> bool:
        """Whether it is part of this plugin, as the networks of other names are."""
        return not (self.references or self.path)


class OutsideProgram(NamedTuple):
    """Another program that measures the published values of a check.

    Attributes
    ----------
    engine : Engine
    measure : function of (DensityMap, mask, resolution in Å) -- values, as ``density.data[mask]``
    """

    engine: Engine
    measure: Callable[[DensityMap, BoolArray, float], FloatArray]


class CannotMeasure(VrsError):
    """The map does not allow the measurement.

    ``engine`` is the program that failed, if it is not the built-in one.
    """

    def __init__(self, reason: str, advice: str = "", engine: Optional[Engine] = None) -> None:
        super().__init__(reason, advice)
        self.engine = engine


class Outcome(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The common part of a result in memory and a check in report.json.

    Attributes
    ----------
    id : str -- "0.a"
    title : str -- "Mass analysis"
    status : Status -- how the check ended
    engine : Engine -- the program that measured, or was to measure
    reason : str -- why the check does not apply or could not be measured; "" otherwise
    replaced : str -- why another program, which *auto* chose, did not measure in place of the
        built-in engine: its error; "" otherwise
    headline : str -- one sentence for the summary of the report
    results : list of str -- sentences of the section, as plain text with Unicode symbols
    warnings : list of RuleWarning -- the broken rules
    remarks : list of Remark -- what the published rules do not say
    measurements : dict -- the measured quantities, by name
    seconds : float -- time of the measurement
    peak_memory : Measurement -- peak resident memory of its process

    Raises
    ------
    ValueError
        If the status does not fit the warnings.
    """

    id: str
    title: str
    status: Status
    engine: Engine
    reason: str = ""
    replaced: str = ""
    headline: str = ""
    results: List[str] = []
    warnings: List[RuleWarning] = []
    remarks: List[Remark] = []
    measurements: Dict[str, Measurement] = {}
    seconds: float = 0.0
    peak_memory: Measurement = msgspec.field(default_factory=lambda: memory_measurement(None))

    def __post_init__(self) -> None:
        if self.evaluated and (self.status is Status.WARNINGS) != bool(self.warnings):
            number = count(len(self.warnings), "warning")
            raise ValueError(f"the status {self.status.value!r} with {number}")

    @property
    def evaluated(self) -> bool:
        """Whether the check counts in the score."""
        return self.status.evaluated

    @property
    def is_check(self) -> bool:
        """Whether it is a check of a level; the input and the evidence have no part in a score."""
        return "." in self.id

    @property
    def heading(self) -> str:
        """Identifier and title of a check: "0.a Mass analysis"; of others the title alone."""
        return f"{self.id} {self.title}" if self.is_check else self.title

    @property
    def status_text(self) -> str:
        """Status in the words of the report: "OK", "2 warnings", "Does not apply", ...

        Warnings about several sides or axes are one broken rule: "2 warnings (1 rule)".
        """
        if not self.is_check and self.evaluated:
            return "Measured"
        text = self.status.text(self.warning_count)
        rules = len({warning.rule for warning in self.warnings})
        return text if rules == self.warning_count else f"{text} ({count(rules, 'rule')})"

    @property
    def warning_count(self) -> int:
        """How many warnings the published rules give."""
        return sum(warning.count for warning in self.warnings)


class ResultData(Outcome, kw_only=True):
    """The part of a result that is plain data.

    Attributes
    ----------
    criteria : list of str -- identifiers of the rules that apply
    decisions : list of Decision -- the deciding value of each scored rule; the main one comes first
    figures, tables : list -- specifications; the report draws them
    """

    criteria: List[str] = []
    decisions: List[Decision] = []
    figures: List[Figure] = []
    tables: List[Table] = []

    @property
    def deciding(self) -> List[Decision]:
        """The values that decided the status: those that break a rule, else the main one."""
        return [decision for decision in self.decisions if decision.broken] or self.decisions[:1]


class Result(ResultData, kw_only=True):
    """Result of one check: its data, and the arrays that are kept as files of their own.

    Attributes
    ----------
    curves : dict -- Curve by name, kept as NAME.csv
    volumes : dict -- DensityMap by name, kept as NAME.mrc
    """

    curves: Dict[str, Curve] = {}
    volumes: Dict[str, DensityMap] = {}

    def decide(self, rule: Rule, quantity: str, value: Number, text: str = "") -> bool:
        """Test a number by a rule and record it; returns whether the rule holds.

        Parameters
        ----------
        rule : Rule
        quantity : str -- what was measured; of several numbers the worst, and where it is
        value : float -- in the unit of the rule
        text : str -- how to print the number, if its digits would mislead
        """
        number = float(value)
        holds = rule.holds(number)
        printed = text or rule.number(number)
        self.decisions.append(
            Decision(rule.id, quantity, number, rule.unit, printed, broken=not holds)
        )
        return holds

    def warn(self, rule: Rule, message: str, count: int = 1, advice: str = "") -> None:
        """Record a broken rule with its advice; the message may stand for several warnings.

        ``advice`` replaces that of the rule, where the map is known to need another one.
        """
        tested = (decision.value for decision in self.decisions if decision.rule == rule.id)
        advice = advice or rule.advice_for(next(tested, None))
        self.warnings.append(RuleWarning(rule.id, message, advice, count))
        self.status = Status.WARNINGS

    def remark(self, severity: Severity, message: str) -> None:
        """Record a remark."""
        self.remarks.append(Remark(severity, message))

    def measure(
        self, name: str, value: Any, unit: str, definition: str, reason: str = "", version: int = 1
    ) -> None:
        """Record a measurement; ``version`` is that of its definition."""
        self.measurements[name] = Measurement(value, unit, definition, reason, version)

    def number(self, name: str) -> float:
        """The value of a measurement that is one number."""
        value = self.measurements[name].value
        if not isinstance(value, (int, float)):
            raise TypeError(f"{name} is not a number: {value!r}")
        return value

    def numbers(self, name: str) -> Sequence[Number]:
        """The values of a measurement that is a list of numbers without gaps."""
        value = self.measurements[name].value
        if not isinstance(value, list):
            raise TypeError(f"{name} is not a list: {value!r}")
        known = [item for item in value if item is not None]
        if len(known) != len(value):
            raise TypeError(f"{name} has missing values: {value!r}")
        return known
