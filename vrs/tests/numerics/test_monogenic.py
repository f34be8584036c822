"""Local amplitudes: those of the definition, in the voxels of the masks, on any number of cores."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.maps import DensityMap, fourier
from vrs.maps.masks import background_planes
from vrs.numerics import monogenic
from vrs.numerics.monogenic import BACKGROUND_PLANES, MonogenicSignal, some_background
from vrs.tests.simulation import ball


def monogenic_by_complex_transforms(
    density: DensityMap, frequency: float, width: float
) -> np.ndarray:
    """The amplitude from its definition, with whole complex spectra."""
    axes = np.meshgrid(
        *(np.fft.fftfreq(size, density.voxel_size) for size in density.data.shape), indexing="ij"
    )
    radius = np.sqrt(sum(axis**2 for axis in axes))
    gain = np.exp(-((radius - frequency) ** 2) / (2 * width**2))
    shell = np.fft.fftn(density.data.astype(np.float64)) * gain / gain.sum()
    squared = np.abs(np.fft.ifftn(shell)) ** 2
    radius[0, 0, 0] = 1
    for axis in axes:
        squared += np.abs(np.fft.ifftn(-1j * axis / radius * shell)) ** 2
    return np.sqrt(squared)


def everywhere(density: DensityMap) -> MonogenicSignal:
    return MonogenicSignal(density, np.ones(density.data.shape, dtype=bool))


@pytest.mark.parametrize("shape", [(24, 24, 24), (23, 25, 21), (20, 26, 23)])
@pytest.mark.parametrize("frequency", [0.1, 0.25])
def test_the_amplitude_follows_its_definition(shape: tuple, frequency: float) -> None:
    data = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    density = DensityMap(data, 2.0)
    expected = monogenic_by_complex_transforms(density, frequency, 0.05)
    (amplitude,) = everywhere(density).amplitude(frequency, 0.05, "sum")
    assert np.abs(amplitude - expected.ravel()).max() < 1e-5 * expected.max()


@pytest.mark.parametrize("in_cache", [1, 700, 2**15])
@pytest.mark.parametrize("threads", ["1", "3"])
@pytest.mark.parametrize("package", ["ducc0", "scipy"])
@pytest.mark.parametrize("frequency", [0.1, 0.3])
def test_the_amplitude_in_some_voxels_is_that_of_the_whole_map(
    in_cache: int,
    threads: str,
    package: str,
    frequency: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if package == "scipy":
        monkeypatch.setattr(fourier, "ducc", None)
    monkeypatch.setenv("VRS_THREADS", threads)
    monkeypatch.setattr(monogenic, "_IN_CACHE", in_cache)
    generator = np.random.default_rng(0)
    data = generator.standard_normal((22, 26, 24)).astype(np.float32)
    some, others = generator.random((2, *data.shape)) < 0.1
    some[[3, 4, 9, 21]] = others[[4, 9, 10, 11]] = False
    some[:, :5] = some[:, 20:] = others[:, :3] = False
    density = DensityMap(data, 1.5)
    expected = monogenic_by_complex_transforms(density, frequency, 0.02)
    found = MonogenicSignal(density, some, others).amplitude(frequency, 0.02, "sum")
    for mask, amplitude in zip((some, others), found):
        assert amplitude.shape == expected[mask].shape
        assert np.abs(amplitude - expected[mask]).max() < 1e-5 * expected.max()


def test_a_shell_that_ends_early_is_the_same_with_all_its_empty_part() -> None:
    density = DensityMap(np.random.default_rng(0).standard_normal((20, 26, 23)).astype("f4"), 1.0)
    expected = monogenic_by_complex_transforms(density, 0.08, 0.005)
    (amplitude,) = everywhere(density).amplitude(0.08, 0.005, "sum")
    assert np.abs(amplitude - expected.ravel()).max() < 1e-5 * expected.max()


def test_white_noise_has_the_same_amplitude_in_all_shells_of_unit_power() -> None:
    data = np.random.default_rng(0).standard_normal((64, 64, 64)).astype(np.float32)
    signal = everywhere(DensityMap(data, 1.0))
    means = [signal.amplitude(f, 0.02, "power")[0].mean() for f in (0.1, 0.2, 0.3)]
    assert means == pytest.approx([means[0]] * 3, rel=0.05)
    with pytest.raises(ValueError, match="normalise is 'sum' or 'power'"):
        signal.amplitude(0.1, 0.02, "mean")


def test_some_background_is_whole_planes_of_the_background_evenly_spaced() -> None:
    mask = ball(200, 40)
    background, some = np.stack(list(background_planes(mask))), some_background(mask)
    planes = np.flatnonzero(some.any(axis=(1, 2)))
    assert BACKGROUND_PLANES <= planes.size < 2 * BACKGROUND_PLANES
    assert set(np.diff(planes)) == {3}
    assert np.array_equal(some[planes], background[planes])


def test_in_a_small_box_all_of_the_background_is_used() -> None:
    mask = ball(64, 12)
    assert np.array_equal(some_background(mask), np.stack(list(background_planes(mask))))


def test_a_large_map_is_done_in_groups_of_planes_with_the_same_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    density = DensityMap(np.random.default_rng(0).standard_normal((40, 26, 24)).astype("f4"), 1.0)
    mask = ball(40, 9)[:, 7:33, 8:32]
    some = some_background(mask)
    whole = MonogenicSignal(density, mask, some).amplitude(0.2, 0.02, "sum")
    monkeypatch.setattr(monogenic, "_LEAST_ROOM", 1e5)
    monkeypatch.setattr(monogenic, "_MEMORY", 0.0)
    signal = MonogenicSignal(density, mask, some)
    pieces = list(signal.amplitudes(0.2, 0.02, "sum"))
    # Planes with background come first, so that the noise is known before the others.
    without = [not beyond.size for _, (_, beyond) in pieces]
    assert without == sorted(without)
    for one, other in zip(whole, signal.amplitude(0.2, 0.02, "sum")):
        assert np.abs(one - other).max() < 1e-6 * one.max()
