"""The same measurements with plain numpy and scipy, as a person would write them.

Each function takes the inputs of a map and returns arrays by name, which ``tasks`` compares.
"""

from __future__ import annotations

import math
import warnings
from typing import Tuple

import numpy as np
from scipy import ndimage

from benchmarks.inputs import Array, Inputs, Results


def components(inputs: Inputs, threads: int) -> Results:
    """26-connected components of the raw mask and their sizes."""
    labels, count = ndimage.label(inputs.data >= np.float32(inputs.contour), np.ones((3, 3, 3)))
    sizes = np.bincount(labels.ravel())[1:]
    return {"components": np.array(count), "sizes": np.sort(sizes)[::-1]}


def molecule_mask(inputs: Inputs, threads: int) -> Results:
    """The largest component, grown by ceil(2 Å / voxel) 18-neighbour dilations."""
    labels, _ = ndimage.label(inputs.data >= np.float32(inputs.contour), np.ones((3, 3, 3)))
    largest = labels == np.argmax(np.bincount(labels.ravel())[1:]) + 1
    neighbours = ndimage.generate_binary_structure(3, 2)
    grown = ndimage.binary_dilation(largest, neighbours, math.ceil(2 / inputs.voxel_size))
    return {"mask": grown}


def soft_mask(inputs: Inputs, threads: int) -> Results:
    """The mask smoothed by a Gaussian of sqrt(2) voxels."""
    soft = ndimage.gaussian_filter(
        inputs.mask.astype(np.float32), math.sqrt(2), mode="wrap", truncate=6
    )
    return {"soft": soft}


def mass(inputs: Inputs, threads: int) -> Results:
    """Empty space around the mask and centres of mass."""
    box = np.array(inputs.data.shape)[::-1]
    inside = np.argwhere(inputs.mask)
    first, last = inside.min(axis=0)[::-1], inside.max(axis=0)[::-1]
    left, right = inputs.voxel_size * first, inputs.voxel_size * (box - last)
    center = ndimage.center_of_mass(inputs.data.astype(np.float64))[::-1]
    above = np.maximum(inputs.data - np.float32(inputs.contour), 0) * inputs.mask
    return {
        "space_left": left,
        "space_right": right,
        "decentering": 100 * np.abs(right - left) / (inputs.voxel_size * box),
        "center_of_mass": np.array(center),
        "masked_center_of_mass": np.array(ndimage.center_of_mass(above)[::-1]),
    }


def mask_analysis(inputs: Inputs, threads: int) -> Results:
    """Components that hold 95 % of the mass, overlap, thresholds; and again at 0.8 t and 1.2 t."""
    results: Results = {}
    for factor in (1.0, 0.8, 1.2):
        raw = inputs.data >= np.float32(factor * inputs.contour)
        labels, count = ndimage.label(raw, np.ones((3, 3, 3)))
        sizes = np.sort(np.bincount(labels.ravel())[1:])[::-1]
        if factor == 1.0:
            major = int(np.searchsorted(np.cumsum(sizes), 0.95 * sizes.sum())) + 1
            results = {
                "components": np.array(count),
                "components_95": np.array(major),
                "raw_mask_voxels": np.array(sizes.sum()),
                "overlap": np.array((raw & inputs.mask).sum() / raw.sum()),
            }
    highest = float(inputs.data.max())
    above = [(inputs.data > k * highest / 25).sum() for k in range(1, 25)]
    results["voxels_above"] = np.array(above)
    return results


def background(inputs: Inputs, threads: int) -> Results:
    """Moments, t-test, outliers and robust spread of the background."""
    from scipy import stats  # slow to import: half a second

    values = inputs.data[~inputs.mask].astype(np.float64)
    mean, deviation = values.mean(), values.std()
    t, p = stats.ttest_1samp(values, 0)
    middle = np.median(values)
    beyond = np.abs(inputs.data) > 5 * deviation
    np.where(beyond & ~inputs.mask, inputs.data, 0)
    return {
        "mean": np.array(mean),
        "standard_deviation": np.array(deviation),
        "t_statistic": np.array(t),
        "p_value": np.array(p),
        "outlier_percentage": np.array(100 * np.mean(np.abs(values) > 5 * deviation)),
        "robust_sigma": np.array(1.4826022 * np.median(np.abs(values - middle))),
    }


def guinier(inputs: Inputs, threads: int) -> Results:
    """B-factor of the whole map from radial shells, and the corrected map."""
    size, voxel = inputs.data.shape[2], inputs.voxel_size
    transform = np.fft.rfftn(inputs.data)
    squared = _squared_radius(inputs.data.shape)
    shell = np.floor(np.sqrt(squared) * size + 0.5).astype(int)
    inside = squared <= 0.25
    total = np.bincount(shell[inside], np.abs(transform[inside]))
    number = np.bincount(shell[inside])
    frequency = np.arange(len(total)) / (size * voxel)
    fitted = (frequency >= 1 / 15) & (frequency <= 1 / inputs.resolution)
    logarithm = np.log(total[fitted] / number[fitted] / inputs.data.size)
    slope, _ = np.polyfit(frequency[fitted] ** 2, logarithm, 1)
    squared /= voxel**2
    transform *= np.where(squared <= 1 / inputs.resolution**2, np.exp(-slope * squared), 1)
    return {
        "b_factor": np.array(4 * slope),
        "corrected": np.fft.irfftn(transform, inputs.data.shape),
    }


def resample(inputs: Inputs, threads: int) -> Results:
    """Low-pass and cubic spline to voxels of half the resolution."""
    data, target = inputs.data, inputs.resolution / 2
    factor = inputs.voxel_size / target
    if factor < 1:
        radius = np.sqrt(_squared_radius(data.shape))
        phase = np.clip((radius - round(factor / 2, 6)) / 0.02, 0, 1) * np.pi
        transform = np.fft.rfftn(data) * (1 + np.cos(phase)) / 2
        data = np.fft.irfftn(transform, data.shape)
    single = float(np.float32(round(factor, 6)))
    new = [max(int(size * single), 1) for size in data.shape]
    ratio = [old / size for old, size in zip(data.shape, new)]
    start = [old // 2 - size // 2 * r for old, size, r in zip(data.shape, new, ratio)]
    with warnings.catch_warnings():  # scipy warns of an older meaning
        warnings.simplefilter("ignore")
        resampled = ndimage.affine_transform(
            data, ratio, start, tuple(new), order=3, mode="reflect"
        )
    side = 2 * math.floor(max(data.shape) * inputs.voxel_size / target / 2)
    result = np.zeros((side, side, side), dtype=np.float32)
    shifts = [side // 2 - size // 2 for size in new]
    source = tuple(slice(max(-s, 0), min(n, side - s)) for s, n in zip(shifts, new))
    place = tuple(slice(max(s, 0), min(side, n + s)) for s, n in zip(shifts, new))
    result[place] = resampled[source]
    return {"resampled": result}


def _squared_radius(shape: Tuple[int, ...]) -> Array:
    """Squared spatial frequency of the half spectrum in cycles per voxel."""
    z, y, x = np.meshgrid(
        np.fft.fftfreq(shape[0]), np.fft.fftfreq(shape[1]), np.fft.rfftfreq(shape[2]), indexing="ij"
    )
    return z**2 + y**2 + x**2
