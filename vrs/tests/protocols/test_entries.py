"""An entry of EMDB in Scipion: imported by its name, and its values in the preparation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.tests.conftest import SmallMap
from vrs.tests.entries.mirror import ENTRY_ID, TITLE, header_text, write_mirror
from vrs.tests.protocols.launching import Launch, configured, launcher

pytestmark = pytest.mark.slow


@pytest.fixture
def project(scipion: Dict[str, str], tmp_path: Path) -> Any:
    from vrs.run.project import create_project

    return create_project(tmp_path / "project", "entries")


@pytest.fixture
def run(project: Any) -> Launch:
    return launcher(project)


@pytest.fixture
def header(small_map: SmallMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The header of an entry in a mirror that is configured."""
    file = write_mirror(tmp_path / "mirror", small_map.file, header_text(small_map.contour))
    monkeypatch.setenv("VRS_EMDB", str(tmp_path / "mirror"))
    return file


def test_the_form_warns_of_no_header_of_an_entry(project: Any, header: Path) -> None:
    from vrs.protocols import VrsProtImportMap

    protocol = project.newProtocol(VrsProtImportMap)
    for text in ("1003", str(header)):
        protocol.mapFile.set(text)
        assert protocol._validate() == protocol._warnings() == []
    header.write_text("no header", encoding="utf-8")
    protocol.mapFile.set(str(header))
    assert protocol._warnings()


def test_an_entry_is_imported_and_prepared_without_typing_its_values(
    run: Launch, project: Any, header: Path, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtPrepare
    from vrs.run.runner import reason_of

    header.write_text(header_text(small_map.contour, voxel_size=1.48), encoding="utf-8")
    imported = run(VrsProtImportMap, mapFile="1003")
    assert imported.isFinished(), reason_of(imported)
    assert imported.outputVolume.getSamplingRate() == pytest.approx(1.48)
    summary = imported._summary()
    assert summary[0] == f"Entry: {ENTRY_ID}: {TITLE}"
    assert summary[2].endswith("voxels of 1.48 Å (entry EMD-1003)")
    replaced = (
        "The voxel size of entry EMD-1003, 1.48 Å, replaces that of the map file's header, 1.5 Å."
    )
    assert summary[3:] == [replaced]
    source = (imported, "outputVolume")
    prepared = run(VrsProtPrepare, inputVolume=source)
    record = prepared.validationInput.getPreparation().input
    assert (record.contour, record.contour_source) == (
        small_map.contour, "entry EMD-1003 (author)",
    )  # fmt: skip
    assert (record.resolution, record.resolution_source) == (4.0, "entry EMD-1003")
    assert (record.voxel_size, record.voxel_size_source) == (1.48, "entry EMD-1003")
    assert record.header_remarks == [replaced] and prepared._summary()[-1] == replaced
    assert f"Contour level: {small_map.contour} (entry EMD-1003, author)" in prepared._summary()
    # Sources that a workflow records hold for its values only.
    sources = {"contourSource": "entry EMD-1003 (author)", "resolutionSource": "entry EMD-1003"}
    values = {"contourLevel": "0.11", "reportedResolution": "4.0"}
    edited = run(VrsProtPrepare, inputVolume=source, **sources, **values)
    record = edited.validationInput.getPreparation().input
    assert (record.contour_source, record.resolution_source) == (
        "given by the user", "entry EMD-1003",
    )  # fmt: skip
    # The user's values count first, and 0 is not reported.
    other = run(VrsProtPrepare, inputVolume=source, contourLevel="0.1", reportedResolution="0")
    record = other.validationInput.getPreparation().input
    assert (record.contour, record.contour_source) == (0.1, "given by the user")
    assert (record.resolution, record.resolution_source) == (None, None)
    form = configured(project, VrsProtPrepare, inputVolume=source)
    assert form._validate() == [] and not any("Without the rep" in w for w in form._warnings())


def test_a_map_file_with_the_header_of_an_entry_that_states_no_level(
    run: Launch, header: Path, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtPrepare
    from vrs.run.request import Request, at_grey_value

    header.write_text(header_text(None), encoding="utf-8")
    imported = run(VrsProtImportMap, mapFile=str(small_map.file), entry=str(header))
    prepared = run(VrsProtPrepare, inputVolume=(imported, "outputVolume"))
    record = prepared.validationInput.getPreparation().input
    assert record.file == small_map.file.name and record.entry.id == ENTRY_ID
    # As on the command line.
    request = Request(small_map.file, 0.0, 4.0, entry=record.entry)
    expected = at_grey_value(request, None)
    assert (record.contour, record.contour_source) == (expected.contour, expected.contour_source)
    assert record.contour_is_proposed


def test_without_an_entry_the_form_asks_for_a_level_and_a_scheduled_run_proposes_one(
    run: Launch, project: Any, small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtPrepare

    imported = run(VrsProtImportMap, mapFile=str(small_map.file))
    values = {"inputVolume": (imported, "outputVolume")}
    monkeypatch.chdir(project.path)
    form = configured(project, VrsProtPrepare, **values)
    (error,) = form._validate()
    assert error.startswith("*Contour level* is empty: type it, or press the wand")
    # Nobody can be asked any more.
    ended = run(VrsProtPrepare, **values)
    assert ended.validationInput.getPreparation().input.contour_is_proposed
    assert any("No contour level was stated" in line for line in ended._summary())


@pytest.mark.parametrize(
    ("method", "name", "problem"),
    [
        ("tomography", "EMD-1003", "EMD-1003 is a tomogram"),
        ("singleParticle", "EMD-1004", "The mirror of EMDB has no header of EMD-1004"),
        ("singleParticle", "emd.map", "There is no file emd.map, and that is no identifier"),
    ],
)
def test_what_cannot_be_imported_is_said_in_the_form(
    project: Any, header: Path, method: str, name: str, problem: str
) -> None:
    from vrs.protocols import VrsProtImportMap

    header.write_text(header_text(0.1, method=method), encoding="utf-8")
    (error,) = configured(project, VrsProtImportMap, mapFile=name)._validate()
    assert error.startswith(problem) and error.endswith(".")
