"""What a reference set holds, as the types of its file."""

from __future__ import annotations

from typing import Dict, List, Literal, Optional, Sequence, Set, Tuple

import msgspec

LARGEST = 1e100
"""Of a value; the difference of two is then a number as well."""


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A map of the set.

    Attributes
    ----------
    name : str -- identifier of its entry, else the name of its file
    sha256 : str -- checksum of the file
    resolution : float -- reported, in Å
    """

    name: str
    sha256: str
    resolution: float


class NumberPeers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The deciding value of a rule for the maps of a class, measured in one way.

    Attributes
    ----------
    check, rule : str -- identifiers
    unit : str -- of the values; "" for pure numbers
    method : str -- what measured it: "embedded", the checksum of a network, or another program
        with its version
    versions : tuple of int -- of the measurements that the rule reads
    peers : list of int -- maps that have it, as places in the list of their class
    values : list of float -- one for each of them

    Raises
    ------
    ValueError
        If there are not as many values as maps, or one is larger than ``LARGEST``.
    """

    check: str
    rule: str
    unit: str
    method: str
    versions: Tuple[int, ...]
    peers: List[int]
    values: List[float]

    def __post_init__(self) -> None:
        if len(self.peers) != len(self.values):
            raise ValueError(f"{len(self.values)} values of {len(self.peers)} maps for {self.rule}")
        if any(abs(value) > LARGEST for value in self.values):
            raise ValueError(f"a value for {self.rule} that is too large")


class FindingPeers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which maps of a class have a finding, by the same thresholds and measurements.

    Attributes
    ----------
    finding : str -- identifier
    version : int -- of its thresholds
    versions : tuple of int -- of the measurements that it reads, 0 for one that the maps lack
    having, without : list of int -- maps with and without it, as places in the list of their class
    """

    finding: str
    version: int
    versions: Tuple[int, ...]
    having: List[int]
    without: List[int]


class ResolutionClass(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The maps of a class of resolution.

    Attributes
    ----------
    low : float -- first reported resolution in Å
    high : float or None -- that of the next class; None for the last class
    peers : list of Peer
    numbers : list of NumberPeers
    findings : list of FindingPeers

    Raises
    ------
    ValueError
        If a number or a finding is that of a map which is not in the list, or a map has it twice.
    """

    low: float
    high: Optional[float]
    peers: List[Peer]
    numbers: List[NumberPeers]
    findings: List[FindingPeers]

    def __post_init__(self) -> None:
        for number in self.numbers:
            self._refuse_unknown(number.peers, number.rule)
        for finding in self.findings:
            self._refuse_unknown([*finding.having, *finding.without], finding.finding)

    def _refuse_unknown(self, places: Sequence[int], what: str) -> None:
        if not places:
            return
        if min(places) < 0 or max(places) >= len(self.peers) or len(set(places)) < len(places):
            raise ValueError(f"{what} of a map that is not among the {len(self.peers)}, or twice")

    def places_of(self, sha256: str, name: str) -> Set[int]:
        """Where a map is in the list, by the checksum of its file or its entry; "" for no entry."""
        return {
            place
            for place, peer in enumerate(self.peers)
            if peer.sha256 == sha256 or (name and peer.name == name)
        }


class ReferenceSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers and findings of many maps.

    Attributes
    ----------
    kind : str -- tells the file from others
    name : str -- of the set
    date : str -- when it was built: "2026-11-28"
    version : str -- of the program that built it and drew its findings
    programs : dict of str to int -- reports by the version of the program that measured them
    classes : list of ResolutionClass -- those that have maps, the best resolution first
    left_out : dict of str to int -- reports that are not in the set, by the reason
    """

    kind: Literal["vrs reference set 1"] = "vrs reference set 1"
    name: str
    date: str
    version: str
    programs: Dict[str, int]
    classes: List[ResolutionClass]
    left_out: Dict[str, int]

    def class_from(self, low: float) -> Optional[ResolutionClass]:
        """The class that begins at a resolution; None if it has no map."""
        return next((one for one in self.classes if one.low == low), None)
