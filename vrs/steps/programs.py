"""Other programs that measure without a run of Scipion."""

from __future__ import annotations

from typing import Any, Callable, Dict

from vrs.checks.result import BUILT_IN, CannotMeasure
from vrs.engines import xmipp
from vrs.engines.choice import AUTO
from vrs.engines.interface import OutsideEngine
from vrs.engines.xmipp_b_factor import xmipp_b_factor
from vrs.run.memory import available_memory


def _xmipp_b_factor() -> Any:
    return xmipp_b_factor(xmipp.record("0.d"), xmipp.home(), available_memory())


PROGRAMS: Dict[str, Dict[str, Callable[[], Any]]] = {"0.d": {"xmipp": _xmipp_b_factor}}
"""Check -> engine -> function that makes the program for ``Check.measure``."""


def needs_project(engine: OutsideEngine, check_id: str) -> CannotMeasure:
    """The refusal of a program that is run as a protocol of its plugin."""
    record = engine.record(check_id)
    return CannotMeasure(
        f"{check_id}: {record.name} needs a Scipion project",
        f"keep it (--keep all), or choose {AUTO} or {BUILT_IN} as engine",
        record,
    )
