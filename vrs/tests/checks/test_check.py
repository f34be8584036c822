"""A check as data: what it needs, when it applies, how it ends without numbers."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.checks.check import Check, Need
from vrs.checks.inputs import Inputs
from vrs.checks.result import CannotMeasure, Engine, Result, Status
from vrs.checks.rule import BETWEEN, Rule
from vrs.levels import CHECKS
from vrs.maps import DensityMap, MapError
from vrs.tests.inputs import inputs_of
from vrs.tests.simulation import atom_ball

RANGE = Rule(
    "invented.resolution", BETWEEN, (2.0, 13.0), "Å", "d from {0} to {1} Å", "", scored=False
)
DENSITY = atom_ball(32, 1.0, 20.0)
EVERYWHERE = np.ones((32, 32, 32), dtype=bool)


def invented(measure: object, *needs: Need) -> Check:
    return Check(
        "9.z", "Invented", "It explains.", "It was done.", (), (RANGE,), needs, measure
    )  # type: ignore[arg-type]


def measured(inputs: Inputs) -> Result:
    return invented(None).start()


def failing(error: Exception) -> Check:
    def measure(inputs: Inputs) -> Result:
        raise error

    return invented(measure)


@pytest.mark.parametrize(
    ("resolution", "status", "reason"),
    [
        (None, Status.NOT_APPLICABLE, "The resolution was not reported."),
        (1.9, Status.NOT_APPLICABLE, "of 1.9 Å is better than 2 Å, the limit of the method."),
        (13.1, Status.NOT_APPLICABLE, "of 13.1 Å is worse than 13 Å, the limit of the method."),
        (2.0, Status.OK, ""),
        (13.0, Status.OK, ""),
    ],
)
def test_limits_of_applicability_are_tested_with_the_reported_resolution(
    resolution: float, status: Status, reason: str
) -> None:
    check = invented(measured, Need.RESOLUTION)
    result = check.run(inputs_of(DENSITY, EVERYWHERE, 0.5, resolution))
    assert result.status is status
    assert result.reason.endswith(reason)


def test_a_check_that_needs_no_resolution_applies_without_one() -> None:
    assert invented(measured).run(inputs_of(DENSITY, EVERYWHERE)).status is Status.OK


def test_an_empty_mask_stops_only_a_check_that_needs_one() -> None:
    inputs = inputs_of(DENSITY, ~EVERYWHERE)
    assert invented(measured).run(inputs).status is Status.OK
    stopped = invented(measured, Need.MASK).run(inputs)
    assert stopped.status is Status.NOT_MEASURED
    assert stopped.reason.startswith("The mask is empty: no voxel is at or above the contour level")
    assert stopped.headline == f"Invented: could not be measured. {stopped.reason}"


def test_a_map_that_is_unsuitable_gives_a_result_with_reason_and_engine() -> None:
    engine = Engine("another", "1.0")
    inputs = inputs_of(DENSITY, EVERYWHERE)
    result = failing(CannotMeasure("the map is flat", "give another", engine)).run(inputs)
    assert (result.status, result.engine) == (Status.NOT_MEASURED, engine)
    assert result.reason == "The map is flat: give another."
    assert failing(MapError("it is cut")).run(inputs).reason == "It is cut."
    assert failing(MemoryError()).run(inputs).status is Status.NOT_MEASURED


def test_a_defect_of_our_own_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError()).run(inputs_of(DENSITY, EVERYWHERE))


def test_too_little_memory_is_refused_before_the_measurement() -> None:
    inputs = inputs_of(DENSITY, EVERYWHERE)
    refused = failing(AssertionError()).run(inputs, available=1e6)
    assert refused.status is Status.NOT_MEASURED
    assert refused.reason.startswith("9.z Invented needs about 0.3 GB of memory and 0.0 GB are")
    assert invented(measured).run(inputs, available=1e9).status is Status.OK


def test_a_check_that_does_not_apply_is_not_refused_for_its_memory() -> None:
    result = invented(measured, Need.RESOLUTION).run(inputs_of(DENSITY, EVERYWHERE), available=1e6)
    assert result.status is Status.NOT_APPLICABLE


def test_an_alternative_rule_is_known_but_applies_only_on_request() -> None:
    mass = CHECKS["0.a"]
    assert "mass.space_in_angstrom" not in mass.start().criteria
    assert mass.rule("mass.space_in_angstrom").alternative_to == "mass.space"


def test_no_check_of_a_level_shares_an_identifier_or_a_rule_with_another() -> None:
    rules = [rule.id for check in CHECKS.values() for rule in check.rules]
    assert len(set(rules)) == len(rules)
    assert list(CHECKS) == [f"0.{letter}" for letter in "abcdefgh"]


def test_a_left_out_check_is_not_evaluated() -> None:
    result = invented(measured).left_out()
    assert (result.status, result.status_text, result.evaluated) == (
        Status.LEFT_OUT,
        "Left out",
        False,
    )


def test_voxels_of_other_sizes_do_not_fit_a_mask() -> None:
    other = DensityMap(np.zeros((16, 16, 16), dtype=np.float32), 1.0)
    result = invented(measured, Need.MASK).run(inputs_of(other, EVERYWHERE))
    assert "the mask has (32, 32, 32) voxels" in result.reason.lower()
