"""The measurements of this plugin, with the inputs and results of ``numpy_scipy``."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from benchmarks.inputs import Inputs, Results, distribution
from vrs.maps import DensityMap


def components(inputs: Inputs, threads: int) -> Results:
    """26-connected components of the raw mask and their sizes."""
    from vrs.maps.masks import raw_mask, sizes_and_largest

    sizes, _ = sizes_and_largest(raw_mask(inputs.data, inputs.contour))
    return {"components": np.array(len(sizes)), "sizes": np.sort(sizes)[::-1]}


def molecule_mask(inputs: Inputs, threads: int) -> Results:
    """The largest component of the raw mask, dilated."""
    from vrs.maps import masks

    raw = masks.raw_mask(inputs.data, inputs.contour)
    return {"mask": masks.molecule_mask(raw, masks.growth_iterations(inputs.voxel_size))}


def soft_mask(inputs: Inputs, threads: int) -> Results:
    """The soft mask."""
    from vrs.maps import masks

    return {"soft": masks.soft_mask(inputs.mask)}


def mass(inputs: Inputs, threads: int) -> Results:
    """Check 0.a."""
    from vrs.level0.mass import mass_analysis

    result = mass_analysis(_map(inputs), inputs.mask, inputs.contour)
    return _measured(
        result,
        ("space_left", "space_right", "decentering", "center_of_mass", "masked_center_of_mass"),
    )


def mask_analysis(inputs: Inputs, threads: int) -> Results:
    """Check 0.b."""
    from vrs.level0 import mask

    result = mask.mask_analysis(_map(inputs), inputs.mask, inputs.contour)
    return _measured(
        result, ("components", "components_95", "raw_mask_voxels", "overlap", "voxels_above")
    )


def background(inputs: Inputs, threads: int) -> Results:
    """Check 0.c."""
    from vrs.level0.background import background_analysis

    result = background_analysis(_map(inputs), inputs.mask, inputs.resolution)
    return _measured(
        result,
        (
            "mean", "standard_deviation", "t_statistic", "p_value", "outlier_percentage",
            "robust_sigma",
        ),
    )  # fmt: skip


def guinier(inputs: Inputs, threads: int) -> Results:
    """Check 0.d."""
    from vrs.level0.b_factor import b_factor_analysis

    result = b_factor_analysis(_map(inputs), inputs.resolution)
    return {**_measured(result, ("b_factor",)), "corrected": result.volumes["corrected"].data}


def resample(inputs: Inputs, threads: int) -> Results:
    """The map with voxels of half the resolution."""
    from vrs.maps.resample import resample_to_half_resolution

    return {"resampled": resample_to_half_resolution(_map(inputs), inputs.resolution).density.data}


def local_b_factor(inputs: Inputs, threads: int) -> Results:
    """The published local B-factor of check 0.f."""
    from vrs.level0.local_b_factor import published_values

    values = published_values(_resampled(inputs), inputs.resampled_mask, inputs.resolution)
    return distribution(values)


def local_occupancy(inputs: Inputs, threads: int) -> Results:
    """The published local occupancy of check 0.g, and beside it the share of shells with signal."""
    from vrs.level0.local_occupancy import count_shells

    counted = count_shells(_resampled(inputs), inputs.resampled_mask, inputs.resolution)
    return distribution(counted.share(counted.occupied))


def _map(inputs: Inputs) -> DensityMap:
    return DensityMap(inputs.data, inputs.voxel_size)


def _resampled(inputs: Inputs) -> DensityMap:
    return DensityMap(inputs.resampled, inputs.resampled_voxel_size)


def _measured(result: Any, names: Sequence[str]) -> Results:
    """Those of the named measurements that the result has."""
    measurements = result.measurements
    return {name: np.array(measurements[name].value) for name in names if name in measurements}
