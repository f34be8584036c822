"""Broken workflows: loaded into a real project of Scipion, and some given to the command."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Dict, List

from vrs.maps import write_map
from vrs.tests.fuzz.cases import Finding, Uncaught, run_cases
from vrs.tests.fuzz.command import check_end
from vrs.tests.fuzz.mutations import ODD_VALUES, break_json
from vrs.tests.simulation import atom_ball

SECONDS_OF_A_RUN = 300.0
_BY_THE_COMMAND = 0.01
"""Part of the cases that the command runs, which takes half a minute if nothing is wrong."""


def run(seconds: float, seed: int) -> List[Finding]:
    """Load broken workflows, for a time."""
    with tempfile.TemporaryDirectory(prefix="fuzz_base_") as name:
        base = Path(name)
        os.environ["SCIPION_HOME"] = str(base / "scipion")
        os.environ["SCIPION_USER_DATA"] = str(base / "scipion" / "user")
        os.environ["SCIPION_LOCAL_CONFIG"] = str(base / "scipion" / "scipion.conf")
        from vrs.run.environment import prepare_scipion

        prepare_scipion()
        logging.disable(logging.CRITICAL)
        density = atom_ball(32, 2.0, 40.0, 6.0, noise=0.05)
        write_map(base / "ball.mrc", density)
        content = good_workflow(base / "ball.mrc", 0.25 * float(density.data.max()))
        return run_cases("workflows", seconds, seed, partial(_load, content), SECONDS_OF_A_RUN)


def good_workflow(file: Path, contour: float) -> List[Dict[str, Any]]:
    """A workflow that can be run, with the values that Scipion adds when it exports one."""
    from vrs.levels import LEVELS
    from vrs.run.template import workflow

    values = {
        "map": str(file), "mask": str(file), "mask_voxel_size": "2.0", "voxel_size": "",
        "contour": repr(contour), "resolution": "6.0", "title": "A ball",
    }  # fmt: skip
    runs = workflow(LEVELS, values, ["0.h"])
    for run_ in runs:
        run_.setdefault("_prerequisites", "")
        run_.update({"object.comment": "", "_useQueue": False, "_queueParams": None,
                     "runName": None, "runMode": 0})  # fmt: skip
    return runs


def _load(content: List[Dict[str, Any]], draw: random.Random, folder: Path) -> None:
    file = folder / "workflow.json"
    broken = _misdirected(draw, content) if draw.random() < 0.3 else content
    file.write_bytes(break_json(draw, broken))
    if draw.random() < _BY_THE_COMMAND:
        _run_command(file, folder / "report")
        return
    from vrs.run.project import check_start, create_project, load_workflow
    from vrs.run.runner import Runner

    project = create_project(folder / "project", "fuzz")
    try:
        runs = load_workflow(project, file)
        check_start(runs)
        _check_runs(Runner(project, runs, 2, lambda event: None))
    finally:
        project.closeMapper()
        _forget(folder)


def _misdirected(draw: random.Random, content: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The workflow with a reference, prerequisite, class or queue that is another one."""
    changed: List[Dict[str, Any]] = json.loads(json.dumps(content))
    run_ = draw.choice(changed)
    other = str(draw.randrange(len(changed) + 2))
    output = draw.choice(
        ("outputVolume", "outputMask", "validationInput", "checkResult", "mask", "nothing", "", "x")
    )
    key = draw.choice(list(run_))
    value = draw.choice(ODD_VALUES)
    run_.update(
        draw.choice(
            (
                {key: f"{other}.{output}"},
                {key: [f"{other}.{output}"]},
                {"_prerequisites": other},
                {"_prerequisites": f"{other},{run_['object.id']}"},
                {"object.id": other},
                {"object.className": draw.choice(changed)["object.className"]},
                {"object.className": draw.choice(("ProtImportVolumes", "ProtImportMask", "ProtX"))},
                {"_useQueue": value},
                {"_queueParams": value},
                {"forceSchedule": value},
                {"hostName": value},
                {"contourLevel": value},
            )
        )
    )
    return changed


def _check_runs(runner: Any) -> None:
    """Every run that was loaded can be started once those before it have ended."""
    waiting = dict(runner._needs)
    while waiting:
        ready = [key for key, needs in waiting.items() if not needs & set(waiting)]
        if not ready:
            raise Uncaught(f"the runs {sorted(waiting)} would wait for ever")
        for key in ready:
            del waiting[key]


def _run_command(file: Path, out: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "vrs", "run", str(file), "--out", str(out)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        _, printed = process.communicate()
    finally:
        alive = _session_is_alive(process.pid)
        if alive:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if alive:
        raise Uncaught("processes of the run were left behind")
    check_end(process.returncode, printed)


def _session_is_alive(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def _forget(folder: Path) -> None:
    """Remove the links of Scipion's list of projects."""
    projects = Path(os.environ["SCIPION_USER_DATA"]) / "projects"
    shutil.rmtree(projects, ignore_errors=True)
    os.chdir(folder)
