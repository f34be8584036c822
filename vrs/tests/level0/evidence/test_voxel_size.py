"""The voxel size that amplitudes of protein fit."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.level0.evidence import EVIDENCE, voxel_size
from vrs.level0.evidence.subject import Subject
from vrs.level0.evidence.voxel_size import voxel_scale
from vrs.maps import DensityMap
from vrs.numerics.protein_fall_off import fall_off

FREQUENCY = np.arange(0.1, 0.32, 0.008)


@pytest.mark.parametrize("scale", [0.88, 1.0, 1.1])
def test_the_mean_protein_has_its_features_where_its_voxel_size_puts_them(scale: float) -> None:
    protein = fall_off()
    # With voxels stated too large, all frequencies are stated too small.
    true = FREQUENCY * scale
    logarithm = np.interp(true, protein.frequency, protein.mean) - 20 * true**2
    fitted = voxel_scale(FREQUENCY, logarithm)
    assert fitted is not None and fitted.scale == pytest.approx(scale, abs=0.02)
    low, high = fitted.interval
    assert low < scale < high and high - low < 0.15


def test_what_is_not_like_protein_has_no_scale() -> None:
    rng = np.random.default_rng(3)
    assert voxel_scale(FREQUENCY, rng.standard_normal(FREQUENCY.size)) is None


@pytest.mark.parametrize("resolution", [1.0, 3.0, 8.0, None])
def test_odd_maps_have_a_reason(resolution: float) -> None:
    rng = np.random.default_rng(1)
    for data in (np.zeros((12, 9, 16)), np.ones((12, 9, 16)), rng.standard_normal((12, 9, 16))):
        for contour in (0.5, 99.0):
            result = EVIDENCE.start()
            density = DensityMap(data.astype(np.float32), 1.3)
            voxel_size.measure(Subject(density, contour, resolution), result)
            assert result.measurements["voxel_scale"].reason
