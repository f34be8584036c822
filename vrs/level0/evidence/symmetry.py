"""Axes of inertia of the molecule, and its rotational symmetry about them or about Z.

The map in its soft mask is compared with itself after a rotation by 360/n degrees, n from 2 to 12,
about Z and about the axes of inertia. Correlations at 8 Å choose the rotations that are worth a
Fourier shell correlation; a symmetry holds if that stays above 0.143 to about the resolution of the
map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import List, Optional, Tuple

import numpy as np
from scipy import fft, ndimage

from vrs.checks.result import Result
from vrs.level0.evidence.molecule import MARGIN, in_soft_mask
from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray, FloatArray
from vrs.maps.fourier import crop
from vrs.maps.masks import bounding_box

FOLDS = range(2, 13)
SCREENED_AT = 8.0
"""Å, or the resolution of the map if that is more."""

VOXELS_PER_DETAIL = 2.5
SCREENING_GRID, LARGEST_GRID = 32, 64
"""Voxels along a side of the compared cubes; larger molecules are compared more coarsely."""

REACH = 2.3
"""Radius of the cubes over the standard deviation of the density along the longest axis; a ball
has 2.24, a rod 1.73."""

LEAST_CORRELATION = 0.3
"""Of a rotation in the screening that is looked at."""

NEARLY_BEST, AS_GOOD = 0.8, 0.03
"""Times the best correlation about an axis, to which other folds are looked at; and the difference
of correlations that says nothing."""

FOLDS_TESTED, AXES_TESTED = 5, 2
"""By their FSC: C12 implies five folds."""

FSC_LIMIT = 0.143
WORST = 1.5
"""Times the resolution of the map, or of the cubes, to which a symmetry must hold."""

AS_HIGH = 0.93
"""Times the best mean FSC of the folds about an axis, that of the highest fold at least."""

MEANINGFUL_TO = 15.0
"""Å; at worse resolution the envelope alone may look symmetric."""

LEAST_VOXELS = 200


@dataclass(frozen=True)
class Axis:
    """A line: its name, its direction and a point on it in Å, both (Z, Y, X)."""

    name: str
    direction: FloatArray
    point: FloatArray


@dataclass(frozen=True)
class Inertia:
    """Principal axes of the density in the mask.

    Attributes
    ----------
    centre : ndarray, shape (3,) -- centre of mass (Z, Y, X) in Å from the first voxel
    axes : ndarray, shape (3, 3) -- unit vectors (Z, Y, X) in rows, the longest extent first
    spread : ndarray, shape (3,) -- standard deviation of the density along them in Å
    """

    centre: FloatArray
    axes: FloatArray
    spread: FloatArray


@dataclass(frozen=True)
class Symmetry:
    """The best rotation: its fold (1 for none), its axis, and its resolution in Å.

    ``imposed`` if the rotated copy agrees to the Nyquist limit, and beyond the reported resolution:
    there only noise is left, which agrees where it was averaged.
    """

    fold: int
    axis: str
    resolution: Optional[float]
    imposed: bool = False


def inertia(data: FloatArray, mask: BoolArray, size: float) -> Optional[Inertia]:
    """Principal axes of the density above 0 in a mask; None if there is none.

    Plane by plane, as the mask may fill a large box.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    size : float -- voxel size in Å
    """
    z, y, x = data.shape
    zy, zx, yx = np.zeros((z, y)), np.zeros((z, x)), np.zeros((y, x))
    for index, (plane, inside) in enumerate(zip(data, mask)):
        weights = np.maximum(plane, 0, dtype=np.float64) * inside
        zy[index], zx[index] = weights.sum(axis=1), weights.sum(axis=0)
        yx += weights
    total = float(zy.sum())
    if not total > 0:
        return None
    along = zy.sum(axis=1), zy.sum(axis=0), zx.sum(axis=0)
    places = [np.arange(side) * size for side in data.shape]
    centre = np.array([place @ weight for place, weight in zip(places, along)]) / total
    off = [place - middle for place, middle in zip(places, centre)]
    moments = np.diag([weight @ far**2 for far, weight in zip(off, along)])
    for first, second, plane in ((0, 1, zy), (0, 2, zx), (1, 2, yx)):
        moments[first, second] = moments[second, first] = off[first] @ plane @ off[second]
    values, vectors = np.linalg.eigh(moments / total)
    order = np.argsort(values)[::-1]
    return Inertia(centre, vectors.T[order], np.sqrt(np.maximum(values[order], 0)))


def best_symmetry(
    data: FloatArray, size: float, resolution: float, principal: Inertia, middle: FloatArray
) -> Symmetry:
    """The highest rotational symmetry about Z or an axis of inertia.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X) -- the map in its soft mask
    size : float -- voxel size in Å
    resolution : float -- in Å
    principal : Inertia
    middle : ndarray, shape (3,) -- centre of the box (Z, Y, X) in Å from the first voxel
    """
    z = np.array([1.0, 0.0, 0.0])
    axes = [Axis("Z", z, middle), Axis("Z", z, principal.centre)]
    names = ("longest", "middle", "shortest")
    axes += [
        Axis(f"the {name} axis of inertia", direction, principal.centre)
        for name, direction in zip(names, principal.axes)
    ]
    radius = REACH * float(principal.spread[0]) + 4.0
    likely = _likely(data, size, max(resolution, SCREENED_AT), radius, axes)
    if not likely:
        return Symmetry(1, "", None)
    fine = _Cube(data, size, resolution, radius, LARGEST_GRID, order=3)
    worst, best = WORST * max(resolution, 2 * fine.step), math.inf
    for axis, folds in likely:
        still = fine.turned(axis, 0.0)
        curves = [_fsc(still, fine.turned(axis, 2 * math.pi / fold)) for fold in folds]
        reached = [_resolution(curve, fine) for curve in curves]
        best = min(best, min(reached))
        means = [float(curve[2 : 3 * curve.size // 4].mean()) for curve in curves]
        holding = [
            (fold, value)
            for fold, value, mean in zip(folds, reached, means)
            if value <= worst and mean >= AS_HIGH * max(means)
        ]
        if holding:
            fold, value = max(holding)
            to_the_end = value <= 2 * fine.step * (1 + 1e-9)
            return Symmetry(fold, axis.name, value, to_the_end and value < resolution)
    return Symmetry(1, "", best)


def _likely(
    data: FloatArray, size: float, resolution: float, radius: float, axes: List[Axis]
) -> List[Tuple[Axis, List[int]]]:
    """Axes and folds that are worth an FSC, the likeliest axis first."""
    cube = _Cube(data, size, resolution, radius, SCREENING_GRID, order=1)
    found: List[Tuple[float, Axis, List[int]]] = []
    for axis in axes:
        still = _details(cube.turned(axis, 0.0), cube.step)
        correlations = np.zeros(len(FOLDS))
        for index, fold in enumerate(FOLDS):
            turned = _details(cube.turned(axis, 2 * math.pi / fold), cube.step)
            spread = float(still.std() * turned.std())
            correlations[index] = float((still * turned).mean()) / spread if spread else 0.0
        best = float(correlations.max())
        if best < LEAST_CORRELATION:
            continue
        steps = np.rint(correlations / AS_GOOD)
        order = sorted(range(len(FOLDS)), key=lambda index: (-steps[index], -FOLDS[index]))
        folds = [FOLDS[i] for i in order if correlations[i] >= NEARLY_BEST * best]
        found.append((best, axis, folds[:FOLDS_TESTED]))
    # Equal axes keep their order, Z first.
    found.sort(key=lambda one: -round(one[0] / AS_GOOD))
    return [(axis, folds) for _, axis, folds in found[:AXES_TESTED]]


class _Cube:
    """A map on a coarse cube that turns about an axis; ``step`` is its voxel size in Å, ``side``
    its voxels along an axis."""

    def __init__(
        self, data: FloatArray, size: float, resolution: float, radius: float, side: int, order: int
    ) -> None:
        self.step = max(size, resolution / VOXELS_PER_DETAIL, 2 * radius / side)
        self._order = order
        shape = [min(side, max(8, math.ceil(side * size / self.step))) for side in data.shape]
        z, y, x = shape
        coarse = crop(data, (z, y, x))
        self._data = ndimage.spline_filter(coarse, order, np.float32) if order > 1 else coarse
        self._sizes = np.array([size * old / new for old, new in zip(data.shape, shape)])
        self.side = max(8, 2 * math.ceil(radius / self.step))

    def turned(self, axis: Axis, angle: float) -> FloatArray:
        """The map turned about an axis, which goes through the centre of the cube."""
        matrix = _rotation(axis.direction, angle) * self.step / self._sizes[:, None]
        middle = np.full(3, (self.side - 1) / 2)
        offset = axis.point / self._sizes - matrix @ middle
        turned: FloatArray = ndimage.affine_transform(
            self._data, matrix, offset, (self.side,) * 3, np.float32, self._order, prefilter=False
        )
        return turned


def _rotation(direction: FloatArray, angle: float) -> FloatArray:
    """The matrix of a rotation about a unit vector (Rodrigues)."""
    a, b, c = direction
    cross = np.array([[0, -c, b], [c, 0, -a], [-b, a, 0]])
    turn: FloatArray = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
    return turn


def _details(data: FloatArray, step: float) -> FloatArray:
    """Without what is smoother than about 25 Å, which only the envelope has."""
    details: FloatArray = data - ndimage.gaussian_filter(data, 8.0 / step)
    details -= details.mean()
    return details


def _fsc(one: FloatArray, other: FloatArray) -> FloatArray:
    """Fourier shell correlation of two cubes; float64, shape (side // 2 + 1,)."""
    side = one.shape[0]
    first, second = fft.rfftn(one), fft.rfftn(other)
    z, x = fft.fftfreq(side), fft.rfftfreq(side)
    radius = np.sqrt(z[:, None, None] ** 2 + z[:, None] ** 2 + x**2) * side + 0.5
    index = radius.astype(np.int64).ravel()
    cross, power_one, power_other = (
        np.bincount(index, values.ravel())[: side // 2 + 1]
        for values in ((first * second.conj()).real, np.abs(first) ** 2, np.abs(second) ** 2)
    )
    correlation: FloatArray = cross / np.maximum(np.sqrt(power_one * power_other), 1e-30)
    return correlation


def _resolution(correlation: FloatArray, cube: _Cube) -> float:
    """Å at which an FSC falls below 0.143; the Nyquist limit of the cube if it never does."""
    below = np.flatnonzero(correlation[2:] < FSC_LIMIT)
    shell = int(below[0]) + 2 if below.size else correlation.size - 1
    return cube.side * cube.step / shell


def measure(subject: Subject, result: Result) -> None:
    """Symmetry, its resolution, and the axes of inertia."""
    principal, symmetry, reason, unclear = None, None, "", ""
    if np.count_nonzero(subject.bodies) < LEAST_VOXELS:
        reason = unclear = "the molecule has too few voxels"
    else:
        size = subject.voxel_size
        box = bounding_box(subject.mask, math.ceil(MARGIN / size))
        center = subject.surroundings.center
        data, _ = in_soft_mask(subject.density, subject.mask, box, center)
        principal = inertia(data, subject.mask[box], size)
        resolution = subject.resolution or 3 * size
        if principal is None:
            reason = unclear = "the molecule has no density above that of the background"
        elif resolution > MEANINGFUL_TO:
            unclear = f"at worse than {MEANINGFUL_TO:g} Å the envelope alone may look symmetric"
        middle = [
            (side // 2 - part.start) * size for side, part in zip(subject.density.data.shape, box)
        ]
        if principal and not unclear:
            symmetry = best_symmetry(data, size, resolution, principal, np.array(middle))
    definition = "highest rotational symmetry (C2 to C12) about Z or an axis of inertia"
    text = None
    if symmetry:
        text = f"C{symmetry.fold} about {symmetry.axis}" if symmetry.fold > 1 else "C1"
    result.measure("symmetry", text, "", definition, unclear)
    definition = "resolution to which the map and its best rotated copy agree (FSC 0.143)"
    if symmetry and symmetry.imposed:
        definition += "; to Nyquist, beyond the reported resolution: symmetry was imposed"
    value = symmetry.resolution if symmetry else None
    missing = unclear or ("" if value else "no rotation makes the map similar to itself")
    result.measure("symmetry_resolution", value, "Å", definition, missing)
    definition = "axes of inertia of the molecule, three unit vectors along X, Y, Z, longest first"
    axes = principal.axes[:, ::-1].ravel().tolist() if principal else None
    result.measure("inertia_axes", axes, "", definition, reason)
    definition = "standard deviation of the density of the molecule along the axes of inertia"
    spread = principal.spread.tolist() if principal else None
    result.measure("inertia_spread", spread, "Å", definition, reason)
