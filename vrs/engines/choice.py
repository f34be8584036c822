"""The choice between the built-in engine and other programs, for each check and the preparation."""

from __future__ import annotations

from typing import List, Optional

from vrs.checks.result import BUILT_IN, CannotMeasure
from vrs.engines import ucm, xmipp
from vrs.engines.interface import OutsideEngine
from vrs.maps.printing import in_words

AUTO = "auto"

ENGINES = (xmipp.XMIPP, ucm.UCM)
"""The other programs, in the order in which *auto* prefers them."""

ALL_CHOICES = (AUTO, BUILT_IN, *(engine.name for engine in ENGINES))
"""Choices for all checks at once: a program measures what it can, *auto* chooses for the others."""


def engines_of(what: str) -> List[OutsideEngine]:
    """The other programs that can measure a check ("0.d"), or prepare a map ("prepare")."""
    return [engine for engine in ENGINES if what in engine.measures]


def engine_choices(what: str) -> List[str]:
    """What a form or a command offers for a check or the preparation, the default first.

    Empty if there is nothing to choose.

    Examples
    --------
    >>> engine_choices("0.f"), engine_choices("0.a")
    (['auto', 'embedded', 'ucm'], [])
    """
    names = [engine.name for engine in engines_of(what)]
    return [AUTO, BUILT_IN, *names] if names else []


def chosen_engine(what: str, choice: str) -> Optional[OutsideEngine]:
    """The program that is to measure, None for the built-in engine.

    Parameters
    ----------
    what : str -- identifier of a check, or "prepare"
    choice : str -- one of ``engine_choices(what)``; "auto" is the first program that is complete

    Raises
    ------
    CannotMeasure
        If the program was requested by its name and something of it is missing.
    """
    for engine in engines_of(what):
        if choice not in (AUTO, engine.name):
            continue
        reason = why_not(engine, what)
        if not reason:
            return engine
        if choice == engine.name:
            advice = f"install what is missing, or choose {AUTO} or {BUILT_IN} as engine"
            raise CannotMeasure(reason, advice, engine.record(what))
    return None


def why_not(engine: OutsideEngine, what: str) -> str:
    """Why a program cannot measure here, with all that is missing; "" if it can."""
    missing = engine.missing(what)
    if not missing:
        return ""
    name = engine.record(what).name
    return f"the engine {name} cannot be used without {in_words(missing)}"
