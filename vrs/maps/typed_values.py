"""Contour levels, lengths, masses and titles as people type them."""

from __future__ import annotations

import math
import os
import re
import reprlib
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Tuple

import numpy as np

from vrs.maps.density_map import FloatArray
from vrs.maps.errors import MapError
from vrs.maps.printing import entered
from vrs.maps.statistics import mean_and_deviation

MINUS_SIGNS = "\u2212\u2013\u2014\u2010\u2011\ufe63\uff0d"
"""Minus sign, dashes and full-width forms, which word processors put in the place of "-"."""

GIVEN = "given by the user"
"""Source of a contour level that was typed as a grey value."""

MOST_LETTERS = 300
"""Of a title: longer ones are texts, and take minutes to break into lines."""

LEVEL_ADVICE = "write a grey value such as 0.09, or '3 sigma', or '1 %' of the voxels"
LENGTH_ADVICE = "write one number of Å, such as 3.5"
MASS_ADVICE = "write one number of kDa, such as 64"

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_VALUE = re.compile(rf"({_NUMBER})\s*(\D.*)?", re.ASCII)
_HYPHEN = re.compile(r"^-\s*(?=\D)")
_SIGN = re.compile(r"^([+-])\s+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
_CUT_EXPONENT = re.compile(rf"({_NUMBER})e[+-]?", re.ASCII)


class LevelUnit(Enum):
    """What the number of a contour level counts, and the words for it."""

    GREY_VALUE = ("",)
    SIGMA = (
        "sigma", "sigmas", "σ", "*sigma", "*σ", "x sigma", "×σ", "sd", "s.d.", "std",
        "standard deviation", "standard deviations",
    )  # fmt: skip
    PERCENT = ("%", "percent", "per cent")


_ANGSTROM = ("", "å", "a", "ang", "angstrom", "angstroms", "ångström", "ångströms", "ångstrom")
_NANOMETRES = ("nm", "nanometre", "nanometres", "nanometer", "nanometers")
_KILODALTONS = {
    **dict.fromkeys(("", "kda", "kdalton", "kdaltons", "kilodalton", "kilodaltons"), 1.0),
    **dict.fromkeys(("mda", "megadalton", "megadaltons"), 1e3),
    **dict.fromkeys(("da", "dalton", "daltons"), 1e-3),
}
_PER_VOXEL = re.compile(r"\s*(?:/|per)\s*(?:px|pix|pixels?|vx|vox|voxels?)$")
_ROOT_MEAN_SQUARES = ("rms", "rmsd", "r.m.s.", "r.m.s.d.")


@dataclass(frozen=True)
class ContourLevel:
    """A contour level as typed.

    Attributes
    ----------
    number : float
    unit : LevelUnit
    """

    number: float
    unit: LevelUnit

    def grey_value(self, data: FloatArray) -> float:
        """The level in grey values of a map.

        "n sigma" is the mean plus n standard deviations of all voxels, "n %" the largest level
        that n % of the voxels reach.

        Parameters
        ----------
        data : ndarray, float32, shape (Z, Y, X)
        """
        if self.unit is LevelUnit.SIGMA:
            mean, deviation = mean_and_deviation(data)
            return mean + self.number * deviation
        if self.unit is LevelUnit.PERCENT:
            inside = max(1, round(self.number / 100 * data.size))
            return float(np.partition(data.reshape(-1), data.size - inside)[data.size - inside])
        return self.number

    @property
    def text(self) -> str:
        """The level as it can be typed again.

        >>> ContourLevel(3.0, LevelUnit.SIGMA).text, ContourLevel(0.09, LevelUnit.GREY_VALUE).text
        ('3.0 sigma', '0.09')
        """
        return f"{self.number!r} {self.unit.value[0]}".strip()

    def described(self, grey_value: float) -> str:
        """The level as typed with its grey value, such as "3 sigma = 0.113"."""
        if self.unit is LevelUnit.SIGMA:
            return (
                f"{entered(self.number)} sigma = {entered(grey_value)}: "
                f"{deviations_from_mean(self.number)} of all voxels"
            )
        if self.unit is LevelUnit.PERCENT:
            share = f"{entered(self.number)} %"
            return f"{share} = {entered(grey_value)}: the level that {share} of all voxels reach"
        return GIVEN


def contour_level(text: str) -> ContourLevel:
    """Read a contour level.

    Raises MapError, with the likely meaning, if the text is not a level or has several meanings.

    Examples
    --------
    >>> level = contour_level("3σ")
    >>> level.number, level.unit.name
    (3.0, 'SIGMA')
    >>> contour_level("−0.09").number
    -0.09
    """
    number, words = _number_and_words(text, LEVEL_ADVICE)
    # As in "3-sigma".
    words = _HYPHEN.sub("", words)
    for unit in LevelUnit:
        if words in unit.value:
            if unit is LevelUnit.PERCENT and not 0 < number <= 100:
                raise MapError(
                    f"{reprlib.repr(text)} of the voxels is not between 0 and 100 %", LEVEL_ADVICE
                )
            return ContourLevel(number, unit)
    if words in _ROOT_MEAN_SQUARES:
        level = deviations_from_mean(number)
        advice = f"write '{number:g} sigma' for {level}, or the grey value"
        raise MapError(f"{reprlib.repr(text)} has several meanings", advice)
    raise MapError(f"{reprlib.repr(text)} is not a contour level", LEVEL_ADVICE)


def deviations_from_mean(amount: float) -> str:
    """The level of so many standard deviations in words.

    >>> deviations_from_mean(1), deviations_from_mean(-2.5), deviations_from_mean(0)
    ('mean + 1 standard deviation', 'mean - 2.5 standard deviations', 'mean')
    """
    if not amount:
        return "mean"
    text = entered(abs(amount))
    noun = "standard deviation" if text == "1" else "standard deviations"
    return f"mean {'-' if amount < 0 else '+'} {text} {noun}"


def angstrom(text: str) -> float:
    """Read a length, such as a resolution or a voxel size, in Å.

    Raises MapError, with the likely meaning, if the text is not a length.

    Examples
    --------
    >>> [angstrom(text) for text in ("3.5", "3.5 Å", "0.35 nm", "1.05 Å/px")]
    [3.5, 3.5, 3.5, 1.05]
    """
    number, words = _number_and_words(text, LENGTH_ADVICE)
    words = _PER_VOXEL.sub("", words)
    if words in _ANGSTROM:
        return number
    if words in _NANOMETRES:
        return round(10 * number, 12)
    raise MapError(f"{reprlib.repr(text)} is not a length in Å", LENGTH_ADVICE)


def kilodaltons(text: str) -> float:
    """Read a molecular mass in kDa.

    Raises MapError, with the likely meaning, if the text is not a mass.

    Examples
    --------
    >>> [kilodaltons(text) for text in ("64", "64.5 kDa", "2.5 MDa", "64500 Da")]
    [64.0, 64.5, 2500.0, 64.5]
    """
    number, words = _number_and_words(text, MASS_ADVICE)
    if words not in _KILODALTONS:
        raise MapError(f"{reprlib.repr(text)} is not a mass in kDa", MASS_ADVICE)
    return round(number * _KILODALTONS[words], 12)


def title(text: str) -> str:
    """A title in one line, with single blanks.

    Raises MapError if it is longer than ``MOST_LETTERS`` or not UTF-8.

    Examples
    --------
    >>> title("80S\\n  ribosome")
    '80S ribosome'
    """
    line = " ".join(text.split())
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = os.fsencode(line[:MOST_LETTERS]).decode("utf-8", errors="backslashreplace")
        raise MapError(f"the title {shown} is not UTF-8", "type it again in UTF-8") from error
    if len(line) > MOST_LETTERS:
        raise MapError(
            f"the title has {len(line)} letters, and {MOST_LETTERS} are possible", "shorten it"
        )
    return line


def _number_and_words(text: str, advice: str) -> Tuple[float, str]:
    """A finite number, and the words after it in small letters.

    Raises MapError if the text does not begin with a number.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for sign in MINUS_SIGNS:
        plain = plain.replace(sign, "-")
    plain = _SIGN.sub(r"\1", " ".join(plain.split()))
    if _DECIMAL_COMMA.match(plain):
        advice = f"write it with a point: {plain.replace(',', '.', 1)}"
    plain = plain.lower()
    cut = _CUT_EXPONENT.fullmatch(plain)
    if cut:
        advice = f"the exponent is missing, as in {cut.group(1)}e-3"
    match = _VALUE.fullmatch(plain)
    number = float(match.group(1)) if match else math.nan
    if match is None or cut or not math.isfinite(number) or _DECIMAL_COMMA.match(plain):
        raise MapError(f"{reprlib.repr(text)} is not a number", advice)
    return number, (match.group(2) or "").strip()
