"""What a workflow from elsewhere may do without a word of the user.

A workflow is data, but some protocols execute a text of their form as Python, and the settings of a
queue become part of a shell script. Whoever wrote the file could run any command through them.
Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

from typing import Collection, Mapping, Sequence

from pwem.protocols import ProtImportMask, ProtImportVolumes

from vrs.maps.errors import WorkflowError
from vrs.run.workflow import ExportedRun

QUEUE = "queue"
"""The name with which a queue is allowed."""

_IMPORTS = (ProtImportVolumes, ProtImportMask)


def check_permission(
    runs: Sequence[ExportedRun], protocols: Mapping[str, type], allowed: Collection[str]
) -> None:
    """Refuse a workflow with protocols of other plugins, or with a queue, that are not allowed.

    Parameters
    ----------
    runs : sequence of ExportedRun -- The runs of the workflow.
    protocols : mapping of str to type -- The installed class of every name in ``runs``.
    allowed : collection of str -- Names of classes, and ``QUEUE``, that the user allows.

    Raises WorkflowError with the names of all that would have to be allowed.
    """
    names = dict.fromkeys(run.class_name for run in runs)
    foreign = [name for name in names if not _is_harmless(protocols[name])]
    asked = [name for name in foreign if name not in allowed]
    reasons = []
    if asked:
        several = len(asked) > 1
        reasons.append(
            f"the {'protocols' if several else 'protocol'} {', '.join(asked)}, which "
            f"{'are' if several else 'is'} not part of this plugin and can execute commands that "
            "stand in the file"
        )
    if QUEUE not in allowed and any(run.asks_for_a_queue for run in runs):
        asked.append(QUEUE)
        reasons.append("a queue, whose settings become part of a script")
    if asked:
        options = " ".join(f"--allow {name}" for name in asked)
        raise WorkflowError(
            f"the workflow asks for {'; and for '.join(reasons)}",
            f"if you trust the author of the file, add {options}",
        )


def _is_harmless(protocol: type) -> bool:
    """Whether a protocol does only what its form says, whatever the values are."""
    return protocol in _IMPORTS or of_this_plugin(protocol)


def of_this_plugin(protocol: type) -> bool:
    """Whether a class stands in this plugin."""
    return _package(protocol.__module__) == _package(__name__)


def _package(module: str) -> str:
    return module.split(".")[0]
