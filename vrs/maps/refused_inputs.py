"""Maps, contour levels, resolutions and masses with which nothing can be measured."""

from __future__ import annotations

import math
from typing import Tuple

import numpy as np

from vrs.maps.density_map import DensityMap
from vrs.maps.errors import ContourOutside, MapError
from vrs.maps.printing import entered, number
from vrs.maps.statistics import count, mean_and_deviation

SMALLEST_SIDE = 16
"""Voxels along a side under which there are too few Fourier shells and too little background."""

LARGEST_VALUE, SMALLEST_VALUE = 1e10, 1e-10
"""Limits of the largest absolute value: squares and sums in 32 bits neither overflow nor vanish."""

SMALLEST_VOXEL, SMALLEST_BOX = 0.25, 40.0
"""Voxel size and longest side of the box in Å: if both are less, the voxel size may be in nm."""

SMALLEST_MASS = 5.0
"""Mass in kDa at the contour level below which the level is probably in other units."""

VOLUME_OF_ONE_KDA = 1207.0
"""Å³ of protein per kDa: a partial specific volume of 0.727 cm³/g (Xmipp's value)."""

LARGEST_IN_NM = 0.7
"""A voxel size that may be in nm, since maps of molecules have hardly ever such small voxels in Å,
and often ones of ten times that."""

SMALLEST_SHARE_IN_NM, SMALLEST_MASS_IN_NM = 1e-3, 10.0
"""Share of the box, and mass in kDa with voxels in nm, at a contour level that is not too high."""

_ANGSTROM_PER_NM = 10

Box = Tuple[int, int, int]


def refuse_map(density: DensityMap) -> None:
    """Refuse a map that is too small, not finite, constant, or too large or small in its values.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X)

    Raises MapError.
    """
    data = density.data
    if min(density.box) < SMALLEST_SIDE:
        raise MapError(
            f"the map has {sides(density)} voxels, and every side must have at least "
            f"{SMALLEST_SIDE}",
            "use the whole map, not a small part of it",
        )
    bad = data.size - count(data, np.isfinite)
    if bad:
        raise MapError(
            f"the map has {bad} NaN or infinite values (of {data.size})",
            "repair the map or use another file",
        )
    if data.min() == data.max():
        raise MapError(
            f"every voxel of the map has the value {entered(float(data.max()))}, so there is "
            "nothing to analyse",
            "use another file",
        )
    largest = max(abs(float(data.min())), abs(float(data.max())))
    if not SMALLEST_VALUE <= largest <= LARGEST_VALUE:
        raise MapError(
            f"the largest absolute value of the map is {number(largest)}, and it must be between "
            f"{number(SMALLEST_VALUE)} and {number(LARGEST_VALUE)}",
            "multiply the map by a constant, and the contour level too",
        )


def refuse_contour(density: DensityMap, contour: float) -> None:
    """Refuse a contour level that is not finite, or that no voxel reaches.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X)
    contour : float -- contour level in grey values

    Raises MapError, ContourOutside if no voxel reaches the level.
    """
    # Beyond the numbers of 32 bits, in which it is compared.
    if not abs(contour) <= float(np.finfo(np.float32).max):
        raise MapError(
            f"the contour level is {entered(contour)}", "use a finite number, in grey values of "
            "the map"
        )
    # Compared as for the mask, not through the maximum, which numpy may compare in 64 bits.
    if not count(density.data, lambda plane: plane >= contour):
        highest = float(density.data.max())
        # As many digits as it takes to see that the two differ.
        digits = next((n for n in (6, 9) if f"{contour:.{n}g}" != f"{highest:.{n}g}"), 17)
        raise ContourOutside(
            f"no voxel reaches the contour level of {contour:.{digits}g}, as the maximum of the "
            f"map is {highest:.{digits}g}",
            _advice_above(density, contour, highest),
        )


def _advice_above(density: DensityMap, contour: float, highest: float) -> str:
    """What to do about a contour level above the maximum; it may be in standard deviations."""
    mean, deviation = mean_and_deviation(density.data)
    if contour > (highest - mean) / deviation:
        return "lower the contour level"
    return (
        f"lower the contour level; if it is in standard deviations, write '{contour:g} sigma', "
        f"which is the grey value {number(mean + contour * deviation, 4)}"
    )


def refuse_resolution(box: Box, voxel_size: float, resolution: float) -> None:
    """Refuse a resolution that is not positive, or impossible on the grid of a map.

    The header of a file is enough to know the grid.

    Parameters
    ----------
    box : tuple of 3 ints -- voxels along X, Y, Z
    voxel_size : float -- in Å
    resolution : float -- reported resolution in Å

    Raises MapError.
    """
    if not (math.isfinite(resolution) and resolution > 0):
        raise MapError(
            f"the resolution must be a positive number of Å, not {entered(resolution)}",
            "omit it if it was not reported",
        )
    advice = "check the resolution and the voxel size"
    side = max(box) * voxel_size
    if resolution < voxel_size:
        raise MapError(
            f"the resolution of {entered(resolution)} Å is finer than one voxel "
            f"({entered(voxel_size)} Å)",
            advice,
        )
    if resolution > side / 2:
        if voxel_size < LARGEST_IN_NM:
            advice = f"the voxel size may be in nm: set {size_from_nm(voxel_size)}"
        raise MapError(
            f"the resolution of {entered(resolution)} Å is coarser than half the longest side of "
            f"the box ({entered(side / 2)} Å)",
            advice,
        )


def refuse_mass(box: Box, voxel_size: float, mass: float) -> None:
    """Refuse a mass that is not positive, or of which a protein would not fit in the box.

    Parameters
    ----------
    box : tuple of 3 ints -- voxels along X, Y, Z
    voxel_size : float -- in Å
    mass : float -- molecular mass in kDa

    Raises MapError.
    """
    if not (math.isfinite(mass) and mass > 0):
        raise MapError(
            f"the mass must be a positive number of kDa, not {entered(mass)}",
            "omit it if it is not known",
        )
    largest = math.prod(side * voxel_size for side in box) / VOLUME_OF_ONE_KDA
    if mass >= largest:
        raise MapError(
            f"a protein of {entered(mass)} kDa does not fit in the box, which has room for "
            f"{number(largest)} kDa",
            "check the mass, which is in kDa, and the voxel size",
        )


def looks_like_nm(density: DensityMap, contour: float) -> bool:
    """Whether voxels, box and molecule are so small in Å that the voxel size may be in nm.

    Either voxels and box are smaller than those of any map; or the voxels are small, and what the
    contour level encloses fills a usual share of the box, is too little for a molecule, and
    would be one with voxels ten times as large.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X)
    contour : float -- contour level in grey values
    """
    voxel_size = density.voxel_size
    if voxel_size < SMALLEST_VOXEL and max(density.box) * voxel_size < SMALLEST_BOX:
        return True
    share = count(density.data, lambda plane: plane >= contour) / density.data.size
    mass = share * density.data.size * density.voxel_volume / VOLUME_OF_ONE_KDA
    return (
        voxel_size < LARGEST_IN_NM
        and share >= SMALLEST_SHARE_IN_NM
        and mass < SMALLEST_MASS
        and mass * _ANGSTROM_PER_NM**3 >= SMALLEST_MASS_IN_NM
    )


def size_from_nm(voxel_size: float) -> str:
    """The option that sets a voxel size which is in nm."""
    return f"--voxel-size {voxel_size * _ANGSTROM_PER_NM:g}"


def sides(density: DensityMap) -> str:
    """The voxels along X, Y, Z in words.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X)
    """
    return " x ".join(str(side) for side in density.box)
