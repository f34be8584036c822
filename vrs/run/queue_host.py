"""The queue of hosts.conf for jobs that are no runs of Scipion: submitted, asked about, cancelled.

Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path, PurePath
from typing import Any, Dict, Optional, Sequence

from pyworkflow.protocol import HostConfig

from vrs.maps.errors import WorkflowError
from vrs.run.job_queue import HOST, hosts_file, queue_named, settings_of
from vrs.run.job_script import with_directives
from vrs.run.queue_answers import UNANSWERED, Refused, TaskState, answer
from vrs.run.queue_choice import QueueChoice

_ANSWER_SECONDS = 120.0
_LONGEST = 300

USUAL_ARRAY = 1001
"""The largest array of a Slurm that does not say otherwise."""


class QueueHost:
    """A queue of hosts.conf with its settings.

    Raises WorkflowError if hosts.conf has no such queue, or the queue no such setting.
    """

    def __init__(self, choice: QueueChoice) -> None:
        hosts = HostConfig.load(hosts_file())
        self._host = hosts.get(HOST) or next(iter(hosts.values()))
        queue = queue_named(self._host, choice.name)
        self._name = queue.name
        self._settings = settings_of(queue, choice)

    @property
    def has_arrays(self) -> bool:
        """Whether it is a Slurm, which has job arrays."""
        return _program(self._host.getSubmitCommand()).name == "sbatch"

    def largest_array(self) -> int:
        """How many tasks an array may have."""
        command = f"{_program(self._host.getCheckCommand()).with_name('scontrol')} show config"
        said = re.findall(r"\b(?:MaxArraySize|max_array_tasks)\s*=\s*(\d+)", answer(command) or "")
        return max(1, min([int(number) for number in said] or [USUAL_ARRAY]))

    def submit(
        self, folder: Path, script: Path, logs: str, command: str, directives: Sequence[str] = ()
    ) -> str:
        """Submit a job; returns its identifier.

        Parameters
        ----------
        folder : Path -- in which the job begins, and from which the names of its files lead
        script : Path -- the job script to write
        logs : str -- what the names of its logs begin with
        command : str -- of the shell
        directives : sequence of str -- options of ``sbatch``, before those of hosts.conf

        Raises Refused with the words of the queue, and WorkflowError if no script can be written.
        """
        # It stands in job scripts without quotes.
        name = re.sub(r"[^\w.-]+", "_", folder.name, flags=re.ASCII)
        values = {
            "JOB_NAME": f"vrs-{name}", "JOB_QUEUE": self._name, "JOB_NODES": 1,
            "JOB_THREADS": 1, "JOB_CORES": 1, "JOB_HOURS": 72, "GPU_COUNT": 0,
            "QUEUE_FOR_JOBS": "N", "SCIPION_PROJECT": name, "SCIPION_PROTOCOL": "vrs_batch",
            "JOB_SCRIPT": os.path.relpath(script, folder), "JOB_LOGS": logs,
            "JOB_NODEFILE": str(script.with_suffix(".nodefile")), "JOB_COMMAND": command,
            **self._settings,
        }  # fmt: skip
        template = _filled(self._host.getSubmitTemplate(), values)
        script.write_text(with_directives(template, directives) + "\n\n", encoding="utf-8")
        try:
            done = subprocess.run(
                _filled(self._host.getSubmitCommand(), values), shell=True, cwd=folder, text=True,
                errors="replace", capture_output=True, timeout=_ANSWER_SECONDS,
                start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Refused(f"the queue {self._name} did not answer") from error
        number = re.search(r"\d+", done.stdout)
        if done.returncode or not number:
            words = " ".join((done.stderr + done.stdout).split())[-_LONGEST:]
            raise Refused(f"the queue {self._name} refused the job: {words or 'without a word'}")
        return number.group()

    def cancel(self, job: str) -> None:
        """Cancel a job; one that has ended stays as it is."""
        answer(_filled(self._host.getCancelCommand(), {"JOB_ID": job}))

    def states(self, jobs: Sequence[str]) -> Optional[Dict[str, TaskState]]:
        """The tasks of jobs that the queue still lists, as "12_3" or, without arrays, "12".

        None if Slurm does not answer.
        """
        if not self.has_arrays:
            return self._states_one_by_one(jobs)
        squeue = _program(self._host.getCheckCommand())
        listed = answer(f"{squeue} -h -r -t all -u {os.getuid()} -o '%F %K %T %r'")
        if listed is None:
            return None
        tasks = {}
        for line in listed.splitlines():
            job, task, state, reason = line.split(None, 3)
            if job in jobs:
                tasks[f"{job}_{task}"] = TaskState(state, reason)
        return tasks

    def _states_one_by_one(self, jobs: Sequence[str]) -> Dict[str, TaskState]:
        tasks, done = {}, self._host.getJobDoneRegex()
        for job in jobs:
            said = answer(_filled(self._host.getCheckCommand(), {"JOB_ID": job}))
            if said is None:
                # Some queues say so of a job that has ended, and some when they are overloaded.
                tasks[job] = TaskState(UNANSWERED)
            elif said and not (done and re.search(done, said)):
                tasks[job] = TaskState("RUNNING")
        return tasks


def _filled(template: str, values: Dict[str, Any]) -> str:
    try:
        return template % values
    except (LookupError, TypeError, ValueError) as error:
        raise WorkflowError(
            f"the queue of {hosts_file()} cannot be used for a batch ({error!r:.200})",
            "correct its template, or give the setting that is missing with --queue-param",
        ) from error


def _program(command: str) -> PurePath:
    return PurePath(shlex.split(command)[0])
