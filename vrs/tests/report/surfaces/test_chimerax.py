"""ChimeraX: the script beside every surface, and the views that it draws where it is installed."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import List

import numpy as np
import pytest
from msgspec.structs import replace

from vrs.checks.figures import SurfaceFigure
from vrs.checks.inputs import MAP, MASK
from vrs.engines import chimerax
from vrs.maps import DensityMap, write_map
from vrs.report.figures.plots import CannotDraw
from vrs.report.model import DrawingDetails, DrawnFigure, Report
from vrs.report.surfaces import views
from vrs.report.surfaces.chimerax_scene import write_scene, write_scenes
from vrs.report.surfaces.chimerax_script import Colouring, key_commands, lift
from vrs.report.surfaces.chimerax_views import chimerax_pictures
from vrs.report.surfaces.scene import Scene, make_scene
from vrs.report.surfaces.views import CHIMERAX, VTK, Views, draw_views
from vrs.run.collect import collect
from vrs.run.output_folder import OutputFolder
from vrs.tests.chimerax_stand_in import COMMANDS, GUIDE, LOOKED_AT, parsed, run, write_stand_in
from vrs.tests.report_example import build_example

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)"),
]
linux = pytest.mark.skipif(sys.platform != "linux", reason="ChimeraX needs a window elsewhere")


def _scenes() -> List[Scene]:
    """A ball of 8 voxels of 1.5 Å, plain and coloured by its height in one half."""
    z, y, x = np.indices((24, 24, 24), dtype=np.float32) - 12
    ball = DensityMap(np.clip(8.5 - np.sqrt(x * x + y * y + z * z), 0, 1), 1.5)
    colour = ball.with_data(np.where(x > 0, z, np.nan).astype(np.float32))
    return [
        make_scene(ball, 0.5),
        make_scene(ball, 0.5, colour, None, "height", (-8.0, 8.0)),
    ]


@pytest.fixture
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report with one surface, coloured by local resolution."""
    example = build_example(tmp_path_factory.mktemp("example"), figures=False).report
    details = DrawingDetails(
        contour=0.045, views=[list(view) for view in views.VIEWS], colour_limits=[3.0, 5.0]
    )
    surface = SurfaceFigure(MAP, "The map.", "local_resolution", "local resolution (Å)")
    example.input_section.volumes = {MAP: "runs/a/map.mrc", MASK: "runs/a/mask.mrc"}
    check = example.checks[4]
    check.volumes = {"local_resolution": "runs/b/resolution.mrc"}
    check.figures = [DrawnFigure(surface, 7, "The map.", "figures/figure_07.png", drawing=details)]
    return example


def _folder_of_maps(folder: Path) -> Path:
    for name in ("runs/a/map", "runs/a/mask", "runs/b/resolution"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_map(folder / f"{name}.mrc", DensityMap(np.ones((4, 4, 4), dtype=np.float32), 1.0))
    (folder / "figures").mkdir()
    return folder


def test_the_script_opens_the_same_scene(tmp_path: Path, report: Report) -> None:
    (script,) = write_scenes(report, _folder_of_maps(tmp_path))
    assert script == tmp_path / "figures" / "figure_07.cxc"
    run(script)  # every command and file is known
    lines = script.read_text(encoding="utf-8").splitlines()
    assert 'open "../runs/a/map.mrc"' in lines
    assert "volume #1 style surface step 1 level 0.045 color #a9bfd6" in lines
    # The turns of view 1 are (0, -90, -90).
    start = lines.index("view orient")
    end = lines.index("view name view1")
    assert lines[start:end] == ["view orient", "view", "turn y -90", "turn z -90"]
    label = "local resolution (Å)"
    key = key_commands(Colouring("resolution.mrc", (3.0, 5.0), label))
    assert lines[-2:] == key
    assert key[0].startswith("key #440154:3 #21918c:4 #fde725:5 ")
    assert key[1].startswith('2dlabels text "local resolution (\\u00c5)" ')


def test_the_colours_run_between_the_limits_and_are_grey_outside_the_mask(
    tmp_path: Path, report: Report
) -> None:
    (script,) = write_scenes(report, _folder_of_maps(tmp_path))
    text = script.read_text(encoding="utf-8")
    (added,) = re.findall(r"volume add #2,3 scaleFactors 1,(\d+) onGrid #2", text)
    assert float(added) == lift((3.0, 5.0)) == 1000.0
    (palette,) = re.findall(r"color sample #1 map #4 palette (\S+)", text)
    pairs = [pair.split(",") for pair in palette.split(":")]
    values, colours = [float(value) for value, _ in pairs], [colour for _, colour in pairs]
    assert colours[0] == "#d0d0d0"
    assert 0 < values[0] < values[1] < 1003.0  # values outside the mask are 0
    assert (values[2], colours[2]) == (1003.0, "#440154")
    assert (values[-1], colours[-1]) == (1005.0, "#fde725")


def test_without_a_mask_the_values_are_coloured_as_they_are(tmp_path: Path, report: Report) -> None:
    del report.input_section.volumes[MASK]
    (script,) = write_scenes(report, _folder_of_maps(tmp_path))
    run(script)
    (palette,) = re.findall(r"map #2 palette (\S+)", script.read_text(encoding="utf-8"))
    assert palette.startswith("3,#440154:")
    assert palette.endswith(":5,#fde725")


def test_values_of_0_are_grey_where_0_means_no_value(tmp_path: Path, report: Report) -> None:
    (drawn,) = report.checks[4].figures
    report.checks[4].figures = [replace(drawn, figure=replace(drawn.figure, zero_is_none=True))]
    (script,) = write_scenes(report, _folder_of_maps(tmp_path))
    run(script)
    text = script.read_text(encoding="utf-8")
    assert "mask" not in text.replace("# ", "").splitlines()[-1]
    assert "volume threshold #2 minimum -1e-06 set 1 maximum 1e-06 setMaximum 1" in text
    assert re.search(r"volume add #2,3 scaleFactors 1,1000 onGrid #2", text)


def test_a_window_opens_the_scene_that_it_shows(tmp_path: Path) -> None:
    folder = _folder_of_maps(tmp_path / "a project")
    files = {
        MAP: folder / "runs/a/map.mrc",
        MASK: folder / "runs/a/mask.mrc",
        "local_resolution": folder / "runs/b/resolution.mrc",
    }
    figure = SurfaceFigure(MAP, "The map.", "local_resolution", "local resolution (Å)")
    plain, coloured = _scenes()
    script = write_scene(tmp_path / "scene.cxc", figure, coloured, files)
    run(script)
    text = script.read_text(encoding="utf-8")
    for file in files.values():
        assert f'open "{file.resolve()}"' in text
    assert "level 0.5 " in text
    assert "key #440154:-8 #21918c:0 #fde725:8 " in text
    run(write_scene(script, SurfaceFigure(MAP, "The map."), plain, files))
    assert "key" not in script.read_text(encoding="utf-8")


def test_every_command_has_its_page_and_is_used(tmp_path: Path, report: Report) -> None:
    assert GUIDE.startswith("https://") and re.fullmatch(r"\d{4}-\d\d-\d\d", LOOKED_AT)
    for command in COMMANDS:
        word = re.split(r"[ #(]", command.pattern)[0]
        assert command.page.startswith(f"commands/{'show' if word == 'hide' else word}.html")
        assert re.fullmatch(r"\w+ \d{4}", command.month)
    (drawn,) = report.checks[4].figures
    zeros = replace(drawn, figure=replace(drawn.figure, zero_is_none=True))
    plain = replace(drawn, figure=SurfaceFigure(MAP, "The map."))
    lines = []
    for name, figure in (("masked", drawn), ("zeros", zeros), ("plain", plain)):
        report.checks[4].figures = [figure]
        (script,) = write_scenes(report, _folder_of_maps(tmp_path / name))
        lines += script.read_text(encoding="utf-8").splitlines()
    views_folder = tmp_path / "views"
    views_folder.mkdir()
    with pytest.raises(CannotDraw, match="did not save every picture"):
        chimerax_pictures(Path("/bin/true"), _scenes(), views.VIEWS, 64, views_folder, {}, 9.0)
    lines += (views_folder / "views.cxc").read_text(encoding="utf-8").splitlines()
    used = {parsed(line)[0] for line in lines if not line.startswith("#")}
    assert used == set(COMMANDS)


def test_maps_elsewhere_are_looked_for_beside_the_script(tmp_path: Path, report: Report) -> None:
    report.input_section.volumes = {MAP: "map.mrc", MASK: "mask.mrc"}
    (tmp_path / "figures").mkdir()
    (script,) = write_scenes(report, tmp_path)
    text = script.read_text(encoding="utf-8")
    assert 'open "map.mrc"' in text
    assert "put them beside this file" in text


def test_every_surface_of_a_report_has_a_script_that_works(tmp_path: Path) -> None:
    files = build_example(tmp_path / "project")
    made = files.json.parent
    with OutputFolder(tmp_path / "out") as out:
        out.make()
        collect(made, out)
        out.finish()
    for folder in (made, out.path):
        scripts = sorted((folder / "figures").glob("*.cxc"))
        assert len(scripts) == 2
        for script in scripts:
            run(script)
    captions = [drawn.caption for drawn in files.report.input_section.figures]
    assert "ChimeraX opens this scene with figures/figure_04.cxc." in captions[3]


def test_the_newest_chimerax_of_scipion_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = {name: write_stand_in(tmp_path / f"chimerax-{name}") for name in ("1.9", "1.10.1")}
    monkeypatch.delenv("CHIMERA_HOME", raising=False)
    monkeypatch.setenv("EM_ROOT", str(tmp_path))
    assert chimerax.program() == programs["1.10.1"]
    # As Scipion's own configuration names folders.
    monkeypatch.setenv("SCIPION_HOME", str(tmp_path))
    monkeypatch.setenv("CHIMERA_HOME", "chimerax-1.9")
    assert chimerax.program() == programs["1.9"]


def test_what_is_no_program_is_not_taken_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("CHIMERA_HOME", str(tmp_path))
    monkeypatch.setenv("EM_ROOT", str(tmp_path / "em"))
    file = tmp_path / chimerax.PROGRAM

    def refused(why: str) -> None:
        assert chimerax.program() is None
        detail = f"not on the PATH, and not in CHIMERA_HOME ({file} {why})"
        assert (chimerax.find().found, chimerax.find().detail) == (False, detail)

    refused("is missing")
    file.mkdir(parents=True)
    refused("is no program")
    file.rmdir()
    file.touch(0o755)
    refused("is no program")
    file.write_text("#!/bin/sh\n", encoding="utf-8")
    file.chmod(0o644)
    refused("may not be executed")
    file.chmod(0o755)
    assert chimerax.program() == file
    monkeypatch.delenv("CHIMERA_HOME")
    assert chimerax.find().detail == "not on the PATH, and CHIMERA_HOME is not set"


@linux
def test_chimerax_draws_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stand_in(tmp_path)
    monkeypatch.setenv("CHIMERA_HOME", str(tmp_path))
    for one in draw_views(_scenes()):
        assert isinstance(one, Views)
        assert one.drawn_by == CHIMERAX
        assert one.notes == ["Drawn by ChimeraX."]
        # The ball and a rim of 3 voxels: 17 + 2 * 3 voxels of 1.5 Å.
        assert one.width == pytest.approx(1.5 * 23)
        assert [picture.shape for picture in one.pictures] == [(views.PIXELS, views.PIXELS, 3)] * 3
        shades = [float(picture.min()) for picture in one.pictures]
        assert shades == pytest.approx([0.2, 0.4, 0.6], abs=0.01)


_SAVE = "from matplotlib.image import imsave; import numpy"
_PICTURE = "folder / 'picture_1_2.png'"


@linux
@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        (
            "sys.exit('no licence')",
            r"did not save every picture \(it failed with exit status 1; it printed: no licence\)",
        ),
        (
            "import os; os.abort()",
            r"did not save every picture \(it was ended by SIGABRT; it printed nothing\)",
        ),
        (
            f"def after(folder): ({_PICTURE}).unlink()",
            r"did not save every picture \(it printed nothing\)",
        ),
        (f"def after(folder): ({_PICTURE}).write_bytes(b'no picture')", "saved a damaged picture"),
        (
            f"{_SAVE}\ndef after(folder): imsave({_PICTURE}, numpy.ones((64, 64, 3)))",
            "saved a blank picture",
        ),
        (
            f"{_SAVE}\ndef after(folder): imsave({_PICTURE}, numpy.eye(32))",
            "saved a picture of another size",
        ),
    ],
)
def test_every_picture_has_to_be_there_and_show_something(
    tmp_path: Path, ends: str, reason: str
) -> None:
    program = write_stand_in(tmp_path, ends)
    with pytest.raises(CannotDraw, match=f"^{reason}"):
        chimerax_pictures(program, _scenes(), views.VIEWS, 64, tmp_path, os.environ, 60.0)


@linux
def test_a_program_that_is_none_is_not_believed(tmp_path: Path) -> None:
    program = write_stand_in(tmp_path)
    program.write_bytes(b"no program")
    with pytest.raises(CannotDraw, match=r"^could not be started \(exec format error\)$"):
        chimerax_pictures(program, _scenes(), views.VIEWS, 64, tmp_path, os.environ, 60.0)


@linux
def test_where_chimerax_fails_another_draws_and_the_caption_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stand_in(tmp_path, "import time; time.sleep(60)")
    monkeypatch.setenv("CHIMERA_HOME", str(tmp_path))
    monkeypatch.setattr(views, "CHIMERAX_TIME_LIMIT", 2.0)
    reason = "ChimeraX took more than 2 seconds"
    for one in draw_views(_scenes()):
        if isinstance(one, Views):
            assert one.drawn_by == VTK
            assert one.notes == [f"Drawn by VTK, as {reason}."]
        else:
            assert str(one) == f"{reason}, and VTK failed on this computer"


@linux
def test_a_chimerax_that_hangs_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "process"
    ends = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"Path({str(note)!r}).write_text(str(child.pid))\n"
        "child.wait()"
    )
    program = write_stand_in(tmp_path / "home", ends)
    with pytest.raises(CannotDraw, match="took more than 3 seconds"):
        chimerax_pictures(program, _scenes(), views.VIEWS, 64, tmp_path, os.environ, 3.0)
    child = int(note.read_text())
    time.sleep(0.2)
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


@linux
def test_chimerax_gets_no_modules_of_this_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "variables"
    ends = f"import os; Path({str(note)!r}).write_text(' '.join(os.environ))"
    monkeypatch.setenv("CHIMERA_HOME", str(write_stand_in(tmp_path / "home", ends).parents[1]))
    draw_views(_scenes()[:1], {**os.environ, "PYTHONPATH": "/modules", "PYTHONHOME": ""})
    variables = note.read_text().split()
    assert "PATH" in variables
    assert not any(name.startswith("PYTHON") for name in variables)
