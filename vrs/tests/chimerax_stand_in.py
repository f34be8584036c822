"""A stand-in for an installed ChimeraX: it checks options and script, and saves pictures.

It knows the commands that the scripts of the report use, in the form of ChimeraX's own manual, and
fails on everything else: an unknown command, a missing file, a model that is not open.
Its pictures are grey in the order of the views.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Dict

import numpy as np
from matplotlib.image import imsave

from vrs.maps import read_map

_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_COLOUR = "#[0-9a-f]{6}"
_PAIR = f"{_NUMBER},{_COLOUR}"
_COMMANDS = (
    "close session",
    "set bgColor white",
    "camera ortho",
    "lighting soft",
    "view orient",
    "view",
    r"view name (?P<name>\w+)",
    r"view (?P<named>\w+)",
    r"windowsize \d+ \d+",
    r'open "(?P<file>[^"]+)"',
    rf"volume #(?P<models>1) style surface step 1 level {_NUMBER} color {_COLOUR}",
    rf"volume add #(?P<added>2,3) scaleFactors 1,{_NUMBER} onGrid #2",
    r"hide #2(-(?P<last>\d))? models",
    rf"color sample #1 map #(?P<map>\d) palette (?P<palette>{_PAIR}(:{_PAIR})+)",
    rf"turn [xyz] {_NUMBER}",
    rf"zoom pixelSize {_NUMBER}",
    r"save (?P<picture>\S+\.png) width (?P<width>\d+) height (?P<height>\d+) supersample 2",
    rf"key( {_COLOUR}:{_NUMBER})+ pos 0\.\d+,0\.\d+ size 0\.\d+,0\.\d+ fontSize \d+",
)


def run(script: Path) -> None:
    """Execute a script in its folder, as ChimeraX does; the first mistake ends it."""
    models, views, saved = 0, set(), 0
    for line in script.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        arguments = _parsed(line)
        if line == "close session":
            models, views = 0, set()
        if "file" in arguments:
            read_map(script.parent / arguments["file"])
            models += 1
        assert int(arguments.get("models", 0)) <= models, line
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
            picture = np.full((int(arguments["height"]), int(arguments["width"]), 3), shade)
            imsave(script.parent / arguments["picture"], picture)
            saved += 1


def write_stand_in(home: Path, ends: str = "") -> Path:
    """Write the program into ``home``/bin; it first executes the Python statement ``ends``."""
    program = home / "bin" / "ChimeraX"
    program.parent.mkdir(parents=True)
    package = Path(__file__).resolve().parents[2]
    program.write_text(
        f"#!{sys.executable}\n"
        f"import sys\nsys.path.insert(0, {str(package)!r})\n"
        "from pathlib import Path\n"
        "from vrs.tests.chimerax_stand_in import run\n"
        f"{ends}\n"
        "*options, script = sys.argv[1:]\n"
        "assert options == ['--offscreen', '--nocolor', '--exit'], options\n"
        "run(Path(script))\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def _parsed(line: str) -> Dict[str, str]:
    for command in _COMMANDS:
        match = re.fullmatch(command, line)
        if match:
            return {name: value for name, value in match.groupdict().items() if value is not None}
    raise AssertionError(f"no command of ChimeraX: {line}")
