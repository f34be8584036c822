"""What a workflow from elsewhere may do without a word of the user.

A workflow is data, but some protocols execute a text of their form as Python, and the settings of a
queue become part of a shell script. Whoever wrote the file could run any command through them. An
import of a map from EMDB connects to a server, which nothing else does; it may without asking if
the user named the archive, or the files of the entry are here.
Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

from typing import Collection, Mapping, Sequence

from pwem.protocols import ProtImportMask, ProtImportVolumes

from vrs.maps.errors import WorkflowError
from vrs.run.queue_choice import QUEUE
from vrs.run.run_inputs import DOWNLOAD, downloads_entry
from vrs.run.workflow import ExportedRun

_LOCAL_FILES = (0, "0")
"""The choice of the form of ``ProtImportVolumes`` for which it connects to nothing."""

_IMPORTS = (ProtImportVolumes, ProtImportMask)


def check_permission(
    runs: Sequence[ExportedRun], protocols: Mapping[str, type], allowed: Collection[str]
) -> None:
    """Refuse a workflow with protocols of other plugins, a queue or a download, if not allowed.

    Parameters
    ----------
    runs : sequence of ExportedRun -- The runs of the workflow.
    protocols : mapping of str to type -- The installed class of every name in ``runs``.
    allowed : collection of str -- Names of classes, ``QUEUE`` and ``DOWNLOAD`` that the user
        allows.

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
    if DOWNLOAD not in allowed and any(_downloads(run, protocols) for run in runs):
        asked.append(DOWNLOAD)
        reasons.append("a map from EMDB, for which it connects to a server")
    if asked:
        options = " ".join(f"--allow {name}" for name in asked)
        raise WorkflowError(
            f"the workflow asks for {'; and for '.join(reasons)}",
            f"if you trust the author of the file, add {options}",
        )


def _downloads(run: ExportedRun, protocols: Mapping[str, type]) -> bool:
    """Whether a run gets its map from a server that the user did not name."""
    if downloads_entry(run):
        return True
    local = run.values.get("importFrom", 0) in _LOCAL_FILES
    return protocols[run.class_name] is ProtImportVolumes and not local


def _is_harmless(protocol: type) -> bool:
    """Whether a protocol does only what its form says, whatever the values are."""
    return protocol in _IMPORTS or of_this_plugin(protocol)


def of_this_plugin(protocol: type) -> bool:
    """Whether a class stands in this plugin."""
    return _package(protocol.__module__) == _package(__name__)


def _package(module: str) -> str:
    return module.split(".")[0]
