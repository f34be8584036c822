"""The mass of protein in a volume, and above a series of thresholds."""

from __future__ import annotations

from typing import Tuple

import numpy as np

from vrs.checks.figures import LineFigure, Mark, Table, TableColumn
from vrs.checks.result import Result
from vrs.maps import DensityMap, FloatArray
from vrs.maps.masks import IntArray
from vrs.maps.refused_inputs import VOLUME_OF_ONE_KDA

VOLUME_OF_ONE_RESIDUE = 132.77
"""Å³ of protein per residue of 110 Da."""

THRESHOLDS = 24


def protein_mass(voxels: IntArray, voxel_volume: float) -> Tuple[FloatArray, FloatArray]:
    """Mass and residues of a volume of protein: 1207 Å³ per kDa, 132.77 Å³ per residue.

    Parameters
    ----------
    voxels : ndarray, int64, shape (n,) -- numbers of voxels
    voxel_volume : float -- in Å³

    Returns
    -------
    mass, residues : ndarray, float64, shape (n,) -- mass in kDa, number of residues

    Examples
    --------
    >>> mass, residues = protein_mass([1207], voxel_volume=8.0)
    >>> mass.tolist(), residues.round().tolist()
    ([8.0], [73.0])
    """
    volume = np.asarray(voxels) * voxel_volume
    return volume / VOLUME_OF_ONE_KDA, volume / VOLUME_OF_ONE_RESIDUE


def measure_thresholds(result: Result, density: DensityMap, contour: float) -> None:
    """Add the voxels and the mass above 24 thresholds, k * maximum / 25, to a result.

    Parameters
    ----------
    result : Result -- gets the measurements, a curve, a table and a figure
    density : DensityMap -- data float32, shape (Z, Y, X)
    contour : float -- contour level in grey values
    """
    thresholds = np.arange(1, THRESHOLDS + 1) * float(density.data.max()) / (THRESHOLDS + 1)
    limits = thresholds.astype(density.data.dtype)
    passed = np.zeros(THRESHOLDS + 1, dtype=np.int64)
    for plane in density.data:
        above = plane[plane > limits[0]]
        # Number of thresholds below each value.
        passed += np.bincount(np.searchsorted(limits, above), minlength=THRESHOLDS + 1)
    voxels = np.cumsum(passed[::-1])[::-1][1:]
    mass, residues = protein_mass(voxels, density.voxel_volume)
    definition = "thresholds, k * maximum / 25 for k = 1 to 24"
    result.measure("thresholds", thresholds, "grey value", definition)
    result.measure("voxels_above", voxels, "voxels", "voxels above each threshold")
    result.measure("mass", mass, "kDa", "protein mass above each threshold, 1.207 Å³ per Da")
    result.measure("residues", residues, "", "residues above each threshold, 132.77 Å³ each")
    result.curves["thresholds"] = {
        "threshold": thresholds,
        "voxels": voxels,
        "mass": mass,
        "residues": residues,
    }
    columns = (
        TableColumn("threshold", "Threshold", ".4g"),
        TableColumn("voxels", "Voxels", ".0f"),
        TableColumn("mass", "Mass (kDa)", ".2f"),
        TableColumn("residues", "Residues", ".1f"),
    )
    caption = "Mass enclosed at a series of thresholds."
    result.tables.append(Table("thresholds", columns, caption))
    result.figures.append(
        LineFigure(
            "thresholds",
            "threshold",
            ("voxels",),
            "threshold (grey value)",
            "voxels above",
            "Voxels above a threshold, and the mass of as much protein, as a function of the "
            "threshold.",
            log_y=True,
            marks=(Mark(contour, "contour level"),),
            proportional="mass",
            proportional_label="mass (kDa)",
        )
    )
