"""The hand network: opposite answers for mirror images, and no answer where there is none to give.

Experimental maps come from the example data; all of them are right-handed.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np
import pytest
from scipy import stats

from vrs.maps import BoolArray, DensityMap, MapError, read_map, write_map
from vrs.maps.fourier import blur
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.networks.card import NetworkError, read_card
from vrs.networks.hand import NAME, Hand, HelixPoints, decide, hand, helix_points
from vrs.networks.hand_patches import PATCH, patches_in_mask
from vrs.tests.example_data import example_file
from vrs.tests.simulation import atom_ball

HAEMOGLOBIN = "maps/emd_3488.map.gz"
HAEMOGLOBIN_CONTOUR = 0.09
SHARPENING = 100.0
"""Å²; with it no helix of this map is found at the first look."""

GAMMA_SECRETASE = "maps/box_emd_3240_5fn5_A.ccp4.gz"


def molecule(file: Path, contour: float) -> Tuple[DensityMap, BoolArray]:
    """A map and its mask, as the report makes it."""
    density = read_map(file)
    raw = raw_mask(density.data, contour)
    return density, molecule_mask(raw, growth_iterations(density.voxel_size))


def mirrored(density: DensityMap, mask: BoolArray, axis: int = 2) -> Tuple[DensityMap, BoolArray]:
    """The mirror image of a map and its mask."""
    image = np.ascontiguousarray(np.flip(density.data, axis))
    return density.with_data(image), np.ascontiguousarray(np.flip(mask, axis))


@pytest.fixture(scope="module")
def haemoglobin() -> Tuple[DensityMap, BoolArray]:
    return molecule(example_file(HAEMOGLOBIN), HAEMOGLOBIN_CONTOUR)


@pytest.fixture(scope="module")
def answer(haemoglobin: Tuple[DensityMap, BoolArray]) -> Hand:
    return hand(*haemoglobin, 3.2)


def test_an_experimental_map_with_helices_is_right(answer: Hand) -> None:
    assert answer.answer == "right"
    assert answer.score < 0.4
    assert answer.helix_voxels > 50
    assert answer.confidence > 0.95


def test_its_mirror_image_is_mirrored(
    haemoglobin: Tuple[DensityMap, BoolArray], answer: Hand
) -> None:
    opposite = hand(*mirrored(*haemoglobin), 3.2)
    assert opposite.answer == "mirrored"
    assert opposite.helix_voxels == answer.helix_voxels
    assert opposite.score + answer.score == pytest.approx(1, abs=1e-3)
    assert opposite.score == pytest.approx(answer.mirror_score, abs=1e-3)


@pytest.mark.parametrize("axis", [0, 1])
def test_every_mirror_plane_gives_the_opposite_answer(
    haemoglobin: Tuple[DensityMap, BoolArray], answer: Hand, axis: int
) -> None:
    opposite = hand(*mirrored(*haemoglobin, axis=axis), 3.2)
    assert opposite.answer == "mirrored"
    assert opposite.score + answer.score == pytest.approx(1, abs=0.05)


def test_two_mirror_planes_are_a_rotation(
    haemoglobin: Tuple[DensityMap, BoolArray], answer: Hand
) -> None:
    turned = mirrored(*mirrored(*haemoglobin, axis=2), axis=0)
    assert hand(*turned, 3.2).answer == "right"


def test_a_file_with_axis_order_321_is_not_taken_for_its_mirror_image(tmp_path: Path) -> None:
    """Swapping two axes mirrors the array; the header says so, and only then is nothing wrong."""
    mrcfile = pytest.importorskip("mrcfile")
    file = example_file(GAMMA_SECRETASE)
    with mrcfile.open(file, permissive=True) as opened:
        assert (opened.header.mapc, opened.header.mapr, opened.header.maps) == (3, 2, 1)
        as_stored = np.array(opened.data)
    density = read_map(file)
    assert np.array_equal(density.data, as_stored.transpose(2, 1, 0))
    contour, resolution = 0.0162, 4.3
    mask = molecule_mask(raw_mask(density.data, contour), growth_iterations(density.voxel_size))
    mask[: len(mask) // 2] = False  # Half of the molecule says enough and takes half the time.
    assert hand(density, mask, resolution).answer == "right"
    ignored = tmp_path / "header ignored.mrc"
    write_map(ignored, DensityMap(as_stored, density.voxel_size))
    swapped = read_map(ignored)
    swapped_mask = np.ascontiguousarray(mask.transpose(2, 1, 0))
    assert hand(swapped, swapped_mask, resolution).answer == "mirrored"


def test_an_oversharpened_map_is_seen_at_the_second_look(
    haemoglobin: Tuple[DensityMap, BoolArray],
) -> None:
    density, mask = haemoglobin
    sharpened = density.with_data(blur(density.data, density.voxel_size, -SHARPENING))
    probability = read_card(NAME)["decision"]["helix_probability"]
    assert helix_points(sharpened, mask, probability).helix_points < 15
    answer = hand(sharpened, mask, 3.2)
    assert answer.answer == "right"
    assert "in the map blurred by 100 Å²" in answer.reason
    opposite = hand(*mirrored(sharpened, mask), 3.2)
    assert opposite.answer == "mirrored"
    assert opposite.score + answer.score == pytest.approx(1, abs=1e-3)


def test_inverted_contrast_is_not_decided(haemoglobin: Tuple[DensityMap, BoolArray]) -> None:
    density, mask = haemoglobin
    assert hand(density.with_data(-density.data), mask, 3.2).answer == "undecided"


def test_atoms_without_helices_are_not_decided() -> None:
    made = atom_ball(48, 1.5, 60.0, 4.0, noise=0.05)
    mask = raw_mask(made.data, 0.25 * float(made.data.max()))
    assert hand(made, mask, 4.0).answer == "undecided"


def test_noise_is_not_decided() -> None:
    noise = np.random.default_rng(3).normal(size=(40, 42, 44)).astype(np.float32)
    found = hand(DensityMap(noise, 1.2), noise > 0.8, 3.5)
    assert found.answer == "undecided"
    assert found.reason


def test_a_flat_map_is_not_decided() -> None:
    flat = DensityMap(np.ones((30, 30, 30), dtype=np.float32), 1.0)
    mask = np.zeros(flat.data.shape, dtype=bool)
    mask[10:20, 10:20, 10:20] = True
    found = hand(flat, mask, 3.0)
    assert (found.answer, found.helix_voxels, found.score) == ("undecided", 0, 0.5)


def test_an_empty_mask_is_refused() -> None:
    density = DensityMap(np.ones((20, 20, 20), dtype=np.float32), 1.0)
    with pytest.raises(MapError, match="mask is empty"):
        hand(density, np.zeros((20, 20, 20), dtype=bool), 3.0)


def test_a_mask_of_another_shape_is_refused() -> None:
    density = DensityMap(np.ones((20, 20, 20), dtype=np.float32), 1.0)
    with pytest.raises(ValueError, match="the mask is"):
        hand(density, np.ones((20, 20, 21), dtype=bool), 3.0)


def test_a_resolution_beyond_the_range_is_not_decided(
    haemoglobin: Tuple[DensityMap, BoolArray],
) -> None:
    found = hand(*haemoglobin, 9.0)
    assert found.answer == "undecided"
    assert "9 Å" in found.reason


@pytest.mark.parametrize("voxel_size", [0.3, 0.7, 1.0, 1.37, 3.0, 6.0])
def test_a_mirrored_map_has_the_mirrored_patches(voxel_size: float) -> None:
    rng = np.random.default_rng(1)
    data = rng.normal(size=(14, 17, 20)).astype(np.float32)
    density, mask = DensityMap(data, voxel_size), data > 0.3
    here = patches_in_mask(density, mask, 500)
    there = patches_in_mask(*mirrored(density, mask), 500)
    assert 0 < len(here.points) <= 500
    order = np.lexsort((here.positions * [1, 1, -1]).T)
    counterpart = np.lexsort(there.positions.T)
    images = here.standardised(order)[:, :, :, ::-1]
    assert np.allclose(images, there.standardised(counterpart), atol=1e-3)


def test_a_patch_holds_the_map_around_its_point() -> None:
    """With 1 Å voxels and odd sides the patch is a piece of the map."""
    data = np.random.default_rng(2).normal(size=(41, 43, 45)).astype(np.float32)
    mask = np.zeros(data.shape, dtype=bool)
    mask[20, 21, 22] = True
    patches = patches_in_mask(DensityMap(data, 1.0), mask, 10)
    piece = data[12:29, 13:30, 14:31]
    expected = (piece - piece.mean()) / piece.std()
    assert patches.positions.tolist() == [[0, 0, 0]]
    assert np.allclose(patches.standardised(np.array([0]))[0], expected, atol=1e-4)
    assert expected.shape == (PATCH, PATCH, PATCH)


def test_progress_goes_from_0_to_1(haemoglobin: Tuple[DensityMap, BoolArray]) -> None:
    density, mask = haemoglobin
    part = np.zeros_like(mask)
    part[40:60, 40:60, 40:60] = mask[40:60, 40:60, 40:60]
    shares: List[float] = []
    hand(density, part, 3.2, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_few_helix_points_are_not_enough() -> None:
    rules = {**read_card(NAME)["decision"], "fewest_helix_voxels": 15}
    seen = HelixPoints(
        500, 14, np.full(14, 5.0), np.full(14, 5.0), 20 * np.arange(42).reshape(14, 3)
    )
    found = decide(seen, rules, 3.0)
    assert found.answer == "undecided"
    assert found.reason == "only 14 of 500 points in the mask lie on helices"


def test_a_score_near_one_half_is_not_an_answer_however_many_points_agree() -> None:
    logits = np.full(400, 0.1)
    positions = 20 * np.arange(1200).reshape(400, 3)
    found = decide(
        HelixPoints(4000, 400, logits, logits, positions), read_card(NAME)["decision"], 3.0
    )
    assert (found.answer, found.reason) == ("undecided", "the score of 0.475 is too close to 0.5")
    assert 0.9 < found.confidence < 0.99, "standard errors count no further than those that decide"


def test_the_confidence_of_a_score_near_one_half_grows_with_the_evidence() -> None:
    """Log odds of ±0.1 at 200 points, of which more and more agree: 0.5 for none, more for more."""
    rules = read_card(NAME)["decision"]
    positions = 20 * np.arange(600).reshape(200, 3)
    confidences = []
    for agreeing in (100, 105, 110, 115):
        logits = np.where(np.arange(200) < agreeing, 0.1, -0.1)
        found = decide(HelixPoints(2000, 200, logits, logits, positions), rules, 4.5)
        assert found.answer == "undecided"
        confidences.append(found.confidence)
    assert confidences[0] == pytest.approx(0.5)
    assert np.all(np.diff(confidences) > 0.05)


@pytest.mark.parametrize("row", read_card(NAME)["calibration"], ids=lambda row: f"{row['from']}")
def test_the_confidence_is_as_often_right_as_it_says(row: Dict[str, float]) -> None:
    """On the test maps of the card, within what so few maps tell (95 % of a binomial)."""
    maps, right, mean = int(row["maps"]), int(row["right"]), row["mean"]
    fewest, most = stats.binom.ppf((0.025, 0.975), maps, mean)
    assert fewest <= right <= most


def test_opposite_numbers_give_opposite_answers() -> None:
    logits = np.random.default_rng(4).normal(1.0, 1.0, 60).astype(np.float32)
    positions = 20 * np.arange(180).reshape(60, 3)
    one = decide(HelixPoints(600, 60, logits, logits, positions), read_card(NAME)["decision"], 3.0)
    other = decide(
        HelixPoints(600, 60, logits, -logits, positions), read_card(NAME)["decision"], 3.0
    )
    assert (one.answer, other.answer) == ("right", "mirrored")
    assert one.score + other.score == pytest.approx(1)
    assert one.confidence == other.confidence


def test_a_network_that_is_not_the_one_of_its_card_is_refused(tmp_path: Path) -> None:
    import vrs.networks

    for name in (f"{NAME}.json", f"{NAME}.onnx"):
        shutil.copy(vrs.networks.FOLDER / name, tmp_path / name)
    assert read_card(NAME, tmp_path) == read_card(NAME)
    with open(tmp_path / f"{NAME}.onnx", "ab") as network:
        network.write(b"x")
    with pytest.raises(NetworkError, match="is not the network of its card"):
        read_card(NAME, tmp_path)


def test_the_card_says_how_well_the_network_did() -> None:
    found = read_card(NAME)
    assert found["name"] == NAME
    assert {"measures", "training", "held_out", "without_helices", "real_maps", "limits"} <= set(
        found
    )
