"""What a user names as a map: a file, an identifier, a header, or the folder of an entry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vrs.checks.store import write_json
from vrs.entries.errors import EntryError
from vrs.maps import DensityMap, write_map
from vrs.maps.errors import MapError
from vrs.run.named_map import (
    ARCHIVE_VARIABLE,
    downloads,
    local_files,
    named_map,
    names_entry,
    options_to_find,
    problem_at_hand,
    use_archive,
)
from vrs.run.run_inputs import workflow_inputs
from vrs.tests.conftest import SmallMap
from vrs.tests.entries.mirror import ENTRY_ID, header_text, write_mirror


@pytest.fixture
def header(small_map: SmallMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The header of an entry in a mirror that is configured; this folder is the working folder."""
    file = write_mirror(tmp_path / "mirror", small_map.file, header_text(small_map.contour))
    monkeypatch.setenv("VRS_EMDB", str(tmp_path / "mirror"))
    monkeypatch.setenv("VRS_EMDB_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return file


@pytest.mark.parametrize("text", ["EMD-1003", "1003", "emd_1003", "EMDB-1003"])
def test_an_identifier(header: Path, text: str) -> None:
    named = named_map(text)
    assert named.map == header.parents[1] / "map" / "emd_1003.map.gz"
    assert (named.name, named.text) == (ENTRY_ID, ENTRY_ID)
    assert named.entry and named.entry.resolution == 4.0
    assert named.files == [named.map, header]


def test_a_header_and_a_folder_name_the_map_beside_them(header: Path) -> None:
    for text in (str(header), str(header.parents[1]), os.path.relpath(header)):
        named = named_map(text)
        assert named.map == header.parents[1] / "map" / "emd_1003.map.gz"
        assert (named.name, named.text) == (ENTRY_ID, str(header))


def test_a_file_or_the_folder_of_an_entry_comes_before_an_identifier(
    header: Path, small_map: SmallMap, tmp_path: Path
) -> None:
    shutil.copy(small_map.file, tmp_path / "1003")
    assert named_map("1003").entry is None
    # A folder with other content is not in the way.
    (tmp_path / "EMD-1003").mkdir()
    assert named_map("EMD-1003").text == ENTRY_ID


def test_a_step_depends_on_the_files_that_are_here(
    header: Path, small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [header, header.parents[1] / "map" / "emd_1003.map.gz"]
    assert local_files("1003") == local_files(str(header)) == files
    assert local_files(str(small_map.file)) == [small_map.file]
    files[1].unlink()
    assert local_files(str(header)) == [header]
    monkeypatch.setenv("VRS_EMDB", "http://127.0.0.1:9/emdb")
    assert local_files("1003") == local_files("") == local_files("none.mrc") == []


def test_a_map_may_have_an_entry(header: Path, small_map: SmallMap) -> None:
    named = named_map(str(small_map.file), str(header))
    assert (named.map, named.name, named.text) == (small_map.file, small_map.file.name, "")
    assert named.entry and named.entry.id == ENTRY_ID and named.entry_text == str(header)
    assert named_map(str(small_map.file), ENTRY_ID).entry_text == ENTRY_ID


def test_no_header_is_seen_in_a_map_that_begins_like_one(tmp_path: Path) -> None:
    """60 voxels are "<" in the first byte of a map, 123 "{", 95 "_" and 35 "#"."""
    for box in (35, 60, 95, 123):
        file = tmp_path / f"{box}.mrc"
        write_map(file, DensityMap(np.zeros((16, 16, box), np.float32), 1.0))
        assert file.read_bytes()[:1] in b"#<_{" and not names_entry(str(file))
    page = tmp_path / "map.mrc"
    page.write_bytes(b"<!DOCTYPE html><html></html>")
    assert not names_entry(str(page))


def test_what_is_nothing_is_one_sentence_that_says_both(header: Path) -> None:
    with pytest.raises(MapError, match="map.mrc does not exist, and is no identifier"):
        named_map("map.mrc")
    assert problem_at_hand("map.mrc") == (
        "There is no file map.mrc, and that is no identifier of an EMDB entry."
    )
    nameless = Path("nameless.json")
    nameless.write_text('{"id": "", "contour": 0.1}', encoding="utf-8")
    assert problem_at_hand("nameless.json").startswith("nameless.json does not say which entry")
    with pytest.raises(EntryError, match="is a folder without the header of an entry"):
        named_map(str(header.parents[4]))
    with pytest.raises(EntryError, match="has no header of EMD-9999"):
        named_map("EMD-9999")
    assert "has no header of EMD-9999" in problem_at_hand("EMD-9999")
    with pytest.raises(MapError, match="is an entry itself"):
        named_map("EMD-1003", str(header))
    assert "is an entry itself" in problem_at_hand("EMD-1003", str(header))


@pytest.mark.parametrize(
    ("method", "admin", "reason"),
    [
        ("tomography", "", "EMD-1003 is a tomogram"),
        ("X-ray", "", "the method of EMD-1003 is X-ray"),
        (
            "singleParticle", "<current_status><code>WDRN</code></current_status>",
            "EMD-1003 was withdrawn",
        ),
    ],
)  # fmt: skip
def test_what_is_not_measured_is_refused_before_its_map_is_looked_for(
    header: Path, small_map: SmallMap, method: str, admin: str, reason: str
) -> None:
    header.write_text(header_text(0.1, method=method, admin=admin), encoding="utf-8")
    shutil.rmtree(header.parents[1] / "map")
    for text, entry in (("EMD-1003", ""), (str(header), ""), (str(small_map.file), str(header))):
        with pytest.raises(EntryError, match=reason):
            named_map(text, entry)
        assert reason.lower() in problem_at_hand(text, entry).lower()


def test_a_form_is_checked_without_a_connection(
    header: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRS_EMDB", "http://127.0.0.1:9/emdb")
    assert problem_at_hand("EMD-1003") == ""
    shutil.rmtree(header.parents[1] / "map")
    assert "is neither beside" in problem_at_hand(str(header))


def test_a_workflow_downloads_only_from_where_the_user_said(
    header: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not downloads("EMD-1003")
    monkeypatch.delenv("VRS_EMDB")
    assert downloads("EMD-1003") and not downloads(str(header)) and not downloads("")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("~/mirror", "{home}/mirror"),
        ("mirror ", "{here}/mirror"),
        ("https://example.org/emdb/", "https://example.org/emdb"),
    ],
)
@pytest.mark.parametrize("configured", [True, False], ids=["configured", "typed"])
def test_a_mirror_has_its_whole_path(
    typed: str, expected: str, configured: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv(ARCHIVE_VARIABLE, typed if configured else "/elsewhere")
    monkeypatch.chdir(tmp_path)
    use_archive("" if configured else typed)
    assert os.environ[ARCHIVE_VARIABLE] == expected.format(home="/home/anna", here=tmp_path)


@pytest.mark.parametrize(
    "typed", ["https://anna:SECRET@example.org/emdb", "https://example.org/emdb?token=SECRET"]
)
def test_an_address_with_a_secret_is_refused_before_anything_is_recorded(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no entry is asked for: report.json would repeat the command."""
    for place in (typed, ""):
        monkeypatch.setenv(ARCHIVE_VARIABLE, typed)
        with pytest.raises(EntryError) as refusal:
            use_archive(place)
        assert "SECRET" not in str(refusal.value)


def test_an_archive_of_blanks_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ARCHIVE_VARIABLE, "/mirror")
    use_archive(" ")
    assert os.environ[ARCHIVE_VARIABLE] == "/mirror"


def test_the_inputs_of_a_workflow_are_the_files_of_its_entry(
    header: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow = tmp_path / "workflow.json"
    imported = {"object.className": "VrsProtImportMap", "object.id": "1", "mapFile": "EMD-1003"}
    write_json(workflow, [imported])
    file = header.parents[1] / "map" / "emd_1003.map.gz"
    assert workflow_inputs(workflow) == [workflow, file, header]
    # Nothing is fetched from a place that the user did not name.
    monkeypatch.delenv("VRS_EMDB")
    assert workflow_inputs(workflow) == [workflow]


def test_a_plain_file_needs_nothing_of_entries(small_map: SmallMap, tmp_path: Path) -> None:
    """The whole command up to the start of Scipion."""
    code = (
        "import sys, vrs.run.report_run as run\n"
        "from vrs.maps import MapError\n"
        "def stop(*_, **__): raise MapError('enough')\n"
        "run.make_report = stop\n"
        "from vrs.cli.main import main\n"
        f"main(['report', {str(small_map.file)!r}, '--contour', '{small_map.contour}'])\n"
        "sys.exit(', '.join(name for name in sys.modules if 'entries' in name or name in "
        "('requests', 'gemmi', 'defusedxml')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stderr.strip() == "vrs: enough"


def test_how_a_workflow_finds_its_entry_again(
    header: Path, small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = os.environ[ARCHIVE_VARIABLE]
    for command in ("vrs report 1003 --emdb mirror", "vrs report 1003 --emdb=mirror"):
        assert options_to_find(["EMD-1003", ""], command) == ["--emdb", place]
    # A place that is configured serves again; files need none.
    assert options_to_find(["EMD-1003", ""], "vrs report 1003") == []
    assert options_to_find([str(small_map.file), str(header)], "vrs report --emdb mirror") == []
    monkeypatch.delenv(ARCHIVE_VARIABLE)
    assert options_to_find(["EMD-1003", ""], "'") == ["--allow", "download"]
    assert options_to_find([str(small_map.file), "EMD-1003"], "") == ["--allow", "download"]
