"""How far the built-in network of 0.e is off, from the independent maps of its model card."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from vrs.maps.printing import count, number

REAL_UP_TO = 5.0
"""Å; the real maps up to there were counted."""


def independent_error(card: Dict[str, Any], median: float) -> Tuple[str, float]:
    """The error of the network on maps of a simulator that it was not trained with.

    ``median`` in Å, of this map, chooses the row of the card, whose keys are intervals in Å such as
    "3.3-4.5". Returns a sentence, and the mean error of the median in Å.
    """
    rows = card["independent"]["by_true_resolution"]
    name = next((n for n in rows if median <= float(n.split("-")[1])), list(rows)[-1])
    row, real = rows[name], card["real_maps"]
    error = row["mean_absolute_error"]
    counted = len({entry["map"] for entry in real["maps"] if entry["reported"] <= REAL_UP_TO})
    sentence = (
        f"On {row['maps']} maps of {name.replace('-', ' to ')} Å, of other structures and from "
        "another simulator than those that it was trained on, the error of its median was "
        f"{number(error, 2)} Å on average; on {count(counted, 'real map')} up to {REAL_UP_TO:g} Å "
        "it differed from the reported resolution by "
        f"{number(real['mean_error_up_to_5'], 2)} Å on average."
    )
    return sentence, error


def masked_error(card: Dict[str, Any], _median: float) -> Tuple[str, float]:
    """The same on masked maps, of all resolutions."""
    row = card["independent"]["masked"]
    error = row["mean_absolute_error"]
    sentence = (
        f"On {row['maps']} masked maps, of other structures and from another simulator than those "
        f"that it was trained on, the error of its median was {number(error, 2)} Å on average."
    )
    return sentence, error


def true_interval(card: Dict[str, Any], median: float, masked: bool) -> List[float]:
    """Interval in Å that held the true resolution of 90 % of independent maps with this median.

    For a masked map it is no narrower than for others, and holds 90 % of the masked ones.
    """
    rows = [card["independent"]["median_interval"]]
    if masked:
        rows.append(card["independent"]["masked"])
    return [median * min(row["low"] for row in rows), median * max(row["high"] for row in rows)]
