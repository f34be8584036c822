"""Histogram and power spectrum against those that EMDB draws, and the figures of the overview."""

from __future__ import annotations

import json
from typing import Any, Dict, Tuple

import numpy as np
import pytest

from vrs.checks.figures import HistogramFigure, SliceFigure
from vrs.level0.evidence import EVIDENCE, overview
from vrs.level0.evidence.spectrum import rotational_power
from vrs.level0.evidence.subject import Subject
from vrs.maps import DensityMap, read_map
from vrs.maps.fourier import transform
from vrs.numerics.quantiles import histogram
from vrs.tests.example_data import example_file

MAPS = [
    ("emd_3488", None), ("emd_1997", None), ("emd_5168", None), ("emd_1883", None),
    ("ngl_betaGal", 3.54),
]  # fmt: skip


def of_emdb(name: str) -> Dict[str, Any]:
    numbers: Dict[str, Any] = json.loads(example_file(f"oracle_emdb/{name}.json").read_text())
    return numbers


def density_of(name: str, voxel_size: Any) -> DensityMap:
    file = of_emdb(name)["map"]
    return read_map(example_file(f"maps/{file}.gz"), voxel_size)


@pytest.mark.parametrize(("name", "voxel_size"), MAPS)
def test_the_histogram_is_that_of_emdb_in_its_127_bins(name: str, voxel_size: Any) -> None:
    drawn = of_emdb(name)["density_distribution"]
    counts, edges = histogram(density_of(name, voxel_size).data.ravel(), 127)
    # EMDB counts in double precision: a value on an edge may be on its other side.
    difference = np.abs(counts - np.where(np.array(drawn["y"]) > 0, 10 ** np.array(drawn["y"]), 0))
    assert np.all(difference <= 1 + 0.01 * counts)
    np.testing.assert_allclose(edges[:-1], drawn["x"], rtol=1e-5, atol=1e-5 * edges[-1])


@pytest.mark.parametrize(("name", "voxel_size"), MAPS)
def test_the_power_spectrum_is_that_of_emdb_up_to_a_factor(name: str, voxel_size: Any) -> None:
    drawn = np.array(of_emdb(name)["rotationally_averaged_power_spectrum"]["y"])
    density = density_of(name, voxel_size)
    frequency, power = rotational_power(
        transform(density.data), density.data.shape, density.voxel_size
    )
    # The shells of EMDB are one Fourier pixel wide; its axis of frequencies is stretched to end
    # at the Nyquist frequency, by 1 / (number of shells - 1).
    pixels = np.arange(drawn.size) / (density.data.shape[0] * density.voxel_size)
    shells = slice(4, drawn.size - 2)
    difference = (np.interp(pixels, frequency, power) - drawn)[shells]
    assert np.percentile(np.abs(difference - np.median(difference)), 90) < 0.1


def test_the_power_of_white_noise_is_flat_in_a_box_that_is_not_cubic() -> None:
    data = np.random.default_rng(2).standard_normal((40, 60, 90), dtype=np.float32)
    _, power = rotational_power(transform(data), data.shape, 1.5)
    np.testing.assert_allclose(power[3:], np.log10(data.size), atol=0.15)


@pytest.mark.parametrize("shape", [(8, 8, 8), (5, 20, 9)])
def test_every_map_has_an_overview(shape: Tuple[int, int, int]) -> None:
    rng = np.random.default_rng(1)
    for data in (np.zeros(shape), np.full(shape, 7.0), rng.standard_normal(shape)):
        for contour in (-5.0, 0.5, 99.0):
            result = EVIDENCE.start()
            overview.measure(
                Subject(DensityMap(data.astype(np.float32), 3.0), contour, None), result
            )
            assert result.curves["map_values"]["voxels"].sum() == data.size
            kinds = [type(figure) for figure in result.figures]
            assert kinds == [HistogramFigure, SliceFigure, SliceFigure]
