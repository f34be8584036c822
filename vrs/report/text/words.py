"""What the report says in its own words, apart from the checks: used by every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Sequence, Tuple

from vrs.checks.result import Check, Measurement, Severity, Status

if TYPE_CHECKING:
    from vrs.report.model import Score

LEVELS: Tuple[Tuple[str, str], ...] = (
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

CONTEXT = (
    "This report looks at a cryo-EM map with a fixed set of programs, so that maps from different "
    "laboratories are judged in the same way. It follows the scheme of the Validation Report "
    "Service, in which the level of a report says how much of the experiment could be examined. "
    "Each level needs the data of the one below and some more.",
    "A report of a higher level says more, but even at the highest one a map that passes every "
    "check is plausible, not proven.",
)

READING = (
    "Every check ends with one of four statuses. “OK” and “warnings” follow published rules, which "
    "are printed with the check; only these two are evaluated and count in the score. “Does not "
    "apply” means that the rule was not made for such a map, “Could not be measured” that a "
    "program or the data did not allow the measurement; the reason stands beside it.",
    "Some published rules are known to be uninformative, biased or used outside their range. What "
    "was measured beyond them stands in remarks of three weights: note, caution and problem. "
    "Remarks never change the score.",
)

ORIENTATION = (
    "Slices are seen along their normal: normal to X with Y to the right and Z up, normal to Y "
    "with X to the right and Z up, normal to Z with X to the right and Y up. Distances start at "
    "the corner of the box. Views of a surface are named by the turns about the X, Y and Z axes of "
    "the screen, in this order, that lead to them from a view along the Z axis."
)

NO_RESOLUTION = (
    "No resolution was reported with this map. Checks that need it were not evaluated, so this "
    "report says less than it could: run it again with the reported resolution."
)

SEVERITY_WORDS: Dict[Severity, str] = {
    Severity.NOTE: "Note",
    Severity.CAUTION: "Caution",
    Severity.PROBLEM: "Problem",
}

_LONGEST_LIST = 6

LEFT_OUT = "left out on request"

ENTRY_LABELS: Tuple[Tuple[str, str], ...] = (
    ("id", "Entry"),
    ("title", "Title"),
    ("authors", "Authors"),
    ("deposited", "Deposited on"),
    ("released", "Released on"),
    ("method", "Method"),
    ("sample", "Sample"),
    ("organism", "Organism"),
    ("url", "Address"),
)


def missing_result(problem: str) -> str:
    """The reason of a check whose result did not arrive."""
    return f"No result reached the report: {problem}."


def headline(check: Check) -> str:
    """The sentence of the summary about a check that was evaluated."""
    return sentence(check.headline or f"{check.title}: {check.status_text}")


def not_evaluated(checks: Sequence[Check]) -> List[str]:
    """The sentences of the summary about the checks that do not count."""
    sentences = []
    for status in (Status.NOT_APPLICABLE, Status.NOT_MEASURED):
        found = [check for check in checks if check.status is status]
        if found:
            names = in_words([f"{check.title} ({check.id})" for check in found])
            sentences.append(f"{found[0].status_text}: {names}.")
    return sentences


def score_sentence(score: Score) -> str:
    """The line with the score and with what is not in it."""
    return (
        f"The overall score (checks passed) is {score.passed} out of {score.evaluated} evaluable "
        f"items; {_count(score.not_applicable, 'does not apply', 'do not apply')} and "
        f"{score.not_measured} could not be measured."
    )


def beyond(problems: int, with_cautions: Sequence[str]) -> List[str]:
    """What the verdict says about the remarks that it does not print."""
    sentences = [] if problems else ["No remark of this report has the weight of a problem."]
    if with_cautions:
        sentences.append(f"Read the cautions in {in_words(with_cautions)}.")
    return sentences


def entry_lines(entry: Mapping[str, Any]) -> List[Tuple[str, str]]:
    """Labels and values of what a data bank says about the map."""
    lines = []
    for key, label in ENTRY_LABELS:
        value = entry.get(key)
        if isinstance(value, (list, tuple)):
            value = ", ".join(str(item) for item in value)
        if value not in (None, ""):
            lines.append((label, str(value)))
    return lines


def input_lines(given: Mapping[str, Any]) -> List[Tuple[str, str]]:
    """Labels and values of what the report was asked to judge, from the block "input"."""
    source = given.get("contour_source") or ""
    resolution = given.get("resolution")
    binned = []
    if given.get("binning", 1) > 1:
        file = f"{_box(given['given_box'])} of {given['given_voxel_size']:.6g} Å"
        binned = [("Binned", f"by {given['binning']}; the file has {file}")]
    return [
        ("Box", _box(given["box"])),
        ("Voxel size", f"{given['voxel_size']:.6g} Å"),
        *binned,
        ("Contour level", f"{given['contour']:.6g}" + (f" ({source})" if source else "")),
        ("Reported resolution", "not reported" if resolution is None else f"{resolution:.6g} Å"),
    ]


def _box(lengths: Sequence[int]) -> str:
    return " × ".join(str(length) for length in lengths) + " voxels"


def date(stamp: str) -> str:
    """The moment of report.json ("2022-12-25T08:00:00Z") in print."""
    return stamp[:16].replace("T", " ") + " UTC"


def seconds(value: float) -> str:
    """A duration as the report prints it."""
    return f"{value:.1f} s"


def measured(value: Any, unit: str = "") -> str:
    """A number of report.json in print: enough digits, its unit, and a dash for a missing one."""
    if value is None:
        return "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(measured(item) for item in value) + (f" {unit}" if unit else "")
    text = str(value) if isinstance(value, int) else f"{value:.6g}"
    return f"{text} {unit}" if unit else text


def measurement(found: Measurement) -> str:
    """The value of a measurement in print; a missing one with the reason."""
    if found.value is None:
        return f"– ({found.reason})"
    if isinstance(found.value, list) and len(found.value) > _LONGEST_LIST:
        return f"{len(found.value)} values, see report.json"
    return measured(found.value, found.unit)


def engine(check: Check) -> str:
    """Who measured, and for how long."""
    name = f"{check.engine.name} {check.engine.version}".strip()
    return f"Measured by the engine “{name}” in {seconds(check.seconds)}."


def in_words(items: Sequence[str]) -> str:
    """ "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def first_sentence(text: str) -> str:
    """What stands before the first full stop, with it."""
    first, stop, _ = text.partition(". ")
    return f"{first}." if stop else text


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop; the name of a program stays as it is."""
    text = text.strip()
    if not text:
        return ""
    first = text.split(maxsplit=1)[0]
    is_name = "_" in first or any(letter.isupper() for letter in first)
    start = text[0] if is_name else text[0].upper()
    return start + text[1:] + ("" if text[-1] in ".!?" else ".")


def _count(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count == 1 else plural}"
