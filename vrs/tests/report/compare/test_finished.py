"""Reports that contradict themselves, or are damaged: refused by name, or shown without a part."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable, Dict

import pytest

from vrs.report.compare import NotAReport, compare, read_report
from vrs.report.compare.page import make_comparison_page

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

Content = Dict[str, Any]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: c["checks"].pop(2), "score of level 0 is not that of its checks"),
        (lambda c: c["score"].update(passed=8), "score of level 0 is not that of its checks"),
        (lambda c: c["checks"][0].update(warnings=[]), "status 'warnings' with 0 warnings"),
        (lambda c: c["checks"][0].update(id="0.b"), "more than one section of the name 0.b"),
        (lambda c: c["checks"][0].update(criteria=[]), "'mass.space', which does not apply"),
        (lambda c: c["checks"][0]["criteria"][0].update(limits=[1, 2, 3]), "3 limits of a number"),
        (lambda c: c["checks"][0]["criteria"][0].update(must="be"), "Invalid enum value 'be'"),
        (lambda c: c["checks"][1]["figures"][0].update(number=1), "one figure of the name 1"),
        (lambda c: c["checks"][1]["tables"][0]["rows"][0].pop(), "a row of 3 numbers for 4"),
        (lambda c: c["checks"][1]["tables"][0]["rows"][0].insert(0, 0.5), "row of 5 numbers for 4"),
        (lambda c: c["checks"][1]["tables"][0]["rows"].insert(0, [0.5] * 4), "0.5 in a column of"),
        (lambda c: c["checks"][1]["tables"][0]["rows"].insert(0, [10**400] * 4), "too large"),
        (lambda c: c["provenance"]["engines"][0].update(check="9.z"), "'9.z', which is no section"),
        (lambda c: c["provenance"]["versions"].clear(), "version of scipion-em-vrs is missing"),
        (lambda c: c["input"].update(box=[10, 0, 10]), r"a box of \[10, 0, 10\] voxels"),
        (lambda c: c["input"].update(voxel_size=0), "a voxel size of 0.0 Å"),
        (lambda c: c["input"].update(binning=-1), "binning by -1"),
        (lambda c: c.update(title=None), "Expected `str`, got `null`"),
        (lambda c: c.update(schema_version="a" * 10_000), "Invalid enum value 'aaa.*…a"),
    ],
)  # fmt: skip
def test_parts_that_contradict_each_other_are_named(
    report_folder: Path, tmp_path: Path, change: Callable[[Content], Any], expected: str
) -> None:
    content = json.loads((report_folder / "report.json").read_bytes())
    change(content)
    (tmp_path / "report.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(NotAReport, match=expected) as refused:
        read_report(tmp_path)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[" * 1_000_000, b'{"title": ' * 500_000, b"\xef\xbb\xbf{}"]
)
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.json").write_bytes(content)
    with pytest.raises(NotAReport, match="name the folder of a report"):
        read_report(tmp_path)


def test_a_pipe_without_a_writer_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.json")
    with pytest.raises(NotAReport, match="it is not a file"):
        read_report(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"no picture", b"<svg>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', None],
)  # fmt: skip
def test_damaged_pictures_and_curves_are_left_out(
    report_folder: Path, tmp_path: Path, content: Any
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(report_folder, broken)
    for file in (*broken.glob("figures/*.*"), *broken.glob("curves/*.*")):
        file.unlink()
        os.mkfifo(file) if content is None else file.write_bytes(content)
    report = read_report(broken)
    drawn = [figure for section in report.content.sections for figure in section.figures]
    assert {report.picture(figure) for figure in drawn} == {None}
    assert "A (dots) and B (squares)" not in make_comparison_page(compare(report, report))
