"""Defects of the original programs, reproduced to show that they explain a difference.

The plugin does not have these defects. If a number of the original programs needs one, the tests
show with these functions that the defect is the whole difference.
"""

from __future__ import annotations

import math
from typing import List

import numpy as np
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap
from vrs.maps.masks import bounding_box, growth_iterations, raw_mask
from vrs.maps.resample import resample_to_half_resolution, resized_shape, window

_MISSING = {(1, -1, 0), (1, 1, 0)}
"""Steps (z, y, x) missing in the original's list of 26 neighbours, which has two others twice."""

_STEPS = [
    (z, y, x)
    for z in (-1, 0, 1)
    for y in (-1, 0, 1)
    for x in (-1, 0, 1)
    if (z, y, x) != (0, 0, 0) and (z, y, x) not in _MISSING
]


def dilated_without_faces(mask: BoolArray, iterations: int) -> BoolArray:
    """The dilation that never writes the six faces of the box, even if the mask reaches them."""
    for _ in range(iterations):
        grown = ndimage.binary_dilation(mask, ndimage.generate_binary_structure(3, 2))
        mask = np.zeros_like(mask)
        mask[1:-1, 1:-1, 1:-1] = grown[1:-1, 1:-1, 1:-1]
    return mask


def largest_painted_component(mask: BoolArray) -> BoolArray:
    """The largest label of the flood fill with two missing neighbours.

    Its graph is directed, so that the labels depend on the order: a seed is every voxel in raster
    order that no earlier one has reached, and a later seed paints over what it reaches.
    """
    if not mask.any():
        return mask.copy()
    inside = bounding_box(mask)
    padded = np.pad(mask[inside], 1)
    shape = padded.shape
    labels = np.where(padded, 1, 0).ravel().tolist()
    offsets = [z * shape[1] * shape[2] + y * shape[2] + x for z, y, x in _STEPS]
    colour = 1
    for seed in np.flatnonzero(padded).tolist():
        if labels[seed] != 1:
            continue
        colour += 1
        labels[seed] = colour
        stack: List[int] = [seed]
        while stack:
            here = stack.pop()
            for offset in offsets:
                there = here + offset
                if labels[there] > 0 and labels[there] != colour:
                    labels[there] = colour
                    stack.append(there)
    painted = np.array(labels).reshape(shape)[1:-1, 1:-1, 1:-1]
    sizes = np.bincount(painted.ravel())
    sizes[0] = 0
    largest = np.zeros_like(mask)
    largest[inside] = painted == int(np.argmax(sizes))
    return largest


def original_mask(density: DensityMap, contour: float) -> BoolArray:
    """The mask with both defects: the painted component, grown without the faces of the box."""
    raw, iterations = raw_mask(density.data, contour), growth_iterations(density.voxel_size)
    return dilated_without_faces(largest_painted_component(raw), iterations)


def resampled_in_window_of_x(density: DensityMap, resolution: float) -> DensityMap:
    """The resampled map in a cube whose side is that of X, with zeros where the box has no voxel.

    A box that is longer along Y or Z is cut off. Also the plane that is added to a grid that
    rounding left one voxel short is zero.
    """
    ours = resample_to_half_resolution(density, resolution).density
    factor = density.voxel_size / ours.voxel_size
    measured = np.ones(resized_shape(density.data.shape, factor), dtype=np.bool_)
    values = np.where(window(measured, ours.data.shape), ours.data, np.float32(0))
    side = 2 * math.floor(density.box[0] * factor / 2)
    return DensityMap(window(values, (side, side, side)), ours.voxel_size, ours.origin)
