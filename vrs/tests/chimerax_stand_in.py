"""A stand-in for an installed ChimeraX: it checks options and script, and saves pictures.

No ChimeraX can be installed where these tests run, so that the table below is what holds the
scripts to it: every command and keyword in them, with the page of ChimeraX's user guide that has
them. The stand-in fails on everything else: another command or keyword, a missing file, a model
that is not open. Its pictures show a disc, in the grey of the order of the views.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Dict, NamedTuple, Tuple

import numpy as np
from matplotlib.image import imsave

from vrs.maps import read_map

GUIDE = "https://www.rbvi.ucsf.edu/chimerax/docs/user/"
LOOKED_AT = "2026-11-28"
"""The user guide, and the day on which its pages were compared with the table."""

OPTIONS = ("--offscreen", "--nocolor", "--exit")
"""On the page options.html of June 2021; --offscreen, which implies --nogui, is for Linux only."""


class Command(NamedTuple):
    """A form of a command, its page, and the month that the page states, or else of the copy."""

    pattern: str
    page: str
    month: str


_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_COLOUR = "#[0-9a-f]{6}"
_PAIR = f"{_NUMBER},{_COLOUR}"
_TEXT = r'"(?:[ !#-\[\]-~]|\\["\\]|\\u[0-9a-f]{4})*"'
COMMANDS = (
    Command("close session", "commands/close.html", "August 2017"),
    Command("set bgColor white", "commands/set.html", "February 2016"),
    Command("camera ortho", "commands/camera.html", "October 2016"),
    Command("lighting soft", "commands/lighting.html", "May 2019"),
    Command("lighting simple depthCue false", "commands/lighting.html", "May 2019"),
    Command("view orient", "commands/view.html", "July 2023"),
    Command("view", "commands/view.html", "July 2023"),
    Command(r"view name (?P<name>\w+)", "commands/view.html", "July 2023"),
    Command(r"view (?P<named>\w+)", "commands/view.html", "July 2023"),
    Command(r"windowsize \d+ \d+", "commands/windowsize.html", "October 2018"),
    Command(r'open "(?P<file>[^"]+)"', "commands/open.html", "September 2020"),
    Command(
        rf"volume #(?P<models>1) style surface step 1 level {_NUMBER} color {_COLOUR}",
        "commands/volume.html", "January 2017",
    ),
    Command(
        rf"volume threshold #(?P<split>2) minimum {_NUMBER} set 1 maximum {_NUMBER} setMaximum 1",
        "commands/volume.html#threshold", "January 2017",
    ),
    Command(
        rf"volume add #(?P<added>2,3) scaleFactors 1,{_NUMBER} onGrid #2",
        "commands/volume.html#add", "January 2017",
    ),
    Command(r"hide #2(-(?P<last>\d))? models", "commands/show.html", "February 2020"),
    Command(
        rf"color sample #1 map #(?P<map>\d) palette (?P<palette>{_PAIR}(:{_PAIR})+)",
        "commands/color.html#map", "November 2021",
    ),
    Command(rf"turn [xyz] {_NUMBER}", "commands/turn.html", "October 2016"),
    Command(rf"zoom pixelSize {_NUMBER}", "commands/zoom.html", "June 2022"),
    Command(
        r"save (?P<picture>\S+\.png) width (?P<width>\d+) height (?P<height>\d+) supersample 2",
        "commands/save.html#image", "April 2017",
    ),
    Command(
        rf"key( {_COLOUR}:{_NUMBER})+ pos 0\.\d+,0\.\d+ size 0\.\d+,0\.\d+ fontSize \d+",
        "commands/key.html", "February 2021",
    ),
    Command(
        rf"2dlabels text {_TEXT} size \d+ xpos 0\.\d+ ypos 0\.\d+",
        "commands/2dlabels.html", "February 2020",
    ),
)  # fmt: skip


def run(script: Path) -> None:
    """Execute a script in its folder, as ChimeraX does; the first mistake ends it."""
    models, views, saved = 0, set(), 0
    for line in script.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        _, arguments = parsed(line)
        if line == "close session":
            models, views = 0, set()
        if "file" in arguments:
            read_map(script.parent / arguments["file"])
            models += 1
        assert int(arguments.get("models", 0)) <= models, line
        if "split" in arguments:
            assert models == 2, line
            models += 1
        if "added" in arguments:
            assert models == 3, line
            models += 1
        assert int(arguments.get("last", 0)) <= models, line
        assert int(arguments.get("map", 0)) <= models, line
        if "palette" in arguments:
            levels = [float(pair.split(",")[0]) for pair in arguments["palette"].split(":")]
            assert np.all(np.diff(levels) > 0), line
        if "name" in arguments:
            views.add(arguments["name"])
        assert arguments.get("named") in {None, *views}, line
        if "picture" in arguments:
            shade = 0.2 * (saved % 3 + 1)
            size = int(arguments["height"]), int(arguments["width"])
            imsave(script.parent / arguments["picture"], _disc(size, shade))
            saved += 1


def parsed(line: str) -> Tuple[Command, Dict[str, str]]:
    """The command of a line, and what it names."""
    for command in COMMANDS:
        match = re.fullmatch(command.pattern, line)
        if match:
            groups = match.groupdict().items()
            return command, {name: value for name, value in groups if value is not None}
    raise AssertionError(f"no command of ChimeraX: {line}")


def write_stand_in(home: Path, ends: str = "") -> Path:
    """Write the program into ``home``/bin.

    Before it does its work it executes the Python statement ``ends``, and after it the function
    ``after(folder)``, if that statement defines one.
    """
    program = home / "bin" / "ChimeraX"
    program.parent.mkdir(parents=True)
    package = Path(__file__).resolve().parents[2]
    program.write_text(
        f"#!{sys.executable}\n"
        f"import sys\nsys.path.insert(0, {str(package)!r})\n"
        "from pathlib import Path\n"
        "from vrs.tests.chimerax_stand_in import OPTIONS, run\n"
        f"{ends}\n"
        "*options, script = sys.argv[1:]\n"
        "assert tuple(options) == OPTIONS, options\n"
        "run(Path(script))\n"
        "'after' in dir() and after(Path(script).parent)\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def _disc(size: Tuple[int, int], shade: float) -> "np.ndarray":
    """A grey disc before white, shape (height, width, 3)."""
    y, x = np.indices(size)
    inside = np.hypot(y / size[0] - 0.5, x / size[1] - 0.5) < 0.4
    return np.repeat(np.where(inside, shade, 1.0)[..., np.newaxis], 3, axis=2)
