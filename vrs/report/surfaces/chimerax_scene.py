"""Files with the commands of ChimeraX: what the report or a window shows, opened with one click.

The report has one beside the figure of every surface, written from report.json alone, so that
anyone who has the maps can open the same scene: same contour level, colours, limits and views.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import List, Mapping, Optional, Sequence

from vrs.checks.figures import SurfaceFigure
from vrs.checks.inputs import MAP, MASK, RESAMPLED_MAP, RESAMPLED_MASK
from vrs.maps.whole_file import write_whole
from vrs.report.model import DrawnFigure, Report
from vrs.report.surfaces.chimerax_script import Colouring, key_commands, surface_commands
from vrs.report.surfaces.scene import Scene
from vrs.report.surfaces.views import VIEWS

MASKS = {MAP: MASK, RESAMPLED_MAP: RESAMPLED_MASK}
"""The prepared mask in which the values on the grid of a prepared map were measured."""


def write_scene(path: Path, figure: SurfaceFigure, scene: Scene, files: Mapping[str, Path]) -> Path:
    """Write a file with which ChimeraX shows a surface with the colours and the key of the report.

    Parameters
    ----------
    path : Path
        The file, with the suffix ".cxc"; ``chimerax.program()`` opens it.
    figure : SurfaceFigure
    scene : Scene
        What the report or a window draws of the figure; its contour level and limits count.
    files : mapping of str to Path
        The maps that the figure and its mask may name, by these names.

    Returns
    -------
    Path -- the same file
    """
    names = {name: str(file.resolve()) for name, file in files.items()}
    lines = [f"# {' '.join(figure.caption.split())}"]
    lines += _scene(figure, scene.contour, VIEWS, scene.limits, names)
    write_whole(path, _text(lines))
    return path


def scene_file(figure_file: str) -> str:
    """The file with commands that belongs to the file of a figure."""
    return str(PurePosixPath(figure_file).with_suffix(".cxc"))


def write_scenes(report: Report, folder: Path) -> List[Path]:
    """Write a file for every surface that was drawn; returns their paths.

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
                write_whole(path, _text(_drawn_scene(drawn, figure, volumes)))
                files.append(path)
    return files


def _drawn_scene(
    drawn: DrawnFigure, figure: SurfaceFigure, volumes: Mapping[str, str]
) -> List[str]:
    """The lines of a file; the working directory of ChimeraX is then that of the file."""
    up = "../" * str(drawn.file).count("/")
    names = {name: file if _is_bare(file) else up + file for name, file in volumes.items()}
    lines = [
        f"# Figure {drawn.number} of the validation report, for UCSF ChimeraX: open this file.",
        f"# {' '.join(drawn.caption.split())}",
    ]
    if _is_bare(volumes[figure.volume]):
        lines.append("# The maps are not in the folder of the report: put them beside this file.")
    details = drawn.drawing
    limits = details.colour_limits
    return lines + _scene(figure, details.contour or 0.0, details.views or [], limits, names)


def _scene(
    figure: SurfaceFigure,
    contour: float,
    views: Sequence[Sequence[float]],
    limits: Optional[Sequence[float]],
    names: Mapping[str, str],
) -> List[str]:
    """The commands that show a surface, and its key if it has colours."""
    colouring = None
    if figure.colour in names and limits:
        colouring = Colouring(
            names[figure.colour],
            (limits[0], limits[1]),
            figure.colour_label,
            names.get(MASKS.get(figure.volume, ""), ""),
            figure.zero_is_none,
        )
    lines = surface_commands(names[figure.volume], contour, views, colouring)
    lines.append("# The other views: view view2, view view3")
    return lines if colouring is None else lines + key_commands(colouring)


def _is_bare(file: str) -> bool:
    return "/" not in file


def _text(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8")
