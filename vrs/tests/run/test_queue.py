"""Runs in a queue: a real Slurm with one node; what it loses is a status in the report."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from vrs.checks.store import write_json
from vrs.cli.exit_status import ExitStatus
from vrs.levels import MEASURED
from vrs.run.queue_log import last_lines
from vrs.tests.conftest import RESOLUTION, SmallMap, run_vrs
from vrs.tests.run.slurm import QUEUE, bring_node_up, hosts, jobs, slurm

A_MINUTE = 60


def test_the_last_lines_of_the_log_written_last_are_those_of_the_queue(tmp_path: Path) -> None:
    assert last_lines(tmp_path, "5") == ""
    (tmp_path / "run.stdout").write_text("not of the queue\n", encoding="utf-8")
    (tmp_path / "scipion5.job").write_text("#!/bin/bash\n", encoding="utf-8")
    (tmp_path / "scipion5.err").write_text("", encoding="utf-8")
    (tmp_path / "scipion5.out").write_text("a\n\n b \nc\n", encoding="utf-8")
    os.utime(tmp_path / "scipion5.out", (1, 1))
    assert last_lines(tmp_path, "5") == "b / c"
    (tmp_path / "scipion5.err").write_bytes(b"\xff" * 9000 + b"\nCANCELLED \n")
    assert last_lines(tmp_path, "5").endswith("CANCELLED")
    assert len(last_lines(tmp_path, "5")) < 400


# --- with Slurm -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(scipion: Dict[str, str]) -> Iterator[Dict[str, str]]:
    """The environment of commands while a Slurm runs."""
    with slurm():
        yield {**scipion, "SLURM_CONF": os.environ["SLURM_CONF"]}


def in_queue(environment: Dict[str, str], folder: Path, interfere: str = ":") -> Dict[str, str]:
    """The environment with a list of hosts, whose jobs execute a line of shell first."""
    return {**environment, "SCIPION_HOSTS": str(hosts(folder / "hosts.conf", interfere))}


def skipping(*wanted: str) -> List[str]:
    """What is measured, but for these."""
    return [check_id for check_id in MEASURED if check_id not in wanted]


def report_in_queue(
    environment: Dict[str, str], small_map: SmallMap, folder: Path, *more: Any
) -> "subprocess.CompletedProcess[str]":
    return run_vrs(
        environment, "report", small_map.file, "--contour", small_map.contour, "--resolution",
        RESOLUTION, "--queue", QUEUE, "--threads", "1", "--out", folder, *more,
    )  # fmt: skip


def checks_in(folder: Path) -> Dict[str, Any]:
    report = json.loads((folder / "report.json").read_bytes())
    return {check["id"]: check for check in report["checks"]}


def job_scripts(folder: Path) -> Dict[str, str]:
    """What was submitted for each run of a report, by its class."""
    scripts = (folder / "scipion_project" / "Runs").glob("*/logs/scipion*.job")
    return {script.parts[-3].split("_")[1]: script.read_text("utf-8") for script in scripts}


@pytest.mark.slow
def test_every_run_is_a_job_and_a_cancelled_or_overdue_one_is_a_status_in_the_report(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    interfere = (
        'case "$1" in *VrsProtMass*) scancel $SLURM_JOB_ID; sleep 600;; '
        "*VrsProtMask*) scontrol update JobId=$SLURM_JOB_ID EndTime=now+1; sleep 600;; esac"
    )
    environment = in_queue(cluster, tmp_path, interfere)
    out = tmp_path / "report"
    done = report_in_queue(
        environment, small_map, out, "--skip", "e,f,g,h", "--queue-param", "JOB_TIME=33"
    )
    assert done.returncode == ExitStatus.SUCCESS, done.stderr + done.stdout
    checks = checks_in(out)
    assert {checks[name]["status"] for name in ("0.c", "0.d")} <= {"ok", "warnings"}
    lost = r"The run failed: its job \d+ left the queue before the run ended \(the queue's log "
    for name, why in (("0.a", "CANCELLED AT"), ("0.b", "DUE TO TIME LIMIT")):
        assert checks[name]["status"] == "not_measured"
        assert re.match(lost, checks[name]["reason"])
        assert why in checks[name]["reason"] and why in done.stdout
    scripts = job_scripts(out)
    assert len(scripts) == 8
    for script in scripts.values():
        assert "#SBATCH --time=33:00" in script and "#SBATCH -c 1\n" in script
    assert "Import map: in the queue" in done.stdout
    assert wait_for_jobs(0) == []


@pytest.mark.slow
def test_a_node_that_goes_down_ends_in_a_report_that_is_written_here(
    cluster: Dict[str, str],
    small_map: SmallMap,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from vrs.run import queue_watch
    from vrs.run.output_folder import OutputFolder
    from vrs.run.queue_choice import QueueChoice
    from vrs.run.report_run import make_report
    from vrs.run.request import Request

    down = "scontrol update NodeName=$(hostname -s) State=DOWN Reason=test"
    interfere = f'case "$1" in *VrsProtMass*) {down}; sleep 600;; esac'
    monkeypatch.setenv("SCIPION_HOSTS", str(hosts(tmp_path / "hosts.conf", interfere)))
    monkeypatch.setattr("pyworkflow.Config.SCIPION_HOSTS", str(tmp_path / "hosts.conf"))
    monkeypatch.setattr(queue_watch, "ASK_SECONDS", 2.0)
    monkeypatch.setitem(queue_watch._PATIENCE, queue_watch.JobState.WITHOUT_NODE, 5.0)
    request = Request(small_map.file, small_map.contour, RESOLUTION, skip=skipping("0.a"))
    begin = time.monotonic()
    try:
        with OutputFolder(tmp_path / "report") as folder:
            outcome = make_report(request, folder, 1, progress=False, queue=QueueChoice(QUEUE))
    finally:
        bring_node_up()
    assert time.monotonic() - begin < 3 * A_MINUTE
    (check,) = (check for check in outcome.report.all_checks if check.id == "0.a")
    assert "was cancelled, because no node of the queue is up" in check.reason
    assert wait_for_jobs(0) == []


@pytest.mark.slow
def test_what_the_queue_refuses_is_said_with_its_words(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    environment = in_queue(cluster, tmp_path)
    unknown = report_in_queue(environment, small_map, tmp_path / "1", "--queue", "night")
    assert unknown.returncode == ExitStatus.FAILED
    file = environment["SCIPION_HOSTS"]
    known = "debug, closed, short"
    assert f"there is no queue 'night' in {file}: choose among {known}" in unknown.stderr
    setting = report_in_queue(
        environment, small_map, tmp_path / "2", "--queue-param", "JOB_HOURS=2"
    )
    assert "has no setting 'JOB_HOURS'" in setting.stderr and "among JOB_TIME" in setting.stderr
    closed = report_in_queue(environment, small_map, tmp_path / "3", "--queue", "closed")
    assert closed.returncode == ExitStatus.FAILED
    assert "the queue refused its job" in closed.stderr
    assert "invalid partition specified: closed" in closed.stderr


@pytest.mark.slow
def test_a_workflow_with_queues_of_its_own_is_run_in_them(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.run.report_run import workflow_of
    from vrs.run.request import Request

    environment = in_queue(cluster, tmp_path)
    request = Request(small_map.file, small_map.contour, RESOLUTION, skip=skipping("0.a"))
    workflow = workflow_of(request)
    for run in workflow[1:3]:
        run["_useQueue"] = True
        run["_queueParams"] = json.dumps([QUEUE, {"JOB_TIME": "7"}])
    write_json(tmp_path / "workflow.json", workflow)
    out = tmp_path / "report"
    command = ["run", tmp_path / "workflow.json", "--out", out]
    refused = run_vrs(environment, *command)
    assert refused.returncode == ExitStatus.FAILED and "--allow queue" in refused.stderr
    done = run_vrs(environment, *command, "--allow", "queue")
    assert done.returncode == ExitStatus.SUCCESS, done.stderr + done.stdout
    scripts = job_scripts(out)
    assert sorted(scripts) == ["VrsProtMass", "VrsProtPrepare"]
    assert all("#SBATCH --time=7:00" in script for script in scripts.values())


@pytest.mark.slow
def test_a_run_that_the_window_submitted_has_the_log_of_the_queue_in_its_reason(
    cluster: Dict[str, str],
    small_map: SmallMap,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from vrs.run.project import create_project, load_workflow
    from vrs.run.report_run import workflow_of
    from vrs.run.request import Request
    from vrs.run.runner import Runner, reason_of

    monkeypatch.setattr(
        "pyworkflow.Config.SCIPION_HOSTS", str(hosts(tmp_path / "hosts.conf", "sleep 600"))
    )
    request = Request(small_map.file, small_map.contour, RESOLUTION, skip=skipping("0.a"))
    write_json(tmp_path / "workflow.json", workflow_of(request))
    project = create_project(tmp_path / "project", "window")
    *first, mass, _ = load_workflow(project, tmp_path / "workflow.json")
    Runner(project, first, 1, lambda event: None).run()
    mass._useQueue.set(True)
    mass.setQueueParams((QUEUE, {"JOB_TIME": "7"}))
    project.launchProtocol(mass)
    (job,) = wait_for_jobs(1)
    time.sleep(2)
    subprocess.run(["scancel", job], check=True)
    for _ in range(A_MINUTE):
        project._updateProtocol(mass)
        if not mass.isActive():
            break
        time.sleep(1)
    assert mass.isFailed()
    assert re.search(r"JOB ID .* \(the queue's log ends: .* CANCELLED AT", reason_of(mass))


def wait_for_jobs(count: int) -> List[str]:
    """Identifiers of the jobs as soon as there are so many, at the latest after a minute."""
    for _ in range(2 * A_MINUTE):
        if len(jobs()) == count:
            break
        time.sleep(0.5)
    return jobs()


@pytest.mark.slow
def test_an_interrupt_cancels_the_jobs(
    cluster: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    environment = in_queue(cluster, tmp_path, "sleep 600")
    command = [
        "report", str(small_map.file), "--contour", str(small_map.contour), "--queue", QUEUE,
        "--out", str(tmp_path / "report"),
    ]  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "vrs", *command], env=environment)
    assert len(wait_for_jobs(1)) == 1
    process.send_signal(signal.SIGINT)
    assert process.wait(A_MINUTE) == ExitStatus.INTERRUPTED
    assert wait_for_jobs(0) == []
