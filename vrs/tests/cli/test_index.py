"""``vrs index``: what it lists, where it writes, and what it prints."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.batch import REPORTS, STATE
from vrs.batch.row import Row
from vrs.batch.state import BatchState
from vrs.cli.main import main
from vrs.run.map_options import MapOptions
from vrs.run.written import sign

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")


@pytest.fixture
def folder(report_folder: Path, other_report_folder: Path, tmp_path: Path) -> Path:
    """A folder with two reports, which have no pictures."""
    for report in (report_folder, other_report_folder):
        (tmp_path / "all" / report.name).mkdir(parents=True)
        shutil.copy(report / "report.json", tmp_path / "all" / report.name)
    return tmp_path / "all"


def content(folder: Path) -> Dict[str, Any]:
    read: Dict[str, Any] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return read


def test_the_index_is_written_into_the_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index", str(folder)]) == 0
    assert capsys.readouterr().out == f"2 maps, 0 not measured\nPage: {folder}/index.html\n"
    assert [row["name"] for row in content(folder)["maps"]] == ["blurred", "sharp"]
    assert [row["page"] for row in content(folder)["maps"]] == [
        "blurred/report.json", "sharp/report.json",
    ]  # fmt: skip
    assert main(["index", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["page"], answer["maps"]) == (str(folder / "index.html"), 2)


def test_several_folders_need_no_common_one(
    folder: Path, report_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert main(["index", str(folder), str(report_folder), "--out", str(out)]) == 0
    (*_, last) = content(out)["maps"]
    assert (out / last["page"]).resolve() == (report_folder / "report.html").resolve()


def test_different_versions_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "sharp" / "report.json"
    report = json.loads(file.read_text(encoding="utf-8"))
    report["provenance"]["versions"]["scipion-em-vrs"] = "0.0.1"
    file.write_text(json.dumps(report), encoding="utf-8")
    main(["index", str(folder)])
    printed = capsys.readouterr().out
    assert "different versions of the program: 0.0.1 (1 report) and " in printed


def test_no_index_lies_in_the_folder_of_a_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(folder / "sharp")
    assert main(["index", str(folder), "--out", str(folder / "sharp")]) == 1
    assert "the folder of a report: choose a name in another folder" in capsys.readouterr().err


def test_maps_that_failed_in_a_batch_and_those_left_are_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of four maps one is finished, two are left, and one has failed with an earlier report."""
    shutil.copytree(folder, folder / REPORTS)
    state = BatchState(folder)
    names = ("blurred", "third", "sharp", "fourth")
    file = str(folder / "sharp" / "report.json")
    rows = [Row(line, name, MapOptions(file)) for line, name in enumerate(names)]
    state.settle(rows, False, False)
    state.fail(rows[2], "it needs more memory than this computer has")
    state.close()
    with closing(sqlite3.connect(folder / STATE)) as database, database:
        # A summary as another version may have written it.
        database.execute(
            "UPDATE maps SET state = 'finished', summary = '{}' WHERE name = 'blurred'"
        )
    assert main(["index", str(folder)]) == 0
    index = content(folder)
    assert index["left"] == 2
    assert [(row["name"], row["state"]) for row in index["maps"]] == [
        ("blurred", "measured"), ("sharp", "failed"),
    ]  # fmt: skip
    assert index["maps"][1]["reason"] == "it needs more memory than this computer has"
    assert capsys.readouterr().out.startswith("2 maps, 1 not measured")
    assert "2 maps of the batch were not begun" in (folder / "index.html").read_text("utf-8")
