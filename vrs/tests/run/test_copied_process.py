"""Runs whose process is a copy of the one that starts them, beside those that Scipion starts."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from vrs.checks.store import write_json
from vrs.tests.conftest import SmallMap

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only"),
]

QUEUE = """[localhost]
PARALLEL_COMMAND = mpirun -np %_(JOB_NODES)d %_(COMMAND)s
NAME = STAND-IN
MANDATORY = 0
SUBMIT_COMMAND = setsid sh %_(JOB_SCRIPT)s >/dev/null 2>&1 & echo job $!
CANCEL_COMMAND = kill %_(JOB_ID)s
CHECK_COMMAND = ps -o pid= -p %_(JOB_ID)s
SUBMIT_TEMPLATE = ##!/bin/sh
        echo submitted >> submitted.txt
        %_(JOB_COMMAND)s
QUEUES = { "default": [] }
QUEUES_DEFAULT = { "default": {} }
"""
"""A queue in front of this computer; a job's number is that of its process."""


@pytest.fixture
def import_map(scipion: Dict[str, str], small_map: SmallMap) -> List[Dict[str, Any]]:
    """A workflow of one run."""
    return [
        {
            "object.className": "VrsProtImportMap",
            "object.id": "2",
            "object.label": "Import map",
            "mapFile": str(small_map.file),
        }
    ]


@pytest.fixture(autouse=True)
def working_folder() -> Iterator[None]:
    """Projects change it."""
    before = Path.cwd()
    yield
    os.chdir(before)


def run_one(folder: Path, workflow: List[Dict[str, Any]], **values: Any) -> Any:
    """The only run of a workflow after its end; ``values`` are attributes of the run to set."""
    from vrs.run.project import create_project, load_workflow
    from vrs.run.runner import Runner

    project = create_project(folder, folder.name)
    write_json(folder / "workflow.json", workflow)
    (run,) = load_workflow(project, folder / "workflow.json")
    for name, value in values.items():
        getattr(run, name).set(value)
    Runner(project, [run], 2, lambda event: None).run()
    return run


def log_of(run: Any) -> str:
    return Path(run.getStdoutLog()).read_text(encoding="utf-8")


def test_a_run_in_a_copy_is_recorded_as_one_that_scipion_started(
    import_map: List[Dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.run import runner

    copied = run_one(tmp_path / "copied", import_map)
    copied_log = log_of(copied).splitlines()
    monkeypatch.setattr(runner, "can_copy", lambda: False)
    usual = run_one(tmp_path / "usual", import_map)
    usual_log = log_of(usual).splitlines()
    assert copied.getStatus() == usual.getStatus() == "finished"
    assert str(copied.outputVolume) == str(usual.outputVolume)
    # Line by line, but for folders, times and numbers of processes.
    assert [line.split()[0] for line in copied_log] == [line.split()[0] for line in usual_log]
    files = [
        sorted(
            str(file.relative_to(folder))
            for file in folder.rglob("*")
            # Of the tests themselves, where their coverage is measured.
            if not file.name.startswith(".coverage")
        )
        for folder in (tmp_path / "copied", tmp_path / "usual")
    ]
    assert files[0] == files[1]


def test_a_copy_is_a_process_of_its_own_that_leaves_nothing_behind(
    import_map: List[Dict[str, Any]], tmp_path: Path
) -> None:
    run = run_one(tmp_path / "project", import_map)
    told = [line for line in log_of(run).splitlines() if line.startswith("PID: ")]
    assert told and told[0] != f"PID: {os.getpid()}"
    assert not multiprocessing.active_children()
    assert sys.argv[0] != run.getDbPath()
    assert not Path(run.getStderrLog()).read_text()


def test_a_run_goes_to_the_queue_of_hosts_conf(
    import_map: List[Dict[str, Any]],
    scipion: Dict[str, str],
    tmp_path: Path,
) -> None:
    hosts = Path(scipion["SCIPION_HOSTS"])
    before = hosts.read_text()
    hosts.write_text(QUEUE)
    parameters = json.dumps(["default", {"QUEUE_FOR_JOBS": "N"}])
    try:
        run = run_one(tmp_path / "project", import_map, _useQueue=True, _queueParams=parameters)
    finally:
        hosts.write_text(before)
    assert run.getStatus() == "finished", run.getErrorMessage()
    assert (tmp_path / "project" / "submitted.txt").read_text() == "submitted\n"
    assert "Executing through the queue system" in log_of(run)


def test_a_process_with_threads_is_not_copied(scipion: Dict[str, str]) -> None:
    from threading import Event, Thread

    from vrs.run.copied_process import can_copy

    assert can_copy()
    stop = Event()
    thread = Thread(target=stop.wait)
    thread.start()
    assert not can_copy()
    stop.set()
    thread.join()


# --- what a copy does first -----------------------------------------------------------------------

PROGRAM = """
import json, os, signal, sys
from threadpoolctl import threadpool_info
from vrs.run.memory import peak_memory
json.dump({
    "arguments": sys.argv[1:],
    "name": __name__,
    "threads": [library["num_threads"] for library in threadpool_info()],
    "on_term": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
    "peak": peak_memory(),
}, open(sys.argv[1], "w"))
"""


def executed_in_copy(folder: Path, threads: int) -> Dict[str, Any]:
    """What a program saw in a copy of this process."""
    from vrs.run.copied_process import _execute

    program, answer = folder / "program.py", folder / "answer.json"
    program.write_text(PROGRAM)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        copy = multiprocessing.get_context("fork").Process(
            target=_execute, args=([str(program), str(answer)], threads, os.getpid())
        )
        copy.start()
        copy.join()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert copy.exitcode == 0
    seen: Dict[str, Any] = json.loads(answer.read_text())
    return seen


def test_a_copy_uses_the_cores_of_its_run_and_ends_when_told_to(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    seen = executed_in_copy(tmp_path, 1)
    assert seen["name"] == "__main__"
    assert seen["arguments"] == [str(tmp_path / "answer.json")]
    assert seen["threads"] and set(seen["threads"]) == {1}
    assert seen["on_term"]


def test_the_peak_of_a_copy_does_not_hold_what_the_first_process_gave_back(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    from vrs.run.memory import peak_memory

    given_back = bytearray(600_000_000)
    given_back[::4096] = b"x" * len(given_back[::4096])
    peak = peak_memory()
    del given_back
    assert peak is not None
    assert executed_in_copy(tmp_path, 1)["peak"] < peak - 400_000_000


def test_a_copy_that_dies_before_it_says_anything_is_a_failed_run(
    import_map: List[Dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.run import copied_process
    from vrs.run.runner import reason_of

    monkeypatch.setattr(copied_process, "_execute", lambda *arguments: os._exit(3))
    run = run_one(tmp_path / "project", import_map)
    assert run.getStatus() == "failed"
    assert reason_of(run) == "the process was killed or crashed without an error message"


def test_a_copy_that_scipion_could_not_record_has_ended(
    import_map: List[Dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyworkflow.mapper import SqliteMapper

    store = SqliteMapper.store

    def full(mapper: Any, run: Any) -> None:
        if multiprocessing.active_children():
            raise sqlite3.OperationalError("database or disk is full")
        store(mapper, run)

    monkeypatch.setattr(SqliteMapper, "store", full)
    with pytest.raises(sqlite3.OperationalError):
        run_one(tmp_path / "project", import_map)
    assert not multiprocessing.active_children()
