"""``vrs report`` of an entry: from a mirror, from an archive, offline, and again elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from vrs.cli import main as cli
from vrs.maps import MapError
from vrs.maps.typed_values import GIVEN
from vrs.run import report_run
from vrs.run.request import Request
from vrs.tests.conftest import SmallMap, run_vrs
from vrs.tests.entries.archive_server import Files, serve
from vrs.tests.entries.mirror import ENTRY_ID, TITLE, header_text, write_mirror

HEADER = "/emdb/structures/EMD-1003/header/emd-1003.xml"
MAP = "/emdb/structures/EMD-1003/map/emd_1003.map.gz"
AUTHOR = "entry EMD-1003 (author)"


@pytest.fixture
def mirror(small_map: SmallMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror folder; the working folder is the one around it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VRS_EMDB_CACHE", str(tmp_path / "cache"))
    # Lines of a pipe are whole.
    monkeypatch.delenv("COLUMNS", raising=False)
    write_mirror(tmp_path / "mirror", small_map.file, header_text(small_map.contour))
    return tmp_path / "mirror"


@pytest.fixture
def archive(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """The same entry on a server."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve() as served:
        for path in (HEADER, MAP):
            served.content[path] = (mirror / path[len("/emdb/") :]).read_bytes()
        yield served


def request_of(arguments: List[Any], monkeypatch: pytest.MonkeyPatch) -> Request:
    """The request that the command would run; nothing is started."""
    requests = []

    def stop(request: Request, *_: Any, **__: Any) -> None:
        requests.append(request)
        raise MapError("enough")

    monkeypatch.setattr(report_run, "make_report", stop)
    assert cli.main(["report", *map(str, arguments)]) == 1
    (request,) = requests
    return request


def rewrite(mirror: Path, **said: Any) -> None:
    """Another header for the entry."""
    (mirror / HEADER[len("/emdb/") :]).write_text(header_text(**said), encoding="utf-8")


def test_the_values_are_those_of_the_entry_unless_others_are_given(
    mirror: Path,
    small_map: SmallMap,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    request = request_of(["emd_1003", "--emdb", "mirror"], monkeypatch)
    assert (request.contour, request.contour_source) == (small_map.contour, AUTHOR)
    assert (request.resolution, request.resolution_source) == (4.0, "entry EMD-1003")
    assert (request.named, request.voxel_size) == (ENTRY_ID, None)
    printed = capsys.readouterr().out
    assert f"Validation report of {ENTRY_ID} in {Path.cwd() / 'EMD-1003_report'}" in printed
    assert (
        f"Note: Contour level {small_map.contour} (entry EMD-1003, author), reported resolution "
        "4 Å (entry EMD-1003)."
    ) in printed
    given = ["--contour", "0.1", "--resolution", "5", "--voxel-size", "1.6", "--mass", "64"]
    request = request_of(["1003", "--emdb", "mirror", *given], monkeypatch)
    assert (request.contour, request.resolution, request.mass) == (0.1, 5.0, 64.0)
    assert request.contour_source == request.resolution_source == GIVEN
    assert (request.voxel_size, request.voxel_size_source) == (1.6, GIVEN)


def test_another_voxel_size_of_the_entry_is_used(
    mirror: Path, small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(mirror, contour=small_map.contour, voxel_size=1.48)
    request = request_of(["1003", "--emdb", mirror], monkeypatch)
    assert (request.voxel_size, request.voxel_size_source) == (1.48, "entry EMD-1003")


@pytest.mark.parametrize("level", [None, 7770.0])
def test_a_level_is_proposed_where_the_entry_has_none_that_the_map_reaches(
    level: Any, mirror: Path, small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(mirror, contour=level)
    request = request_of(["1003", "--emdb", mirror], monkeypatch)
    assert request.contour_source.startswith("proposed: ")
    assert 0 < request.contour < small_map.density.data.max()


def test_a_resolution_that_the_map_cannot_have_is_a_caution(
    mirror: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(mirror, contour=0.1, resolution=0.4)
    assert request_of(["1003", "--emdb", mirror], monkeypatch).resolution is None
    assert "Caution: A value of the entry EMD-1003 was not used: the resolution of 0.4 Å is" in (
        capsys.readouterr().out
    )


def test_an_obsolete_entry_is_measured_with_a_caution(
    mirror: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(mirror, contour=0.1, admin=(
        "<current_status><code>OBS</code></current_status>"
        "<superseded_by_list><entry><entry>EMD-2003</entry></entry></superseded_by_list>"
    ))  # fmt: skip
    request_of(["1003", "--emdb", mirror], monkeypatch)
    assert "Caution: The entry EMD-1003 is obsolete: EMD-2003 replaces it." in (
        capsys.readouterr().out
    )


def test_a_map_is_fetched_once_and_kept(
    archive: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        request_of(["EMD-1003", "--emdb", archive.base], monkeypatch)
    assert [path for path, _ in archive.requests].count(MAP) == 1
    request = request_of(["EMD-1003", "--emdb", archive.base], monkeypatch)
    assert request.map.read_bytes() == archive.content[MAP]


def test_the_map_of_a_tomogram_is_not_fetched(
    archive: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.content[HEADER] = header_text(0.1, method="tomography").encode()
    assert cli.main(["report", "EMD-1003", "--emdb", archive.base]) == 1
    assert capsys.readouterr().err.startswith("vrs: EMD-1003 is a tomogram, not an average of")
    assert MAP not in [path for path, _ in archive.requests]


def test_only_a_plain_map_needs_a_contour_level_on_the_command_line(
    mirror: Path, small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = mirror / HEADER[len("/emdb/") :]
    request = request_of([small_map.file, "--entry", header], monkeypatch)
    assert (request.contour, request.contour_source) == (small_map.contour, AUTHOR)
    assert (request.named, request.named_entry) == ("", str(header))
    with pytest.raises(SystemExit) as ending:
        cli.main(["report", str(small_map.file)])
    assert ending.value.code == 2


@pytest.mark.slow
def test_the_report_of_an_entry_and_its_workflow_offline(
    scipion: Dict[str, str], archive: Files, tmp_path: Path, small_map: SmallMap
) -> None:
    """The entry states no level; the second run has nothing but the cache, in another folder."""
    archive.content[HEADER] = header_text(None).encode()
    environment = {
        **scipion, "no_proxy": "127.0.0.1", "VRS_EMDB_CACHE": str(tmp_path / "cache"),
    }  # fmt: skip
    environment.pop("VRS_EMDB", None)
    done = run_vrs(
        environment, "report", "1003", "--emdb", archive.base, "--skip", "b,c,d,e,f,g,h", "--json"
    )
    assert done.returncode == 0, done.stderr + done.stdout
    answer = json.loads(done.stdout)
    assert answer["entry"] == ENTRY_ID
    assert answer["contour_source"].startswith("proposed: ")
    assert Path(answer["folder"]) == tmp_path / "EMD-1003_report"
    report = json.loads(Path(answer["json"]).read_bytes())
    record = report["input"]
    assert record["entry"]["title"] == report["title"] == TITLE
    assert record["contour"] == answer["contour_level"]
    assert (record["resolution"], record["resolution_source"]) == (4.0, "entry EMD-1003")
    remarks = [remark["message"] for remark in report["input_section"]["remarks"]]
    assert any(remark.startswith("No contour level was stated.") for remark in remarks)
    workflow = Path(answer["folder"]) / "workflow.json"
    imported = json.loads(workflow.read_bytes())[0]
    assert (imported["mapFile"], imported["entry"]) == (ENTRY_ID, "")
    assert (imported["voxelSize"], imported["voxelSizeSource"]) == ("", GIVEN)
    prepared = json.loads(workflow.read_bytes())[1]
    assert (prepared["reportedResolution"], prepared["resolutionSource"]) == (
        "4.0", "entry EMD-1003",
    )  # fmt: skip
    command = f"vrs run workflow.json --emdb {archive.base}"
    assert report["provenance"]["workflow_command"] == command
    archive.content.clear()
    again = run_vrs(
        environment, "run", workflow, "--emdb", archive.base, "--out", tmp_path / "again", "--json"
    )
    assert again.returncode == 0, again.stderr + again.stdout
    second = json.loads(again.stdout)
    assert second["contour_level"] == answer["contour_level"]
    assert second["entry"] == ENTRY_ID
    report = json.loads(Path(second["json"]).read_bytes())
    assert report["input"]["resolution_source"] == "entry EMD-1003"
    assert report["provenance"]["command_line"].startswith(f"vrs run {workflow} --emdb ")
