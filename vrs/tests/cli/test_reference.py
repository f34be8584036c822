"""``vrs reference``, and the option of the commands that measure."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import List

import pytest

from vrs.batch.table import Cells
from vrs.cli.batch_rows import rows_of
from vrs.cli.main import main, make_parser
from vrs.cli.report import map_options, settle_reference
from vrs.maps import write_map
from vrs.reference.file import VARIABLE, NoReference, read_reference
from vrs.tests.made_reference import copies
from vrs.tests.report_example import build_example, two_balls

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 made reports at 6 Å and one at 3 Å."""
    folder = tmp_path_factory.mktemp("reference")
    report = build_example(folder / "example", figures=False, html=False).report
    copies(report, folder / "reports", 25)
    copies(report, folder / "reports", 1, first=100, resolution=3.0)
    return folder / "reports"


def test_a_set_is_built_and_said_to_be_small_where_it_is(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made.json"
    assert main(["reference", "build", str(reports), "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Reference set “made”: 26 maps",
        "  1 map at 2.8 to 3.6 Å; no percentiles, as 20 are needed",
        "  25 maps at 6 to 8 Å",
        f"Set: {out}",
    ]
    assert read_reference(out).name == "made"
    # An earlier set is replaced.
    command = ["reference", "build", str(reports), "-o", str(out), "--name", "all", "--json"]
    assert main(command) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["name"], [one["maps"] for one in answer["classes"]]) == ("all", [1, 25])


def test_another_file_is_not_replaced(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "notes.txt"
    out.write_text("mine", encoding="utf-8")
    assert main(["reference", "build", str(reports), "--out", str(out)]) == 1
    assert "is there already, and is no reference set" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "mine"
    assert main(["reference", "build", str(reports), "-o", str(tmp_path / "no" / "set.json")]) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_a_set_that_cannot_be_read_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ["--contour", "1", "--reference", str(tmp_path / "none.json")]
    assert main(["report", str(tmp_path / "map.mrc"), *named]) == 1
    assert "none.json does not exist: name the file" in capsys.readouterr().err
    batch = ["batch", str(tmp_path / "list.csv"), "--out", str(tmp_path / "out"), *named[2:]]
    assert main(batch) == 1
    assert "none.json does not exist" in capsys.readouterr().err


def _typed(arguments: List[str]) -> str:
    options = make_parser().parse_args(["report", "map.mrc", "--contour", "1", *arguments])
    options.command_line = ""
    return map_options(options).reference


def test_paths_are_whole_as_the_runs_work_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _typed(["--reference", "set.json"]) == str(tmp_path / "set.json")
    assert (_typed(["--reference", "None"]), _typed([])) == ("none", "")


def test_a_configured_set_that_cannot_be_read_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "gone.json")
    assert settle_reference("").endswith(f"gone.json does not exist: check {VARIABLE}.")
    assert os.environ[VARIABLE] == str(tmp_path / "gone.json")
    assert settle_reference("none") == ""
    monkeypatch.delenv(VARIABLE)
    assert settle_reference("") == ""
    with pytest.raises(NoReference):
        settle_reference("gone.json")


def test_a_list_may_name_a_set_for_each_map(reports: Path, tmp_path: Path) -> None:
    write_map(tmp_path / "map.mrc", two_balls())
    assert main(["reference", "build", str(reports), "--out", str(tmp_path / "set.json")]) == 0

    def row(name: str, reference: str) -> Cells:
        return Cells(1, {"map": "map.mrc", "contour": "1", "name": name, "reference": reference})

    rows = rows_of([row("a", "set.json"), row("b", "none"), row("c", "other.json")], tmp_path, [])
    wanted = [one.options.reference for one, _ in rows.rows]
    assert wanted == [str(tmp_path / "set.json"), "none"]
    (bad,) = rows.bad
    assert "other.json does not exist" in bad.reason
