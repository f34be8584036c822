"""Several maps of a batch as one task of a cluster: what the job reads and what it writes.

A folder has a file of jobs for each task, ``3.tasks``, and beside it ``3.ends`` with a line when a
map is begun and one when it has ended. A task whose file of jobs is not there any more measures
nothing, so that a job that starts late, or that nobody waits for, does no harm.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Tuple

import msgspec

from vrs.batch import JOBS
from vrs.batch.task import Done, Job
from vrs.batch.worker import measuring
from vrs.maps.errors import OutputError
from vrs.maps.whole_file import write_whole

TASKS, ENDS, LOGS = ".tasks", ".ends", "task-"
"""Endings of the files of jobs and of ends, and the beginning of the names of logs."""

JOB = "job"
"""File with the identifier of the job in the queue."""


class Line(NamedTuple):
    """A map that was begun, or, if it has a ``done``, has ended."""

    name: str
    done: Optional[Done] = None


class Chunk(NamedTuple):
    """A task of a cluster by its folder and number."""

    folder: Path
    number: int

    @property
    def tasks(self) -> Path:
        return self.folder / f"{self.number}{TASKS}"

    @property
    def ends(self) -> Path:
        return self.folder / f"{self.number}{ENDS}"

    @property
    def log(self) -> str:
        """What the names of its logs begin with."""
        return f"{LOGS}{self.number}"

    def name_in_queue(self) -> str:
        """Its identifier in the queue; "" if none was recorded."""
        try:
            job = (self.folder / JOB).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        return f"{job}{self.number}" if job.endswith("_") else job

    def write(self, jobs: Sequence[Job]) -> None:
        write_whole(self.tasks, msgspec.json.encode(jobs))

    def jobs(self) -> List[Job]:
        """Its jobs; none if it was withdrawn."""
        try:
            return msgspec.json.decode(self.tasks.read_bytes(), type=List[Job])
        except (FileNotFoundError, msgspec.DecodeError):
            return []

    def withdraw(self) -> None:
        """Let it measure nothing more, but for the map that it measures now."""
        self.tasks.unlink(missing_ok=True)

    def lines(self, start: int = 0) -> Tuple[List[Line], int]:
        """What it wrote after the first ``start`` bytes, and how many bytes there are now."""
        try:
            with self.ends.open("rb") as stream:
                stream.seek(start)
                # A line without an end is still being written.
                text = stream.read().rpartition(b"\n")[0]
        except FileNotFoundError:
            return [], start
        lines = []
        for line in text.splitlines():
            # A job that was killed and started again by the queue may have left a part of one.
            with suppress(msgspec.DecodeError):
                lines.append(msgspec.json.decode(line, type=Line))
        return lines, start + len(text) + bool(text)

    def measure(self) -> None:
        """Measure the maps that have not ended yet."""
        jobs, (lines, _) = self.jobs(), self.lines()
        ended = {line.name for line in lines if line.done}
        if not jobs:
            return
        with measuring() as measure:
            for job in jobs:
                if job.task.name in ended:
                    continue
                if not self.tasks.exists():
                    return
                self._append(Line(job.task.name))
                self._append(Line(job.task.name, measure(job.task)))

    def _append(self, line: Line) -> None:
        # Closed each time: only then do other computers see it on some file systems.
        with self.ends.open("ab") as stream:
            stream.write(msgspec.json.encode(line) + b"\n")


def open_chunks(folder: Path) -> List[Chunk]:
    """The tasks of a batch that were not withdrawn, the last ones first."""
    places = sorted((folder / JOBS).glob("*"), reverse=True)
    return [
        Chunk(place, int(file.stem)) for place in places for file in place.glob(f"*{TASKS}")
    ]  # fmt: skip


def new_chunks(folder: Path, count: int) -> List[Chunk]:
    """So many tasks of a batch in a new folder."""
    last = max((int(place.name) for place in (folder / JOBS).glob("*")), default=0)
    place = folder / JOBS / f"{last + 1:05}"
    place.mkdir(parents=True)
    return [Chunk(place, number) for number in range(count)]


def record_job(folder: Path, job: str) -> None:
    """Keep which job measures the tasks of a folder: its identifier, with a "_" for an array."""
    write_whole(folder / JOB, job.encode())


def refuse_open_jobs(folder: Path) -> None:
    """Raise OutputError if a queue may have jobs of a batch that is to go on without one."""
    if any(chunk.name_in_queue() for chunk in open_chunks(folder)):
        raise OutputError(
            f"jobs of a queue measure maps of the batch {folder}",
            f"go on with --queue, or cancel them and remove {folder / JOBS}",
        )


def main(arguments: Sequence[str]) -> None:
    """The program of a job: the folder, and the number of the task in it."""
    folder, number = arguments
    Chunk(Path(folder), int(number)).measure()


if __name__ == "__main__":
    main(sys.argv[1:])
