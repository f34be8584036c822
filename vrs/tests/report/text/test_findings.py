"""Findings: what is concluded from which numbers, in which order, and what counts."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import msgspec
import numpy as np
import pytest

from vrs.checks.inputs import InputRecord
from vrs.checks.result import (
    BUILT_IN,
    Engine,
    Measurement,
    Outcome,
    RuleWarning,
    Status,
)
from vrs.level0 import LEVEL0, LOCAL_B_FACTOR, MASS, background, prepare
from vrs.level0.evidence import uneven
from vrs.maps import DensityMap
from vrs.maps.spikes import Spike
from vrs.report.model import Evidence, Finding, Overall
from vrs.report.text.findings import KINDS, NOT_DENSITY, Conclusions, conclude, parts, state
from vrs.report.text.findings.kind import CAUTION, NOTE, SERIOUS
from vrs.tests.simulation import atom_ball

SEVERITIES: Dict[str, Tuple[str, ...]] = {
    "hand.mirrored": (SERIOUS,),
    "input.not_density": (SERIOUS,),
    "input.no_structure": (SERIOUS,),
    "contrast.inverted": (SERIOUS,),
    "entry.other_map": (CAUTION,),
    "entry.obsolete": (CAUTION,),
    "entry.contour_outside": (CAUTION,),
    "entry.voxel_size": (CAUTION,),
    "voxel_size.doubtful": (SERIOUS,),
    "mask.partial": (CAUTION, SERIOUS),
    "contour.in_noise": (SERIOUS,),
    "contour.too_high": (CAUTION,),
    "contour.outside": (SERIOUS,),
    "resolution.beyond_sampling": (SERIOUS, CAUTION),
    "resolution.contradicted": (SERIOUS,),
    "resolution.low_passed": (SERIOUS, CAUTION),
    "resolution.better": (NOTE,),
    "sharpening.over": (CAUTION,),
    "sharpening.none": (NOTE,),
    "anisotropy": (CAUTION, SERIOUS),
    "ghost": (SERIOUS,),
    "streak": (CAUTION,),
    "occupancy.partial": (CAUTION,),
    "b_factor.uneven": (CAUTION,),
    "background.structured": (CAUTION,),
    "background.offset": (NOTE,),
    "spikes": (CAUTION,),
    "state.masked": (NOTE,),
    "state.cut": (NOTE,),
    "state.filament": (NOTE,),
    "state.post_processed": (CAUTION,),
    "state.up_sampled": (NOTE,),
    "state.half_map": (NOTE,),
    "state.difference": (NOTE,),
    "centring": (NOTE,),
}
"""The identifiers that others rely on, and the severities that each may have."""

BY_ID = {kind.id: kind for kind in KINDS}

RECORD = InputRecord(
    file="map.mrc",
    sha256="",
    box=[100, 100, 100],
    voxel_size=1.0,
    contour=0.1,
    contour_source="given",
    resolution=3.0,
    given_box=[100, 100, 100],
    given_voxel_size=1.0,
)


def concluded(record: Optional[Dict[str, Any]] = None, **values: Dict[str, Any]) -> Conclusions:
    """What is concluded from measurements; ``e={...}`` are those of the evidence, ``d`` of 0.d."""
    names = {"e": "evidence", "i": "input"}
    outcomes = {}
    for key, measured in values.items():
        check = names.get(key, f"0.{key[-1]}")
        outcomes[check] = Outcome(
            id=check,
            title=check,
            status=Status.OK,
            engine=Engine(BUILT_IN, "1"),
            measurements={
                name: Measurement(value, "", "a quantity", "" if value is not None else "none")
                for name, value in measured.items()
            },
        )
    return conclude(msgspec.structs.replace(RECORD, **(record or {})), outcomes)


def severities(conclusions: Conclusions) -> Dict[str, str]:
    return {finding.id: finding.severity for finding in conclusions.findings}


def test_every_finding_has_its_identifier_and_severities() -> None:
    assert {kind.id: set(kind.severities) for kind in KINDS} == {
        name: set(weights) for name, weights in SEVERITIES.items()
    }
    assert len(BY_ID) == len(KINDS)


def test_causes_are_findings_and_end_somewhere() -> None:
    def chain(name: str, seen: Tuple[str, ...] = ()) -> None:
        assert name not in seen, (name, seen)
        for cause in BY_ID[name].causes:
            chain(cause, (*seen, name))

    for name in BY_ID:
        chain(name)


def test_a_threshold_has_its_source_and_a_version() -> None:
    for kind in KINDS:
        for threshold in kind.thresholds:
            assert threshold.what and threshold.source and threshold.version >= 1
        assert kind.version >= 1


def test_without_measurements_nothing_is_concluded() -> None:
    text = "No reason for concern was found, but neither the evidence nor a check was measured"
    assert concluded() == ([], Overall("none", text))
    assert concluded(e={"spectrum_cutoff": None, "contour_sigma": None}).findings == []


CASES: List[Tuple[str, str, Dict[str, Dict[str, Any]]]] = [
    ("hand.mirrored", SERIOUS, {"h": {"score": 0.8, "confidence": 0.99}}),
    ("input.no_structure", SERIOUS, {"e": {"structure_skewness": 0.03}}),
    (
        "input.no_structure",
        SERIOUS,
        {"e": {"structure_skewness": 0.11, "structure_coupling": 0.02}},
    ),
    ("mask.partial", CAUTION, {"i": {"share_in_mask": 50.2}, "e": {"contour_one_body": 0.08}}),
    ("mask.partial", SERIOUS, {"i": {"share_in_mask": 50.2}, "e": {"contour_one_body": 0.06}}),
    ("mask.partial", SERIOUS, {"i": {"share_in_mask": 50.2}, "e": {"contour_one_body": None}}),
    ("contour.in_noise", SERIOUS, {"e": {"contour_sigma": 1.5}}),
    ("contour.in_noise", SERIOUS, {"e": {"contour_sigma": 4.2, "contour_fdr_share": 17.0}}),
    ("contour.in_noise", SERIOUS, {"i": {"hard_voxels": 999_000}}),
    ("contour.outside", SERIOUS, {"i": {"raw_voxels": 0}}),
    ("resolution.low_passed", SERIOUS, {"e": {"spectrum_cutoff": 4.2, "spectrum_drop": 2.0}}),
    ("resolution.low_passed", CAUTION, {"e": {"spectrum_cutoff": 3.4, "spectrum_drop": 2.0}}),
    ("resolution.contradicted", SERIOUS, {"e_": {"median_interval": [3.4, 4.1], "median": 3.7}}),
    ("resolution.better", NOTE, {"e_": {"median_interval": [2.4, 2.9], "median": 2.6}}),
    (
        "anisotropy",
        CAUTION,
        {"e": {"anisotropy": 11.0, "directional_power": [0.4, 1.8]}},
    ),
    (
        "anisotropy",
        SERIOUS,
        {
            "e": {
                "anisotropy": 1.0,
                "directional_power": [0.03, 1.2],
                "weakest_direction": [0.0, 0.0, 1.0],
            }
        },
    ),
    ("ghost", SERIOUS, {"e": {
        "ghost_correlation": 0.3, "ghost_distance": 21.0, "ghost_next": 0.08,
    }}),
    ("streak", CAUTION, {"e": {"axis_streak": 7.0}}),
    ("state.masked", NOTE, {"e": {"identical_share": 99.0}}),
    ("state.post_processed", CAUTION, {"e": {"negative_share": 0.0}}),
]  # fmt: skip


def _measured(values: Dict[str, Dict[str, Any]]) -> Dict[str, Dict[str, Any]]:
    """"e_" is check 0.e, and "e" the evidence."""
    return {("of_e" if key == "e_" else key): measured for key, measured in values.items()}


@pytest.mark.parametrize("name, severity, values", CASES)
def test_a_finding_is_drawn_from_its_numbers(
    name: str, severity: str, values: Dict[str, Dict[str, Any]]
) -> None:
    conclusions = concluded(**_measured(values))
    assert severities(conclusions) == {name: severity}
    (finding,) = conclusions.findings
    assert finding.text.endswith(".") and finding.title
    # What it says is in the measurements that it names.
    names = {ground.measurement for ground in finding.evidence}
    assert names == {
        key for measured in values.values() for key, value in measured.items() if value is not None
    }
    assert all(ground.check in ("input", "evidence", "0.e", "0.h") for ground in finding.evidence)


@pytest.mark.parametrize("name, values", [
    ("hand.mirrored", {"h": {"score": 0.4, "confidence": 0.99}}),
    ("input.no_structure", {"e": {"structure_skewness": 0.6}}),
    ("input.no_structure", {"e": {"structure_skewness": 0.3, "structure_coupling": 0.04}}),
    ("mask.partial", {"i": {"share_in_mask": 98.0}}),
    ("contour.in_noise", {"e": {"contour_sigma": 4.2, "contour_fdr_share": 100.0}}),
    ("resolution.low_passed", {"e": {"spectrum_cutoff": 3.1, "spectrum_drop": 13.0}}),
    ("resolution.low_passed", {"e": {"spectrum_cutoff": 5.0, "spectrum_drop": 0.6}}),
    ("resolution.low_passed", {"e": {"spectrum_cutoff": 25.0, "spectrum_drop": 1.4}}),
    ("resolution.contradicted", {"e_": {"median_interval": [2.9, 3.6], "median": 3.2}}),
    ("anisotropy", {"e": {"anisotropy": 6.0, "directional_power": [0.5, 1.5]}}),
    ("ghost", {"e": {"ghost_correlation": 0.5, "ghost_distance": 30.0, "ghost_next": 0.45}}),
    ("ghost", {"e": {"ghost_correlation": 0.26, "ghost_distance": 58.0, "ghost_outside": 0.02}}),
    ("streak", {"e": {"axis_streak": 1.9}}),
])  # fmt: skip
def test_a_sound_map_has_no_such_finding(name: str, values: Dict[str, Dict[str, Any]]) -> None:
    assert concluded(**_measured(values)).findings == []


@pytest.mark.parametrize("resolution, binning, severity", [
    (2.0, 1, None), (1.95, 1, None), (1.9, 1, CAUTION), (1.6, 1, SERIOUS), (1.6, 2, CAUTION),
])  # fmt: skip
def test_a_resolution_finer_than_two_voxels_is_a_finding(
    resolution: float, binning: int, severity: Optional[str]
) -> None:
    """The voxels are of 1 Å; what was binned by the user is no fault of the map."""
    conclusions = concluded({"resolution": resolution, "binning": binning}, e={}, d={})
    name = "resolution.beyond_sampling"
    assert severities(conclusions) == ({name: severity} if severity else {})
    for finding in conclusions.findings:
        assert "nothing finer than two of them, 2 Å" in finding.text


def test_serious_findings_come_first_and_only_causes_count() -> None:
    conclusions = concluded(
        i={"share_in_mask": 40.0},
        e={
            "contour_sigma": 1.5,
            "contour_one_body": 0.09,
            "axis_streak": 5.0,
            "identical_share": 90.0,
        },
    )
    assert severities(conclusions) == {
        "contour.in_noise": SERIOUS,
        "mask.partial": CAUTION,
        "streak": CAUTION,
        "state.masked": NOTE,
    }
    order = [finding.severity for finding in conclusions.findings]
    assert order == [SERIOUS, CAUTION, CAUTION, NOTE]
    causes = {finding.id: finding.caused_by for finding in conclusions.findings}
    assert causes["mask.partial"] == "contour.in_noise" and causes["streak"] is None
    assert conclusions.overall == Overall("serious", "Serious findings (1)")


def test_the_overall_line_counts_cautions_without_a_serious_finding() -> None:
    streaked = concluded(e={"axis_streak": 5.0, "negative_share": 0.0})
    assert streaked.overall == Overall("points", "Points to check (2)")
    noted = concluded(e={"identical_share": 99.0}, d={})
    assert noted.overall == Overall("none", "No reason for concern was found")


def test_the_overall_line_says_what_was_not_measured() -> None:
    start = "No reason for concern was found in what was measured"
    engine = Engine(BUILT_IN, "1")
    failed = Outcome(
        id="evidence", title="Evidence", status=Status.NOT_MEASURED, engine=engine, reason="Memory."
    )
    with_check = {"0.d": Outcome(id="0.d", title="B", status=Status.OK, engine=engine)}
    for outcomes in (with_check, {**with_check, "evidence": failed}):
        overall = conclude(RECORD, outcomes).overall
        assert overall == Overall("none", f"{start}; the evidence was not measured")
    assert concluded(e={}, i={}).overall == Overall("none", f"{start}; no check was measured")


def test_without_a_resolution_no_concern_is_limited_to_what_could_be_tested() -> None:
    overall = concluded({"resolution": None}, e={}, d={}).overall
    limited = "as far as could be tested without a resolution"
    assert overall == Overall("none", f"No reason for concern was found, {limited}")


@pytest.mark.parametrize("cause", [{"contour_sigma": 1.5}, {"structure_skewness": 0.03}])
def test_noise_has_no_weaker_part_and_is_no_difference_map(cause: Dict[str, float]) -> None:
    effects = {
        "part_occupancy": 0.5, "part_b_factor": 200.0, "part_share": 30.0, "contrast": 0.2,
        "negative_bodies": 0.8,
    }  # fmt: skip
    names = {"occupancy.partial", "b_factor.uneven", "state.difference"}
    assert names <= set(severities(concluded(e=effects)))
    assert not names & set(severities(concluded(e={**effects, **cause})))


def test_of_what_is_no_density_nothing_else_is_concluded() -> None:
    conclusions = concluded({"is_density": False}, e={"contour_sigma": 1.0, "negative_share": 0.0})
    assert [finding.id for finding in conclusions.findings] == [NOT_DENSITY]
    assert conclusions.overall.level == "serious"


def test_a_hand_that_is_not_decided_is_no_finding() -> None:
    undecided = Outcome(
        id="0.h",
        title="Hand",
        status=Status.NOT_APPLICABLE,
        engine=Engine(BUILT_IN, "1"),
        reason="The parts of the map disagree.",
        measurements={"score": Measurement(0.7, "", "hand")},
    )
    assert conclude(RECORD, {"0.h": undecided}).findings == []


def test_findings_are_drawn_from_the_built_in_engine_where_another_program_measured() -> None:
    score = {"score": 0.1, "built_in_score": 0.9}
    (finding,) = concluded(h=score).findings
    assert finding.id == "hand.mirrored" and "scores 0.90 (by the built-in engine)" in finding.text
    assert Evidence("0.h", "built_in_score") in finding.evidence
    assert concluded(h={"score": 0.9, "built_in_score": 0.1}).findings == []
    assert concluded(h={"score": 0.9, "built_in_score": None}).findings == []


def test_spikes_are_named_with_what_was_done() -> None:
    spike = Spike(place=(9, 12, 10), value=1000.0, replacement=0.1)
    (finding,) = concluded({"spikes": [spike]}, e={"spikes": 1}).findings
    assert finding.id == "spikes" and finding.severity == CAUTION
    assert "1 isolated voxel is far outside all others" in finding.text


def test_a_finding_is_data() -> None:
    (finding,) = concluded(e={"axis_streak": 5.0}).findings
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding


def test_only_checks_whose_mask_holds_a_part_are_said_to_see_a_part() -> None:
    """Two balls that may join on the coarser grid of 0.f; 0.c and 0.e did not measure."""
    one = atom_ball(32, 1.0, 100.0, 6.0).data
    two = np.zeros((48, 48, 96), dtype=np.float32)
    two[8:40, 8:40, 8:40] = two[8:40, 8:40, 56:88] = one
    prepared = prepare(DensityMap(two, 1.0), 0.05, 6.0)
    outcomes: Dict[str, Outcome] = {
        "input": prepared.section, "0.a": MASS.start(), "0.f": LOCAL_B_FACTOR.start()
    }  # fmt: skip
    findings = conclude(prepared.input, outcomes).findings
    text = next(finding.text for finding in findings if finding.id == "mask.partial")
    start = "Only 50 % of the voxels at or above the contour level, 0.05, are in the mask"
    assert text.startswith(start)
    if prepared.section.number("share_in_resized_mask") < 75:
        assert "0.a and 0.f treat that part as the whole molecule." in text
    else:
        assert "0.a treats that part as the whole molecule, while the mask of 0.f holds" in text
    assert "0.c" not in text and "0.e" not in text
    assert "No level" not in text, "no other level was tried"


def test_the_figure_of_a_finding_is_one_of_its_check() -> None:
    ball = prepare(atom_ball(64, 1.0, 60.0, 4.0), 0.2, 4.0)
    drawn = {
        (check.id, figure.curve if hasattr(figure, "curve") else figure.volume)
        for check in (*LEVEL0.evidence, *LEVEL0.checks)
        if check.id in ("evidence", "0.b", "0.c", "0.d", "0.e")
        for figure in check.run(ball.inputs).figures
    }
    drawn |= {("input", getattr(figure, "volume", "")) for figure in ball.section.figures}
    wanted = {kind.picture for kind in KINDS if kind.picture}
    # These are drawn only where they show something.
    rare = {("evidence", "parts"), ("evidence", "mass_curve")}
    assert wanted - rare <= drawn


def test_the_weaker_part_is_drawn_where_a_finding_says_so_and_nowhere_else() -> None:
    drawn = (uneven.UNEVEN_OCCUPANCY, uneven.UNEVEN_B_FACTOR)
    assert drawn == (parts.WEAK.value, parts.BLURRED.value)


def test_a_map_is_masked_where_its_background_cannot_be_judged() -> None:
    assert state.OUTSIDE.value == 100 * background.MASKED_SHARE


NOISE = {"structure_skewness": 0.03, "structure_coupling": 0.01}


def by_id(conclusions: Conclusions) -> Dict[str, Finding]:
    return {finding.id: finding for finding in conclusions.findings}


def test_structure_in_a_mask_of_noise_follows_from_the_contour_level() -> None:
    """A half map whose mask fills the box: what was measured there says nothing about it."""
    found = by_id(
        concluded(
            i={"hard_voxels": 990_000},
            e={**NOISE, "face_share": 90.0, "negative_bodies": 0.9, "contrast": 0.1},
        )
    )
    assert list(found) == ["contour.in_noise", "input.no_structure"]
    structure = found["input.no_structure"]
    assert structure.caused_by == "contour.in_noise"
    assert "says nothing about the molecule" in structure.text
    assert "9 Å." not in structure.advice
    assert found["contour.in_noise"].caused_by is None
    assert "low-pass filter" in found["contour.in_noise"].advice


def test_noise_without_a_molecule_gets_no_advice_on_its_detail() -> None:
    shapeless = by_id(concluded(e={**NOISE, "contrast": 0.2}))["input.no_structure"]
    assert shapeless.advice.startswith("Do not interpret this map")
    envelope = by_id(concluded(e={**NOISE, "contrast": 3.0}))["input.no_structure"]
    assert envelope.advice.startswith("Do not interpret detail finer than 9 Å")


def warned(check: str, *rules: str, **measurements: Any) -> Outcome:
    return Outcome(
        id=check,
        title=check,
        status=Status.WARNINGS if rules else Status.OK,
        engine=Engine(BUILT_IN, "1"),
        measurements={name: Measurement(value, "", "a") for name, value in measurements.items()},
        warnings=[RuleWarning(rule, "Broken.", "Re-centre.", 1) for rule in rules],
    )


def test_a_finding_lists_the_checks_that_warn_for_its_reason() -> None:
    outcomes = {
        "input": warned("input", share_in_mask=50.2),
        "evidence": warned("evidence", contour_one_body=0.09),
        "0.a": warned("0.a", "mass.decentering", "mass.space"),
        "0.b": warned("0.b", "mask.overlap", "mask.components"),
        "0.c": warned("0.c", "background.mean"),
    }
    partial = by_id(conclude(RECORD, outcomes))["mask.partial"]
    assert partial.text.endswith(" 0.a and 0.b warn for this reason.")
    assert partial.advice.endswith(" This comes before the advice of 0.a and 0.b.")
    del outcomes["0.a"], outcomes["0.b"]
    assert "warn for this reason" not in by_id(conclude(RECORD, outcomes))["mask.partial"].text


def test_a_broken_rule_is_named_with_one_finding() -> None:
    conclusions = concluded(
        i={"share_in_mask": 50.2, "hard_voxels": 990_000}, e={"contour_one_body": 0.06}
    )
    assert {"contour.in_noise", "mask.partial"} <= set(by_id(conclusions))
    outcomes = {
        "input": warned("input", share_in_mask=50.2, hard_voxels=990_000),
        "0.b": warned("0.b", "mask.overlap"),
    }
    found = by_id(conclude(RECORD, outcomes))
    assert found["contour.in_noise"].text.endswith("0.b warns for this reason.")
    assert "warns" not in found["mask.partial"].text


def test_a_contour_level_that_is_too_high_is_the_one_cause() -> None:
    """The molecule falls to pieces at it: one point to check, with one advice."""
    conclusions = concluded(
        i={"share_in_mask": 40.0},
        e={"contour_shown": 0.2, "contour_suggested": 0.04, "contour_one_body": None},
    )
    found = by_id(conclusions)
    assert found["mask.partial"].caused_by == "contour.too_high"
    assert "Lower the contour level (0.04 is suggested)" in found["mask.partial"].advice
    assert conclusions.overall == Overall("points", "Points to check (1)")


def test_a_low_passed_map_comes_before_a_part_outside_the_mask() -> None:
    found = concluded(
        i={"share_in_mask": 40.0}, e={"spectrum_cutoff": 6.5, "spectrum_drop": 13.0}
    ).findings
    assert [finding.id for finding in found] == ["resolution.low_passed", "mask.partial"]


def test_a_median_finer_than_the_end_of_the_map_is_put_right() -> None:
    values = {"e": {"spectrum_cutoff": 4.2, "spectrum_drop": 2.0}}
    finer = by_id(concluded(of_e={"median": 3.1}, **values))["resolution.low_passed"]
    assert "0.e has values finer than that (the median, 3.10 Å)" in finer.text
    some = by_id(concluded(of_e={"median": 4.5, "reported_percentile": 25.7}, **values))
    assert "25.7 % of the voxels, better than reported" in some["resolution.low_passed"].text
    coarser = by_id(concluded(of_e={"median": 4.5}, **values))["resolution.low_passed"]
    assert "0.e" not in coarser.text
    assert finer.advice.startswith("State 4.20 Å")


def test_a_contradiction_that_the_rule_of_0_e_does_not_see_is_said() -> None:
    worse = {"median_interval": [9.0, 12.0], "median": 10.0}
    found = by_id(concluded({"resolution": 8.0}, of_e=worse))["resolution.contradicted"]
    assert "The published rule of 0.e holds beside it" in found.text
    assert "the helices that the reported resolution promises" in found.advice
    assert "side chains" not in found.advice
    broken = {"0.e": warned("0.e", "local_resolution.percentile", **worse)}
    record = msgspec.structs.replace(RECORD, resolution=8.0)
    text = by_id(conclude(record, broken))["resolution.contradicted"].text
    assert "holds beside it" not in text and text.endswith("0.e warns for this reason.")


def test_what_is_not_sharpened_enough_is_one_claim_with_its_interval() -> None:
    values = {"b_factor_from_10": -263.0, "b_factor_interval": [-391.0, -135.0]}
    found = by_id(concluded(of_d=values))["sharpening.none"]
    assert found.title == "The map is not fully sharpened"
    assert "sharpened" not in found.text
    assert found.advice.startswith("Sharpen the map by 135 Å²") and "391 Å²" in found.advice
    low_passed = concluded(of_d=values, e={"spectrum_cutoff": 4.2, "spectrum_drop": 2.0})
    assert "sharpening.none" not in by_id(low_passed)


def test_a_tight_box_is_not_called_off_centre() -> None:
    tight = by_id(concluded(e={"center_offset": 1.0, "smallest_space": 1.7}))["centring"]
    assert tight.title == "The molecule is tight in its box"
    off = by_id(concluded(e={"center_offset": 12.0, "smallest_space": 1.7}))["centring"]
    assert off.title == "The molecule is off the centre of its box"


def test_no_severity_is_lost_behind_a_milder_cause() -> None:
    conclusions = concluded(
        e={"spectrum_cutoff": 3.3, "spectrum_drop": 2.0},
        of_e={"median_interval": [3.7, 4.6], "median": 4.1},
        record={"resolution": 3.0},
    )
    causes = {finding.id: finding.caused_by for finding in conclusions.findings}
    assert causes == {"resolution.contradicted": None, "resolution.low_passed": None}
    assert conclusions.overall.text == "Serious findings (1)"


@pytest.mark.parametrize("interval, named", [([3.4, 4.4], False), ([3.6, 4.6], True)])
def test_a_contradiction_needs_more_than_the_error_of_the_interval(
    interval: List[float], named: bool
) -> None:
    conclusions = concluded(
        of_e={"median_interval": interval, "median": 3.9}, record={"resolution": 3.2}
    )
    assert (severities(conclusions) == {"resolution.contradicted": SERIOUS}) is named


@pytest.mark.parametrize(
    "resolution, skewness, coupling, named",
    [
        (4.0, 0.03, 0.19, True),  # noise times an envelope, which couples the bands
        (5.0, -0.03, 0.21, True),
        (4.6, 0.15, 0.11, False),
        (5.0, 0.06, 0.07, False),
    ],
)
def test_noise_in_an_envelope_has_no_skewness(
    resolution: float, skewness: float, coupling: float, named: bool
) -> None:
    conclusions = concluded(
        e={"structure_skewness": skewness, "structure_coupling": coupling},
        record={"resolution": resolution},
    )
    assert ("input.no_structure" in severities(conclusions)) is named


def test_noise_is_not_called_inverted() -> None:
    noise = {"contrast": -1.55, "structure_skewness": 0.02, "structure_coupling": 0.01}
    assert severities(concluded(e=noise)) == {"input.no_structure": SERIOUS}
    inverted = {"contrast": -4.9, "structure_skewness": -0.7, "structure_coupling": -0.26}
    assert concluded(e=inverted).findings[0].id == "contrast.inverted"


def test_a_small_protein_with_structure_is_not_in_nm() -> None:
    structure = {"structure_skewness": 0.9, "structure_coupling": 0.2}
    assert concluded(i={"size_from_nm": 6.0}, e=structure).findings == []
    assert severities(concluded(i={"size_from_nm": 6.0})) == {"voxel_size.doubtful": SERIOUS}


def test_a_voxel_size_in_nm_is_named_also_where_the_shape_looks_like_detail() -> None:
    """At a tenth of the scale the band of the details holds the shape of the molecule."""
    structure = {"structure_skewness": 1.8, "structure_coupling": 0.6}
    assert severities(concluded(i={"size_from_nm": 1.05}, e=structure)) == {
        "voxel_size.doubtful": SERIOUS
    }


def test_a_far_too_low_contour_level_of_a_masked_map_is_named() -> None:
    low = {"contour_mean": 10.8, "contour_suggested": 0.4}
    conclusions = concluded(e=low)
    assert severities(conclusions) == {"contour.in_noise": SERIOUS}
    assert conclusions.findings[0].title == "The contour level is far too low"
    assert "(0.4 is suggested)" in conclusions.findings[0].advice
    assert concluded(e={**low, "contour_sigma": 4.0}).findings == [], "where the noise is seen"


OWN = {"contour_source": "proposed: it is halfway to the mean above it"}


def test_the_level_that_the_program_chose_is_not_judged_as_one_that_was_stated() -> None:
    for measured in ({"contour_shown": 0.2}, {"contour_mean": 10.8}):
        assert concluded(e=measured).findings
        assert concluded(OWN, e=measured).findings == []
    (noise,) = concluded(OWN, e={"contour_sigma": 1.5}).findings
    assert noise.title == "No contour level shows a molecule"
    assert noise.text.startswith(
        "The contour level that the program chose, 0.1, is only 1.5 sigma"
    )
    assert "Raise" not in noise.advice
    (partial,) = concluded(OWN, i={"share_in_mask": 50.2}, e={"contour_one_body": None}).findings
    assert partial.text.startswith(
        "Only 50.2 % of the voxels at or above the contour level that the program chose, 0.1,"
    )


def test_parallel_helices_are_no_blur() -> None:
    """A coiled coil of 11 kDa: uneven B-factors, but no weak direction."""
    assert concluded(e={"anisotropy": 10.5, "directional_power": [0.57, 1.43]}).findings == []


def test_the_plane_of_a_cut_is_no_anisotropy() -> None:
    """Beta-galactosidase cut through its middle."""
    uneven = {"anisotropy": 12.0, "directional_power": [0.19, 4.0]}
    assert severities(concluded(e=uneven)) == {"anisotropy": CAUTION}
    cut = concluded(e={**uneven, "face_share": 1.85, "faces_touched": 1, "runs_through": 0})
    assert list(severities(cut)) == ["state.cut"]


def test_a_level_of_one_body_below_seven_tenths_is_said() -> None:
    apart = {"contour_one_body": 0.06}
    conclusions = concluded(i={"share_in_mask": 21.0}, e=apart)
    assert severities(conclusions) == {"mask.partial": SERIOUS}
    assert "Only at 0.6 times that level it is one body" in conclusions.findings[0].text
    assert "0.06" in conclusions.findings[0].advice


def test_what_leaves_the_box_sideways_was_cut() -> None:
    through = {"runs_through": 1, "face_share": 4.0, "faces_touched": 2}
    assert list(severities(concluded(e=through))) == ["state.filament"]
    assert list(severities(concluded(e={**through, "faces_touched": 3}))) == ["state.cut"]


def test_a_blur_along_an_axis_is_no_missing_cone() -> None:
    blurred = {"anisotropy": 9.6, "directional_power": [0.25, 1.5]}
    assert severities(concluded(e=blurred)) == {"anisotropy": CAUTION}


def test_a_box_without_any_space_is_said_without_a_share_of_0() -> None:
    touching = by_id(concluded(e={"center_offset": 1.0, "smallest_space": 0.0}))["centring"]
    assert touching.text == "The density at the contour level reaches a face of the box."


def test_the_background_is_blurred_by_the_claim_and_the_finding_says_so() -> None:
    values = {"e": {"background_structure": 2.5}}
    coarse = by_id(concluded({"resolution": 15.0}, **values))["background.structured"]
    assert coarse.text.startswith("Blurred to 30 Å, twice the reported resolution, the background")
    assert by_id(concluded(**values))["background.structured"].text.startswith("Blurred to 10 Å, ")


def test_a_box_full_of_molecule_may_be_cut_but_a_mask_of_noise_is_not() -> None:
    full = by_id(concluded(i={"hard_voxels": 990_000}, e={"face_share": 60.0}))
    assert set(full) == {"contour.in_noise", "state.cut"}
    noise = by_id(concluded(e={"face_share": 60.0, "contour_sigma": 1.5}))
    assert set(noise) == {"contour.in_noise"}
