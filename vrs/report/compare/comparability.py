"""What keeps the numbers of two reports from being comparable, in sentences."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from vrs.report.compare.finished import FinishedCheck, FinishedReport
from vrs.report.compare.identity import box_in_print
from vrs.report.text import words

Obstacle = Tuple[str, str]
"""A topic and a sentence."""

_PACKAGE = "scipion-em-vrs"
_MASK = "hard_volume"
"""Measurement of Section 1: the mask of the molecule in Å³, whatever the voxels."""

_SAME_MASK = 0.01
"""Relative difference in volume below which two masks hold the same part of the molecule."""

_SHOWN_OF_CHECKSUM = 12


def obstacles(a: FinishedReport, b: FinishedReport) -> Iterator[Obstacle]:
    """What differs in the input, the rules and the programs, and what that means."""
    yield from _formats(a, b)
    yield from _sampling(a.input, b.input)
    yield from _contours(a.input, b.input)
    yield from _masks(a.input_section, b.input_section)
    yield from _resolutions(a.input.get("resolution"), b.input.get("resolution"))
    for check_a, check_b in _common(a, b):
        yield from _rules(check_a, check_b)
        yield from _engines(check_a, check_b)
    yield from _engine_versions(a, b)
    yield from _versions(a, b)
    yield from _missing(a, b)


def _formats(a: FinishedReport, b: FinishedReport) -> Iterator[Obstacle]:
    if a.schema_version != b.schema_version:
        yield (
            "Format",
            f"report.json has the version {_or_none(a.schema_version)} in A and "
            f"{_or_none(b.schema_version)} in B: what one of them lacks is shown as missing.",
        )
    if a.level != b.level:
        yield (
            "Level",
            f"A is a report of level {_or_none(a.level)}, B of level {_or_none(b.level)}: they "
            "hold different checks, and their scores do not compare.",
        )


def _sampling(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Obstacle]:
    binned = a.get("binning") or 1, b.get("binning") or 1
    if binned[0] != binned[1]:
        yield (
            "Binning",
            f"A was made of the map binned by {binned[0]}, B of the map binned by {binned[1]}: the "
            "finest detail is missing in the one that was binned more.",
        )
    sizes = a.get("voxel_size"), b.get("voxel_size")
    if sizes[0] != sizes[1]:
        yield (
            "Voxel size",
            f"{_both(sizes, 'Å')}: numbers of voxels and positions in voxels do not compare; "
            "lengths in Å and volumes in Å³ do.",
        )
    boxes = a.get("box"), b.get("box")
    if boxes[0] != boxes[1]:
        yield (
            "Box",
            f"{box_in_print(a)} in A, {box_in_print(b)} in B: positions, and what is given in % of "
            "the box, are about different boxes.",
        )


def _contours(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Obstacle]:
    levels = a.get("contour"), b.get("contour")
    same_map = a.get("sha256") is not None and a.get("sha256") == b.get("sha256")
    if levels[0] != levels[1]:
        what = (
            "though the map is the same, its masks are not."
            if same_map
            else "two maps may have different grey scales; what matters is whether their masks "
            "hold the same part of the molecule."
        )
        yield "Contour level", f"{_both(levels)}: {what}"


def _masks(a: FinishedCheck, b: FinishedCheck) -> Iterator[Obstacle]:
    found = [section.measurements.get(_MASK) for section in (a, b)]
    if found[0] is None or found[1] is None:
        return
    sizes = [words.measurement(size) for size in found if size is not None]
    volumes = [size.value for size in found if size and isinstance(size.value, (int, float))]
    alike = len(volumes) == 2 and abs(volumes[0] - volumes[1]) < _SAME_MASK * max(volumes)
    if sizes[0] != sizes[1] and not alike:
        yield (
            "Mask",
            f"the mask has {sizes[0]} in A and {sizes[1]} in B: what is measured inside or outside "
            "of it is measured in different parts of the map.",
        )


def _resolutions(a: Optional[float], b: Optional[float]) -> Iterator[Obstacle]:
    if a == b:
        return
    if a is None or b is None:
        yield (
            "Reported resolution",
            f"only {'B' if a is None else 'A'} has one, {words.measured(a or b, 'Å')}: what needs "
            "it was not measured in the other.",
        )
        return
    yield (
        "Reported resolution",
        f"{_both((a, b), 'Å')}: what is measured up to the reported resolution covers other "
        "frequencies, and claims of different strength are judged.",
    )


def _rules(a: FinishedCheck, b: FinishedCheck) -> Iterator[Obstacle]:
    """Rules that only one of the reports applied to a check, or with other limits."""
    only_a = [rule for name, rule in a.rules.items() if name not in b.rules]
    only_b = [rule for name, rule in b.rules.items() if name not in a.rules]
    for first, second, label in ((only_a, only_b, "A"), (only_b, only_a, "B")):
        for rule in first:
            replaced = next((r for r in second if r.id == rule.alternative_to), None)
            if replaced is not None:
                other = "B" if label == "A" else "A"
                yield (
                    _heading(a),
                    f"{label} was judged by an alternative rule ({rule.text}), {other} by the "
                    f"published one ({replaced.text}): the statuses do not compare.",
                )
            elif not any(rule.id == r.alternative_to for r in second):
                yield _heading(a), f"only {label} was judged by the rule that {rule.text}."
    for name, rule in a.rules.items():
        if name in b.rules and b.rules[name].text != rule.text:
            yield (
                _heading(a),
                f"the rule has other limits: in A {rule.text}; in B {b.rules[name].text}.",
            )


def _engines(a: FinishedCheck, b: FinishedCheck) -> Iterator[Obstacle]:
    first, second = a.engine, b.engine
    # A check that does not apply names an engine that was not asked.
    measured = all(check.measurements and check.engine.name for check in (a, b))
    if not measured or first == second:
        return
    if first.name != second.name:
        yield (
            _heading(a),
            f"measured by {_program(a)} in A and {_program(b)} in B: different methods give "
            "different numbers for the same map.",
        )
    elif first.checksum != second.checksum:
        yield (
            _heading(a),
            f"{first.name} was another network in A than in B (SHA-256 "
            f"{_short(first.checksum)} and {_short(second.checksum)}): differences may come from "
            "the networks.",
        )


def _engine_versions(a: FinishedReport, b: FinishedReport) -> Iterator[Obstacle]:
    """One sentence for all checks that the same program measured in the same two versions."""
    measured: Dict[Tuple[str, str], List[str]] = {}
    for first, second in _common(a, b):
        same_program = first.engine.name and first.engine.name == second.engine.name
        if same_program and first.engine.version != second.engine.version:
            measured.setdefault((_program(first), _program(second)), []).append(first.id)
    for (program_a, program_b), checks in measured.items():
        yield (
            "Engine",
            f"{words.in_words(checks)} measured by {program_a} in A and {program_b} in B: small "
            "differences may come from the program.",
        )


def _versions(a: FinishedReport, b: FinishedReport) -> Iterator[Obstacle]:
    found = [(report.provenance.get("versions") or {}).get(_PACKAGE) for report in (a, b)]
    if found[0] != found[1]:
        yield (
            "Version",
            f"{_PACKAGE} {_or_none(found[0])} wrote A, {_or_none(found[1])} wrote B: the checks "
            "may have changed in between.",
        )


def _missing(a: FinishedReport, b: FinishedReport) -> Iterator[Obstacle]:
    for one, other, label in ((a, b, "B"), (b, a, "A")):
        absent = [_heading(check) for check in one.checks if other.check(check.id) is None]
        if absent:
            yield "Checks", f"{label} has no {words.in_words(absent)}."


def _common(a: FinishedReport, b: FinishedReport) -> List[Tuple[FinishedCheck, FinishedCheck]]:
    pairs = [(check, b.check(check.id)) for check in a.checks]
    return [(first, second) for first, second in pairs if second is not None]


def _both(values: Tuple[Any, Any], unit: str = "") -> str:
    return f"{words.measured(values[0], unit)} in A, {words.measured(values[1], unit)} in B"


def _heading(check: FinishedCheck) -> str:
    return f"{check.id} {check.title}"


def _program(check: FinishedCheck) -> str:
    return f"“{check.engine.name} {check.engine.version}”".replace(" ”", "”")


def _short(checksum: str) -> str:
    return f"{checksum[:_SHOWN_OF_CHECKSUM]}…" if checksum else "not recorded"


def _or_none(text: Any) -> str:
    return str(text) if text else "not recorded"
