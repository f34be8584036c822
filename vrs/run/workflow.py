"""A workflow in a file, as Scipion exports it; needs no Scipion."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

import msgspec

from vrs.maps.errors import WorkflowError


class ExportedRun(msgspec.Struct):
    """What every run in an exported workflow has, beside the values of its form."""

    class_name: str = msgspec.field(name="object.className")
    id: str = msgspec.field(name="object.id")
    label: Optional[str] = msgspec.field(name="object.label", default=None)
    comment: Optional[str] = msgspec.field(name="object.comment", default=None)
    use_queue: Optional[bool] = msgspec.field(name="_useQueue", default=None)
    queue_parameters: Optional[str] = msgspec.field(name="_queueParams", default=None)

    @property
    def asks_for_a_queue(self) -> bool:
        """Whether the run wants a queue, or brings the settings of one for where all runs do."""
        return bool(self.queue_parameters) if self.use_queue is None else self.use_queue


def read_workflow(file: Path) -> List[ExportedRun]:
    """The runs of a workflow as Scipion exports it.

    Raises WorkflowError if the file cannot be read or does not hold a workflow.
    """
    advice = "choose the workflow.json of a report, or a workflow that Scipion exported"
    try:
        runs = msgspec.json.decode(file.read_bytes(), type=List[ExportedRun])
    except OSError as error:
        raise WorkflowError(f"{file} cannot be read ({error.strerror})", advice) from error
    except msgspec.DecodeError as error:
        raise WorkflowError(f"{file} is not a workflow as Scipion exports it", advice) from error
    if not runs:
        raise WorkflowError(f"{file} holds no run", advice)
    return runs
