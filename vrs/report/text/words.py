"""What the report says in its own words, apart from the checks: used by every format."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from vrs.checks.entry import Entry
from vrs.checks.inputs import MADE_MASK, OF_THE_FILE, InputRecord
from vrs.checks.result import Engine, Measurement, Outcome, Severity
from vrs.checks.stated import level_with_source, with_source
from vrs.maps import printing
from vrs.maps.printing import (
    BELOW_SMALLEST,
    SMALLEST,
    count,
    entered,
    fixed,
    grouped,
    number,
    with_unit,
)
from vrs.maps.typed_values import GIVEN
from vrs.report.model import INPUT, LevelContent, Number, Score

SCHEME: Tuple[Tuple[str, str], ...] = (
    ("0", "the deposited map"),
    ("1", "two half maps"),
    ("2", "the 2D classes"),
    ("3", "the particles"),
    ("4", "the particles with their alignment"),
    ("5", "the micrographs and the particle coordinates"),
    ("A", "an atomic model, at any level"),
    ("W", "the image processing workflow, at any level"),
    ("O", "other experimental techniques, at any level"),
)
"""The levels and qualifiers of the Validation Report Service, and the data they examine."""

CONTEXT = (
    "This report examines a cryo-EM map with a fixed set of programs, so that maps from different "
    "laboratories are assessed in the same way. It follows the scheme of the Validation Report "
    "Service, in which the level of a report states how much of the experiment could be examined. "
    "Each level needs the data of the level below and more.",
    "A report of a higher level is stronger evidence, but even at the highest level a map that "
    "passes every check is plausible, not proven.",
)

READING = (
    "Every check ends with a status. “OK” and “warnings” follow published rules, which are printed "
    "with the check; only these two are evaluated and count in the score. “Does not apply” means "
    "that the rule was not designed for such a map, “Could not be measured” that a program or the "
    "data did not allow the measurement, “Left out” that the check was not requested; the reason "
    "is given with the check.",
    "Statuses differ from those of the service's program where it departs from its own rules: 0.a "
    "tests the space against 20 % of the box (the program: 20 Å), 0.b takes the mean volume of the "
    "remaining components (the program: the volume of a voxel), 0.c does not judge a background "
    "that was masked, 0.d applies up to 8 Å (the program: up to 15 Å), and a wrong hand in 0.h is "
    "one warning (the program: two, and one for a doubtful score).",
    "Many published rules are broken by most real maps, and flawed maps can pass them. What the "
    "report itself concludes are its findings, drawn from measurements whose rates of detection "
    "and of false alarms are known. A serious finding changes how the map is used or what is "
    "claimed from it, a caution is to be checked before use, and a note is a property to know. A "
    "finding that follows from another one is printed below it and not counted. Findings never "
    "change the score.",
    "Remarks in the section of a check say where its published number misleads, and give a better "
    "one.",
)

ORIENTATION = (
    "Slices normal to X, Y, Z show (Y,Z), (X,Z), (X,Y), the first to the right and the second up. "
    "Distances start at the corner of the box. Views of a surface are labelled with their rotation "
    "(x, y, z) in degrees."
)

NO_RESOLUTION = (
    "No resolution was reported for this map, so checks that need it were not evaluated: write the "
    "report again with the reported resolution."
)

NO_SCORE = "none, as the input does not look like density."
ABOUT_SCORE = (
    "It compares with the number of the Validation Report Service and is not a grade of the map: "
    "good maps break some of these rules, and flawed ones can pass them."
)
FINDINGS = "Findings"
FOLLOWS = "Follows from it"
RULES_OF_THE_SERVICE = "The published rules"
NOT_DRAWN = "This figure could not be drawn."
PUBLISHED_RULES = "Published rules (scored)"
ALL_MUST_HOLD = "The status is OK if all of these hold:"
APPLIES_IF = "Applies if"
BROKEN = "Broken."
WHAT_TO_DO = "What to do"
BEYOND = "Beyond the published rules (not scored)"
FULL_PRECISION = (
    "The same numbers with full precision are in report.json; the curves are in the folder curves "
    "as CSV files."
)

SEVERITY_WORDS = {severity: severity.value.capitalize() for severity in Severity}
"""The weights of remarks."""

SHORTEST = 0.1
"""Seconds; shorter durations are printed as "under 0.1 s"."""

in_words = printing.in_words

LONGEST_CRITERION = 80
"""Letters of the criterion of a resolution."""

LONGEST_LIST = 6
"""Longer lists are printed by their length only."""


def level_line(level: LevelContent) -> str:
    """The line below the title of the report: "Level 0: the map alone"."""
    return f"Level {level.id}: {level.data}"


def limits_heading(level: LevelContent) -> str:
    return f"What level {level.id} cannot tell"


def missing_result(problem: str) -> str:
    """The reason of a check without a result."""
    return f"No result reached the report: {problem}."


def missing_evidence(result: Outcome) -> str:
    """The note on evidence without numbers, with its reason."""
    return f"The section “{result.title}” is missing. {result.reason}"


def ignored_result(check_id: str) -> str:
    """The note on a result that no level asks for."""
    return f"Ignored a result for “{check_id}”, which is not a check of this report."


def result(check: Outcome) -> str:
    """The result of a check in one sentence, or the reason why it has none."""
    return (check.headline if check.evaluated else check.reason) or (
        f"{check.title}: {check.status_text}."
    )


def score_lines(levels: Sequence[LevelContent]) -> List[str]:
    """One line with the score per level."""
    if len(levels) == 1:
        return [f"Score: {score_line(levels[0].score)}"]
    return [f"Score of level {level.id}: {score_line(level.score)}" for level in levels]


def score_line(score: Optional[Score]) -> str:
    """The score, and the counts outside it that are not 0; or why there is none.

    >>> score_line(Score(4, 8))
    '4 of 8 checks passed.'
    >>> score_line(Score(3, 5, not_applicable=1, not_measured=2))
    '3 of 5 evaluated checks passed; 1 does not apply and 2 could not be measured.'
    >>> score_line(None)
    'none, as the input does not look like density.'
    """
    if score is None:
        return NO_SCORE
    others = (
        (score.not_applicable, "does not apply" if score.not_applicable == 1 else "do not apply"),
        (score.not_measured, "could not be measured"),
        (score.left_out, "was left out" if score.left_out == 1 else "were left out"),
    )
    counts = [f"{count} {text}" for count, text in others if count]
    evaluated = " evaluated" if counts else ""
    sentence = f"{score.passed} of {score.evaluated}{evaluated} checks passed"
    if not score.evaluated:
        sentence = "No check was evaluated"
    return f"{sentence}; {in_words(counts)}." if counts else f"{sentence}."


def input_lines(record: InputRecord) -> List[Tuple[str, str]]:
    """Labels and values of the input, with the sources of those that an entry may state."""
    lines = [("Box", voxels(record.box)), ("Voxel size", voxel_size(record))]
    if record.binning > 1:
        file = f"{voxels(record.given_box)} of {entered(record.given_voxel_size)} Å"
        lines.append(("Binned", f"by {record.binning}; the file has {file}"))
    lines.append(("Contour level", contour(record)))
    if record.mask_source != MADE_MASK:
        lines.append(("Mask", record.mask_source))
    if record.mass is not None:
        lines.append(("Molecular mass", mass(record, record.mass)))
    return [*lines, ("Reported resolution", resolution(record))]


def voxel_size(record: InputRecord) -> str:
    """The voxel size, with its source; without an entry only if that is not the map file."""
    source = record.voxel_size_source
    if record.entry is None and source == OF_THE_FILE:
        source = ""
    return with_source(f"{entered(record.voxel_size)} Å", source)


def mass(record: InputRecord, kilodaltons: float) -> str:
    """The molecular mass, with its source if the map has an entry."""
    source = record.mass_source or ""
    if record.entry is None and source == GIVEN:
        source = ""
    return with_source(f"{entered(kilodaltons)} kDa", source)


def contour(record: InputRecord) -> str:
    """The contour level and its source."""
    return level_with_source(entered(record.contour), record.contour_source, record.entry)


def resolution(record: InputRecord) -> str:
    """The reported resolution, its criterion if the entry states one, and its source.

    Without an entry only the user can have given it.
    """
    if record.resolution is None:
        return "not reported"
    entry, source = record.entry, record.resolution_source or ""
    text = f"{entered(record.resolution)} Å"
    if entry is None:
        return with_source(text, source if source != GIVEN else "")
    # Who gave the number may have had another criterion in mind.
    if source != GIVEN and entry.resolution == record.resolution and criterion(entry):
        text += f", {criterion(entry)}"
    return with_source(text, source)


def criterion(entry: Entry) -> str:
    """The criterion of the resolution of an entry, "" if it does not say one.

    >>> criterion(Entry(id="EMD-3488", resolution_method="FSC 0.143 CUT-OFF"))
    'FSC 0.143 cut-off'
    """
    text = (entry.resolution_method or "")[:LONGEST_CRITERION].lower()
    return "criterion not named" if text == "other" else text.replace("fsc", "FSC")


def voxels(box: Sequence[int]) -> str:
    """ "100 × 100 × 100 voxels"."""
    return " × ".join(map(str, box)) + " voxels"


def date(stamp: str) -> str:
    """The moment of report.json ("2022-12-25T08:00:00Z") as printed."""
    return stamp[:16].replace("T", " ") + " UTC"


def seconds(value: float) -> str:
    """A duration.

    >>> seconds(12.34), seconds(0.004)
    ('12.3 s', 'under 0.1 s')
    """
    return f"{fixed(value, 1)} s" if value >= SHORTEST else f"under {SHORTEST} s"


def measured(value: Any, unit: str = "") -> str:
    """A value of report.json as printed: enough digits, its unit, and a dash for a missing one.

    >>> measured(1.23456789, "Å"), measured([48410, None], "voxels"), measured(5.3e-171)
    ('1.23457 Å', '48 410, – voxels', 'below 0.00001')
    """
    if value is None:
        return "–"
    if isinstance(value, (list, tuple)):
        text = ", ".join(amount(item, unit) for item in value)
    else:
        text = amount(value, unit)
    return with_unit(text, unit)


def amount(value: Union[Number, str, None], unit: str) -> str:
    """A value of report.json, which is in this unit, as printed without the unit."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return grouped(str(value))
    # A share or a probability is as good as 0 there; a grey value or a length may be that small.
    if unit in ("", "%") and 0 < value < SMALLEST:
        return BELOW_SMALLEST
    return entered(value)


def brief_measurement(quantity: Measurement) -> str:
    """What was measured, with the digits of a sentence: "largest empty space: 16 %"."""
    return f"{quantity.definition}: {rounded(quantity)}"


def rounded(quantity: Measurement) -> str:
    """The value of a measurement with the digits of a sentence; a missing one with the reason.

    >>> rounded(Measurement(31.23456, "Å", "")), rounded(Measurement(99.9987, "%", ""))
    ('31.2 Å', '99.999 %')
    >>> rounded(Measurement([0.1234, None, 2], "", "")), rounded(Measurement(None, "", "", "none"))
    ('0.123, –, 2', '– (none)')
    """
    value, unit = quantity.value, quantity.unit
    values = value if isinstance(value, list) else [value]
    if value is None or len(values) > LONGEST_LIST:
        return measurement(quantity)
    if isinstance(value, (int, float)) and unit == "%":
        return printing.share(value)
    printed = ", ".join(
        number(item) if isinstance(item, (int, float)) else str(item or "–") for item in values
    )
    return with_unit(printed, unit)


def measurement(quantity: Measurement) -> str:
    """The value of a measurement as printed; a missing one with the reason."""
    if quantity.value is None:
        return f"– ({quantity.reason})"
    if isinstance(quantity.value, list) and len(quantity.value) > LONGEST_LIST:
        return f"{count(len(quantity.value), 'value')}, see report.json"
    return measured(quantity.value, quantity.unit)


def engine(section: Outcome) -> str:
    """The engine with its version and place, and how long it took.

    Another program measures the published numbers alone.
    """
    by = engine_with_place(section.engine)
    if section.engine.is_built_in or not section.is_check:
        verb = "Prepared" if section.id == INPUT else "Measured"
        return f"{verb} by {by} in {seconds(section.seconds)}."
    return (
        f"Measured by {by} and, for remarks and findings, by the built-in engine, in "
        f"{seconds(section.seconds)}."
    )


def engine_with_place(engine: Engine) -> str:
    """The engine with its version and, of another program, the folder of it."""
    return f"the engine “{engine.label}”" + (f" in {engine.path}" if engine.path else "")


def engines_used(sections: Sequence[Outcome]) -> List[str]:
    """A line per other program: what it measured, and how long each took; empty for none."""
    lines = []
    for engine, measured_by_it in _by_other_programs(sections).items():
        parts = [
            f"{section.id if section.is_check else 'preparation'} in {seconds(section.seconds)}"
            for section in measured_by_it
        ]
        lines.append(f"{capitalized(engine_with_place(engine))}: {in_words(parts)}")
    return lines


def whose_numbers(sections: Sequence[Outcome]) -> str:
    """A line on the published numbers that are those of other programs; "" for none."""
    parts = []
    for engine, measured_by_it in _by_other_programs(sections).items():
        checks = [section.id for section in measured_by_it if section.is_check]
        made = [] if len(checks) == len(measured_by_it) else ["made the masks"]
        measured_checks = [f"measured {in_words(checks)}"] if checks else []
        parts.append(f"“{engine.label}” {' and '.join([*made, *measured_checks])}")
    return f"Not by the built-in engine: {'; '.join(parts)}." if parts else ""


def _by_other_programs(sections: Sequence[Outcome]) -> Dict[Engine, List[Outcome]]:
    """The sections that other programs measured, by program."""
    used: Dict[Engine, List[Outcome]] = {}
    for section in sections:
        if not section.engine.is_built_in and (section.measurements or section.evaluated):
            used.setdefault(section.engine, []).append(section)
    return used


def first_sentence(text: str) -> str:
    """The text up to its first full stop."""
    first, stop, _ = text.partition(". ")
    return f"{first}." if stop else text


def capitalized(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
