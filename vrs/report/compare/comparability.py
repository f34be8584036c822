"""What keeps the numbers of reports from being comparable, in sentences."""

from __future__ import annotations

from itertools import chain
from typing import Dict, Iterator, List, Mapping, Sequence, Tuple

from vrs.report.compare.labels import each, grouped, labels_of
from vrs.report.model import PACKAGE, CheckContent, Report, RuleContent
from vrs.report.text import words

Obstacle = Tuple[str, str]
"""A topic and a sentence."""

Labelled = Mapping[str, Report]
"""The reports by their letters."""

_MASK = "hard_volume"
"""Measurement of Section 1: volume of the mask in Å³."""

_SAME_MASK = 0.01
"""Relative difference in volume below which two masks hold the same part of the molecule."""

_SHOWN_OF_CHECKSUM = 12


def obstacles(every: Sequence[Report]) -> Iterator[Obstacle]:
    """What differs in the input, the rules and the programs, and what that means."""
    reports = dict(zip(labels_of(every), every))
    yield from _levels(reports)
    yield from _sampling(reports)
    yield from _contours(reports)
    yield from _masks(reports)
    yield from _resolutions(reports)
    yield from _preparations(reports)
    checks = _checks(reports)
    for same_check in checks:
        yield from _rules(same_check)
        yield from _engines(same_check)
    yield from _engine_versions(checks)
    yield from _versions(reports)
    yield from _missing(reports)


def _levels(reports: Labelled) -> Iterator[Obstacle]:
    names = {
        label: words.in_words([level.id for level in report.all_levels])
        for label, report in reports.items()
    }
    if len(set(names.values())) > 1:
        levels = [f"{labels} of level {name}" for name, labels in grouped(names.items())]
        yield (
            "Level",
            f"The reports are {words.in_words(levels)}: they hold different checks, and their "
            "scores do not compare.",
        )


def _sampling(reports: Labelled) -> Iterator[Obstacle]:
    inputs = {label: report.input for label, report in reports.items()}
    if len({record.binning for record in inputs.values()}) > 1:
        binnings = grouped((label, str(record.binning)) for label, record in inputs.items())
        ways = words.in_words([f"by {binning} in {labels}" for binning, labels in binnings])
        yield (
            "Binning",
            f"The map was binned {ways}: the finest detail is missing in the one that was binned "
            "more.",
        )
    if len({record.voxel_size for record in inputs.values()}) > 1:
        sizes = each((k, words.measured(record.voxel_size, "Å")) for k, record in inputs.items())
        yield (
            "Voxel size",
            f"{sizes}: numbers of voxels and positions in voxels do not compare; lengths in Å and "
            "volumes in Å³ do.",
        )
    if len({tuple(record.box) for record in inputs.values()}) > 1:
        boxes = each((label, words.voxels(record.box)) for label, record in inputs.items())
        yield (
            "Box",
            f"{boxes}: positions, and shares in % of the box, refer to different boxes.",
        )


def _contours(reports: Labelled) -> Iterator[Obstacle]:
    levels = {label: report.input.contour for label, report in reports.items()}
    if len(set(levels.values())) == 1:
        return
    meaning = (
        "the map is the same, but its masks are not."
        if len({report.input.sha256 for report in reports.values()}) == 1
        else "two maps may have different grey scales; what matters is whether their masks hold "
        "the same part of the molecule."
    )
    values = each((label, words.measured(level)) for label, level in levels.items())
    yield "Contour level", f"{values}: {meaning}"


def _masks(reports: Labelled) -> Iterator[Obstacle]:
    if not all(_MASK in report.masks for report in reports.values()):
        return
    sizes = {label: report.masks[_MASK] for label, report in reports.items()}
    volumes = [size.value for size in sizes.values() if isinstance(size.value, (int, float))]
    if len(volumes) == len(sizes) and max(volumes) - min(volumes) > _SAME_MASK * max(volumes):
        printed = grouped((label, words.measurement(size)) for label, size in sizes.items())
        yield (
            "Mask",
            f"The mask has {words.in_words([f'{size} in {labels}' for size, labels in printed])}: "
            "values inside or outside it come from different parts of the map.",
        )


def _resolutions(reports: Labelled) -> Iterator[Obstacle]:
    resolutions = {label: report.input.resolution for label, report in reports.items()}
    if len(set(resolutions.values())) == 1:
        return
    stated = [label for label, value in resolutions.items() if value is not None]
    values = each((label, words.measured(resolutions[label], "Å")) for label in stated)
    others = "other" if len(reports) - len(stated) == 1 else "others"
    if len(stated) == 1:
        (only,) = stated
        text = (
            f"Only {only} has one, {words.measured(resolutions[only], 'Å')}: checks that need it "
            f"were not measured in the {others}."
        )
    elif len(stated) < len(reports):
        text = (
            f"Only {words.in_words(stated)} have one ({values}): checks that need it were not "
            f"measured in the {others}."
        )
    else:
        text = (
            f"{values}: values up to the reported resolution cover different frequencies, and the "
            "claims that are tested differ."
        )
    yield "Reported resolution", text


Checks = Dict[str, CheckContent]
"""The same check of several reports, by their letters."""


def _checks(reports: Labelled) -> List[Checks]:
    """The checks that at least two reports have."""
    ids = dict.fromkeys(check.id for report in reports.values() for check in report.all_checks)
    every = (
        {label: check for label, check in of_reports if check is not None}
        for of_reports in (
            [(label, report.check(name)) for label, report in reports.items()] for name in ids
        )
    )
    return [same_check for same_check in every if len(same_check) > 1]


def _rules(checks: Checks) -> Iterator[Obstacle]:
    """Rules that only some of the reports applied to a check, or with other limits."""
    heading = next(iter(checks.values())).heading
    rules: Dict[str, RuleContent] = {}
    for rule in chain.from_iterable(check.criteria for check in checks.values()):
        rules.setdefault(rule.id, rule)
    users = {name: [k for k, check in checks.items() if name in check.rules] for name in rules}
    replaced = {rule.alternative_to for rule in rules.values()}
    for name, rule in rules.items():
        with_published = [label for label in users.get(rule.alternative_to, ())
                          if label not in users[name]]  # fmt: skip
        if with_published:
            yield (
                heading,
                f"{_were(users[name])} evaluated by an alternative rule ({rule.text}), "
                f"{words.in_words(with_published)} by the published one "
                f"({rules[rule.alternative_to].text}): the statuses do not compare.",
            )
        elif len(users[name]) < len(checks) and name not in replaced:
            yield heading, f"Only {_were(users[name])} evaluated by the rule “{rule.text}”."
        texts = grouped((label, checks[label].rules[name].text) for label in users[name])
        if len(texts) > 1:
            limits = "; ".join(f"in {labels} {text}" for text, labels in texts)
            yield heading, f"The rule has other limits: {limits}."


def _preparations(reports: Labelled) -> Iterator[Obstacle]:
    sections = {label: report.input_section for label, report in reports.items()}
    if len({section.engine.label for section in sections.values() if section.measurements}) > 1:
        yield (
            "Preparation",
            f"Prepared by {_programs(sections)}: masks and resampled maps, and what is measured "
            "in them, may differ.",
        )


def _engines(checks: Checks) -> Iterator[Obstacle]:
    measured = {label: check for label, check in checks.items() if check.measurements}
    if len(measured) < 2:
        return
    heading = next(iter(measured.values())).heading
    if len({check.engine.name for check in measured.values()}) > 1:
        yield (
            heading,
            f"Measured by {_programs(measured)}: different methods give different numbers for the "
            "same map.",
        )
    elif len({check.engine.checksum for check in measured.values()}) > 1:
        checksums = each((k, _short(check.engine.checksum)) for k, check in measured.items())
        name = next(iter(measured.values())).engine.name
        yield (
            heading,
            f"{name} was not the same network (SHA-256 {checksums}): differences may come from "
            "the networks.",
        )


def _engine_versions(checks: Sequence[Checks]) -> Iterator[Obstacle]:
    """One sentence for all checks that the same program measured in the same versions."""
    measured: Dict[str, List[str]] = {}
    for same_check in checks:
        engines = [check.engine for check in same_check.values()]
        one_program = len({engine.name for engine in engines}) == 1
        if one_program and len({engine.version for engine in engines}) > 1:
            name = next(iter(same_check.values())).id
            measured.setdefault(_programs(same_check), []).append(name)
    for programs_in_words, names in measured.items():
        yield (
            "Engine",
            f"{words.in_words(names)} measured by {programs_in_words}: small differences may come "
            "from the program.",
        )


def _versions(reports: Labelled) -> Iterator[Obstacle]:
    versions = grouped(
        (label, str(report.provenance.versions[PACKAGE])) for label, report in reports.items()
    )
    if len(versions) > 1:
        written = ", ".join(f"{version} wrote {labels}" for version, labels in versions)
        yield "Version", f"{PACKAGE} {written}: the checks may have changed in between."


def _missing(reports: Labelled) -> Iterator[Obstacle]:
    headings = {
        check.id: check.heading for report in reports.values() for check in report.all_checks
    }
    for label, report in reports.items():
        absent = [text for name, text in headings.items() if report.check(name) is None]
        if absent:
            yield "Checks", f"{label} has no {words.in_words(absent)}."


def _were(labels: Sequence[str]) -> str:
    return f"{words.in_words(labels)} {'was' if len(labels) == 1 else 'were'}"


def _programs(checks: Checks) -> str:
    programs = grouped((label, f"“{check.engine.label}”") for label, check in checks.items())
    return words.in_words([f"{program} in {labels}" for program, labels in programs])


def _short(checksum: str) -> str:
    return f"{checksum[:_SHOWN_OF_CHECKSUM]}…" if checksum else "not recorded"
