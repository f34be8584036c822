"""Where entries come from: mirror folders, addresses, and maps with other names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import List

import pytest

from vrs.entries.archive import PUBLIC_ARCHIVE, Mirror, header_paths, map_paths
from vrs.entries.chosen import choose
from vrs.entries.errors import EntryError
from vrs.entries.source import Archived, source_of_entries
from vrs.tests.entries.archive_server import Files
from vrs.tests.entries.small_entry import HEADER, MAP, XML, packed_map, plain_map
from vrs.tests.example_data import LARGER_DATA


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "structures" / "EMD-1003"
    (folder / "header").mkdir(parents=True)
    (folder / "map").mkdir()
    (folder / "header" / "emd-1003.xml").write_bytes(XML)
    (folder / "map" / "emd_1003.map.gz").write_bytes(packed_map())
    return tmp_path


def tree(folder: Path) -> List[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_mirror_folder_is_only_read(mirror: Path) -> None:
    before = tree(mirror)
    for folder, _, _ in os.walk(mirror, topdown=False):
        os.chmod(folder, 0o555)
    try:
        chosen = choose("emd_1003", place=str(mirror))
    finally:
        for folder, _, _ in os.walk(mirror):
            os.chmod(folder, 0o755)
    assert chosen is not None and chosen.entry.title == "A ribosome"
    assert chosen.map == mirror / "structures/EMD-1003/map/emd_1003.map.gz"
    assert tree(mirror) == before


def test_a_mirror_has_headers_of_two_schemas(mirror: Path) -> None:
    header = mirror / "structures/EMD-1003/header"
    (header / "emd-1003.xml").write_bytes(b"<emdEntry/>")
    (header / "emd-1003-v30.xml").write_bytes(XML)
    assert source_of_entries(str(mirror)).header("EMD-1003").name == "emd-1003-v30.xml"


def test_a_mirror_with_the_header_of_another_entry(mirror: Path) -> None:
    header = mirror / "structures/EMD-1003/header/emd-1003.xml"
    header.write_bytes(XML.replace(b"EMD-1003", b"EMD-9999"))
    for ask in (source_of_entries(str(mirror)).header, source_of_entries(str(mirror)).map):
        with pytest.raises(EntryError, match="is that of EMD-9999, not of EMD-1003"):
            ask("EMD-1003")


def test_a_mirror_has_the_map_unpacked(mirror: Path) -> None:
    folder = mirror / "structures/EMD-1003/map"
    (folder / "emd_1003.map.gz").unlink()
    (folder / "emd_1003.map").write_bytes(plain_map())
    assert source_of_entries(str(mirror)).map("EMD-1003").name == "emd_1003.map"


def test_an_entry_on_hold_has_no_map_yet(mirror: Path, files: Files, archived: Archived) -> None:
    on_hold = XML.replace(b"<admin>", b"<admin><current_status><code>HPUB</code></current_status>")
    header = mirror / HEADER[len("/emdb/") :]
    header.write_bytes(on_hold)
    (mirror / MAP[len("/emdb/") :]).unlink()
    files.content[HEADER] = on_hold
    del files.content[MAP]
    for text, place in (("1003", str(mirror)), ("1003", files.base), (str(header), "")):
        chosen = choose(text, place=place)
        assert chosen is not None
        with pytest.raises(EntryError, match="^EMD-1003 is on hold for publication, and its map"):
            chosen.map  # noqa: B018


def test_a_map_of_another_name(mirror: Path) -> None:
    folder = mirror / "structures/EMD-1003"
    (folder / "map/emd_1003.map.gz").rename(folder / "map/ribosome.map.gz")
    with pytest.raises(EntryError, match="has no map of EMD-1003"):
        source_of_entries(str(mirror)).map("EMD-1003")
    named = XML.replace(b"<map>", b"<map><file>ribosome.map.gz</file>")
    (folder / "header/emd-1003.xml").write_bytes(named)
    assert source_of_entries(str(mirror)).map("EMD-1003").name == "ribosome.map.gz"


def test_a_header_names_no_file_elsewhere() -> None:
    usual = map_paths("EMD-1003")
    for name in ("../../x.map", "/etc/x.map", "record.json", ".hidden.map", "a b.map", ""):
        assert map_paths("EMD-1003", name) == usual
    assert map_paths("EMD-1003", "emd_1003.map.gz") == usual


def test_identifiers_with_leading_zeros() -> None:
    assert str(header_paths("EMD-0038")[1]) == "structures/EMD-0038/header/emd-0038.xml"
    assert map_paths("EMD-0038")[0].name == "emd_0038.map.gz"


def test_what_a_mirror_lacks(mirror: Path) -> None:
    source = source_of_entries(str(mirror))
    with pytest.raises(EntryError, match="has no header of EMD-1004"):
        source.header("EMD-1004")
    with pytest.raises(EntryError, match="is no folder: check its path; an address of an archive"):
        source_of_entries("ftp.example.org/emdb").map("EMD-1003")


def test_the_place_can_be_configured(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VRS_EMDB", raising=False)
    assert address() == PUBLIC_ARCHIVE
    monkeypatch.setenv("VRS_EMDB", "https://mirror.example.org/pub/emdb/ ")
    assert address() == "https://mirror.example.org/pub/emdb"
    monkeypatch.setenv("VRS_EMDB", str(mirror))
    assert isinstance(source_of_entries(), Mirror)
    assert address("http://127.0.0.1:8080/a/b//") == "http://127.0.0.1:8080/a/b"


def address(place: str = "") -> str:
    source = source_of_entries(place)
    assert isinstance(source, Archived)
    return source.web.base


@pytest.mark.parametrize(
    "wrong",
    [
        "file:///data/emdb", "ftp://ftp.example.org/pub", "https://", "https:///emdb",
        "http://example.org:99999/", "https://exa mple.org/", "s3://bucket/emdb",
        "https://[broken/", "https://example.org/emdb?x=1", "http://a..b/emdb", "https:/x.org/emdb",
        f"https://{'a' * 64}.org/emdb", "https://example.org/em\x1bdb",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(wrong: str) -> None:
    with pytest.raises(EntryError, match="give a mirror folder, or an address such as https://"):
        source_of_entries(wrong)


@pytest.mark.parametrize(
    "address",
    [
        "https://anna:SECRET@example.org/emdb", "ftp://anna:SECRET@host/e",
        "https://anna:SEC RET@host/e", "https://anna:SEC#RET@host/e", "https://anna:SEC/RET@host/e",
        "https://anna:12/RET@host/e", "https://anna:SECRET@host:99999/e", "https://anna:SECRET@/e",
        "https://anna:SEC@RET@host/e", "https://example.org/emdb?token=SECRET",
        "https://example.org:x/emdb?token=SECRET#RET", "anna:SECRET@host/e", "host/e?token=SECRET",
        "https:/anna:SECRET@host/e", "https:///anna:SECRET@host/e", "https:anna:SECRET@host/e",
    ],
)  # fmt: skip
def test_a_password_is_refused_and_not_printed(address: str) -> None:
    with pytest.raises(EntryError, match="holds a name or a password|neither|no address|more than"):
        source_of_entries(address)
    with pytest.raises(EntryError) as refusal:
        source_of_entries(address)
    assert not any(part in str(refusal.value) for part in ("SEC", "RET", "anna"))


def test_a_long_address_is_not_repeated_whole() -> None:
    with pytest.raises(EntryError) as refusal:
        source_of_entries("ftp://" + "a" * 1000)
    assert len(str(refusal.value)) < 400


def test_a_folder_whose_name_looks_like_an_address(tmp_path: Path) -> None:
    (tmp_path / "anna@host").mkdir()
    assert isinstance(source_of_entries(str(tmp_path / "anna@host")), Mirror)


def test_a_place_of_blanks_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for configured in ("", " "):
        monkeypatch.setenv("VRS_EMDB", configured)
        assert address(" ") == PUBLIC_ARCHIVE


def test_an_unpacked_map_of_the_archive(files: Files, archived: Archived) -> None:
    plain = MAP[: -len(".gz")]
    files.content[plain] = plain_map()
    del files.content[MAP]
    assert archived.map("EMD-1003").name == "emd_1003.map"
    assert [path for path, _ in files.requests][-2:] == [MAP, plain]
    archived.map("EMD-1003")
    assert [path for path, _ in files.requests][-2:] == [MAP, plain]


def test_an_archive_with_headers_of_two_schemas(files: Files, archived: Archived) -> None:
    files.content[HEADER] = b"<emdEntry/>"
    files.content[HEADER.replace(".xml", "-v30.xml")] = XML
    assert archived.header("EMD-1003").name == "emd-1003-v30.xml"


HEADERS = LARGER_DATA / "emdb_entries"


@pytest.mark.skipif(not HEADERS.is_dir(), reason="the headers of the archive are not here")
@pytest.mark.parametrize(
    "name", ["emd-1001-v30.xml", "emd-1003.xml", "emd-1008.xml", "emd-1011-v30.xml"]
)
def test_headers_of_the_archive(files: Files, archived: Archived, name: str) -> None:
    digits = name[len("emd-") :][:4]
    content = (HEADERS / name).read_bytes()
    files.content[f"/emdb/structures/EMD-{digits}/header/{name}"] = content
    assert archived.header(f"EMD-{digits}").read_bytes() == content
