"""Methods and symmetries of headers in words, the same for XML and mmCIF."""

from __future__ import annotations

import re
from typing import Dict, Optional

from vrs.checks.entry import (
    CRYSTALLOGRAPHY,
    HELICAL,
    HELICAL_CRYSTAL,
    SINGLE_PARTICLE,
    SUBTOMOGRAMS,
    THREE_DIMENSIONAL,
    TOMOGRAPHY,
    TWO_DIMENSIONAL,
)
from vrs.maps.printing import entered, ungrouped

METHODS: Dict[str, str] = {
    "singleparticle": SINGLE_PARTICLE,
    "helical": HELICAL,
    "subtomogramaveraging": SUBTOMOGRAMS,
    "tomography": TOMOGRAPHY,
    "electroncrystallography": CRYSTALLOGRAPHY,
    "crystallography": CRYSTALLOGRAPHY,
}
"""Names of the schema and of the dictionary, in small letters without spaces."""

CRYSTALS: Dict[str, str] = {
    "twodarray": TWO_DIMENSIONAL,
    "2darray": TWO_DIMENSIONAL,
    "threedarray": THREE_DIMENSIONAL,
    "3darray": THREE_DIMENSIONAL,
    "helicalarray": HELICAL_CRYSTAL,
    "filament": HELICAL_CRYSTAL,
}
"""What was crystallised, by the aggregation state, written in the same way."""

COUNT_PARTICLES = (SINGLE_PARTICLE, HELICAL, SUBTOMOGRAMS)
"""Methods whose reconstruction counts particles or segments; others count images."""

_POINT_GROUP = re.compile(r"([CD])(\d{1,4})|([TOI])\d*", re.ASCII)
_POLYHEDRA = {"T": 12, "O": 24, "I": 60}


def method_in_words(method: Optional[str], aggregation: Optional[str]) -> Optional[str]:
    """How a map was determined; a name that is not known stays.

    Examples
    --------
    >>> method_in_words("singleParticle", "particle"), method_in_words("X-RAY DIFFRACTION", None)
    ('single particle', 'X-RAY DIFFRACTION')
    >>> method_in_words("CRYSTALLOGRAPHY", "3D ARRAY")
    'electron crystallography (three-dimensional crystal)'
    """
    if not method:
        return None
    words = METHODS.get(_letters(method), method)
    return CRYSTALS.get(_letters(aggregation or ""), words) if words == CRYSTALLOGRAPHY else words


def helix_in_words(
    rise: Optional[float], twist: Optional[float], axial: Optional[str]
) -> Optional[str]:
    """The symmetry of a helix.

    Parameters
    ----------
    rise : float or None -- Å per subunit along the axis
    twist : float or None -- degrees per subunit around it
    axial : str or None -- point group around the axis

    Examples
    --------
    >>> helix_in_words(2.414, 179.355, "C1"), helix_in_words(None, None, "C1")
    ('helical, rise 2.414 Å, twist 179.355°, C1', None)
    """
    parts = [
        f"rise {ungrouped(entered(rise))} Å" if rise else "",
        f"twist {ungrouped(entered(twist))}°" if twist is not None else "",
    ]
    known = list(filter(None, parts))
    return ", ".join(["helical", *known, *filter(None, [axial])]) if known else None


def point_group(name: Optional[str]) -> Optional[str]:
    """A point group in capitals, as programs compare it; another name stays.

    >>> point_group("c2"), point_group("P 4 21 2"), point_group(None)
    ('C2', 'P 4 21 2', None)
    """
    return name.upper() if name and _POINT_GROUP.fullmatch(name.upper()) else name


def symmetry_order(symmetry: Optional[str]) -> int:
    """Copies of an asymmetric unit in a point group; 1 for anything else.

    >>> symmetry_order("D7"), symmetry_order("I"), symmetry_order("I2"), symmetry_order(None)
    (14, 60, 60, 1)
    """
    match = _POINT_GROUP.fullmatch(symmetry or "")
    if match is None:
        return 1
    if match[1] is None:
        return _POLYHEDRA[match[3]]
    return max(int(match[2]), 1) * (2 if match[1] == "D" else 1)


def _letters(name: str) -> str:
    return "".join(name.split()).lower()


def step_in_words(tag: str) -> str:
    """A step of the image processing, by its tag in XML.

    >>> step_in_words("final_three_d_classification"), step_in_words("ctf_correction")
    ('final 3D classification', 'CTF correction')
    """
    words = tag.replace("_software_list", "").replace("aligment", "alignment").replace("_", " ")
    return words.replace("three d ", "3D ").replace("two d ", "2D ").replace("ctf", "CTF")
