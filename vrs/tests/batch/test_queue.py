"""A batch as job arrays of a real Slurm with one node: what is lost is submitted again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest

from vrs.cli.exit_status import ExitStatus
from vrs.cli.main import main
from vrs.tests.conftest import SmallMap, run_vrs
from vrs.tests.run.slurm import QUEUE, SHORT, bring_node_up, hosts, jobs, slurm

pytestmark = pytest.mark.slow

AnswerOf = Callable[..., Dict[str, Any]]

SKIP = "0.c,0.d,0.e,0.f,0.g,0.h"
MAPS = 60
OUT = "100 % of Ä maps"


@pytest.fixture(scope="module")
def cluster(scipion: Dict[str, str]) -> Iterator[Dict[str, str]]:
    """The environment of commands while a Slurm runs."""
    with slurm():
        yield {**scipion, "SLURM_CONF": os.environ["SLURM_CONF"]}


def in_queue(environment: Dict[str, str], folder: Path, interfere: str = ":") -> Dict[str, str]:
    """The environment with a list of hosts, whose jobs execute a line of shell first."""
    return {**environment, "SCIPION_HOSTS": str(hosts(folder / "hosts.conf", interfere))}


def listed(small_map: SmallMap, folder: Path, count: int) -> Path:
    """A list of one map under so many names."""
    rows = [
        {"map": str(small_map.file), "contour": small_map.contour, "name": f"map{number:02}"}
        for number in range(count)
    ]
    file = folder / "list.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def arguments(table: Path, maps: int, *more: str) -> List[str]:
    out = str(table.parent / OUT)
    options = ["--out", out, "--only", "json", "--skip", SKIP, "--queue", QUEUE]
    return ["batch", str(table), *options, "--maps-per-job", str(maps), *more]


@pytest.fixture
def answer_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AnswerOf:
    """Runs a batch in this process, with less patience than that of users; returns its answer."""

    def run(environment: Dict[str, str], *options: str) -> Dict[str, Any]:
        # It keeps the list of hosts of its first import, for all tests of this process.
        import pyworkflow  # noqa: F401

        from vrs.batch import cluster as module

        for name, seconds in {"LOOK_SECONDS": 0.3, "ASK_SECONDS": 1.0, "GONE_SECONDS": 2.0}.items():
            monkeypatch.setattr(module, name, seconds)
        for name in ("SLURM_CONF", "SCIPION_HOSTS"):
            monkeypatch.setenv(name, environment[name])
        status = main([*options, "--json"])
        answer: Dict[str, Any] = json.loads(capsys.readouterr().out)
        assert status == answer["exit_status"]
        return answer

    return run


def reports(table: Path) -> Dict[str, float]:
    """When the report of each map was written."""
    files = sorted((table.parent / OUT / "reports").glob("*/report.json"))
    return {file.parent.name: file.stat().st_mtime for file in files}


def until(is_so: Callable[[], Any], seconds: float) -> bool:
    """Whether something becomes so in time."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.2)
    return bool(is_so())


def test_sixty_maps_with_a_cancelled_task_an_overdue_one_and_a_killed_submitter(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path, answer_of: AnswerOf
) -> None:
    # The first time only, tasks 2 and 4 of the array wait for what the queue does to them.
    interfere = (
        'case "$SLURM_ARRAY_TASK_ID" in '
        f"2) mkdir {tmp_path}/2 && {{ scancel ${{SLURM_ARRAY_JOB_ID}}_2; sleep 600; }};; "
        f"4) mkdir {tmp_path}/4 && {{ scontrol update JobId=$SLURM_JOB_ID EndTime=now+1; "
        "sleep 600; };; esac"
    )
    environment = in_queue(cluster, tmp_path, interfere)
    table = listed(small_map, tmp_path, MAPS)
    command = [sys.executable, "-m", "vrs", *arguments(table, 10)]
    with (tmp_path / "printed").open("w") as printed:
        process = subprocess.Popen(command, env=environment, stdout=printed, stderr=printed)
        assert until(lambda: len(reports(table)) >= 5, 120), (tmp_path / "printed").read_text()
        process.kill()
        process.wait()
    (script,) = (tmp_path / OUT / "jobs").glob("*/job.sh")
    text = script.read_text("utf-8")
    assert "#SBATCH --array=0-5\n#SBATCH --time=10\n#SBATCH --mem=1024M\n" in text, "one array"
    assert text.count("--time") == 1, "that of the list of hosts is left out"
    before = reports(table)
    assert until(lambda: len(reports(table)) > len(before) + 2, 60), "its jobs go on"
    before = reports(table)

    answer = answer_of(environment, *arguments(table, 10))
    assert answer["exit_status"] == ExitStatus.FAILED
    assert (answer["passed"], answer["failed"], answer["left"]) == (50, 10, 0)
    failed = [entry for entry in answer["maps"] if entry["state"] == "failed"]
    assert [entry["name"] for entry in failed] == [f"map{number}" for number in range(20, 30)]
    assert all(entry["reason"].endswith("_2 was cancelled") for entry in failed)
    after = reports(table)
    assert len(after) == 50, "those of the overdue task are there"
    assert all(after[name] == before[name] for name in before), "none is measured twice"
    assert not (tmp_path / OUT / "jobs").exists()
    assert until(lambda: jobs() == [], 30)

    again = answer_of(environment, *arguments(table, 10))
    assert (again["exit_status"], again["passed"]) == (0, MAPS)
    assert {name: stamp for name, stamp in reports(table).items() if name in after} == after


def test_a_map_whose_job_is_lost_three_times_has_failed_with_the_words_of_the_queue(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path, answer_of: AnswerOf
) -> None:
    environment = in_queue(cluster, tmp_path, "echo no such library; exit 3")
    table = listed(small_map, tmp_path, 1)
    (entry,) = answer_of(environment, *arguments(table, 1))["maps"]
    assert entry["state"] == "failed"
    how = "left the queue before its report was written, as 2 before it"
    assert entry["reason"].endswith(f"_0 {how} (its log ends: no such library)")


def test_a_node_that_goes_down_loses_no_map(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    down = "scontrol update NodeName=$(hostname -s) State=DOWN Reason=test"
    environment = in_queue(cluster, tmp_path, f"mkdir {tmp_path}/down && {{ {down}; sleep 600; }}")
    file = tmp_path / "hosts.conf"
    # Slurm itself would let the job wait for two minutes before it starts it again.
    lines = file.read_text("utf-8").replace("-n 1\n", "-n 1\n    ##SBATCH --no-requeue\n")
    file.write_text(lines, "utf-8")
    table = listed(small_map, tmp_path, 2)
    process = subprocess.Popen(
        [sys.executable, "-m", "vrs", *arguments(table, 2)], env=environment,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert until((tmp_path / "down").exists, 60)
        time.sleep(3)
    finally:
        bring_node_up()
    printed, _ = process.communicate(timeout=200)
    assert process.returncode == 0, printed
    assert sorted(reports(table)) == ["map00", "map01"]


def test_a_task_that_can_never_start_has_failed_with_the_reason_of_the_queue(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path, answer_of: AnswerOf
) -> None:
    table = listed(small_map, tmp_path, 1)
    environment = in_queue(cluster, tmp_path)
    (entry,) = answer_of(environment, *arguments(table, 1, "--queue", SHORT))["maps"]
    assert entry["reason"] == "the queue never starts its job (PartitionTimeLimit)"
    assert until(lambda: jobs() == [], 30)


OTHER_HOSTS = """[localhost]
PARALLEL_COMMAND = mpirun -np %_(JOB_NODES)d %_(COMMAND)s
NAME = OTHER
MANDATORY = 0
SUBMIT_COMMAND = nohup sh %_(JOB_SCRIPT)s > %_(JOB_LOGS)s.out 2>&1 & echo Your job $!
CANCEL_COMMAND = kill %_(JOB_ID)s
CHECK_COMMAND = ps -o args= -p %_(JOB_ID)s || echo no such job
JOB_DONE_REGEX = no such job
SUBMIT_TEMPLATE = #!/bin/sh
    echo %_(JOB_QUEUE)s
    {interfere}
    %_(JOB_COMMAND)s
QUEUES = {{"all": []}}
"""
"""Processes of this computer as the jobs of a queue without arrays."""


def test_another_queue_has_a_job_for_each_task(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path, answer_of: AnswerOf
) -> None:
    file = tmp_path / "hosts.conf"
    file.write_text(OTHER_HOSTS.format(interfere=f"mkdir {tmp_path}/lost && exit 1"), "utf-8")
    table = listed(small_map, tmp_path, 4)
    environment = {**scipion, "SCIPION_HOSTS": str(file), "SLURM_CONF": ""}
    answer = answer_of(environment, *arguments(table, 2, "--queue", "all"))
    assert (answer["passed"], answer["failed"]) == (4, 0), "the first job was lost"


def test_an_interrupt_cancels_the_jobs_and_another_start_goes_on(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path, answer_of: AnswerOf
) -> None:
    environment = in_queue(cluster, tmp_path, f"test -e {tmp_path}/go || sleep 600")
    table = listed(small_map, tmp_path, 4)
    command = [sys.executable, "-m", "vrs", *arguments(table, 2)]
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert until(lambda: len(jobs()) >= 1, 60)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == ExitStatus.INTERRUPTED
    assert "vrs: interrupted; to go on: vrs batch " in told
    assert until(lambda: jobs() == [], 30)
    (tmp_path / "go").touch()
    answer = answer_of(environment, *arguments(table, 2))
    assert (answer["passed"], answer["failed"]) == (4, 0)


def test_what_the_queue_refuses_is_said_with_its_words(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path, answer_of: AnswerOf
) -> None:
    environment = in_queue(cluster, tmp_path)
    table = listed(small_map, tmp_path, 3)
    unknown = run_vrs(environment, *arguments(table, 1, "--queue", "night"))
    assert unknown.returncode == ExitStatus.FAILED
    assert "there is no queue 'night' in " in unknown.stderr
    closed = answer_of(environment, *arguments(table, 1, "--queue", "closed"))
    assert (closed["failed"], closed["left"]) == (3, 0)
    for entry in closed["maps"]:
        assert "the queue closed refused the job: " in entry["reason"]
        assert "invalid partition specified: closed" in entry["reason"]
