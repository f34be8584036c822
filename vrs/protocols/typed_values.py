"""Fields of a form for contour levels, lengths and masses, read as on the command line."""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from vrs.maps.errors import MapError
from vrs.maps.typed_values import angstrom, contour_level, kilodaltons


def length(text: Optional[str]) -> Optional[float]:
    """The length in Å in a field; None if the field is empty, 0 for what is not reported.

    Raises MapError if the text is not a length.
    """
    return angstrom(text) if text else None


def problem_of_level(text: Optional[str]) -> List[str]:
    """What is wrong with a field that may hold a contour level; empty if nothing is."""
    return _problem(contour_level, text) if text else []


def problem_of_length(text: Optional[str]) -> List[str]:
    """What is wrong with a field that may hold a length; empty if nothing is."""
    return _problem(angstrom, text) if text else []


def problem_of_mass(text: Optional[str]) -> List[str]:
    """What is wrong with a field that may hold a mass; empty if nothing is."""
    return _problem(kilodaltons, text) if text else []


def _problem(read: Callable[[str], Any], text: str) -> List[str]:
    try:
        read(text)
    except MapError as error:
        return [f"cannot be read: {error.reason} ({error.advice})"]
    return []
