"""The queue of a cluster, as Scipion's list of hosts (hosts.conf) describes it.

Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Sequence

from pyworkflow.constants import QUEUE_FOR_JOBS
from pyworkflow.exceptions import PyworkflowException
from pyworkflow.project import Project
from pyworkflow.protocol import HostConfig, Protocol

from vrs.maps.errors import WorkflowError
from vrs.run.queue_choice import QueueChoice

HOST = "localhost"
"""The host of hosts.conf that Scipion uses for the runs of a project on this computer."""


@dataclass(frozen=True)
class QueueOfHost:
    """A queue in hosts.conf; ``defaults`` has every setting it asks for."""

    name: str
    defaults: Dict[str, Any] = field(default_factory=dict)


def put_into_queue(
    project: Project, runs: Sequence[Protocol], choice: QueueChoice, threads: int
) -> None:
    """Let the queue run all runs, each with ``threads`` cores.

    Raises WorkflowError if hosts.conf has no such queue, or the queue no such setting.
    """
    queue = queue_named(project.getHostConfig(HOST), choice.name)
    settings = settings_of(queue, choice)
    for run in runs:
        run._useQueue.set(True)
        run.setQueueParams((queue.name, settings))
        run.numberOfThreads.set(threads)
        project.mapper.store(run)
    project.mapper.commit()


def run_here_without_a_name(project: Project, runs: Sequence[Protocol]) -> None:
    """Run here what uses a queue only because Scipion is set to, without naming one."""
    for run in runs:
        if run.useQueue() and not run.hasQueueParams():
            run._useQueue.set(False)
            project.mapper.store(run)
    project.mapper.commit()


def is_for_queue(protocol: Protocol) -> bool:
    """Whether a queue runs the whole run, and not only programs that it starts."""
    return protocol.useQueue() and protocol.getQueueParams()[1].get(QUEUE_FOR_JOBS) != "Y"


def submit(project: Project, protocol: Protocol) -> None:
    """Launch a run through its queue; one that the queue refuses has failed.

    Raises no error for a job script that cannot be filled: that is the end of this run alone.
    """
    try:
        project.launchProtocol(protocol)
    except (PyworkflowException, LookupError, TypeError, ValueError, OSError) as error:
        line = str(error).strip().splitlines()[-1] if str(error).strip() else repr(error)
        protocol.setFailed(f"its job script cannot be written from {hosts_file()}: {line}")
    else:
        if protocol.isFailed():
            answer = " ".join(protocol.getErrorMessage().replace("\\n", " ").split())
            protocol.setFailed(f"the queue refused its job: {answer.rpartition('engine: ')[2]}")


def queue_named(host: HostConfig, name: str) -> QueueOfHost:
    """A queue of a host; raises WorkflowError if there is none of that name."""
    queues: List[QueueOfHost] = []
    system = host.getQueueSystem()
    if system.hasName():
        general = system.queuesDefault or {}
        for known, settings in (system.getQueues() or {}).items():
            own = {str(setting[0]): setting[1] for setting in settings}
            queues.append(QueueOfHost(known, {**general, **own}))
    if not queues:
        raise WorkflowError(
            f"Scipion's list of hosts {hosts_file()} describes no queue",
            "add one, as Scipion's documentation of hosts.conf says",
        )
    for queue in queues:
        if queue.name == name:
            return queue
    names = ", ".join(queue.name for queue in queues)
    raise WorkflowError(
        f"there is no queue {name!r} in {hosts_file()}", f"choose among {names}"
    )


def settings_of(queue: QueueOfHost, choice: QueueChoice) -> Dict[str, Any]:
    """All settings of a queue, as chosen; raises WorkflowError if it lacks a chosen one."""
    unknown = [name for name in choice.settings if name not in queue.defaults]
    if unknown:
        known = ", ".join(queue.defaults)
        raise WorkflowError(
            f"the queue {queue.name!r} has no setting {unknown[0]!r} in {hosts_file()}",
            f"choose among {known}" if known else "leave out --queue-param",
        )
    return {**queue.defaults, **choice.settings}


def hosts_file() -> str:
    """The list of hosts."""
    return os.environ["SCIPION_HOSTS"]
