"""What the queue says about a job, by stand-ins of its programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

pytestmark = pytest.mark.slow


class Job:
    """The parts of a run, and of its host, that are asked about its job."""

    def __init__(self, command: str, done: Optional[str] = None) -> None:
        self._command, self._done = command, done

    def getHostConfig(self) -> "Job":
        return self

    def getCheckCommand(self) -> str:
        return self._command

    def getJobDoneRegex(self) -> Optional[str]:
        return self._done

    def getJobIds(self) -> List[str]:
        return ["7"]


def program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


SLURM = 'case "$*" in *%P*) echo "{state} debug";; *) echo "7 debug name root {state}";; esac'


@pytest.mark.parametrize(
    ("squeue", "nodes", "expected"),
    [
        (SLURM.format(state="R"), "down", "KNOWN"),
        (SLURM.format(state="PD"), "idle", "KNOWN"),
        (SLURM.format(state="PD"), "down*\nalloc", "KNOWN"),
        (SLURM.format(state="PD"), "", "KNOWN"),
        (SLURM.format(state="PD"), "down*\ndrain", "WITHOUT_NODE"),
        (SLURM.format(state="PD"), "idle*", "WITHOUT_NODE"),
        ("exit 0", "idle", "GONE"),
        ("echo 'slurm_load_jobs error' >&2; exit 1", "idle", "UNANSWERED"),
    ],
)
def test_the_state_of_a_job_of_slurm(
    scipion: Dict[str, str], tmp_path: Path, squeue: str, nodes: str, expected: str
) -> None:
    from vrs.run.queue_watch import job_state

    program(tmp_path / "squeue", squeue)
    program(tmp_path / "sinfo", f"printf '{nodes}'")
    job: Any = Job(f"{tmp_path}/squeue -h -j %(JOB_ID)s")
    assert job_state(job).name == expected


def test_another_queue_says_by_a_pattern_that_a_job_is_done(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    from vrs.run.queue_watch import JobState, job_state

    job: Any = Job("echo %(JOB_ID)s job_state = C", done="job_state = C")
    assert job_state(job) is JobState.GONE
    job = Job("echo %(JOB_ID)s job_state = Q", done="job_state = C")
    assert job_state(job) is JobState.KNOWN
