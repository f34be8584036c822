"""What kind of map it is: its sign, its sampling, its noise, its place in the box, its edges."""

from __future__ import annotations

from functools import partial
from typing import List, Optional

import numpy as np
from scipy import ndimage

from vrs.checks.result import Result
from vrs.level0.evidence.content import gaussian
from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray, FloatArray
from vrs.maps.masks import bounding_box

BLURRED_TO = 16.0
"""Å, or twice the resolution if that is more: noise and halos vanish, the molecule stays."""

FINEST_CONTENT = 7.0
"""Decades below the strongest plane or shell at which one holds little but rounding errors."""

TAIL = (0.85, 0.98)
"""Of the Nyquist frequency."""

LEAST_BEYOND = 1.25
"""Of 1/d, at which the tail must begin to be noise."""

EDGE, INSIDE_EDGE = 1.5, (4.0, 8.0)
"""Voxels, and Å, from the part that was set to one value."""

SLICES = 5
"""Along each axis, in the middle half of the box, in which the edge of a mask is looked at."""

LEAST_EDGE = 200
"""Pixels."""


def contrast(subject: Subject) -> Optional[float]:
    """Skewness of the blurred map: positive where density is positive, negative if inverted."""
    resolution = max(BLURRED_TO, 2 * (subject.resolution or 0.0))
    blurred = subject.content.coarse_map(partial(gaussian, resolution)).astype(np.float64)
    blurred -= blurred.mean()
    spread = float(blurred.std())
    # A third power by multiplication takes a fifth of the time of **.
    cubes = blurred * blurred
    cubes *= blurred
    return float(cubes.mean() / spread**3) if spread else None


def sampling(subject: Subject) -> Optional[float]:
    """Resolution at which the content of the map ends along an axis, over that of two voxels.

    The axis with the finest content counts. None for a map without content.
    """
    finest = 0.0
    for power, side in zip(subject.content.along, subject.density.data.shape):
        frequency = np.minimum(np.arange(power.size), side - np.arange(power.size)) / side
        held = power > power.max() * 10**-FINEST_CONTENT
        finest = max(finest, float(frequency[held].max(initial=0.0)))
    return 0.5 / finest if finest else None


def nyquist_power(subject: Subject) -> Optional[float]:
    """Power near the Nyquist frequency over that at the resolution, in powers of ten.

    None if the resolution is not reported, near the Nyquist frequency, or beyond the content.
    """
    frequency, power = subject.content.shells
    nyquist = 0.5 / subject.voxel_size
    if not subject.resolution or LEAST_BEYOND / subject.resolution > TAIL[0] * nyquist:
        return None
    tail = (frequency >= TAIL[0] * nyquist) & (frequency <= TAIL[1] * nyquist)
    if not tail.any():
        return None
    at_resolution = float(np.interp(1 / subject.resolution, frequency, power))
    if at_resolution < power.max() - FINEST_CONTENT:
        return None
    return float(power[tail].mean()) - at_resolution


def negative_bodies(subject: Subject) -> Optional[float]:
    """Voxels as far below the background as the contour level is above it, over those above."""
    above = int(np.count_nonzero(subject.raw))
    center = subject.surroundings.center
    if not above or subject.contour <= center:
        return None
    level = np.float32(2 * center - subject.contour)
    return sum(int(np.count_nonzero(plane <= level)) for plane in subject.density.data) / above


def face_share(bodies: BoolArray) -> float:
    """Share of the voxels on the faces of the box that are in the bodies, in %.

    Parameters
    ----------
    bodies : ndarray, bool, shape (Z, Y, X)
    """
    faces = _faces(bodies)
    inside = sum(int(np.count_nonzero(face)) for face in faces)
    return float(100 * inside / sum(face.size for face in faces))


def faces_touched(bodies: BoolArray) -> int:
    """Number of faces of the box that bodies touch.

    Parameters
    ----------
    bodies : ndarray, bool, shape (Z, Y, X)
    """
    return sum(bool(face.any()) for face in _faces(bodies))


def _faces(mask: BoolArray) -> List[BoolArray]:
    return [face for axis in range(3) for face in np.moveaxis(mask, axis, 0)[[0, -1]]]


def axes_run_through(bodies: BoolArray) -> int:
    """Number of box axes along which one body touches both faces.

    Parameters
    ----------
    bodies : ndarray, bool, shape (Z, Y, X)
    """
    ends = [np.moveaxis(bodies, axis, 0)[[0, -1]].any(axis=(1, 2)).all() for axis in range(3)]
    if not any(ends):
        return 0
    labels = ndimage.label(bodies, structure=np.ones((3, 3, 3), dtype=bool))[0]
    through = 0
    for axis in range(3):
        first, last = np.moveaxis(labels, axis, 0)[[0, -1]]
        through += bool(np.intersect1d(first[first > 0], last[last > 0]).size)
    return through


def mask_edge(subject: Subject) -> Optional[float]:
    """Spread of the voxels beside the part of one value, over that of voxels 4 to 8 Å away.

    Near 1 where the map was cut hard, near 0 at a soft edge; None if no part has one value.
    """
    around = subject.surroundings
    if around.identical_inside <= 0.3:
        return None
    value, size = np.float32(around.identical[0]), subject.voxel_size
    edge: List[FloatArray] = []
    inside: List[FloatArray] = []
    for axis, side in enumerate(subject.density.data.shape):
        for index in np.unique(np.linspace(side / 4, 3 * side / 4, SLICES).astype(int)):
            plane = np.take(subject.density.data, index, axis)
            changed = plane != value
            if changed.all() or not changed.any():
                continue
            distance = ndimage.distance_transform_edt(changed)
            edge.append(plane[changed & (distance < EDGE)] - value)
            far = distance * size
            inside.append(plane[(far >= INSIDE_EDGE[0]) & (far < INSIDE_EDGE[1])] - value)
    if sum(map(len, edge)) < LEAST_EDGE or sum(map(len, inside)) < LEAST_EDGE:
        return None
    strength = _root_mean_square(inside)
    return _root_mean_square(edge) / strength if strength else None


def _root_mean_square(parts: List[FloatArray]) -> float:
    return float(np.sqrt(np.square(np.concatenate(parts), dtype=np.float64).mean()))


def measure(subject: Subject, result: Result) -> None:
    """Contrast, sampling, tail of the noise, negative bodies, edge of a mask, place in the box."""
    no_body = "no voxel is at or above the contour level"
    definition = "skewness of the map blurred to 16 Å or twice the resolution"
    _record(result, "contrast", contrast(subject), "", definition, "the blurred map is constant")
    definition = "resolution at which the content of the map ends over that of two voxels"
    few = "the map is constant"
    _record(result, "sampling", sampling(subject), "", definition, few)
    definition = "power near the Nyquist frequency over that at the reported resolution"
    missing = "the resolution was not reported, or is near two voxels, or beyond the content"
    _record(result, "nyquist_power", nyquist_power(subject), "decades", definition, missing)
    definition = "voxels that lie below the background by the contour level, over those above"
    missing = no_body if not subject.raw.any() else "the contour level is below the background"
    _record(result, "negative_bodies", negative_bodies(subject), "", definition, missing)
    definition = (
        "spread at the edge of the part with one value over that 4 to 8 Å inside: near 1 for a "
        "sharp edge, near 0 for a soft one"
    )
    missing = "no part of the map was set to one value, or its edge is too small"
    _record(result, "mask_edge", mask_edge(subject), "", definition, missing)
    _measure_place(subject, result, no_body)


def _measure_place(subject: Subject, result: Result, no_body: str) -> None:
    bodies = subject.bodies
    offset: Optional[float] = None
    space: Optional[float] = None
    if bodies.any():
        extent = list(zip(bounding_box(bodies), bodies.shape))
        offset = max(50 * abs(part.start + part.stop - side) / side for part, side in extent)
        space = min(100 * min(part.start, side - part.stop) / side for part, side in extent)
    definition = "share of the faces of the box that the bodies cover"
    result.measure("face_share", face_share(bodies), "%", definition)
    definition = "faces of the box that bodies touch"
    result.measure("faces_touched", faces_touched(bodies), "", definition)
    definition = "axes of the box along which one body touches both faces"
    result.measure("runs_through", axes_run_through(bodies), "", definition)
    definition = "distance of the middle of the molecule from that of the box, over the box"
    _record(result, "center_offset", offset, "%", definition, no_body)
    definition = "smallest space between the molecule and a face of the box, over the box"
    _record(result, "smallest_space", space, "%", definition, no_body)


def _record(
    result: Result, name: str, value: object, unit: str, definition: str, missing: str
) -> None:
    result.measure(name, value, unit, definition, missing if value is None else "")
