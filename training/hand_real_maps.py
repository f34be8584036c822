"""Results of the hand network for experimental maps with helices and for their mirror images."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from training.hand_seen import seen_once
from training.helix_template import hand_by_template
from vrs.maps import BoolArray, DensityMap, read_map
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.networks.hand import (
    MOST_POINTS,
    HelixPoints,
    decide,
    evidence,
    log_odds_of_cubes,
    standard_errors,
)
from vrs.networks.hand_patches import patches_in_mask

TEMPLATE_POINTS = 60
"""Helix points at which the ideal helix is matched."""


class RealMap(NamedTuple):
    """An experimental map, right-handed; a volume in Å³ chooses the contour where none is known.

    These volumes are 80 % of 133 Å³ for every residue of the model.
    """

    file: str
    resolution: float
    contour: Optional[float] = None
    volume: float = 0.0
    helices: bool = True


REAL_MAPS = (
    RealMap("box_emd_1044_1oed.ccp4.gz", 4.0, volume=68_000),
    RealMap("box_emd_3240_5fn5_A.ccp4.gz", 4.3, volume=130_000),
    RealMap("box_emd_4118_5ly6.ccp4.gz", 4.5, volume=50_000),
    RealMap("box_emd_5185_3j06.ccp4.gz", 3.3, volume=16_500),
    RealMap("box_emd_6187_3j8x_A.ccp4.gz", 5.0, volume=45_700),
    RealMap("zone_emd_2566_3j6b_9.mrc.gz", 3.2, volume=20_700),
    RealMap("emd_3488.map.gz", 3.2, contour=0.09),
    RealMap("emd_44046.map.gz", 2.99, contour=0.3),
    RealMap("emd_6824.mrc.gz", 5.8, contour=4.0),
    RealMap("emd_5168.map.gz", 6.6, contour=10.0),
    RealMap("emd_1997.map.gz", 7.0, contour=1.0),
    RealMap("ngl_betaGal.mrc.gz", 7.0, contour=0.03, helices=False),
)


def read_real(folder: Path, real: RealMap) -> Tuple[DensityMap, BoolArray]:
    """An experimental map and its mask, as in a report."""
    density = read_map(folder / real.file)
    contour = real.contour
    if contour is None:
        voxels = int(real.volume / density.voxel_volume)
        contour = float(np.partition(density.data.ravel(), -voxels)[-voxels])
    raw = raw_mask(density.data, contour)
    return density, molecule_mask(raw, growth_iterations(density.voxel_size))


def template_answer(
    density: DensityMap, mask: BoolArray, seen: HelixPoints, resolution: float
) -> float:
    """Standard errors by which the ideal right helix fits better than the left one.

    Parameters
    ----------
    density, mask
        The map.
    seen : HelixPoints
        The TEMPLATE_POINTS that are most surely helices are matched.
    resolution : float
        Å.
    """
    patches = patches_in_mask(density, mask, MOST_POINTS)
    surest = np.argsort(-seen.helix)[:TEMPLATE_POINTS]
    number = {tuple(position): index for index, position in enumerate(patches.positions)}
    chosen = np.array([number[tuple(position)] for position in seen.positions[surest]])
    difference = hand_by_template(patches.standardised(chosen), resolution)
    of_template = seen._replace(logits=difference, positions=seen.positions[surest])
    return standard_errors(log_odds_of_cubes(of_template))


def judge_real(folder: Path, chosen: Path, rules: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Answers for the experimental maps, for their mirror images, and of the template."""
    rows = []
    for real in REAL_MAPS:
        density, mask = read_real(folder, real)
        name = real.file.split(".")[0]
        kept = chosen / "seen" / "real"
        seen = seen_once(kept / f"{name}.npz", density, mask, rules, chosen)
        answer = decide(seen, rules, real.resolution)
        # Another axis than the one that is mirrored inside, so that this is a test.
        image = density.with_data(np.ascontiguousarray(density.data[::-1]))
        its_mask = np.ascontiguousarray(mask[::-1])
        mirrored = seen_once(kept / f"{name}_mirrored.npz", image, its_mask, rules, chosen)
        opposite = decide(mirrored, rules, real.resolution)
        row = {
            "map": name,
            "resolution": real.resolution,
            "points": seen.points,
            "helix_points": seen.helix_points,
            "score": round(answer.score, 4),
            "score_of_mirrored": round(opposite.score, 4),
            "deviations": round(evidence(seen), 2),
            "answer": answer.answer,
            "answer_of_mirrored": opposite.answer,
        }
        if seen.helix_points >= rules["fewest_helix_voxels"]:
            row["template_deviations"] = round(
                template_answer(density, mask, seen, real.resolution), 2
            )
        rows.append(row)
        print(row, flush=True)
    return rows
