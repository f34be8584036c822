"""Maps of reports against each other: their difference, and surfaces with one colour scale."""

from __future__ import annotations

import base64
import json
import re
import shutil
import time
import zlib
from pathlib import Path
from typing import Any, Callable, Dict, List

import numpy as np
import pytest

from vrs.checks.inputs import Preparation
from vrs.maps import DensityMap, SourceFile
from vrs.maps.fourier import blur
from vrs.report.compare import compare, read_report
from vrs.report.compare.differences import Difference, differences_of
from vrs.report.compare.page import make_comparison_page
from vrs.report.compare.pictures import surfaces_with_one_scale
from vrs.report.compare.stacks import stacks_of
from vrs.tests.chromium import Chromium
from vrs.tests.report_example import CONTOUR, build_example, two_balls

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")


def prepared(density: DensityMap) -> Preparation:
    from vrs.level0 import prepare

    return prepare(density, CONTOUR, 6.0, SourceFile("map.mrc", "ef" * 32, ()))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, Path]:
    """Reports of two balls, of the same blurred, and without the small ball, as in a project."""
    balls = two_balls()
    z, y, x = np.indices(balls.data.shape)
    small = (z - 23) ** 2 + (y - 20) ** 2 + (x - 12) ** 2 < 30
    maps = {
        "balls": balls,
        "blurred": balls.with_data(3 * blur(balls.data, 2.0, 40.0)),
        "one": balls.with_data(np.where(small, np.float32(0), balls.data)),
    }
    root = tmp_path_factory.mktemp("project")
    return {
        name: build_example(root / "Runs" / name, prepared(density), out="extra").json.parent
        for name, density in maps.items()
    }


def differences(project: Dict[str, Path], *names: str) -> List[Difference]:
    return differences_of([read_report(project[name]) for name in names])


def test_a_blurred_map_differs_little_and_a_missing_part_is_found(project: Dict[str, Path]) -> None:
    blurred, one = differences(project, "balls", "blurred", "one")
    assert (blurred.label, one.label) == ("B", "C")
    assert blurred.outcome is not None and one.outcome is not None
    assert blurred.outcome.remaining < 0.05 < 0.2 < one.outcome.remaining
    values = one.density.data
    assert values.shape == (32, 32, 32) and one.density.voxel_size == 2.0
    least = np.unravel_index(np.argmin(values), values.shape)
    np.testing.assert_allclose(least, (23, 20, 12), atol=4)
    assert "inside both soft masks, from C on the grid of A (both are on the same" in one.sentence
    assert "scaled to those of A shell by shell, up to 6" in one.sentence


def changed(report: Path, folder: Path, change: Callable[[Any], None]) -> Path:
    shutil.copytree(report, folder)
    content = json.loads((folder / "report.json").read_bytes())
    change(content["input_section"]["volumes"])
    (folder / "report.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_without_a_map_the_reason_is_said(project: Dict[str, Path], tmp_path: Path) -> None:
    alone = changed(project["one"], tmp_path / "alone", lambda volumes: volumes.clear())
    reports = [read_report(project["balls"]), read_report(alone)]
    (difference,) = differences_of(reports)
    sentence = "No difference of the maps of A and B: the map of B is not at its place."
    assert difference.sentence == sentence
    assert sentence in make_comparison_page(compare(*reports))


def test_maps_outside_of_the_project_are_not_read(project: Dict[str, Path], tmp_path: Path) -> None:
    outside = tmp_path / "map.mrc"
    shutil.copy(project["one"].parent / "prepared" / "map.mrc", outside)
    folder = project["one"].parent.parent / "copied" / "extra"
    copy = changed(project["one"], folder, lambda volumes: volumes.update(map=str(outside)))
    report = read_report(copy)
    assert report.volume(report.content.input_section, "map") is None
    assert report.volume(report.content.input_section, "mask") is None, "of another folder"


@pytest.mark.slow
def test_surfaces_of_two_scales_are_drawn_with_one(
    project: Dict[str, Path], tmp_path: Path
) -> None:
    def limited(low: float) -> Path:
        folder = project["balls"].parent.parent / f"limited{low:g}" / "extra"
        folder.parent.mkdir()
        for name in ("prepared", "check_0.f"):
            shutil.copytree(project["balls"].parent / name, folder.parent / name)
        shutil.copytree(project["balls"], folder)
        content = json.loads((folder / "report.json").read_bytes())
        for check in content["checks"]:
            for drawn in check["figures"]:
                if "colour_limits" in drawn.get("drawing", {}):
                    drawn["drawing"]["colour_limits"] = [low, -200.0]
        (folder / "report.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    comparison = compare(read_report(limited(-600.0)), read_report(limited(-500.0)))
    surfaces = surfaces_with_one_scale(comparison)
    assert {label for label, _ in surfaces} == {"A", "B"}
    assert {surface.limits for surface in surfaces.values()} == {(-600.0, -200.0)}
    page = make_comparison_page(comparison)
    assert page.count("Drawn again with one colour scale for all reports, from −600 to −200") == 2


def unpacked(stack: Any, box: List[int]) -> np.ndarray:
    """The values of a map on the page, shape (Z, Y, X)."""
    levels = np.frombuffer(zlib.decompress(base64.b64decode(stack.packed)), dtype=np.uint8)
    low, high = stack.ends
    return low + levels.reshape(box[::-1]) * (high - low) / 255


def test_the_maps_of_the_page_are_on_the_grid_of_a(project: Dict[str, Path]) -> None:
    _, one = both = differences(project, "balls", "blurred", "one")
    stacks = stacks_of(both, 128)
    assert stacks is not None
    assert [stack.name for stack in stacks.maps] == ["A", "B", "B − A", "C", "C − A"]
    assert stacks.binning == 1 and stacks.voxel_size == 2.0
    z, y, x = (int(start / 2.0) for start in reversed(stacks.corner))
    columns, rows, planes = stacks.box
    expected = one.density.data[z : z + planes, y : y + rows, x : x + columns]
    assert float(np.abs(one.density.data).sum()) == pytest.approx(float(np.abs(expected).sum()))
    low, high = stacks.maps[4].ends
    assert low == -high
    values = unpacked(stacks.maps[4], stacks.box)
    np.testing.assert_allclose(values, expected.clip(low, high), atol=(high - low) / 255)
    half = stacks_of(both, 16)
    assert half is not None and max(half.box) <= 16 and half.voxel_size == 2.0 * half.binning
    assert stacks_of(both, 0) is None and stacks_of([], 128) is None


@pytest.mark.slow
def test_sliders_move_the_slices_of_all_maps_and_a_click_all_sliders(
    project: Dict[str, Path], chromium: Chromium, tmp_path: Path
) -> None:
    reports = [read_report(project[name]) for name in ("balls", "one")]
    file = tmp_path / "page.html"
    file.write_text(make_comparison_page(compare(*reports)), encoding="utf-8")
    chromium.open(file)
    end = time.monotonic() + 10
    while not chromium.run("'drawn' in document.getElementById('slices').dataset"):
        assert time.monotonic() < end, "the slices are not drawn"
    pictures = "Array.from(document.querySelectorAll('#slices canvas')).map(c => c.toDataURL())"
    chromium.run("document.getElementById('cross').click()")
    before = chromium.run(pictures)
    assert len(before) == 9, "A, B and their difference, along X, Y and Z"
    chromium.run("document.querySelectorAll('#slices input[type=range]')[2].focus()")
    chromium.press("ArrowRight")
    after = chromium.run(pictures)
    assert [old != new for old, new in zip(before, after)] == [False] * 6 + [True] * 3
    chromium.run("document.querySelectorAll('#slices canvas')[1].scrollIntoView()")
    left, top, width, height = chromium.run(
        "(() => {const r = document.querySelectorAll('#slices canvas')[1].getBoundingClientRect();"
        "return [r.left, r.top, r.width, r.height];})()"
    )
    place = {"x": left + 0.25 * width, "y": top + 0.75 * height}
    for kind, button in (("Moved", "none"), ("Pressed", "left"), ("Released", "left")):
        chromium.call(
            "Input.dispatchMouseEvent", type=f"mouse{kind}", button=button, clickCount=1, **place
        )
    sliders = "Array.from(document.querySelectorAll('#slices input[type=range]'))"
    x, y, z = chromium.run(f"{sliders}.map(s => Number(s.value))")
    box = chromium.run(f"{sliders}.map(s => Number(s.max) + 1)")
    assert x == box[0] // 2, "normal to X: only Y and Z move"
    assert y == pytest.approx(0.25 * box[1], abs=1) and z == pytest.approx(0.25 * box[2], abs=1)
    reading = chromium.run("document.getElementById('reading').textContent")
    assert re.fullmatch(r"At \([\d., ]+\) Å  A: \S+,  B: \S+,  B − A: \S+", reading)
    assert chromium.complaints == []
