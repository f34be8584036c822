"""How far the built-in network of 0.e is off, from the independent maps of its model card."""

from __future__ import annotations

from typing import Any, Dict, List

from vrs.maps.printing import number


def independent_error(card: Dict[str, Any], median: float) -> str:
    """The error of the network on maps of a simulator that it was not trained with.

    ``median`` in Å, of this map, chooses the row of the card, whose keys are intervals in Å such as
    "3.3-4.5".
    """
    rows = card["independent"]["by_true_resolution"]
    name = next((n for n in rows if median <= float(n.split("-")[1])), list(rows)[-1])
    row = rows[name]
    return (
        f"On {row['maps']} maps of {name.replace('-', ' to ')} Å, of other structures and from "
        "another simulator than those that it was trained on, the error of its median was "
        f"{number(row['mean_absolute_error'], 2)} Å on average; on real maps up to 5 Å it differed "
        f"from the reported resolution by {number(card['real_maps']['mean_error_up_to_5'], 2)} Å."
    )


def true_interval(card: Dict[str, Any], median: float, masked: bool) -> List[float]:
    """Interval in Å that held the true resolution of 90 % of independent maps with this median.

    For a masked map it is no narrower than for others, and holds 90 % of the masked ones.
    """
    rows = [card["independent"]["median_interval"]]
    if masked:
        rows.append(card["independent"]["masked"])
    return [median * min(row["low"] for row in rows), median * max(row["high"] for row in rows)]
