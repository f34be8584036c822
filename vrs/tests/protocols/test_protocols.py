"""Each protocol alone in a real project: its outputs, its headers, its refusals."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import mrcfile
import numpy as np
import pytest

from vrs.checks.result import CannotMeasure, Check
from vrs.maps import MapError, inspect_file, read_map, write_map
from vrs.tests.conftest import ORIGIN, RESOLUTION, VOXEL_SIZE, SmallMap

pytestmark = pytest.mark.slow

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def project(scipion: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from vrs.run.workflow import create_project

    return create_project(tmp_path_factory.mktemp("protocols") / "project", "protocols")


@pytest.fixture(scope="module")
def run(project: Any) -> Run:
    """Launch a protocol as Scipion does, in a process of its own, and wait for its end."""

    def launch(protocol_class: Any, **values: Any) -> Any:
        protocol = project.newProtocol(protocol_class)
        for name, value in values.items():
            parameter = getattr(protocol, name)
            if parameter.isPointer():
                owner, output = value
                parameter.set(owner)
                parameter.setExtended(output)
            else:
                parameter.set(value)
        project.launchProtocol(protocol, wait=True)
        return protocol

    return launch


@pytest.fixture(scope="module")
def imported(run: Run, small_map: SmallMap) -> Any:
    from vrs.protocols import VrsProtImportMap

    protocol = run(VrsProtImportMap, mapFile=str(small_map.file))
    assert protocol.isFinished(), protocol.getErrorMessage()
    return protocol


@pytest.fixture(scope="module")
def prepared(run: Run, imported: Any, small_map: SmallMap) -> Any:
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
def foreign(
    run: Run, small_map: SmallMap, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A volume and a mask that come from Scipion's own imports."""
    from pwem.protocols import ProtImportMask, ProtImportVolumes

    mask_file = tmp_path_factory.mktemp("foreign") / "mask.mrc"
    mask = small_map.density.data >= small_map.contour
    write_map(mask_file, small_map.density.with_data(mask.astype(np.float32)))
    volume = run(ProtImportVolumes, filesPath=str(small_map.file), samplingRate=VOXEL_SIZE)
    mask = run(ProtImportMask, maskPath=str(mask_file), samplingRate=VOXEL_SIZE)
    yield {"inputVolume": (volume, "outputVolume"), "mask": (mask, "outputMask")}


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


def test_what_the_header_of_the_user_file_says_is_kept(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.protocols.volumes import SOURCE_FILE, save_source, source_of, volume_of

    path = tmp_path / "map.mrc"
    write_map(path, small_map.density)
    given = inspect_file(small_map.file)
    save_source(path, given)
    assert source_of(volume_of(path)) == given
    note = json.loads((tmp_path / SOURCE_FILE).read_text(encoding="utf-8"))
    del note["header"]  # as an earlier version wrote it
    (tmp_path / SOURCE_FILE).write_text(json.dumps(note), encoding="utf-8")
    earlier = source_of(volume_of(path))
    assert (earlier.sha256, earlier.header) == (given.sha256, None)


def test_a_packed_file_with_a_given_voxel_size(
    run: Run, small_map: SmallMap, tmp_path: Path
) -> None:
    from vrs.protocols import VrsProtImportMap
    from vrs.protocols.volumes import source_of

    packed = tmp_path / "ball.ccp4.gz"
    packed.write_bytes(gzip.compress(small_map.file.read_bytes()))
    protocol = run(VrsProtImportMap, mapFile=str(packed), voxelSize=1.25)
    assert protocol.outputVolume.getSamplingRate() == pytest.approx(1.25)
    assert "1.25" in " ".join(source_of(protocol.outputVolume).remarks)


def test_an_unreadable_file_fails_with_one_sentence(run: Run, tmp_path: Path) -> None:
    from vrs.protocols import VrsProtImportMap
    from vrs.run.runner import reason_of

    file = tmp_path / "broken.mrc"
    file.write_bytes(b"x" * 5000)
    protocol = run(VrsProtImportMap, mapFile=str(file))
    assert protocol.isFailed()
    assert "broken.mrc" in reason_of(protocol) and "\x1b" not in reason_of(protocol)


# --- prepare --------------------------------------------------------------------------------------


def test_the_prepared_maps_have_their_own_sampling_rates(prepared: Any) -> None:
    for name in ("outputVolume", "hardMask", "softMask"):
        header_agrees(getattr(prepared, name), VOXEL_SIZE)
    for name in ("resizedVolume", "resizedHardMask", "resizedSoftMask"):
        header_agrees(getattr(prepared, name), RESOLUTION / 2)


def test_contour_and_resolution_are_outputs(prepared: Any, small_map: SmallMap) -> None:
    assert prepared.contour.get() == pytest.approx(small_map.contour)
    assert prepared.resolution.get() == RESOLUTION


def test_the_preparation_compares_the_header_with_what_is_used(prepared: Any) -> None:
    record = json.loads((Path(prepared.folder()) / "input.json").read_text(encoding="utf-8"))
    lines = {line["quantity"]: line for line in record["header"]}
    assert {line["agreement"] for line in lines.values()} == {"agrees", "not set"}
    assert lines["NSTART"]["note"] == "ORIGIN was used"
    assert lines["ORIGIN"]["used"] == pytest.approx(list(ORIGIN))


def test_the_preparation_remembers_the_user_file(prepared: Any, small_map: SmallMap) -> None:
    record = json.loads((Path(prepared.folder()) / "input.json").read_text(encoding="utf-8"))
    assert record["file"] == small_map.file.name


def test_a_contour_above_the_maximum_fails_with_one_sentence(run: Run, imported: Any) -> None:
    from vrs.protocols import VrsProtPrepare
    from vrs.run.runner import reason_of

    protocol = run(VrsProtPrepare, inputVolume=(imported, "outputVolume"), contourLevel=1e6)
    assert protocol.isFailed() and "the maximum of the map is" in reason_of(protocol)


def test_a_binned_map_has_masks_and_a_sampling_rate_of_its_own(
    run: Run, imported: Any, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtPrepare

    protocol = run(
        VrsProtPrepare,
        inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour,
        reportedResolution=2 * RESOLUTION,
        binning=2,
    )
    assert protocol.isFinished(), protocol.getErrorMessage()
    header_agrees(protocol.outputVolume, 2 * VOXEL_SIZE)
    header_agrees(protocol.hardMask, 2 * VOXEL_SIZE)
    assert any("binned by 2" in line for line in protocol.summary())


# --- checks ---------------------------------------------------------------------------------------


def test_a_check_takes_any_volume_and_mask(run: Run, foreign: Any, small_map: SmallMap) -> None:
    from vrs.protocols import VrsProtBackground

    protocol = run(VrsProtBackground, resolution=RESOLUTION, **foreign)
    assert protocol.isFinished(), protocol.getErrorMessage()
    result = protocol.checkResult
    check = result.getCheck()
    assert str(result) == f"0.c Background analysis: {check.status_text}"
    assert result.warnings.get() == len(check.warnings)
    outside = small_map.density.data[small_map.density.data < small_map.contour]
    assert check.measurements["mean"].value == pytest.approx(outside.mean(), rel=1e-3, abs=1e-6)
    # The interpreter with Scipion alone takes more than 50 MB, this small map hardly anything.
    assert 50 < check.peak_memory.value < 500


def test_a_check_with_a_map_hands_it_on_with_its_place(run: Run, prepared: Any) -> None:
    from vrs.protocols import VrsProtBFactor, VrsProtLocalOccupancy

    corrected = run(
        VrsProtBFactor, inputVolume=(prepared, "outputVolume"), resolution=RESOLUTION
    ).correctedVolume
    header_agrees(corrected, VOXEL_SIZE)
    occupancy = run(
        VrsProtLocalOccupancy,
        resizedVolume=(prepared, "resizedVolume"),
        resizedMask=(prepared, "resizedHardMask"),
        resolution=RESOLUTION,
    ).occupancyVolume
    header_agrees(occupancy, RESOLUTION / 2)


def test_a_mask_of_another_size_is_a_result_and_not_a_failure(run: Run, prepared: Any) -> None:
    from vrs.protocols import VrsProtMask

    protocol = run(
        VrsProtMask,
        inputVolume=(prepared, "outputVolume"),
        mask=(prepared, "resizedHardMask"),
        contour=1.0,
    )
    assert protocol.isFinished(), protocol.getErrorMessage()
    assert protocol.checkResult.status.get() == "not_measured"
    assert "use a mask made for this map" in protocol.checkResult.getCheck().reason
    assert "Could not be measured" in protocol.summary()[0]


def test_a_check_without_a_contour_is_refused(run: Run, prepared: Any) -> None:
    from vrs.protocols import VrsProtHand

    protocol = run(VrsProtHand, inputVolume=(prepared, "outputVolume"), resolution=RESOLUTION)
    assert protocol.isFailed() and "checkResult" not in dict(protocol.iterOutputAttributes())


@pytest.mark.parametrize("error", [CannotMeasure("too dark"), MapError("too dark"), MemoryError()])
def test_what_the_map_does_not_allow_becomes_a_result(
    project: Any, error: Exception, tmp_path: Path
) -> None:
    check = measured_by(project, error, tmp_path)
    assert check.status.value == "not_measured"
    assert "too dark" in check.reason or "memory" in check.reason


def test_without_enough_memory_a_check_says_so_before_it_starts(
    prepared: Any, project: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.protocols import VrsProtLocalBFactor, VrsProtPrepare, protocol_check, protocol_prepare

    for module in (protocol_check, protocol_prepare):
        monkeypatch.setattr(module, "available_memory", lambda: 1_000_000)
    monkeypatch.chdir(project.path)
    protocol = project.newProtocol(VrsProtLocalBFactor)
    for name, output in (
        ("inputVolume", "outputVolume"),
        ("mask", "hardMask"),
        ("resizedVolume", "resizedVolume"),
        ("resizedMask", "resizedHardMask"),
    ):
        getattr(protocol, name).set(prepared)
        getattr(protocol, name).setExtended(output)
    words = "0.f Local B-factor needs about 0.3 GB of memory and 0.0 GB are available"
    assert protocol._warnings()[0].startswith(words)
    protocol.setWorkingDir(str(tmp_path))
    protocol.measureStep()
    check = Check.load(tmp_path / "extra")
    assert check.status.value == "not_measured"
    assert check.reason.startswith(words)
    assert "binned copy" in check.reason
    again = project.newProtocol(VrsProtPrepare)
    again.inputVolume.set(prepared)
    again.inputVolume.setExtended("outputVolume")
    assert "the preparation needs about" in again._warnings()[-1]
    with pytest.raises(MapError, match="the preparation needs about"):
        again.prepareStep()


def test_a_defect_of_the_program_is_not_hidden(project: Any, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        measured_by(project, ZeroDivisionError(), tmp_path)


def measured_by(project: Any, error: Exception, folder: Path) -> Check:
    """The result of a check whose measurement ends with an error."""
    from vrs.protocols import VrsProtHand

    class Failing(VrsProtHand):
        def _measure(self) -> Check:
            raise error

    protocol = project.newProtocol(Failing)
    protocol.setWorkingDir(str(folder))
    protocol.measureStep()
    return Check.load(folder / "extra")


# --- report ---------------------------------------------------------------------------------------


def test_an_unknown_check_cannot_be_left_out(project: Any) -> None:
    from vrs.protocols import VrsProtReport

    protocol = project.newProtocol(VrsProtReport)
    protocol.notRequested.set("0.a, 0.z")
    assert protocol._validate() == [
        "There is no check '0.z'; the checks are 0.a, 0.b, 0.c, 0.d, 0.e, 0.f, 0.g, 0.h."
    ]
