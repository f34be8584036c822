"""The hand of a map without any training: an ideal alpha helix against its mirror image.

At points on helices the map around the point is correlated with an ideal right-handed helix in many
orientations, and with the mirror images of all these. Slow and weaker than the network, but it
rests on nothing but geometry: a cross-check.
"""

from __future__ import annotations

import math
from typing import List, NamedTuple

import numpy as np
import numpy.typing as npt

from training.helices import helix_axis

FloatArray = npt.NDArray[np.float64]

TEMPLATE = 13
"""Voxels of 1 Å along the edge of a template."""

SHIFTS = 1
"""Voxels by which the point may miss the axis, along every direction."""

RESIDUES = 19

PHI, PSI, OMEGA = -57.0, -47.0, 180.0
"""Degrees; of the right-handed alpha helix."""

DIRECTIONS = 220
"""Of the axis, spread over the whole sphere: a helix has a direction."""

SPINS = 12
"""Rotations about the axis; one residue is as good as the next, so they cover 100 degrees only."""


class Bond(NamedTuple):
    """How an atom is placed from the three before it: Å and degrees."""

    length: float
    angle: float
    dihedral: float


def ideal_helix() -> FloatArray:
    """N, CA, C, O and CB of a right-handed poly-alanine helix with its axis along z.

    Returns
    -------
    ndarray, float64, shape (5 * RESIDUES, 3)
        x, y, z in Å, centred on the middle of the axis.
    """
    chain: List[FloatArray] = [
        np.array([0.0, 0.0, 0.0]),
        np.array([1.458, 0.0, 0.0]),
        np.array([2.009, 1.422, 0.0]),
    ]
    atoms, alphas = [], []
    for _ in range(RESIDUES):
        nitrogen, alpha, carbon = chain[-3:]
        following = _placed(chain[-3:], Bond(1.329, 116.6, PSI))
        oxygen = _placed([nitrogen, alpha, carbon], Bond(1.231, 120.5, PSI + 180))
        beta = _placed([carbon, nitrogen, alpha], Bond(1.53, 110.5, -122.5))
        atoms += [nitrogen, alpha, carbon, oxygen, beta]
        alphas.append(alpha)
        chain.append(following)
        chain.append(_placed(chain[-3:], Bond(1.458, 121.7, OMEGA)))
        chain.append(_placed(chain[-3:], Bond(1.525, 111.0, PHI)))
    axis = helix_axis(np.array(alphas))
    center = axis.mean(axis=0)
    _, _, directions = np.linalg.svd(axis - center)
    along = directions[0] * np.sign(directions[0] @ (axis[-1] - axis[0]))
    return (np.array(atoms) - center) @ _turn_to_z(along).T


def templates(resolution: float) -> npt.NDArray[np.float32]:
    """Standardised densities of the ideal helix in all orientations.

    Parameters
    ----------
    resolution : float
        Å; sets the width of the atoms.

    Returns
    -------
    ndarray, float32, shape (DIRECTIONS * SPINS, TEMPLATE**3)
    """
    atoms = ideal_helix()
    half = TEMPLATE // 2
    grid = np.arange(-half, half + 1)
    width = 0.225 * resolution + 0.3
    rows = []
    golden = math.pi * (3 - math.sqrt(5))
    for index in range(DIRECTIONS):
        height = 1 - (2 * index + 1) / DIRECTIONS
        radius = math.sqrt(1 - height**2)
        direction = np.array(
            [radius * math.cos(golden * index), radius * math.sin(golden * index), height]
        )
        to_direction = _turn_to_z(direction).T
        for spin in np.arange(SPINS) * math.radians(100) / SPINS:
            about_z = np.array(
                [
                    [math.cos(spin), -math.sin(spin), 0],
                    [math.sin(spin), math.cos(spin), 0],
                    [0, 0, 1],
                ]
            )
            placed = atoms @ (to_direction @ about_z).T
            profiles = np.exp(-((grid[None, None] - placed[:, :, None]) ** 2) / (2 * width**2))
            rows.append(np.einsum("ax,ay,az->zyx", *profiles.transpose(1, 0, 2)).ravel())
    return _standardised(np.array(rows))


def hand_by_template(
    patches: npt.NDArray[np.float32], resolution: float
) -> npt.NDArray[np.float32]:
    """Best correlation with the right hand less that with the left one, of every patch.

    Parameters
    ----------
    patches : ndarray, float32, shape (n, 17, 17, 17)
        Densities [z, y, x] at 1 Å around points on helices.
    resolution : float
        Å.

    Returns
    -------
    ndarray, float32, shape (n,)
        Positive for the right hand.
    """
    ideal = templates(resolution)
    rim = patches.shape[1] // 2 - TEMPLATE // 2
    offsets = [
        (z, y, x)
        for z in range(rim - SHIFTS, rim + SHIFTS + 1)
        for y in range(rim - SHIFTS, rim + SHIFTS + 1)
        for x in range(rim - SHIFTS, rim + SHIFTS + 1)
    ]
    best = {1: np.full(len(patches), -1.0), -1: np.full(len(patches), -1.0)}
    for z, y, x in offsets:
        window = (slice(z, z + TEMPLATE), slice(y, y + TEMPLATE), slice(x, x + TEMPLATE))
        inner = patches[(slice(None), *window)]
        for hand in best:
            rows = _standardised(inner[:, :, :, ::hand].reshape(len(patches), -1))
            best[hand] = np.maximum(best[hand], (rows @ ideal.T).max(axis=1) / ideal.shape[1])
    return (best[1] - best[-1]).astype(np.float32)


def _placed(before: List[FloatArray], bond: Bond) -> FloatArray:
    """The position at a bond length from the last of three atoms, at an angle and a dihedral."""
    first, second, third = before
    angle, dihedral = math.radians(bond.angle), math.radians(bond.dihedral)
    along = (third - second) / np.linalg.norm(third - second)
    normal = np.cross(second - first, along)
    normal /= np.linalg.norm(normal)
    local = np.array(
        [
            -math.cos(angle),
            math.sin(angle) * math.cos(dihedral),
            math.sin(angle) * math.sin(dihedral),
        ]
    )
    axes = np.stack([along, np.cross(normal, along), normal], axis=1)
    return third + bond.length * axes @ local


def _turn_to_z(direction: FloatArray) -> FloatArray:
    """A rotation matrix that turns ``direction`` onto z."""
    helper = np.eye(3)[int(np.argmin(np.abs(direction)))]
    x = np.cross(helper, direction)
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(direction, x), direction])


def _standardised(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    rows = rows - rows.mean(axis=1, keepdims=True)
    return (rows / (rows.std(axis=1, keepdims=True) + 1e-9)).astype(np.float32)
