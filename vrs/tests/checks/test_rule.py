"""The table of rules: what it accepts, how it prints numbers, and that every rule has advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrs.checks.store import load_result, save_result
from vrs.levels import CHECKS

RULES = {rule.id: rule for check in CHECKS.values() for rule in check.rules}


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ("mass.decentering", 20.0, True),
        ("mass.decentering", 20.01, False),
        ("mask.overlap", 0.75, True),
        ("mask.overlap", 0.7499, False),
        ("b_factor.interval", -300.0, True),
        ("b_factor.interval", 0.0, True),
        ("b_factor.interval", 0.1, False),
        ("b_factor.interval", -300.1, False),
    ],
)
def test_the_limits_themselves_pass(rule: str, value: float, holds: bool) -> None:
    assert RULES[rule].holds(value) is holds


@pytest.mark.parametrize(
    ("rule", "value", "text"),
    [
        ("mass.space", 14.2371, "14.2 %"),
        ("mass.space", 19.9998, "19.9998 %"),
        ("mass.space", 20.0, "20 %"),
        ("mask.components", 1, "1"),
        ("mask.components", 123456, "123\u202f456"),
        ("mask.remaining_volume", 12345.678, "12\u202f346 Å³"),
        ("mask.overlap", 0.74999, "0.74999"),
        ("background.mean", 0.0, "0"),
        ("background.mean", 2.345e-26, "below 0.00001"),
        ("background.mean", 0.3712, "0.371"),
        ("b_factor.interval", -85.21, "-85 Å²"),
        ("b_factor.interval", 0.004, "0.004 Å²"),
        ("b_factor.interval", -300.4, "-300.4 Å²"),
        ("hand.score", 6.5e-5, "below 0.001"),
        ("hand.score", 0.5004, "0.5004"),
        ("local_resolution.percentile", 0.0, "0 %"),
    ],
)
def test_a_printed_number_is_on_the_same_side_of_the_limit(
    rule: str, value: float, text: str
) -> None:
    assert RULES[rule].number(value) == text


def test_the_short_form_of_a_rule_holds_its_limits_and_unit() -> None:
    assert RULES["mass.space"].short == "at least 20 %"
    assert RULES["mask.components"].short == "at most 5"
    assert RULES["b_factor.interval"].short == "-300 to 0 Å²"


def test_every_scored_rule_has_advice_that_begins_with_a_short_sentence() -> None:
    for rule in RULES.values():
        for advice in (rule.advice, rule.advice_below):
            if advice:
                assert 20 < len(advice.split(". ")[0]) < 120, rule.id
                assert advice.endswith("."), rule.id
        assert bool(rule.advice) is rule.scored, rule.id


def test_every_text_names_its_limits_and_says_what_the_number_must_be() -> None:
    for rule in RULES.values():
        assert all(f"{limit:g}" in rule.text for limit in rule.limits), rule.id
        assert len(rule.limits) == (2 if rule.must == "between" else 1), rule.id
        better = rule.must == "at most" and "or better" in rule.text
        assert rule.must in rule.text or better, rule.id


def test_a_warning_carries_the_advice_for_its_side_of_the_interval() -> None:
    check = CHECKS["0.d"].start()
    assert not check.decide(RULES["b_factor.interval"], "B-factor", 25.0)
    check.warn(RULES["b_factor.interval"], "The B-factor is 25 Å².")
    assert check.warnings[0].advice.startswith("Sharpen less")
    check = CHECKS["0.d"].start()
    check.decide(RULES["b_factor.interval"], "B-factor", -400.0)
    check.warn(RULES["b_factor.interval"], "The B-factor is -400 Å².")
    assert check.warnings[0].advice.startswith("Sharpen the map")


def test_the_numbers_that_break_a_rule_decide_and_else_the_first() -> None:
    check = CHECKS["0.b"].start()
    assert check.deciding == []
    assert check.decide(RULES["mask.components"], "components", 2)
    assert check.decide(RULES["mask.overlap"], "overlap", 0.9)
    assert [found.rule for found in check.deciding] == ["mask.components"]
    assert not check.decide(RULES["mask.remaining_volume"], "mean volume", 6.5)
    assert [found.text for found in check.deciding] == ["6.5 Å³"]


def test_decisions_survive_saving(tmp_path: Path) -> None:
    check = CHECKS["0.c"].start()
    check.decide(RULES["background.mean"], "p-value", 0.0, "below 2e-308")
    check.warn(RULES["background.mean"], "The hypothesis is rejected.")
    save_result(check, tmp_path)
    loaded = load_result(tmp_path)
    assert loaded.decisions == check.decisions
    assert loaded.decisions[0].text == "below 2e-308"
    assert loaded.warnings == check.warnings
