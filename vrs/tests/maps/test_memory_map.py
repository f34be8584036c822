"""Pages of memory-mapped arrays are released, and read again when they are used."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from vrs.maps.memory_map import leave_on_disk

MEGABYTE = 10**6


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep the pages")
def test_what_is_left_on_disk_is_not_in_memory_and_can_be_read_again(tmp_path: Path) -> None:
    stored = np.arange(25_000_000, dtype=np.float32).reshape(100, 500, 500)
    stored.tofile(tmp_path / "values")
    mapped = np.asarray(np.memmap(tmp_path / "values", np.float32, "r", shape=stored.shape))
    part = mapped[10:90]
    total = part.sum(dtype=np.float64)
    before = resident()
    leave_on_disk(part)
    assert before - resident() > 60 * MEGABYTE
    assert part.sum(dtype=np.float64) == total
    leave_on_disk(stored)  # not mapped: nothing happens
    assert stored[-1, -1, -1] == mapped[-1, -1, -1]


def resident() -> int:
    """Bytes that this process has in memory."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
