"""Numbers in sentences: digits, signs, thousands, plurals, and what is too small to print."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pytest

import vrs
from vrs.maps.printing import (
    count,
    entered,
    fixed,
    grouped,
    number,
    probability,
    share,
    ungrouped,
)
from vrs.maps.typed_values import contour_level

PACKAGE = Path(vrs.__file__).parent

EXTREMES = (
    0.0, -0.0, 1e-300, -1e-300, 1e-9, 9.999e-6, 1e-5, 5.73e-5, 0.0999999, 0.5, -0.04, 0.9996, 1.0,
    9.9999, 99.95, 999.96, 9999.9, 10000.0, 17087.36, -123456.789, 1e9, 3.4e38, -3.4e38,
)  # fmt: skip


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("digits", [2, 3, 4, 6])
def test_a_printed_number_is_near_its_value_and_has_no_exponent(value: float, digits: int) -> None:
    text = ungrouped(number(value, digits))
    assert "e" not in text and not re.fullmatch(r"-0(\.0*)?", text)
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    read = float(text.replace(" × 10", "e").translate(raised))
    assert math.isclose(read, value, rel_tol=0.51 * 10.0 ** (1 - digits))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (0.5, "0.5"), (3.14159, "3.14"), (-0.3, "-0.3"),
        (1234.56, "1235"), (9999.0, "9999"), (12345.6, "12\u202f346"),
        (1e9, "1\u202f000\u202f000\u202f000"),
        (5.73303e-5, "0.0000573"), (1.2e-7, "1.2 × 10⁻⁷"), (-3.4e38, "-3.4 × 10³⁸"),
        (math.nan, "nan"), (math.inf, "inf"),
    ],
)  # fmt: skip
def test_three_digits_or_all_before_the_point(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.09, "0.09"), (1.05000001, "1.05"), (123.4567891, "123.457"), (2e-6, "2 × 10⁻⁶")],
)
def test_entered_values_have_six_digits(value: float, text: str) -> None:
    assert entered(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 %"), (1e-9, "below 0.00001 %"), (5.73e-5, "0.0000573 %"), (97.349, "97.3 %"),
        (99.95, "99.95 %"), (99.9999, "99.9999 %"), (99.9999999, "almost 100 %"), (100.0, "100 %"),
    ],
)  # fmt: skip
def test_a_share_is_never_rounded_to_nothing_or_to_all(value: float, text: str) -> None:
    assert share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "p = 1"), (0.05, "p = 0.05"), (0.000123, "p = 0.000123"), (1e-5, "p = 0.00001"),
        (9.99e-6, "p below 0.00001"), (5e-171, "p below 0.00001"), (0.0, "p below 0.00001"),
    ],
)  # fmt: skip
def test_small_probabilities_are_printed_in_one_way(value: float, text: str) -> None:
    assert probability(value) == text


def test_counts_have_their_noun_in_the_right_number() -> None:
    texts = [count(n, "voxel") for n in (0, 1, 2, 12345)]
    assert texts == ["0 voxels", "1 voxel", "2 voxels", "12\u202f345 voxels"]
    assert count(1, "body", "bodies") == "1 body" and count(3, "body", "bodies") == "3 bodies"


def test_thousands_are_set_apart_before_the_point_only() -> None:
    assert grouped("1234567.1234567") == "1\u202f234\u202f567.1234567"
    assert grouped("1234") == "1234" and grouped("0.12345") == "0.12345"
    assert ungrouped("a\u202fb and 12\u202f345") == "a\u202fb and 12345"
    assert fixed(-0.001, 2) == "0.00" and fixed(-12345.678, 1) == "-12\u202f345.7"


OF_BYTES = {"checks/memory.py", "maps/files.py", "maps/bounded_file.py", "maps/memory_map.py"}
OF_TYPED_VALUES = {
    "maps/header.py", "maps/printing.py",
}  # fmt: skip
"""Modules that print seconds, or what somebody types again: there "1e-07" is right."""

MAY_BE_ONE = re.compile(
    r" (?:bytes|images|volumes|values|warnings|components|standard deviations)\b"
)

PRINTED_BY_THE_MODULE = ("level0", "checks", "viewers", "report/text", "report/compare", "maps")


@pytest.mark.parametrize("folder", PRINTED_BY_THE_MODULE)
def test_sentences_leave_the_digits_to_the_module(folder: str) -> None:
    """A format such as ".3g" prints "1.2e-07", "-0" and "5.7e-05 %"."""
    formats = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in sorted((PACKAGE / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None
        for part in node.format_spec.values  # type: ignore[attr-defined]
        if isinstance(part, ast.Constant) and re.fullmatch(r"[+,]?\.\d+[gef]", str(part.value))
    ]
    assert {place.split(":")[0] for place in formats} <= OF_BYTES | OF_TYPED_VALUES, formats


def _is_constant(value: ast.expr) -> bool:
    """Whether it is a number of the program, such as OUTLIER_LIMIT."""
    return isinstance(value, ast.Name) and value.id.isupper()


@pytest.mark.parametrize("folder", ["maps", "checks", "level0", "report", "run", "cli"])
def test_what_may_be_one_is_counted_by_the_module(folder: str) -> None:
    """Else a report says "1 bytes longer" or "mean + 1 standard deviations"."""
    found = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in sorted((PACKAGE / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for value, text in zip(node.values, node.values[1:])
        if isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant)
        if MAY_BE_ONE.match(str(text.value)) and not _is_constant(value.value)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("typed", "grey_value", "words"),
    [
        ("1 sigma", 0.1, "1 sigma = 0.1: mean + 1 standard deviation of all voxels"),
        ("-3 sigma", -0.0, "-3 sigma = 0: mean - 3 standard deviations of all voxels"),
        ("1e-9 %", 1e9, "1 × 10⁻⁹ % = 1000000000: the level that 1 × 10⁻⁹ % of all voxels reach"),
    ],
)
def test_a_typed_level_in_words(typed: str, grey_value: float, words: str) -> None:
    assert ungrouped(contour_level(typed).described(grey_value)) == words
