"""How much of the mass of a sample usual contour levels show, by what was measured on maps."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from vrs.maps.printing import number


class Shown(NamedTuple):
    """The volume above the contour level of a map, as a mass of protein of 1.207 Å³ per Da.

    Attributes
    ----------
    map : str
    resolution : float -- in Å
    sample : float -- mass of the sample in kDa, from the chains of the model or their sequences
    stated : float or None -- part of it above the author's contour level
    proposed : float -- above the proposed contour level
    """

    map: str
    resolution: float
    sample: float
    stated: Optional[float]
    proposed: float


REAL = (
    Shown("EMD-3488, haemoglobin", 3.2, 64, 0.28, 0.30),
    Shown("EMD-3013, cowpea mosaic virus", 3.44, 3700, 0.31, 0.28),
    Shown("EMD-1997, GroEL", 7.0, 800, 0.29, 0.48),
    Shown("EMD-5168, F-actin", 6.6, 266, 0.37, 0.47),
    Shown("EMD-6824, TRPML1 in its micelle", 5.8, 264, None, 1.6),
)
"""Real maps of samples of known mass. No author's level is known of the last. The volumes of
EMD-3013 are those of its validation report of the wwPDB, as its map was not at hand; of F-actin,
the 6.3 subunits in the box count."""

SIMULATED = (0.19, 1.34)
"""Least and largest part in 103 simulated maps of known mass, of two simulators, at the contour
levels that they propose: at most 0.86 in sharpened ones of 5 Å and better, at least 0.63 in the
others."""

USUAL: Tuple[float, float] = (0.2, 1.4)
"""Parts of the mass of a sample that usual contour levels show. Beyond them the level is far off,
or what the map shows is not what the mass was stated for: a micelle, a part, several copies."""


def usual() -> str:
    """The usual range as the end of a sentence.

    >>> usual()
    'usual contour levels show 0.2 to 1.4 times the mass of the sample'
    """
    least, most = USUAL
    part = f"{number(least)} to {number(most)} times"
    return f"usual contour levels show {part} the mass of the sample"
