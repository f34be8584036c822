"""The report as data: the types of report.json, which every format prints and nothing else.

Numbers are numbers of JSON; a value that does not exist is null, with a reason beside it.
"""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Literal, Optional, Sequence, Tuple, Union

import msgspec

from vrs.checks.base_rates import RealMaps, RuleRate
from vrs.checks.entry import Entry
from vrs.checks.figures import Figure, SurfaceFigure, Table
from vrs.checks.inputs import InputRecord
from vrs.checks.result import Measurement, Outcome, Remark, Severity, Status
from vrs.checks.rule import BETWEEN, Decision

SCHEMA_VERSION: Literal["1.0"] = "1.0"

PACKAGE = "scipion-em-vrs"
"""Name of this program among the versions."""

INPUT = "input"
"""Identifier of the section on the input data, which holds the preparation."""

INPUT_SECTION = "1"
"""Number of the section on the input data; evidence and the levels are numbered after it."""

EVIDENCE_SECTION = "2"
"""Number of the section on evidence, if a report has it."""

Number = Union[int, float]


class RuleContent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of a check.

    Attributes
    ----------
    id : str -- Warnings and decisions name it.
    must : str -- What the measured number must be compared with the limits: "at most", "at least",
        "between".
    limits : tuple of float -- One threshold, or the two ends of the accepted interval.
    unit : str -- Unit of the limits, "" for pure numbers.
    text : str -- What must hold, with its limits.
    short : str -- The limit beside a number: "at least 20 %".
    reason : str -- Why the rule exists.
    advice : str -- What to do if the rule is broken.
    advice_below : str -- For an interval: what to do instead if the number is below it.
    source : str -- Where the limit comes from.
    scored : bool -- False for limits of applicability, which decide whether the check is evaluated.
    alternative_to : str -- The published rule that this one replaces on request.
    measurements : list of str -- Names of those of the check that the tested number comes from.
    broken : bool -- Whether the map breaks it.
    real_maps : RuleRate or None -- How many real maps break it; null if that was not measured.

    Raises ValueError if it has too few or too many limits.
    """

    id: str
    must: Literal["at most", "at least", "between"]
    limits: Tuple[float, ...]
    unit: str
    text: str
    short: str
    reason: str
    advice: str
    advice_below: str
    source: str
    scored: bool
    alternative_to: str
    measurements: Tuple[str, ...]
    broken: bool
    real_maps: Optional[RuleRate] = None

    def __post_init__(self) -> None:
        if len(self.limits) != (2 if self.must == BETWEEN else 1):
            raise ValueError(f"{len(self.limits)} limits of a number that must be {self.must}")


class DecisionContent(Decision, frozen=True, kw_only=True):
    """A number that a scored rule was tested with, as a row of the verdict.

    Attributes
    ----------
    limit : str -- The limit in words: "at least 20 %".
    deciding : bool -- Whether it decided the status, and is printed in the verdict.
    """

    limit: str
    deciding: bool


class DrawingDetails(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Numbers of a drawing; those that a kind of figure does not have are absent.

    Attributes
    ----------
    slices : list of int -- Indices of the slices normal to X, Y and Z, from 0.
    size : list of float -- Of the box along X, Y, Z, in Å.
    grey_levels : list of float -- Values of the volume that are black and white.
    outline_level : float -- Value at which a line is drawn over the slices.
    outline_seen : bool -- Whether that line crosses a slice.
    x_range : list of float -- Least and largest x of a plot.
    y_range : list of float -- Least and largest y of a plot.
    highest_bar : list of float -- Ends of the highest bar of a histogram.
    highest_count : int -- Voxels in it.
    contour : float -- Contour level of a surface.
    views : list of lists of float -- Rotations about the X, Y and Z axes of the screen, in degrees.
    width : float -- Width of a view in Å.
    colour_limits : list of float -- Ends of the colour scale.
    drawn_by : str -- Program that drew a surface.
    scale_bar : float -- Its length in Å.
    """

    slices: Optional[List[int]] = None
    size: Optional[List[float]] = None
    grey_levels: Optional[List[float]] = None
    outline_level: Optional[float] = None
    outline_seen: Optional[bool] = None
    x_range: Optional[List[float]] = None
    y_range: Optional[List[float]] = None
    highest_bar: Optional[List[float]] = None
    highest_count: Optional[int] = None
    contour: Optional[float] = None
    views: Optional[List[List[float]]] = None
    width: Optional[float] = None
    colour_limits: Optional[List[float]] = None
    drawn_by: Optional[str] = None
    scale_bar: Optional[float] = None


class DrawnFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure of the report.

    Attributes
    ----------
    figure : SliceFigure, LineFigure, HistogramFigure or SurfaceFigure -- The request of the check.
    number : int -- Counted through the report.
    caption : str -- As printed: that of the check and what the drawing adds, or why there is none.
    file : str or None -- Path of the picture, SVG, PNG or JPEG, from the folder of the report; null
        if it was not drawn.
    vector : str or None -- Path of the same as vector graphics (PDF); null for slices and surfaces,
        which are images.
    thumbnail : str or None -- Path of a small picture without text.
    alt : str -- What the picture shows, for those who cannot see it.
    drawing : DrawingDetails -- The numbers of the drawing.
    """

    figure: Figure
    number: int
    caption: str
    file: Optional[str] = None
    vector: Optional[str] = None
    thumbnail: Optional[str] = None
    alt: str = ""
    drawing: DrawingDetails = DrawingDetails()


class TableContent(Table, frozen=True, kw_only=True):
    """A table of the report.

    Attributes
    ----------
    number : int -- Counted through the report.
    rows : list of lists -- The numbers with full precision, null for a missing one; the columns say
        how to print them.

    Raises ValueError if a row does not fit the columns.
    """

    number: int
    rows: List[List[Optional[Number]]]

    def __post_init__(self) -> None:
        super().__post_init__()
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} numbers for {len(self.columns)} columns")
            for value, column in zip(row, self.columns):
                if isinstance(value, float) and column.is_whole:
                    raise ValueError(f"{value} in a column of whole numbers")
                if value is not None and not abs(value) <= sys.float_info.max:
                    raise ValueError("a number that is too large")


class CheckContent(Outcome, kw_only=True):
    """A check, or the input, as the report shows it.

    Attributes
    ----------
    section : str -- Number of its section: "2.1".
    explanation : str -- What is measured and why.
    method : str -- One sentence for the methods of a paper, with keys of references in square
        brackets.
    references : list of str -- Keys of the papers behind the explanation.
    criteria : list of RuleContent -- The rules that apply.
    decisions : list of DecisionContent -- The deciding value of each scored rule; the main one
        comes first.
    figures : list of DrawnFigure -- In the order in which they are printed.
    tables : list of TableContent -- In the order in which they are printed.
    curves : dict -- Paths of CSV files from the folder of the report, by name of the curve.
    volumes : dict -- Paths of maps from the folder of the report, or their names alone if they are
        far away.

    Raises ValueError if a decision is by a rule that does not apply.
    """

    section: str
    explanation: str = ""
    method: str = ""
    references: List[str] = []
    criteria: List[RuleContent] = []
    decisions: List[DecisionContent] = []
    figures: List[DrawnFigure] = []
    tables: List[TableContent] = []
    curves: Dict[str, str] = {}
    volumes: Dict[str, str] = {}

    def __post_init__(self) -> None:
        super().__post_init__()
        for decision in self.decisions:
            if decision.rule not in self.rules:
                raise ValueError(f"a decision by the rule {decision.rule!r}, which does not apply")

    @property
    def anchor(self) -> str:
        """Name of the section as the target of links."""
        return f"check-{self.id}"

    @property
    def deciding(self) -> List[DecisionContent]:
        return [decision for decision in self.decisions if decision.deciding]

    @property
    def rules(self) -> Dict[str, RuleContent]:
        """The rules by their identifiers."""
        return {rule.id: rule for rule in self.criteria}

    @property
    def weighted_remarks(self) -> List[Remark]:
        """The remarks, the heaviest first."""
        return [remark for severity in reversed(Severity) for remark in self.of_severity(severity)]

    def of_severity(self, severity: Severity) -> List[Remark]:
        return [remark for remark in self.remarks if remark.severity is severity]


class Score(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many checks of a level ended how. Only OK and warnings are evaluated.

    Attributes
    ----------
    passed : int -- Checks with status OK.
    evaluated : int -- Checks with status OK or warnings.
    not_applicable : int -- Checks that do not apply.
    not_measured : int -- Checks that could not be measured.
    left_out : int -- Checks that were not requested.
    """

    passed: int
    evaluated: int
    not_applicable: int = 0
    not_measured: int = 0
    left_out: int = 0

    @classmethod
    def of(cls, checks: Sequence[Outcome]) -> Score:
        statuses = [check.status for check in checks]
        evaluated = sum(check.evaluated for check in checks)
        others = (Status.NOT_APPLICABLE, Status.NOT_MEASURED, Status.LEFT_OUT)
        return cls(statuses.count(Status.OK), evaluated, *map(statuses.count, others))


def score_of(checks: Sequence[Outcome], is_density: bool) -> Optional[Score]:
    """The score of a level, None for what is no density map, as the checks are made for one."""
    return Score.of(checks) if is_density else None


class LevelRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A level of validation.

    Attributes
    ----------
    id : str -- "0".
    title : str -- "Level 0 analysis".
    data : str -- What the level looks at: "the map alone".
    limits : str -- What the level cannot tell.
    real_maps : RealMaps or None -- The maps on which it was counted how many break each rule.
    """

    id: str
    title: str
    data: str
    limits: str
    real_maps: Optional[RealMaps] = None


class LevelContent(LevelRecord, frozen=True, kw_only=True):
    """A level with its checks.

    Attributes
    ----------
    section : str -- Number of its section: "2" for the first level.
    checks : list of CheckContent -- In the order of the level.
    score : Score or None -- Over these checks; null if the input does not look like density.
    """

    section: str
    checks: List[CheckContent]
    score: Optional[Score]


Weight = Literal["serious", "caution", "note"]
"""Severity of a finding."""


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measurement behind a finding.

    Attributes
    ----------
    check : str -- Identifier of the check or of the evidence; "input" for the preparation.
    measurement : str -- Its name there.
    """

    check: str
    measurement: str


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the measurements say about the map, and what to do.

    Attributes
    ----------
    id : str -- "hand.mirrored".
    severity : str -- "serious": changes how the map is used or what is claimed from it; "caution":
        check before use; "note": a property of the map, never a fault.
    title : str -- A few words.
    text : str -- What was measured, with its numbers, in sentences.
    advice : str -- What to do; "" for a note that needs nothing.
    evidence : list of Evidence -- The measurements that it was drawn from.
    caused_by : str or None -- Identifier of the finding that causes this one, which is then not
        counted.
    figure : int or None -- Number of the figure that shows it.
    version : int -- Of its thresholds.
    """

    id: str
    severity: Weight
    title: str
    text: str
    advice: str
    evidence: List[Evidence]
    caused_by: Optional[str] = None
    figure: Optional[int] = None
    version: int = 1


class Overall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All findings in one line.

    Attributes
    ----------
    level : str -- "serious" if a finding is serious, else "points" if one is a caution, else
        "none". Findings that another one causes do not count.
    text : str -- "Serious findings (2)".
    """

    level: Literal["none", "points", "serious"]
    text: str


class SliceViewer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The slices of the map that report.html shows.

    Attributes
    ----------
    box : list of int -- Voxels along X, Y, Z after binning.
    binning : int -- Edge of the cubes of voxels that were averaged.
    voxel_size : float -- In Å, after binning.
    grey_levels : list of float -- Values of the map that are black and white.
    contour : float -- Contour level, drawn as a line.
    """

    box: List[int]
    binning: int
    voxel_size: float
    grey_levels: List[float]
    contour: float


class Methods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a paper says about how the map was validated.

    Attributes
    ----------
    text : str -- One paragraph of plain text with citations by author and year.
    references : list of str -- Keys of exactly what the paragraph cites, in order of mention.
    bibtex : str -- The content of references.bib.
    """

    text: str
    references: List[str]
    bibtex: str


class ReferenceContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper, or a program without one.

    Attributes
    ----------
    number : int -- In the list of references, from 1.
    key : str -- Of its BibTeX entry.
    text : str -- As printed in the list.
    doi : str -- Digital object identifier, "" if there is none.
    url : str -- Address of the paper, "" if there is none.
    """

    number: int
    key: str
    text: str
    doi: str
    url: str


Agreement = Literal["agrees", "usual", "differs", "open"]
"""How what an entry states and what was measured relate; "usual" for a part that lies in the usual
range, "open" where nothing was decided."""


class EntryComparison(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quantity of an entry beside that of the report; the numbers stand in ``input.entry`` and in
    the measurements.

    Attributes
    ----------
    id : str -- "mass".
    quantity : str -- "Molecular mass".
    stated : str -- What the entry says, as printed.
    measured : str -- What the report used or measured, as printed.
    agreement : str -- "agrees", "usual" (the part of a mass that is shown), "differs", or "open" if
        nothing was decided.
    text : str -- What follows, in sentences, and why it is open; "" if the table says it all.
    evidence : list of Evidence -- The measurements that it was drawn from.
    """

    id: str
    quantity: str
    stated: str
    measured: str
    agreement: Agreement
    text: str = ""
    evidence: List[Evidence] = []


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for the report; "" for what is not stated.

    Attributes
    ----------
    name, address : str -- Of a person or a facility.
    email : str -- "help@example.org".
    page : str -- Address of a web page, http or https.
    logo : str or None -- Path of a picture, PNG, from the folder of the report.
    """

    name: str = ""
    address: str = ""
    email: str = ""
    page: str = ""
    logo: Optional[str] = None


class PeerNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A deciding value among those of the peers.

    Attributes
    ----------
    check, rule : str -- Identifiers of the check and of the rule that tests the value.
    maps : int -- Peers that have it, measured in the same way.
    below, same : int -- Peers with a smaller value, and with the same.
    percentile : float or None -- Peers with a smaller value, and half of those with the same, in %;
        null if there are too few.
    quantiles : list of float -- Percentiles 2.5, 25, 50, 75 and 97.5 of the peers, in the unit of
        the rule; empty if there are too few.
    place : str -- The place in words: "41st percentile of 312 maps at 2.8 to 3.6 Å", or why there
        is none.
    """

    check: str
    rule: str
    maps: int
    below: int
    same: int
    percentile: Optional[float]
    quantiles: List[float]
    place: str


class PeerFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding of the report among its peers.

    Attributes
    ----------
    finding : str -- Its identifier.
    maps : int -- Peers for which the same measurements were made.
    having : int -- Those that have the finding.
    share : float or None -- The same in %; null if there are too few.
    place : str -- The share in words, or why there is none.
    """

    finding: str
    maps: int
    having: int
    share: Optional[float]
    place: str


class Peers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The map among the maps of a reference set that have a similar reported resolution.

    Attributes
    ----------
    name : str -- Of the reference set.
    date : str -- When the set was built: "2026-11-28".
    version : str -- Version of this program that built it.
    low, high : float or None -- Reported resolution in Å at which the class of the map begins, and
        at which the next one does; null if there is none.
    maps : int -- Maps of the set in this class, without the map itself.
    contains_map : bool -- Whether the map is in the set; it is not counted.
    reason : str -- Why the map is not compared; "" if it is.
    text : str -- All this in sentences.
    numbers : list of PeerNumber -- The deciding values, in the order of the checks.
    findings : list of PeerFinding -- The findings, in their order.
    """

    name: str
    date: str
    version: str
    low: Optional[float] = None
    high: Optional[float] = None
    maps: int = 0
    contains_map: bool = False
    reason: str = ""
    text: str
    numbers: List[PeerNumber] = []
    findings: List[PeerFinding] = []

    def number(self, check: str, rule: str) -> Optional[PeerNumber]:
        """The place of a deciding value."""
        return next((n for n in self.numbers if (n.check, n.rule) == (check, rule)), None)

    def finding(self, name: str) -> Optional[PeerFinding]:
        """The place of a finding."""
        return next((one for one in self.findings if one.finding == name), None)


class EngineUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The program that measured a check.

    Attributes
    ----------
    check : str -- Identifier of the check, "input" for the preparation.
    name : str -- "embedded" for the built-in engine.
    version : str -- Of the engine.
    checksum : str -- SHA-256 of the file of a network, "" for others.
    path : str -- Folder of another program, "" for the built-in engine.
    """

    check: str
    name: str
    version: str
    checksum: str
    path: str


class Provenance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which programs in which versions wrote the report, how and when.

    Attributes
    ----------
    versions : dict -- Versions of packages, null if one is not installed.
    engines : list of EngineUse -- The engine of the preparation and of every check that measured.
    command_line : str -- The command that wrote the report; "" for a report from a window of
        Scipion.
    workflow_file : str -- Name of the exported workflow beside the report, "" for none.
    workflow_command : str -- The command that runs it.
    date : str -- In UTC: "2022-12-25T08:00:00Z".
    seconds : float -- Time of the whole run; if that is not known, of all checks.
    seconds_of_checks : dict -- By the identifier of the check.
    seconds_of_figures : float or None -- Time in which the results were read and the figures drawn.
    """

    versions: Dict[str, Optional[str]]
    engines: List[EngineUse]
    command_line: str
    workflow_file: str
    workflow_command: str
    date: str
    seconds: float
    seconds_of_checks: Dict[str, float]
    seconds_of_figures: Optional[float]


class Report(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """The content of report.json.

    Attributes
    ----------
    schema_version : str -- Version of these types.
    title : str -- Title on the cover; may be empty.
    level : LevelRecord -- The first level.
    checks : list of CheckContent -- Its checks, in its order.
    score : Score or None -- Its score; null if the input does not look like density.
    overall : Overall -- The findings in one line.
    findings : list of Finding -- In the order of consequence.
    input : InputRecord -- The map and the values that belong to it.
    masks : dict -- The measurements of ``input_section``, by name.
    input_section : CheckContent -- Section 1; its identifier is "input".
    evidence : CheckContent or None -- Measurements beside the checks, which no score counts: what
        kind of map this is. Shaped as a check, its identifier is "evidence"; null if it was not
        measured, and a note says why.
    summary : list of str -- The sentences of the first page.
    notes : list of str -- What happened to results on their way to the report.
    slice_viewer : SliceViewer or None -- The slices in report.html; null if it has none.
    methods : Methods -- Text for the methods of a paper.
    references : list of ReferenceContent -- The papers behind the checks and the programs.
    provenance : Provenance -- Programs, dates and times.
    levels : list of LevelContent -- All levels, the first included; absent if there is only one.
    entry_comparisons : list of EntryComparison -- What the entry of the map says beside what was
        measured; absent without an entry.
    contact : Contact or None -- Who answers for the report; absent if nobody is configured.
    peers : Peers or None -- The map among those of a reference set; absent without a set.

    Raises ValueError if its parts contradict each other.
    """

    schema_version: Literal["1.0"]
    title: str
    level: LevelRecord
    input: InputRecord
    masks: Dict[str, Measurement]
    input_section: CheckContent
    checks: List[CheckContent]
    score: Optional[Score]
    overall: Overall
    findings: List[Finding]
    evidence: Optional[CheckContent]
    summary: List[str]
    notes: List[str]
    slice_viewer: Optional[SliceViewer]
    methods: Methods
    references: List[ReferenceContent]
    provenance: Provenance
    levels: List[LevelContent] = []
    entry_comparisons: List[EntryComparison] = []
    contact: Optional[Contact] = None
    peers: Optional[Peers] = None

    def __post_init__(self) -> None:
        sections = self.sections
        _refuse_repeats("section", [section.id for section in sections])
        _refuse_repeats(
            "figure", [drawn.number for section in sections for drawn in section.figures]
        )
        if self.evidence is not None and self.evidence.is_check:
            raise ValueError(f"evidence of the name {self.evidence.id}, which is that of a check")
        for level in self.all_levels:
            if level.score != score_of(level.checks, self.input.is_density):
                raise ValueError(f"the score of level {level.id} is not that of its checks")
        self._refuse_findings_without_ground()
        _refuse_repeats("comparison", [compared.id for compared in self.entry_comparisons])
        for compared in self.entry_comparisons:
            self._refuse_unknown(compared.evidence, f"the comparison {compared.id!r}")
        for use in self.provenance.engines:
            if self.check(use.check) is None:
                raise ValueError(f"an engine of {use.check!r}, which is no section")
        self._refuse_unknown_places()
        if PACKAGE not in self.provenance.versions:
            raise ValueError(f"the version of {PACKAGE} is missing")

    def _refuse_findings_without_ground(self) -> None:
        names = [finding.id for finding in self.findings]
        _refuse_repeats("finding", names)
        figures = [drawn.number for section in self.sections for drawn in section.figures]
        for finding in self.findings:
            self._refuse_unknown(finding.evidence, f"the finding {finding.id!r}")
            if finding.caused_by is not None and finding.caused_by not in names:
                raise ValueError(f"{finding.caused_by!r}, which is no finding of this report")
            if finding.figure is not None and finding.figure not in figures:
                raise ValueError(f"the finding {finding.id!r} names no figure of this report")

    def _refuse_unknown_places(self) -> None:
        """Refuse the place of a value or a finding that the report does not have."""
        if self.peers is None:
            return
        tested = {(check.id, one.rule) for check in self.all_checks for one in check.decisions}
        if not tested.issuperset((one.check, one.rule) for one in self.peers.numbers):
            raise ValueError("a place among peers of a number that no rule was tested with")
        names = {finding.id for finding in self.findings}
        if not names.issuperset(one.finding for one in self.peers.findings):
            raise ValueError("a place among peers of a finding that the report does not have")

    def _refuse_unknown(self, evidence: Sequence[Evidence], what: str) -> None:
        """Refuse evidence that is no measurement of this report."""
        for ground in evidence:
            section = self.check(ground.check)
            if section is None or ground.measurement not in section.measurements:
                raise ValueError(
                    f"{what} names {ground.measurement!r} of {ground.check!r}, which is no "
                    "measurement of this report"
                )

    @property
    def all_levels(self) -> List[LevelContent]:
        """The levels in their order, however many."""
        if self.levels:
            return self.levels
        level = msgspec.structs.asdict(self.level)
        section = str(first_level_section(self.evidence is not None))
        return [LevelContent(**level, section=section, checks=self.checks, score=self.score)]

    @property
    def all_checks(self) -> List[CheckContent]:
        return [check for level in self.all_levels for check in level.checks]

    @property
    def sections(self) -> List[CheckContent]:
        """The input, the evidence and the checks, in the order of the report."""
        evidence = [] if self.evidence is None else [self.evidence]
        return [self.input_section, *evidence, *self.all_checks]

    @property
    def name(self) -> str:
        """Title of the map, or the name of its file."""
        return self.title or self.input.file

    @property
    def entry(self) -> Optional[Entry]:
        """What the EMDB entry says; None for a map that comes from a file."""
        return self.input.entry

    @property
    def with_warnings(self) -> List[CheckContent]:
        return [check for check in self.all_checks if check.warnings]

    @property
    def cover_figure(self) -> Optional[DrawnFigure]:
        """The view of the map for the first page, None if it could not be drawn."""
        figures = [drawn for drawn in self.input_section.figures if drawn.file]
        return next((drawn for drawn in figures if isinstance(drawn.figure, SurfaceFigure)), None)

    def check(self, check_id: str) -> Optional[CheckContent]:
        """The check, or the section on the input or the evidence, of this identifier."""
        return next((section for section in self.sections if section.id == check_id), None)


def first_level_section(with_evidence: bool) -> int:
    """Number of the section of the first level."""
    return int(EVIDENCE_SECTION if with_evidence else INPUT_SECTION) + 1


def _refuse_repeats(what: str, names: Sequence[object]) -> None:
    repeated = {str(name) for name in names if names.count(name) > 1}
    if repeated:
        raise ValueError(f"more than one {what} of the name {min(repeated)}")


def schema() -> Dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every report.json fulfils."""
    content: Dict[str, Any] = msgspec.json.schema(Report)
    content["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return content
