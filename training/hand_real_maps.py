"""Results of the hand network for experimental maps with helices and for their mirror images."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

import numpy as np

from training.hand_seen import seen_once
from training.helix_template import hand_by_template
from vrs.maps import BoolArray, DensityMap, read_map
from vrs.maps.masks import raw_mask
from vrs.networks.hand import MOST_POINTS
from vrs.networks.hand_decision import HelixPoints, decide, deviations, parts_of
from vrs.networks.hand_patches import patches_in_mask

TEMPLATE_POINTS = 60
"""Helix points at which the ideal helix is matched."""

SHARES = (0.3, 0.6, 1.0)
"""Of the volume that a usual level shows, where none is known."""

VOLUME_OF_RESIDUE = 106.4
"""Å³, 80 % of its volume: what a level shows that is neither low nor high."""


class RealMap(NamedTuple):
    """An experimental map, right-handed; with residues of its model where no level is known."""

    file: str
    resolution: float
    contours: Tuple[float, ...] = ()
    residues: int = 0


REAL_MAPS = (
    RealMap("emd_44046.map.gz", 2.99, (0.2, 0.3, 0.45)),
    RealMap("emd_3488.map.gz", 3.2, (0.06, 0.09, 0.12)),
    RealMap("zone_emd_2566_3j6b_9.mrc.gz", 3.2, residues=195),
    RealMap("box_emd_5185_3j06.ccp4.gz", 3.3, residues=155),
    RealMap("box_emd_1044_1oed.ccp4.gz", 4.0, residues=639),
    RealMap("box_emd_3240_5fn5_A.ccp4.gz", 4.3, residues=1222),
    RealMap("box_emd_5137_3los_A.ccp4.gz", 4.3, (0.1, 0.15, 0.25)),
    RealMap("box_emd_4118_5ly6.ccp4.gz", 4.5, residues=470),
    RealMap("box_emd_6187_3j8x_A.ccp4.gz", 5.0, residues=430),
    RealMap("emd_6824.mrc.gz", 5.8, (4.0,)),
    RealMap("emd_5168.map.gz", 6.6, (10.0,)),
    RealMap("emd_1997.map.gz", 7.0, (1.0,)),
)


def levels(density: DensityMap, real: RealMap) -> List[float]:
    """Contour levels that a user might choose."""
    if real.contours:
        return list(real.contours)
    values = np.sort(density.data.ravel())
    volumes = [share * real.residues * VOLUME_OF_RESIDUE for share in SHARES]
    return [float(values[-int(volume / density.voxel_volume)]) for volume in volumes]


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
    return parts_of(of_template).deviations(0.0)


def judge_real(folder: Path, chosen: Path, rules: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Answers for the experimental maps at several levels, and for their mirror images."""
    rows = []
    for real in REAL_MAPS:
        density = read_map(folder / real.file)
        name = real.file.split(".")[0]
        # Another axis than the one that is mirrored inside, so that this is a test.
        image = density.with_data(np.ascontiguousarray(density.data[::-1]))
        for number, contour in enumerate(levels(density, real)):
            kept = chosen / "seen" / "real" / f"{name}_{number}"
            mask, its_mask = (raw_mask(data, contour) for data in (density.data, image.data))
            seen = seen_once(kept.with_suffix(".npz"), density, mask, rules, chosen)
            mirrored = seen_once(kept / "mirrored.npz", image, its_mask, rules, chosen)
            answer, opposite = (decide(s, rules, real.resolution) for s in (seen, mirrored))
            row = {
                "map": name,
                "resolution": real.resolution,
                "contour": float(f"{contour:.3g}"),
                "points": seen.points,
                "helix_points": seen.helix_points,
                "score": round(answer.score, 4),
                "score_of_mirrored": round(opposite.score, 4),
                "parts": answer.parts,
                "agreement": round(answer.agreement, 3),
                "deviations": round(deviations(seen, rules), 2),
                "answer": answer.answer,
                "answer_of_mirrored": opposite.answer,
            }
            if seen.helix_points and number == len(levels(density, real)) // 2:
                template = template_answer(density, mask, seen, real.resolution)
                row["template_deviations"] = round(template, 2)
            rows.append(row)
            print(row, flush=True)
    return rows
