"""The output of the hand network for a map, kept in a file: the network takes most of the time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import numpy as np

from vrs.maps import BoolArray, DensityMap
from vrs.networks.hand import look
from vrs.networks.hand_decision import HelixPoints


def seen_once(
    file: Path, density: DensityMap, mask: BoolArray, rules: Dict[str, Any], network: Path
) -> HelixPoints:
    """The output of the network in a folder for a map; read from the file if that exists."""
    if file.exists():
        kept = np.load(file)
        counts = ("points", "found", "negative_points", "negative_found")
        return HelixPoints(
            *(int(kept[name]) for name in counts),
            kept["helix"], kept["logits"], kept["positions"], float(kept["blurred_by"]),
        )  # fmt: skip
    seen = look(density, mask, rules, folder=network)
    file.parent.mkdir(exist_ok=True, parents=True)
    np.savez(file, **seen._asdict())
    return seen
