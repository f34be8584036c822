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
from vrs.networks.hand import LARGE, NAME, hand, helix_points
from vrs.networks.hand_decision import Hand, HelixPoints, Parts, decide, is_open
from vrs.networks.hand_patches import PATCH, patches_in_mask
from vrs.tests.example_data import example_file
from vrs.tests.simulation import atom_ball

HAEMOGLOBIN = "maps/emd_3488.map.gz"
HAEMOGLOBIN_CONTOUR = 0.09
SHARPENING = 100.0
"""Å²; with it no helix of this map is found at the first look."""

RULES = read_card(NAME)["decision"]

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
    assert helix_points(sharpened, mask, RULES).helix_points < 15
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


def seen(logits: np.ndarray, of_a_part: int = 1, points: int = 4000) -> HelixPoints:
    """Helix points, so many in each part of 20 Å along a line, without any by chance."""
    count = len(logits)
    positions = np.zeros((count, 3), dtype=int)
    positions[:, 0] = 20 * (np.arange(count) // of_a_part)
    return HelixPoints(points, count, 1000, 0, np.full(count, 5.0), logits, positions)


def test_few_helix_points_are_not_enough() -> None:
    found = decide(seen(np.full(14, 5.0), points=500), RULES, 3.0)
    assert found.answer == "undecided"
    assert found.reason == "only 14 of 500 points in the mask lie on helices"


def test_points_that_chance_explains_are_not_helices() -> None:
    """300 of 4000 points look like helices, and 60 of 1000 in the map times -1."""
    found = decide(seen(np.full(300, 5.0))._replace(negative_found=60), RULES, 3.0)
    assert (found.answer, found.helix_voxels) == ("undecided", 0)
    assert found.reason == (
        "300 of 4000 points in the mask look like helices, not clearly more than by chance"
    )


def test_helix_points_are_counted_without_those_of_chance() -> None:
    assert seen(np.ones(300))._replace(negative_found=10).helix_points == 260


def test_a_score_near_one_half_is_not_an_answer_however_many_points_agree() -> None:
    """The networks were not trained on this map: they may err by half a unit of log odds."""
    found = decide(seen(np.full(400, 0.9)), RULES, 3.0)
    assert found.answer == "undecided"
    assert found.reason == "this is 1.8 standard errors from 0.5, and 2 are needed"
    assert decide(seen(np.full(400, 1.1)), RULES, 3.0).answer == "right"


def test_the_points_of_one_part_count_once() -> None:
    """Half of the parts at log odds of 6, half at -1: 2.5 ± 3.5 / sqrt(parts)."""
    logits = np.repeat(np.tile([6.0, -1.0], 4), 50)
    found = decide(seen(logits, of_a_part=50), RULES, 4.0)
    assert found.parts == 8
    assert found.answer == "undecided"
    many = decide(seen(np.tile([6.0, -1.0], 200)), RULES, 4.0)
    assert (many.parts, many.answer) == (400, "right")


def test_beyond_4_angstrom_the_parts_must_agree() -> None:
    logits = np.tile([6.0, -1.0], 200)
    found = decide(seen(logits), RULES, 4.5)
    assert found.answer == "undecided"
    assert found.agreement == pytest.approx(0.5)
    assert found.reason == (
        "parts of the map disagree: only 50 % of the helix points are in parts on the same side"
    )


def test_a_single_part_is_not_enough() -> None:
    found = decide(seen(np.full(60, 12.0), of_a_part=30), RULES, 3.0)
    assert (found.answer, found.reason) == (
        "undecided", "the helices are in 2 parts of the map only",
    )  # fmt: skip


def test_the_confidence_grows_with_the_standard_errors() -> None:
    confidences = [decide(seen(np.full(200, mean)), RULES, 3.0).confidence
                   for mean in (0.0, 0.5, 1.0, 3.0)]  # fmt: skip
    assert confidences[0] == pytest.approx(0.5)
    assert np.all(np.diff(confidences) > 0.05)


def test_parts_join_their_spread_and_the_error_of_a_map() -> None:
    """Log odds of 1 and 3: 2 ± 1 from the spread, and ± 0.75: 1.25 together."""
    parts = Parts(np.array([1.0, 3.0]), np.array([10, 10]))
    assert parts.deviations(0.75) == pytest.approx(2 / 1.25)
    assert Parts(np.zeros(0), np.zeros(0, dtype=int)).deviations(0.5) == 0


MISLEADING = "maps/box_emd_5137_3los_A.ccp4.gz"
"""Right-handed, 4.3 Å; most of its helices look left-handed, some clearly."""


@pytest.mark.parametrize("contour", [0.1, 0.25])
def test_a_right_handed_map_is_not_called_mirrored(contour: float) -> None:
    density = read_map(example_file(MISLEADING))
    found = hand(density, raw_mask(density.data, contour), 4.3)
    assert found.answer == "undecided"
    assert found.score > 0.6
    assert found.confidence < 0.9


@pytest.mark.parametrize("low_pass", [2.5, 4.5])
def test_noise_has_no_helix_points(low_pass: float) -> None:
    """In low-passed noise a tenth of the points may look like helices."""
    size = 64
    frequency = np.fft.fftfreq(size)
    squares = frequency[:, None, None] ** 2 + frequency[:, None] ** 2 + frequency**2
    noise = np.random.default_rng(8).normal(size=(size,) * 3)
    smooth = np.fft.ifftn(np.fft.fftn(noise) * (squares < low_pass**-2)).real
    mask = smooth > 1.5 * smooth.std()
    found = hand(DensityMap(smooth.astype(np.float32), 1.0), mask, 3.0)
    assert (found.answer, found.helix_voxels) == ("undecided", 0)


@pytest.mark.parametrize("row", read_card(NAME)["calibration"], ids=lambda row: f"{row['from']}")
def test_answers_are_at_least_as_often_right_as_the_confidence_says(row: Dict[str, float]) -> None:
    """On the test maps of the card, within what so few maps tell (97.5 % of a binomial).

    The confidence comes from experimental maps, which are harder than these.
    """
    assert row["right"] >= stats.binom.ppf(0.025, int(row["maps"]), row["mean"])


def test_no_experimental_map_is_decided_wrongly() -> None:
    rows = read_card(NAME)["real_maps"]
    assert len({row["map"] for row in rows}) >= 12
    assert all(row["answer"] != "mirrored" for row in rows)
    assert all(row["answer_of_mirrored"] != "right" for row in rows)


def test_noise_of_the_card_has_no_helix_points() -> None:
    noise = read_card(NAME)["noise"]
    assert noise["most_found"] > 100
    assert noise["with_helix_points"] <= 0.05 * noise["maps"]


def test_an_eighth_of_a_large_mask_leaves_the_hand_of_noise_open() -> None:
    """A cube of 54 Å has 27³ points 2 Å apart and 13³ points 4 Å apart."""
    noise = np.random.default_rng(5).normal(size=(64,) * 3).astype(np.float32)
    density, mask = DensityMap(noise, 1.0), np.zeros(noise.shape, dtype=bool)
    mask[5:59, 5:59, 5:59] = True
    assert len(patches_in_mask(density, mask, 100_000).points) == 27**3 >= LARGE
    here, there = (helix_points(*one, RULES) for one in ((density, mask), mirrored(density, mask)))
    assert here.points == 13**3
    assert decide(here, RULES, 3.0).answer == "undecided"
    assert (there.points, there.found) == (here.points, here.found)


def test_points_twice_as_far_apart_mirror_with_the_map() -> None:
    data = np.random.default_rng(6).normal(size=(40, 42, 45)).astype(np.float32)
    density, mask = DensityMap(data, 1.0), data > 0
    here = patches_in_mask(density, mask, 100_000).spread_out()
    there = patches_in_mask(*mirrored(density, mask), 100_000).spread_out()
    assert (here.positions % 4 == 0).all()
    image = {tuple(position) for position in here.positions * [1, 1, -1]}
    assert image == {tuple(position) for position in there.positions}


@pytest.mark.parametrize("mean, expected", [(0.2, True), (0.9, False), (3.0, False)])
def test_few_helix_points_leave_the_hand_open_only_near_one_half(
    mean: float, expected: bool
) -> None:
    """30 of 4000 points are more than enough unless 16 of them are chance; 1 decides."""
    logits = mean + 0.3 * np.tile([-1.0, 1.0], 15)
    points = seen(logits)._replace(negative_found=4)
    assert points.helix_points < 20
    assert is_open(points, RULES) is expected


def test_many_helix_points_leave_the_hand_open_at_a_second_look_only() -> None:
    """At a second look they do, as the map itself had too few."""
    points = seen(np.zeros(400))
    assert not is_open(points, RULES)
    assert is_open(points._replace(blurred_by=100.0), RULES)


def test_no_helix_point_in_thousands_leaves_the_hand_open() -> None:
    assert is_open(seen(np.zeros(0)), RULES)


def test_opposite_numbers_give_opposite_answers() -> None:
    logits = np.random.default_rng(4).normal(2.0, 1.0, 60)
    one, other = (decide(seen(sign * logits, points=600), RULES, 3.0) for sign in (1, -1))
    assert (one.answer, other.answer) == ("right", "mirrored")
    assert one.score + other.score == pytest.approx(1)
    assert (one.confidence, one.agreement) == (other.confidence, other.agreement)


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
