"""The masks grow by ceil(2 Å / voxel size) voxels: each by the voxels of its own grid."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.level0.preparation import prepare
from vrs.maps import DensityMap, SourceFile
from vrs.maps.masks import dilate
from vrs.maps.resample import resample_to_half_resolution


@pytest.mark.parametrize(
    ("voxel_size", "resolution", "growth", "growth_resampled"),
    [(0.8, 2.8, 3, 2), (1.0, 3.0, 2, 2), (1.5, 5.0, 2, 1), (2.5, 6.0, 1, 1)],
)
def test_both_masks_grow_by_the_voxels_of_their_grid(
    voxel_size: float, resolution: float, growth: int, growth_resampled: int
) -> None:
    data = np.zeros((32, 32, 32), dtype=np.float32)
    data[12:20, 12:20, 12:20] = 1
    density = DensityMap(data, voxel_size)
    measured = prepare(
        density, 0.5, resolution, SourceFile("cube.mrc", "ab" * 32, ())
    ).section.measurements
    assert measured["hard_voxels"].value == dilate(data >= 0.5, growth).sum()
    resampled = resample_to_half_resolution(density, resolution).density.data
    assert measured["resized_hard_voxels"].value == dilate(resampled >= 0.5, growth_resampled).sum()
