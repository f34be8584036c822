"""Rows are read as the options of ``vrs report``, and all bad ones are named before anything."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Dict, List

import pytest

from vrs.batch.row import Size
from vrs.batch.table import Cells, ListError
from vrs.checks.result import CannotMeasure
from vrs.cli.batch_rows import rows_of, rows_of_mirror
from vrs.cli.main import main
from vrs.engines import choice, ucm
from vrs.run.map_options import MapOptions
from vrs.steps.programs import left_to_projects
from vrs.tests.conftest import SmallMap
from vrs.tests.entries.mirror import header_text


def cells(*rows: Dict[str, str]) -> List[Cells]:
    return [Cells(number, row) for number, row in enumerate(rows, start=2)]


def test_a_row_is_a_command(small_map: SmallMap) -> None:
    row = {
        "map": small_map.file.name, "contour": "-0.09", "resolution": "0.4 nm", "title": "A  b",
        "keep-spikes": "yes", "as-volume": "no", "skip": "hand,e", "engine": "0.f=embedded",
    }  # fmt: skip
    ((made, size),), bad = rows_of(cells(row), small_map.file.parent, ["--skip=0.a"])
    assert not bad
    options = made.options
    assert made.name == "atom ball"
    assert options.map == str(small_map.file)
    assert (options.contour, options.resolution, options.title) == ("-0.09", 4.0, "A b")
    assert (options.keep_spikes, options.as_volume) == (True, False)
    assert options.skip == ("0.a", "0.h", "0.e")
    assert options.engines == {"0.f": "embedded"}
    assert options.command_line == (
        "vrs report --skip=0.a 'atom ball.mrc' --contour=-0.09 '--resolution=0.4 nm' "
        "'--title=A  b' --keep-spikes --skip=hand,e --engine=0.f=embedded"
    )
    assert size is not None
    assert (size.box, size.voxel_size, size.resolution) == ((48, 48, 48), 1.5, 4.0)


def test_all_bad_rows_are_named_at_once(
    small_map: SmallMap, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = small_map.file
    lines = [
        "map,contour,resolution,mass,name,as-volume",
        f"{file},0.5,4,,,",
        f"{file},0.5,1.2,,second,",
        f"{file},,4,,third,",
        f"{file},0;5,4,,fourth,",
        "none.mrc,0.5,4,,,",
        f"{file},0.5,4,,,",
        f"{file},0.5,4,-3,sixth,",
        f"{file},0.5,4,,../up,",
        f"{file},0.5,4,,seventh,perhaps",
    ]
    table = tmp_path / "list.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    assert main(["batch", str(table), "--out", str(out)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert not out.exists()
    expected = (
        "line 3 .*resolution",
        "line 4 .*the contour level is missing",
        "line 5 .*'0;5' is not a contour level",
        "line 6 .*none.mrc",
        "line 7 .*the name atom ball, as that of line 2: give them different ones in a column name",
        "line 8 .*mass: '-3' is not above 0 kDa",
        "line 9 .*'../up' cannot be the name of a folder",
        "line 10 .*as-volume: 'perhaps' is neither yes nor no",
        "8 of 9 rows cannot be measured; nothing was started",
    )
    assert len(told) == len(expected)
    for line, words in zip(told, expected):
        assert re.match(f"vrs: {words}", line), line
    assert main(["batch", str(table), "--out", str(out), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [row["line"] for row in answer["rows"]] == [3, 4, 5, 6, 7, 8, 9, 10]


def test_an_unknown_column_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="has a column countour; did you mean contour"):
        rows_of(cells({"map": "a", "countour": "1"}), tmp_path, [])


def test_a_mirror_gives_its_entries_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRS_EMDB", str(tmp_path))
    methods = {"20000": "singleParticle", "3488": "helical", "5000": "tomography"}
    for number, method in methods.items():
        folder = tmp_path / "structures" / f"EMD-{number}"
        for part in ("header", "map"):
            (folder / part).mkdir(parents=True)
        header = header_text(contour=0.1, method=method).replace("1003", number)
        (folder / "header" / f"emd-{number}.xml").write_text(header, encoding="utf-8")
        (folder / "map" / f"emd_{number}.map.gz").touch()
    rows, bad = rows_of_mirror(tmp_path, ["--skip=0.h"])
    assert [row.name for row, _ in rows] == ["EMD-3488", "EMD-20000"]
    assert rows[0][0].options.command_line == "vrs report --skip=0.h EMD-3488"
    assert rows[0][1] == Size((48, 48, 48), 1.5, 4.0)
    assert [one.map for one in bad] == ["EMD-5000"] and "tomogra" in bad[0].reason


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a list, or a mirror of EMDB with --emdb"),
        (["list.csv", "--only", "json", "--keep", "all"], "--only and --keep all exclude"),
    ],
)
def test_wrong_usage(
    arguments: List[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["batch", *arguments, "--out", "out"])
    assert ending.value.code == 2
    assert words in capsys.readouterr().err


def test_a_program_that_needs_a_project_is_left_out_or_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = replace(ucm.UCM, missing=lambda what: [])
    monkeypatch.setattr(choice, "ENGINES", (installed,))
    note = left_to_projects([MapOptions("a"), MapOptions("b", skip=("0.g",))])
    assert note.startswith("Measured by the built-in engine: 0.f, 0.g.")
    embedded = {"0.f": "embedded", "0.g": "embedded"}
    assert left_to_projects([MapOptions("a", engines=embedded)]) == ""
    with pytest.raises(CannotMeasure, match=r"^0\.f: .* needs a Scipion project\b.*--keep all"):
        left_to_projects([MapOptions("a"), MapOptions("b", engines={"0.f": "ucm"})])
