"""The output of the hand network for a map, kept in a file: the network takes most of the time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import numpy as np

from vrs.maps import BoolArray, DensityMap
from vrs.networks.hand import HelixPoints, look


def seen_once(
    file: Path, density: DensityMap, mask: BoolArray, rules: Dict[str, Any], network: Path
) -> HelixPoints:
    """The output of the network in a folder for a map; read from the file if that exists."""
    if file.exists():
        kept = np.load(file)
        return HelixPoints(
            int(kept["points"]), int(kept["helix_points"]),
            kept["helix"], kept["logits"], kept["positions"], float(kept["blurred_by"]),
        )  # fmt: skip
    seen = look(density, mask, rules, folder=network)
    file.parent.mkdir(exist_ok=True, parents=True)
    np.savez(file, **seen._asdict())
    return seen
