"""The mask of the molecule in which 0.d and 0.f measure beyond the published values."""

from __future__ import annotations

from vrs.checks.inputs import MADE_MASK, Inputs
from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray


def mask_of_molecule(inputs: Inputs) -> BoolArray:
    """The mask of the user, or that of all bodies: half of a dimer is not the molecule.

    Returns
    -------
    ndarray, bool, shape (Z, Y, X) of the map
    """
    own = inputs.record.mask_source != MADE_MASK
    return inputs.mask if own else Subject.of(inputs).mask
