"""``vrs entry``: what a person reads, and what a program reads."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Dict, List

import pytest

from vrs.checks.entry import Citation, ContourLevel, Entry, Software, Statistics
from vrs.cli.entry import lines
from vrs.cli.main import main
from vrs.tests.checks.test_entry import FIELDS, MORE_FIELDS
from vrs.tests.conftest import SmallMap
from vrs.tests.entries.headers import header


def rows(entry: Entry) -> Dict[str, str]:
    printed = (line.split(":", 1) for line in lines(entry, on_terminal=False))
    return {name: value.strip() for name, value in printed}


FULL = Entry(
    id="EMD-3488", title="A title", authors=["Khoshouei M", "Radjainia M"], status="OBS",
    superseded_by="EMD-9999", method="single particle", resolution=3.2,
    resolution_method="FSC 0.143 CUT-OFF",
    contour_levels=[ContourLevel(0.09, "emdb", True), ContourLevel(0.1, "author", False)],
    contour=0.09, voxel_size=[1.05, 1.05, 1.05], box=[100, 100, 100], symmetry="C2",
    half_maps=["a", "b"], fitted_models=["5me2"], molecular_mass=64.0, particles=172000,
    software=[Software("RELION", "1.4", "x"), Software("RELION", "1.4", "y")],
    deposited="2016-11-14", released="2017-06-28",
    citation=Citation("A paper", "10.1038/ncomms16099"), microscope="FEI TITAN KRIOS",
    statistics=Statistics(-0.5, 0.7), kind="composite map",
)  # fmt: skip


def test_an_entry_in_words() -> None:
    assert rows(FULL) == {
        "Entry": "EMD-3488 (https://www.ebi.ac.uk/emdb/EMD-3488)",
        "Title": "A title",
        "Authors": "Khoshouei M, Radjainia M",
        "Status": "obsolete, replaced by EMD-9999",
        "Method": "single particle, composite map",
        "Reported resolution": "3.2 Å (FSC 0.143 cut-off)",
        "Contour level": "0.09 (EMDB); also 0.1",
        "Voxel size": "1.05 Å",
        "Box": "100 x 100 x 100 voxels",
        "Grey values": "-0.5 to 0.7",
        "Symmetry": "C2",
        "Molecular mass": "64 kDa",
        "Particles": "172\u202f000",
        "Half maps": "a, b",
        "Fitted models": "5me2",
        "Microscope": "FEI TITAN KRIOS",
        "Software": "RELION 1.4",
        "Dates": "deposited 2016-11-14, released 2017-06-28",
        "Paper": "A paper",
        "DOI": "https://doi.org/10.1038/ncomms16099",
    }


def test_an_entry_that_says_nothing() -> None:
    assert rows(Entry(id="EMD-0038")) == {
        "Entry": "EMD-0038 (https://www.ebi.ac.uk/emdb/EMD-0038)",
        "Reported resolution": NOTHING,
        "Contour level": NOTHING,
        "Half maps": "none",
    }


NOTHING = "not stated"


@pytest.mark.parametrize(
    ("authors", "shown"),
    [
        ([f"A{n}" for n in range(6)], "A0, A1, A2, A3, A4, A5"),
        ([f"A{n}" for n in range(7)], "A0, A1, A2, A3, A4, A5, A6"),
        ([f"A{n}" for n in range(300)], "A0, A1, A2, A3, A4, A5 and 294 more"),
        (["Deng, X.", "Wang, Y."], "Deng, X.; Wang, Y."),
    ],
)
def test_many_authors(authors: List[str], shown: str) -> None:
    assert rows(Entry(id="EMD-1234", authors=authors))["Authors"] == shown


def test_long_values_are_broken_beside_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    entry = Entry(id="EMD-1234", title="word " * 100, authors=["Fifth Sixth E"] * 3)
    printed = "\n".join(lines(entry, on_terminal=True)).splitlines()
    assert max(map(len, printed)) <= 60
    assert all(line[:20].strip() == "" or ":" in line[:22] for line in printed)
    assert "\u00a0" not in "".join(printed)
    assert not any(line.endswith("Fifth Sixth") for line in printed)


def test_a_tomogram_is_said_not_to_be_measured() -> None:
    assert "is a tomogram" in rows(Entry(id="EMD-1001", method="tomography"))["Not measured"]


def test_a_program_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed as JSON is the header of the same entry."""
    file = tmp_path / "emd-1234.xml"
    file.write_bytes(header(admin="<title>α \\ &lt;b&gt; $x$</title>"))
    assert main(["entry", str(file), "--json"]) == 0
    printed = capsys.readouterr().out
    content = json.loads(printed)
    assert tuple(content) == FIELDS + MORE_FIELDS
    assert content["title"] == "α \\ <b> $x$"
    assert (content["contour"], content["half_maps"]) == (None, [])
    again = tmp_path / "emd-1234.json"
    again.write_text(printed, encoding="utf-8")
    assert main(["entry", str(again), "--json"]) == 0
    assert capsys.readouterr().out == printed


def test_a_compressed_header(
    tmp_path: Path, small_map: SmallMap, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.xml.gz"
    file.write_bytes(gzip.compress(header()))
    said = "own.xml.gz is compressed: unpack it first, as gunzip does"
    for arguments in (["entry", file], ["report", small_map.file, "--entry", file]):
        assert main(list(map(str, arguments))) == 1
        assert said in capsys.readouterr().err


def test_the_folder_of_an_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its map is not looked for."""
    folder = tmp_path / "EMD-1234" / "header"
    folder.mkdir(parents=True)
    (folder / "emd-1234.xml").write_bytes(header(admin="<title>A title</title>"))
    assert main(["entry", str(folder.parent)]) == 0
    assert "A title" in capsys.readouterr().out


def test_what_is_neither_a_file_nor_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["entry", "haemoglobin"]) != 0
    assert "is neither a file nor the identifier of an entry" in capsys.readouterr().err
