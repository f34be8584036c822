"""The position of the mask and of the centre of mass in the box.

0.a reports it; 0.b tests its rules at other contour levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import List, Optional, Sequence, Tuple

import numpy as np

from vrs.checks.rule import AT_LEAST, AT_MOST
from vrs.level0.service import published
from vrs.maps import DensityMap, FloatArray
from vrs.maps.masks import Slices

DECENTERING = published(
    "mass.decentering",
    AT_MOST,
    (20.0,),
    "%",
    "the space on the two sides of the mask differs by at most {0} % of the box along every axis",
    "a molecule far from the centre may be cut by the box or by the CTF correction",
    "If the mask holds the whole molecule (see 0.b), re-centre the particles on it, extract "
    "them again and reconstruct. If it holds only a part, adjust the contour level first. Moving "
    "only the finished map does not recover signal that the CTF spread beyond the edge. In "
    "a focused or local reconstruction an off-centre mask may be meant: then only the room "
    "around the part that was refined matters.",
    measurements=("decentering",),
)

SPACE = published(
    "mass.space",
    AT_LEAST,
    (20.0,),
    "%",
    "the empty space on every side is at least {0} % of the box",
    "the CTF spreads the signal around the molecule; without room it cannot be corrected",
    "If the mask holds the molecule and nothing else (see 0.b), use a larger box and refine "
    "again. Extract the particles in a box of 1.7 times the longest side of the molecule or "
    "more. If the mask holds only a part of it, or noise that reaches the edge, adjust the "
    "contour level first. If the map was cropped after the refinement, use the uncropped one. "
    "Padding a finished map with zeros satisfies the rule, but recovers no signal. A filament "
    "that runs through the box always fails this rule.",
    measurements=("space_left", "space_right"),
)

SPACE_IN_ANGSTROM = published(
    "mass.space_in_angstrom",
    AT_LEAST,
    (20.0,),
    "Å",
    "the empty space on every side is at least {0} Å",
    "the program of the service tests this instead of the published percentage",
    "If the mask holds the molecule and nothing else (see 0.b), use a larger box and refine "
    "again. If it holds only a part, or noise that reaches the edge, adjust the contour level "
    "first. If the map was cropped after the refinement, use the uncropped one. Padding a "
    "finished map with zeros satisfies the rule, but recovers no signal. A filament that runs "
    "through the box always fails this rule.",
    alternative_to="mass.space",
    measurements=("space_left", "space_right"),
)

CENTER_OF_MASS = published(
    "mass.center_of_mass",
    AT_MOST,
    (20.0,),
    "%",
    "the centre of mass is off the centre of the box by at most {0} % of the box along every axis",
    "a shifted centre of mass is usual only in focused or local reconstructions",
    "Look at the centre of mass of the density above the contour level, in the remarks of "
    "this check. If it is near the centre, the molecule is well placed and only the background "
    "shifts the published number: nothing has to be re-centred. If it is off the centre too, "
    "re-centre the particles, extract them again and reconstruct.",
    measurements=("center_of_mass_decentering",),
)


@dataclass(frozen=True)
class Placement:
    """Along X, Y, Z; without ``center`` and ``offset`` if the map sums to 0.

    Attributes
    ----------
    left, right : list of float -- empty space before and behind the mask in Å
    decentering : list of float -- |right - left| in percent of the box
    shares : list of float -- empty space before and then behind the mask in percent of the box
    center : ndarray, float64, shape (3,), or None -- centre of mass (x, y, z) of the map in voxels
    offset : ndarray, float64, shape (3,), or None -- |centre of mass - N/2| in percent of the box
    """

    left: List[float]
    right: List[float]
    decentering: List[float]
    shares: List[float]
    center: Optional[FloatArray]
    offset: Optional[FloatArray]

    @property
    def breaks_a_rule(self) -> bool:
        """Whether 0.a would warn, with the empty space tested in percent of the box."""
        return not (
            all(DECENTERING.holds(value) for value in self.decentering)
            and all(SPACE.holds(value) for value in self.shares)
            and (self.offset is None or all(CENTER_OF_MASS.holds(v) for v in self.offset))
        )


def placement(density: DensityMap, extent: Slices, center: Optional[FloatArray]) -> Placement:
    """The position of a mask and of the centre of mass in the box.

    Left space = voxel size * first voxel of the mask; right space = voxel size * (N - last voxel).

    Parameters
    ----------
    density : DensityMap -- data shape (Z, Y, X); only its shape and voxel size are used
    extent : tuple of slices (z, y, x) -- bounding box of the mask
    center : ndarray, float64, shape (3,), or None -- centre of mass (x, y, z) of the map in voxels

    Examples
    --------
    >>> density = DensityMap(np.zeros((40, 40, 40), dtype=np.float32), voxel_size=2.0)
    >>> where = placement(density, (slice(12, 28), slice(12, 28), slice(16, 32)), None)
    >>> where.decentering
    [17.5, 2.5, 2.5]
    """
    left, right, decentering = [], [], []
    for part, size in zip(reversed(extent), density.box):
        # The right side counts from the last voxel of the mask itself, as published.
        before, after = part.start, size - (part.stop - 1)
        left.append(before * density.voxel_size)
        right.append(after * density.voxel_size)
        decentering.append(100 * abs(after - before) / size)
    box = np.array(density.box)
    offset = None if center is None else 100 * np.abs(center - box / 2) / box
    shares = spaces_in_percent([*left, *right], density.box, density.voxel_size)
    return Placement(left, right, decentering, shares, center, offset)


def spaces_in_percent(
    spaces: Sequence[float], box: Tuple[int, int, int], voxel_size: float
) -> List[float]:
    """Empty spaces in percent of the box, compared in whole voxels.

    Parameters
    ----------
    spaces : sequence of float -- in Å, along X, Y, Z, as often as needed
    box : tuple of int -- in voxels along X, Y, Z
    voxel_size : float -- in Å

    Examples
    --------
    16 of 80 voxels are 20 % for any voxel size:

    >>> spaces_in_percent([16 * 1.06], (80, 80, 80), 1.06)
    [20.0]
    """
    return [100 * round(space / voxel_size) / size for space, size in zip(spaces, cycle(box))]
