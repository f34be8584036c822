"""The place of a report among the maps of a reference set."""

from __future__ import annotations

from typing import Dict, List, Set, Tuple

from vrs.maps.printing import count, ordinal
from vrs.maps.printing import share as percent
from vrs.reference.classes import class_of, in_words
from vrs.reference.model import FindingPeers, ReferenceSet, ResolutionClass
from vrs.reference.rank import FEWEST, Rank, quantiles, rank
from vrs.report.model import PeerFinding, PeerNumber, Peers, Report
from vrs.report.peers.observed import (
    WayOfFinding,
    WayOfNumber,
    findings_of,
    numbers_of,
    why_not,
)

MEANING = (
    "A percentile is the share of them with a smaller value (half of those with the same value); "
    "it says how usual a value is, not how good."
)
MANY_ALIKE = 0.1
"""Share of peers with the same value from which on their number says more than a percentile."""


def peers_of(report: Report, reference: ReferenceSet) -> Peers:
    """The report among the maps of its class of resolution, without the map itself.

    Parameters
    ----------
    report : Report
    reference : ReferenceSet
    """
    reason, resolution = why_not(report), report.input.resolution
    if reason or resolution is None:
        return Peers(
            name=reference.name,
            date=reference.date,
            version=reference.version,
            reason=reason,
            text=f"The map is not compared with those of “{reference.name}”: {reason}.",
        )
    low, high = class_of(resolution)
    empty = ResolutionClass(low=low, high=high, peers=[], numbers=[], findings=[])
    maps = reference.class_from(low) or empty
    entry = report.entry.id if report.entry else ""
    itself = maps.places_of(report.input.sha256, entry)
    number = len(maps.peers) - len(itself)
    return Peers(
        name=reference.name,
        date=reference.date,
        version=reference.version,
        low=low,
        high=high,
        maps=number,
        contains_map=bool(itself),
        text=_text(reference, number, in_words(low, high), bool(itself)),
        numbers=[_number(way, value, maps, itself) for way, value in numbers_of(report)],
        findings=_findings(report, maps, itself),
    )


def _text(reference: ReferenceSet, maps: int, where: str, contains_map: bool) -> str:
    of_set = f"the reference set “{reference.name}”, built on {reference.date}"
    itself = " The map of this report is in the set and is not counted." if contains_map else ""
    return f"Compared with {count(maps, 'map')} {where} of {of_set}.{itself} {MEANING}"


def _number(
    way: WayOfNumber, value: float, maps: ResolutionClass, itself: Set[int]
) -> PeerNumber:
    others = [
        one
        for column in maps.numbers
        if WayOfNumber(column.check, column.rule, column.unit, column.method, column.versions)
        == way
        for place, one in zip(column.peers, column.values)
        if place not in itself
    ]
    where = in_words(maps.low, maps.high)
    ranked = rank(value, others)
    enough = ranked.total >= FEWEST
    return PeerNumber(
        check=way.check,
        rule=way.rule,
        maps=ranked.total,
        below=ranked.below,
        same=ranked.same,
        percentile=ranked.percentile if enough else None,
        quantiles=quantiles(others) if enough else [],
        place=_place(ranked, where) if enough else _too_few("percentile", ranked.total, where),
    )


def _place(ranked: Rank, where: str) -> str:
    maps = f"{count(ranked.total, 'map')} {where}"
    if ranked.same == ranked.total:
        return f"the same as all {maps}"
    if ranked.same > MANY_ALIKE * ranked.total:
        return f"the same as {ranked.same} of {maps}; {ranked.below} have less"
    if ranked.below == ranked.total:
        return f"above all {maps}"
    if ranked.below + ranked.same == 0:
        return f"below all {maps}"
    # The ends are for values beyond all others.
    return f"{ordinal(min(max(round(ranked.percentile), 1), 99))} percentile of {maps}"


def _too_few(what: str, total: int, where: str) -> str:
    if not total:
        return f"no {what}, as the set has no map {where} that was measured in the same way"
    return (
        f"no {what}, as the set has {count(total, 'map')} {where} measured in the same way, and "
        f"{FEWEST} are needed"
    )


def _findings(report: Report, maps: ResolutionClass, itself: Set[int]) -> List[PeerFinding]:
    ways: Dict[str, WayOfFinding] = {way.finding: way for way, _ in findings_of(report)}
    return [_finding(ways[one.id], maps, itself) for one in report.findings if one.id in ways]


def _finding(way: WayOfFinding, maps: ResolutionClass, itself: Set[int]) -> PeerFinding:
    alike = [column for column in maps.findings if _was_tested_alike(column, way)]
    having, without = (
        sum(place not in itself for places in lists for place in places)
        for lists in ([c.having for c in alike], [c.without for c in alike])
    )
    total, where = having + without, in_words(maps.low, maps.high)
    enough = total >= FEWEST
    share = 100 * having / total if enough else None
    place = (
        _too_few("share", total, where)
        if share is None
        else f"{having} of {count(total, 'map')} {where} ({percent(share)}) have the same finding"
    )
    return PeerFinding(finding=way.finding, maps=total, having=having, share=share, place=place)


def _was_tested_alike(column: FindingPeers, way: WayOfFinding) -> bool:
    """Whether the maps have the measurements that this one has, in the same versions."""
    same_kind = (column.finding, column.version) == (way.finding, way.version)
    pairs: List[Tuple[int, int]] = list(zip(way.versions, column.versions))
    return same_kind and all(own in (0, other) for own, other in pairs)
