"""The queue that a user chose for all runs; needs no Scipion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict

QUEUE = "queue"
"""The name with which the queue of a workflow is allowed."""


@dataclass(frozen=True)
class QueueChoice:
    """A queue of hosts.conf by its name, and settings other than its defaults."""

    name: str
    settings: Dict[str, str] = field(default_factory=dict)
