"""The masks and the resampled map of the preparation, made by the programs of Xmipp.

As the service makes them: its protocols for masks (threshold, largest component, dilation,
Gaussian) and for resizing (low-pass, cubic B-spline, window), with the same values.
"""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Optional

from vrs.checks.result import Engine
from vrs.engines.xmipp_programs import Workplace, Workplaces, workplace
from vrs.level0.preparation_program import PreparationProgram
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.errors import MapError
from vrs.maps.files import read_header
from vrs.maps.placement import cubic_voxel_size
from vrs.maps.printing import argument, entered
from vrs.maps.resample import FACTOR_DECIMALS, ResampledMap, resampled_around, resized_shape

GAUSSIAN = 2.0
"""Of the soft mask, in the units of ``real_gaussian``: a standard deviation of √2 voxels."""


def xmipp_preparation(
    engine: Engine, home: Path, available: Optional[float] = None
) -> PreparationProgram:
    """The programs in the folder of Xmipp, as the preparation takes them.

    Parameters
    ----------
    engine : Engine -- as the report and the errors name it
    home : Path -- folder of Xmipp
    available : float, optional -- bytes of available memory; a map that needs more is refused
    """
    work = partial(workplace, engine, home, available)
    return PreparationProgram(
        engine, partial(molecule_mask, work), partial(soft_mask, work), partial(resample, work)
    )


def molecule_mask(
    work: Workplaces, density: DensityMap, contour: float, iterations: int
) -> BoolArray:
    """The largest component of the map at the contour level, dilated.

    Parameters
    ----------
    work : function -- makes a folder for the programs
    density : DensityMap -- shape (Z, Y, X)
    contour : float -- contour level in grey values
    iterations : int -- voxels to grow by

    Returns
    -------
    ndarray, bool, shape (Z, Y, X)

    Raises
    ------
    CannotMeasure
        If a program fails.
    """
    box = density.box
    select = ("--select", "below", argument(contour), "--substitute", "binarize")
    grow = ("--binaryOperation", "dilation", "--size", str(iterations))
    with work() as place:
        place.write("map.mrc", density)
        place.step("transform_threshold", "map.mrc", "raw.mrc", box, *select)
        largest = ("--binaryOperation", "keepBiggest")
        place.step("transform_morphology", "raw.mrc", "largest.mrc", box, *largest)
        place.step("transform_morphology", "largest.mrc", "mask.mrc", box, *grow)
        _state_voxel_size(place, "mask.mrc", density)
        mask: BoolArray = place.read("mask.mrc") > 0.5
        return mask


def soft_mask(work: Workplaces, mask: DensityMap) -> FloatArray:
    """A mask blurred by a Gaussian of √2 voxels, without negative values.

    Parameters
    ----------
    work : function -- makes a folder for the programs
    mask : DensityMap -- bool, shape (Z, Y, X)

    Returns
    -------
    ndarray, float32, shape (Z, Y, X)

    Raises
    ------
    CannotMeasure
        If a program fails.
    """
    blur = ("--fourier", "real_gaussian", argument(GAUSSIAN))
    positive = ("--select", "below", "0", "--substitute", "value", "0")
    with work() as place:
        place.write("mask.mrc", mask)
        place.step("transform_filter", "mask.mrc", "blurred.mrc", mask.box, *blur)
        place.step("transform_threshold", "blurred.mrc", "soft.mrc", mask.box, *positive)
        _state_voxel_size(place, "soft.mrc", mask)
        return place.read("soft.mrc")


def resample(work: Workplaces, density: DensityMap, resolution: float) -> ResampledMap:
    """The map with voxels of half the resolution, in a cube as wide as the map along X.

    Parameters
    ----------
    work : function -- makes a folder for the programs
    density : DensityMap -- float32, or a mask of bool, shape (Z, Y, X)
    resolution : float -- reported resolution in Å

    Returns
    -------
    ResampledMap -- float32, shape (side, side, side); a box longer along Y or Z is cropped

    Raises
    ------
    CannotMeasure
        If a program fails.
    """
    target = resolution / 2
    factor = density.voxel_size / target
    z, y, x = resized_shape(density.data.shape, factor)
    side = 2 * math.floor(density.box[0] * density.voxel_size / target / 2)
    with work() as place:
        place.write("map.mrc", density)
        source = "map.mrc"
        if factor < 1:
            low_pass = ("--fourier", "low_pass", _rounded(factor / 2))
            place.step("transform_filter", source, "filtered.mrc", density.box, *low_pass)
            source = "filtered.mrc"
        place.step("image_resize", source, "resized.mrc", (x, y, z), "--factor", _rounded(factor))
        size = ("--size", str(side))
        place.step("transform_window", "resized.mrc", "window.mrc", (side,) * 3, *size)
        values = place.read("window.mrc")
    return resampled_around(density, values, target, x)


def _rounded(factor: float) -> str:
    """A factor as the service writes it: more decimals would give another box for some maps."""
    return argument(round(factor, FACTOR_DECIMALS))


def _state_voxel_size(place: Workplace, name: str, density: DensityMap) -> None:
    """Let Xmipp write the voxel size into the header of a map on the grid of ``density``.

    Raises CannotMeasure if it is not there afterwards.
    """
    size = density.voxel_size
    arguments = ["-i", name, "--sampling_rate", argument(size)]
    ran = place.run("image_header", arguments, {name: density.box})
    try:
        stated = cubic_voxel_size(read_header(place.folder / name), name)
    except MapError as error:
        problem = f"wrote a header that cannot be used ({error.reason})"
        raise ran.refused(problem, place.engine) from error
    if not math.isclose(stated, size, rel_tol=1e-4):
        problem = f"wrote a voxel size of {entered(stated)} Å instead of {entered(size)} Å"
        raise ran.refused(problem, place.engine)
