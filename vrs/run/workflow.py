"""A workflow in a file, as Scipion exports it; needs no Scipion."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any, Collection, Dict, List, Mapping, Optional, Set, Union

import msgspec

from vrs.checks.store import read_json
from vrs.maps.errors import WorkflowError

_LONGEST_NAME = 60
_ADVICE = "choose the workflow.json of a report, or a workflow that Scipion exported"


class ExportedRun(msgspec.Struct):
    """A run in an exported workflow.

    Attributes
    ----------
    class_name : str -- Class of the protocol.
    id : str -- A number, by which other runs name this one.
    label, comment : str or None
    use_queue : bool or None -- Whether a queue runs it; None for what Scipion does otherwise.
    queue_parameters : str or None -- Settings of the queue.
    prerequisites : str, list of str, or None -- Runs that must have ended before, by their
        identifiers; in a string with commas between them.
    values : dict -- Everything the file says about the run, with the values of its form.
    """

    class_name: str = msgspec.field(name="object.className")
    id: str = msgspec.field(name="object.id")
    label: Optional[str] = msgspec.field(name="object.label", default=None)
    comment: Optional[str] = msgspec.field(name="object.comment", default=None)
    use_queue: Optional[bool] = msgspec.field(name="_useQueue", default=None)
    queue_parameters: Optional[str] = msgspec.field(name="_queueParams", default=None)
    prerequisites: Union[str, List[str], None] = msgspec.field(name="_prerequisites", default=None)
    values: Dict[str, Any] = {}

    def __post_init__(self) -> None:
        if not self.id.isdecimal():
            raise ValueError(f"{self.id!r} is not the number of a run")

    @property
    def name(self) -> str:
        """How sentences name the run."""
        return f"“{shorten(self.label or self.class_name, _LONGEST_NAME)}” ({self.id[:10]})"

    @property
    def asks_for_a_queue(self) -> bool:
        """Whether the run wants a queue, or brings the settings of one for where all runs do."""
        return bool(self.queue_parameters) if self.use_queue is None else self.use_queue

    @property
    def waits_for(self) -> List[str]:
        """The identifiers of its prerequisites."""
        listed = self.prerequisites or []
        return listed.split(",") if isinstance(listed, str) else listed


def read_workflow(file: Path) -> List[ExportedRun]:
    """The runs of a workflow as Scipion exports it.

    Raises WorkflowError if the file cannot be read or does not hold a workflow, or if a run waits
    for one that is not in it.
    """
    try:
        content = read_json(file, List[Dict[str, Any]])
        runs = msgspec.convert(content, List[ExportedRun])
    except OSError as error:
        raise WorkflowError(f"{file} cannot be read ({error.strerror})", _ADVICE) from error
    except msgspec.ValidationError as error:
        reason = f"{file} is not a workflow as Scipion exports it ({error})"
        raise WorkflowError(reason, _ADVICE) from error
    except msgspec.DecodeError as error:
        raise WorkflowError(f"{file} is not a workflow as Scipion exports it", _ADVICE) from error
    if not runs:
        raise WorkflowError(f"{file} holds no run", _ADVICE)
    for run, values in zip(runs, content):
        run.values = values
    _check_identifiers(runs)
    check_order(runs, {run.id: run.waits_for for run in runs})
    return runs


def _check_identifiers(runs: Collection[ExportedRun]) -> None:
    seen: Set[str] = set()
    for run in runs:
        if run.id in seen:
            raise WorkflowError(f"two runs of the workflow have the number {run.id[:10]}", _ADVICE)
        seen.add(run.id)
    for run in runs:
        for other in run.waits_for:
            if other not in seen:
                raise missing_run(run, other)


def missing_run(run: ExportedRun, other: str) -> WorkflowError:
    """The error for a run that needs one that is not in the file."""
    return WorkflowError(
        f"the run {run.name} needs the run {other[:20]!r}, which is not in the file",
        "export it together with all runs that it needs",
    )


def check_order(runs: Collection[ExportedRun], needs: Mapping[str, Collection[str]]) -> None:
    """Refuse runs that need each other, as none of them could ever start.

    Parameters
    ----------
    runs : collection of ExportedRun
    needs : mapping of str to collection of str -- What each run needs, by identifiers.

    Raises WorkflowError with the names of the runs.
    """
    waiting = {run.id: run for run in runs}
    while True:
        ready = [name for name in waiting if not any(other in waiting for other in needs[name])]
        if not ready:
            break
        for name in ready:
            del waiting[name]
    if waiting:
        names = ", ".join(run.name for run in list(waiting.values())[:3])
        raise WorkflowError(f"runs of the workflow wait for each other: {names}", _ADVICE)
