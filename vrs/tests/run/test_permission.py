"""What a workflow from elsewhere may do: no other plugin's protocol and no queue unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

from vrs.checks.store import write_json
from vrs.maps.errors import WorkflowError
from vrs.tests.conftest import SmallMap, run_vrs

pytestmark = pytest.mark.slow


def load(folder: Path, workflow: List[Dict[str, Any]], *allowed: str) -> List[Any]:
    """The runs of a workflow in a new project."""
    from vrs.run.project import create_project, load_workflow

    folder.mkdir(exist_ok=True)
    file = folder / "workflow.json"
    write_json(file, workflow)
    return load_workflow(create_project(folder / "project", "foreign"), file, allowed)


def run_of(name: str, **values: Any) -> Dict[str, Any]:
    return {"object.className": name, "object.id": "1", **values}


def python_of(code: str) -> Dict[str, Any]:
    """A run of a protocol of pwem that evaluates a text of its form."""
    return run_of("ProtMathematicalOperator", expression=code, input1="1", input2="2")


def test_python_in_a_workflow_is_not_executed_unless_it_is_allowed(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    written = tmp_path / "written by the workflow"
    file = tmp_path / "foreign.json"
    write_json(file, [python_of(f"open({str(written)!r}, 'w').close() or 3")])
    refused = run_vrs(scipion, "run", file, "--out", tmp_path / "report")
    assert refused.returncode == 1
    assert refused.stderr == (
        "vrs: the workflow asks for the protocol ProtMathematicalOperator, which is not part of "
        "this plugin and can execute commands that stand in the file: if you trust the author of "
        "the file, add --allow ProtMathematicalOperator\n"
    )
    assert not written.exists()
    from vrs.run.runner import Runner

    code = python_of(f"open({str(written)!r}, 'w').close() or 3")
    runs = load(tmp_path / "allowed", [code], "ProtMathematicalOperator")
    Runner(runs[0].getProject(), runs, 1, lambda event: None).run()
    assert written.exists(), "the protocol executes nothing, so the test shows nothing"


def test_the_refusal_names_every_protocol_once(scipion: Dict[str, str], tmp_path: Path) -> None:
    foreign = ["ProtSetEditor", "ProtSetFilter", "ProtSetEditor", "ProtImportVolumes"]
    workflow = [{**run_of(name), "object.id": str(i)} for i, name in enumerate(foreign)]
    with pytest.raises(WorkflowError, match="--allow ProtSetEditor --allow ProtSetFilter$") as not_:
        load(tmp_path, workflow)
    assert not_.value.reason.count("ProtSetEditor") == 1
    with pytest.raises(WorkflowError, match="the protocol ProtSetFilter, which is not part"):
        load(tmp_path / "second", workflow, "ProtSetEditor")


def test_what_only_imports_runs_without_asking(scipion: Dict[str, str], tmp_path: Path) -> None:
    paths = {
        "VrsProtImportMap": "mapFile",
        "ProtImportVolumes": "filesPath",
        "ProtImportMask": "maskPath",
    }
    workflow = [
        {**run_of(name, **{path: ""}), "object.id": str(i)}
        for i, (name, path) in enumerate(paths.items())
    ]
    assert [run.getClassName() for run in load(tmp_path, workflow)] == list(paths)


def test_a_protocol_is_known_by_its_module_not_by_its_name(
    scipion: Dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import pyworkflow as pw
    from pwem.protocols import ProtImportVolumes

    class ProtOfAnotherPlugin(ProtImportVolumes):
        __module__ = "vrsplus.protocols"

    for name in ("ProtImportVolumes", "VrsProtImportMap"):
        monkeypatch.setitem(pw.Config.getDomain().getProtocols(), name, ProtOfAnotherPlugin)
        with pytest.raises(WorkflowError, match=f"--allow {name}$"):
            load(tmp_path / name, [run_of(name)])


@pytest.mark.parametrize("asked", [True, None])
def test_settings_of_a_queue_are_refused(
    scipion: Dict[str, str], tmp_path: Path, asked: Any
) -> None:
    """They are pasted into the script that the queue executes."""
    settings = json.dumps(["queue", {"QUEUE_FOR_JOBS": "N", "JOB_TIME": "1\ntouch /tmp/x"}])
    workflow = [run_of("VrsProtImportMap", _useQueue=asked, _queueParams=settings)]
    with pytest.raises(WorkflowError, match="a queue, whose settings .* --allow queue$"):
        load(tmp_path / "refused", workflow)
    assert load(tmp_path / "allowed", workflow, "queue")
    workflow[0]["_useQueue"] = False
    assert load(tmp_path / "not used", workflow)


def test_a_map_from_a_server_is_fetched_only_if_that_is_allowed(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    values = {"importFrom": 1, "emdbId": 3488, "filesPath": ""}
    workflow = [run_of("ProtImportVolumes", **values)]
    with pytest.raises(WorkflowError, match="a map from EMDB, .* --allow download$"):
        load(tmp_path / "refused", workflow)
    assert load(tmp_path / "allowed", workflow, "download")
    workflow[0]["importFrom"] = 0
    assert load(tmp_path / "local", workflow)


def test_an_entry_is_downloaded_without_asking_only_from_where_the_user_said(
    scipion: Dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VRS_EMDB", raising=False)
    monkeypatch.setenv("VRS_EMDB_CACHE", str(tmp_path / "cache"))
    workflow = [run_of("VrsProtImportMap", mapFile="EMD-3488")]
    with pytest.raises(WorkflowError, match="a map from EMDB, .* --allow download$"):
        load(tmp_path / "refused", workflow)
    assert load(tmp_path / "allowed", workflow, "download")
    monkeypatch.setenv("VRS_EMDB", "https://mirror.example.org/emdb")
    assert load(tmp_path / "configured", workflow)
