"""The mass of the whole sample, from what a header says about its parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Dict, Optional, Sequence

from vrs.checks.entry import MASSES, SINGLE_PARTICLE, SUBTOMOGRAMS, Entry
from vrs.entries.words import symmetry_order

TO_KDA: Dict[str, float] = {
    "MDA": 1000.0, "MEGADALTONS": 1000.0, "KDA": 1.0, "KILODALTONS": 1.0, "DA": 0.001,
    "DALTONS": 0.001,
}  # fmt: skip
"""Units of a mass, in capitals; "kDa/nm" is that of a filament, not of a molecule."""

SMALLEST_VOLUME = 0.9
"""Å³ of a Da in nucleic acid, the densest matter of a sample."""

_IN_PIECES = ("filament", "array", "cell", "tissue")
"""Ends of the aggregation states of which a map shows a piece."""

_DIGITS = 6
"""Places after the point in kDa, far below the mass of an atom."""


@dataclass(frozen=True)
class Part:
    """A part of the sample.

    Attributes
    ----------
    mass : float or None -- of one copy, in kDa
    copies : int or None -- how often it is there; None if that is not known
    small : bool -- whether it is a ligand, which hardly counts and whose mass is often missing
    """

    mass: Optional[float]
    copies: Optional[int] = 1
    small: bool = False

    @property
    def total(self) -> Optional[float]:
        """Mass of all copies in kDa."""
        return self.mass * self.copies if self.mass and self.copies else None


def in_kda(value: Optional[float], unit: Optional[str]) -> Optional[float]:
    """A mass in kDa within ``MASSES``, None in a unit that is not known."""
    mass = (value or 0.0) * TO_KDA.get((unit or "").strip().upper(), 0.0)
    return mass if MASSES[0] <= mass <= MASSES[1] else None


def mass_of_sample(
    entry: Entry,
    aggregation: Optional[str],
    sample: Optional[float],
    outermost: Sequence[Part],
    molecules: Sequence[Part],
) -> Optional[float]:
    """Mass of the whole sample in kDa, None where the header does not state it surely.

    1. A filament, a crystal, a cell or a tissue has none: the map shows a piece of it.
    2. The mass of the whole sample, where the header states it.
    3. Otherwise that of the only outermost part, times its copies. Parts inside it are never
       added; several outermost parts may overlap, and are not added either.
    4. Otherwise the sum over all molecules, which are not nested. It needs mass and copies of
       every molecule but the ligands, and copies that fill the symmetry: many models hold one
       asymmetric unit.
    5. None if the box could not hold it, which is a mistake in the unit.

    The theoretical mass, which follows from the sequence, goes before the experimental one.

    Parameters
    ----------
    entry : Entry -- with method, symmetry, box and voxel size
    aggregation : str or None -- the aggregation state of the sample
    sample : float or None -- in kDa, of the whole sample
    outermost : sequence of Part -- parts that are inside no other
    molecules : sequence of Part -- all molecules; empty if they are not the whole sample

    Examples
    --------
    >>> entry = Entry(id="EMD-1234", method="single particle", symmetry="C2")
    >>> mass_of_sample(entry, "particle", None, [], [Part(32.0, 2), Part(0.6, None, small=True)])
    64.0
    >>> mass_of_sample(entry, "particle", None, [], [Part(32.0, 1)]) is None
    True
    """
    state = "".join((aggregation or "").split()).lower()
    if entry.method not in (SINGLE_PARTICLE, SUBTOMOGRAMS, None) or state.endswith(_IN_PIECES):
        return None
    mass = sample or (outermost[0].total if len(outermost) == 1 else None)
    mass = mass or _sum(molecules, symmetry_order(entry.symmetry))
    return round(mass, _DIGITS) if mass and _fits(mass, entry) else None


def _sum(molecules: Sequence[Part], order: int) -> Optional[float]:
    """Mass of all molecules in kDa."""
    large = [part for part in molecules if not part.small]
    if not large or any(part.total is None or (part.copies or 0) % order for part in large):
        return None
    return math.fsum(part.total for part in molecules if part.total is not None)


def _fits(mass: float, entry: Entry) -> bool:
    if not MASSES[0] <= mass <= MASSES[1]:
        return False
    if entry.box is None or entry.voxel_size is None:
        return True
    return mass * 1000 * SMALLEST_VOLUME <= math.prod(entry.box) * math.prod(entry.voxel_size)
