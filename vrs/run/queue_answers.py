"""What a queue says about its jobs, and how long it has for an answer; needs no Scipion."""

from __future__ import annotations

import subprocess
from typing import NamedTuple, Optional

from vrs.maps.errors import WorkflowError

LOOK_SECONDS = 2.0
"""Between two looks at what a job has written."""
ASK_SECONDS = 10.0
"""Between two questions to the queue about a job."""
GONE_SECONDS = 10.0
"""The end that a job recorded may be seen here that much later, on a shared disk."""
UNANSWERED_SECONDS = 120.0
"""A queue that does not answer for so long has forgotten the job, or is lost itself."""
_ANSWER_SECONDS = 60.0

UNANSWERED = "UNANSWERED"
"""The state of a job about which the queue gave no answer."""

_ENDED = (
    "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
    "PREEMPTED", "TIMEOUT",
)  # fmt: skip
"""Slurm's states of a job that will not go on; every other one may."""

_NEVER = (
    "AssocMaxWallDurationPerJobLimit", "BadConstraints", "PartitionNodeLimit",
    "PartitionTimeLimit", "QOSMaxWallDurationPerJobLimit",
)  # fmt: skip
"""Slurm's reasons for which a waiting job never starts."""


class Refused(WorkflowError):
    """The queue did not take a job."""


class TaskState(NamedTuple):
    """What the queue says about a task of a job.

    Attributes
    ----------
    state : str -- in the queue's words
    reason : str -- why it waits, as Slurm names it
    """

    state: str
    reason: str = ""

    @property
    def has_ended(self) -> bool:
        return self.state in _ENDED

    @property
    def never_starts(self) -> bool:
        return self.state == "PENDING" and self.reason in _NEVER


def answer(command: str) -> Optional[str]:
    """The output of a command of the queue; None if it failed without one, or did not end."""
    try:
        done = subprocess.run(
            command,
            shell=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_ANSWER_SECONDS,
            # Ctrl-C on the terminal is for this program.
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return None
    text = done.stdout.decode("utf-8", errors="replace").strip()
    return None if done.returncode and not text else text
