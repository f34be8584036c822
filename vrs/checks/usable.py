"""Typed values with which a map can be measured; the others count as not stated, and it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, List, Optional, Tuple, TypeVar

from vrs.checks.stated import NOT_STATED
from vrs.maps.errors import MapError
from vrs.maps.printing import entered
from vrs.maps.typed_values import ContourLevel, angstrom, contour_level, kilodaltons

Value = TypeVar("Value")


@dataclass(frozen=True)
class Usable:
    """The values of a form with which a map can be measured.

    Attributes
    ----------
    contour : ContourLevel or None -- None if none was typed, or one that cannot be read
    resolution : float or None -- in Å; None if none was typed, 0 for not reported
    mass : float or None -- in kDa; None if none was typed, 0 for not known
    binning : int -- voxels along a side that become one
    remarks : tuple of str -- a sentence for every value that is not used
    """

    contour: Optional[ContourLevel]
    resolution: Optional[float]
    mass: Optional[float]
    binning: int
    remarks: Tuple[str, ...]


def usable_values(
    contour: Optional[str],
    resolution: Optional[str],
    mass: Optional[str],
    binning: Optional[int] = 1,
) -> Usable:
    """Read the texts of a form without refusing any.

    A run that a scheduler starts has nobody to ask, and an error would stop all that depends on it.

    Parameters
    ----------
    contour, resolution, mass : str or None -- as typed; "" or None if the field is empty
    binning : int or None

    Examples
    --------
    >>> usable = usable_values("3 sigma", "-3", "", 1)
    >>> usable.contour.number, usable.resolution, usable.mass
    (3.0, 0.0, None)
    >>> usable.remarks
    ('A resolution of -3 Å is not possible: it counts as not reported.',)
    """
    remarks: List[str] = []
    level = _read(contour_level, contour, "contour level", "stated", remarks)
    length = _positive(angstrom, resolution, ("resolution", "Å", "reported"), remarks)
    weight = _positive(kilodaltons, mass, ("mass", "kDa", "known"), remarks)
    edge = binning or 1
    if edge < 1:
        remarks.append(f"Binning by {edge} is not possible: the map was not binned.")
    return Usable(level, length, weight, max(edge, 1), tuple(remarks))


def _read(
    read: Callable[[str], Value], text: Optional[str], name: str, state: str, remarks: List[str]
) -> Optional[Value]:
    """The value of a text; None, with a remark, if it cannot be read."""
    if not text:
        return None
    try:
        return read(text)
    except MapError as error:
        remarks.append(f"The {name} counts as not {state}: {error.reason} ({error.advice}).")
    return None


def _positive(
    read: Callable[[str], float],
    text: Optional[str],
    words: Tuple[str, str, str],
    remarks: List[str],
) -> Optional[float]:
    """A value that is not below 0; 0, with a remark, for what is below or cannot be read."""
    name, unit, state = words
    value = _read(read, text, name, state, remarks)
    if value is None:
        return NOT_STATED if text else None
    if value < 0:
        remarks.append(
            f"A {name} of {entered(value)} {unit} is not possible: it counts as not {state}."
        )
        return NOT_STATED
    return value
