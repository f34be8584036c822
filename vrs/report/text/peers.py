"""The part on the peers as data that every format lays out: rows with values, places and strips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

from vrs.maps.printing import number
from vrs.report.figures.strip import Strip
from vrs.report.model import CheckContent, DecisionContent, Finding, PeerNumber, Report
from vrs.report.text import words

HEADINGS = ("Check", "This map", "Its peers", "Place among them")
LOGARITHMIC = "log scale"
OF_FINDINGS = "Findings that its peers have too"


@dataclass(frozen=True)
class PlacedNumber:
    """A deciding value with its place.

    Attributes
    ----------
    check : CheckContent
    decision : DecisionContent
    peers : PeerNumber
    strip : Strip or None -- None if there are too few maps
    is_first : bool -- whether it is the first value of its check
    """

    check: CheckContent
    decision: DecisionContent
    peers: PeerNumber
    strip: Optional[Strip]
    is_first: bool

    @property
    def place(self) -> str:
        """The place as the beginning of a line."""
        return words.capitalized(self.peers.place)

    @property
    def ends(self) -> Tuple[str, str]:
        """The numbers at the ends of the strip."""
        return number(self.peers.quantiles[0]), number(self.peers.quantiles[-1])


def placed_numbers(report: Report) -> List[PlacedNumber]:
    """A row for every deciding value that has a place, in the order of the report."""
    if report.peers is None:
        return []
    rows: List[PlacedNumber] = []
    for check in report.all_checks:
        for decision in check.decisions:
            peers = report.peers.number(check.id, decision.rule)
            if peers is not None:
                limits = check.rules[decision.rule].limits
                strip = (
                    Strip(decision.value, peers.quantiles, limits, decision.broken)
                    if peers.quantiles
                    else None
                )
                is_first = not rows or rows[-1].check is not check
                rows.append(PlacedNumber(check, decision, peers, strip, is_first))
    return rows


def placed_findings(report: Report) -> List[Tuple[Finding, str]]:
    """The findings, and how many peers have the same one."""
    if report.peers is None:
        return []
    placed = [(finding, report.peers.finding(finding.id)) for finding in report.findings]
    return [(finding, words.capitalized(one.place)) for finding, one in placed if one is not None]


def lines_of(report: Report) -> List[str]:
    """A line for every deciding value.

    "0.d B-factor -73 Å²: 41st percentile of 312 maps at 2.8 to 3.6 Å"
    """
    return [
        f"{row.check.id} {row.decision.quantity} {row.decision.text}: {row.peers.place}"
        for row in placed_numbers(report)
    ]
