"""States made from maps of the data bank are named, and none on the maps as they are."""

from __future__ import annotations

from functools import lru_cache
from typing import Callable, Dict, NamedTuple, Set

import numpy as np
import pytest
from scipy import ndimage

from vrs.level0 import prepare
from vrs.level0.evidence import EVIDENCE, background, contour, spectrum, state
from vrs.level0.evidence.subject import Subject
from vrs.maps import DensityMap, FloatArray, read_map
from vrs.report.text.findings import conclude
from vrs.tests.example_data import example_file
from vrs.tests.suite.flaws import up_sampled


class Given(NamedTuple):
    """A map with its contour level and reported resolution."""

    density: DensityMap
    contour: float
    resolution: float


@lru_cache(maxsize=None)
def entry(name: str) -> Given:
    files = {
        "GroEL": ("maps/emd_1997.map.gz", 0.72, 7.0),
        "haemoglobin": ("maps/emd_3488.map.gz", 0.072, 3.2),
        "actin": ("maps/emd_5168.map.gz", 10.0, 6.6),
        "polymerase": ("maps/emd_1883.map.mrc.gz", 0.0006, 20.9),
    }
    file, level, resolution = files[name]
    return Given(read_map(example_file(file)), level, resolution)


def named(given: Given) -> Set[str]:
    """The findings that the measurements of the state, the background and the contour give."""
    preparation = prepare(*given)
    subject, result = Subject.of(preparation.inputs), EVIDENCE.start()
    for kind in (spectrum, background, state, contour):
        kind.measure(subject, result)
    outcomes = {"input": preparation.section, "evidence": result}
    return {finding.id for finding in conclude(preparation.input, outcomes).findings}


def changed(name: str, change: Callable[[FloatArray], FloatArray]) -> Given:
    given = entry(name)
    data = np.ascontiguousarray(change(given.density.data), dtype=np.float32)
    return given._replace(density=given.density.with_data(data))


def around(given: Given, voxels: float) -> FloatArray:
    """Distance from the voxels at the contour level, over ``voxels``."""
    distance: FloatArray = ndimage.distance_transform_edt(given.density.data < given.contour)
    return distance / voxels


def with_soft_mask(data: FloatArray) -> FloatArray:
    away = np.clip(around(entry("polymerase"), 3) - 1, 0, 1)
    return data * (0.5 + 0.5 * np.cos(np.pi * away))


def noise(data: FloatArray) -> FloatArray:
    return np.random.default_rng(0).standard_normal(data.shape, dtype=np.float32)


def middle(name: str) -> Given:
    given = entry(name)
    parts = tuple(slice(side * 3 // 10, side * 7 // 10) for side in given.density.data.shape)
    data = np.ascontiguousarray(given.density.data[parts])
    return given._replace(density=DensityMap(data, given.density.voxel_size))


UNTOUCHED: Dict[str, Set[str]] = {
    "GroEL": {"state.masked"},
    "haemoglobin": {"state.masked"},
    "actin": {"state.filament", "resolution.low_passed"},
    "polymerase": set(),
}
"""What is true of the maps as they are deposited."""


@pytest.mark.parametrize("name", UNTOUCHED)
def test_a_map_as_deposited_has_the_states_that_are_true_of_it(name: str) -> None:
    assert named(entry(name)) == UNTOUCHED[name]


@pytest.mark.parametrize("name", UNTOUCHED)
def test_an_inverted_map_is_named(name: str) -> None:
    assert "contrast.inverted" in named(changed(name, lambda data: -data))


MADE: Dict[str, Callable[[], Given]] = {
    "state.masked, sharp": lambda: changed(
        "polymerase", lambda data: np.where(around(entry("polymerase"), 2) <= 1, data, 0)
    ),
    "state.masked, soft": lambda: changed("polymerase", with_soft_mask),
    "state.post_processed, clipped at 0": lambda: changed(
        "haemoglobin", lambda data: np.maximum(data, 0)
    ),
    "state.post_processed, thresholded": lambda: changed(
        "actin", lambda data: np.where(data > 5, data, 0)
    ),
    "state.cut, GroEL": lambda: middle("GroEL"),
    "state.cut, haemoglobin": lambda: middle("haemoglobin"),
    "state.half_map, GroEL": lambda: changed(
        "GroEL", lambda data: data + np.float32(0.1) * noise(data)
    ),
    "state.half_map, haemoglobin": lambda: changed(
        "haemoglobin", lambda data: data + np.float32(0.015) * noise(data)
    ),
    "state.difference, GroEL and its mirror image": lambda: changed(
        "GroEL", lambda data: data - data[:, :, ::-1]
    ),
    "state.difference, haemoglobin and itself, shifted": lambda: changed(
        "haemoglobin", lambda data: data - np.roll(data, 2, axis=0)
    ),
    "background.offset, polymerase": lambda: changed(
        "polymerase", lambda data: data + np.float32(0.0006)
    )._replace(contour=0.0012),
    "input.not_density, a mask": lambda: changed(
        "GroEL", lambda data: (data >= 0.72).astype(np.float32)
    ),
    "input.not_density, a soft mask": lambda: Given(
        read_map(example_file("failing/mask_soft.mrc.gz")), 0.5, 3.5
    ),
    "input.not_density, a map of the local resolution": lambda: Given(
        read_map(example_file("failing/locres_zero.mrc.gz")), 3.0, 3.5
    ),
}


@pytest.mark.parametrize("made", MADE)
def test_a_state_that_was_made_is_named(made: str) -> None:
    assert made.split(",")[0] in named(MADE[made]())


@pytest.mark.long
@pytest.mark.parametrize("name", ["GroEL", "haemoglobin"])
def test_a_map_with_twice_the_voxels_along_each_side_is_named(name: str) -> None:
    given = entry(name)
    fine = up_sampled(given.density)
    assert "state.up_sampled" in named(given._replace(density=fine))
