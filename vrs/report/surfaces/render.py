"""Draws isosurfaces with VTK; run as ``python -m vrs.report.surfaces.render JOB.json``.

VTK kills its process if it finds no way to draw, so this runs apart from the report. The job file
lists surfaces; each becomes a file with the pictures of all views and their width, which appears
when it is complete.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np
import numpy.typing as npt
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (loading it makes VTK able to draw)
from scipy import ndimage
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLightKit,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkWindowToImageFilter,
)

_PLAIN_COLOUR = (0xA9, 0xBF, 0xD6)
_UNDEFINED_COLOUR = (0xD0, 0xD0, 0xD0)
_MARGIN = 1.08
_OVERSAMPLING = 2
"""Pixels drawn along the edge of one that is kept: their mean smooths outlines and shading, in half
of the time that VTK's own multisampling takes without a graphics card."""

_DEPTHS = 65535
"""Steps of depth by which triangles are sorted."""

Floats = npt.NDArray[np.float32]


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


class Stage:
    """A window on no screen, lit, in which one surface after the other is shown.

    Parameters
    ----------
    pixels : int
        Width and height of its pictures.
    """

    def __init__(self, pixels: int) -> None:
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(1.0, 1.0, 1.0)
        vtkLightKit().AddLightsToRenderer(self._renderer)
        self._window = vtkRenderWindow()
        self._window.SetOffScreenRendering(True)
        self._window.SetMultiSamples(0)
        self._window.SetSize(pixels * _OVERSAMPLING, pixels * _OVERSAMPLING)
        self._window.AddRenderer(self._renderer)

    def show(self, mesh: vtkPolyData, half_width: float) -> None:
        """Put a surface on the stage in place of the last one; the picture is that wide in Å."""
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(mesh)
        actor = vtkActor()
        actor.SetMapper(mapper)
        look = actor.GetProperty()
        look.SetColor(*(part / 255.0 for part in _PLAIN_COLOUR))
        look.SetInterpolationToPhong()
        look.SetAmbient(0.25)
        look.SetDiffuse(0.75)
        look.SetSpecular(0.15)
        # Surfaces are closed: their inside is never seen.
        look.BackfaceCullingOn()
        self._renderer.RemoveAllViewProps()
        self._renderer.AddActor(actor)
        camera = self._renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        camera.SetParallelScale(half_width)

    def picture(
        self, centre: npt.NDArray[np.float64], distance: float, to_screen: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.uint8]:
        """What is seen from one side, shape (height, width, 3)."""
        camera = self._renderer.GetActiveCamera()
        camera.SetPosition(*(centre + distance * to_screen[2]))
        camera.SetFocalPoint(*centre)
        camera.SetViewUp(*to_screen[1])
        self._renderer.ResetCameraClippingRange()
        self._window.Render()
        read = vtkWindowToImageFilter()
        read.SetInput(self._window)
        read.ReadFrontBufferOff()
        read.ShouldRerenderOff()
        read.Update()
        width, height = self._window.GetSize()
        values = vtk_to_numpy(read.GetOutput().GetPointData().GetScalars())
        return _smoothed(values.reshape(height, width, 3)[::-1])  # VTK begins at the bottom


def render(job: Dict[str, Any], stage: Stage) -> None:
    """Draw one surface in all its views; write the pictures and the width of a view in Å."""
    volumes = np.load(job["scene"])
    mesh = _isosurface(volumes["volume"], job["voxel_size"], job["contour"])
    points = vtk_to_numpy(mesh.GetPoints().GetData())
    if "colour" in volumes:
        values = _values_at(volumes["colour"], points / job["voxel_size"])
        colours = _colours(values, job["colours"], job["limits"])
        mesh.GetPointData().SetScalars(numpy_to_vtk(colours, deep=True))
    centre = np.array(mesh.GetCenter())
    centred = points - centre
    sides = [rotation_matrix(angles) for angles in job["views"]]
    half_width = _MARGIN * max(float(np.abs(centred @ side[:2].T).max()) for side in sides)
    distance = 4.0 * float(np.abs(centred).max())
    triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3).copy()
    stage.show(mesh, half_width)
    pictures = []
    for side in sides:
        _front_to_back(mesh, triangles, points @ side[2].astype(np.float32))
        pictures.append(stage.picture(centre, distance, side))
    result = Path(job["result"])
    unfinished = result.with_suffix(".part.npz")
    np.savez(unfinished, pictures=np.stack(pictures), width=2.0 * half_width)
    unfinished.replace(result)


def _front_to_back(mesh: vtkPolyData, triangles: npt.NDArray[Any], heights: Floats) -> None:
    """Order the triangles so that what is hidden is met last, and need not be shaded.

    ``triangles``, shape (N, 3), are the corners; ``heights`` those of the points towards the eye.
    """
    depths = heights.max() - heights[triangles[:, 0]]
    steps = (depths * (_DEPTHS / max(float(depths.max()), 1e-12))).astype(np.uint16)
    ordered = triangles[np.argsort(steps, kind="stable")]
    cells = vtkCellArray()
    cells.SetData(3, numpy_to_vtkIdTypeArray(ordered.ravel().astype(np.int64), deep=True))
    mesh.SetPolys(cells)


def _isosurface(volume: Floats, voxel_size: float, contour: float) -> vtkPolyData:
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
    values: Floats, colours: Sequence[Sequence[int]], limits: Sequence[float]
) -> npt.NDArray[np.uint8]:
    """Red, green and blue for every value, shape (N, 3); grey where it is not finite.

    ``colours`` are those of as many equal parts of the scale.
    """
    low, high = limits
    known = np.isfinite(values)
    shares = np.where(known, values - low, 0.0) / max(high - low, 1e-12)
    parts = np.clip(shares * len(colours), 0, len(colours) - 1).astype(int)
    result: npt.NDArray[np.uint8] = np.asarray(colours, dtype=np.uint8)[parts]
    result[~known] = _UNDEFINED_COLOUR
    return result


def _smoothed(drawn: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A picture whose pixels are the means of those drawn for them."""
    n = _OVERSAMPLING
    total = np.zeros((drawn.shape[0] // n, drawn.shape[1] // n, 3), dtype=np.uint16)
    for row in range(n):
        for column in range(n):
            total += drawn[row::n, column::n]
    picture: npt.NDArray[np.uint8] = np.rint(total / np.float32(n * n)).astype(np.uint8)
    return picture


def _values_at(values: Floats, points: Floats) -> Floats:
    """Linear interpolation of a volume (Z, Y, X) at points (x, y, z) in voxels.

    Where a voxel around a point has no value, the point has that of the nearest voxel.
    """
    places = points[:, ::-1].T
    result: Floats = ndimage.map_coordinates(values, places, order=1, mode="nearest")
    undefined = ~np.isfinite(result)
    result[undefined] = ndimage.map_coordinates(
        values, places[:, undefined], order=0, mode="nearest"
    )
    return result


def main(arguments: List[str]) -> None:
    """Draw every surface of the job file."""
    jobs = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    stage = Stage(jobs[0]["pixels"])
    for job in jobs:
        render(job, stage)


if __name__ == "__main__":
    main(sys.argv[1:])
