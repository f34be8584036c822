"""Runs that are killed at any moment: the earlier report stands, and no process goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Dict, List

import psutil

from vrs.levels import CHECKS
from vrs.maps import write_map
from vrs.run.output_folder import OutputFolder
from vrs.run.recovery import settle
from vrs.run.swap import READY
from vrs.run.written import foreign_content, read_record
from vrs.tests.fuzz.cases import Finding, Uncaught, run_cases
from vrs.tests.simulation import atom_ball

SECONDS_OF_A_CASE = 120.0
SECONDS_TO_END = 3.0
"""Within them all processes of a killed run have ended."""
SECONDS_TO_BEGIN = 1.0

_MARK = "VRS_FUZZ_KILL"
_MEASURED = ("0.a", "0.b")


@dataclass(frozen=True)
class Command:
    """``vrs report`` of a small map into the folder ``out``, which takes ``seconds``."""

    arguments: List[str]
    environment: Dict[str, str]
    out: Path
    seconds: float

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.arguments, env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip


def run(seconds: float, seed: int) -> List[Finding]:
    """Kill runs that replace a report, for a time."""
    with tempfile.TemporaryDirectory(prefix="fuzz_base_") as name:
        base = Path(name).resolve()
        command = _command(base)
        return run_cases("kill", seconds, seed, partial(_kill, command), SECONDS_OF_A_CASE)


def _command(base: Path) -> Command:
    """The command, after its first report."""
    density = atom_ball(32, 2.0, 40.0, 6.0, noise=0.05)
    write_map(base / "ball.mrc", density)
    (base / "tmp").mkdir()
    environment = {
        **os.environ,
        "SCIPION_HOME": str(base / "scipion"),
        "SCIPION_USER_DATA": str(base / "scipion" / "user"),
        "SCIPION_LOCAL_CONFIG": str(base / "scipion" / "scipion.conf"),
        "TMPDIR": str(base / "tmp"),
        _MARK: str(base),
    }
    contour = 0.25 * float(density.data.max())
    arguments = [
        sys.executable, "-m", "vrs", "report", str(base / "ball.mrc"), f"--contour={contour}",
        "--resolution=6", "--skip", ",".join(name for name in CHECKS if name not in _MEASURED),
        "--out", str(base / "report"),
    ]  # fmt: skip
    begin = time.monotonic()
    subprocess.run(arguments, env=environment, check=True, capture_output=True)
    return Command(arguments, environment, base / "report", time.monotonic() - begin)


def _kill(command: Command, draw: random.Random, folder: Path) -> None:
    moment = draw.uniform(0.0, command.seconds)
    process = command.start()
    try:
        # Half of the cases end where one report takes the place of the other.
        if draw.random() < 0.5:
            _wait_for_replacement(process, command.out, draw.uniform(0.0, 0.02))
        else:
            with suppress(subprocess.TimeoutExpired):
                process.wait(moment)
        process.kill()
        _, printed = process.communicate()
        _check_processes(command)
        if process.returncode not in (0, -signal.SIGKILL):
            raise Uncaught(f"exit status {process.returncode}: {printed.decode()}")
        _check_report(command.out)
        _check_next(command.out)
    finally:
        _end_all(command)
    left = os.listdir(command.environment["TMPDIR"])
    if left:
        raise Uncaught(f"temporary files were left behind: {', '.join(left)}")


def _wait_for_replacement(process: "subprocess.Popen[bytes]", out: Path, more: float) -> None:
    while process.poll() is None and not (out / READY).exists():
        time.sleep(0.0005)
    time.sleep(more)


def _check_processes(command: Command) -> None:
    until = time.monotonic() + SECONDS_TO_END
    while _processes(command):
        if time.monotonic() > until:
            names = [" ".join(process.cmdline()) for process in _processes(command)]
            raise Uncaught(f"alive {SECONDS_TO_END:g} s after the kill: {names}")
        time.sleep(0.02)


def _check_report(out: Path) -> None:
    """One of the two reports is whole: at once, unless the kill came between two renames."""
    if not (out / READY).exists():
        _require_whole(out)
    settle(out)
    _require_whole(out)


def _require_whole(out: Path) -> None:
    record = read_record(out)
    if record is None or "report.json" not in record.files:
        raise Uncaught("there is no report any more")
    missing = [name for name in record.files if not (out / name).exists()]
    if missing:
        raise Uncaught(f"files of the report are missing: {missing}")
    others = [
        name for names in foreign_content(out) for name in names if not name.startswith(".vrs")
    ]
    if others:
        raise Uncaught(f"not what was written: {others}")


def _check_next(out: Path) -> None:
    """The next run begins at once and cleans up."""
    begin = time.monotonic()
    with suppress(KeyboardInterrupt), OutputFolder(out) as folder:
        folder.make()
        raise KeyboardInterrupt
    if time.monotonic() - begin > SECONDS_TO_BEGIN:
        raise Uncaught(f"the next run waited for {time.monotonic() - begin:.1f} s")
    left = [name for name in os.listdir(out) if name.startswith(".vrs") and name != ".vrs.json"]
    if left:
        raise Uncaught(f"left behind: {left}")


def _processes(command: Command) -> List[psutil.Process]:
    """Everything that the command started: all of it has the mark in its environment."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(_MARK) == command.environment[_MARK]:
                found.append(process)
    return found


def _end_all(command: Command) -> None:
    for process in _processes(command):
        with suppress(psutil.Error):
            process.kill()
