"""No process of a run goes on after the process that started the run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import List

import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux ends processes for us")

RUN = """
import multiprocessing, os, subprocess, sys, time
from vrs.run.orphans import end_with_parent, no_orphans

SLEEP = "import subprocess, sys; subprocess.run(['sleep', '60'])"

def copy(parent):
    end_with_parent(parent)
    print(os.getpid(), flush=True)
    # A shell and a program under it, as Scipion starts other programs.
    subprocess.run(f'"{sys.executable}" -c "{SLEEP}"', shell=True)

with no_orphans():
    process = multiprocessing.get_context("fork").Process(target=copy, args=(os.getpid(),))
    process.start()
    if sys.argv[1] == "wait":
        process.join()
    time.sleep(0.5)
    sys.stdin.close()
    process.kill()
"""
MOST_SECONDS = 3.0


def start(how: str) -> "tuple[subprocess.Popen[bytes], List[psutil.Process]]":
    """A process with a copy of itself, and all that the copy started."""
    main = subprocess.Popen([sys.executable, "-c", RUN, how], stdout=subprocess.PIPE)
    assert main.stdout is not None and main.stdout.readline()
    family: List[psutil.Process] = []
    until = time.monotonic() + 10
    while not any(process.name() == "sleep" for process in family) and time.monotonic() < until:
        family = psutil.Process(main.pid).children(recursive=True)
        time.sleep(0.01)
    assert len(family) >= 4
    return main, family


@pytest.mark.parametrize("how", ["wait", "end"])
def test_all_processes_end_with_the_first_one(how: str) -> None:
    main, family = start(how)
    with main:
        if how == "wait":
            main.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=MOST_SECONDS)
    assert not alive
