"""Temporary arrays that are mapped from a file."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from vrs.maps import MapError, memory_map
from vrs.maps.memory_map import leave_on_disk, scratch_array
from vrs.run.memory import peak_memory

needs_linux = pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="in memory elsewhere")


@needs_linux
def test_a_large_temporary_array_keeps_its_values_on_disk_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = peak_memory()
    array = scratch_array((100, 1_000_000), np.float32)
    for number, row in enumerate(array):
        row[:] = number
        leave_on_disk(array)
    assert [float(row[0]) for row in array[::33]] == [0, 33, 66, 99]
    assert peak_memory() - before < 100e6 < array.nbytes
    assert list(tmp_path.iterdir()) == []


@needs_linux
def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(memory_map.os, "posix_fallocate", full)
    with pytest.raises(MapError, match=r"has no room for 0\.40 GB .*No space left") as caught:
        scratch_array((100, 1_000_000), np.float32)
    assert str(tmp_path) in str(caught.value) and "free disk space" in str(caught.value)
