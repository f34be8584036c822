"""Peak memory of this process and available memory of the machine, in bytes."""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Iterator, Optional

import psutil

_STATUS = Path("/proc/self/status")
_REFERENCES = Path("/proc/self/clear_refs")
_MEMORY = Path("/proc/meminfo")
_GROUP = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")
_FILES = {
    "": ("", "memory.max", "memory.current", "inactive_file"),
    "memory": ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Controllers of a group, of version 2 and 1: folder, files of limit and use, field of pages."""


def peak_memory() -> int:
    """Peak resident memory of this process in bytes.

    Linux records the peak of the program itself. ``getrusage``, the fallback, starts from the peak
    of the parent process.
    """
    kilobytes = _field(_STATUS, "VmHWM")
    if kilobytes is not None:
        return kilobytes * 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def forget_peak() -> None:
    """Let ``peak_memory`` count from now on, in a process that measures several things.

    Linux only, and not in every container: elsewhere it does nothing.
    """
    with suppress(OSError):
        _REFERENCES.write_text("5", encoding="ascii")


def available_memory() -> int:
    """Bytes that a process can still take without swapping.

    On Linux the limits of control groups (a container, a batch job) are respected.
    """
    kilobytes = _field(_MEMORY, "MemAvailable")
    if kilobytes is None:
        return int(psutil.virtual_memory().available)
    return min([kilobytes * 1024, *_left_in_groups()])


def _field(file: Path, name: str) -> Optional[int]:
    """A number of kB in a file of lines such as "VmHWM:  1234 kB"."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    values = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return next((int(value) for value in values), None)


def _left_in_groups() -> Iterator[int]:
    """Bytes left below the limit of each control group; pages of files count as free."""
    try:
        entries = _GROUP.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for entry in entries:
        _, controllers, path = entry.split(":", 2)
        if controllers not in _FILES:
            continue
        name, limit, used, files = _FILES[controllers]
        root = _GROUPS / name
        folder = root / path.lstrip("/")
        # Inside a container the folder of its own group is the root.
        for group in dict.fromkeys((folder, *folder.parents, root)):
            if root not in (group, *group.parents):
                break
            left = _left(group, limit, used, files)
            if left is not None:
                yield left


def _left(group: Path, limit: str, used: str, files: str) -> Optional[int]:
    try:
        most = (group / limit).read_text(encoding="ascii").strip()
        taken = int((group / used).read_text(encoding="ascii"))
        statistics = (group / "memory.stat").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    if not most.isdecimal():
        return None
    reclaimable = int(statistics[statistics.index(files) + 1]) if files in statistics else 0
    return max(int(most) - taken + reclaimable, 0)
