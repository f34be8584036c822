"""The table of how many real maps break each rule."""

from __future__ import annotations

import re

import msgspec
import pytest

from vrs.checks.base_rates import RuleRate
from vrs.level0 import LEVEL0, MASS
from vrs.level0.base_rates import BASE_RATES
from vrs.tests.base_rates import DENSITIES, WHOLE_MAPS, base_rates
from vrs.tests.suite.rules import (
    DATA,
    PAGE,
    WHOLE,
    BeforeAndAfter,
    CheckRules,
    MapRules,
    page,
    rates,
    rules_of,
)


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
    assert BASE_RATES.maps == list(WHOLE_MAPS.values())
    assert all(0 < rate.maps <= len(WHOLE_MAPS) for rate in BASE_RATES.rules.values())


def test_a_rule_is_counted_once_for_a_map_that_breaks_it_on_several_sides() -> None:
    space = MASS.rule("mass.space")
    results = [MASS.start() for _ in range(3)] + [MASS.not_measured("No mask.")]
    for side in ("left", "right"):
        results[1].warn(space, f"The space on the {side} is small.")
    found = [rules_of(result) for result in results]
    assert found[3] == CheckRules("Could not be measured")
    counted = rates([MapRules("", WHOLE, {"0.a": check}) for check in found])
    assert counted["mass.space"] == RuleRate(1, 3)
    assert counted["mass.decentering"] == RuleRate(0, 3)
    assert "hand.score" not in counted


@pytest.mark.skipif(not DATA.exists(), reason="needs the docs folder of the repository")
def test_the_page_of_every_rule_on_every_map_is_made_from_its_data() -> None:
    data = msgspec.json.decode(DATA.read_bytes(), type=BeforeAndAfter)
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(data), "python -m vrs.tests.base_rates --page"
    names = [real.name for real in DENSITIES]
    assert [m.name for m in data.before.maps] == [m.name for m in data.after.maps] == names
    assert base_rates(data.after) == BASE_RATES


def test_no_more_maps_break_a_rule_than_were_evaluated() -> None:
    with pytest.raises(ValueError, match="3 of 2 maps"):
        RuleRate(3, 2)
