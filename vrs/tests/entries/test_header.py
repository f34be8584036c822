"""What real headers say, read from the files by eye, and files that are no headers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Dict, List

import pytest

from vrs.checks.entry import ContourLevel
from vrs.entries.errors import EntryError
from vrs.entries.header import parse_header, read_header
from vrs.tests.example_data import example_file

EXPECTED: Dict[str, Dict[str, Any]] = {
    "EMD-0000.xml": {
        "id": "EMD-0000", "status": "HPUB", "method": "single particle", "resolution": 2.89,
        "resolution_method": "FSC 0.143 CUT-OFF", "voxel_size": [1.1, 1.1, 1.1],
        "box": [400, 400, 400], "symmetry": "C1", "half_maps": [],
        "additional_maps": ["emd_0000_additional_1.map.gz"], "fitted_models": ["6spf"],
        "particles": 319022, "deposited": "2019-09-01", "released": None,
        "contour_levels": [ContourLevel(0.0491, "author", True)], "microscope": "FEI TITAN KRIOS",
    },
    "emd-1003.xml": {
        "id": "EMD-1003", "status": "REL", "method": "single particle", "resolution": 11.5,
        "resolution_method": "FSC 0.5 CUT-OFF", "contour": 82.8,
        "contour_levels": [ContourLevel(82.8, None, True)], "voxel_size": [2.93, 2.93, 2.93],
        "box": [125, 125, 125], "molecular_mass": 2500.0, "particles": 73523,
        "fitted_models": ["1eg0"], "authors": ["Gabashvili IS"], "released": "2002-08-22",
        "title": "Solution structure of the E. coli 70S ribosome at 11.5 A resolution.",
        "microscope": "FEI/PHILIPS CM200FEG/ST", "map_file": "emd_1003.map.gz",
    },
    "emd-1004.xml": {
        "resolution": 13.0, "resolution_method": "FSC 3 SIGMA CUT-OFF", "contour": 0.0411,
        "molecular_mass": 2500.0, "voxel_size": [2.25, 2.25, 2.25], "box": [160, 160, 160],
        "particles": 24000,
    },
    "emd-1007.xml": {
        "resolution": 12.9, "contour": 52.3,
        "contour_levels": [ContourLevel(52.3, "author", True)], "particles": 18199,
    },
    "emd-1008.xml": {"resolution": 10.9, "contour": 55.2, "particles": 18958},
    "emd-1010.xml": {"resolution": 12.9, "contour": 4.07, "molecular_mass": None},
    "emd-1011-v30.xml": {
        "id": "EMD-1011", "resolution": 16.0, "contour": 7770.0, "symmetry": "I",
        "molecular_mass": 70000.0, "box": [256, 256, 256], "voxel_size": [3.44, 3.44, 3.44],
        "particles": 1468, "half_maps": [],
    },
    "emd-1001-v30.xml": {
        "id": "EMD-1001", "method": "tomography", "resolution": 40.0, "contour": 81.2,
        "box": [600, 600, 30], "voxel_size": [15.4667, 15.4667, 15.4667], "particles": 30,
    },
    "D_1292125276_model_P1.xml": {
        "id": "EMD-16019", "method": "helical reconstruction", "resolution": 3.2,
        "contour_levels": [ContourLevel(0.012, "author", True)], "particles": 3640,
        "half_maps": ["emd_16019_half_map_1.map.gz", "emd_16019_half_map_2.map.gz"],
        "symmetry": "helical, rise 2.414 Å, twist 179.355°, C1", "fitted_models": ["8bfb"],
        "voxel_size": [0.94, 0.94, 0.94], "box": [256, 256, 256], "status": "REL",
    },
    "D_8000240525_model_P1_bothmissing.xml": {
        "id": "EMD-20531", "method": "tomography", "resolution": None, "contour": None,
        "contour_levels": [], "kind": "composite map", "status": "AUCO",
        "box": [959, 927, 170], "voxel_size": [7.02, 7.02, 7.02],
    },
    "D_8000240525_model_P1_NO.xml": {"id": "EMD-20531", "kind": None},
    "emd-36217.cif": {
        "id": "EMD-36217", "status": "REL", "method": "single particle", "resolution": 3.31,
        "contour_levels": [ContourLevel(0.36, "author", True)], "voxel_size": [1.04, 1.04, 1.04],
        "box": [168, 168, 168], "particles": 237732, "authors": ["Deng, X.", "Wang, Y."],
        "half_maps": ["emd_36217_half_map_2.map.gz", "emd_36217_half_map_1.map.gz"],
        "fitted_models": ["8jft"], "released": "2024-02-28", "software": [],
    },
    "emd-0000_tests.cif": {
        "id": "EMD-13682", "method": "subtomogram averaging", "resolution": 18.5,
        "contour": 0.015, "symmetry": "C1", "voxel_size": [4.29, 4.29, 4.29], "particles": 141855,
        "additional_maps": ["D_1292118478_em-additional-volume_P1.map.V2"],
    },
    "EMD-0000_translator.cif": {"id": "EMD-90288", "resolution": 5.0, "contour": 1.0},
}  # fmt: skip

REFUSED = {
    "3rer_validation.xml": "is a validation report of the PDB",
    "5a32_validation.xml": "is a validation report of the PDB",
    "autodep_1001.xml": "is a file of the deposition system",
    "emdb-v3.xsd": "is an XML schema",
    "emd_map_v2.cif": "names no entry of EMDB",
    "5ni1_updated.cif": "names no entry of EMDB",
    "index.tsv": "is neither XML nor mmCIF",
    "onedep_upload_check_cases.json": "is neither XML nor mmCIF",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_header_says_what_it_says(name: str) -> None:
    entry = read_header(example_file(f"emdb_entries/{name}"))
    assert {field: getattr(entry, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_header_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(EntryError, match=REFUSED[name]):
        read_header(example_file(f"emdb_entries/{name}"))


def test_the_mass_of_a_ribosome_is_that_of_its_molecules() -> None:
    """EMD-0000 states no mass of the whole, but of 50 proteins and 3 RNAs."""
    entry = read_header(example_file("emdb_entries/EMD-0000.xml"))
    assert entry.molecular_mass == pytest.approx(2102, abs=1)


def test_the_software_of_an_entry() -> None:
    programs = read_header(example_file("emdb_entries/EMD-0000.xml")).software
    assert [(program.name, program.step) for program in programs][:2] == [
        ("Gctf", "ctf correction"),
        ("RELION", "final reconstruction"),
    ]


def test_a_header_is_read_in_20_ms() -> None:
    content = example_file("emdb_entries/EMD-0000.xml").read_bytes()
    parse_header(content, "EMD-0000.xml")
    times: List[float] = []
    for _ in range(5):
        start = time.perf_counter()
        parse_header(content, "EMD-0000.xml")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.020


def header(**parts: str) -> bytes:
    parts = {"admin": "", "map": "", "method": "singleParticle", "processing": "", **parts}
    return (
        '<emd emdb_id="EMD-1234" version="3.0.9.0"><admin>{admin}</admin>'
        "<structure_determination_list><structure_determination><method>{method}</method>"
        "{processing}</structure_determination></structure_determination_list>"
        "<map>{map}</map></emd>"
    ).format(**parts).encode()


def test_the_primary_level_is_recommended_wherever_it_stands() -> None:
    contours = (
        "<contour_list><contour><level>5</level></contour>"
        '<contour primary="true"><level>2.5</level><source>EMDB</source></contour></contour_list>'
    )
    entry = parse_header(header(map=contours), "x")
    assert (entry.contour, entry.contour_source) == (2.5, "emdb")


def test_a_primary_level_without_a_value_leaves_the_others() -> None:
    contours = (
        '<contour_list><contour primary="true"><source>AUTHOR</source></contour>'
        "<contour><level>nan</level></contour><contour><level>1e-3</level></contour></contour_list>"
    )
    entry = parse_header(header(map=contours), "x")
    assert entry.contour_levels == [ContourLevel(0.001, None, False)]


def test_axes_in_another_order_than_x_y_z() -> None:
    order = (
        "<dimensions><col>10</col><row>20</row><sec>30</sec></dimensions>"
        "<axis_order><fast>Z</fast><medium>X</medium><slow>Y</slow></axis_order>"
    )
    assert parse_header(header(map=order), "x").box == [20, 30, 10]


def test_the_first_of_several_image_processings_that_says_something() -> None:
    processing = (
        "<singleparticle_processing><final_reconstruction/></singleparticle_processing>"
        "<singleparticle_processing><final_reconstruction><resolution>4.2</resolution>"
        "</final_reconstruction></singleparticle_processing>"
    )
    assert parse_header(header(processing=processing), "x").resolution == 4.2


def test_an_obsolete_entry_names_its_successor() -> None:
    admin = (
        "<current_status><code>OBS</code></current_status><superseded_by_list><entry>"
        "<date>2020-01-01</date><entry>EMD-9999</entry></entry></superseded_by_list>"
    )
    entry = parse_header(header(admin=admin), "x")
    assert (entry.status, entry.superseded_by) == ("OBS", "EMD-9999")


@pytest.mark.parametrize("value", ["0", "-3", "nan", "inf", "high", ""])
def test_a_resolution_that_is_none(value: str) -> None:
    processing = (
        "<singleparticle_processing><final_reconstruction>"
        f"<resolution>{value}</resolution></final_reconstruction></singleparticle_processing>"
    )
    assert parse_header(header(processing=processing), "x").resolution is None


BOMB = b"""<?xml version="1.0"?><!DOCTYPE emd [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><emd emdb_id="EMD-1"><admin>&b;</admin></emd>"""


@pytest.mark.parametrize(
    "content, message",
    [
        (BOMB, "declares a document type or entities"),
        (b"<emd emdb_id='EMD-1000'><admin>", "is not complete XML"),
        (b"<emdEntry accessCode='1001'/>", "earlier schema"),
        (b"<?xml version='1.0' encoding='klingon'?><emd/>", "is not complete XML"),
        (b"", "neither XML nor mmCIF"),
        (b"data_x\n_em_map.id\n'unclosed", "mmCIF|names no entry"),
        (b"\x00\x01\x02", "neither XML nor mmCIF"),
    ],
)
def test_a_damaged_header_is_refused_in_one_sentence(content: bytes, message: str) -> None:
    with pytest.raises(EntryError, match=message):
        parse_header(content, "header.xml")


def test_a_file_too_large_for_a_header_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.xml"
    with file.open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(EntryError, match="more than any header"):
        read_header(file)
