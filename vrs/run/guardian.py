"""A program that ends the processes of a run when the process that started them has gone.

It stands alone, as it is started by its path and without the packages of the environment: ``python
guardian.py NAME=VALUE``. It waits until its standard input is closed, which happens at any end of
the process at the other end, also if that was killed, and then kills every process that was started
with this variable. Copies of a process (``fork``), whose recorded environment is that of the
original, see to themselves: ``vrs.run.orphans.end_with_parent``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from typing import Iterator

ROUNDS = 100
SECONDS_BETWEEN = 0.02


def processes_with(variable: bytes) -> Iterator[int]:
    """The processes whose environment has this "NAME=VALUE", except this one."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                with open(f"/proc/{entry}/environ", "rb") as stream:
                    environment = stream.read().split(b"\0")
            except OSError:
                # It has ended, or belongs to another user.
                continue
            if variable in environment:
                yield int(entry)


def main() -> None:
    variable = os.fsencode(sys.argv[1])
    sys.stdin.buffer.read()
    # A process may start another one while it is killed.
    for _ in range(ROUNDS):
        left = list(processes_with(variable))
        if not left:
            return
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(SECONDS_BETWEEN)


if __name__ == "__main__":
    main()
