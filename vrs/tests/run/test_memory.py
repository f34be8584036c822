"""Peak memory of a process, and available memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vrs.run import memory
from vrs.run.memory import available_memory, peak_memory

MEGABYTE = 10**6


def printed_peak(code: str) -> int:
    """The peak in bytes of a Python process that runs ``code``."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{code}\nfrom vrs.run.memory import peak_memory\nprint(peak_memory())",
        ],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a program itself is Linux's")
def test_the_peak_is_that_of_the_program_and_stays() -> None:
    kept = bytearray(600 * MEGABYTE)  # what starts a process must not count in it
    kept[::4096] = b"x" * len(kept[::4096])
    small = printed_peak("")
    large = printed_peak("gone = bytearray(200_000_000); gone[::1000] = b'x' * 200_000; del gone")
    assert small < 500 * MEGABYTE
    assert large - small == pytest.approx(200 * MEGABYTE, abs=20 * MEGABYTE)


def test_kilobytes_of_the_system_are_1024_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "status").write_text("VmPeak:\t  9000 kB\nVmHWM:\t    2000 kB\n")
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "status")
    assert peak_memory() == 2_048_000


@pytest.mark.skipif(sys.platform != "linux", reason="macOS counts in bytes")
def test_without_a_status_file_the_peak_is_that_of_getrusage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = peak_memory()
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "missing")
    assert recorded is not None and peak_memory() >= 0.99 * recorded


def test_the_available_memory_is_a_share_of_this_computer() -> None:
    available = available_memory()
    assert available is not None and 10 * MEGABYTE < available < 2**46


def group(folder: Path, limit: str, used: int, files: int) -> None:
    """A control group of version 2."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(
        f"anon {used - files}\nfile {files}\ninactive_file {files}\n"
    )


def test_a_control_group_limits_what_is_available(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cgroup").write_text("0::/job/step\n")
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n")
    monkeypatch.setattr(memory, "_GROUP", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "_GROUPS", tmp_path / "fs")
    monkeypatch.setattr(memory, "_MEMORY", tmp_path / "meminfo")
    group(tmp_path / "fs" / "job" / "step", "max", 0, 0)
    assert available_memory() == 8000 * 1024
    # Pages of files can be dropped: 3 of 5 MB are left, and what files hold.
    group(tmp_path / "fs" / "job", str(5 * MEGABYTE), 3 * MEGABYTE, MEGABYTE)
    assert available_memory() == 3 * MEGABYTE
