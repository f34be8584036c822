"""The sentences of the first page: what holds, and the estimates of the resolution."""

from __future__ import annotations

from typing import Dict, Optional

import pytest

from vrs.checks.inputs import InputRecord
from vrs.checks.result import Measurement, Result, Status
from vrs.level0 import HAND, LOCAL_RESOLUTION
from vrs.level0.evidence import EVIDENCE
from vrs.report.model import Finding
from vrs.report.text.findings.facts import Facts
from vrs.report.text.summary import about_the_map, resolution_estimates, stated_mass, what_holds
from vrs.tests.report_example import preparation


def facts(
    resolution: Optional[float] = 3.2,
    median: Optional[float] = 3.4,
    cutoff: float = 3.1,
    is_density: bool = True,
    drop: float = 2.5,
    mass: Optional[float] = None,
) -> Facts:
    record: InputRecord = preparation(resolution=resolution).input
    record.is_density, record.mass = is_density, mass
    evidence = EVIDENCE.start()
    evidence.measure("structure_skewness", 0.8, "", "skewness")
    evidence.measure("structure_coupling", 0.3, "", "coupling")
    evidence.measure("spectrum_cutoff", cutoff, "Å", "cut-off")
    evidence.measure("spectrum_drop", drop, "decades", "fall")
    evidence.measure("contour_from_mass", 0.008, "grey values", "level")
    evidence.measure("effective_resolution", 3.3, "Å", "d99")
    evidence.measure("directional_power", [0.7, 1.3], "", "power")
    outcomes: Dict[str, Result] = {"evidence": evidence, "0.h": HAND.start()}
    if median is not None:
        outcomes["0.e"] = LOCAL_RESOLUTION.start()
        outcomes["0.e"].measure("median", median, "Å", "median")
    return Facts(record, outcomes)


def finding(name: str, severity: str = "serious") -> Finding:
    return Finding(
        id=name, severity=severity, title=name, text="", advice="", evidence=[]  # type: ignore[arg-type]
    )  # fmt: skip


def test_what_was_tested_and_holds_is_one_sentence() -> None:
    assert what_holds(facts(), []) == (
        "What is right with the map: it has the structure of a molecule at 3.2 Å, its power "
        "reaches the reported resolution (it falls off at 3.10 Å), its helices turn to the "
        "right and no direction is missing (the weakest has 0.7 times the mean power)."
    )


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("hand.mirrored", "helices"),
        ("anisotropy", "direction"),
        ("resolution.low_passed", "power reaches"),
        ("resolution.contradicted", "structure"),
    ],
)
def test_nothing_is_called_right_that_a_finding_doubts(name: str, absent: str) -> None:
    assert absent in what_holds(facts(), [finding(name, "note")])
    assert absent not in what_holds(facts(), [finding(name)])


@pytest.mark.parametrize("name", ["input.no_structure", "contour.in_noise", "contrast.inverted"])
def test_nothing_is_right_with_noise(name: str) -> None:
    assert what_holds(facts(), [finding(name)]) == ""


def test_nothing_is_right_with_what_is_no_density() -> None:
    assert what_holds(facts(is_density=False), []) == ""


def test_a_resolution_far_below_the_mean_estimate_may_be_overestimated() -> None:
    mean = (3.4 + 3.1 + 3.3) / 3
    good = resolution_estimates(facts(resolution=0.81 * mean))
    assert "3.40 Å (median local resolution, 0.e), 3.10 Å (end of the power" in good
    assert "3.27 Å on average" in good and "may be" not in good
    assert "may be overestimated" in resolution_estimates(facts(resolution=0.79 * mean))


def test_a_median_at_the_end_of_the_range_is_no_estimate() -> None:
    beyond = facts(resolution=2.4, median=2.5)
    beyond.outcomes["0.e"].status = Status.NOT_APPLICABLE
    assert "0.e" not in resolution_estimates(beyond)


def test_estimates_stand_alone_without_a_reported_resolution() -> None:
    sentence = resolution_estimates(facts(resolution=None, median=None))
    assert sentence.endswith("3.20 Å on average.")
    assert resolution_estimates(Facts(facts().record, {})) == ""


@pytest.mark.parametrize(
    ("resolution", "cutoff", "drop"),
    [(4.3, 24.39, 1.2), (8.0, 25.0, 0.9), (4.3, 2.9, 3.0), (3.2, 3.1, 0.5)],
)
def test_a_fall_that_is_no_end_of_the_signal_is_left_out(
    resolution: float, cutoff: float, drop: float
) -> None:
    """The shape of the molecule, the noise beyond the resolution, and no steep fall at all."""
    here = facts(resolution=resolution, cutoff=cutoff, drop=drop)
    assert "reaches" not in what_holds(here, [])
    assert "end of the power" not in resolution_estimates(here)


def test_a_map_that_ends_early_reaches_nothing_but_is_an_estimate() -> None:
    here = facts(resolution=3.2, cutoff=6.5, drop=13.0)
    assert "reaches" not in what_holds(here, [])
    assert "6.50 Å (end of the power spectrum)" in resolution_estimates(here)


def test_nothing_is_overestimated_beside_a_map_that_looks_better() -> None:
    here = facts(resolution=2.0)
    assert "overestimated" in " ".join(about_the_map(here, []))
    beside = " ".join(about_the_map(here, [finding("resolution.better", "note")]))
    assert "Estimated resolution" in beside and "overestimated" not in beside


def test_beyond_3_6_angstrom_no_structure_at_the_resolution_is_claimed() -> None:
    text = what_holds(facts(resolution=4.3, cutoff=4.2), [])
    assert "structure of a molecule" not in text
    assert "its finest details are stronger where it is denser" in text


def test_the_level_of_the_stated_mass_is_named_with_its_caveat() -> None:
    assert stated_mass(facts()) == ""
    text = stated_mass(facts(mass=64.0))
    assert text.startswith("The volume of the stated mass, 64 kDa, lies above 0.008")
    assert "no better contour level: usual contour levels show 0.2 to 1.4 times" in text
    above = facts(mass=64.0)
    above.record.contour = 0.004
    assert "2 times the contour level" in stated_mass(above)
    assert "the contour level shows more than that mass" in stated_mass(above)
    assert text in about_the_map(facts(mass=64.0), [])


@pytest.mark.parametrize("level, offset", [(-0.00005, None), (0.002, 0.3)])
def test_a_mass_that_reaches_below_the_background_is_impossible(
    level: float, offset: Optional[float]
) -> None:
    """The mean of the background is 0.3 times the contour level, 0.5; or unknown, and so 0."""
    here = facts(mass=2500.0)
    measured = here.outcomes["evidence"].measurements
    measured["contour_from_mass"] = Measurement(level, "", "", "")
    measured["background_offset"] = Measurement(offset, "", "", "" if offset else "none")
    text = stated_mass(here)
    assert "below the background" in text and "better contour level" not in text
    assert "cannot be the mass of what the map shows" in text
