"""Commands of UCSF ChimeraX that open a surface of the report, and the files with them.

One file a surface is written beside its figure, from report.json alone, so that anyone who has the
maps can open the same scene: same contour level, colours, limits and views.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import List, Mapping, Optional, Sequence, Tuple

from matplotlib import colormaps
from matplotlib.colors import to_hex

from vrs.checks.figures import SurfaceFigure
from vrs.checks.inputs import MAP, MASK, RESAMPLED_MAP, RESAMPLED_MASK
from vrs.maps.whole_file import write_whole
from vrs.report.model import DrawnFigure, Report

PLAIN_COLOUR = "#a9bfd6"
UNDEFINED_COLOUR = "#d0d0d0"
COLOUR_MAP = "viridis"
MASKS = {MAP: MASK, RESAMPLED_MAP: RESAMPLED_MASK}
"""The prepared mask in which the values on the grid of a prepared map were measured."""

_STEPS = 9
"""Colours of the map that are given to ChimeraX, which blends between them."""

_BORDER = 0.9
"""Interpolated shares of the mask below this count as outside."""

_KEY_LABELS = 3


@dataclass(frozen=True)
class Colouring:
    """Values that colour a surface.

    Attributes
    ----------
    file : str
        Map of the values; 0 where nothing was measured.
    limits : tuple of 2 floats
        Ends of the colour scale.
    mask : str
        Map that is 1 where there are values; "" for none.
    lifted : bool
        Whether the values in ``file`` are already larger by ``lift`` where there are any.
    """

    file: str
    limits: Tuple[float, float]
    mask: str = ""
    lifted: bool = False


def lift(limits: Tuple[float, float]) -> float:
    """What is added to defined values to tell them from 0: ChimeraX has no undefined value."""
    return float(10.0 ** math.ceil(math.log10(100.0 * max(abs(limits[0]), abs(limits[1]), 1e-6))))


def surface_commands(
    file: str, contour: float, views: Sequence[Sequence[float]], colouring: Optional[Colouring]
) -> List[str]:
    """Commands that open a map, show its surface in colour, and name its views view1, view2, ..."""
    lines = [
        "close session",
        "set bgColor white",
        "camera ortho",
        "lighting soft",
        f"open {quoted(file)}",
        f"volume #1 style surface step 1 level {contour:.9g} color {PLAIN_COLOUR}",
    ]
    if colouring is not None:
        lines += _colour_commands(colouring)
    for number, angles in enumerate(views, start=1):
        lines += ["view orient", "view"]
        lines += [f"turn {axis} {turn:g}" for axis, turn in zip("xyz", angles) if turn]
        lines.append(f"view name view{number}")
    lines.append("view view1")
    return lines


def key_command(limits: Tuple[float, float]) -> str:
    """The command that shows the colour scale."""
    low, high = limits
    stops = [index / (_KEY_LABELS - 1) for index in range(_KEY_LABELS)]
    colours = " ".join(f"{_colour(stop)}:{low + stop * (high - low):.4g}" for stop in stops)
    return f"key {colours} pos 0.35,0.06 size 0.3,0.03 fontSize 16"


def quoted(file: str) -> str:
    """The name of a file as ChimeraX reads it."""
    return '"' + file.replace("\\", "\\\\").replace('"', '\\"') + '"'


def scene_file(figure_file: str) -> str:
    """The script that belongs to the file of a figure."""
    return str(PurePosixPath(figure_file).with_suffix(".cxc"))


def write_scenes(report: Report, folder: Path) -> List[Path]:
    """Write a script for every surface that was drawn; returns their paths.

    Parameters
    ----------
    report : Report
        Its paths lead from ``folder`` to the maps.
    folder : Path
        The folder of the report.
    """
    files = []
    for section in report.sections:
        volumes = {**report.input_section.volumes, **section.volumes}
        for drawn in section.figures:
            figure = drawn.figure
            if isinstance(figure, SurfaceFigure) and drawn.file and figure.volume in volumes:
                path = folder / scene_file(drawn.file)
                write_whole(path, _scene(drawn, figure, volumes).encode("utf-8"))
                files.append(path)
    return files


def _scene(drawn: DrawnFigure, figure: SurfaceFigure, volumes: Mapping[str, str]) -> str:
    """The text of a script; the working directory of ChimeraX is then that of the script."""
    up = "../" * str(drawn.file).count("/")
    paths = {name: file if _is_bare(file) else up + file for name, file in volumes.items()}
    limits = drawn.drawing.colour_limits
    colouring = None
    if figure.colour in paths and limits:
        mask = paths.get(MASKS.get(figure.volume, ""), "")
        colouring = Colouring(paths[figure.colour], (limits[0], limits[1]), mask)
    lines = [
        f"# Figure {drawn.number} of the validation report, for UCSF ChimeraX: open this file.",
        f"# {' '.join(drawn.caption.split())}",
    ]
    if _is_bare(volumes[figure.volume]):
        lines.append("# The maps are not in the folder of the report: put them beside this file.")
    contour, views = drawn.drawing.contour or 0.0, drawn.drawing.views or []
    lines += surface_commands(paths[figure.volume], contour, views, colouring)
    lines.append("# The other views: view view2, view view3")
    if colouring is not None:
        lines.append(key_command(colouring.limits))
    return "\n".join(lines) + "\n"


def _is_bare(file: str) -> bool:
    return "/" not in file


def _colour_commands(colouring: Colouring) -> List[str]:
    lines = [f"open {quoted(colouring.file)}"]
    added = lift(colouring.limits) if colouring.mask or colouring.lifted else 0.0
    palette = _palette(colouring.limits, added)
    if not colouring.mask:
        return [*lines, "hide #2 models", f"color sample #1 map #2 palette {palette}"]
    return [
        *lines,
        f"open {quoted(colouring.mask)}",
        "# Where nothing was measured the surface is grey: values inside the mask are lifted.",
        f"volume add #2,3 scaleFactors 1,{added:.0f} onGrid #2",
        "hide #2-4 models",
        f"color sample #1 map #4 palette {palette}",
    ]


def _palette(limits: Tuple[float, float], added: float) -> str:
    """The colours of the scale, shifted by ``added``, and below them grey."""
    low, high = limits
    stops = [index / (_STEPS - 1) for index in range(_STEPS)]
    pairs = [(added + low + stop * (high - low), _colour(stop)) for stop in stops]
    if added:
        border = _BORDER * added
        pairs = [(border, UNDEFINED_COLOUR), (border * 1.0001, _colour(0.0)), *pairs]
    return ":".join(f"{value:.9g},{colour}" for value, colour in pairs)


def _colour(stop: float) -> str:
    return str(to_hex(colormaps[COLOUR_MAP](stop)))
