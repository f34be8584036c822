"""Other engines in the runs of a workflow than those with which it was exported.

Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

from typing import Mapping, Set

from vrs.engines.choice import ALL_CHOICES, ENGINES, engine_choices
from vrs.engines.interface import PREPARE
from vrs.maps.errors import WorkflowError
from vrs.run.form_values import PREPARE as PREPARE_PROTOCOL
from vrs.run.run_inputs import LEVEL0
from vrs.run.template import Workflow, protocol_classes

FIELD = "engine"


def with_engines(runs: Workflow, engines: Mapping[str, str]) -> Workflow:
    """The workflow with these engines, by the identifier of a check or "prepare".

    A *Level 0 validation* has one engine for all, which is that of what it names in ``engines``.

    Raises
    ------
    WorkflowError
        If no run measures what is named, or one that measures all is to have several engines.
    """
    measured = {cls.__name__: what for what, cls in protocol_classes().items()}
    measured[PREPARE_PROTOCOL] = PREPARE
    used: Set[str] = set()
    changed: Workflow = []
    for run in runs:
        name = str(run.get("object.className"))
        what = measured.get(name, "")
        if name == LEVEL0:
            used |= engines.keys()
            run = {**run, FIELD: str(_of_all(engines))}
        elif what in engines:
            used.add(what)
            run = {**run, FIELD: str(engine_choices(what).index(engines[what]))}
        changed.append(run)
    if not used:
        named = " or ".join(engines)
        raise WorkflowError(f"no run of the workflow measures {named}", "leave out --engine")
    return changed


def _of_all(engines: Mapping[str, str]) -> int:
    """The number of the one engine for all checks that have it."""
    names = set(engines.values())
    engine = names.pop()
    everything = {what for other in ENGINES for what in other.measures}
    if names or set(engines) != {what for what in everything if engine in engine_choices(what)}:
        raise WorkflowError(
            "a run of Level 0 validation has one engine for all checks",
            "name it without a check, such as --engine xmipp",
        )
    return ALL_CHOICES.index(engine)
