"""The local-resolution network on real maps, also compared with another program.

    python -m training.local_resolution_real DATA [--json OUTPUT.json]

DATA is the folder with maps/ and models/. Where a map has no published contour level, the level
is the one that encloses the volume of its atomic model.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

import gemmi
import numpy as np
from scipy import ndimage

from vrs.maps import DensityMap, MapError, read_map
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.networks.local_resolution import LocalResolution, local_resolution

CUBIC_ANGSTROM_PER_RESIDUE = 132.77


class RealMap(NamedTuple):
    """A map, its reported resolution in Å, and its contour level or the model that gives one."""

    file: str
    resolution: float
    contour: Optional[float] = None
    model: Optional[str] = None
    voxel_size: Optional[float] = None


REAL_MAPS = (
    RealMap("emd_44046.map.gz", 2.99, contour=0.3),
    RealMap("emd_3488.map.gz", 3.2, contour=0.09),
    RealMap("emd_3488.map.gz", 3.2, contour=0.072),
    RealMap("zone_emd_2566_3j6b_9.mrc.gz", 3.2, model="3J6B_9.pdb.gz"),
    RealMap("box_emd_5185_3j06.ccp4.gz", 3.3, model="3j06_no_ligand_box_complete.pdb.gz"),
    RealMap("box_emd_1044_1oed.ccp4.gz", 4.0, model="1oed_box_complete.pdb.gz"),
    RealMap("box_emd_3240_5fn5_A.ccp4.gz", 4.3, model="5fn5_6iyc_A_5fn5_box_complete.pdb.gz"),
    RealMap("box_emd_4118_5ly6.ccp4.gz", 4.5, model="5ly6_5ly6_box_complete.pdb.gz"),
    RealMap("box_emd_6187_3j8x_A.ccp4.gz", 5.0, model="3j8x_A_chain_A_box_complete.pdb.gz"),
    RealMap("emd_6824.mrc.gz", 5.8, contour=4.0),
    RealMap("emd_5168.map.gz", 6.6, contour=10.0),
    RealMap("emd_1997.map.gz", 7.0, contour=1.0),
)

REFERENCE_MAP = RealMap("ngl_betaGal.mrc.gz", 8.0, contour=0.09, voxel_size=3.54)
REFERENCE_ANSWER = "ngl_localResolution.mrc.gz"


def mask_of(density: DensityMap, real: RealMap, folder: Path) -> np.ndarray:
    """The mask at the contour level, or at the level that encloses the model's volume."""
    contour = real.contour
    if contour is None:
        model = gemmi.read_structure(str(folder / "models" / str(real.model)))[0]
        residues = sum(1 for chain in model for residue in chain if not residue.is_water())
        voxels = int(residues * CUBIC_ANGSTROM_PER_RESIDUE / density.voxel_volume)
        voxels = min(voxels, int((density.data > 0).sum()) - 1)
        contour = float(np.partition(density.data.ravel(), -voxels)[-voxels])
    return molecule_mask(raw_mask(density.data, contour), growth_iterations(density.voxel_size))


def measured(real: RealMap, folder: Path) -> "tuple[LocalResolution, float]":
    density = read_map(folder / "maps" / real.file, voxel_size=real.voxel_size)
    mask = mask_of(density, real, folder)
    started = time.time()
    return local_resolution(density, mask, real.resolution), time.time() - started


def real_table(folder: Path) -> List[Dict[str, Any]]:
    """One row per map: reported resolution, percentiles, expected error."""
    rows = []
    for real in REAL_MAPS:
        try:
            result, seconds = measured(real, folder)
        except MapError as error:
            print(real.file, error)
            continue
        low, median, high = np.percentile(result.values, [10, 50, 90])
        inside = result.resolution.data > 0
        rows.append(
            {
                "map": real.file,
                "contour": real.contour,
                "reported": real.resolution,
                "p10": round(float(low), 2),
                "median": round(float(median), 2),
                "p90": round(float(high), 2),
                "uncertainty": round(float(np.median(result.uncertainty.data[inside])), 2),
                "censored_low": round(float(np.mean(result.values <= result.best)), 3),
                "censored_high": round(float(np.mean(result.values >= result.worst)), 3),
                "seconds": round(seconds, 1),
            }
        )
        print(rows[-1], flush=True)
    return rows


def against_reference(folder: Path) -> Dict[str, float]:
    """Agreement with the local resolution that another program gave for beta-galactosidase."""
    result, _ = measured(REFERENCE_MAP, folder)
    answer = read_map(folder / "maps" / REFERENCE_ANSWER, voxel_size=REFERENCE_MAP.voxel_size)
    points = np.argwhere(result.resolution.data > 0)
    other = ndimage.map_coordinates(
        answer.data, points.T / REFERENCE_MAP.voxel_size, order=0, mode="nearest"
    )
    values, counts = np.unique(answer.data, return_counts=True)
    used = other != values[np.argmax(counts)]  # which stands for "outside its mask"
    ours = result.resolution.data[tuple(points.T)][used]
    theirs = other[used]
    ranks = [np.argsort(np.argsort(values)) for values in (ours, theirs)]
    return {
        "voxels": int(used.sum()),
        "median_ours": round(float(np.median(ours)), 2),
        "median_theirs": round(float(np.median(theirs)), 2),
        "rank_correlation": round(float(np.corrcoef(*ranks)[0, 1]), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = real_table(options.data)
    below = [row for row in rows if row["reported"] <= 5]
    error = float(np.mean([abs(row["median"] - row["reported"]) for row in below]))
    print(f"mean |median - reported| up to 5 Å: {error:.2f} Å over {len(below)} maps")
    reference = against_reference(options.data)
    print("beta-galactosidase", reference)
    if options.json:
        results = {"maps": rows, "mean_error_up_to_5": round(error, 2), "reference": reference}
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
