"""What headers say where they are odd: one trap per test, in headers written for it."""

from __future__ import annotations

import time
from typing import List, Optional

import pytest

from vrs.checks.entry import Citation, ContourLevel, Software, Statistics
from vrs.entries.header import parse_header
from vrs.entries.values import MOST_CHARACTERS
from vrs.tests.entries.headers import MAP, determination, final, header, parsed
from vrs.tests.example_data import example_file


def contours(*levels: str) -> bytes:
    return header(map=f"{MAP}<contour_list>{''.join(levels)}</contour_list>")


def test_nothing_but_an_identifier() -> None:
    entry = parsed(b'<emd emdb_id="EMD-0038"/>')
    assert entry.id == "EMD-0038"
    assert (entry.title, entry.authors, entry.contour, entry.box) == (None, [], None, None)


def test_the_primary_level_is_recommended_wherever_it_stands() -> None:
    entry = parsed(
        contours(
            "<contour><level>5</level></contour>",
            '<contour primary=" true "><level>2.5</level><source>EMDB</source></contour>',
        )
    )
    assert (entry.contour, entry.contour_source) == (2.5, "emdb")


def test_a_primary_level_without_a_value_leaves_the_others() -> None:
    entry = parsed(
        contours(
            '<contour primary="true"><source>AUTHOR</source></contour>',
            "<contour><level>nan</level></contour>",
            '<contour primary="false"><level>1e-3</level></contour>',
        )
    )
    assert entry.contour_levels == [ContourLevel(0.001, None, False)]
    assert entry.contour == 0.001


def test_the_levels_of_other_maps_are_not_those_of_the_primary_map() -> None:
    level = '<contour_list><contour primary="true"><level>9</level></contour></contour_list>'
    others = (
        f"<half_map_list><half_map><file>emd_1234_half_map_1.map.gz</file>{level}</half_map>"
        "</half_map_list><additional_map_list><additional_map>"
        f"<file>emd_1234_additional_1.map.gz</file>{level}</additional_map></additional_map_list>"
        "<segmentation_list><segmentation><file>emd_1234_msk_1.map</file>"
        f"<mask_details><file>emd_1234_msk_1.map</file>{level}</mask_details></segmentation>"
        "</segmentation_list>"
    )
    entry = parsed(header(interpretation=others))
    assert (entry.contour, entry.contour_levels) == (None, [])
    assert entry.half_maps == ["emd_1234_half_map_1.map.gz"]
    assert entry.additional_maps == ["emd_1234_additional_1.map.gz"]
    assert entry.masks == ["emd_1234_msk_1.map"]


@pytest.mark.parametrize(
    ("written", "level"),
    [("81.200000000000003", 81.2), ("7770", 7770.0), ("-0.5", -0.5), ("0", 0.0), (" 1e-3 ", 1e-3),
     ("3,5", None), ("1_000", None), ("1e999", None), ("1e39", None),
     ("-1e308", None), ("٣", None), ("3 sigma", None)],
)  # fmt: skip
def test_a_level_as_it_is_written(written: str, level: Optional[float]) -> None:
    assert parsed(contours(f"<contour><level>{written}</level></contour>")).contour == level


@pytest.mark.parametrize(
    ("method", "state", "words"),
    [
        ("singleParticle", "particle", "single particle"),
        ("singleParticle", "twoDArray", "single particle"),
        ("helical", "filament", "helical reconstruction"),
        ("subtomogramAveraging", "cell", "subtomogram averaging"),
        ("tomography", "tissue", "tomography"),
        ("electronCrystallography", "twoDArray",
         "electron crystallography (two-dimensional crystal)"),
        ("electronCrystallography", "threeDArray",
         "electron crystallography (three-dimensional crystal)"),
        ("electronCrystallography", "helicalArray", "electron crystallography (helical array)"),
        ("electronCrystallography", "", "electron crystallography"),
        ("ptychography", "particle", "ptychography"),
    ],
)  # fmt: skip
def test_the_method_is_not_that_of_the_vitrification(method: str, state: str, words: str) -> None:
    assert parsed(header(method=method, state=state)).method == words


def test_the_vitrification_alone_is_no_method() -> None:
    assert parsed(header(method="")).method is None


def test_the_average_counts_among_several_structure_determinations() -> None:
    both = determination(
        "tomography", "cell", final("tomography", "<resolution>40</resolution>")
    ) + determination(
        "subtomogramAveraging", "cell",
        final("subtomogram_averaging", "<resolution>12</resolution>"),
    )  # fmt: skip
    entry = parsed(header(determinations=both))
    assert (entry.method, entry.resolution) == ("subtomogram averaging", 12.0)


def test_the_last_of_several_image_processings_is_the_final_one() -> None:
    """Its resolution, criterion, symmetry and particles stay together."""
    first = (
        "<applied_symmetry><point_group>C4</point_group></applied_symmetry>"
        "<resolution>4.2</resolution><resolution_method>FSC 0.5 CUT-OFF</resolution_method>"
        "<number_images_used>1000</number_images_used>"
    )
    entry = parsed(
        header(
            processing=final("singleparticle", first)
            + final("singleparticle", "<resolution>3.1</resolution>")
            + final("singleparticle", "<resolution>n/a</resolution>")
        )
    )
    assert (entry.resolution, entry.resolution_method) == (3.1, None)
    assert (entry.symmetry, entry.particles) == (None, None)


def test_the_image_processing_of_the_method_counts() -> None:
    entry = parsed(
        header(
            method="subtomogramAveraging",
            processing=final(
                "subtomogram_averaging",
                "<resolution>9</resolution><number_subtomograms_used>500"
                "</number_subtomograms_used>",
            )
            + "<subtomogram_averaging_processing><extraction><number_images_used>9999"
            "</number_images_used></extraction></subtomogram_averaging_processing>"
            + final(
                "tomography",
                "<resolution>60</resolution><number_images_used>41</number_images_used>",
            ),
        )
    )
    assert (entry.resolution, entry.particles) == (9.0, 500)


def test_a_resolution_that_is_not_that_of_the_reconstruction() -> None:
    other = (
        "<crystallography_processing><crystallography_statistics><high_resolution>2</high_resolution>"
        "<resolution>1</resolution></crystallography_statistics></crystallography_processing>"
    )
    assert parsed(header(method="electronCrystallography", processing=other)).resolution is None


@pytest.mark.parametrize("value", ["0", "-3", "nan", "inf", "high", "", "1e400", "1e308", "1e-320"])
def test_a_resolution_that_is_none(value: str) -> None:
    processing = final("singleparticle", f"<resolution>{value}</resolution>")
    assert parsed(header(processing=processing)).resolution is None


@pytest.mark.parametrize(
    ("unit", "resolution"),
    [("Å", 3.2), ("\u212b", 3.2), ("A\u030a", 3.2), ("A", 3.2), ("", 3.2), ("nm", 32.0),
     ("Angstroms", 3.2), ("pixel", None)],
)  # fmt: skip
def test_units_of_length(unit: str, resolution: Optional[float]) -> None:
    processing = final("singleparticle", f'<resolution units="{unit}">3.2</resolution>')
    assert parsed(header(processing=processing)).resolution == resolution


def test_a_length_in_nm_keeps_its_digits() -> None:
    def resolution(value: str) -> Optional[float]:
        unit = f'<resolution units="nm">{value}</resolution>'
        return parsed(header(processing=final("singleparticle", unit))).resolution

    assert (resolution("0.345"), resolution("1.1")) == (3.45, 11.0)
    assert (resolution("1e308"), resolution("9e-6"), resolution("1e-5")) == (None, None, 1e-4)


def helix(content: str) -> Optional[str]:
    symmetry = f"<applied_symmetry><helical_parameters>{content}</helical_parameters>"
    processing = final("helical", f"{symmetry}</applied_symmetry><resolution>4</resolution>")
    return parsed(header(method="helical", processing=processing)).symmetry


def test_the_parameters_of_a_helix_in_words() -> None:
    rise, twist = '<delta_z units="Å">4.75</delta_z>', '<delta_phi units="deg">-1.4</delta_phi>'
    assert helix(rise + twist) == "helical, rise 4.75 Å, twist -1.4°"
    axial = "<axial_symmetry>C3</axial_symmetry>"
    assert helix(rise + twist + axial) == "helical, rise 4.75 Å, twist -1.4°, C3"
    assert helix('<delta_z units="nm">0.475</delta_z>') == "helical, rise 4.75 Å"
    assert helix('<delta_phi units="rad">0.1</delta_phi>') is None
    # Without a space in the number, which JSON would not give back.
    assert helix("<delta_z>12345</delta_z>") == "helical, rise 12345 Å"
    assert helix(axial) is None


def test_a_symmetry_is_not_longer_than_other_texts() -> None:
    axial = f"<delta_z>4</delta_z><axial_symmetry>{'x' * MOST_CHARACTERS}</axial_symmetry>"
    assert len(helix(axial) or "") == MOST_CHARACTERS


def test_the_group_of_a_crystal_is_not_the_space_group_of_the_file() -> None:
    crystal = (
        "<crystallography_processing><crystal_parameters><plane_group>P 4 21 2</plane_group>"
        "</crystal_parameters></crystallography_processing>"
    )
    of_file = f"{MAP}<symmetry><space_group>1</space_group></symmetry>"
    content = header(
        method="electronCrystallography", state="twoDArray", processing=crystal, map=of_file
    )
    assert parsed(content).symmetry == "plane group P 4 21 2"
    assert parsed(header(map=of_file)).symmetry is None


@pytest.mark.parametrize(
    ("fast", "medium", "slow", "box"),
    [("X", "Y", "Z", [10, 20, 30]), ("Z", "X", "Y", [20, 30, 10]), ("z", "y", "x", [30, 20, 10]),
     ("X", "X", "Z", [10, 20, 30]), ("", "", "", [10, 20, 30])],
)  # fmt: skip
def test_axes_in_another_order(fast: str, medium: str, slow: str, box: List[int]) -> None:
    content = (
        "<dimensions><col>10</col><row>20</row><sec>30</sec></dimensions><axis_order>"
        f"<fast>{fast}</fast><medium>{medium}</medium><slow>{slow}</slow></axis_order>"
    )
    assert parsed(header(map=content)).box == box


def test_a_box_that_no_map_has() -> None:
    sides = "<dimensions><col>{0}</col><row>9</row><sec>9</sec></dimensions>"
    assert parsed(header(map=sides.format(2**20))).box == [2**20, 9, 9]
    assert parsed(header(map=sides.format(2**20 + 1))).box is None


def test_a_box_that_lacks_a_side() -> None:
    assert parsed(header(map="<dimensions><col>9</col><row>9</row></dimensions>")).box is None


def test_the_voxel_size_from_the_cell_where_the_spacing_is_missing() -> None:
    """The intervals of the cell count, not the voxels of the box."""
    content = (
        "<spacing><x>100</x><y>200</y><z>400</z></spacing>"
        '<cell><a units="Å">110</a><b units="nm">22</b><c>440</c></cell>'
    )
    assert parsed(header(map=content)).voxel_size == pytest.approx([1.1, 1.1, 1.1])
    wrong = "<pixel_spacing><x>1</x><y>0</y><z>1</z></pixel_spacing>"
    assert parsed(header(map=wrong)).voxel_size is None


@pytest.mark.parametrize(
    "written",
    [
        '<pixel_spacing><x units="nm">1e308</x><y>1</y><z>1</z></pixel_spacing>',
        "<pixel_spacing><x>1e300</x><y>1e300</y><z>1e300</z></pixel_spacing>",
        "<cell><a>1e-320</a><b>1</b><c>1</c></cell>",
        "<cell><a>0.01</a><b>1</b><c>1</c></cell>",
    ],
)
def test_a_voxel_size_that_cannot_be(written: str) -> None:
    spacing = "<spacing><x>99999</x><y>1</y><z>1</z></spacing>"
    assert parsed(header(map=spacing + written)).voxel_size is None


def test_the_grey_values_of_the_primary_map() -> None:
    values = "<minimum>{}</minimum><maximum>{}</maximum>"
    statistics = f"<statistics>{values.format('-1e-3', '2')}</statistics>"
    assert parsed(header(map=statistics)).statistics == Statistics(-0.001, 2.0, None, None)
    for low, high in (("2", "1"), ("nan", "1"), ("", "1")):
        content = f"<statistics>{values.format(low, high)}</statistics>"
        assert parsed(header(map=content)).statistics is None


def test_an_obsolete_entry_names_the_latest_successor() -> None:
    entry = parsed(
        header(
            admin="<current_status><code>OBS</code></current_status><superseded_by_list>"
            "<entry><date>2021-01-01</date><entry>EMD-9999</entry></entry>"
            "<entry><date>2020-01-01</date><entry>EMD-1111</entry></entry>"
            "<entry><date>2022-01-01</date><entry>javascript:alert(1)</entry></entry>"
            "</superseded_by_list><obsolete_list><entry><entry>EMD-2222</entry></entry>"
            "</obsolete_list>"
        )
    )
    assert (entry.status, entry.superseded_by) == ("OBS", "EMD-9999")
    assert entry.state == "obsolete, replaced by EMD-9999"


def test_models_that_were_fitted_and_those_that_are_only_related() -> None:
    references = (
        "<pdb_list>"
        "<pdb_reference><pdb_id>5ME2</pdb_id><relationship><in_frame>FULLOVERLAP</in_frame>"
        "</relationship></pdb_reference><pdb_reference><pdb_id>pdb_00001abc</pdb_id>"
        "</pdb_reference><pdb_reference><pdb_id>1xyz</pdb_id><relationship><other>same protein"
        "</other></relationship></pdb_reference><pdb_reference><pdb_id>2xyz</pdb_id><relationship>"
        "<in_frame>NOOVERLAP</in_frame></relationship></pdb_reference>"
        "<pdb_reference><pdb_id>https://evil.example</pdb_id></pdb_reference></pdb_list>"
    )
    made = (
        "<modelling_list><modelling><initial_model><access_code>1AAA</access_code></initial_model>"
        "<final_model><access_code>6QQQ</access_code></final_model></modelling></modelling_list>"
    )
    entry = parsed(header(crossreferences=references, interpretation=made))
    assert entry.fitted_models == ["5me2", "pdb_00001abc", "6qqq"]


def test_the_software_of_the_image_processing_with_its_step() -> None:
    one = "<software><name>{}</name><version>{}</version></software>"
    processing = (
        "<crystallography_processing><ctf_correction><software_list>"
        f"{one.format('Gctf', '1.06')}{one.format('', '7')}</software_list></ctf_correction>"
        f"<merging_software_list>{one.format('2dx', '')}</merging_software_list>"
        "<final_reconstruction><reconstruction_filtering><sharpening><software_list>"
        f"{one.format('DeepEMhancer', '0.13')}{one.format('DeepEMhancer', '0.13')}"
        "</software_list></sharpening></reconstruction_filtering></final_reconstruction>"
        "</crystallography_processing>"
    )
    modelling = (
        "<modelling_list><modelling><software_list>"
        f"{one.format('Coot', '1')}</software_list></modelling></modelling_list>"
    )
    content = header(
        method="electronCrystallography", processing=processing, interpretation=modelling
    )
    assert parsed(content).software == [
        Software("Gctf", "1.06", "CTF correction"),
        Software("2dx", None, "merging"),
        Software("DeepEMhancer", "0.13", "final reconstruction"),
    ]


def test_a_step_without_a_name() -> None:
    processing = "<singleparticle_processing><_><software><name>A</name></software></_>"
    content = header(processing=f"{processing}</singleparticle_processing>")
    assert parsed(content).software == [Software("A", None, "")]


def test_a_paper_a_thesis_and_nothing() -> None:
    def citation(content: str) -> Optional[Citation]:
        primary = f"<primary_citation>{content}</primary_citation>"
        return parsed(
            header(crossreferences=f"<citation_list>{primary}</citation_list>")
        ).citation

    paper = (
        '<journal_citation published="true"><title>On H<sub>2</sub>O &amp; ice</title>'
        '<external_references type="PUBMED">1</external_references>'
        '<external_references type="DOI">https://doi.org/10.1/x</external_references>'
        '<external_references type="DOI">doi: 10.1000/182</external_references></journal_citation>'
    )
    assert citation(paper) == Citation("On H2O & ice", "10.1000/182")
    thesis = "<non_journal_citation><thesis_title>Ice</thesis_title></non_journal_citation>"
    assert citation(thesis) == Citation("Ice", None)
    assert citation("<non_journal_citation><title> </title></non_journal_citation>") is None


def test_letters_of_other_scripts_stay_and_controls_go() -> None:
    title = "Структура рибосомы: α-β, 结构, بنية, \u202eevil\u2066, \u200bzero, tab\tand\u00a0space"
    authors = "".join(f"<author>Müller-Łukasiewicz {n}</author>" for n in range(300))
    entry = parsed(
        header(admin=f"<title>{title}</title><authors_list>{authors}</authors_list>")
    )
    assert entry.title == "Структура рибосомы: α-β, 结构, بنية, evil, zero, tab and space"
    assert len(entry.authors) == 300


def test_two_authors_of_one_name() -> None:
    names = "<author>Wang Y</author><author ORCID='0000-0000-0000-0000'>Wang Y</author>"
    assert parsed(header(admin=f"<authors_list>{names}</authors_list>")).authors == ["Wang Y"] * 2


def test_long_texts() -> None:
    assert parsed(header(admin=f"<title>{'ab ' * 170}</title>")).title == ("ab " * 170).strip()
    endless = parsed(header(admin=f"<title>{'x' * 1_000_000}</title>")).title or ""
    assert len(endless) == MOST_CHARACTERS
    assert endless.endswith("x…")


@pytest.mark.parametrize("nothing", ["", "n/a", "N/A", "?", ".", "NULL", "none"])
def test_words_for_nothing(nothing: str) -> None:
    assert parsed(header(admin=f"<title>{nothing}</title>")).title is None


@pytest.mark.parametrize(
    "written",
    ["", "2020-1-5", "yesterday", "2020-01-05T00:00:00", "0000-00-00", "2020-02-30",
     "2020-01-05+25"],
)  # fmt: skip
def test_dates_that_are_none(written: str) -> None:
    dates = f"<key_dates><deposition>{written}</deposition></key_dates>"
    assert parsed(header(admin=dates)).deposited is None


@pytest.mark.parametrize("zone", ["", "Z", "+01:00", "-11:30"])
def test_a_date_with_a_time_zone(zone: str) -> None:
    dates = f"<key_dates><deposition> 2002-06-26{zone}\n</deposition></key_dates>"
    assert parsed(header(admin=dates)).deposited == "2002-06-26"


@pytest.mark.parametrize("flag", ["true", "1", " 1 ", "\ntrue"])
def test_a_composite_map(flag: str) -> None:
    content = header().replace(b"<admin>", f'<admin composite_map="{flag}">'.encode())
    assert parsed(content).kind == "composite map"
    assert parsed(header()).kind is None


@pytest.mark.parametrize("name", ["EMD-0000.xml", "emd-1001-v30.xml", "EMD-0000_translator.cif"])
def test_a_header_is_read_in_20_ms(name: str) -> None:
    content = example_file(f"emdb_entries/{name}").read_bytes()
    times: List[float] = []
    for _ in range(9):
        start = time.perf_counter()
        parse_header(content, name)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.020
