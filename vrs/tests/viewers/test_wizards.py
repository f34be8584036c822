"""The wizards on a real (virtual) display: what they suggest, and what they put into the form."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, Iterator, List

import pytest

from vrs.maps import write_map
from vrs.tests.conftest import RESOLUTION, VOXEL_SIZE, SmallMap
from vrs.tests.protocols.launching import configured, launcher
from vrs.tests.viewers.watching import opened, widgets

pytestmark = pytest.mark.slow

SECONDS = 60
"""Longest wait for what a window computes in its thread."""


@pytest.fixture(scope="module")
def project(scipion: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Any:
    from vrs.run.project import create_project

    return create_project(tmp_path_factory.mktemp("wizards") / "project", "wizards")


@pytest.fixture(scope="module")
def imported(project: Any, small_map: SmallMap) -> Any:
    from vrs.protocols import VrsProtImportMap

    return launcher(project)(VrsProtImportMap, mapFile=str(small_map.file))


@pytest.fixture(autouse=True)
def in_the_project(project: Any) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(project.path)
    yield
    os.chdir(before)


class Form:
    """A form of Scipion, as a wizard sees it."""

    def __init__(self, protocol: Any, root: Any) -> None:
        self.protocol, self.root = protocol, root
        self.errors: List[str] = []
        self.values: Dict[str, str] = {}

    def setVar(self, name: str, value: str) -> None:
        self.values[name] = value

    def showError(self, text: str) -> None:
        self.errors.append(text)


def wait_until(root: Any, done: Any) -> None:
    end = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < end, "the window computes for ever"
        root.update()
        time.sleep(0.02)


def test_scipion_finds_a_wizard_for_every_value_that_belongs_to_a_map(project: Any) -> None:
    import pyworkflow as pw
    from pyworkflow.viewer import DESKTOP_TKINTER

    from vrs.protocols import VrsProtImportMap, VrsProtLevel0, VrsProtPrepare

    domain = pw.Config.getDomain()
    for cls, fields in (
        (VrsProtImportMap, {"voxelSize"}),
        (VrsProtPrepare, {"contourLevel", "reportedResolution"}),
        (VrsProtLevel0, {"contourLevel", "reportedResolution"}),
    ):
        assert set(domain.findWizards(project.newProtocol(cls), DESKTOP_TKINTER)) == fields


def test_the_level_wizard_counts_suggests_and_fills_the_field(
    project: Any, imported: Any, root: Any, small_map: SmallMap
) -> None:
    from vrs.level0.suggestions import shown_at
    from vrs.maps.printing import number
    from vrs.protocols import VrsProtPrepare
    from vrs.viewers.level_window import LevelWindow, level_window
    from vrs.wizards import VrsContourLevelWizard

    protocol = configured(
        project, VrsProtPrepare, inputVolume=(imported, "outputVolume"), mass="30"
    )
    form = Form(protocol, root)
    VrsContourLevelWizard().show(form)
    (window,) = opened(root)
    assert window.title() == "Contour level" and not form.errors
    window.destroy()

    chosen = SimpleNamespace()
    view: LevelWindow = level_window(
        "Contour level", small_map.density, lambda text: setattr(chosen, "text", text), root,
        mass=30.0,
    )  # fmt: skip
    view.show()
    wait_until(root, lambda: view.suggestions)
    reasons = [suggestion.reason for suggestion in view.suggestions]
    assert reasons[0].startswith("the map itself") and "encloses 30 kDa of protein" in reasons
    view.set_level(small_map.contour)
    shown = shown_at(small_map.density, small_map.contour)
    wait_until(root, lambda: f"{number(shown.mass, 3)} kDa" in view.says.cget("text"))
    assert "outside of the largest body" in view.says.cget("text")
    # The mass of a suggestion is that of what it shows.
    level = view.suggestions[reasons.index("encloses 30 kDa of protein")].value
    assert shown_at(small_map.density, level).mass == pytest.approx(30, rel=0.02)
    # A level that shows nothing is said, and one that is none cannot be used.
    view.field.delete(0, "end")
    view.field.insert(0, "high")
    view.button.invoke()
    assert "not a number" in view.says.cget("text") and not hasattr(chosen, "text")
    view.field.delete(0, "end")
    view.field.insert(0, "3 sigma")
    view.button.invoke()
    assert chosen.text == "3 sigma" and not opened(root)


def test_a_level_that_cannot_be_read_gives_way_to_the_first_suggestion(
    root: Any, small_map: SmallMap
) -> None:
    from vrs.maps.printing import typed
    from vrs.viewers.level_window import level_window

    view = level_window(
        "Contour level", small_map.density, lambda text: None, root, unread="abc"
    )
    view.show()
    (window,) = opened(root)
    words = [label.cget("text") for label in widgets(window, "Label")]
    assert "“abc” cannot be read as a contour level." in words
    wait_until(root, lambda: view.suggestions)
    assert view.level == view.suggestions[0].value
    assert view.field.get() == typed(view.level)
    window.destroy()
    # One that can be read stays.
    view = level_window("Contour level", small_map.density, lambda text: None, root, level=0.5)
    view.show()
    wait_until(root, lambda: view.suggestions)
    assert view.level == 0.5
    opened(root)[0].destroy()


def test_the_slider_moves_the_level(root: Any, small_map: SmallMap) -> None:
    from vrs.viewers.level_window import level_window

    view = level_window("Contour level", small_map.density, lambda text: None, root)
    view.show()
    view.slider.set(1000)
    root.update()
    highest = float(small_map.density.data.max())
    assert view.level == pytest.approx(highest, rel=0.01)
    view.slider.set(500)
    root.update()
    assert 0 < view.level < highest / 2
    (window,) = opened(root)
    window.destroy()


def test_the_resolution_wizard_measures_the_half_maps(
    project: Any, root: Any, small_map: SmallMap, tmp_path: Path
) -> None:
    import numpy as np
    from pwem.protocols import ProtImportVolumes

    from vrs.protocols import VrsProtPrepare
    from vrs.wizards import VrsResolutionWizard

    noise = np.random.default_rng(0)
    halves = []
    for name in ("half1.mrc", "half2.mrc"):
        halves.append(str(tmp_path / name))
        data = small_map.density.data
        noisy = data + noise.normal(0, data.std() / 10, data.shape).astype(np.float32)
        write_map(Path(halves[-1]), small_map.density.with_data(noisy))
    volume = launcher(project)(
        ProtImportVolumes, filesPath=str(small_map.file), samplingRate=VOXEL_SIZE,
        setHalfMaps=True, half1map=halves[0], half2map=halves[1],
    )  # fmt: skip
    form = Form(configured(project, VrsProtPrepare, inputVolume=(volume, "outputVolume")), root)
    VrsResolutionWizard().show(form)
    (window,) = opened(root)
    first, last, cancel = widgets(window, "Button")
    assert cancel.cget("text") == "Cancel"
    text = first.cget("text").split()[0]
    resolution = float(text)
    assert 2 * VOXEL_SIZE < resolution < 2 * RESOLUTION
    assert last.cget("text") == "3 Å"
    first.invoke()
    assert form.values == {"reportedResolution": text}


def test_the_voxel_size_wizard_reads_the_header(
    project: Any, root: Any, small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtImportMap
    from vrs.wizards import VrsVoxelSizeWizard

    form = Form(configured(project, VrsProtImportMap, mapFile=str(small_map.file)), root)
    VrsVoxelSizeWizard().show(form)
    (window,) = opened(root)
    button, cancel = widgets(window, "Button")
    assert button.cget("text") == "1.5 Å"
    heading = widgets(window, "Label")[0].cget("text")
    assert heading == "Voxel size (Å): press a value to use it."
    cancel.invoke()
    assert not opened(root) and not form.values
    VrsVoxelSizeWizard().show(form)
    widgets(opened(root)[0], "Button")[0].invoke()
    assert form.values == {"voxelSize": "1.5"} and not opened(root)


def test_without_a_map_a_wizard_says_what_to_do(project: Any, root: Any) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtLevel0, VrsProtPrepare
    from vrs.wizards import VrsContourLevelWizard, VrsVoxelSizeWizard

    form = Form(project.newProtocol(VrsProtPrepare), root)
    VrsContourLevelWizard().show(form)
    assert form.errors == ["There is no map to suggest a contour level for: choose the map first."]
    form = Form(project.newProtocol(VrsProtImportMap), root)
    VrsVoxelSizeWizard().show(form)
    assert form.errors == ["There is no map to suggest a voxel size for: choose the map first."]
    for protocol, wizard in (
        (VrsProtLevel0, VrsContourLevelWizard()), (VrsProtImportMap, VrsVoxelSizeWizard()),
    ):  # fmt: skip
        form = Form(configured(project, protocol, mapFile="/nowhere/x.mrc"), root)
        wizard.show(form)
        assert form.errors == ["There is no file /nowhere/x.mrc."]
    form = Form(configured(project, VrsProtLevel0, mapFile="EMD-1003"), root)
    VrsContourLevelWizard().show(form)
    assert form.errors == [
        "The map of EMD-1003 is fetched when the run starts: leave the field empty to use the "
        "value of the entry."
    ]
