"""What this plugin computes, called as the checks call it; same inputs and results as ``plain``."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from benchmarks.inputs import Inputs, Results, distribution
from vrs.maps import DensityMap


def components(given: Inputs, threads: int) -> Results:
    """26-connected components of the raw mask and their sizes."""
    from vrs.maps.masks import raw_mask, sizes_and_largest

    sizes, _ = sizes_and_largest(raw_mask(given.data, given.contour))
    return {"components": np.array(len(sizes)), "sizes": np.sort(sizes)[::-1]}


def hard_mask(given: Inputs, threads: int) -> Results:
    """The largest component of the raw mask, grown."""
    from vrs.maps import masks

    raw = masks.raw_mask(given.data, given.contour)
    return {"mask": masks.molecule_mask(raw, masks.growth_iterations(given.voxel_size))}


def soft_mask(given: Inputs, threads: int) -> Results:
    """The hard mask with soft borders."""
    from vrs.maps import masks

    return {"soft": masks.soft_mask(given.hard)}


def mass(given: Inputs, threads: int) -> Results:
    """Check 0.a."""
    from vrs.level0.mass import mass_analysis

    check = mass_analysis(_map(given), given.hard, given.contour)
    return _measured(
        check,
        ("space_left", "space_right", "decentering", "center_of_mass", "masked_center_of_mass"),
    )


def mask_analysis(given: Inputs, threads: int) -> Results:
    """Check 0.b."""
    from vrs.level0 import mask

    check = mask.mask_analysis(_map(given), given.hard, given.contour)
    return _measured(
        check, ("components", "components_95", "raw_mask_voxels", "overlap", "voxels_above")
    )


def background(given: Inputs, threads: int) -> Results:
    """Check 0.c."""
    from vrs.level0.background import background_analysis

    check = background_analysis(_map(given), given.hard, given.resolution)
    return _measured(
        check,
        (
            "mean", "standard_deviation", "t_statistic", "p_value", "outlier_percentage",
            "robust_sigma",
        ),
    )  # fmt: skip


def guinier(given: Inputs, threads: int) -> Results:
    """Check 0.d."""
    from vrs.level0.b_factor import b_factor_analysis

    check = b_factor_analysis(_map(given), given.resolution)
    return {**_measured(check, ("b_factor",)), "corrected": check.volumes["corrected"].data}


def resize(given: Inputs, threads: int) -> Results:
    """The map with voxels of half the resolution."""
    from vrs.maps.resample import resample_to_half_resolution

    return {"resized": resample_to_half_resolution(_map(given), given.resolution).density.data}


def local_b_factor(given: Inputs, threads: int) -> Results:
    """The published local B-factor of check 0.f."""
    from vrs.level0.local_b_factor import published_values

    return distribution(published_values(_resized(given), given.resized_hard, given.resolution))


def local_occupancy(given: Inputs, threads: int) -> Results:
    """The published local occupancy of check 0.g, and beside it the share of shells with signal."""
    from vrs.level0.local_occupancy import occupancy

    return distribution(occupancy(_resized(given), given.resized_hard, given.resolution)[0])


def _map(given: Inputs) -> DensityMap:
    return DensityMap(given.data, given.voxel_size)


def _resized(given: Inputs) -> DensityMap:
    return DensityMap(given.resized, given.resized_voxel_size)


def _measured(check: Any, names: Sequence[str]) -> Results:
    """Measurements of a check that is evaluated or not; what it did not measure is left out."""
    found = check.measurements
    return {name: np.array(found[name].value) for name in names if name in found}
