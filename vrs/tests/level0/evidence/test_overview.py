"""Histogram and power spectrum against those that EMDB draws, and the figures of the overview."""

from __future__ import annotations

import json
from typing import Any, Dict, Tuple

import numpy as np
import pytest

from vrs.checks.figures import HistogramFigure, SliceFigure
from vrs.level0.evidence import EVIDENCE, overview
from vrs.level0.evidence.content import STEP, content_of
from vrs.level0.evidence.subject import Subject
from vrs.maps import DensityMap, read_map
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
    data = density_of(name, voxel_size).data
    counts, edges = histogram(data.ravel(), 127)
    # EMDB draws counts of 0 as 1. Values on an edge may be on its other side there; EMD-1997 has
    # few different values, and many on edges.
    difference = np.abs(np.maximum(counts, 1) - 10 ** np.array(drawn["y"])).sum()
    assert difference < (0.02 * data.size if name == "emd_1997" else 20)
    np.testing.assert_allclose(edges[:-1], drawn["x"], rtol=1e-5, atol=1e-5 * edges[-1])


@pytest.mark.parametrize(("name", "voxel_size"), MAPS)
def test_the_power_spectrum_is_that_of_emdb_up_to_a_factor(name: str, voxel_size: Any) -> None:
    drawn = np.array(of_emdb(name)["rotationally_averaged_power_spectrum"]["y"])
    density = density_of(name, voxel_size)
    content = content_of(density)
    # A shell of EMDB reaches from one Fourier pixel to the next, the end included; it is drawn at
    # its end, on an axis that is stretched to end at the Nyquist frequency. The first shells hold
    # too few coefficients to be cut at other frequencies.
    pixel = 1 / (density.data.shape[0] * density.voxel_size)
    ends = (np.arange(drawn.size) + 0.03) * pixel
    starts = np.arange(content.power.size + 1) * STEP
    summed, counted = (
        np.diff(np.interp(ends, starts, np.append(0, np.cumsum(values))))
        for values in (content.power, content.coefficients)
    )
    difference = (np.log10(summed / counted) - drawn[1:])[3:]
    np.testing.assert_allclose(difference, np.median(difference), atol=0.05)


def test_the_power_of_white_noise_is_flat_in_a_box_that_is_not_cubic() -> None:
    data = np.random.default_rng(2).standard_normal((40, 60, 90), dtype=np.float32)
    frequency, power = content_of(DensityMap(data, 1.5)).shells
    np.testing.assert_allclose(power[10:], np.log10(data.size), atol=0.1)
    assert frequency[-1] == pytest.approx(0.5 / 1.5, abs=0.003)


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
