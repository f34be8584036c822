"""How the numbers of reports are set side by side."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from vrs import report
from vrs.checks.result import Engine, Measurement, Status
from vrs.report.compare.comparability import _engines, _masks, _preparations
from vrs.report.compare.numbers import numbers_of
from vrs.report.model import CheckContent

LIST = Measurement([-92.6, 7.4, 93.5], "Å²", "percentiles")


def test_a_list_beside_a_missing_one_has_one_line_per_number() -> None:
    missing = Measurement(None, "Å²", "percentiles", "there are too few shells")
    (pair,) = numbers_of([{"p": LIST}, {"p": missing}])
    assert pair.lines == [("-92.6", "–", "", ""), ("7.4", "", "", ""), ("93.5", "", "", "")]
    (pair,) = numbers_of([{}, {"p": LIST}])
    assert [line[:2] for line in pair.lines] == [("absent", "-92.6"), ("", "7.4"), ("", "93.5")]


def test_a_difference_from_nearly_0_has_no_percentage() -> None:
    def pair(a: float, b: float):  # type: ignore[no-untyped-def]
        return numbers_of([{"x": Measurement(a, "%", "x")}, {"x": Measurement(b, "%", "x")}])[0]

    assert pair(5e-7, 1.0).lines[0][3] == ""
    assert pair(1.0, 1.5).lines[0][3] == "+50 %"


def test_tiny_differences_are_not_printed_with_digits() -> None:
    one, other = (Measurement(value, "Å", "x") for value in (3.29761, 3.29760))
    (pair,) = numbers_of([{"x": one}, {"x": other}])
    assert pair.lines[0][3] == "below 0.01 %"


def test_texts_stand_side_by_side_without_a_difference() -> None:
    four, two = (Measurement(text, "", "symmetry") for text in ("C4 about Z", "C2 about Z"))
    (pair,) = numbers_of([{"symmetry": four}, {"symmetry": two}])
    assert pair.lines == [("C4 about Z", "C2 about Z", "", "")]
    assert pair.differs and not numbers_of([{"symmetry": four}, {"symmetry": four}])[0].differs
    (pair,) = numbers_of([{"symmetry": four}, {"symmetry": Measurement(4, "", "symmetry")}])
    assert pair.lines == [("C4 about Z", "4", "", "")]


def _hand(status: Status, engine: str, **measurements: Measurement) -> CheckContent:
    return CheckContent(
        id="0.h",
        title="Hand",
        status=status,
        engine=Engine(engine, "1"),
        measurements=measurements,
        section="2.8",
    )


def test_engines_are_compared_only_where_both_measured() -> None:
    measured = _hand(Status.OK, "network", p=LIST)
    other = {"A": measured, "B": _hand(Status.OK, "other", p=LIST)}
    assert "different methods" in next(_engines(other))[1]
    assert list(_engines({"A": measured, "B": _hand(Status.NOT_APPLICABLE, "other")})) == []


def test_maps_that_different_programs_prepared_are_not_compared_in_silence() -> None:
    def report(engine: Engine) -> Any:
        sized = {"raw_voxels": Measurement(9, "voxels", "raw mask")}
        return SimpleNamespace(input_section=SimpleNamespace(engine=engine, measurements=sized))

    xmipp, built_in = report(Engine("Xmipp", "3.25")), report(Engine("embedded", "1"))
    assert list(_preparations({"A": xmipp, "B": xmipp})) == []
    heading, sentence = next(_preparations({"A": xmipp, "B": built_in}))
    assert heading == "Preparation"
    assert sentence.startswith("Prepared by “Xmipp 3.25” in A and “embedded 1” in B: masks and ")


def test_masks_of_nearly_the_same_volume_hold_the_same_part() -> None:
    def report(volume: float) -> Any:
        size = Measurement(volume, "Å³", "volume of the mask")
        return SimpleNamespace(masks={"hard_volume": size})

    assert list(_masks({"A": report(237828.0), "B": report(237814.0)})) == []
    smaller = {"A": report(237828.0), "B": report(200000.0)}
    assert "different parts of the map" in next(_masks(smaller))[1]


def test_every_part_of_an_icon_says_its_colour() -> None:
    template = Path(report.__file__).parent / "html" / "templates" / "comparison.html.j2"
    symbols = re.findall(r"<symbol .*?</symbol>", template.read_text(encoding="utf-8"))
    assert len(symbols) == 3
    for symbol in symbols:
        shapes = re.findall(r"<(?:path|rect|circle) [^>]*>", symbol)
        assert len(shapes) == 2
        assert 'fill="currentColor"' in shapes[0] and 'stroke="#fff"' in shapes[1]
