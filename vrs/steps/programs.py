"""Other programs that measure without a run of Scipion."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Sequence

from vrs.checks.result import BUILT_IN, CannotMeasure
from vrs.engines import xmipp
from vrs.engines.choice import AUTO, chosen_engine, engine_choices
from vrs.engines.interface import PREPARE, OutsideEngine
from vrs.engines.xmipp_b_factor import xmipp_b_factor
from vrs.levels import CHECKS
from vrs.run.map_options import MapOptions
from vrs.run.memory import available_memory


def _xmipp_b_factor() -> Any:
    return xmipp_b_factor(xmipp.record("0.d"), xmipp.home(), available_memory())


_NO_PROJECT = (
    "Measured by the built-in engine: {checks}. The other programs that are installed need a "
    "Scipion project, as vrs report and vrs batch --keep all make one."
)

PROGRAMS: Dict[str, Dict[str, Callable[[], Any]]] = {"0.d": {"xmipp": _xmipp_b_factor}}
"""Check -> engine -> function that makes the program for ``Check.measure``."""


def needs_project(engine: OutsideEngine, check_id: str) -> CannotMeasure:
    """The refusal of a program that is run as a protocol of its plugin."""
    record = engine.record(check_id)
    return CannotMeasure(
        f"{check_id}: {record.name} needs a Scipion project",
        f"choose {AUTO} or {BUILT_IN} as engine, or use vrs report, or vrs batch --keep all",
        record,
    )


def left_to_projects(options: Sequence[MapOptions]) -> str:
    """The note on checks that *auto* would leave to a program that needs a Scipion project.

    Raises CannotMeasure if such a program was requested by its name, or one that is incomplete.
    """
    choices = {
        (what, one.engines.get(what, AUTO))
        for one in options
        for what in (PREPARE, *CHECKS)
        if what not in one.skip and engine_choices(what)
    }
    lacking: List[str] = []
    for what, choice in sorted(choices):
        engine = chosen_engine(what, choice)
        if engine is None or what == PREPARE or engine.name in PROGRAMS.get(what, {}):
            continue
        if choice != AUTO:
            raise needs_project(engine, what)
        lacking.append(what)
    return _NO_PROJECT.format(checks=", ".join(lacking)) if lacking else ""
