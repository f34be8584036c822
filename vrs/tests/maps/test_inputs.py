"""A map, a contour and a resolution that do not fit together are refused or remarked upon."""

from __future__ import annotations

import math
from typing import Dict, Optional, Tuple

import numpy as np
import pytest

from vrs.maps import DensityMap, MapError, validate_inputs
from vrs.maps.inputs import RemarkKind
from vrs.tests.example_data import oracle, oracle_map


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
