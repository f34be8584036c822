"""Draws isosurfaces with VTK; run as ``python -m vrs.report.surfaces.render JOB.json``.

VTK kills its process if it finds no way to draw, so this runs apart from the report. The job file
lists surfaces; each becomes a file with the pictures of all views and their width, which appears
when it is complete.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import numpy.typing as npt
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (loading it makes VTK able to draw)
from scipy import ndimage
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkFloatArray
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

PLAIN_COLOUR = (0xA9, 0xBF, 0xD6)
_UNDEFINED_COLOUR = (0xD0, 0xD0, 0xD0)
_MARGIN = 1.08
_PAINT = 0.75
"""Grey of the surface that VTK draws, so that light adds up to less than white."""
_OVERSAMPLING = 2
"""Pixels drawn along the edge of one that is kept: their mean smooths outlines and shading, in half
of the time that VTK's own multisampling takes without a graphics card."""

_DEPTHS = 65535
"""Steps of depth by which triangles are sorted."""

Floats = npt.NDArray[np.float32]


def pixels_of(window: vtkRenderWindow) -> npt.NDArray[np.uint8]:
    """What was rendered, shape (pixels, 3): red, green and blue, row by row from the bottom."""
    read = vtkWindowToImageFilter()
    read.SetInput(window)
    read.ReadFrontBufferOff()
    read.ShouldRerenderOff()
    read.Update()
    pixels: npt.NDArray[np.uint8] = vtk_to_numpy(read.GetOutput().GetPointData().GetScalars())
    return pixels


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


@dataclass(frozen=True)
class Sight:
    """What is seen of a surface from one side.

    Attributes
    ----------
    shade : ndarray, float32, shape (N, 3) -- Light on the surface in each pixel that shows it, for
        red, green and blue; 1 keeps the colour of the surface.
    cover : ndarray, float32, shape (N,) -- Share of the pixel that the surface covers.
    pixels : ndarray of int, shape (N,) -- Where these pixels are in the picture, row by row.
    places : ndarray, float32, shape (N, 3) -- What they show, along X, Y and Z in Å.
    """

    shade: Floats
    cover: Floats
    pixels: npt.NDArray[np.intp]
    places: Floats


@dataclass(frozen=True)
class Surface:
    """What is seen of the surface of a volume at a level; a view is ``width`` Å wide."""

    volume: Floats
    level: float
    sights: List[Sight]
    width: float


class Stage:
    """A window on no screen, lit, in which one surface after the other is shown.

    Parameters
    ----------
    pixels : int
        Width and height of its pictures.
    """

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(0.0, 0.0, 0.0)
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
        look.SetColor(_PAINT, _PAINT, _PAINT)
        look.SetInterpolationToPhong()
        look.SetAmbient(0.3)
        look.SetDiffuse(0.85)
        # Surfaces are closed: their inside is never seen.
        look.BackfaceCullingOn()
        self._renderer.RemoveAllViewProps()
        self._renderer.AddActor(actor)
        camera = self._renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        camera.SetParallelScale(half_width)

    def look(
        self, centre: npt.NDArray[np.float64], distance: float, to_screen: npt.NDArray[np.float64]
    ) -> Sight:
        """What is seen from one side."""
        camera = self._renderer.GetActiveCamera()
        camera.SetPosition(*(centre + distance * to_screen[2]))
        camera.SetFocalPoint(*centre)
        camera.SetViewUp(*to_screen[1])
        self._renderer.ResetCameraClippingRange()
        self._window.Render()
        drawn = pixels_of(self._window)
        depths = vtkFloatArray()
        last = self.pixels * _OVERSAMPLING - 1
        self._window.GetZbufferData(0, 0, last, last, depths)
        light = _sum_of(self._parts(drawn, 3))
        depth = self._parts(vtk_to_numpy(depths), 1)
        drawn_of_pixel = _sum_of([part[..., 0] < 1 for part in depth]).ravel()
        nearest = np.minimum.reduce([part[..., 0] for part in depth]).ravel()
        pixels = np.flatnonzero(drawn_of_pixel)
        cover = drawn_of_pixel[pixels] / np.float32(_OVERSAMPLING**2)
        # The background is black, so the sum over a pixel is that over its covered parts.
        total = light.reshape(-1, 3)[pixels].astype(np.float32)
        shade = total / (255 * _PAINT * _OVERSAMPLING**2 * cover[:, None])
        near, far = camera.GetClippingRange()
        away = near + nearest[pixels] * (far - near)
        step = 2 * camera.GetParallelScale() / self.pixels
        row, column = np.divmod(pixels, self.pixels)
        middle = (self.pixels - 1) / 2
        seen = np.stack([(column - middle) * step, (middle - row) * step, distance - away])
        places = centre + seen.T @ to_screen
        return Sight(shade, cover, pixels, places.astype(np.float32))

    def _parts(self, drawn: npt.NDArray[Any], channels: int) -> List[npt.NDArray[Any]]:
        """What was drawn in each place of the pixels: arrays of shape (height, width, channels)."""
        n, size = _OVERSAMPLING, self.pixels
        # VTK begins at the bottom.
        rows = drawn.reshape(size * n, size * n, channels)[::-1]
        return [rows[y::n, x::n] for y in range(n) for x in range(n)]


def _sum_of(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.uint16]:
    """Their sum."""
    total = parts[0].astype(np.uint16)
    for part in parts[1:]:
        total += part
    return total


class Painter:
    """Paints surfaces; what is seen of one serves all jobs that colour the same surface."""

    def __init__(self, pixels: int) -> None:
        self._stage = Stage(pixels)
        self._seen: List[Surface] = []

    def paint(self, job: Dict[str, Any]) -> None:
        """Draw one surface in all its views; write the pictures and the width of a view in Å."""
        volumes = np.load(job["scene"])
        volume = volumes["volume"]
        surface = self._surface(volume, job)
        colour = volumes.get("colour")
        pictures = [self._picture(sight, colour, job) for sight in surface.sights]
        result = Path(job["result"])
        unfinished = result.with_suffix(".part.npz")
        np.savez(unfinished, pictures=np.stack(pictures), width=surface.width)
        unfinished.replace(result)

    def _surface(self, volume: Floats, job: Dict[str, Any]) -> Surface:
        """The surface of a job, which another one may have shown before."""
        for surface in self._seen:
            if surface.level == job["contour"] and np.array_equal(surface.volume, volume):
                return surface
        self._seen.append(self._look_at(volume, job))
        return self._seen[-1]

    def _look_at(self, volume: Floats, job: Dict[str, Any]) -> Surface:
        """See a surface from all sides."""
        mesh = isosurface(volume, job["voxel_size"], job["contour"])
        points = vtk_to_numpy(mesh.GetPoints().GetData())
        centre = np.array(mesh.GetCenter())
        centred = points - centre
        sides = [rotation_matrix(angles) for angles in job["views"]]
        half_width = _MARGIN * max(float(np.abs(centred @ side[:2].T).max()) for side in sides)
        distance = 4.0 * float(np.abs(centred).max())
        triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3).copy()
        self._stage.show(mesh, half_width)
        sights = []
        for side in sides:
            _front_to_back(mesh, triangles, points @ side[2].astype(np.float32))
            sights.append(self._stage.look(centre, distance, side))
        return Surface(volume, job["contour"], sights, 2.0 * half_width)

    def _picture(
        self, sight: Sight, colour: Optional[Floats], job: Dict[str, Any]
    ) -> npt.NDArray[np.uint8]:
        """A view, shape (height, width, 3), on white."""
        colours: Floats = np.asarray(PLAIN_COLOUR, dtype=np.float32)
        if colour is not None:
            values = values_at(colour, sight.places / job["voxel_size"])
            colours = colours_of(values, job["colours"], job["limits"]).astype(np.float32)
        size = self._stage.pixels
        picture = np.full((size * size, 3), 255, dtype=np.uint8)
        lit = np.minimum(sight.shade * colours, 255)
        picture[sight.pixels] = np.rint(255 + sight.cover[:, None] * (lit - 255))
        return picture.reshape(size, size, 3)


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


def isosurface(volume: Floats, voxel_size: float, contour: float) -> vtkPolyData:
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


def colours_of(
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


def values_at(values: Floats, points: Floats) -> Floats:
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
    painter = Painter(jobs[0]["pixels"])
    for job in jobs:
        painter.paint(job)


if __name__ == "__main__":
    main(sys.argv[1:])
