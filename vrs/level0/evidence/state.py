"""The sign of the density, and whether it reaches the faces of the box."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray, FloatArray

EXTREME = 1e-4
"""Share of the voxels that are left out at either end, so that single ones do not decide."""

FEWEST_LEFT_OUT = 5
_EVERYWHERE = np.ones((3, 3, 3), dtype=bool)


def centre_of(data: FloatArray) -> float:
    """Median of a regular sample of the values, which is that of the solvent.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    """
    return float(np.median(data[::2, ::2, ::2]))


def contrast(data: FloatArray) -> float:
    """Distance of the largest value from the solvent over that of the most negative one.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)

    Returns
    -------
    float -- 0 for a map without values on both sides

    Examples
    --------
    >>> data = np.zeros((16, 16, 16), dtype=np.float32)
    >>> data[4:8], data[10:12] = 3, -1
    >>> contrast(data), round(contrast(-data), 3)
    (3.0, 0.333)
    """
    left_out = min(max(int(EXTREME * data.size), FEWEST_LEFT_OUT), data.size - 1)
    ordered = np.partition(data.ravel(), (left_out, data.size - 1 - left_out))
    lowest, highest = float(ordered[left_out]), float(ordered[data.size - 1 - left_out])
    centre = centre_of(data)
    return (highest - centre) / (centre - lowest) if lowest < centre else 0.0


def face_share(bodies: BoolArray) -> float:
    """Share of the voxels on the faces of the box that are in the bodies, in %.

    Parameters
    ----------
    bodies : ndarray, bool, shape (Z, Y, X)
    """
    faces = [face for axis in range(3) for face in np.moveaxis(bodies, axis, 0)[[0, -1]]]
    inside = sum(int(np.count_nonzero(face)) for face in faces)
    return float(100 * inside / sum(face.size for face in faces))


def axes_run_through(bodies: BoolArray) -> int:
    """Number of box axes along which one body touches both faces.

    Parameters
    ----------
    bodies : ndarray, bool, shape (Z, Y, X)
    """
    labels: FloatArray = ndimage.label(bodies, structure=_EVERYWHERE)[0]
    through = 0
    for axis in range(3):
        first, last = np.moveaxis(labels, axis, 0)[[0, -1]]
        through += bool(np.intersect1d(first[first > 0], last[last > 0]).size)
    return through


def measure(subject: Subject, result: Result) -> None:
    """Contrast, negative bodies, and bodies at the faces of the box."""
    data = subject.density.data
    value = contrast(data)
    definition = (
        "largest value over the most negative one, both from the median of the map and without "
        "the extreme 0.01 % of the voxels"
    )
    reason = "" if value else "no value is below the median"
    result.measure("contrast", value or None, "", definition, reason)
    above = int(np.count_nonzero(subject.raw))
    below = int(np.count_nonzero(data <= 2 * centre_of(data) - subject.contour))
    reason = "" if above else "no voxel is at or above the contour level"
    definition = "voxels as far below the median as the contour level is above it, over those above"
    result.measure("negative_bodies", below / above if above else None, "", definition, reason)
    definition = "share of the faces of the box that the bodies cover"
    result.measure("face_share", face_share(subject.bodies), "%", definition)
    definition = "axes of the box along which one body touches both faces"
    result.measure("runs_through", axes_run_through(subject.bodies), "", definition)
