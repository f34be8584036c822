"""What the hand network saw in a map, kept in a file: finding it takes nearly all the time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vrs.maps import BoolArray, DensityMap
from vrs.networks.hand import HelixPoints, helix_points


def seen_once(
    file: Path, density: DensityMap, mask: BoolArray, helix_probability: float, network: Path
) -> HelixPoints:
    """What the network in a folder sees in a map; from the file, if it has been there before."""
    if file.exists():
        kept = np.load(file)
        return HelixPoints(
            int(kept["points"]), int(kept["helix_points"]),
            kept["helix"], kept["logits"], kept["positions"],
        )  # fmt: skip
    seen = helix_points(density, mask, helix_probability, folder=network)
    file.parent.mkdir(exist_ok=True, parents=True)
    np.savez(file, **seen._asdict())
    return seen
