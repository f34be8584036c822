"""Finished reports side by side, and what can be said about all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterator, List, Optional, Tuple

from vrs.maps.printing import entered
from vrs.report.compare.comparability import obstacles
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.labels import each, grouped, labels_of
from vrs.report.compare.rows import ONE_SIDED, CheckRow, Outcome, row_of
from vrs.report.model import Report
from vrs.report.text import words
from vrs.report.text.entry import named
from vrs.report.text.summary import brief

NONE = "–"


@dataclass(frozen=True)
class FindingRow:
    """A finding, and its severity in every report; None where a report does not have it."""

    title: str
    severities: Tuple[Optional[str], ...]


@dataclass(frozen=True)
class Comparison:
    """Reports side by side; ``input`` is Section 1, ``evidence`` that of any report.

    ``obstacles`` keep their numbers from being comparable: topics and sentences.
    """

    reports: Tuple[FinishedReport, ...]
    obstacles: Tuple[Tuple[str, str], ...]
    input: CheckRow
    evidence: Optional[CheckRow]
    checks: Tuple[CheckRow, ...]

    @property
    def labels(self) -> Tuple[str, ...]:
        return labels_of(self.reports)

    @property
    def contents(self) -> List[Report]:
        return [report.content for report in self.reports]

    @property
    def unscored(self) -> Tuple[CheckRow, ...]:
        """The sections that are no checks."""
        return (self.input,) if self.evidence is None else (self.input, self.evidence)

    @property
    def sections(self) -> Tuple[CheckRow, ...]:
        return (*self.unscored, *self.checks)

    @property
    def all_of_them(self) -> str:
        """The subject of a sentence about all reports."""
        return "Both reports" if len(self.reports) == 2 else "All reports"

    @property
    def identity(self) -> List[Tuple[str, Tuple[str, ...]]]:
        """Label, and its value in every report, of what the reports are about."""
        identities = [_identity(content) for content in self.contents]
        rows = [(label, tuple(one[label] for one in identities)) for label in identities[0]]
        return [(label, values) for label, values in rows if set(values) != {NONE}]

    @property
    def same_map(self) -> bool:
        checksums = {content.input.sha256 for content in self.contents}
        return len(checksums) == 1 and "" not in checksums

    @property
    def subject(self) -> str:
        """Whether the reports are about the same map and contour level; the page begins with it."""
        inputs = [content.input for content in self.contents]
        levels = each(zip(self.labels, (entered(record.contour) for record in inputs)))
        one_level = len({record.contour for record in inputs}) == 1
        if self.same_map:
            contours = "the same contour level" if one_level else "different contour levels"
            more = "" if one_level else f": {levels}"
            return f"{self.all_of_them} are about the same map file, at {contours}{more}."
        files = each(zip(self.labels, (record.file or "unnamed" for record in inputs)))
        return f"The reports are about different maps: {files}. Contour level: {levels}."

    @property
    def comparable(self) -> str:
        """What is said when nothing keeps the numbers from being comparable."""
        them = "both" if len(self.reports) == 2 else "all"
        return (
            "Voxel size, box, contour level, mask, resolution, rules, engines and versions are "
            f"the same in {them}: their numbers compare directly."
        )

    @property
    def findings(self) -> List[FindingRow]:
        """The findings of all reports, those of the last one first."""
        by_id = [{finding.id: finding for finding in one.findings} for one in self.contents]
        titles = {name: f.title for one in reversed(by_id) for name, f in reversed(one.items())}
        return [
            FindingRow(title, tuple(one[name].severity if name in one else None for one in by_id))
            for name, title in reversed(titles.items())
        ]

    @property
    def summary(self) -> List[str]:
        sentences = [f"{label}: {brief(one)}" for label, one in zip(self.labels, self.contents)]
        sentences += self._findings()
        if not any(outcome in _CHANGED for row in self.checks for outcome in row.outcomes):
            sentences.append("By the published rules nothing got better or worse.")
        for outcome, start in _SENTENCES.items():
            for index, label in enumerate(self.labels[1:]):
                names = [f"{row.title} ({row.id})" for row in self.checks
                         if row.outcomes[index] is outcome]  # fmt: skip
                sentences += [f"{start.format(label)}: {words.in_words(names)}."] if names else []
        if any(outcome in ONE_SIDED for row in self.checks for outcome in row.outcomes):
            sentences.append("The scores count different checks.")
        return sentences

    def _findings(self) -> Iterator[str]:
        """The findings that not all reports have, or that weigh differently in them."""
        rows = self.findings
        for row in rows:
            present = [(label, s) for label, s in zip(self.labels, row.severities) if s]
            severities = grouped(present)
            weight = severities[0][0] if len(severities) == 1 else each(reversed(present))
            if len(present) < len(self.labels):
                where = words.in_words([label for label, _ in present])
                yield f"Found in {where} only: {row.title} ({weight})."
            elif len(severities) > 1:
                them = "both" if len(self.labels) == 2 else "all"
                yield f"Found in {them}: {row.title} ({weight})."
        if rows and all(None not in row.severities for row in rows):
            yield f"{self.all_of_them} have the same findings."


_CHANGED = (Outcome.BETTER, Outcome.WORSE, Outcome.MIXED)
_SENTENCES = {
    Outcome.WORSE: "Worse in {} by the published rules",
    Outcome.MIXED: "Better in {} by one rule and worse by another",
    Outcome.BETTER: "Better in {} by the published rules",
    Outcome.OTHER_RULES: "Evaluated by other rules in {}, so their statuses do not compare",
    Outcome.ONLY_FIRST: "Evaluated in A, not in {}",
    Outcome.ONLY_OTHER: "Evaluated in {}, not in A",
}


def compare(*reports: FinishedReport) -> Comparison:
    """Set reports side by side; checks in the order of the first, then those of the others.

    Raises ValueError for fewer than two.
    """
    if len(reports) < 2:
        raise ValueError("a comparison needs two reports")
    contents = [report.content for report in reports]
    ids = dict.fromkeys(check.id for content in contents for check in content.all_checks)
    evidence = [content.evidence for content in contents]
    return Comparison(
        reports=reports,
        obstacles=tuple(obstacles(contents)),
        input=row_of([content.input_section for content in contents]),
        evidence=row_of(evidence) if any(evidence) else None,
        checks=tuple(row_of([content.check(name) for content in contents]) for name in ids),
    )


def _identity(report: Report) -> Dict[str, str]:
    record = report.input
    return {
        "Title": report.title or NONE,
        "Entry": named(report.entry) if report.entry else NONE,
        "Map file": record.file or NONE,
        "Box": words.voxels(record.box),
        "Voxel size": words.voxel_size(record),
        "Contour level": words.contour(record),
        "Mask": record.mask_source,
        "Reported resolution": words.resolution(record),
        "Molecular mass": NONE if record.mass is None else words.mass(record, record.mass),
        "Date of the report": words.date(report.provenance.date),
        "Written by": f"scipion-em-vrs {report.provenance.versions['scipion-em-vrs']}",
    }
