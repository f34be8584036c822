"""Draws isosurfaces with VTK; run as ``python -m vrs.report.render_surface JOB.json``.

VTK kills its process where it finds no way to draw, so this runs apart from the report. The job
file lists surfaces; for each, the pictures of all views in one array ``PREFIX.npy`` and, last,
``PREFIX.json`` are written, so that a surface with the latter is complete.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import numpy.typing as npt
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (loading it makes VTK able to draw)
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from scipy import ndimage
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLightKit,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkWindowToImageFilter,
)

_PLAIN_COLOUR = "#a9bfd6"
_UNDEFINED_COLOUR = "#d0d0d0"
_MARGIN = 1.08
_OVERSAMPLING = 2
"""Pixels drawn along the edge of one that is kept: their mean smooths outlines and shading, in half
of the time that VTK's own multisampling takes without a graphics card."""


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
    mesh = _isosurface(np.load(job["volume"], mmap_mode="r"), job["voxel_size"], job["contour"])
    points = vtk_to_numpy(mesh.GetPoints().GetData())
    if job["colour"]:
        values = _values_at(np.load(job["colour"]), points / job["voxel_size"])
        colours = _colours(values, job["colour_map"], job["limits"])
        mesh.GetPointData().SetScalars(numpy_to_vtk(colours, deep=True))
    centre = np.array(mesh.GetCenter())
    centred = points - centre
    turned = [centred @ rotation_matrix(angles).T for angles in job["views"]]
    half_width = _MARGIN * max(float(np.abs(view[:, :2]).max()) for view in turned)
    depth = 4.0 * float(np.abs(centred).max())
    renderer, window = _scene(mesh, job["pixels"] * _OVERSAMPLING)
    camera = renderer.GetActiveCamera()
    camera.ParallelProjectionOn()
    camera.SetParallelScale(half_width)
    pictures = []
    for angles in job["views"]:
        to_screen = rotation_matrix(angles)
        camera.SetPosition(*(centre + depth * to_screen[2]))
        camera.SetFocalPoint(*centre)
        camera.SetViewUp(*to_screen[1])
        renderer.ResetCameraClippingRange()
        window.Render()
        pictures.append(_picture(window))
    window.Finalize()
    np.save(f"{job['prefix']}.npy", np.stack(pictures))
    Path(f"{job['prefix']}.json").write_text(
        json.dumps({"width": 2.0 * half_width}), encoding="utf-8"
    )


def _isosurface(volume: npt.NDArray[np.float32], voxel_size: float, contour: float) -> vtkPolyData:
    """Triangles with normals, in Å from the centre of voxel [0, 0, 0]."""
    image = vtkImageData()
    image.SetDimensions(*volume.shape[::-1])
    image.SetSpacing(voxel_size, voxel_size, voxel_size)
    image.GetPointData().SetScalars(numpy_to_vtk(volume.ravel(), deep=True))
    surface = vtkFlyingEdges3D()
    surface.SetInputData(image)
    surface.SetValue(0, contour)
    surface.ComputeNormalsOn()
    surface.ComputeScalarsOff()
    surface.Update()
    mesh: vtkPolyData = surface.GetOutput()
    return mesh


def _colours(
    values: npt.NDArray[np.float32], colour_map: str, limits: Sequence[float]
) -> npt.NDArray[np.uint8]:
    """Red, green and blue for every value, shape (N, 3); grey where it is not finite."""
    low, high = limits
    shares = np.clip((values - low) / max(high - low, 1e-12), 0.0, 1.0)
    colours = colormaps[colour_map](shares)[:, :3]
    colours[~np.isfinite(values)] = to_rgb(_UNDEFINED_COLOUR)
    result: npt.NDArray[np.uint8] = np.rint(255.0 * colours).astype(np.uint8)
    return result


def _scene(mesh: vtkPolyData, pixels: int) -> Tuple[vtkRenderer, vtkRenderWindow]:
    """A renderer with the lit surface in it, and its window, which is on no screen."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(mesh)
    actor = vtkActor()
    actor.SetMapper(mapper)
    look = actor.GetProperty()
    look.SetColor(*to_rgb(_PLAIN_COLOUR))
    look.SetInterpolationToPhong()
    look.SetAmbient(0.25)
    look.SetDiffuse(0.75)
    look.SetSpecular(0.15)
    renderer = vtkRenderer()
    renderer.SetBackground(1.0, 1.0, 1.0)
    renderer.AddActor(actor)
    vtkLightKit().AddLightsToRenderer(renderer)
    window = vtkRenderWindow()
    window.SetOffScreenRendering(True)
    window.SetMultiSamples(0)
    window.SetSize(pixels, pixels)
    window.AddRenderer(renderer)
    return renderer, window


def _picture(window: vtkRenderWindow) -> npt.NDArray[np.uint8]:
    """What a window shows, shape (height, width, 3), each pixel the mean of those drawn for it."""
    read = vtkWindowToImageFilter()
    read.SetInput(window)
    read.ReadFrontBufferOff()
    read.ShouldRerenderOff()
    read.Update()
    width, height = window.GetSize()
    values = vtk_to_numpy(read.GetOutput().GetPointData().GetScalars())
    drawn = values.reshape(height, width, 3)[::-1]  # VTK begins at the bottom
    n = _OVERSAMPLING
    means = drawn.reshape(height // n, n, width // n, n, 3).mean(axis=(1, 3), dtype=np.float32)
    picture: npt.NDArray[np.uint8] = np.rint(means).astype(np.uint8)
    return picture


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
