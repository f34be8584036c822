"""All other programs: what each measures, and whether it is complete here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import List, Tuple

from vrs.engines.choice import ENGINES
from vrs.engines.finding import Finding
from vrs.engines.interface import OutsideEngine
from vrs.maps.printing import in_words


@dataclass(frozen=True)
class EngineState:
    """A program, or a part of it, with all that it can measure or cannot for the same reason.

    Attributes
    ----------
    engine : str -- "xmipp", as in forms and commands
    name : str -- as the report names it: "Xmipp", "DeepRes (Xmipp)"
    measures : tuple of str -- identifiers of checks, and "prepare"
    missing : tuple of str -- everything that it lacks for them; empty if it is complete
    version, path : str -- "" if they are not known
    """

    engine: str
    name: str
    measures: Tuple[str, ...]
    missing: Tuple[str, ...]
    version: str
    path: str


def engine_states() -> List[EngineState]:
    """The state of every program, in the order in which *auto* prefers them."""
    return [state for engine in ENGINES for state in _states(engine)]


def _states(engine: OutsideEngine) -> List[EngineState]:
    def state_of(what: str) -> Tuple[str, str, str, Tuple[str, ...]]:
        record = engine.record(what)
        return record.name, record.version, record.path, tuple(engine.missing(what))

    known = [(state_of(what), what) for what in engine.measures]
    states = []
    for (name, version, path, missing), pairs in groupby(known, key=lambda pair: pair[0]):
        measures = tuple(what for _, what in pairs)
        states.append(EngineState(engine.name, name, measures, missing, version, path))
    return states


def engine_finding(state: EngineState) -> Finding:
    """A program as a part of the installation."""
    measures = in_words(state.measures)
    name = f"{state.name}: {measures}"
    without = f"{measures} {'use' if len(state.measures) > 1 else 'uses'} the built-in engine"
    if state.missing:
        trouble = "incomplete" if state.path or state.version else ""
        detail = f"missing: {'; '.join(state.missing)}"
        return Finding(name, False, detail, without, optional=True, trouble=trouble)
    release = " in ".join(filter(None, (state.version, state.path)))
    return Finding(name, True, f"{release} (--engine {state.engine})", optional=True)
