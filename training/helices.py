"""Where the alpha helices of an atomic structure run: their axes, from runs of phi/psi angles."""

from __future__ import annotations

import math
from typing import List

import gemmi
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

FloatArray = npt.NDArray[np.float64]

PHI_RANGE = (-105.0, -30.0)
"""Degrees; with PSI_RANGE the region of the right-handed alpha helix, wide enough for 2.5 Å."""

PSI_RANGE = (-85.0, -5.0)

SHORTEST_RUN = 6
"""Residues; a shorter run is less than two turns and looks like any turn in a map."""

SHORTEST_DOUBTFUL_RUN = 4
"""Residues; from here to SHORTEST_RUN a run is neither an example of a helix nor of its absence."""

RISE_SAMPLING = 0.5
"""Distance in Å between the points that stand for an axis."""

LONGEST_PEPTIDE_BOND = 2.0


def helix_runs(chain: gemmi.Chain, shortest: int) -> List[FloatArray]:
    """C-alpha positions of the runs of residues with helical phi and psi.

    Parameters
    ----------
    chain : gemmi.Chain
        Without alternative conformations.
    shortest : int
        Residues that a run must have.

    Returns
    -------
    list of ndarray, float64, shape (residues, 3)
        x, y, z in Å. The residue before and after the angles' run is not included.
    """
    runs: List[FloatArray] = []
    current: List[List[float]] = []
    residues = [residue for residue in chain if residue.find_atom("CA", "*", gemmi.Element("C"))]
    for before, residue, after in zip(residues, residues[1:], residues[2:]):
        helical = _bonded(before, residue) and _bonded(residue, after)
        if helical:
            phi, psi = (math.degrees(a) for a in gemmi.calculate_phi_psi(before, residue, after))
            helical = PHI_RANGE[0] < phi < PHI_RANGE[1] and PSI_RANGE[0] < psi < PSI_RANGE[1]
        if helical:
            current.append(residue.find_atom("CA", "*", gemmi.Element("C")).pos.tolist())
        elif current:
            runs.append(np.array(current))
            current = []
    if current:
        runs.append(np.array(current))
    return [run for run in runs if len(run) >= shortest]


def helix_axis(alpha_carbons: FloatArray) -> FloatArray:
    """Points every 0.5 Å on the axis of a helix.

    The mean of four C-alphas in a row with weights 1, 2, 2, 1 lies near the axis, since a turn has
    3.6 residues; the axis is extended by one residue's rise at either end.

    Parameters
    ----------
    alpha_carbons : ndarray, float64, shape (residues, 3)
        x, y, z in Å, four residues or more.

    Returns
    -------
    ndarray, float64, shape (points, 3)
        x, y, z in Å.
    """
    weights = np.array([1.0, 2.0, 2.0, 1.0]) / 6
    count = len(alpha_carbons) - 3
    knots = sum(weight * alpha_carbons[i : i + count] for i, weight in enumerate(weights))
    if count > 1:
        first, last = knots[0] - knots[1], knots[-1] - knots[-2]
        knots = np.vstack([knots[0] + first, knots, knots[-1] + last])
    steps = np.linalg.norm(np.diff(knots, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.arange(0.0, along[-1] + 1e-6, RISE_SAMPLING)
    return np.stack([np.interp(wanted, along, knots[:, axis]) for axis in range(3)], axis=1)


def axis_points(model: gemmi.Model, shortest: int = SHORTEST_RUN) -> FloatArray:
    """Points on the axes of all helices of a model, shape (points, 3), x, y, z in Å."""
    axes = [helix_axis(run) for chain in model for run in helix_runs(chain, shortest)]
    return np.vstack(axes) if axes else np.zeros((0, 3))


def distance_to(points: FloatArray, positions: FloatArray, reach: float) -> FloatArray:
    """Distance in Å of every position to the nearest point; infinite beyond ``reach``."""
    if not len(points):
        return np.full(len(positions), np.inf)
    distance, _ = cKDTree(points).query(positions, distance_upper_bound=reach)
    return np.asarray(distance)


def _bonded(residue: gemmi.Residue, following: gemmi.Residue) -> bool:
    carbon = residue.find_atom("C", "*", gemmi.Element("C"))
    nitrogen = following.find_atom("N", "*", gemmi.Element("N"))
    return bool(carbon and nitrogen and carbon.pos.dist(nitrogen.pos) < LONGEST_PEPTIDE_BOND)
