"""The maps of the suite: what was done to each, and which finding must name it.

Sound maps must come out clean. For each flawed one, one of the findings of ``required`` must be
there. Flaws that a map alone cannot show reliably are *apart*: reported, not required.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Callable, Dict, Iterator, Optional, Tuple

from vrs.tests.suite.bases import BASES, BASES_HELD_OUT, SOUND, SOUND_HELD_OUT, Base
from vrs.tests.suite.damage import DOSES, DOSES_HELD_OUT, Damage, TestMap, usual_contour
from vrs.tests.suite.simulator import reconstruct


class Kind(str, Enum):
    """What a case proves."""

    SOUND = "sound"
    FLAWED = "flawed"
    APART = "apart"


@dataclass(frozen=True)
class Case:
    """A map of the suite.

    Attributes
    ----------
    what : str -- what was done, the same for all bases; "sound" for a reconstruction as it is
    required : tuple of str -- findings of which one must name the flaw
    truth : float or None -- true resolution in Å, for sound maps
    """

    name: str
    kind: Kind
    make: Callable[[], TestMap]
    what: str = "sound"
    required: Tuple[str, ...] = ()
    truth: Optional[float] = None


def cases(folder: Path, held_out: bool = False) -> Iterator[Case]:
    """All cases; ``folder`` holds the structures.

    ``held_out`` gives the second set, of other structures, noise, contours and degrees of damage.
    """
    for name, base in (SOUND_HELD_OUT if held_out else SOUND).items():
        truth = base.recipe.resolution
        make = partial(_sound, name, base, folder)
        yield Case(name, Kind.SOUND, make, truth=truth)
    doses = DOSES_HELD_OUT if held_out else DOSES
    for name, base in (BASES_HELD_OUT if held_out else BASES).items():
        damage = Damage(base, folder, doses)
        for what, (done, required) in damage.flawed().items():
            yield Case(f"{what} ({name})", Kind.FLAWED, done, what, required)
        for what, done in damage.sound().items():
            yield Case(f"{what} ({name})", Kind.SOUND, done, what)
        for what, (done, required) in damage.apart().items():
            yield Case(f"{what} ({name})", Kind.APART, done, what, required)


def _sound(name: str, base: Base, folder: Path) -> TestMap:
    options: Dict[str, object] = {"box": (128, 144, 120)} if "not cubic" in name else {}
    molecule = base.sample(folder, **options)
    density = reconstruct(molecule, base.recipe)
    level = usual_contour(density, molecule, base.sigmas)
    return TestMap(density, level, base.recipe.resolution)
