"""0.e and 0.h: when they apply, what the rules say of their numbers, and who measured."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

import numpy as np
import pytest
from scipy.spatial import cKDTree

from vrs.checks.figures import SliceFigure
from vrs.checks.result import CannotMeasure, Engine, Result, Status
from vrs.level0.hand import HAND, HELICES, OutsideHand, hand, held_out_error
from vrs.level0.hand import judge as judge_hand
from vrs.level0.local_resolution import (
    LOCAL_RESOLUTION,
    NETWORK,
    OutsideResolution,
    judge,
    local_resolution,
)
from vrs.level0.local_resolution_error import independent_error, masked_error, true_interval
from vrs.levels import CHECKS
from vrs.maps import DensityMap, read_map
from vrs.maps.masks import molecule_mask
from vrs.tests.example_data import example_file
from vrs.tests.inputs import inputs_of
from vrs.tests.simulation import atom_ball, ball

ENGINE = Engine("another program", "1.0")
MASK = ball(32, 8)


def outside_resolution(values: np.ndarray) -> OutsideResolution:
    """A map of the local resolution with these values in the mask."""
    data = np.zeros(MASK.shape, dtype=np.float32)
    data[MASK] = values
    return OutsideResolution(ENGINE, DensityMap(data, 1.0), best=2.5, worst=12.9)


def measured_outside(values: np.ndarray, resolution: float = 3.5) -> Result:
    density = atom_ball(32, 1.0, 20.0)
    return local_resolution(density, MASK, resolution, lambda: outside_resolution(values))


def spread(low: float, high: float) -> np.ndarray:
    return np.linspace(low, high, int(MASK.sum()), dtype=np.float32)


@pytest.mark.parametrize(
    ("resolution", "words"),
    [(None, "was not reported"), (1.9, "better than 2 Å"), (13.1, "worse than 13 Å")],
)
def test_local_resolution_applies_from_2_to_13_angstrom(
    resolution: Optional[float], words: str
) -> None:
    check = LOCAL_RESOLUTION.run(inputs_of(atom_ball(32, 1.0, 20.0), MASK, 0.5, resolution))
    assert check.status is Status.NOT_APPLICABLE
    assert words in check.reason


def test_a_map_that_reaches_its_resolution_is_ok() -> None:
    check = measured_outside(spread(3.0, 4.0))
    assert check.status is Status.OK
    assert check.engine is ENGINE
    assert check.measurements["median"].value == pytest.approx(3.5, abs=0.01)
    assert check.measurements["reported_percentile"].value == pytest.approx(50, abs=0.1)
    assert check.measurements["censored_low"].value == 0


def test_a_resolution_that_no_voxel_reaches_warns() -> None:
    check = measured_outside(spread(4.0, 5.0))
    assert [warning.rule for warning in check.warnings] == ["local_resolution.percentile"]


def test_the_same_resolution_everywhere_warns() -> None:
    check = measured_outside(spread(3.4, 3.4))
    assert [warning.rule for warning in check.warnings] == ["local_resolution.homogeneous"]


def test_a_value_at_the_end_of_the_range_counts_as_better_than_a_better_resolution() -> None:
    check = measured_outside(np.maximum(spread(2.0, 4.0), 2.5), resolution=2.2)
    assert check.status is Status.OK
    assert check.measurements["censored_low"].value == pytest.approx(25, abs=0.2)
    assert any("25 % of the values are at 2.5 Å" in r.message for r in check.remarks)


@pytest.mark.parametrize(
    ("value", "words"), [(12.9, "like 12.9 Å or worse"), (2.5, "like 2.5 Å or better")]
)
def test_a_map_at_one_end_of_the_range_cannot_be_judged(value: float, words: str) -> None:
    check = measured_outside(spread(value, value))
    assert check.status is Status.NOT_APPLICABLE
    assert check.warnings == []
    assert f"To another program this map looks {words}" in check.reason
    assert "cannot tell the resolution" in check.reason
    assert check.figures == []
    assert check.measurements["median"].value == pytest.approx(value)


CARD = {
    "independent": {
        "by_true_resolution": {
            "2.4-3.3": {"maps": 10, "mean_absolute_error": 0.1},
            "3.3-4.5": {"maps": 20, "mean_absolute_error": 0.2},
        },
        "median_interval": {"low": 0.9, "high": 1.2},
        "masked": {"low": 0.8, "high": 1.1, "maps": 5, "mean_absolute_error": 0.6},
    },
    "real_maps": {
        "mean_error_up_to_5": 0.4,
        "maps": [{"map": name, "reported": d} for name, d in (("a", 3), ("a", 3), ("b", 6))],
    },
}


def test_the_error_that_is_printed_is_that_of_independent_maps_of_this_resolution() -> None:
    sentence, error = independent_error(CARD, 4.0)
    assert "On 20 maps of 3.3 to 4.5 Å, of other structures" in sentence and error == 0.2
    assert "on 1 real map up to 5 Å it differed" in sentence
    assert "error of its median was 0.1 Å" in independent_error(CARD, 2.5)[0]
    assert "On 20 maps of 3.3 to 4.5 Å" in independent_error(CARD, 12.0)[0]


def test_the_error_of_a_masked_map_is_that_of_masked_maps() -> None:
    sentence, error = masked_error(CARD, 4.0)
    assert sentence.startswith("On 5 masked maps, ") and error == 0.6


def test_the_interval_of_the_true_resolution_grows_with_the_measured_median() -> None:
    assert true_interval(CARD, 3.0, masked=False) == pytest.approx([2.7, 3.6])
    assert true_interval(CARD, 10.0, masked=False) == pytest.approx([9.0, 12.0])


def test_the_interval_of_a_masked_map_is_no_narrower() -> None:
    assert true_interval(CARD, 10.0, masked=True) == pytest.approx([8.0, 12.0])


def test_a_program_without_an_answer_has_not_measured() -> None:
    with pytest.raises(CannotMeasure, match="another program gave no value inside the mask"):
        measured_outside(np.zeros(int(MASK.sum()), dtype=np.float32))


@pytest.mark.parametrize(("resolution", "words"), [(None, "not reported"), (5.1, "worse than 5 Å")])
def test_the_hand_applies_up_to_5_angstrom(resolution: Optional[float], words: str) -> None:
    check = HAND.run(inputs_of(atom_ball(32, 1.0, 20.0), MASK, 0.01, resolution))
    assert check.status is Status.NOT_APPLICABLE
    assert words in check.reason


@pytest.mark.parametrize(
    ("score", "status", "remarks"),
    [
        (0.2, Status.OK, 0),
        (0.45, Status.OK, 1),
        (0.55, Status.WARNINGS, 1),
        (0.9, Status.WARNINGS, 0),
    ],
)
def test_the_score_of_another_program_is_judged_by_the_published_rule(
    score: float, status: Status, remarks: int
) -> None:
    check = hand(atom_ball(32, 1.0, 20.0), 0.01, 3.0, lambda: OutsideHand(ENGINE, score))
    assert check.status is status
    assert len(check.remarks) == remarks
    assert check.measurements["mirror_score"].value is None


def test_without_helices_the_hand_does_not_apply() -> None:
    check = hand(atom_ball(32, 1.0, 20.0), 0.01, 3.0, lambda: OutsideHand(ENGINE, None))
    assert check.status is Status.NOT_APPLICABLE
    assert check.reason == "another program found no helix in the map."


def test_an_undecided_map_shows_its_score_and_is_not_judged() -> None:
    check = CHECKS["0.h"].start()
    check.measure("score", 0.7, "", "hand")
    judge_hand(check, "undecided", "only 3 of 500 points in the mask lie on helices")
    assert check.status is Status.NOT_APPLICABLE
    assert check.reason == (
        "The hand cannot be decided (score 0.7): only 3 of 500 points in the mask lie on helices."
    )


def test_the_error_on_held_out_maps_is_that_of_the_nearest_resolution() -> None:
    card = {
        "held_out": [
            {"resolution": 3.0, "maps": 10, "decided": 9, "decided_right": 9},
            {"resolution": 4.5, "maps": 20, "decided": 8, "decided_right": 7},
        ]
    }
    assert "On 20 simulated maps of 4.5 Å" in held_out_error(card, 4.0)
    assert "it decided 9, all of them right" in held_out_error(card, 2.0)


def test_a_ball_of_atoms_has_no_hand() -> None:
    check = hand(atom_ball(48, 1.0, 20.0, 3.0), 0.02, 3.0)
    assert check.status is Status.NOT_APPLICABLE


def helix_atoms(file: Path) -> np.ndarray:
    """The alpha carbons of the helices of a model in Å, shape (n, 3)."""
    gemmi = pytest.importorskip("gemmi")
    structure = gemmi.read_structure(str(file))
    chains = {chain.name: chain for chain in structure[0]}
    places = []
    for helix in structure.helices:
        first, last = helix.start.res_id.seqid.num, helix.end.res_id.seqid.num
        for residue in chains[helix.start.chain_name]:
            if first <= residue.seqid.num <= last and residue.find_atom("CA", "*"):
                places.append(residue.find_atom("CA", "*").pos.tolist())
    return np.array(places)


def test_the_points_that_voted_are_on_the_helices_of_the_model() -> None:
    """Within 3 Å of an alpha carbon of a helix, in Å from the centre of the first voxel."""
    atoms = helix_atoms(example_file("models/5ni1_updated.cif.gz"))
    check = hand(read_map(example_file("maps/emd_3488.map.gz")), 0.09, 3.2)
    points = check.curves[HELICES]
    places = np.stack([points[axis] for axis in "xyz"], axis=1)
    distances, _ = cKDTree(atoms).query(places)
    assert len(distances) > 100 and distances.max() < 3.0
    assert ((points["score"] >= 0) & (points["score"] < 0.5)).mean() > 0.95
    (figure,) = check.figures
    assert isinstance(figure, SliceFigure) and figure.points == HELICES


def test_our_network_measures_a_real_map_and_says_how_far_to_trust_it() -> None:
    density = read_map(example_file("maps/box_emd_5185_3j06.ccp4.gz"))
    mask = density.data > 3 * density.data.std()
    check = local_resolution(density, mask, 3.3)
    assert check.engine.name == NETWORK
    assert len(check.engine.checksum) == 64
    assert check.measurements["median"].value == pytest.approx(3.3, abs=0.6)
    low, high = check.numbers("median_interval")
    assert low < check.number("median") < high
    assert "On 36 masked maps" in check.remarks[0].message
    assert "the error of its median was 0." in check.remarks[0].message
    assert "from the local power spectrum" in check.remarks[0].message
    assert "Most of the background is exactly 0" in check.remarks[1].message
    assert check.volumes["local_resolution"].voxel_size == 1.0


@pytest.mark.parametrize(
    ("reported", "words"),
    [
        (3.4, "which agrees with the reported 3.4 Å"),
        (2.8, "worse than the reported 2.8 Å"),
        (5.0, "better than the reported 5 Å"),
    ],
)
def test_the_headline_follows_the_interval_of_the_true_resolution_not_the_rule(
    reported: float, words: str
) -> None:
    check = LOCAL_RESOLUTION.start()
    check.measure("percentiles", [3.5, 3.6, 3.7, 3.8, 4.0], "Å", "percentiles")
    check.measure("reported_percentile", 0.0, "%", "better resolved than reported")
    check.measure("median_interval", [3.2, 4.4], "Å", "interval of the true resolution")
    judge(check, reported)
    assert [warning.rule for warning in check.warnings] == ["local_resolution.percentile"]
    assert words in check.headline


def test_a_warning_within_the_error_of_the_method_says_that_it_contradicts_nothing() -> None:
    def judged(reported: float) -> Result:
        check = LOCAL_RESOLUTION.start()
        check.measure("percentiles", [3.3, 3.5, 3.58, 3.7, 4.0], "Å", "percentiles")
        check.measure("reported_percentile", 0.0, "%", "better resolved than reported")
        check.measure("median_interval", [3.13, 4.54], "Å", "interval of the true resolution")
        judge(check, reported)
        return check

    within, worse = judged(3.2), judged(2.9)
    assert within.warnings[0].advice.startswith("Nothing, as far as this check can tell")
    (remark,) = within.remarks
    assert remark.message.startswith("The warning does not contradict the reported resolution")
    assert "3.13 to 4.54 Å, holds the reported 3.2 Å" in remark.message
    assert worse.warnings[0].advice.startswith("Measure the resolution again")
    assert worse.remarks == []


def test_a_map_that_reaches_the_reported_resolution_somewhere_is_not_called_worse() -> None:
    density = read_map(example_file("maps/box_emd_3240_5fn5_A.ccp4.gz"))
    check = local_resolution(density, molecule_mask(density.data >= 0.033, 2), 4.3)
    share = check.measurements["reported_percentile"].value
    assert isinstance(share, float)
    assert check.warnings == []
    assert "agrees with the reported" in check.headline


def test_real_helices_turn_to_the_right_and_their_mirror_images_to_the_left() -> None:
    density = read_map(example_file("maps/box_emd_3240_5fn5_A.ccp4.gz"))
    mirrored = density.with_data(np.ascontiguousarray(density.data[:, :, ::-1]))
    contour = 3 * float(density.data.std())
    check, other = hand(density, contour, 4.3), hand(mirrored, contour, 4.3)
    assert check.measurements["score"].value < 0.5 < other.measurements["score"].value
    total = check.measurements["score"].value + other.measurements["score"].value
    assert total == pytest.approx(1, abs=0.02)
    assert check.status in (Status.OK, Status.NOT_APPLICABLE)


def test_the_checks_pass_on_how_far_the_networks_are() -> None:
    density = atom_ball(32, 1.0, 20.0)
    for check in (hand, local_resolution):
        shares: List[float] = []
        level_or_mask = 0.01 if check is hand else MASK
        check(density, level_or_mask, 3.0, progress=shares.append)
        assert len(shares) > 1
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1)


def test_a_handful_of_values_at_the_end_of_the_range_is_not_worth_a_remark() -> None:
    values = spread(3.0, 4.0)
    values[0] = 2.5
    check = measured_outside(values)
    assert 0 < check.number("censored_low") < 0.1
    assert not any("end of the range" in remark.message for remark in check.remarks)

