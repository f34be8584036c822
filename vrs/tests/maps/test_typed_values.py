"""Contour levels and lengths are read as people type them, or refused with the likely meaning."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.maps import MapError
from vrs.maps.typed_values import (
    GIVEN,
    ContourLevel,
    LevelUnit,
    angstrom,
    contour_level,
    kilodaltons,
)

GREY, SIGMA, PERCENT = LevelUnit.GREY_VALUE, LevelUnit.SIGMA, LevelUnit.PERCENT


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("0.09", 0.09, GREY), (" .09 ", 0.09, GREY), ("9e-2", 0.09, GREY), ("+3", 3, GREY),
        ("-0.09", -0.09, GREY), ("−0.09", -0.09, GREY), ("–0.09", -0.09, GREY),
        ("−9e−2", -0.09, GREY), ("０.０９", 0.09, GREY),
        ("3 sigma", 3, SIGMA), ("3sigma", 3, SIGMA), ("3 Sigma", 3, SIGMA), ("3σ", 3, SIGMA),
        ("2.5 σ", 2.5, SIGMA), ("-1σ", -1, SIGMA), ("3\u00a0σ", 3, SIGMA), ("3 SD", 3, SIGMA),
        ("3 standard deviations", 3, SIGMA),
        ("3-sigma", 3, SIGMA), ("\u20140.09", -0.09, GREY), ("- 0.09", -0.09, GREY),
        ("1%", 1, PERCENT), ("1 %", 1, PERCENT), ("0.5 percent", 0.5, PERCENT),
    ],
)  # fmt: skip
def test_contour_levels(text: str, number: float, unit: LevelUnit) -> None:
    assert contour_level(text) == ContourLevel(number, unit)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("0,09", "write it with a point: 0.09"),
        ("1,5 sigma", "write it with a point: 1.5 sigma"),
        ("1e", "the exponent is missing, as in 1e-3"),
        ("3 rmsd", "write '3 sigma' for mean + 3 standard deviations, or the grey value"),
        ("150%", "is not between 0 and 100 %"),
        ("0%", "is not between 0 and 100 %"),
        ("0.09 V", "write a grey value such as 0.09, or '3 sigma', or '1 %' of the voxels"),
        ("high", "write a grey value such as 0.09"),
        ("nan", "is not a number"),
        ("1e999", "is not a number"),
        ("3-", "is not a contour level"),
        ("3-4", "is not a contour level"),
        ("1_000", "is not a contour level"),
        ("", "is not a number"),
    ],
)
def test_hints_on_contour_levels(text: str, hint: str) -> None:
    with pytest.raises(MapError) as caught:
        contour_level(text)
    assert hint in str(caught.value) and repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.5", 3.5), ("3.5A", 3.5), ("3.5 A", 3.5), ("3.5Å", 3.5), ("3.5 \u212b", 3.5),
        ("3.5 A\u030a", 3.5), ("3.5 Angstrom", 3.5), ("0.35 nm", 3.5), ("−1", -1.0),
        ("1.05 Å/px", 1.05), ("1.05 A/pix", 1.05), ("1.05 Å/pixel", 1.05),
        ("0.105 nm per voxel", 1.05),
    ],
)  # fmt: skip
def test_lengths(text: str, value: float) -> None:
    assert angstrom(text) == value


@pytest.mark.parametrize("text", ["3,5", "3.5-4", "~3.5", "3.5 %", "350 pm", "three"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(MapError, match="write (one number of Å, such as 3.5|it with a point: 3.5)"):
        angstrom(text)


def test_a_hint_keeps_the_capital_of_the_unit() -> None:
    with pytest.raises(MapError, match="write it with a point: 3.5 Å$"):
        angstrom("3,5 Å")


def test_grey_values_of_levels() -> None:
    data = np.random.default_rng(0).permutation(np.arange(8000.0)).astype(np.float32)
    data = data.reshape(20, 20, 20)
    assert contour_level("0.5").grey_value(data) == 0.5
    expected = data.mean(dtype=float) + 1.5 * data.std(dtype=float)
    assert contour_level("1.5 sigma").grey_value(data) == pytest.approx(expected, rel=1e-9)
    level = contour_level("1%").grey_value(data)
    assert int((data >= level).sum()) == 80
    assert contour_level("100%").grey_value(data) == 0


def test_the_grey_value_is_in_the_source() -> None:
    assert contour_level("0.5").described(0.5) == GIVEN
    assert contour_level("3σ").described(0.1129971) == (
        "3 sigma = 0.112997: mean + 3 standard deviations of all voxels"
    )
    assert contour_level("1%").described(0.25) == (
        "1 % = 0.25: the level that 1 % of all voxels reach"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64.0), ("64.5 kDa", 64.5), ("64KDA", 64.0), ("2.5 MDa", 2500.0), ("64500 Da", 64.5),
        ("64 kilodaltons", 64.0), ("−1", -1.0),
    ],
)  # fmt: skip
def test_masses_are_in_kilodaltons(text: str, value: float) -> None:
    assert kilodaltons(text) == value


@pytest.mark.parametrize("text", ["64 kg", "heavy", "", "64,5", "64 Å"])
def test_hints_on_masses(text: str) -> None:
    with pytest.raises(MapError, match="write one number of kDa, such as 64|with a point: 64.5"):
        kilodaltons(text)
