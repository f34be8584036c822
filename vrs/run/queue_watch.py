"""Watches the jobs of runs in a queue: which have ended, which are lost, which can never start.

A run in a queue records its end in its own database. A job that was cancelled, hit a time limit or
lost its node does not, so the queue is asked as well, with the command that hosts.conf has for it.
Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import Dict, Optional

from pyworkflow.project import Project
from pyworkflow.protocol import Protocol, getProtocolFromDb
from pyworkflow.protocol.launch import stop

from vrs.run.queue_answers import (
    ASK_SECONDS,
    GONE_SECONDS,
    LOOK_SECONDS,
    UNANSWERED_SECONDS,
    answer,
)

NO_NODE_SECONDS = 60.0
"""A node that starts anew is back sooner, or its job goes to another node."""

_UNUSABLE = ("down", "drain", "drng", "fail", "unk", "inval")
"""Beginnings of Slurm's states of nodes that take no job."""
_NOT_RESPONDING = "*"


class JobState(Enum):
    """What the queue says about a job."""

    KNOWN = "known"
    GONE = "gone"
    UNANSWERED = "unanswered"
    WITHOUT_NODE = "without a node"


_PATIENCE = {
    JobState.GONE: GONE_SECONDS,
    JobState.UNANSWERED: UNANSWERED_SECONDS,
    JobState.WITHOUT_NODE: NO_NODE_SECONDS,
}


@dataclass
class _Job:
    """A job; the times are those of the monotonic clock."""

    changed: float = 0.0
    looked: float = 0.0
    asked: float = 0.0
    state: JobState = JobState.KNOWN
    since: float = 0.0


class QueueWatch:
    """The jobs of the runs of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._jobs: Dict[int, _Job] = {}

    def ended(self, protocol: Protocol) -> Optional[str]:
        """None while a run goes on, "" after the end that it recorded, else why its job is lost."""
        if not protocol.isActive():
            # The queue did not take it.
            return ""
        job = self._jobs.setdefault(protocol.getObjId(), _Job(asked=time.monotonic()))
        now = time.monotonic()
        if now - job.looked < LOOK_SECONDS:
            return None
        job.looked = now
        if self._recorded_an_end(protocol, job):
            return ""
        if now - job.asked >= ASK_SECONDS:
            self._ask(protocol, job)
        patience = _PATIENCE.get(job.state)
        if patience is None or now - job.since < patience:
            return None
        return self._give_up(protocol, job)

    def _recorded_an_end(self, protocol: Protocol, job: _Job) -> bool:
        changed = os.stat(protocol.getDbPath()).st_mtime
        if changed == job.changed:
            return False
        try:
            active = is_recorded_as_active(self._project, protocol)
        except sqlite3.OperationalError:
            # The job is writing: look again.
            return False
        job.changed = changed
        return not active

    def _ask(self, protocol: Protocol, job: _Job) -> None:
        job.asked = time.monotonic()
        state = job_state(protocol)
        if state is not job.state:
            job.state, job.since = state, job.asked

    def _give_up(self, protocol: Protocol, job: _Job) -> str:
        name = f"its job {protocol.getJobIds()[0]}"
        if job.state is JobState.GONE:
            return f"{name} left the queue before the run ended"
        # It must not start later, when nobody waits for it.
        stop(protocol)
        if job.state is JobState.UNANSWERED:
            return f"the queue no longer answers about {name}"
        return f"{name} was cancelled, because no node of the queue is up"


def is_recorded_as_active(project: Project, protocol: Protocol) -> bool:
    """Whether a run has not recorded an end in its own database."""
    recorded = getProtocolFromDb(project.path, protocol.getDbPath(), protocol.getObjId())
    active = bool(recorded.isActive())
    recorded.getProject().closeMapper()
    recorded.closeMappers()
    return active


def job_state(protocol: Protocol) -> JobState:
    """Ask the queue about the job of a run."""
    host = protocol.getHostConfig()
    command = host.getCheckCommand() % {"JOB_ID": protocol.getJobIds()[0]}
    said = answer(command)
    if said is None:
        return JobState.UNANSWERED
    done = host.getJobDoneRegex()
    if not said or (done and re.search(done, said)):
        return JobState.GONE
    waits_for_node = _waits_without_a_node(command, str(protocol.getJobIds()[0]))
    return JobState.WITHOUT_NODE if waits_for_node else JobState.KNOWN


def _waits_without_a_node(command: str, job: str) -> bool:
    """Whether a waiting job of Slurm is in a partition of which every node is down.

    Other queues have no common way to ask: there a job waits as long as the queue lets it.
    """
    program = PurePath(shlex.split(command)[0])
    if program.name != "squeue":
        return False
    state, _, partition = (answer(f"{program} -h -j {job} -o '%t %P'") or "").partition(" ")
    if state != "PD" or not partition:
        return False
    sinfo = program.with_name("sinfo")
    states = (answer(f"{sinfo} -h -N -p {shlex.quote(partition)} -o %t") or "").split()
    return bool(states) and all(map(_takes_no_job, states))


def _takes_no_job(state: str) -> bool:
    return state.startswith(_UNUSABLE) or _NOT_RESPONDING in state
