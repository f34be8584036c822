"""The table of how many real maps break each rule."""

from __future__ import annotations

import re

import pytest

from vrs.checks.base_rates import RuleRate
from vrs.level0 import LEVEL0, MASS
from vrs.level0.base_rates import BASE_RATES
from vrs.tests.base_rates import WHOLE_MAPS, rates


def test_the_table_has_every_published_rule() -> None:
    published = {
        rule.id
        for check in LEVEL0.checks
        for rule in check.rules
        if rule.scored and not rule.alternative_to
    }
    assert set(BASE_RATES.rules) == published


def test_the_table_is_dated_and_names_its_maps() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", BASE_RATES.date)
    assert BASE_RATES.maps == [real.name for real in WHOLE_MAPS]
    assert all(0 < rate.maps <= len(WHOLE_MAPS) for rate in BASE_RATES.rules.values())


def test_a_rule_is_counted_once_for_a_map_that_breaks_it_on_several_sides() -> None:
    space = MASS.rule("mass.space")
    results = [MASS.start() for _ in range(3)] + [MASS.not_measured("No mask.")]
    for side in ("left", "right"):
        results[1].warn(space, f"The space on the {side} is small.")
    counted = rates(results)
    assert counted.rules["mass.space"] == RuleRate(1, 3)
    assert counted.rules["mass.decentering"] == RuleRate(0, 3)
    assert "hand.score" not in counted.rules


def test_no_more_maps_break_a_rule_than_were_evaluated() -> None:
    with pytest.raises(ValueError, match="3 of 2 maps"):
        RuleRate(3, 2)
