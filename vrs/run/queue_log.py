"""What a queue wrote about the job of a run, such as that a time limit was hit."""

from __future__ import annotations

from pathlib import Path

_LINES = 2
_LONGEST = 300
_MOST_BYTES = 4096
_OF_THE_JOB = (".job", ".nodefile")
"""Endings of what goes to the queue."""


def last_lines(logs: Path, identifier: str) -> str:
    """The last lines of the log of a job, in one line; "" if there is none.

    The job script of a run is PREFIX + its identifier + ".job", and hosts.conf lets a queue write
    its logs beside it, usually ".out" and ".err": the one that was written last counts.

    Parameters
    ----------
    logs : Path -- Folder of the logs of the run.
    identifier : str -- Of the run.
    """
    files = [
        file
        for file in logs.glob(f"*{identifier}.*")
        if not file.name.endswith(_OF_THE_JOB) and file.is_file() and file.stat().st_size
    ]
    for file in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True):
        with open(file, "rb") as stream:
            stream.seek(max(0, file.stat().st_size - _MOST_BYTES))
            text = stream.read().decode("utf-8", errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if lines:
            tail = " / ".join(lines[-_LINES:])
            return tail if len(tail) <= _LONGEST else f"... {tail[-_LONGEST:]}"
    return ""
