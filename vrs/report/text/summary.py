"""The sentences of the first page: what was tested and holds, and the estimates of the resolution.

Every clause is drawn from a measurement of the report, and stands only where no finding says
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, List, Optional, Sequence, Tuple

from vrs.checks import shown_mass
from vrs.checks.result import Status
from vrs.maps.printing import entered, fixed, number
from vrs.report.model import Finding, LevelContent, Overall, Report
from vrs.report.text import words
from vrs.report.text.entry import named
from vrs.report.text.findings.content import STRUCTURE_SEEN_TO, UNCOUPLED, has_structure
from vrs.report.text.findings.facts import Facts, facts_of, of_evidence
from vrs.report.text.findings.resolution import end_of_power, reaches_reported

OVERESTIMATED = 0.8
"""The service calls a resolution doubtful if it is below this part of the mean estimate."""


@dataclass(frozen=True)
class Estimate:
    """An estimate of the resolution in Å, None without one, and what it is in a sentence."""

    of: Callable[[Facts], Optional[float]]
    text: str


def _median(facts: Facts) -> Optional[float]:
    """The published median of 0.e; all values at an end of its range are no estimate."""
    outcome = facts.outcomes.get("0.e")
    median = outcome.measurements.get("median") if outcome and outcome.evaluated else None
    return float(median.value) if median and isinstance(median.value, (int, float)) else None


ESTIMATES = (
    Estimate(_median, "median local resolution, 0.e"),
    Estimate(end_of_power, "end of the power spectrum"),
    Estimate(
        lambda facts: facts.number(of_evidence("effective_resolution")), "Fourier content, d99"
    ),
)


@dataclass(frozen=True)
class Property:
    """What holds for a good map.

    Attributes
    ----------
    contrary : tuple of str -- Findings of which none may stand; a note does not count.
    say : function of Facts -- The clause with its number; "" where it was not tested.
    """

    contrary: Tuple[str, ...]
    say: Callable[[Facts], str]


def _structure(facts: Facts) -> str:
    resolution = facts.resolution
    if resolution is None or not has_structure(facts):
        return ""
    if resolution <= STRUCTURE_SEEN_TO.value:
        return f"it has the structure of a molecule at {entered(resolution)} Å"
    coupling = facts.number(of_evidence("structure_coupling"))
    if coupling is None or coupling < UNCOUPLED.value:
        return ""
    return "its finest details are stronger where it is denser, unlike those of noise"


def _signal(facts: Facts) -> str:
    end = end_of_power(facts)
    if end is None or not reaches_reported(facts):
        return ""
    return f"its power reaches the reported resolution (it falls off at {fixed(end, 2)} Å)"


def _hand(facts: Facts) -> str:
    outcome = facts.outcomes.get("0.h")
    right = outcome is not None and outcome.status is Status.OK
    return "its helices turn to the right" if right else ""


def _directions(facts: Facts) -> str:
    power = facts.numbers(of_evidence("directional_power"), 2)
    if power is None:
        return ""
    return f"no direction is missing (the weakest has {number(power[0], 2)} times the mean power)"


def _artefacts(facts: Facts) -> str:
    tested = {"ghost_correlation": "copy of its density", "axis_streak": "streak on an axis"}
    named = [word for name, word in tested.items() if facts.number(of_evidence(name)) is not None]
    if len(named) == 2:
        return f"neither a {' nor a '.join(named)} was found"
    return f"no {named[0]} was found" if named else ""


_NOTHING_HOLDS = ("input.no_structure", "contrast.inverted", "contour.in_noise")
"""Findings beside which no property is worth stating."""

_NOT_AS_REPORTED = (
    "resolution.beyond_sampling", "resolution.contradicted", "resolution.low_passed",
)  # fmt: skip

PROPERTIES = (
    Property(_NOT_AS_REPORTED, _structure),
    Property(_NOT_AS_REPORTED, _signal),
    Property(("hand.mirrored",), _hand),
    Property(("anisotropy",), _directions),
    Property(("ghost", "streak"), _artefacts),
)


def what_holds(facts: Facts, findings: Sequence[Finding]) -> str:
    """What was tested and found in order, in one sentence; "" if there is nothing."""
    if not facts.record.is_density:
        return ""
    against = {finding.id for finding in findings if finding.severity != "note"}
    if not against.isdisjoint(_NOTHING_HOLDS):
        return ""
    clauses = [kind.say(facts) for kind in PROPERTIES if against.isdisjoint(kind.contrary)]
    known = [clause for clause in clauses if clause]
    return f"What is right with the map: {words.in_words(known)}." if known else ""


def resolution_estimates(facts: Facts, better: bool = False) -> str:
    """The estimates beside the reported resolution, by the rule of the service; "" without any.

    The rule is left out for a map that looks better resolved than reported.
    """
    known = [(kind, kind.of(facts)) for kind in ESTIMATES]
    estimates = [(kind.text, value) for kind, value in known if value is not None]
    if not estimates:
        return ""
    listed = [f"{fixed(value, 2)} Å ({text})" for text, value in estimates]
    mean = sum(value for _, value in estimates) / len(estimates)
    several = len(estimates) > 1
    sentence = f"Estimated resolution: {words.in_words(listed)}"
    sentence += f", {fixed(mean, 2)} Å on average." if several else "."
    if facts.resolution is None:
        return sentence
    share = number(facts.resolution / mean, 2)
    compared = "equal to that" if share == "1" else f"{share} times that"
    if better:
        return f"{sentence} The reported {entered(facts.resolution)} Å is {compared}."
    meaning = f"; the service calls a resolution overestimated below {OVERESTIMATED:g} times"
    if facts.resolution < OVERESTIMATED * mean:
        meaning = f": below {OVERESTIMATED:g} times the service says that it may be overestimated"
    return f"{sentence} The reported {entered(facts.resolution)} Å is {compared}{meaning}."


def stated_mass(facts: Facts) -> str:
    """The level that shows the stated mass, and why it is no suggestion; "" without a mass."""
    mass, level = facts.record.mass, facts.number(of_evidence("contour_from_mass"))
    if mass is None or level is None:
        return ""
    at, contour = number(level), facts.record.contour
    background = (facts.number(of_evidence("background_offset")) or 0.0) * contour
    if level <= background:
        return (
            f"The volume of the stated mass, {entered(mass)} kDa, is more than all density above "
            f"the background: it would reach down to {at}, below the background. This cannot be "
            "the mass of what the map shows: check the mass, and the map that it belongs to."
        )
    times = f", {number(level / contour, 2)} times the contour level" if contour > 0 < level else ""
    reason = (
        f"{shown_mass.usual()}, as the weaker density of a molecule lies in the noise, and blurred "
        "density fills more space"
    )
    if level > contour:
        reason = (
            "the contour level shows more than that mass, as blurred maps do, but also a contour "
            "level in the noise"
        )
    return (
        f"The volume of the stated mass, {entered(mass)} kDa, lies above {at}{times}. This is no "
        f"better contour level: {reason}."
    )


def about_the_map(facts: Facts, findings: Sequence[Finding]) -> List[str]:
    """What holds, and the estimates of the resolution, as far as they were measured."""
    # Noise, a mask and other quantities have no resolution.
    none = {finding.id for finding in findings} & {"input.no_structure", "input.not_density"}
    better = any(finding.id == "resolution.better" for finding in findings)
    estimates = "" if none else resolution_estimates(facts, better)
    sentences = (what_holds(facts, findings), estimates, stated_mass(facts))
    return [sentence for sentence in sentences if sentence]


def about(report: Report) -> List[str]:
    """The same of a whole report."""
    return about_the_map(facts_of(report), report.findings)


def brief(report: Report) -> str:
    """The entry, the overall line with what is serious or to be checked, and the score."""
    counted = [f for f in report.findings if f.severity != "note" and f.caused_by is None]
    titles = f": {'; '.join(finding.title for finding in counted)}" if counted else ""
    scores = words.score_lines(report.all_levels)
    entry = f"{named(report.entry)}. " if report.entry else ""
    return " ".join([f"{entry}{report.overall.text}{titles}.", *scores])


def summary(
    levels: Sequence[LevelContent],
    facts: Facts,
    findings: Sequence[Finding],
    overall: Overall,
) -> List[str]:
    """The first page in sentences: overall line, findings, what holds, statuses, score."""
    record = facts.record
    named = [f"{finding.severity.capitalize()}: {finding.title}." for finding in findings]
    checks = [check for level in levels for check in level.checks]
    statuses = []
    for status in Status:
        names = [check.id for check in checks if check.status is status]
        if names:
            text = "Warnings" if status is Status.WARNINGS else status.text(0)
            statuses.append(f"{text}: {words.in_words(names)}.")
    sentences = [
        f"{overall.text}.",
        *named,
        *about_the_map(facts, findings),
        *statuses,
        "" if record.resolution is not None else words.NO_RESOLUTION,
        *words.score_lines(levels),
    ]
    return [sentence for sentence in sentences if sentence]
