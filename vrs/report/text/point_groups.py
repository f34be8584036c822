"""Whether the best rotation of a map belongs to the point group that an entry states."""

from __future__ import annotations

import re
from typing import Tuple

from vrs.report.model import Agreement

MOST_FOLDS = 12
"""Of the rotations that the evidence tries."""

_POLYHEDRAL = {"T": (2, 3), "O": (2, 3, 4), "I": (2, 3, 5)}
"""Folds of the axes of a group: which of them is measured depends on how the molecule lies."""

_POINT_GROUP = re.compile(r"([CD])(\d{1,3})|([TOI])[0-9]?h?", re.ASCII)
_MEASURED_FOLD = re.compile(r"C(\d+)\b", re.ASCII)


def fold_of(measured: str) -> int:
    """The fold of "C4 about Z"; 0 if nothing was measured."""
    fold = _MEASURED_FOLD.match(measured)
    return int(fold[1]) if fold else 0


def folds_agree(stated: str, fold: int) -> Tuple[Agreement, str]:
    """Whether the best rotation of the map belongs to the point group that was applied.

    Only rotations of 2 to 12 folds about Z and the axes of inertia are tried: those of a polyhedral
    group show one of their axes, and what is neither is left open.

    >>> folds_agree("C4", 4)[0], folds_agree("C4", 1)[0], folds_agree("O", 3)[0]
    ('agrees', 'differs', 'agrees')
    >>> folds_agree("helical, rise 4.7 Å, twist 179°", 2)[0], folds_agree("C2", 0)[0]
    ('open', 'open')
    """
    if stated.startswith("helical"):
        return "open", "Rise and twist of a helix were not measured."
    group = _POINT_GROUP.fullmatch(stated)
    if not group or not fold:
        return "open", ""
    if group[3]:
        expected: Tuple[int, ...] = _POLYHEDRAL[group[3]]
    else:
        order = int(group[2])
        expected = (max(order, 2) if group[1] == "D" else order,)
    if fold in expected:
        return "agrees", ""
    if min(expected) > MOST_FOLDS:
        return "open", ""
    if fold == 1:
        return "differs", (
            "No rotation about Z or an axis of inertia makes the map similar to itself, although a "
            "symmetry was applied: it may lie about another axis, or the map was changed since."
        )
    if any(fold % order == 0 for order in expected):
        return "open", (
            "The map has more symmetry than was applied, as molecules with similar parts do."
        )
    return "differs", "The map has another symmetry than the one that was applied."
