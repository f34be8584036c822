"""Maps of reports against each other: their difference, and surfaces with one colour scale."""

from __future__ import annotations

import json
import shutil
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
