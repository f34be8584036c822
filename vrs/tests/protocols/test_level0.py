"""The box that does everything: its results are those of the protocols one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Optional

import pytest

from vrs.engines.choice import engine_choices
from vrs.maps.printing import entered
from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.protocols.launching import Launch, configured, launcher

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(scipion: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from vrs.run.project import create_project

    return create_project(tmp_path_factory.mktemp("box") / "project", "box")


@pytest.fixture(scope="module")
def run(project: Any) -> Launch:
    return launcher(project)


@pytest.fixture(scope="module")
def box(run: Launch, small_map: SmallMap) -> Any:
    from vrs.protocols import VrsProtLevel0

    ended = run(
        VrsProtLevel0, mapFile=str(small_map.file), contourLevel=small_map.contour,
        reportedResolution=RESOLUTION, notRequested="0.h", title="A ball",
    )  # fmt: skip
    assert ended.isFinished(), ended.getErrorMessage()
    return ended


def numbers(result: Any) -> Dict[str, Any]:
    """The measurements of a result by their names."""
    return {name: found.value for name, found in result.measurements.items()}


@pytest.mark.parametrize("engine", ["auto", "embedded", "xmipp", "ucm"])
def test_the_engine_of_the_box_is_that_of_all_that_have_it(project: Any, engine: str) -> None:
    from vrs.protocols import VrsProtLevel0, VrsProtMass, VrsProtPrepare
    from vrs.run.template import protocol_classes

    box = configured(project, VrsProtLevel0)
    box.engine.set(box.getParam("engine").choices.index(engine))
    parts = {"prepare": VrsProtPrepare, **protocol_classes()}
    chosen = {
        what: made.getEnumText("engine")
        for what, made in ((what, box._part(cls, what)) for what, cls in parts.items())
        if hasattr(made, "engine")
    }
    assert set(chosen) == {what for what in parts if engine_choices(what)}
    for what, name in chosen.items():
        assert name == (engine if engine in engine_choices(what) else "auto")
    assert not hasattr(box._part(VrsProtMass, "0.a"), "engine")


def test_the_box_measures_what_the_single_protocols_measure(
    box: Any, run: Launch, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtBFactor, VrsProtImportMap, VrsProtPrepare

    imported = run(VrsProtImportMap, mapFile=str(small_map.file))
    prepared = run(
        VrsProtPrepare, inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour, reportedResolution=RESOLUTION,
    )  # fmt: skip
    assert box.validationInput.fingerprint.get() == prepared.validationInput.fingerprint.get()
    check = run(VrsProtBFactor, validationInput=(prepared, "validationInput"))
    same = next(result.getResult() for result in box.checkResults if result.checkId.get() == "0.d")
    assert numbers(same) == numbers(check.checkResult.getResult())


def test_the_report_of_the_box_has_every_check_but_the_one_left_out(box: Any) -> None:
    ids = [result.checkId.get() for result in box.checkResults]
    assert ids == [*(f"0.{letter}" for letter in "abcdefg"), "evidence"]
    content = json.loads(Path(box.validationReport.json.get()).read_bytes())
    assert content["title"] == "A ball"
    assert "VrsProtLevel0" in Path(box._getExtraPath("workflow.json")).read_text(encoding="utf-8")
    assert Path(box.outputVolume.getFileName()).is_file() and Path(box.mask.getFileName()).is_file()


def test_the_maps_of_the_checks_are_outputs_of_the_box(box: Any) -> None:
    from pwem.objects import Volume

    maps = dict(box.iterOutputAttributes(Volume))
    assert list(maps) == [
        "outputVolume", "mask", "correctedVolume", "resolutionVolume", "bFactorVolume",
        "unbiasedBFactorVolume", "occupancyVolume",
    ]  # fmt: skip
    assert set(maps) < {output.name for output in type(box)._possibleOutputs}
    assert all(Path(volume.getFileName()).is_file() for volume in maps.values())


def test_a_typed_file_comes_before_a_map_that_scipion_filled_in(
    box: Any, project: Any, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtLevel0

    form = configured(
        project, VrsProtLevel0, inputVolume=(box, "outputVolume"), contourLevel=small_map.contour
    )
    assert form.evalParamCondition("inputVolume")
    assert form.volumeAtHand().getFileName() == box.outputVolume.getFileName()
    form.mapFile.set(str(small_map.file))
    assert form._validate() == [] and not form.evalParamCondition("inputVolume")
    assert form.volumeAtHand().getFileName() == str(small_map.file)


def test_the_box_takes_a_map_of_the_project_and_goes_on_where_it_stopped(
    box: Any, run: Launch, project: Any, small_map: SmallMap
) -> None:
    from pyworkflow.protocol import MODE_RESUME

    from vrs.protocols import VrsProtLevel0

    left_out = "0.b, 0.d, 0.e, 0.f, 0.g, 0.h, evidence"
    again = run(
        VrsProtLevel0, inputVolume=(box, "outputVolume"), contourLevel=small_map.contour,
        notRequested=left_out,
    )  # fmt: skip
    assert again.isFinished(), again.getErrorMessage()
    first = next(Path(result.checkFile.get()) for result in again.checkResults)
    before = first.stat().st_mtime_ns
    again.title.set("Another title")
    again.runMode.set(MODE_RESUME)
    project.launchProtocol(again, wait=True, force=True)
    assert again.isFinished(), again.getErrorMessage()
    content = json.loads(Path(again.validationReport.json.get()).read_bytes())
    assert content["title"] == "Another title"
    assert first.stat().st_mtime_ns == before


def test_a_box_is_looked_at_and_compared_like_a_report(box: Any, run: Launch) -> None:
    import pyworkflow as pw
    from pyworkflow.viewer import DESKTOP_TKINTER

    from vrs.protocols import VrsProtCompare

    viewer, *_ = pw.Config.getDomain().findViewers(box, DESKTOP_TKINTER)
    assert viewer.__name__ == "VrsReportViewer"
    comparison = configured(box.getProject(), VrsProtCompare)
    results = list(comparison._results_of(box.validationInput))
    assert len(results) == len(box.checkResults)


def test_a_box_that_is_executed_again_has_a_report_of_earlier_values(box: Any) -> None:
    """Its map is prepared first; after that, its maps may be of either values."""
    level, resolution = box.validationInput.contour.get(), box.validationInput.resolution.get()
    values = f"contour level {entered(level)}, {entered(resolution)} Å"
    again = f"This is the result of the earlier values ({values}); the run is being executed again."
    assert box.earlierResult() == ""
    try:
        box.setStatus("running")
        assert box.earlierResult() == box.earlierResult("outputVolume") == again
        assert again in box.summary()[0]
        box.validationInput.contour.set(2 * level)
        assert box.earlierResult() == again
        assert box.earlierResult("outputVolume") == (
            f"This may be of the earlier values ({values}) or of the new ones ("
            f"contour level {entered(2 * level)}, {entered(resolution)} Å); the run is being "
            "executed again."
        )
    finally:
        box.validationInput.contour.set(level)
        box.setStatus("finished")


@pytest.mark.parametrize("content", [None, b"", b"{}"])
def test_the_age_of_a_report_that_cannot_be_read_is_said_without_its_values(
    box: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Optional[bytes]
) -> None:
    """It may be lost, damaged, or that of another version."""
    if content is not None:
        (tmp_path / "report.json").write_bytes(content)
    monkeypatch.setattr(box, "_getExtraPath", lambda *names: str(tmp_path.joinpath(*names)))
    assert box.earlierResult() == ""
    monkeypatch.setattr(box, "isFinished", lambda: False)
    assert box.earlierResult().startswith("This is the result of the earlier values; the run")


def test_a_box_that_ended_before_its_report_says_why_there_is_none(box: Any, project: Any) -> None:
    """As one that was killed: it has what was prepared, and no report."""
    from vrs.protocols import VrsProtLevel0
    from vrs.protocols.protocol_report import REPORT
    from vrs.viewers.results import nothing_to_show

    killed = project.newProtocol(VrsProtLevel0)
    killed.validationInput = box.validationInput.clone()
    killed.setStatus("failed")
    killed._error.set("The process was killed.")
    assert nothing_to_show(killed, REPORT).startswith("Nothing to show: the run failed: The proc")
    assert killed.earlierResult() == "" and killed.summary()[0] == "Not written yet."


def test_the_form_of_the_box_says_what_is_missing(
    project: Any, small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.protocols import VrsProtLevel0
    from vrs.protocols.protocol_prepare import NO_LEVEL

    monkeypatch.chdir(project.path)
    form = project.newProtocol(VrsProtLevel0)
    assert form._validate() == ["Choose a map file, or type an EMDB entry such as EMD-3488."]
    form.mapFile.set(str(small_map.file))
    assert form._validate() == [NO_LEVEL] and "wand" in NO_LEVEL
    form.contourLevel.set("99")
    assert form._validate() == []
    assert any("No voxel reaches the contour level of 99" in line for line in form._warnings())
