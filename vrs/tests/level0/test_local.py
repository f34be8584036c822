"""0.f and 0.g: local amplitudes, B-factors of known answer, occupancy of half a molecule."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.checks.result import Severity, Status
from vrs.level0.around_mask import around_mask, coarsening
from vrs.level0.local_b_factor import LOCAL_B_FACTOR, local_b_factor, published_values
from vrs.level0.local_occupancy import LOCAL_OCCUPANCY, count_shells, local_occupancy
from vrs.level0.unbiased_b_factor import WIDTH, sweep_to
from vrs.maps import DensityMap, MapError
from vrs.numerics import monogenic
from vrs.numerics.local_slopes import local_slopes
from vrs.tests.inputs import inputs_of
from vrs.tests.simulation import atom_ball, atoms_in, ball, blurred, low_passed


@pytest.mark.parametrize("resolution", [3.0, 4.0])
@pytest.mark.parametrize("b_factor", [0.0, 50.0, 100.0])
def test_the_slopes_recover_the_b_of_a_ball_of_atoms_within_10(
    resolution: float, b_factor: float
) -> None:
    density = atom_ball(96, 1.0, b_factor, resolution)
    sweep = sweep_to(1 / resolution - 0.03)
    assert sweep is not None
    slopes = local_slopes(density, ball(96, 32), sweep, WIDTH, "power")
    assert 4 * np.median(slopes) == pytest.approx(-b_factor, abs=10)


def test_two_domains_keep_their_order_and_most_of_their_contrast() -> None:
    size, inside = 112, ball(112, 38)
    half = inside.copy()
    half[:, :, size // 2 :] = False
    atoms = atoms_in(inside)
    data = blurred(np.where(half, atoms, 0), 1.0, 50.0)
    data = data + blurred(np.where(half, 0, atoms).astype(np.float32), 1.0, 150.0)
    density = DensityMap(low_passed(data, 1.0, 3.0), 1.0)
    sweep = sweep_to(1 / 3 - 0.03)
    assert sweep is not None
    volume = np.zeros(inside.shape)
    volume[inside] = 4 * local_slopes(density, inside, sweep, WIDTH, "power")
    contrast = np.median(volume[half]) - np.median(volume[inside & ~half])
    assert 0.8 * 100 < contrast < 1.2 * 100


def test_a_sweep_that_ends_before_7_angstrom_is_too_short() -> None:
    assert sweep_to(1 / 7) is not None
    assert sweep_to(1 / 8) is None


def checked(resolution: float, voxel_size: float = 1.0):  # type: ignore[no-untyped-def]
    """0.f of a ball of atoms with B = 50, whose resized map is the map itself."""
    density = atom_ball(64, voxel_size, 50.0)
    mask = ball(64, 22)
    return local_b_factor(density, mask, density, mask, resolution)


def test_a_usual_map_is_ok_and_tells_its_unbiased_value() -> None:
    check = checked(3.0)
    assert check.status is Status.OK
    assert check.volumes["b_factor"].data[0, 0, 0] == 0
    notes = [remark.message for remark in check.remarks]
    error = check.measurements["unbiased_error"].value
    assert f" ± {error:.0f} Å²" in notes[0]
    low, _, middle, _, high = check.measurements["unbiased_percentiles"].value
    assert high - low < 40
    assert check.measurements["unbiased_share"].value == 100
    local = check.volumes["unbiased_b_factor"]
    assert np.median(local.data[local.data != 0]) == pytest.approx(middle, abs=5)
    assert local.voxel_size == pytest.approx(2.0)


@pytest.mark.parametrize(("resolution", "words"), [(20.0, "runs backwards"), (9.0, "too few")])
def test_a_sweep_that_means_nothing_is_said_to(resolution: float, words: str) -> None:
    check = checked(resolution, voxel_size=3.0)
    cautions = [r.message for r in check.remarks if r.severity is Severity.CAUTION]
    assert words in cautions[0]
    assert check.measurements["unbiased_percentiles"].value is None


def test_without_a_resolution_neither_check_applies() -> None:
    density, mask = atom_ball(32, 1.0, 0.0), ball(32, 8)
    for check in (LOCAL_B_FACTOR, LOCAL_OCCUPANCY):
        result = check.run(inputs_of(density, mask, 0.5, None))
        assert result.status is Status.NOT_APPLICABLE
        assert result.reason == "The resolution was not reported."


def test_a_mask_without_background_is_not_measured() -> None:
    density = atom_ball(32, 1.0, 0.0)
    everything = np.ones((32, 32, 32), dtype=bool)
    with pytest.raises(MapError, match="no background is left"):
        local_slopes(density, everything, np.array([0.1, 0.2]), 0.05, "sum")
    with pytest.raises(MapError, match="no background is left"):
        count_shells(density, everything, 3.0)


def half_molecule(share: float, noise: float = 0.02) -> DensityMap:
    """A ball of atoms, one half of it with occupancy ``share``, voxels of 1.5 Å, to 3 Å."""
    inside = ball(128, 40)
    atoms = atoms_in(inside)
    atoms[:, :, :64] *= np.float32(share)
    data = low_passed(atoms, 1.5, 3.0)
    random = np.random.default_rng(5)
    data = data + noise * data[inside].std() * random.standard_normal(data.shape, np.float32)
    return DensityMap(data.astype(np.float32), 1.5)


@pytest.mark.parametrize("growth", [0, 2])
def test_the_largest_weak_part_grows_as_half_the_molecule_fades(growth: int) -> None:
    mask = ball(128, 40 + growth)
    whole, core = [], []
    for share in (1.0, 0.7, 0.5, 0.3):
        check = local_occupancy(half_molecule(share), mask, 3.0)
        whole.append(check.measurements["low_occupancy_share"].value)
        core.append(check.measurements["weak_core_share"].value)
    assert whole == sorted(whole)
    assert whole[3] > 1.5 * whole[0]
    assert core == sorted(core)
    # Without the rim the shares are the same however wide the rim is.
    assert core == pytest.approx([1, 10, 16, 22], abs=2)


def test_the_mean_occupancy_is_three_quarters_even_for_noise() -> None:
    random = np.random.default_rng(0)
    density = DensityMap(random.standard_normal((64, 64, 64)).astype(np.float32), 1.5)
    counted = count_shells(density, ball(64, 20), 3.0)
    assert counted.share(counted.occupied).mean() == pytest.approx(0.75, abs=0.005)
    assert counted.signal_share == pytest.approx(0.05, abs=0.03)
    assert local_occupancy(density, ball(64, 20), 3.0).status is Status.OK


def test_a_single_shell_is_said_to_mean_nothing_and_compared_with_nothing() -> None:
    random = np.random.default_rng(0)
    density = DensityMap(random.standard_normal((64, 64, 64)).astype(np.float32), 10.0)
    remarks = local_occupancy(density, ball(64, 20), 20.0).remarks
    assert [remark.severity for remark in remarks] == [Severity.CAUTION]
    assert remarks[0].message.endswith("these numbers mean nothing.")


def test_the_rim_is_named_only_where_the_weak_voxels_are_in_it() -> None:
    noise = np.random.default_rng(0).standard_normal((128,) * 3).astype(np.float32)
    for density, rim in ((half_molecule(1.0), True), (DensityMap(noise, 1.5), False)):
        remarks = local_occupancy(density, ball(128, 42), 3.0).remarks
        assert any("rim of the mask." in remark.message for remark in remarks) is rim


def test_a_molecule_in_a_quiet_background_is_signal_throughout() -> None:
    assert count_shells(half_molecule(1.0), ball(128, 42), 3.0).signal_share > 0.95


@pytest.mark.parametrize("voxel_size", [0.4, 0.53, 0.8, 1.0, 1.7])
@pytest.mark.parametrize("resolution", [2.5, 4.0, 6.0])
def test_the_coarser_grid_has_voxels_of_at_most_a_third_of_the_resolution(
    voxel_size: float, resolution: float
) -> None:
    new, old = coarsening(voxel_size, resolution)
    coarser = voxel_size * old / new
    assert coarser <= max(resolution / 3, voxel_size) * (1 + 1e-9)
    assert coarser > 0.75 * min(resolution / 3, 8 * voxel_size)


def inner_start(mask: np.ndarray, axis: int) -> int:
    """First index with a voxel of the mask along an axis."""
    others = tuple(other for other in range(3) if other != axis)
    return int(np.argmax(mask.any(axis=others)))


def test_the_surroundings_of_a_mask_hold_it_with_its_place_in_the_map() -> None:
    mask = np.zeros((200, 130, 90), dtype=bool)
    mask[90:120, 50:80, 3:30] = True
    density = DensityMap(blurred(mask.astype(np.float32), 1.0, 300.0), 1.0)
    part, inner = around_mask(density, mask, 3.0)
    # 32 Å around it, a length of small factors, and no more than the box has.
    assert part.box == (64, 96, 96)
    assert inner.sum() == mask.sum()
    assert part.data[inner].tolist() == density.data[mask].tolist()
    assert part.origin[0] == pytest.approx(inner_start(mask, 2) - inner_start(inner, 2))
    coarse, small = around_mask(density, mask, 6.0)
    assert coarse.voxel_size == 2.0
    assert small.sum() * 8 == pytest.approx(mask.sum(), rel=0.1)
    assert coarse.data[small].mean() == pytest.approx(density.data[mask].mean(), rel=0.05)


@pytest.mark.parametrize("scale", [0.0, 0.3, 1.0])
def test_some_planes_of_the_background_tell_as_much_as_all(
    scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 144 planes every second one is looked at."""
    size = 144
    molecule = atom_ball(size, 1.0, 50.0, 4.0)
    mask = ball(size, size / 4)
    noise = low_passed(np.random.default_rng(1).standard_normal((size,) * 3), 1.0, 4.0)
    level = scale * float(molecule.data[mask].std() / noise.std())
    density = molecule.with_data((level * molecule.data + noise).astype(np.float32))
    some = monogenic.some_background(mask).sum()
    signal, b_factors = [], []
    for planes in (monogenic.BACKGROUND_PLANES, size):
        monkeypatch.setattr(monogenic, "BACKGROUND_PLANES", planes)
        signal.append(count_shells(density, mask, 4.0).signal_share)
        b_factors.append(np.percentile(published_values(density, mask, 4.0), [2.5, 50, 97.5]))
    assert monogenic.some_background(mask).sum() > 1.9 * some
    assert signal[0] == pytest.approx(signal[1], abs=0.002)
    assert b_factors[0] == pytest.approx(b_factors[1], abs=0.1)
