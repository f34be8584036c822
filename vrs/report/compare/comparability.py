"""What keeps the numbers of two reports from being comparable, in sentences."""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Tuple

from vrs.checks.inputs import InputRecord
from vrs.report.model import PACKAGE, CheckContent, Report
from vrs.report.text import words

Obstacle = Tuple[str, str]
"""A topic and a sentence."""

_MASK = "hard_volume"
"""Measurement of Section 1: volume of the mask in Å³."""

_SAME_MASK = 0.01
"""Relative difference in volume below which two masks hold the same part of the molecule."""

_SHOWN_OF_CHECKSUM = 12


def obstacles(a: Report, b: Report) -> Iterator[Obstacle]:
    """What differs in the input, the rules and the programs, and what that means."""
    yield from _levels(a, b)
    yield from _sampling(a.input, b.input)
    yield from _contours(a.input, b.input)
    yield from _masks(a, b)
    yield from _resolutions(a.input.resolution, b.input.resolution)
    for check_a, check_b in _common(a, b):
        yield from _rules(check_a, check_b)
        yield from _engines(check_a, check_b)
    yield from _engine_versions(a, b)
    yield from _versions(a, b)
    yield from _missing(a, b)


def _levels(a: Report, b: Report) -> Iterator[Obstacle]:
    names = [words.in_words([level.id for level in report.all_levels]) for report in (a, b)]
    if names[0] != names[1]:
        yield (
            "Level",
            f"A is a report of level {names[0]}, B of level {names[1]}: they hold different "
            "checks, and their scores do not compare.",
        )


def _sampling(a: InputRecord, b: InputRecord) -> Iterator[Obstacle]:
    if a.binning != b.binning:
        yield (
            "Binning",
            f"The map was binned by {a.binning} in A and by {b.binning} in B: the finest detail is "
            "missing in the one that was binned more.",
        )
    if a.voxel_size != b.voxel_size:
        yield (
            "Voxel size",
            f"{_both(a.voxel_size, b.voxel_size, 'Å')}: numbers of voxels and positions in voxels "
            "do not compare; lengths in Å and volumes in Å³ do.",
        )
    if a.box != b.box:
        yield (
            "Box",
            f"{words.voxels(a.box)} in A, {words.voxels(b.box)} in B: positions, and shares in % "
            "of the box, refer to different boxes.",
        )


def _contours(a: InputRecord, b: InputRecord) -> Iterator[Obstacle]:
    if a.contour == b.contour:
        return
    meaning = (
        "the map is the same, but its masks are not."
        if a.sha256 == b.sha256
        else "two maps may have different grey scales; what matters is whether their masks hold "
        "the same part of the molecule."
    )
    yield "Contour level", f"{_both(a.contour, b.contour)}: {meaning}"


def _masks(a: Report, b: Report) -> Iterator[Obstacle]:
    if _MASK not in a.masks or _MASK not in b.masks:
        return
    sizes = [report.masks[_MASK] for report in (a, b)]
    volumes = [size.value for size in sizes if isinstance(size.value, (int, float))]
    if len(volumes) == 2 and abs(volumes[0] - volumes[1]) > _SAME_MASK * max(volumes):
        yield (
            "Mask",
            f"The mask has {words.measurement(sizes[0])} in A and {words.measurement(sizes[1])} in "
            "B: values inside or outside it come from different parts of the map.",
        )


def _resolutions(a: Optional[float], b: Optional[float]) -> Iterator[Obstacle]:
    if a == b:
        return
    if a is None or b is None:
        text = (
            f"Only {'B' if a is None else 'A'} has one, {words.measured(a or b, 'Å')}: checks that "
            "need it were not measured in the other."
        )
    else:
        text = (
            f"{_both(a, b, 'Å')}: values up to the reported resolution cover different "
            "frequencies, and the claims that are tested differ."
        )
    yield "Reported resolution", text


def _rules(a: CheckContent, b: CheckContent) -> Iterator[Obstacle]:
    """Rules that only one of the reports applied to a check, or with other limits."""
    only_a = [rule for rule in a.criteria if rule.id not in b.rules]
    only_b = [rule for rule in b.criteria if rule.id not in a.rules]
    for first, second, labels in ((only_a, only_b, "AB"), (only_b, only_a, "BA")):
        for rule in first:
            replaced = next((r for r in second if r.id == rule.alternative_to), None)
            if replaced is not None:
                yield (
                    a.heading,
                    f"{labels[0]} was evaluated by an alternative rule ({rule.text}), {labels[1]} "
                    f"by the published one ({replaced.text}): the statuses do not compare.",
                )
            elif not any(rule.id == r.alternative_to for r in second):
                yield a.heading, f"Only {labels[0]} was evaluated by the rule “{rule.text}”."
    for name, rule in a.rules.items():
        if name in b.rules and b.rules[name].text != rule.text:
            yield (
                a.heading,
                f"The rule has other limits: in A {rule.text}; in B {b.rules[name].text}.",
            )


def _engines(a: CheckContent, b: CheckContent) -> Iterator[Obstacle]:
    first, second = a.engine, b.engine
    if not (a.measurements and b.measurements) or first == second:
        return
    if first.name != second.name:
        yield (
            a.heading,
            f"Measured by {_program(a)} in A and {_program(b)} in B: different methods give "
            "different numbers for the same map.",
        )
    elif first.checksum != second.checksum:
        yield (
            a.heading,
            f"{first.name} was another network in A than in B (SHA-256 {_short(first.checksum)} "
            f"and {_short(second.checksum)}): differences may come from the networks.",
        )


def _engine_versions(a: Report, b: Report) -> Iterator[Obstacle]:
    """One sentence for all checks that the same program measured in the same two versions."""
    measured: Dict[Tuple[str, str], List[str]] = {}
    for first, second in _common(a, b):
        same_program = first.engine.name == second.engine.name
        if same_program and first.engine.version != second.engine.version:
            measured.setdefault((_program(first), _program(second)), []).append(first.id)
    for (program_a, program_b), checks in measured.items():
        yield (
            "Engine",
            f"{words.in_words(checks)} measured by {program_a} in A and {program_b} in B: small "
            "differences may come from the program.",
        )


def _versions(a: Report, b: Report) -> Iterator[Obstacle]:
    versions = [report.provenance.versions[PACKAGE] for report in (a, b)]
    if versions[0] != versions[1]:
        yield (
            "Version",
            f"{PACKAGE} {versions[0]} wrote A, {versions[1]} wrote B: the checks may have changed "
            "in between.",
        )


def _missing(a: Report, b: Report) -> Iterator[Obstacle]:
    for full, other, label in ((a, b, "B"), (b, a, "A")):
        absent = [check.heading for check in full.all_checks if other.check(check.id) is None]
        if absent:
            yield "Checks", f"{label} has no {words.in_words(absent)}."


def _common(a: Report, b: Report) -> List[Tuple[CheckContent, CheckContent]]:
    pairs = [(check, b.check(check.id)) for check in a.all_checks]
    return [(first, second) for first, second in pairs if second is not None]


def _both(a: float, b: float, unit: str = "") -> str:
    return f"{words.measured(a, unit)} in A, {words.measured(b, unit)} in B"


def _program(check: CheckContent) -> str:
    return "“" + f"{check.engine.name} {check.engine.version}".strip() + "”"


def _short(checksum: str) -> str:
    return f"{checksum[:_SHOWN_OF_CHECKSUM]}…" if checksum else "not recorded"
