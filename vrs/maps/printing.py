"""Numbers as people read them in sentences, captions and tables.

Thousands are set apart from 10 000 on, 0 has no sign, and powers of ten stand only where the digits
would fill a line.
"""

from __future__ import annotations

import math
import re
from typing import Sequence

ARGUMENT_DIGITS = 9
"""Digits that tell every 32-bit number from its neighbours."""

DIGITS = 3
"""Digits of a measured number in a sentence."""

ENTERED_DIGITS = 6
"""Digits of a value that somebody entered or that a header states, such as a contour level."""

SMALLEST = 1e-5
"""Shares and probabilities below this are printed as "below 0.00001"."""

BELOW_SMALLEST = f"below {SMALLEST:.5f}"

_LARGEST = 1e15
_SINGULAR = {"voxels": "voxel"}
THIN_SPACE = "\u202f"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WHOLE = re.compile(r"(?<![\d.])\d{5,}")
_THREE = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


def number(value: float, digits: int = DIGITS) -> str:
    """A number with so many digits, or with all digits before the point.

    Examples
    --------
    >>> number(3.14159), number(0.5), number(-0.0), number(0.0000573303), number(17087.36)
    ('3.14', '0.5', '0', '0.0000573', '17\u202f087')
    >>> number(4.2e-8), number(3e38), number(float("nan"))
    ('4.2 × 10⁻⁸', '3 × 10³⁸', 'nan')
    """
    if not math.isfinite(value):
        return str(value)
    if value and not SMALLEST <= abs(value) < _LARGEST:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{_stripped(mantissa)} × 10{str(int(exponent)).translate(_RAISED)}"
    places = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    return _stripped(fixed(value, max(places, 0)))


def entered(value: float) -> str:
    """A value that somebody entered or that a header states."""
    return number(value, ENTERED_DIGITS)


def typed(value: float) -> str:
    """A value for a field, as somebody would type it.

    Examples
    --------
    >>> typed(17087.25), typed(4.2e-8)
    ('17087.2', '4.2e-08')
    """
    return f"{value:.{ENTERED_DIGITS}g}"


def argument(value: float) -> str:
    """A value for the command line of a program that reads 32-bit numbers.

    Examples
    --------
    >>> argument(0.0400004), argument(1.05), argument(-4.2e-8)
    ('0.0400004', '1.05', '-4.2e-08')
    """
    return f"{value:.{ARGUMENT_DIGITS}g}"


def fixed(value: float, places: int) -> str:
    """A number with so many digits after the point, for numbers that stand together.

    >>> fixed(-0.004, 2), fixed(12345.678, 1)
    ('0.00', '12\u202f345.7')
    """
    return grouped(without_sign_of_zero(f"{value:.{places}f}"))


def share(percentage: float, digits: int = DIGITS) -> str:
    """A percentage, never rounded to 0 or to 100.

    >>> share(97.349), share(5.7e-5), share(1e-9), share(99.999), share(100.0), share(0.0)
    ('97.3 %', '0.000057 %', 'below 0.00001 %', '99.999 %', '100 %', '0 %')
    """
    if 0 < percentage < SMALLEST:
        return f"{BELOW_SMALLEST} %"
    while digits < ENTERED_DIGITS and percentage < 100 and round(percentage, digits - 2) >= 100:
        digits += 1
    text = number(percentage, digits)
    return f"{text} %" if percentage >= 100 or text != "100" else "almost 100 %"


def probability(value: float) -> str:
    """A probability as part of a sentence.

    >>> probability(0.0312), probability(4e-44), probability(0.0)
    ('p = 0.0312', 'p below 0.00001', 'p below 0.00001')
    """
    return f"p = {number(value)}" if value >= SMALLEST else f"p {BELOW_SMALLEST}"


def count(amount: float, one: str, many: str = "") -> str:
    """A count, or the mean of counts, with its noun.

    >>> count(1, "voxel"), count(0, "voxel"), count(12345, "voxel"), count(2, "body", "bodies")
    ('1 voxel', '0 voxels', '12\u202f345 voxels', '2 bodies')
    >>> count(1.0004, "voxel"), count(1.5, "voxel")
    ('1 voxel', '1.5 voxels')
    """
    text = grouped(str(amount)) if isinstance(amount, int) else number(amount)
    return f"{text} {one if text == '1' else many or f'{one}s'}"


def ordinal(place: int) -> str:
    """A place in an order.

    >>> ordinal(1), ordinal(42), ordinal(93), ordinal(11), ordinal(12), ordinal(112)
    ('1st', '42nd', '93rd', '11th', '12th', '112th')
    """
    teen = place % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def duration(seconds: float) -> str:
    """A time to wait, or that was waited for.

    >>> duration(0.4), duration(42.4), duration(100), duration(3720), duration(90000)
    ('1 s', '42 s', '2 min', '1 h 2 min', '25 h')
    """
    whole = max(1, round(seconds))
    if whole < 90:
        return f"{whole} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"


def with_error(value: float, error: float) -> str:
    """A number and its error, with the places that the first digits of the error fill.

    >>> with_error(-36.42, 9.31), with_error(3.2049, 0.118), with_error(-2.4, 104.6)
    ('-36 ± 9', '3.20 ± 0.12', '-2 ± 105')
    """
    if not error > 0:
        return f"{number(value)} ± 0"
    first = math.floor(math.log10(error))
    digits = 2 if error < 3 * 10.0**first else 1
    places = max(digits - 1 - first, 0)
    return f"{fixed(value, places)} ± {fixed(error, places)}"


def in_words(items: Sequence[str]) -> str:
    """Several items as a part of a sentence.

    >>> in_words(["a", "b", "c"]), in_words(["a"]), in_words([])
    ('a, b and c', 'a', '')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def with_unit(text: str, unit: str) -> str:
    """A printed number with its unit; "1 voxel" has no s.

    >>> with_unit("1", "voxels"), with_unit("0", "voxels"), with_unit("1", "Å"), with_unit("3", "")
    ('1 voxel', '0 voxels', '1 Å', '3')
    """
    return f"{text} {_SINGULAR.get(unit, unit) if text == '1' else unit}".strip()


def without_sign_of_zero(text: str) -> str:
    """A printed number, without its sign if it is 0: "-0.00" becomes "0.00"."""
    return text if text.strip("-0.") else text.lstrip("-")


def grouped(text: str) -> str:
    """A printed number with its thousands set apart, if it has more than four whole digits."""
    return _WHOLE.sub(lambda whole: _THREE.sub(THIN_SPACE, whole.group()), text)


def ungrouped(text: str) -> str:
    """The reverse of ``grouped``, also within a sentence."""
    return re.sub(rf"(?<=\d){THIN_SPACE}(?=\d{{3}})", "", text)


def _stripped(text: str) -> str:
    """Without zeros at the end of a fraction."""
    return text.rstrip("0").rstrip(".") if "." in text else text
