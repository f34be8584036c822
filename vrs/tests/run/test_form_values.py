"""Values of a workflow that do not fit the forms: refused by name before anything runs."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from vrs.checks.store import write_json
from vrs.maps.errors import WorkflowError
from vrs.tests.conftest import RESOLUTION, SmallMap, run_vrs

pytestmark = pytest.mark.slow

Runs = Dict[str, Dict[str, Any]]
"""The runs of a workflow by the names of their classes without "VrsProt"."""


@pytest.fixture(scope="module")
def workflow(scipion: Dict[str, str], small_map: SmallMap) -> List[Dict[str, Any]]:
    from vrs.run.report_run import workflow_of
    from vrs.run.request import Request

    skip = ("0.b", "0.c", "0.d", "0.e", "0.f", "0.g")
    return workflow_of(Request(small_map.file, small_map.contour, RESOLUTION, skip=skip))


def load(folder: Path, workflow: List[Dict[str, Any]]) -> List[Any]:
    """The runs of a workflow in a new project, ready to be started."""
    from vrs.run.project import check_start, create_project, load_workflow

    write_json(folder / "workflow.json", workflow)
    runs = load_workflow(create_project(folder / "project", "p"), folder / "workflow.json")
    check_start(runs)
    return runs


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda r: r["Prepare"].update(contourLevel="high"), "“Contour level” .*'high' is not a"),
        (lambda r: r["Prepare"].update(contourLevel="nan"), "not a number"),
        (lambda r: r["Prepare"].update(contourLevel=True), "not a number"),
        (lambda r: r["Prepare"].update(contourLevel=10**400), "not a number"),
        (lambda r: r["Prepare"].update(contourLevel="1.outputVolume"), "is not a contour level"),
        (lambda r: r["Prepare"].update(contourLevel="1.5.2"), "cannot be read"),
        (lambda r: r["Prepare"].pop("contourLevel"), "“Contour level” .* is empty"),
        (lambda r: r["Prepare"].update(contourLevel=""), "“Contour level” .* is empty"),
        (lambda r: r["Prepare"].update(binning="1.5"), "“Bin the map by” .*not a whole number"),
        (lambda r: r["Prepare"].update(binning=0), "must be 1"),
        (lambda r: r["Prepare"].update(inputVolume=["1.outputVolume"]), "not the output of a run"),
        (lambda r: r["Prepare"].update(inputVolume="1.mask"), "no output of the type Volume"),
        (lambda r: r["Prepare"].update(inputVolume="9.outputVolume"), "needs the run '9', which"),
        (lambda r: r["Prepare"].update(contour=0.1), "has no 'contour'"),
        (lambda r: r["Mass"].update(validationInput=""), "“Validation input” .* is empty"),
        (lambda r: r["Mass"].pop("validationInput"), "“Validation input” .* is empty"),
        (lambda r: r["Hand"].update(engine="7"), "its choices are 0 to 2"),
        (lambda r: r["Report"].update(checks="3.checkResult"), "not a list"),
        (lambda r: r["Report"].update(checks=["3.checkResult", None]), "an empty item"),
        (lambda r: r["Report"].update(checks=["2.validationInput"]), "type VrsCheckResult"),
        (lambda r: r["Report"].update(title={}), r"“Title” .* is {}, which is not a text"),
        (lambda r: r["Report"].update(_prerequisites="7"), "needs the run '7', which is not in"),
        (lambda r: r["Mass"].update(_prerequisites="6"), "wait for each other: “0.a Mass"),
        (lambda r: r["Mass"].update({"object.id": "4"}), "two runs .* the number 4"),
        (lambda r: r["Mass"].update({"object.id": "four"}), "'four' is not the number of a run"),
        (lambda r: r["ImportMap"].update(mapFile="/no/such.mrc"), "no file /no/such.mrc$"),
        (lambda r: r["ImportMap"].update(mapFile=""), "cannot start: Choose a map file"),
        (lambda r: r["ImportMap"].update(mapFile="/\0"), "cannot start"),
        (lambda r: r["ImportMap"].update(mapFile="m.mrc"), "'m.mrc', which is not a whole path"),
        (lambda r: r["ImportMap"].update(mapFile=" /m.mrc"), "“Map file or .*write the whole path"),
        (lambda r: r["ImportMap"].update(mapFile="~/m.mrc"), "“Map file or .*write the whole path"),
        (lambda r: r["Report"].update(title="a" * 301), "has 301 letters, and 300 are possible"),
        (lambda r: r["Prepare"].update(contourSource="a" * 301), "has 301 letters, and 300"),
        (lambda r: r["Report"].update(commandLine="a" * 10001), "has 10001 letters, and 10000"),
        (lambda r: r["Report"].update({"object.className": "VrsProtMass"}), "has no 'checks'"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_named(
    workflow: List[Dict[str, Any]], tmp_path: Path, change: Callable[[Runs], None], expected: str
) -> None:
    changed = copy.deepcopy(workflow)
    change({run["object.className"][len("VrsProt") :]: run for run in changed})
    with pytest.raises(WorkflowError, match=expected):
        load(tmp_path, changed)


def test_a_workflow_without_a_report_is_refused(
    workflow: List[Dict[str, Any]], tmp_path: Path
) -> None:
    with pytest.raises(WorkflowError, match="no validation report among its runs"):
        load(tmp_path, workflow[:-1])


def test_values_may_be_numbers_or_texts(workflow: List[Dict[str, Any]], tmp_path: Path) -> None:
    changed = copy.deepcopy(workflow)
    prepare, report = changed[1], changed[-1]
    prepare.update(contourLevel=1, binning="1", reportedResolution=None, _prerequisites=["1"])
    report.update(title=3488, _prerequisites=None)
    runs = load(tmp_path, changed)
    assert runs[1].contourLevel.get() == "1"
    assert runs[-1].title.get() == "3488"


def test_the_command_says_it_in_one_sentence(
    scipion: Dict[str, str], workflow: List[Dict[str, Any]], tmp_path: Path
) -> None:
    changed = copy.deepcopy(workflow)
    changed[1]["contourLevel"] = "high"
    write_json(tmp_path / "workflow.json", changed)
    done = run_vrs(scipion, "run", tmp_path / "workflow.json", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr == (
        "vrs: “Contour level” of the run “Prepare map” (2) cannot be read: 'high' is not a number "
        "(write a grey value such as 0.09, or '3 sigma', or '1 %' of the voxels). "
        "Correct it, and export the workflow again if it comes from Scipion\n"
    )


@pytest.mark.parametrize("path", ["~/m.mrc", " /m.mrc", "/m.mrc ", "/a$b/m.mrc", "../m.mrc"])
def test_a_path_that_scipion_would_change_is_refused(
    scipion: Dict[str, str], tmp_path: Path, path: str
) -> None:
    for name, value in (("ProtImportVolumes", "filesPath"), ("ProtImportMask", "maskPath")):
        folder = tmp_path / name
        folder.mkdir()
        run = {"object.className": name, "object.id": "1", value: path}
        with pytest.raises(WorkflowError, match="write the whole path of the file"):
            load(folder, [run])


def test_all_lines_of_an_error_are_told(scipion: Dict[str, str], tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("no map")
    runs = [
        {"object.className": "ProtImportVolumes", "object.id": "1", "filesPath": str(text),
         "samplingRate": 1},
        {"object.className": "VrsProtPrepare", "object.id": "2", "contourLevel": 1,
         "inputVolume": "1.outputVolume"},
        {"object.className": "VrsProtReport", "object.id": "3",
         "validationInput": "2.validationInput", "checks": []},
    ]  # fmt: skip
    with pytest.raises(WorkflowError, match=f"cannot start: Error reading .*: {text}$"):
        load(tmp_path, runs)
