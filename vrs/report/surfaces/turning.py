"""Pictures of a surface that turns, for a window of another process.

Run as ``python -m vrs.report.surfaces.turning SCENE``. VTK ends its process if it finds no way to
draw, and its wheels cannot draw into a window of Tk, so this process draws without a screen and the
window shows its pictures.

The scene is a file of numpy with the volume, its voxel size and contour level, and, if it has
colours, the values, the ends of the scale and the colours themselves. Every line of the standard
input is answered by one picture in the format PPM, after its commands, which are separated by
semicolons: ``size W H``, ``turn X Y`` and ``shift X Y`` (as parts of the width), ``zoom FACTOR``,
``reset``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, BinaryIO, Callable, Dict, List

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (loading it makes VTK able to draw)
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLightKit,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
)

from vrs.report.surfaces.render import PLAIN_COLOUR, colours_of, isosurface, pixels_of, values_at

_HALF_TURN = 180.0
_MARGIN = 1.04
_SIDE = 400
"""Degrees for the width of the picture, its size for that of the surface, and pixels at first."""


class TurningSurface:
    """A surface without a screen, and the camera that looks at it.

    Parameters
    ----------
    scene : Path
        The file of the scene.
    """

    def __init__(self, scene: Path) -> None:
        with np.load(scene) as content:
            values = dict(content)
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(1.0, 1.0, 1.0)
        self._renderer.UseFXAAOn()
        mesh = _mesh(values)
        self._renderer.AddActor(_actor(mesh))
        points = vtk_to_numpy(mesh.GetPoints().GetData())
        self._centre = np.array(mesh.GetCenter())
        self._radius = float(np.linalg.norm(points - self._centre, axis=1).max())
        vtkLightKit().AddLightsToRenderer(self._renderer)
        self._window = vtkRenderWindow()
        self._window.SetOffScreenRendering(True)
        self._window.SetMultiSamples(0)
        self._window.AddRenderer(self._renderer)
        self._camera = self._renderer.GetActiveCamera()
        self._camera.ParallelProjectionOn()
        self._window.SetSize(_SIDE, _SIDE)
        self._reset()
        self._commands: Dict[str, Callable[..., None]] = {
            "size": self._size,
            "turn": self._turn,
            "shift": self._shift,
            "zoom": self._camera.Zoom,
            "reset": self._reset,
        }

    def obey(self, line: str) -> None:
        """Carry out the commands of a line."""
        for command in filter(None, line.strip().split(";")):
            name, *numbers = command.split()
            self._commands[name](*map(float, numbers))

    def picture(self) -> bytes:
        """What is seen now, as PPM."""
        self._renderer.ResetCameraClippingRange()
        self._window.Render()
        width, height = self._window.GetSize()
        pixels = pixels_of(self._window)
        # VTK begins at the bottom.
        rows = np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])
        return b"P6 %d %d 255\n" % (width, height) + rows.tobytes()

    def _size(self, width: float, height: float) -> None:
        """Change the size of the picture, and show as much of the surface as before."""
        before = self._narrowness()
        self._window.SetSize(int(width), int(height))
        self._camera.Zoom(before / self._narrowness())

    def _turn(self, right: float, down: float) -> None:
        self._camera.Azimuth(-_HALF_TURN * right)
        self._camera.Elevation(_HALF_TURN * down)
        self._camera.OrthogonalizeViewUp()

    def _shift(self, right: float, down: float) -> None:
        width, height = self._window.GetSize()
        step = 2 * self._camera.GetParallelScale() * width / height
        up = np.array(self._camera.GetViewUp())
        across = np.cross(self._camera.GetDirectionOfProjection(), up)
        move = step * (down * up - right * across)
        self._camera.SetPosition(*(self._camera.GetPosition() + move))
        self._camera.SetFocalPoint(*(self._camera.GetFocalPoint() + move))

    def _reset(self) -> None:
        """See all of the surface, whichever way it will be turned, along -Z."""
        self._camera.SetFocalPoint(*self._centre)
        self._camera.SetPosition(*(self._centre + [0.0, 0.0, 4 * self._radius]))
        self._camera.SetViewUp(0.0, 1.0, 0.0)
        self._camera.SetParallelScale(_MARGIN * self._radius * self._narrowness())

    def _narrowness(self) -> float:
        """Height of the picture, as a multiple of its shorter side."""
        width, height = self._window.GetSize()
        return max(1.0, float(height / width))


def _mesh(values: Dict[str, Any]) -> vtkPolyData:
    """The surface of a scene with its colours."""
    voxel_size = float(values["voxel_size"])
    mesh = isosurface(values["volume"], voxel_size, float(values["contour"]))
    if "colour" in values:
        points = vtk_to_numpy(mesh.GetPoints().GetData()) / voxel_size
        numbers = values_at(values["colour"], points.astype(np.float32))
        colours = colours_of(numbers, values["colours"].tolist(), values["limits"].tolist())
        mesh.GetPointData().SetScalars(numpy_to_vtk(colours, deep=True))
    return mesh


def _actor(mesh: vtkPolyData) -> vtkActor:
    """A surface in its colours, or in the plain one."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(mesh)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*(part / 255 for part in PLAIN_COLOUR))
    return actor


def answer_all(surface: TurningSurface, lines: BinaryIO, pictures: BinaryIO) -> None:
    """Answer every line with a picture, until there are no more."""
    for line in iter(lines.readline, b""):
        surface.obey(line.decode("ascii"))
        pictures.write(surface.picture())
        pictures.flush()


def main(arguments: List[str]) -> None:
    """Draw a scene until the window that shows it is closed."""
    answer_all(TurningSurface(Path(arguments[0])), sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1:])
