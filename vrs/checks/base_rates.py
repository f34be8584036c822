"""How many real maps break each published rule, as a dated table."""

from __future__ import annotations

from typing import Dict, List

import msgspec


class RuleRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many maps break a rule.

    Attributes
    ----------
    broken : int -- maps that break it
    maps : int -- maps on which its check was evaluated

    Raises
    ------
    ValueError
        If more maps break the rule than were evaluated.
    """

    broken: int
    maps: int

    def __post_init__(self) -> None:
        if not 0 <= self.broken <= self.maps:
            raise ValueError(f"{self.broken} of {self.maps} maps")


class RealMaps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The maps behind base rates.

    Attributes
    ----------
    date : str -- when they were measured: "2026-11-28"
    version : str -- of this program
    maps : list of str -- their names
    """

    date: str
    version: str
    maps: List[str]


class BaseRates(RealMaps, frozen=True, kw_only=True):
    """Base rates of all rules of a level, measured on the same maps.

    Attributes
    ----------
    rules : dict of str to RuleRate -- by the identifier of the rule
    """

    rules: Dict[str, RuleRate]
