"""Draws isosurfaces with VTK; run as ``python -m vrs.report.render_surface JOB.json``.

VTK kills its process where it finds no way to draw, so this runs apart from the report. The job
file lists surfaces; for each, a picture of every view ``PREFIX_1.png`` ... and, last,
``PREFIX.json`` are written, so that a surface with the latter is complete.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np
import numpy.typing as npt
import pyvista
from scipy import ndimage

_PLAIN_COLOUR = "#a9bfd6"
_UNDEFINED_COLOUR = "#d0d0d0"
_MARGIN = 1.04


def rotation_matrix(angles: Sequence[float]) -> npt.NDArray[np.float64]:
    """Matrix, shape (3, 3), of turns about the screen's x, then y, then z axis, in degrees."""
    matrix = np.eye(3)
    for axis, angle in enumerate(np.deg2rad(angles)):
        first, second = [(1, 2), (2, 0), (0, 1)][axis]
        turn = np.eye(3)
        turn[first, first] = turn[second, second] = np.cos(angle)
        turn[first, second], turn[second, first] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    return matrix


def render(job: Dict[str, Any]) -> None:
    """Draw one surface in all its views and write the pictures and the width of the view in Å."""
    prefix = job["prefix"]
    volume = np.load(job["volume"], mmap_mode="r")
    grid = pyvista.ImageData(dimensions=volume.shape[::-1], spacing=(job["voxel_size"],) * 3)
    grid.point_data["density"] = volume.ravel()
    mesh = grid.contour([job["contour"]], scalars="density")
    looks: Dict[str, Any] = {"color": _PLAIN_COLOUR}
    if job["colour"]:
        mesh.point_data["colour"] = _values_at(
            np.load(job["colour"]), mesh.points / job["voxel_size"]
        )
        looks = {
            "scalars": "colour",
            "cmap": job["colour_map"],
            "clim": job["limits"],
            "nan_color": _UNDEFINED_COLOUR,
            "show_scalar_bar": False,
        }
    centred = mesh.points - np.asarray(mesh.center)
    turned = [centred @ rotation_matrix(angles).T for angles in job["views"]]
    half_width = _MARGIN * max(float(np.abs(points[:, :2]).max()) for points in turned)
    plotter = pyvista.Plotter(off_screen=True, window_size=[job["pixels"]] * 2)
    plotter.background_color = pyvista.Color("white")
    plotter.camera.parallel_projection = True
    plotter.add_mesh(mesh, smooth_shading=True, specular=0.15, ambient=0.25, diffuse=0.75, **looks)
    depth = 4.0 * float(np.abs(centred).max())
    for number, angles in enumerate(job["views"], start=1):
        to_screen = rotation_matrix(angles)
        centre = np.asarray(mesh.center)
        plotter.camera.position = tuple(centre + depth * to_screen[2])
        plotter.camera.focal_point = tuple(centre)
        plotter.camera.up = tuple(to_screen[1])
        plotter.camera.parallel_scale = half_width
        plotter.reset_camera_clipping_range()
        plotter.render()
        plotter.screenshot(f"{prefix}_{number}.png")
    plotter.close()
    Path(f"{prefix}.json").write_text(json.dumps({"width": 2.0 * half_width}), encoding="utf-8")


def _values_at(
    values: npt.NDArray[np.float32], points: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Linear interpolation of a volume (Z, Y, X) at points (x, y, z) in voxels; NaN: undefined."""
    found: npt.NDArray[np.float32] = ndimage.map_coordinates(
        values, points[:, ::-1].T, order=1, mode="nearest"
    )
    undefined = ~np.isfinite(found)
    nearest = np.rint(points[undefined]).astype(int)
    found[undefined] = values[nearest[:, 2], nearest[:, 1], nearest[:, 0]]
    return found


def main(arguments: List[str]) -> None:
    """Draw every surface of the job file."""
    for job in json.loads(Path(arguments[0]).read_text(encoding="utf-8")):
        render(job)


if __name__ == "__main__":
    main(sys.argv[1:])
