"""What the hand network saw in a map, kept in a file: finding it takes nearly all the time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import numpy as np

from vrs.maps import BoolArray, DensityMap
from vrs.networks.hand import HelixPoints, look


def seen_once(
    file: Path, density: DensityMap, mask: BoolArray, rules: Dict[str, Any], network: Path
) -> HelixPoints:
    """What the network in a folder sees in a map; from the file, if it has been there before."""
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
