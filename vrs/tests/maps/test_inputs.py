"""A map, a contour and a resolution that do not fit together are refused or remarked upon."""

from __future__ import annotations

import math
from typing import Dict, Optional, Tuple

import numpy as np
import pytest
from scipy import ndimage

from vrs.maps import DensityMap, FloatArray, MapError, read_map, validate_inputs
from vrs.maps.inputs import SIGNS, RemarkKind
from vrs.maps.other_quantities import Quantity, content_of
from vrs.maps.printing import entered
from vrs.maps.refused_inputs import refuse_mass
from vrs.tests.example_data import example_file, oracle, oracle_map


def particle(
    shape: Tuple[int, int, int] = (32, 32, 32), voxel_size: float = 2.0, radius: float = 8.0
) -> DensityMap:
    """A Gaussian ball of height 1 in weak noise."""
    noise = np.random.default_rng(0).normal(0, 0.02, shape)
    axes = np.indices(shape) - (np.array(shape).reshape(3, 1, 1, 1) - 1) / 2
    ball = np.exp(-(axes**2).sum(axis=0) / (radius / 1.5) ** 2)
    return DensityMap((ball + noise).astype(np.float32), voxel_size)


def remarks_of(
    density: DensityMap, contour: float, resolution: Optional[float] = None
) -> Dict[RemarkKind, str]:
    """The remarks by their kind."""
    remarks = validate_inputs(density, contour, resolution)
    assert len({remark.kind for remark in remarks}) == len(remarks)
    return {remark.kind: remark.message for remark in remarks}


def message_of(density: DensityMap, contour: float, resolution: Optional[float] = None) -> str:
    with pytest.raises(MapError) as caught:
        validate_inputs(density, contour, resolution)
    return str(caught.value)


def test_a_sound_map_has_no_remarks() -> None:
    assert validate_inputs(particle(), 0.3, 8.0) == []
    assert validate_inputs(particle(), 0.3, None) == []
    assert validate_inputs(particle(), 0.3) == []


def test_a_real_map_has_only_true_remarks() -> None:
    numbers = oracle("emd_3488")
    assert remarks_of(oracle_map("emd_3488"), numbers["contour"], 3.2) == {
        RemarkKind.MASKED: "71 % of the voxels have exactly the value 0: the map was masked or "
        "cropped, so its background says little about the noise."
    }


# --- what is refused ----------------------------------------------------------------------------


def test_a_small_box() -> None:
    assert message_of(particle((32, 15, 32)), 0.3) == (
        "the map has 32 x 15 x 32 voxels, and every side must have at least 16: "
        "use the whole map, not a small part of it"
    )
    assert validate_inputs(particle((16, 16, 16), 3.0), 0.3, 8.0) == []


@pytest.mark.parametrize("bad", [math.nan, -math.inf])
def test_values_that_are_not_finite(bad: float) -> None:
    density = particle()
    density.data[0, 0, :3] = bad
    assert message_of(density, 0.3) == (
        "the map has 3 NaN or infinite values (of 32768): repair the map or use another file"
    )


def test_a_constant_map() -> None:
    density = DensityMap(np.full((20, 20, 20), 0.5, np.float32), 1.0)
    assert message_of(density, 0.3) == (
        "every voxel of the map has the value 0.5, so there is nothing to analyse: use another file"
    )


@pytest.mark.parametrize(("contour", "text"), [(math.nan, "nan"), (-math.inf, "-inf")])
def test_a_contour_that_is_not_finite(contour: float, text: str) -> None:
    assert message_of(particle(), contour) == (
        f"the contour level is {text}: use a finite number, in grey values of the map"
    )


def test_a_contour_above_the_maximum() -> None:
    density = particle()
    density.data[16, 16, 16] = 1.25
    assert message_of(density, 1.5) == (
        "no voxel reaches the contour level of 1.5, as the maximum of the map is 1.25: lower the "
        "contour level; if it is in standard deviations, write '1.5 sigma', which is the grey "
        "value 0.1671"
    )
    assert message_of(density, 30.0).endswith("is 1.25: lower the contour level")
    assert len(validate_inputs(density, 1.25)) == 1


def test_a_contour_just_above_the_maximum_is_printed_with_enough_digits() -> None:
    density = particle()
    density.data[16, 16, 16] = 1.25
    assert message_of(density, 1.2500001).startswith(
        "no voxel reaches the contour level of 1.2500001, as the maximum of the map is 1.25: "
    )


def test_the_contour_is_compared_in_the_precision_of_the_map() -> None:
    density = particle()
    density.data[16, 16, 16] = 1.3
    assert float(density.data.max()) < 1.3000000001
    assert len(validate_inputs(density, 1.3000000001)) == 1


@pytest.mark.parametrize(("resolution", "text"), [(0.0, "0"), (-3.0, "-3"), (math.nan, "nan")])
def test_a_resolution_that_is_not_positive(resolution: float, text: str) -> None:
    assert message_of(particle(), 0.3, resolution) == (
        f"the resolution must be a positive number of Å, not {text}: omit it if it was not reported"
    )


def test_a_resolution_finer_than_the_voxel() -> None:
    assert message_of(particle(), 0.3, 1.9) == (
        "the resolution of 1.9 Å is finer than one voxel (2 Å): "
        "check the resolution and the voxel size"
    )


def test_a_resolution_coarser_than_half_the_box() -> None:
    assert message_of(particle((20, 20, 32)), 0.3, 32.5) == (
        "the resolution of 32.5 Å is coarser than half the longest side of the box (32 Å): "
        "check the resolution and the voxel size"
    )


# --- what is remarked ---------------------------------------------------------------------------


def test_a_resolution_beyond_nyquist() -> None:
    assert remarks_of(particle(), 0.3, 2.0) == {
        RemarkKind.BEYOND_NYQUIST: "The reported resolution of 2 Å is finer than two voxels "
        "(4 Å), the limit of this grid."
    }
    assert validate_inputs(particle(), 0.3, 4.0) == []


def test_a_box_that_is_not_cubic() -> None:
    assert remarks_of(particle((24, 32, 36)), 0.3) == {
        RemarkKind.NOT_CUBIC: "The box is not cubic (36 x 32 x 24 voxels)."
    }


def test_a_masked_map() -> None:
    density = particle()
    masked = np.where(density.data < 0.1, np.float32(-0.0), density.data)
    share = 100 * np.mean(masked == 0)
    assert remarks_of(density.with_data(masked), 0.3) == {
        RemarkKind.MASKED: f"{share:.1f} % of the voxels have exactly the value 0: the map was "
        "masked or cropped, so its background says little about the noise."
    }


def test_a_contour_level_that_is_not_positive_and_that_half_of_the_box_reaches() -> None:
    density = particle()
    share = 100 * np.mean(density.data >= 0)
    assert remarks_of(density, 0.0) == {
        RemarkKind.CONTOUR_NOT_POSITIVE: "The contour level of 0 is not positive, though protein "
        "has positive values.",
        RemarkKind.CONTOUR_LOW: f"{share:.1f} % of the box is at or above the contour level of 0, "
        "which may be too low.",
    }


def test_a_contour_level_that_hardly_any_voxel_reaches() -> None:
    density = particle()
    density.data[16, 16, 15:17] = 2.0
    assert remarks_of(density, 1.5) == {
        RemarkKind.CONTOUR_HIGH: "Only 2 voxels, the volume of 0.013 kDa of protein, are at or "
        "above the contour level of 1.5, which may be too high or in other units."
    }


def test_inverted_contrast() -> None:
    density = particle()
    remarks = validate_inputs(density.with_data(-density.data), 0.01)
    assert remarks[0].kind is RemarkKind.INVERTED
    assert remarks[0].message == (
        "The strongest values are negative, so the contrast may be inverted: "
        "protein must have positive values."
    )


@pytest.mark.parametrize("name", ["emd_1883", "emd_3488", "ngl_betaGal", "protein_noncubic"])
def test_no_real_map_is_taken_for_inverted(name: str) -> None:
    density = oracle_map(name)
    assert RemarkKind.INVERTED not in remarks_of(density, oracle(name)["contour"])


def test_a_mask_is_distinguished_from_density() -> None:
    density = particle()
    mask = density.with_data((density.data > 0.5).astype(np.float32))
    remarks = remarks_of(mask, 0.5)
    assert "like a mask or a segmentation" in remarks[RemarkKind.FEW_VALUES]
    assert RemarkKind.MASKED not in remarks
    assert RemarkKind.FEW_VALUES not in remarks_of(density, 0.5)


def test_a_map_that_is_mostly_one_value_far_from_0_may_be_of_another_quantity() -> None:
    data = np.full((32, 32, 32), 8.8, dtype=np.float32)
    data[10:20, 10:20, 10:20] = np.linspace(-2, 9, 1000).reshape(10, 10, 10)
    remarks = remarks_of(DensityMap(data, 2.0), 8.0)
    message = remarks[RemarkKind.OFFSET]
    assert message.startswith("96.9 % of the voxels have exactly the value 8.8, though solvent")


# --- other quantities than density --------------------------------------------------------------


def soft(density: DensityMap) -> DensityMap:
    """A soft mask of the particle: 0 outside, 1 inside, a smooth edge."""
    return density.with_data(np.clip(2 * density.data - 0.4, 0, 1).round(4))


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_a_soft_mask_is_named(scale: float) -> None:
    mask = soft(particle())
    remarks = remarks_of(mask.with_data(mask.data * np.float32(scale)), 0.5 * scale)
    assert RemarkKind.MASKED not in remarks
    assert remarks[RemarkKind.SOFT_MASK].startswith("The map looks like a soft mask")


@pytest.mark.parametrize("outside", [0.0, 100.0])
def test_a_map_of_the_local_resolution_is_named_and_nothing_else_is_said(outside: float) -> None:
    density = particle((64, 64, 64), 1.1, 24.0)
    resolution = np.where(density.data > 0.3, 6.0 - 2.0 * density.data, np.float32(outside))
    remarks = remarks_of(density.with_data(resolution), 5.0)
    assert RemarkKind.LOCAL_RESOLUTION in remarks
    assert not {RemarkKind.INVERTED, RemarkKind.MASKED, RemarkKind.OFFSET} & set(remarks)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("mask_soft", RemarkKind.SOFT_MASK),
        ("locres_zero", RemarkKind.LOCAL_RESOLUTION),
        ("locres_100", RemarkKind.LOCAL_RESOLUTION),
    ],
)
def test_files_of_other_quantities_are_named(name: str, kind: RemarkKind) -> None:
    density = read_map(example_file(f"failing/{name}.mrc.gz"))
    remarks = remarks_of(density, 0.9 * float(density.data.max()))
    assert kind in remarks
    assert not {RemarkKind.INVERTED, RemarkKind.MASKED, RemarkKind.OFFSET} & set(remarks)


@pytest.mark.parametrize("voxel_size", [None, 3.54])
def test_resolutions_with_their_mean_outside_are_named(voxel_size: Optional[float]) -> None:
    """In steps of 0.48 Å, 8.86 Å outside; the voxel size of the header, 1 Å, is wrong."""
    density = read_map(example_file("maps/ngl_localResolution.mrc.gz"), voxel_size=voxel_size)
    assert content_of(density).quantity is Quantity.LOCAL_RESOLUTION
    message = remarks_of(density, 8.0, 8.0)[RemarkKind.LOCAL_RESOLUTION]
    assert "8.86367, and the others are resolutions in Å" in message


def smooth_field(side: int = 64) -> FloatArray:
    """Smooth values of mean 0 and standard deviation 1."""
    field = ndimage.gaussian_filter(np.random.default_rng(2).standard_normal((side,) * 3), 6)
    return (field / field.std()).astype(np.float32)


def test_resolutions_all_over_the_box_are_named() -> None:
    """Finest in the molecule, as programs give them that measure in the solvent, too."""
    density = particle((64, 64, 64), 1.2, 24.0)
    away = ndimage.distance_transform_edt(density.data < 0.3)
    resolution = 4 + 6 * (1 - np.exp(-away / 8)) + 0.3 * smooth_field()
    remarks = remarks_of(density.with_data(resolution.astype(np.float32)), 5.0)
    assert "all values are resolutions in Å" in remarks[RemarkKind.LOCAL_RESOLUTION]


@pytest.mark.parametrize("name", ["error", "occupancy", "B-factor"])
def test_smooth_values_far_from_0_are_another_quantity(name: str) -> None:
    density, field = particle((64, 64, 64), 1.2, 24.0), smooth_field()
    values = {
        "error": 0.3 + 0.03 * field,
        "occupancy": np.clip(0.7 + 0.12 * field, 0.3, 1.1),
        "B-factor": 900 + 150 * field,
    }[name]
    other = np.where(density.data > 0.3, values, 0).astype(np.float32)
    remarks = remarks_of(density.with_data(other), 0.5 * float(other.max()))
    assert "smooth and far from 0" in remarks[RemarkKind.OTHER_QUANTITY]


def test_a_segmentation_of_many_parts_is_another_quantity() -> None:
    density = particle((64, 64, 64), 1.2, 24.0)
    z, y, x = np.indices((64, 64, 64)) // 12
    labels = np.where(density.data > 0.3, 1 + z + 6 * y + 36 * x, 0).astype(np.float32)
    remarks = remarks_of(density.with_data(labels), 5.0)
    assert "patches of whole numbers" in remarks[RemarkKind.OTHER_QUANTITY]


@pytest.mark.parametrize("name", ["emd_1883", "emd_3488", "emd_5168", "emd_6824"])
def test_density_that_was_smoothed_masked_or_scaled_stays_density(name: str) -> None:
    suffix = {"emd_1883": "map.mrc", "emd_6824": "mrc"}.get(name, "map")
    density = read_map(example_file(f"maps/{name}.{suffix}.gz"))
    for width in (0.0, 4 / density.voxel_size):
        values = ndimage.gaussian_filter(density.data, width)
        values = (values - values.mean()) / values.std()
        inside = values > 3
        for changed in (
            inside * values, np.maximum(values, 0), np.where(inside, 100 + 8 * values, 100),
            np.where(inside, 10 + 0.3 * values, (10 + 0.3 * values)[inside].mean()),
            ndimage.binary_dilation(inside, iterations=4) * (10 + 0.3 * values), 10 + 0.3 * values,
        ):  # fmt: skip
            quantity = content_of(density.with_data(changed.astype(np.float32))).quantity
            assert quantity in (Quantity.DENSITY, Quantity.OFFSET)


REAL = ("emd_1883", "emd_1997", "emd_3488", "emd_5168", "ngl_betaGal", "protein160")


@pytest.mark.parametrize("name", REAL)
def test_no_real_map_is_taken_for_another_quantity_or_for_noise(name: str) -> None:
    density, contour = oracle_map(name), oracle(name)["contour"]
    assert content_of(density).quantity is Quantity.DENSITY
    unexpected = {
        RemarkKind.CONTOUR_IN_NOISE, RemarkKind.VOXEL_IN_NM, RemarkKind.VOXEL_UNKNOWN,
    }  # fmt: skip
    assert not unexpected & set(remarks_of(density, contour))


SCALED = (
    "emd_1883.map.mrc", "emd_1997.map", "emd_3488.map", "emd_5168.map", "ngl_betaGal.mrc",
    "protein160.mrc", "box_emd_5185_3j06.ccp4", "zone_emd_2566_3j6b_9.mrc",
)  # fmt: skip


@pytest.mark.parametrize("name", SCALED)
def test_no_scaled_or_offset_map_is_taken_for_local_resolution(name: str) -> None:
    density = read_map(example_file(f"maps/{name}.gz"))
    values = (density.data - density.data.mean()) / density.data.std()
    inside = values > 3
    for changed in (
        np.clip(np.rint(128 + 12.8 * values), 0, 255), 100 + 10 * values, 10 + 0.3 * values,
        inside * (10 + 0.3 * values), inside * 20 * values, 100 - 10 * inside * values,
    ):  # fmt: skip
        quantity = content_of(density.with_data(changed.astype(np.float32))).quantity
        assert quantity is not Quantity.LOCAL_RESOLUTION


# --- a contour level in the noise ---------------------------------------------------------------


def test_a_mask_that_fills_the_box_is_said_at_once() -> None:
    noise = np.random.default_rng(0).normal(0, 0.5, (32, 32, 32)).astype(np.float32)
    density = DensityMap(particle().data + noise, 2.0)
    assert RemarkKind.CONTOUR_IN_NOISE in remarks_of(density, 0.3)
    assert RemarkKind.CONTOUR_IN_NOISE not in remarks_of(density, 1.8)


def test_the_half_map_in_its_noise() -> None:
    density = read_map(example_file("failing/half.mrc.gz"))
    message = remarks_of(density, 0.4)[RemarkKind.CONTOUR_IN_NOISE]
    assert message.startswith("At the contour level of 0.4 the mask fills the box to its corners")


# --- voxel sizes --------------------------------------------------------------------------------


def test_a_voxel_size_in_nm_is_said_and_the_contour_level_is_not_blamed() -> None:
    remarks = remarks_of(particle(voxel_size=0.2), 0.3, 0.8)
    assert remarks == {
        RemarkKind.VOXEL_IN_NM: "With voxels of 0.2 Å the box is only 6.4 Å long, so the voxel "
        "size may be in nm. If so, set --voxel-size 2; all lengths, volumes and resolutions depend "
        "on it."
    }
    assert message_of(particle(voxel_size=0.2), 0.3, 8.0).endswith(
        "(3.2 Å): the voxel size may be in nm: set --voxel-size 2"
    )


@pytest.mark.parametrize("voxel_size", [0.27, 0.354, 0.6])
def test_a_coarse_grid_in_nm_is_said_too(voxel_size: float) -> None:
    remarks = remarks_of(particle(voxel_size=voxel_size), 0.3)
    assert set(remarks) == {RemarkKind.VOXEL_IN_NM}
    assert f"set --voxel-size {10 * voxel_size:g};" in remarks[RemarkKind.VOXEL_IN_NM]
    assert message_of(particle(voxel_size=voxel_size), 0.3, 17 * voxel_size).endswith(
        f"the voxel size may be in nm: set --voxel-size {10 * voxel_size:g}"
    )


def test_emd_1703_in_nm() -> None:
    density = read_map(example_file("maps/emd_1703.map.gz"), voxel_size=0.6)
    contour = float(density.data.mean() + 3 * density.data.std())
    assert set(remarks_of(density, contour)) & set(SIGNS) == set()
    assert RemarkKind.VOXEL_IN_NM in remarks_of(density, contour)


def test_small_voxels_of_a_molecule_and_a_high_contour_level_are_not_in_nm() -> None:
    large = particle((128, 128, 128), 0.5, 50.0)
    assert RemarkKind.VOXEL_IN_NM not in remarks_of(large, 0.3, 1.5)
    too_high = 0.999 * float(large.data.max())
    assert RemarkKind.CONTOUR_HIGH in remarks_of(large, too_high)


def test_a_voxel_of_1_angstrom_is_doubted_only_with_another_sign() -> None:
    assert validate_inputs(particle((48, 48, 48), 1.0, 16.0), 0.3, 8.0) == []
    beyond = remarks_of(particle((48, 48, 48), 1.0, 16.0), 0.3, 1.5)
    assert beyond[RemarkKind.VOXEL_UNKNOWN] == (
        "The voxel size is exactly 1 Å, which programs also write if they do not know it, and the "
        "reported resolution is finer than two voxels. Check it, or set --voxel-size."
    )
    small = remarks_of(particle((32, 32, 32), 1.0, 6.0), 0.3)
    assert "and the volume at the contour level is that of very little protein and the box is " in (
        small[RemarkKind.VOXEL_UNKNOWN]
    )
    assert RemarkKind.VOXEL_UNKNOWN not in remarks_of(particle((32, 32, 32), 1.01, 6.0), 0.3)


# --- numbers that 32 bits do not hold -----------------------------------------------------------


@pytest.mark.parametrize("scale", [1e38, 1e11, 1e-11])
def test_values_that_cannot_be_computed_with_are_refused(scale: float) -> None:
    density = particle()
    assert message_of(density.with_data(density.data * np.float32(scale)), 0.3 * scale).endswith(
        f"it must be between {entered(1e-10)} and {entered(1e10)}: multiply the map by a constant, "
        "and the contour level too"
    )


@pytest.mark.parametrize("contour", [1e200, -1e200, 1e39])
def test_a_contour_level_beyond_32_bits_is_refused(contour: float) -> None:
    assert message_of(particle(), contour) == (
        f"the contour level is {entered(contour)}: use a finite number, in grey values of the map"
    )


def test_a_contour_level_at_the_maximum_is_one_voxel() -> None:
    density = particle()
    highest = float(density.data.max())
    assert "Only 1 voxel, the" in remarks_of(density, highest)[RemarkKind.CONTOUR_HIGH]


@pytest.mark.parametrize("mass", [0.0, -1.0, float("nan")])
def test_a_mass_must_be_positive(mass: float) -> None:
    with pytest.raises(MapError, match="the mass must be a positive number of kDa, not"):
        refuse_mass((32, 32, 32), 2.0, mass)


def test_a_mass_must_fit_in_the_box() -> None:
    # 64 Å along a side are 262144 Å³, and a kDa of protein takes 1207 Å³.
    refuse_mass((32, 32, 32), 2.0, 217.0)
    with pytest.raises(MapError, match="of 218 kDa does not fit in the box, which has room for 21"):
        refuse_mass((32, 32, 32), 2.0, 218.0)
