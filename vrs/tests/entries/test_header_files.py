"""Files that are no headers, or damaged ones, end in one sentence; encodings do not matter."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import List

import pytest

from vrs.checks.entry import Citation, Entry
from vrs.entries.errors import EntryError
from vrs.entries.header import parse_header, read_header
from vrs.tests.entries.headers import header, parsed
from vrs.tests.example_data import example_file

REFUSED = {
    "3rer_validation.xml": "is a validation report of the PDB, not the header of an EMDB entry",
    "5a32_validation.xml": "use EMD-3013, which it names",
    "autodep_1001.xml": "is a file of the deposition system",
    "emdb-v3.xsd": "is an XML schema",
    "emd_map_v2.cif": "names no entry of EMDB",
    "5ni1_updated.cif": "is the model of a structure, not the header of an EMDB entry",
    "index.tsv": "is neither XML nor mmCIF",
    "onedep_upload_check_cases.json": "is neither XML nor mmCIF",
    "onedep_upload_check_answers.json": "is not what vrs entry --json prints",
}


def refusal(content: bytes) -> str:
    with pytest.raises(EntryError) as refused:
        parse_header(content, "x.xml")
    sentence = str(refused.value)
    assert sentence.replace("\u202f", "").isprintable()
    assert len(sentence) < 400
    return sentence


@pytest.mark.parametrize("name", REFUSED)
def test_a_real_file_that_is_no_header(name: str) -> None:
    with pytest.raises(EntryError, match=REFUSED[name]):
        read_header(example_file(f"emdb_entries/{name}"))


TITLE = "<title>Größe: 3 Å</title>"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1"])
def test_an_encoding_that_the_file_declares(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = header(admin=TITLE).decode().replace('"UTF-8"', f'"{declared}"')
    assert parsed(text.encode(encoding)).title == "Größe: 3 Å"


def test_an_encoding_that_it_does_not_declare() -> None:
    latin = header(admin=TITLE).decode().encode("latin-1")
    assert "is not complete XML" in refusal(latin)
    unknown = b"<?xml version='1.0' encoding='klingon'?><emd/>"
    assert "is not complete XML" in refusal(unknown)
    assert len(refusal(unknown.replace(b"klingon", b"k" * 1000))) < 400


def test_namespaces() -> None:
    spaced = header(admin=TITLE).replace(b"<emd ", b'<emd xmlns="http://example.org/emdb" ')
    assert parsed(spaced).title == "Größe: 3 Å"
    prefixed = (
        b'<e:emd xmlns:e="urn:emdb" emdb_id="EMD-1234"><e:admin><e:title>A</e:title></e:admin>'
        b"</e:emd>"
    )
    assert parsed(prefixed).title == "A"


def test_an_inclusion_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    included = (
        '<title><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
        f'href="file://{secret}"/></title>'
    )
    assert parsed(header(admin=included)).title is None


BOMB = b"""<?xml version="1.0"?><!DOCTYPE emd [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><emd emdb_id="EMD-1234"><admin>&b;</admin></emd>"""
OUTSIDE = b"""<!DOCTYPE emd [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<emd emdb_id="EMD-1234"><admin><title>&a;</title></admin></emd>"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "declares a document type or entities"),
        (OUTSIDE, "declares a document type or entities"),
        (b'<!DOCTYPE emd SYSTEM "http://example.org/e.dtd"><emd emdb_id="EMD-1234"/>',
         "declares a document type or entities"),
        (b'<emd emdb_id="EMD-1234"><admin><title>&nothing;</title></admin></emd>',
         "is not complete XML"),
        (b"<emd emdb_id='EMD-1000'><admin>", "is not complete XML"),
        (header()[:-20], "is not complete XML"),
        (header() + b"<emd/>", "is not complete XML"),
        (header().replace(b"particle", b"part\x1bicle"), "is not complete XML"),
        (b"<emdEntry accessCode='1001' version='1.9.6'/>", "is a header of version 1.9"),
        (b"<!DOCTYPE html><html><p>404<br></html>", "is a web page"),
        (b"<html><body>Please log in</body></html>", "is a web page"),
        (b"<emd/>", "does not state the identifier"),
        (b"<emd emdb_id='../../etc/passwd'/>", "does not state the identifier"),
        (b"<emd emdb_id='EMD-12'/>", "does not state the identifier"),
        (b"<emd emdb_id='EMD-1234'>" + b"<a/>" * 450_000, "has more than 200\u202f000 tags"),
        (b"<" + b"a" * 5000 + b"/>", "an XML document of another kind"),
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"\x00\x01\x02", "neither XML nor mmCIF"),
        (b"\xff\xfe", "is not complete XML"),
        (b"PDB 3488", "neither XML nor mmCIF"),
        (b"data_x\n_em_map.id\n'unclosed", "is not a complete mmCIF file"),
        (b"data_x\n_em_map.id\n;text\nno end", "is not a complete mmCIF file"),
        (b"data_x\nloop_\nvalue", "is not a complete mmCIF file"),
        (b"data_x\nloop_\n_em_map.id", "is not a complete mmCIF file"),
        (b"data_x\nloop_\n_em_map.id\n_em_map.file\n1 a 2", "is not a complete mmCIF file"),
        (b"data_x\n_em_map.id\n_em_map.file a", "is not a complete mmCIF file"),
        (b"data_x\n_em_map.id 1 2", "is not a complete mmCIF file"),
        (b"data_x\n_em_map.id", "is not a complete mmCIF file"),
        (b"data_x 5", "is not a complete mmCIF file"),
        (b"data_x", "names no entry of EMDB"),
        (
            b"data_x\nloop_\n_em_map.type\n" + b"a " * 100_001,
            "has more than 100\u202f000 rows of em_map",
        ),
        (b"#", "names no entry of EMDB"),
        (b'{"id": "EMD-3488"', "is not what vrs entry --json prints"),
        (b'{"id": "EMD-3488", "colour": "red"}', "is not what vrs entry --json prints"),
        (b'{"id": "3488 or 1=1"}', "is not the identifier of an entry"),
        (b'{"id": ""}', "does not say which entry it is of: set"),
        (b'{"id": "EMD-3488", "box": [1, 2]}', "box has 2 numbers instead of three"),
        (b'{"id": "EMD-3488", "voxel_size": [1, 1, 0]}', "voxel_size is not a number from 0.0001"),
        (b'{"id": "EMD-3488", "resolution": -1}', "resolution is not a number from 0.0001"),
        (b'{"id": "EMD-3488", "particles": 1' + b"0" * 400 + b"}", "particles is not a number"),
        (b'{"id": "EMD-3488", "statistics": {"minimum": 2, "maximum": 1}}',
         "minimum is above maximum"),
        (b"{" * 100_000, "is not what vrs entry --json prints"),
    ],
)  # fmt: skip
def test_a_damaged_header_is_refused_in_one_sentence(content: bytes, message: str) -> None:
    assert message in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        b"<emd emdb_id='EMD-1234'>" + b"<a>" * 390_000,
        b"<emd emdb_id='EMD-1234'>" + b"<a/>" * 390_000 + b"</emd>",
        b"<emd emdb_id='EMD-1234'>" + b"<a>" * 190_000 + b"</a>" * 190_000 + b"</emd>",
        b"<emd " + b" ".join(b"a%d=''" % n for n in range(200_000)) + b"/>",
        b"data_x\nloop_\n" + b"".join(b"_em_map.c%d\n" % n for n in range(100_000)),
        b"data_x\n" + b" \n" * 500_000 + b" " * 500_000,
        b"data_x\nloop_\n_em_map.type\n" + b"A " * 1_000_000,
        header(map=f"<statistics><minimum>{'1' * 500_000}x</minimum></statistics>"),
    ],
    ids=["open tags", "empty tags", "nested tags", "attributes", "columns", "lines", "rows",
         "digits"],
)
def test_a_file_that_wants_to_fill_the_memory_ends_soon(content: bytes) -> None:
    start = time.process_time()
    try:
        assert isinstance(parse_header(content, "x"), Entry)
    except EntryError as error:
        assert len(str(error)) < 400
    assert time.process_time() - start < 5


def test_a_file_too_large_for_a_header_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.xml"
    with file.open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(EntryError, match="more than any header"):
        read_header(file)


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, message in (("pipe", "is not a file"), (".", "is not a file"), ("no", "cannot read")):
        with pytest.raises(EntryError, match=message):
            read_header(tmp_path / name)


def cif(*lines: str, entry: str = "EMD-1234") -> bytes:
    named = f"_database_2.database_id EMDB\n_database_2.database_code {entry}"
    return "\n".join(("data_x", named, *lines, "")).encode()


def test_quotes_loops_and_signs_for_nothing() -> None:
    entry = parsed(
        cif(
            "_em_admin.title", ";A title", "in two lines", ";",
            "_em_admin.current_status ?", "_em_admin.last_update .",
            "loop_", "_em_author_list.author", "_em_author_list.ordinal",
            '"O\'Brien, A."', "2", "'Ångström, B.'", "1", "?", "3",
            "loop_", "_em_map.type", "_em_map.file", "_em_map.contour_level",
            "'half map'", "half.map", "9", "'primary map'", "a.map", "0.25",
        )
    )  # fmt: skip
    assert (entry.title, entry.status, entry.updated) == ("A title in two lines", None, None)
    assert entry.authors == ["Ångström, B.", "O'Brien, A."]
    assert (entry.contour, entry.map_file, entry.half_maps) == (0.25, "a.map", ["half.map"])


def test_a_word_in_quotation_marks_is_a_value() -> None:
    lines = cif(
        "_em_admin.title 'loop_'", "_em_admin.current_status \"data_x\"", "loop_",
        "_em_author_list.author", "_em_author_list.ordinal", "'_em_map.id'", "1 # a comment",
        "O'Brien#2", "2", "loop_", "_em_map.type", "_em_map.file", "'primary map' ';a'",
    )  # fmt: skip
    entry = parsed(lines)
    assert (entry.title, entry.status, entry.map_file) == ("loop_", "data_x", ";a")
    assert entry.authors == ["_em_map.id", "O'Brien#2"]


def test_names_in_capitals_and_line_ends_of_other_systems() -> None:
    assert parsed(cif("_em_admin.title A").replace(b"data_x", b"DATA_X")).title == "A"
    lines = cif("_EM_ADMIN.Title 'A title'", "_em_3d_reconstruction.resolution 3.5")
    for ends in (b"\r\n", b"\r"):
        entry = parsed(lines.replace(b"\n", ends))
        assert (entry.title, entry.resolution) == ("A title", 3.5)


def test_latin_letters_of_old_files() -> None:
    assert parsed(cif("_em_admin.title 'Größe'").decode().encode("latin-1")).title == "Größe"


def test_categories_with_the_names_of_the_archive() -> None:
    entry = parsed(
        b"data_x\n_emd_admin.emd_id EMD-1234\n_emd_admin.current_status OBS\n"
        b"_emd_supersede.entry EMD-5678\n"
        b"_emd_structure_determination.method HELICAL\n"
        b"_emd_structure_determination.aggregation_state FILAMENT\n"
        b"_emd_final_reconstruction.resolution 4.1\n"
        b"_emd_final_reconstruction.number_images_used 3000\n"
        b"_emd_helical_parameters.delta_z 4.75\n_emd_helical_parameters.delta_phi -1\n"
        b"_emd_helical_parameters.axial_symmetry C1\n"
        b"_emd_map.type 'primary map'\n_emd_map.contour_level 0.5\n"
        b"_emd_microscopy.microscope 'FEI TITAN'\n"
    )
    assert (entry.id, entry.superseded_by) == ("EMD-1234", "EMD-5678")
    assert (entry.method, entry.resolution) == ("helical reconstruction", 4.1)
    assert (entry.particles, entry.contour, entry.microscope) == (3000, 0.5, "FEI TITAN")
    assert entry.symmetry == "helical, rise 4.75 Å, twist -1°, C1"


@pytest.mark.parametrize(
    ("method", "state", "words"),
    [
        ("CRYSTALLOGRAPHY", "2D ARRAY", "electron crystallography (two-dimensional crystal)"),
        ("CRYSTALLOGRAPHY", "3D ARRAY", "electron crystallography (three-dimensional crystal)"),
        ("TOMOGRAPHY", "CELL", "tomography"),
    ],
)
def test_methods_of_the_dictionary(method: str, state: str, words: str) -> None:
    lines = (f"_em_experiment.reconstruction_method '{method}'",
             f"_em_experiment.aggregation_state '{state}'")  # fmt: skip
    assert parsed(cif(*lines)).method == words


def test_an_old_file_with_a_part_that_is_the_whole_sample() -> None:
    """As the archive translates its old entries: two parts without parents, one in the other."""
    parts = [
        "loop_", "_em_entity_assembly.id", "_em_entity_assembly.type",
        "_em_entity_assembly.entity_id_list", "1 RIBOSOME .", "0 SAMPLE .",
        "loop_", "_em_entity_assembly_molwt.entity_assembly_id", "_em_entity_assembly_molwt.units",
        "_em_entity_assembly_molwt.experimental_flag", "_em_entity_assembly_molwt.value",
        "1 MDa NO 2.3", "0 MDa YES 2.6", "0 MDa NO 2.5",
    ]  # fmt: skip
    assert parsed(cif(*parts)).molecular_mass == 2500.0
    assert parsed(cif(*(row for row in parts if not row.startswith("0 ")))).molecular_mass == 2300.0


def test_the_molecules_of_a_file_are_its_sample() -> None:
    molecules = [
        "_em_entity_assembly.id 1", "_em_entity_assembly.parent_id 0",
        "_em_entity_assembly.type COMPLEX", "_em_entity_assembly.entity_id_list '1, 2'",
        "loop_", "_entity.type", "_entity.formula_weight", "_entity.pdbx_number_of_molecules",
        "polymer 30000 2", "non-polymer 500 2", "water 18.015 100",
    ]  # fmt: skip
    assert parsed(cif(*molecules)).molecular_mass == 61.0
    virus = [row.replace("COMPLEX", "VIRUS") for row in molecules]
    assert parsed(cif(*virus)).molecular_mass is None
    symmetry = "_em_single_particle_entity.point_symmetry C3"
    assert parsed(cif(symmetry, *molecules)).molecular_mass is None


def test_a_map_and_a_paper_that_are_the_only_ones() -> None:
    lines = ("_em_map.contour_level 0.018", "_em_map.file emd_0001.map.gz", "_citation.title Ice")
    entry = parsed(cif(*lines))
    assert (entry.contour, entry.map_file) == (0.018, "emd_0001.map.gz")
    assert entry.citation == Citation("Ice", None)
    assert parsed(cif("_em_map.contour_level 0.018", "_em_map.type mask")).contour is None


def test_an_x_ray_structure_names_its_method() -> None:
    assert parsed(cif("_exptl.method 'X-RAY DIFFRACTION'")).method == "X-RAY DIFFRACTION"
    assert parsed(cif("_exptl.method 'ELECTRON MICROSCOPY'")).method is None


def test_a_model_that_names_its_entry_leads_there() -> None:
    model: List[str] = ["_pdbx_database_related.db_id EMD-1234", "loop_", "_atom_site.id", "1"]
    assert "is the model of a structure" in refusal(cif(*model))
    assert "use EMD-1234, which it names" in refusal(cif(*model))
    with_map = [*model[:1], "_em_map.type 'primary map'", "_em_map.contour_level 2", *model[1:]]
    assert parsed(cif(*with_map)).contour == 2.0
