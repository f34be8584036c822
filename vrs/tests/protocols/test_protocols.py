"""Each protocol alone in a real project: its outputs, its headers, its refusals."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict

import mrcfile
import numpy as np
import pytest

from vrs.checks.inputs import Preparation
from vrs.checks.result import CannotMeasure, Result, Status
from vrs.checks.store import DamagedResult, load_result
from vrs.engines.choice import engine_choices, engines_of
from vrs.maps import inspect_file, read_map, write_map
from vrs.tests.conftest import ORIGIN, RESOLUTION, VOXEL_SIZE, SmallMap
from vrs.tests.protocols.launching import Launch, configured, launcher

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(scipion: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from vrs.run.project import create_project

    return create_project(tmp_path_factory.mktemp("protocols") / "project", "protocols")


@pytest.fixture(scope="module")
def run(project: Any) -> Launch:
    return launcher(project)


@pytest.fixture(scope="module")
def imported(run: Launch, small_map: SmallMap) -> Any:
    from vrs.protocols import VrsProtImportMap

    protocol = run(VrsProtImportMap, mapFile=str(small_map.file))
    assert protocol.isFinished(), protocol.getErrorMessage()
    return protocol


@pytest.fixture(scope="module")
def prepared(run: Launch, imported: Any, small_map: SmallMap) -> Any:
    from vrs.protocols import VrsProtPrepare

    protocol = run(
        VrsProtPrepare,
        inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour,
        reportedResolution=RESOLUTION,
    )
    assert protocol.isFinished(), protocol.getErrorMessage()
    return protocol


@pytest.fixture(scope="module")
def mask_file(small_map: SmallMap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mask with a soft edge: the ball of the map, its upper half at 0.4."""
    inside = (small_map.density.data >= small_map.contour).astype(np.float32)
    inside[24:] *= 0.4
    file = tmp_path_factory.mktemp("masks") / "half ball.mrc"
    write_map(file, small_map.density.with_data(inside))
    return file


def header_agrees(volume: Any, voxel_size: float) -> None:
    """The object and the header of its file have the voxel size and the origin of the map."""
    assert volume.getSamplingRate() == pytest.approx(voxel_size, rel=1e-5)
    assert volume.getOrigin().getShifts() == pytest.approx(ORIGIN)
    with mrcfile.open(volume.getFileName(), permissive=False) as file:
        assert float(file.voxel_size.x) == pytest.approx(voxel_size, rel=1e-5)
        assert file.header.origin.item() == pytest.approx(ORIGIN)


# --- import ---------------------------------------------------------------------------------------


def test_the_imported_map_has_voxel_size_origin_and_values(
    imported: Any, small_map: SmallMap
) -> None:
    header_agrees(imported.outputVolume, VOXEL_SIZE)
    values = read_map(imported.outputVolume.getFileName()).data
    np.testing.assert_array_equal(values, small_map.density.data)


def test_the_import_keeps_the_name_and_checksum_of_the_user_file(
    imported: Any, small_map: SmallMap
) -> None:
    from vrs.protocols.volumes import source_of

    source = source_of(imported.outputVolume)
    assert source.name == small_map.file.name
    assert source.sha256 == hashlib.sha256(small_map.file.read_bytes()).hexdigest()


def test_the_header_of_the_user_file_is_kept(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.protocols.volumes import source_of, volume_of
    from vrs.steps.imported import save_source

    path = tmp_path / "map.mrc"
    write_map(path, small_map.density)
    source = inspect_file(small_map.file)
    save_source(path, source)
    assert source_of(volume_of(path)) == source
    note = path.with_name("source.json")
    content = json.loads(note.read_bytes())
    note.write_text(json.dumps({**content, "header": {"mode": "two"}}), encoding="utf-8")
    with pytest.raises(DamagedResult, match="the header of the file was not noted"):
        source_of(volume_of(path))


def test_a_compressed_file_that_is_called_a_stack_with_another_voxel_size(
    run: Launch, small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.protocols import VrsProtImportMap
    from vrs.protocols.volumes import source_of

    packed = tmp_path / "ball.mrcs.gz"
    packed.write_bytes(gzip.compress(small_map.file.read_bytes()))
    protocol = run(VrsProtImportMap, mapFile=str(packed), voxelSize=1.25, asVolume=True)
    assert protocol.outputVolume.getSamplingRate() == pytest.approx(1.25)
    assert "1.25" in " ".join(source_of(protocol.outputVolume).remarks)


@pytest.mark.parametrize("status", ["saved", "launched", "running", "failed", "finished"])
def test_every_run_without_outputs_has_a_summary(project: Any, status: str) -> None:
    """One that raised an error would end Scipion's refreshing of its window for ever."""
    from vrs import protocols

    for name in protocols.__all__:
        run = project.newProtocol(getattr(protocols, name))
        run.setStatus(status)
        assert run.earlierResult() == "" and run.summary()[0], name
        assert "attribute" not in "".join(run.summary()), run.summary()


def test_an_unreadable_file_fails_with_one_sentence(run: Launch, tmp_path: Path) -> None:
    from vrs.protocols import VrsProtImportMap
    from vrs.run.runner import reason_of

    file = tmp_path / "broken.mrc"
    file.write_bytes(b"x" * 5000)
    protocol = run(VrsProtImportMap, mapFile=str(file))
    assert protocol.isFailed()
    assert "broken.mrc" in reason_of(protocol) and "\x1b" not in reason_of(protocol)


def test_impossible_values_are_refused_in_the_forms(project: Any, small_map: SmallMap) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtPrepare
    from vrs.protocols.protocol_prepare import NO_LEVEL

    protocol = project.newProtocol(VrsProtImportMap)
    assert protocol._validate() == [
        "Choose a map file, or type an EMDB entry such as EMD-3488."
    ]
    protocol.mapFile.set(str(small_map.file))
    protocol.voxelSize.set(-1)
    assert protocol._validate() == ["A voxel size of -1 Å is not possible."]
    protocol = project.newProtocol(VrsProtPrepare)
    assert NO_LEVEL in protocol.validate()
    protocol.contourLevel.set("0.1")
    protocol.reportedResolution.set(-3)
    counts = "A resolution of -3 Å is not possible: it counts as not reported."
    assert protocol._validate() == [] and counts in protocol._warnings()
    # 0 is not reported, whatever an entry says.
    protocol.reportedResolution.set(0)
    assert protocol._validate() == [] and counts not in protocol._warnings()
    protocol.contourLevel.set("high")
    protocol.reportedResolution.set("3,5 Å")
    assert [error for error in protocol.validate() if "cannot be read" in error] == [
        "*Contour level* cannot be read: 'high' is not a number (write a grey value such as 0.09, "
        "or '3 sigma', or '1 %' of the voxels)",
        "*Reported resolution (Å)* cannot be read: '3,5 Å' is not a number (write it with a point: "
        "3.5 Å)",
    ]


def test_a_scheduled_run_waits_for_other_runs_and_for_nothing_else(
    project: Any, imported: Any, small_map: SmallMap
) -> None:
    from pyworkflow.protocol import STATUS_RUNNING, STATUS_SCHEDULED

    from vrs.protocols import VrsProtImportMap, VrsProtPrepare

    source = configured(project, VrsProtImportMap, mapFile="absent.mrc")
    source.setStatus(STATUS_SCHEDULED)
    assert source.validate() == []
    source.setStatus(STATUS_RUNNING)
    assert any("There is no file absent.mrc" in error for error in source.validate())
    form = configured(
        project, VrsProtPrepare, inputVolume=(source, "outputVolume"), contourLevel="high",
        reportedResolution="-3", binning=0,
    )  # fmt: skip
    form.setStatus(STATUS_SCHEDULED)
    assert form.validate() == [f"{source.getObjLabel()} has not ended yet."]
    source.setFailed("the disk is full.")
    assert form.validate() == []
    # The run itself fails, and says why.
    form.setStatus(STATUS_RUNNING)
    assert form.validate() == [
        f"*Map* is missing: the run {source.getObjLabel()} failed (the disk is full)."
    ]
    form.inputVolume.set(imported)
    form.inputVolume.setExtended("outputVolume")
    assert form.validate() == []


def test_values_that_cannot_be_used_count_as_not_stated_and_the_report_says_so(
    run: Launch, imported: Any
) -> None:
    from vrs.protocols import VrsProtMask, VrsProtPrepare

    source = (imported, "outputVolume")
    prepared = run(
        VrsProtPrepare, inputVolume=source, contourLevel="high", reportedResolution="-3",
        mass="-3 kDa", binning=0,
    )  # fmt: skip
    assert prepared.isFinished(), prepared.getErrorMessage()
    record = prepared.validationInput.getPreparation().input
    assert (record.resolution, record.mass, record.binning) == (None, None, 1)
    assert record.contour_is_proposed and not record.unusable
    lines = "\n".join(prepared._summary())
    for sentence in (
        "A resolution of -3 Å is not possible: it counts as not reported.",
        "A mass of -3 kDa is not possible: it counts as not known.",
        "The contour level counts as not stated: 'high' is not a number",
    ):
        assert sentence in lines
    check = run(VrsProtMask, validationInput=(prepared, "validationInput"))
    assert check.checkResult.getResult().status is not Status.NOT_MEASURED


def test_errors_that_are_known_are_warnings_of_the_form(
    project: Any, imported: Any, prepared: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtLocalResolution, VrsProtPrepare

    monkeypatch.chdir(project.path)
    text = tmp_path / "notes.mrc"
    text.write_text("not a map at all\n" * 300)
    (line,) = configured(project, VrsProtImportMap, mapFile=str(text))._warnings()
    assert "notes.mrc" in line
    form = configured(
        project, VrsProtPrepare, inputVolume=(imported, "outputVolume"), contourLevel="99",
        reportedResolution="2.5", ownMask=(prepared, "resampledMask"),
    )  # fmt: skip
    assert form._validate() == []
    finer, outside, mask = form._warnings()
    assert finer.startswith("The resolution of 2.5 Å is finer than two voxels (3 Å)")
    assert outside.startswith("No voxel reaches the contour level of 99")
    assert mask.startswith("The mask has 36 x 36 x 36 voxels and the map 48 x 48 x 48")
    check = configured(
        project, VrsProtLocalResolution, validationInput=(prepared, "validationInput"), engine=2
    )
    assert "choose auto or embedded as engine" in check._warnings()[-1]


def test_the_half_maps_of_a_volume_are_carried_on(
    run: Launch, project: Any, small_map: SmallMap, tmp_path: Path
) -> None:
    from pwem.protocols import ProtImportVolumes

    from vrs.protocols import VrsProtPrepare

    halves = []
    for name in ("half1.mrc", "half2.mrc"):
        halves.append(tmp_path / name)
        write_map(halves[-1], small_map.density)
    volume = run(
        ProtImportVolumes, filesPath=str(small_map.file), samplingRate=VOXEL_SIZE,
        setHalfMaps=True, half1map=str(halves[0]), half2map=str(halves[1]),
    )  # fmt: skip
    prepared = run(
        VrsProtPrepare, inputVolume=(volume, "outputVolume"), contourLevel=small_map.contour
    )
    carried = prepared.outputVolume.getHalfMaps(asList=True)
    assert len(carried) == 2 and carried == volume.outputVolume.getHalfMaps(asList=True)


def test_the_fields_take_values_as_people_type_them(
    run: Launch, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtPrepare

    imported = run(VrsProtImportMap, mapFile=str(small_map.file), voxelSize="1.25 Å/px")
    assert imported.outputVolume.getSamplingRate() == 1.25
    prepared = run(
        VrsProtPrepare, inputVolume=(imported, "outputVolume"), contourLevel="3 sigma",
        reportedResolution="4.5 Å",
    )  # fmt: skip
    record = prepared.validationInput.getPreparation().input
    data = small_map.density.data
    assert record.contour == pytest.approx(data.mean() + 3 * data.std(), rel=1e-4)
    assert record.contour_source.startswith("3 sigma = ") and record.resolution == 4.5


# --- prepare --------------------------------------------------------------------------------------


def test_the_prepared_maps_have_their_own_sampling_rates(prepared: Any) -> None:
    for name in ("outputVolume", "mask", "softMask"):
        header_agrees(getattr(prepared, name), VOXEL_SIZE)
    for name in ("resampledVolume", "resampledMask"):
        header_agrees(getattr(prepared, name), RESOLUTION / 2)


def test_the_validation_input_holds_everything_that_a_check_needs(
    prepared: Any, small_map: SmallMap
) -> None:
    validation_input = prepared.validationInput
    assert str(validation_input) == (
        f"atom ball.mrc: 48 x 48 x 48 voxels of 1.5 Å, contour level {small_map.contour:.6g}, 4 Å"
    )
    assert (validation_input.contour.get(), validation_input.getResolution()) == (
        small_map.contour,
        RESOLUTION,
    )
    preparation = validation_input.getPreparation()
    assert preparation.input.file == small_map.file.name
    assert preparation.input.fingerprint == validation_input.fingerprint.get()
    assert preparation.inputs.mask.any() and preparation.inputs.resampled_mask.any()
    assert validation_input.getVoxels() == preparation.inputs.map.data.size


def test_the_preparation_compares_the_header_with_what_is_used(prepared: Any) -> None:
    record = prepared.validationInput.getPreparation().input
    lines = {line.quantity: line for line in record.header}
    assert {line.agreement for line in lines.values()} == {"agrees", "not set"}
    assert lines["NSTART"].note == "ORIGIN was used"
    assert lines["ORIGIN"].used == pytest.approx(list(ORIGIN))


def test_a_resolution_that_was_not_reported_stays_unknown(
    run: Launch, imported: Any, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtLocalBFactor, VrsProtPrepare

    protocol = run(
        VrsProtPrepare,
        inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour,
    )
    assert protocol.isFinished(), protocol.getErrorMessage()
    assert protocol.validationInput.getResolution() is None
    assert protocol.validationInput.getPreparation().input.resolution is None
    assert "resolution not reported" in str(protocol.validationInput)
    check = run(VrsProtLocalBFactor, validationInput=(protocol, "validationInput"))
    result = check.checkResult.getResult()
    assert result.status is Status.NOT_APPLICABLE
    assert result.reason == "The resolution was not reported."


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"contourLevel": 1e6}, "The mask is empty"),
        ({"contourLevel": 1e-3, "binning": 24}, "inned by 24"),
        ({"contourLevel": 1e-3, "reportedResolution": 1.0}, "finer than one voxel"),
    ],
)
def test_a_map_that_cannot_be_measured_still_has_a_validation_input(
    run: Launch, imported: Any, values: Dict[str, Any], reason: str
) -> None:
    from vrs.protocols import VrsProtMask, VrsProtPrepare

    protocol = run(VrsProtPrepare, inputVolume=(imported, "outputVolume"), **values)
    assert protocol.isFinished(), protocol.getErrorMessage()
    check = run(VrsProtMask, validationInput=(protocol, "validationInput"))
    assert check.isFinished(), check.getErrorMessage()
    result = check.checkResult.getResult()
    assert result.status is Status.NOT_MEASURED
    assert reason in result.reason
    assert check.summary()[0] == "*Could not be measured*"


def test_a_binned_map_has_masks_and_a_sampling_rate_of_its_own(
    run: Launch, imported: Any, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtPrepare

    protocol = run(
        VrsProtPrepare,
        inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour,
        reportedResolution=2 * RESOLUTION,
        binning=2,
        keepSpikes=True,
        contourSource="as in EMD-1234",
    )
    assert protocol.isFinished(), protocol.getErrorMessage()
    record = protocol.validationInput.getPreparation().input
    assert record.spikes_kept and record.contour_source == "as in EMD-1234"
    header_agrees(protocol.outputVolume, 2 * VOXEL_SIZE)
    header_agrees(protocol.mask, 2 * VOXEL_SIZE)
    assert any("binned by 2" in line for line in protocol.summary())


def test_an_own_mask_replaces_the_mask_and_is_not_dilated(
    run: Launch, imported: Any, small_map: SmallMap, mask_file: Path
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtPrepare

    mask = run(VrsProtImportMap, mapFile=str(mask_file), kind=1)
    assert mask.isFinished(), mask.getErrorMessage()
    protocol = run(
        VrsProtPrepare,
        inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour,
        reportedResolution=RESOLUTION,
        ownMask=(mask, "outputMask"),
    )
    assert protocol.isFinished(), protocol.getErrorMessage()
    np.testing.assert_array_equal(
        read_map(protocol.mask.getFileName()).data > 0.5, read_map(mask_file).data > 0.5
    )
    assert str(protocol.validationInput).endswith(", mask half ball.mrc")
    record = protocol.validationInput.getPreparation().input
    assert record.mask_sha256 == hashlib.sha256(mask_file.read_bytes()).hexdigest()


def test_an_own_mask_of_another_size_is_refused(
    run: Launch, project: Any, imported: Any, prepared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.protocols import VrsProtPrepare

    values = {
        "inputVolume": (imported, "outputVolume"),
        "contourLevel": 1.0,
        "ownMask": (prepared, "resampledMask"),
    }
    protocol = project.newProtocol(VrsProtPrepare)
    protocol.contourLevel.set(values["contourLevel"])
    monkeypatch.chdir(project.path)
    for name in ("inputVolume", "ownMask"):
        getattr(protocol, name).set(values[name][0])
        getattr(protocol, name).setExtended(values[name][1])
    assert protocol._validate() == []
    sizes = "The mask has 36 x 36 x 36 voxels and the map 48 x 48 x 48"
    assert f"{sizes}: use a mask made for this map." in protocol._warnings()
    # The run ends with an input that says why.
    ended = run(VrsProtPrepare, **values)
    unusable = ended.validationInput.getPreparation().input.unusable
    assert unusable.startswith("The mask has 36 x 36 x 36 voxels and the map 48 x 48 x 48")


# --- checks ---------------------------------------------------------------------------------------


def test_a_check_measures_a_volume_from_another_import(run: Launch, small_map: SmallMap) -> None:
    from pwem.protocols import ProtImportVolumes

    from vrs.protocols import VrsProtBackground, VrsProtPrepare

    volume = run(ProtImportVolumes, filesPath=str(small_map.file), samplingRate=VOXEL_SIZE)
    preparation = run(
        VrsProtPrepare,
        inputVolume=(volume, "outputVolume"),
        contourLevel=small_map.contour,
        reportedResolution=RESOLUTION,
    )
    protocol = run(VrsProtBackground, validationInput=(preparation, "validationInput"))
    assert protocol.isFinished(), protocol.getErrorMessage()
    measured = protocol.checkResult
    result = measured.getResult()
    assert str(measured) == f"0.c Background analysis: {result.status_text}"
    assert measured.warnings.get() == len(result.warnings)
    outside = small_map.density.data[read_map(preparation.mask.getFileName()).data < 0.5]
    assert result.measurements["mean"].value == pytest.approx(outside.mean(), rel=1e-3, abs=1e-6)
    # The interpreter with Scipion alone takes more than 50 MB, this small map hardly anything.
    assert 50 < result.peak_memory.value < 500


def test_the_maps_of_a_check_have_their_place(run: Launch, prepared: Any) -> None:
    from vrs.protocols import VrsProtBFactor, VrsProtLocalOccupancy

    source = (prepared, "validationInput")
    header_agrees(run(VrsProtBFactor, validationInput=source).correctedVolume, VOXEL_SIZE)
    occupancy = run(VrsProtLocalOccupancy, validationInput=source).occupancyVolume
    header_agrees(occupancy, RESOLUTION / 2)


def test_a_check_asks_for_the_validation_input_alone(scipion: Dict[str, str]) -> None:
    from vrs.run.template import protocol_classes, protocol_name

    for protocol_class in protocol_classes().values():
        assert protocol_class.__name__ == protocol_name(protocol_class.CHECK)
        protocol = protocol_class()
        names = {name for name, _ in protocol.iterDefinitionAttributes()}
        others = {"engine", "spaceRule", "runName", "runMode", "hostName", "numberOfThreads"}
        assert names - others == {"validationInput"}
        assert ("engine" in names) == bool(engine_choices(protocol.CHECK.id))
        assert [*protocol.PROGRAMS] == [engine.name for engine in engines_of(protocol.CHECK.id)]


def test_without_enough_memory_a_check_says_so_before_it_starts(
    prepared: Any, project: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.protocols import VrsProtLocalBFactor, VrsProtPrepare, base, protocol_prepare
    from vrs.steps import prepared as preparing

    for module in (base, protocol_prepare, preparing):
        monkeypatch.setattr(module, "available_memory", lambda: 1_000_000)
    monkeypatch.chdir(project.path)
    protocol = project.newProtocol(VrsProtLocalBFactor)
    protocol.validationInput.set(prepared)
    protocol.validationInput.setExtended("validationInput")
    words = r"0\.f Local B-factor needs about 0\.\d GB of memory and 0\.0 GB are available"
    assert re.match(words, protocol._warnings()[0])
    protocol.setWorkingDir(str(tmp_path))
    protocol.measureStep("", {"engine": "embedded"})
    result = load_result(tmp_path / "extra")
    assert result.status is Status.NOT_MEASURED
    assert re.match(words, result.reason)
    assert "binned copy" in result.reason
    again = project.newProtocol(VrsProtPrepare)
    again.inputVolume.set(prepared)
    again.inputVolume.setExtended("outputVolume")
    assert "The preparation needs about" in again._warnings()[-1]
    again.setWorkingDir(str(tmp_path / "again"))
    values = {
        "contour": "0.1", "contour_source": "", "resolution": "4", "resolution_source": "",
        "mass_source": "", "binning": 1, "engine": "embedded",
    }  # fmt: skip
    again.prepareStep({**values, "keep_spikes": False, "mass": ""})
    unusable = Preparation.load(tmp_path / "again" / "extra").input.unusable
    assert unusable.startswith("The preparation needs about")


@pytest.mark.parametrize("error", [CannotMeasure("too dark", "wait for the day"), MemoryError()])
def test_what_the_map_does_not_allow_becomes_a_result(
    project: Any, prepared: Any, error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.path)
    result = measured_by(project, prepared, error, tmp_path)
    assert result.status is Status.NOT_MEASURED
    assert "Too dark: wait for the day." in result.reason or "memory" in result.reason


def test_a_defect_of_the_program_is_not_hidden(
    project: Any, prepared: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.path)
    with pytest.raises(ZeroDivisionError):
        measured_by(project, prepared, ZeroDivisionError(), tmp_path)


def measured_by(project: Any, prepared: Any, error: Exception, folder: Path) -> Result:
    """The result of a check whose measurement ends with an error."""
    from dataclasses import replace

    from vrs.level0 import BACKGROUND
    from vrs.protocols import VrsProtBackground

    def measure(inputs: Any) -> Result:
        raise error

    class Failing(VrsProtBackground):
        CHECK = replace(BACKGROUND, measure=measure)

    protocol = project.newProtocol(Failing)
    protocol.validationInput.set(prepared)
    protocol.validationInput.setExtended("validationInput")
    protocol.setWorkingDir(str(folder))
    protocol.measureStep("", {})
    return load_result(folder / "extra")


# --- report ---------------------------------------------------------------------------------------


def test_an_unknown_check_cannot_be_left_out(project: Any) -> None:
    from vrs.levels import CHECKS
    from vrs.protocols import VrsProtReport

    protocol = project.newProtocol(VrsProtReport)
    protocol.notRequested.set("0.a, 0.z")
    assert protocol._validate() == [f"There is no check '0.z'; the checks are {', '.join(CHECKS)}."]


def test_the_reference_set_is_that_of_the_form_else_the_configured_one(
    project: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.protocols import VrsProtLevel0, VrsProtReport

    configured_set = tmp_path / "all.json"
    configured_set.write_bytes(b"{}")
    monkeypatch.setenv("VRS_REFERENCE", str(configured_set))
    for kind in (VrsProtReport, VrsProtLevel0):
        protocol = project.newProtocol(kind)
        used = protocol._reference()
        assert used["reference"] == str(configured_set)
        # A set that has changed gives another report.
        configured_set.write_bytes(b"{ }")
        assert protocol._reference() != used
        protocol.reference.set("mine.json")
        assert protocol._reference() == {"reference": "mine.json", "reference_identity": []}
        protocol.reference.set("none")
        assert protocol._reference()["reference"] == ""
        configured_set.write_bytes(b"{}")


def test_the_source_note_is_plain_json(imported: Any, small_map: SmallMap) -> None:
    from vrs.steps.imported import SOURCE_FILE

    file = Path(imported.outputVolume.getFileName()).parent / SOURCE_FILE
    note = json.loads(file.read_text(encoding="utf-8"))
    assert (note["map"], note["name"]) == ("map.mrc", small_map.file.name)


# --- evidence and mass ----------------------------------------------------------------------------


def test_the_evidence_has_a_result_and_no_status_of_a_check(run: Launch, prepared: Any) -> None:
    from vrs.protocols import VrsProtEvidence

    protocol = run(VrsProtEvidence, validationInput=(prepared, "validationInput"))
    assert protocol.isFinished(), protocol.getErrorMessage()
    assert str(protocol.checkResult) == "What kind of map is this?: Measured"
    measured = protocol.checkResult.getResult()
    assert measured.id == "evidence" and not measured.criteria
    assert measured.measurements["spectrum_cutoff"].unit == "Å"


@pytest.mark.parametrize(
    ("typed", "mass", "problem"), [("0.03 MDa", 30.0, ""), ("900", 900.0, "does not fit")]
)
def test_the_mass_is_part_of_the_prepared_map(
    run: Launch, imported: Any, small_map: SmallMap, typed: str, mass: float, problem: str
) -> None:
    from vrs.protocols import VrsProtPrepare

    protocol = run(
        VrsProtPrepare,
        inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour,
        reportedResolution=RESOLUTION,
        mass=typed,
    )
    record = protocol.validationInput.getPreparation().input
    assert record.mass == mass
    assert problem in record.unusable and bool(record.unusable) == bool(problem)


def test_the_form_warns_of_a_negative_mass(project: Any) -> None:
    from vrs.protocols import VrsProtPrepare

    protocol = project.newProtocol(VrsProtPrepare, mass="-3 kDa")
    line = "A mass of -3 kDa is not possible: it counts as not known."
    assert line in protocol._warnings()
