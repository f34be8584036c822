"""A Slurm with one node, started for the tests and stopped after them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Iterator, List

import pytest

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol")

QUEUE = "debug"
SHORT = "short"
"""Of 5 minutes at most."""

_CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdSpoolDir={folder}/spool
StateSaveLocation={folder}/state
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=0
KillWait=2
SchedulerParameters=batch_sched_delay=0,sched_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MinJobAge=300
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=16000 State=UNKNOWN
PartitionName={queue} Nodes={host} Default=YES MaxTime=INFINITE State=UP
PartitionName={short} Nodes={host} MaxTime=5 State=UP
"""

HOSTS = """[localhost]
PARALLEL_COMMAND = mpirun -np %_(JOB_NODES)d %_(COMMAND)s
NAME = SLURM
MANDATORY = 0
SUBMIT_COMMAND = sbatch %_(JOB_SCRIPT)s
CANCEL_COMMAND = scancel %_(JOB_ID)s
CHECK_COMMAND = squeue -h -j %_(JOB_ID)s
SUBMIT_PREFIX = scipion
SUBMIT_TEMPLATE = #!/bin/bash
    ##SBATCH --export=ALL
    ##SBATCH -p %_(JOB_QUEUE)s
    ##SBATCH -J %_(JOB_NAME)s
    ##SBATCH -o %_(JOB_LOGS)s.out
    ##SBATCH -e %_(JOB_LOGS)s.err
    ##SBATCH -n 1
    ##SBATCH -c %_(JOB_THREADS)d
    ##SBATCH --time=%_(JOB_TIME)s:00
    set -- %_(JOB_LOGS)s
    {interfere}
    %_(JOB_COMMAND)s
QUEUES = {{"{queue}": [["JOB_TIME", "60", "Time (min)", "Limit in minutes"]], "closed": [],
    "{short}": []}}
QUEUES_DEFAULT = {{"JOB_TIME": "60"}}
"""
"""The list of hosts; ``interfere`` is a line of shell in every job, "$1" has its run's class."""


def hosts(file: Path, interfere: str = ":") -> Path:
    """Write the list of hosts, with a line that every job executes first."""
    file.write_text(HOSTS.format(queue=QUEUE, short=SHORT, interfere=interfere), encoding="utf-8")
    return file


@contextmanager
def slurm() -> Iterator[None]:
    """A Slurm whose node is up; its programs find it by SLURM_CONF of this process."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs Slurm ({', '.join(missing)})" if missing else "needs root for Slurm")
    with tempfile.TemporaryDirectory() as name:
        # The programs that check passwords of jobs refuse a folder that nobody else may enter.
        os.chmod(name, 0o755)
        with _running(Path(name)):
            yield


@contextmanager
def _running(folder: Path) -> Iterator[None]:
    host, cores = socket.gethostname().split(".")[0], len(os.sched_getaffinity(0))
    for name in ("spool", "state"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    settings = folder / "slurm.conf"
    settings.write_text(
        _CONFIGURATION.format(
            host=host, cores=cores, folder=folder, queue=QUEUE, short=SHORT, ports=_free_ports(2)
        ),
        encoding="utf-8",
    )
    before = os.environ.get("SLURM_CONF")
    os.environ["SLURM_CONF"] = str(settings)
    files = [f"--{name}-file={folder}/munge.{name}" for name in ("key", "pid", "log", "seed")]
    with ExitStack() as running:
        munged = ["munged", "--foreground", f"--socket={folder}/munge.socket", *files]
        for command in (munged, ["slurmctld", "-D"], ["slurmd", "-D"]):
            running.callback(_stop, _start(command))
            time.sleep(0.5)
        running.callback(_tell, "scancel", "--state=PENDING")
        running.callback(_tell, "scancel", "--state=RUNNING")
        _wait_for_node()
        yield
    if before is None:
        del os.environ["SLURM_CONF"]
    else:
        os.environ["SLURM_CONF"] = before


def bring_node_up() -> None:
    """Let a node that was set down take jobs again."""
    host = socket.gethostname().split(".")[0]
    _tell("scontrol", "update", f"NodeName={host}", "State=RESUME")
    _wait_for_node()


def jobs() -> List[str]:
    """Identifiers of the jobs that wait or run; one that ended on a node since down may be left."""
    return _tell("squeue", "-h", "-t", "PENDING,RUNNING", "-o", "%i").split()


def _wait_for_node() -> None:
    for _ in range(60):
        if _tell("sinfo", "-h", "-o", "%t").strip() in ("idle", "mix"):
            return
        time.sleep(0.5)
    pytest.fail("the node of Slurm does not come up")


def _tell(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


def _start(command: List[str]) -> "subprocess.Popen[Any]":
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _stop(process: "subprocess.Popen[Any]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_ports(count: int) -> List[int]:
    with ExitStack() as opened:
        sockets = [opened.enter_context(closing(socket.socket())) for _ in range(count)]
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]
