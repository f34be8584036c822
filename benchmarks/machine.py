"""The computer that was measured, without its name."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Dict, Optional

_PACKAGES = ("scipion-em-vrs", "scipion-em-ucm", "numpy", "scipy")


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def description() -> str:
    """Processor, cores and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{_processor()}, {cores()} cores, {memory:.0f} GB of memory"


def versions() -> Dict[str, Optional[str]]:
    """Versions of Python and of the measured packages."""
    known: Dict[str, Optional[str]] = {"Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            known[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            known[package] = None
    return known


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
