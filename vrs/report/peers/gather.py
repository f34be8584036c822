"""A reference set from the report.json files of finished reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from vrs import __version__
from vrs.reference.classes import Class, class_of
from vrs.reference.file import NoReference
from vrs.reference.model import (
    FindingPeers,
    NumberPeers,
    Peer,
    ReferenceSet,
    ResolutionClass,
)
from vrs.report.compare.finished import NotAReport, read_report
from vrs.report.index.places import report_folders
from vrs.report.model import PACKAGE, Report
from vrs.report.peers.observed import (
    WayOfFinding,
    WayOfNumber,
    findings_of,
    numbers_of,
    why_not,
)

SAME_MAP = "another report of the same map was written later"
UNREADABLE = "report.json cannot be read by this version"

Told = Callable[[int], None]


@dataclass(frozen=True)
class _Seen:
    """What is kept of a report; ``map`` is its entry, else the checksum of its file."""

    map: str
    peer: Peer
    date: str
    version: str
    numbers: Tuple[Tuple[WayOfNumber, float], ...]
    findings: Tuple[Tuple[WayOfFinding, bool], ...]


@dataclass
class _ClassInMaking:
    peers: List[Peer] = field(default_factory=list)
    numbers: Dict[WayOfNumber, NumberPeers] = field(default_factory=dict)
    findings: Dict[WayOfFinding, FindingPeers] = field(default_factory=dict)

    def add(self, seen: _Seen) -> None:
        place = len(self.peers)
        self.peers.append(seen.peer)
        for way, value in seen.numbers:
            if way not in self.numbers:
                self.numbers[way] = NumberPeers(**way._asdict(), peers=[], values=[])
            self.numbers[way].peers.append(place)
            self.numbers[way].values.append(value)
        for kind, present in seen.findings:
            if kind not in self.findings:
                self.findings[kind] = FindingPeers(**kind._asdict(), having=[], without=[])
            column = self.findings[kind]
            (column.having if present else column.without).append(place)


def build_reference(
    folders: Sequence[Path], name: str, date: str, told: Told = lambda reports: None
) -> ReferenceSet:
    """The set of the reports in folders; of two reports of a map the later one counts.

    Parameters
    ----------
    folders : sequence of Path -- with reports in them, at any depth
    name : str -- of the set
    date : str -- of today: "2026-11-28"
    told : function -- called with the number of reports that were read, after each

    Raises NoReference if no report can be used, or as ``report_folders`` does.
    """
    kept: Dict[str, _Seen] = {}
    left_out: Counter[str] = Counter()
    for number, place in enumerate(report_folders(folders), start=1):
        try:
            seen, reason = _seen(read_report(place).content)
        except NotAReport:
            seen, reason = None, UNREADABLE
        if seen is not None:
            before = kept.get(seen.map)
            reason = SAME_MAP if before else ""
            if before is None or before.date <= seen.date:
                kept[seen.map] = seen
        left_out.update([reason] if reason else [])
        told(number)
    if not kept:
        shown = ", ".join(map(str, folders))
        raise NoReference(
            f"no report in {shown} can be used" + _reasons(left_out), "name the folder of a batch"
        )
    return ReferenceSet(
        name=name,
        date=date,
        version=__version__,
        programs=dict(sorted(Counter(seen.version for seen in kept.values()).items())),
        classes=_classes(list(kept.values())),
        left_out=dict(sorted(left_out.items())),
    )


def _classes(every: List[_Seen]) -> List[ResolutionClass]:
    classes: Dict[Class, _ClassInMaking] = {}
    for seen in sorted(every, key=lambda one: (one.peer.resolution, one.peer.name)):
        classes.setdefault(class_of(seen.peer.resolution), _ClassInMaking()).add(seen)
    return [
        ResolutionClass(
            low=low,
            high=high,
            peers=made.peers,
            numbers=list(made.numbers.values()),
            findings=list(made.findings.values()),
        )
        for (low, high), made in classes.items()
    ]


def _seen(report: Report) -> Tuple[Optional[_Seen], str]:
    """What is kept of a report, or the reason why it is left out."""
    reason, record = why_not(report), report.input
    if reason or record.resolution is None:
        return None, reason
    entry = record.entry.id if record.entry else ""
    return _Seen(
        map=entry or record.sha256,
        peer=Peer(entry or record.file, record.sha256, record.resolution),
        date=report.provenance.date,
        version=str(report.provenance.versions[PACKAGE]),
        numbers=tuple(numbers_of(report)),
        findings=tuple(findings_of(report)),
    ), ""


def _reasons(left_out: Dict[str, int]) -> str:
    """The reasons in parentheses, "" without any."""
    parts = "; ".join(f"{reason}: {number}" for reason, number in left_out.items())
    return f" ({parts})" if parts else ""
