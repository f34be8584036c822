"""The finest details of a molecule are skewed, and stand where it is dense; noise is not so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from vrs.level0.evidence.subject import Subject
from vrs.maps import DensityMap, read_map
from vrs.tests.example_data import example_file

CONTOUR, RESOLUTION = 0.072, 3.2


@pytest.fixture(scope="module")
def haemoglobin() -> DensityMap:
    return read_map(example_file("maps/emd_3488.map.gz"))


def test_haemoglobin_has_structure(haemoglobin: DensityMap) -> None:
    molecule = Subject(haemoglobin, CONTOUR, RESOLUTION).molecule
    assert molecule is not None and molecule.skewness is not None and molecule.coupling is not None
    assert molecule.skewness > 0.6
    assert molecule.coupling > 0.12


@pytest.mark.parametrize("resolution", [3.2, 5.0])
def test_an_envelope_filled_with_noise_has_none(
    haemoglobin: DensityMap, resolution: float
) -> None:
    shape, size = haemoglobin.data.shape, haemoglobin.voxel_size
    envelope = ndimage.gaussian_filter((haemoglobin.data >= CONTOUR).astype(np.float32), 3 / size)
    noise = np.random.default_rng(8).standard_normal(shape).astype(np.float32)
    filled = ndimage.gaussian_filter(noise * envelope, 0.25 * resolution / size)
    density = haemoglobin.with_data(filled)
    level = float(np.quantile(filled, 0.97))
    molecule = Subject(density, level, resolution).molecule
    assert molecule is not None and molecule.coupling is not None
    assert abs(molecule.coupling) < 0.05
