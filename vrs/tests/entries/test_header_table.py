"""What real headers say, all of it: read from the files by eye, never by the code under test.

A field that is not in the table is null, or an empty list.
"""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from vrs.checks.entry import Citation, ContourLevel, Entry, Software, Statistics
from vrs.entries.header import read_header
from vrs.tests.example_data import example_file


def by_author(level: float) -> Dict[str, Any]:
    return {"contour": level, "contour_levels": [ContourLevel(level, "author", True)]}


def by_nobody(level: float) -> Dict[str, Any]:
    return {"contour": level, "contour_levels": [ContourLevel(level, None, True)]}


def programs(step: str, *names: str) -> List[Software]:
    return [Software(name, None, step) for name in names]


RF2: Dict[str, Any] = {
    "title": "A cryo-electron microscopic study of ribosome-bound termination factor RF2.",
    "authors": [
        "Rawat UB", "Zavialov AV", "Sengupta J", "Valle M", "Grassucci RA", "Linde J",
        "Vestergaard B", "Ehrenberg M", "Frank J",
    ],
    "status": "REL", "method": "single particle", "resolution_method": "FSC 0.5 CUT-OFF",
    "voxel_size": [2.82, 2.82, 2.82], "box": [130, 130, 130], "symmetry": "C1",
    "fitted_models": ["1mi6", "1mvr"], "microscope": "FEI TECNAI F20",
    "citation": Citation(
        "A cryo-electron microscopic study of ribosome-bound termination factor RF2.",
        "10.1038/nature01224",
    ),
    "released": "2003-09-26",
}  # fmt: skip

FIBRIL: Dict[str, Any] = {
    "id": "EMD-16019", "status": "REL", "method": "helical reconstruction", "resolution": 3.2,
    "title": "Sarkosyl-extracted AppNL-G-F Abeta42 fibril structure (Methoxy-X04-labelled mice)",
    "authors": [
        "Wilkinson M", "Leistner C", "Burgess A", "Goodfellow S", "Deuchars S", "Ranson NA",
        "Radford SE", "Frank RAW",
    ],
    "resolution_method": "FSC 0.143 CUT-OFF", **by_author(0.012), "particles": 3640,
    "half_maps": ["emd_16019_half_map_1.map.gz", "emd_16019_half_map_2.map.gz"],
    "symmetry": "helical, rise 2.414 Å, twist 179.355°, C1", "fitted_models": ["8bfb"],
    "voxel_size": [0.94, 0.94, 0.94], "box": [256, 256, 256], "microscope": "FEI TITAN KRIOS",
    "deposited": "2022-10-24", "released": "2023-05-31", "updated": "2023-05-31",
    "citation": Citation(
        "The in-tissue molecular architecture of beta-amyloid pathology in the mammalian brain.",
        "10.1038/s41467-023-38495-5",
    ),
    "software": [
        Software("RELION", "4.0", "final reconstruction"),
        Software("crYOLO", None, "segment selection"),
        Software("RELION", "4.0", "final angle assignment"),
    ],
    "map_file": "emd_16019.map.gz",
    "statistics": Statistics(-0.042240314, 0.06871328, 0.00016212047, 0.003495169),
}  # fmt: skip
"""The molecule is stated in kDa/nm; ten of its chains are a piece of the fibril."""

TOMOGRAM: Dict[str, Any] = {
    "id": "EMD-20531", "title": "test tomo", "authors": ["Turner J"], "status": "AUCO",
    "method": "tomography", "resolution_method": "OTHER", "box": [959, 927, 170],
    "voxel_size": [7.02, 7.02, 7.02], "deposited": "2021-12-16", "updated": "2022-11-29",
    "microscope": "FEI TITAN KRIOS", "map_file": "emd_20531.map.gz",
    "statistics": Statistics(-461.72055, 464.15384, 2.5857236, 76.56073),
    "kind": "composite map",
}  # fmt: skip
"""37 tilted images, no particles; a primary contour without a level; a citation without a title."""

EXPECTED: Dict[str, Dict[str, Any]] = {
    "EMD-0000.xml": {
        "id": "EMD-0000", "status": "HPUB", "method": "single particle", "resolution": 2.89,
        "title": "Pseudomona tuto 70s ribosome from an anything",
        "authors": [
            "First A", "Second-Second B", "La Third C", "Fourth D", "Fifth Sixth E", "Sixth F",
            "Seventh G", "Eight H", "Ninth J", "Tenth K", "Eleventh L", "Twelveth M",
        ],
        "resolution_method": "FSC 0.143 CUT-OFF", "voxel_size": [1.1, 1.1, 1.1],
        "box": [400, 400, 400], "symmetry": "C1", **by_author(0.0491),
        "additional_maps": ["emd_0000_additional_1.map.gz"], "fitted_models": ["6spf"],
        # 53 molecules, one of each.
        "molecular_mass": 2102.283241, "particles": 319022, "deposited": "2019-09-01",
        "updated": "2019-10-16", "microscope": "FEI TITAN KRIOS",
        "citation": Citation("Pseudomona tuto 70s ribosome from an anything", None),
        "software": [
            *programs("CTF correction", "Gctf"), *programs("final reconstruction", "RELION"),
            *programs("initial angle assignment", "RELION"),
            *programs("final angle assignment", "RELION"),
            *programs("final 3D classification", "RELION"),
        ],
        "map_file": "emd_0000.map.gz",
        "statistics": Statistics(-0.478421, 0.7881263, 0.0007639024, 0.017213747),
    },
    "emd-1001-v30.xml": {
        "id": "EMD-1001", "status": "REL", "method": "tomography", "resolution": 40.0,
        "title": "Real space refinement of acto-myosin structures from sectioned muscle.",
        "authors": ["Chen LF", "Blanc E", "Chapman MS", "Taylor KA"],
        "resolution_method": "OTHER", **by_nobody(81.2), "box": [600, 600, 30],
        "voxel_size": [15.4667, 15.4667, 15.4667],
        "masks": ["emd_1001_msk_26.map", *(f"emd_1001_msk_{n}.map" for n in range(1, 26))],
        "fitted_models": [
            "1m8q", "1mvw", "1o18", "1o19", "1o1a", "1o1b", "1o1c", "1o1d", "1o1e", "1o1f", "1o1g",
        ],
        "deposited": "2002-06-18", "released": "2002-06-20", "updated": "2012-12-26",
        "citation": Citation(
            "Real space refinement of acto-myosin structures from sectioned muscle.",
            "10.1006/jsbi.2000.4321",
        ),
        "microscope": "FEI/PHILIPS EM400", "map_file": "emd_1001.map.gz",
        "statistics": Statistics(-417.992, 366.68, 1.85973, 47.7916),
    },
    "emd-1003.xml": {
        "id": "EMD-1003", "status": "REL", "method": "single particle", "resolution": 11.5,
        "title": "Solution structure of the E. coli 70S ribosome at 11.5 A resolution.",
        "authors": ["Gabashvili IS"], "resolution_method": "FSC 0.5 CUT-OFF", **by_nobody(82.8),
        "voxel_size": [2.93, 2.93, 2.93], "box": [125, 125, 125], "symmetry": "C1",
        "molecular_mass": 2500.0, "particles": 73523, "fitted_models": ["1eg0"],
        "software": programs("final reconstruction", "SPIDER/WEB"),
        "deposited": "2002-06-26", "released": "2002-08-22", "updated": "2012-10-17",
        "citation": Citation(
            "Solution structure of the E. coli 70S ribosome at 11.5 A resolution.",
            "10.1016/S0092-8674(00)80690-X",
        ),
        "microscope": "FEI/PHILIPS CM200FEG/ST", "map_file": "emd_1003.map.gz",
        "statistics": Statistics(-141.975, 339.987, 1.85585, 38.0467),
    },
    "emd-1004.xml": {
        "id": "EMD-1004", "status": "REL", "method": "single particle", "resolution": 13.0,
        "title": "Ribosome interactions of aminoacyl-tRNA and elongation factor Tu in the "
        "codon-recognition complex.",
        "authors": [
            "Stark H", "Rodnina MV", "Wieden HJ", "Zemlin F", "Wintermeyer W", "van Heel M",
        ],
        "resolution_method": "FSC 3 SIGMA CUT-OFF", **by_nobody(0.0411), "symmetry": "C1",
        "voxel_size": [2.25, 2.25, 2.25], "box": [160, 160, 160], "molecular_mass": 2500.0,
        "particles": 24000, "fitted_models": ["1mj1"],
        "software": programs("final reconstruction", "Imagic"),
        "deposited": "2002-08-27", "released": "2003-08-29", "updated": "2012-10-17",
        "citation": Citation(
            "Ribosome interactions of aminoacyl-tRNA and elongation factor Tu in the "
            "codon-recognition complex.",
            "10.1038/nsb859",
        ),
        "microscope": "FEI/PHILIPS CM200FEG/SOPHIE", "map_file": "emd_1004.map.gz",
        "statistics": Statistics(-0.480909, 0.774331, 0.00151584, 0.0461972),
    },
    "emd-1007.xml": {
        **RF2, "id": "EMD-1007", "resolution": 12.9, **by_author(52.3), "particles": 18199,
        "molecular_mass": 2500.0, "software": programs("final reconstruction", "SPIDER/WEB"),
        "deposited": "2002-09-24", "updated": "2013-12-04", "map_file": "emd_1007.map.gz",
        "statistics": Statistics(-120.43036652, 233.00738525, 2.60902333, 24.36010742),
    },
    "emd-1008.xml": {
        **RF2, "id": "EMD-1008", "resolution": 10.9, **by_author(55.2), "particles": 18958,
        "molecular_mass": 2500.0, "software": programs("final reconstruction", "SPIDER/WEB"),
        "deposited": "2002-09-24", "updated": "2013-12-04", "map_file": "emd_1008.map.gz",
        "statistics": Statistics(-127.57978821, 244.83221436, 2.82716608, 25.88495445),
    },
    # A factor cut out of the map of EMD-1007, so its header counts one particle.
    "emd-1010.xml": {
        **RF2, "id": "EMD-1010", "resolution": 12.9, **by_author(4.07), "particles": 1,
        "deposited": "2002-09-26", "updated": "2013-12-25", "map_file": "emd_1010.map.gz",
        "statistics": Statistics(-46.36367416, 150.46598816, 0.05496241, 2.00624156),
    },
    "emd-1011-v30.xml": {
        "id": "EMD-1011", "status": "REL", "method": "single particle", "resolution": 16.0,
        "title": "Minor proteins, mobile arms and membrane-capsid interactions in the "
        "bacteriophage PRD1 capsid.",
        "authors": [
            "San Martin C", "Huiskonen JT", "Bamford JK", "Butcher SJ", "Fuller SD", "Bamford DH",
            "Burnett RM",
        ],
        "resolution_method": "OTHER", **by_nobody(7770.0), "symmetry": "I",
        "molecular_mass": 70000.0, "box": [256, 256, 256], "voxel_size": [3.44, 3.44, 3.44],
        "particles": 1468, "fitted_models": ["1gw7"],
        "software": programs("final reconstruction", "EMBL-ICOS, MRC"),
        "deposited": "2002-10-08", "released": "2002-10-09", "updated": "2016-06-29",
        "citation": Citation(
            "Minor proteins, mobile arms and membrane-capsid interactions in the bacteriophage "
            "PRD1 capsid.",
            "10.1038/nsb837",
        ),
        "microscope": "FEI/PHILIPS CM200FEG/ST", "map_file": "emd_1011.map.gz",
        "statistics": Statistics(-16843.7, 27000.0, 188.248, 3602.72),
    },
    "D_1292125276_model_P1.xml": FIBRIL,
    "D_1292125276_model_P1_1.xml": FIBRIL,
    "D_1292125276_model_P1_2.xml": FIBRIL,
    "D_8000240525_model_P1_both.xml": TOMOGRAM,
    "D_8000240525_model_P1_bothmissing.xml": TOMOGRAM,
    "D_8000240525_model_P1_consensus.xml": TOMOGRAM,
    "D_8000240525_model_P1_focused.xml": TOMOGRAM,
    "D_8000240525_model_P1_YES.xml": TOMOGRAM,
    "D_8000240525_model_P1_NO.xml": {**TOMOGRAM, "kind": None},
    "D_8000240525_model_P1_MISSING.xml": {**TOMOGRAM, "kind": None},
    "emd-36217.cif": {
        "id": "EMD-36217", "status": "REL", "method": "single particle", "resolution": 3.31,
        "title": "Cryo-EM structure of SaCas9-AcrIIA15 CTD-sgRNA complex",
        "authors": ["Deng, X.", "Wang, Y."], "resolution_method": "FSC 0.143 CUT-OFF",
        **by_author(0.36), "voxel_size": [1.04, 1.04, 1.04], "box": [168, 168, 168],
        "half_maps": ["emd_36217_half_map_2.map.gz", "emd_36217_half_map_1.map.gz"],
        # 124158.727 + 31304.432 + 13787.642 Da, one of each.
        "fitted_models": ["8jft"], "molecular_mass": 169.250801, "particles": 237732,
        "deposited": "2023-05-18", "released": "2024-02-28", "updated": "2024-02-28",
        "citation": Citation("Cryo-EM structure of SaCas9-AcrIIA15 CTD-sgRNA complex", None),
        "microscope": "FEI TITAN", "map_file": "emd_36217.map.gz",
        "statistics": Statistics(-2.0244381, 2.797484, 0.010522938, 0.10488667),
    },
    "emd-0000_tests.cif": {
        "id": "EMD-13682", "status": "AUTH", "method": "subtomogram averaging",
        "title": "In situ subtomogram average of autophagosome-associated protein filament",
        "authors": ["Dahmane, S.", "Morado, D.R.", "Carlson, L.-A."], "resolution": 18.5,
        "resolution_method": "FSC 0.143 CUT-OFF", **by_author(0.015), "symmetry": "C1",
        "voxel_size": [4.29, 4.29, 4.29], "box": [100, 100, 100], "particles": 141855,
        "half_maps": [
            "D_1292118478_em-half-volume_P2.map.V2", "D_1292118478_em-half-volume_P1.map.V2",
        ],
        "additional_maps": ["D_1292118478_em-additional-volume_P1.map.V2"],
        "software": [
            *programs("final Euler assignment", "subTOM", "Dynamo"),
            *programs("reconstruction", "subTOM"),
        ],
        "deposited": "2021-10-06", "updated": "2021-10-06",
        "citation": Citation(
            "In situ structures of membrane-assisted assembly and selective autophagy of "
            "enteroviruses", None,
        ),
        "microscope": "FEI TITAN KRIOS", "map_file": "D_1292118478_em-volume_P1.map.V2",
        "statistics": Statistics(-0.06239607, 0.10313908, -5.403114e-5, 0.0073031676),
    },
    "EMD-0000_translator.cif": {
        "id": "EMD-90288", "title": "test src id = 1", "authors": ["Turner, J."],
        "status": "AUTH", "method": "single particle", "resolution": 5.0,
        "resolution_method": "FSC 0.143 CUT-OFF", **by_author(1.0), "voxel_size": [1.0, 1.0, 1.0],
        "box": [512, 512, 512], "particles": 5000,
        "software": [
            Software("crYOLO", "1.8.0", "particle selection"),
            Software("CTFFIND4", "4.1.14", "CTF correction"),
            Software("RELION", "4.0.1", "initial Euler assignment"),
            Software("cryoSPARC", "4.0", "final Euler assignment"),
            Software("RELION", "4.0.1", "classification"),
            Software("cryoSPARC", "4.0", "reconstruction"),
        ],
        "deposited": "2023-04-20", "updated": "2023-04-20",
        "citation": Citation("To Be Published", None), "microscope": "FEI TITAN KRIOS",
        "map_file": "D_8000212087_em-volume_P1.map.V2",
        "statistics": Statistics(-2.234049, 4.7277756, 0.0032642235, 0.17477667),
        "kind": "composite map",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_a_header_says_this_and_nothing_else(name: str) -> None:
    assert read_header(example_file(f"emdb_entries/{name}")) == Entry(**EXPECTED[name])
