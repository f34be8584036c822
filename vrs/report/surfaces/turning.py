"""A window with a surface that turns; run as ``python -m vrs.report.surfaces.turning SCENE TITLE``.

VTK kills its process if it finds no way to draw, so the window is one of its own. The scene is a
file of numpy with the volume, its voxel size and contour level, and, if it has colours, the values,
the ends of the scale and the colours themselves; it is removed once it has been read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import List

import numpy as np
import vtkmodules.vtkInteractionStyle
import vtkmodules.vtkRenderingUI  # noqa: F401  (loading it makes VTK able to react)
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLightKit,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkRenderWindowInteractor,
)

from vrs.report.surfaces.render import PLAIN_COLOUR, colours_of, isosurface, values_at

_SIZE = (900, 800)


def interactor_of(scene: Path, title: str) -> vtkRenderWindowInteractor:
    """The window of a scene, drawn once, ready to be turned with the mouse."""
    with np.load(scene) as content:
        values = dict(content)
    mesh = isosurface(values["volume"], float(values["voxel_size"]), float(values["contour"]))
    mapper = vtkPolyDataMapper()
    if "colour" in values:
        points = vtk_to_numpy(mesh.GetPoints().GetData()) / float(values["voxel_size"])
        numbers = values_at(values["colour"], points.astype(np.float32))
        colours = colours_of(numbers, values["colours"].tolist(), values["limits"].tolist())
        mesh.GetPointData().SetScalars(numpy_to_vtk(colours, deep=True))
    mapper.SetInputData(mesh)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*(part / 255 for part in PLAIN_COLOUR))
    renderer = vtkRenderer()
    renderer.SetBackground(1.0, 1.0, 1.0)
    renderer.AddActor(actor)
    vtkLightKit().AddLightsToRenderer(renderer)
    window = vtkRenderWindow()
    window.AddRenderer(renderer)
    window.SetSize(*_SIZE)
    interactor = vtkRenderWindowInteractor()
    interactor.SetRenderWindow(window)
    interactor.SetInteractorStyle(
        vtkmodules.vtkInteractionStyle.vtkInteractorStyleTrackballCamera()
    )
    renderer.ResetCamera()
    window.Render()
    window.SetWindowName(title)
    return interactor


def main(arguments: List[str]) -> None:
    """Show a scene until its window is closed."""
    scene = Path(arguments[0])
    interactor = interactor_of(scene, arguments[1])
    scene.unlink()
    interactor.Start()


if __name__ == "__main__":
    main(sys.argv[1:])
