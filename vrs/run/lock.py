"""The lock of a folder: one run at a time, and the name of the process that runs.

The system unlocks the file of a process that ends, however it ends. The record in the file names
the process, and decides alone on file systems without locks.
"""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Optional

import msgspec
import psutil

from vrs.maps.errors import OutputError
from vrs.run.parent_only import close, keep_from_copies

LOCK = ".vrs.lock"

_SAME_START = 1.0
"""Seconds within which two times of a start are the same."""
_DYING_SECONDS = 5.0
"""For so long the lock of a process that has ended may be held by a copy of it that is ending."""
_POLL_SECONDS = 0.05


class Process(msgspec.Struct, forbid_unknown_fields=True):
    """A process on a computer; ``started`` is in seconds since 1970."""

    pid: int
    started: float
    host: str

    @classmethod
    def current(cls) -> "Process":
        return cls(os.getpid(), psutil.Process().create_time(), socket.gethostname())

    def has_ended(self) -> bool:
        """Whether the process is known to have ended; not known on other computers."""
        if self.host != socket.gethostname():
            return False
        try:
            process = psutil.Process(self.pid)
            zombie = process.status() == psutil.STATUS_ZOMBIE
            return zombie or abs(process.create_time() - self.started) > _SAME_START
        except psutil.NoSuchProcess:
            return True

    def __str__(self) -> str:
        elsewhere = "" if self.host == socket.gethostname() else f" on {self.host}"
        return f"process {self.pid}{elsewhere}"


class FolderLock:
    """A lock of a folder by this process, until ``release``; copies of the process lack it.

    Raises InUse if another process has it, OutputError if the file of the lock is something else.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / LOCK
        self._descriptor = self._acquire(folder)

    def _acquire(self, folder: Path) -> int:
        begin = time.monotonic()
        while True:
            descriptor = _open(self._file)
            locked = _lock(descriptor)
            # The process that had it removes the file at its end.
            if locked is not False and not _is_same(descriptor, self._file):
                os.close(descriptor)
                continue
            holder = _read(self._file)
            free = locked if locked is not None else holder is None or holder.has_ended()
            if free:
                try:
                    os.ftruncate(descriptor, 0)
                    os.write(descriptor, msgspec.json.encode(Process.current()))
                except OSError:
                    # A full disk has room for an empty file.
                    self._file.unlink()
                    os.close(descriptor)
                    raise
                return keep_from_copies(descriptor)
            os.close(descriptor)
            is_dying = locked is False and (holder is None or holder.has_ended())
            if not is_dying or time.monotonic() - begin > _DYING_SECONDS:
                raise in_use(folder, holder)
            time.sleep(_POLL_SECONDS)

    def release(self, keep_record: bool = False) -> None:
        """Let other processes lock the folder; the record may stay, as after a kill."""
        with suppress(OSError):
            if not keep_record and _is_same(self._descriptor, self._file):
                self._file.unlink()
        close(self._descriptor)


class InUse(OutputError):
    """Another process writes into the folder."""


def is_left_by_killed(folder: Path) -> bool:
    """Whether a process of this user on this computer locked the folder and was killed."""
    try:
        status = (folder / LOCK).lstat()
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid():
        return False
    holder = _read(folder / LOCK)
    return holder is not None and holder.has_ended()


def in_use(folder: Path, holder: Optional[Process]) -> InUse:
    name = f" ({holder})" if holder else ""
    return InUse(
        f"another run of this program{name} is writing its report into {folder}",
        "wait until it has ended, or choose another folder with --out",
    )


def _open(file: Path) -> int:
    """The descriptor of the file of a lock, which is made if missing; raises OutputError."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or (status.st_size and _read(file) is None):
        os.close(descriptor)
        raise OutputError(
            f"{file.parent} already holds {file.name}, which this program did not write there",
            "choose another folder with --out",
        )
    return descriptor


def _lock(descriptor: int) -> Optional[bool]:
    """Whether the lock was free and is now that of this process; None without locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_same(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(file))
    except FileNotFoundError:
        return False


def _read(file: Path) -> Optional[Process]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Process)
    except (OSError, msgspec.DecodeError):
        return None
