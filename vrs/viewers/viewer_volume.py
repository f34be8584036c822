"""Slices of any volume, for computers without the viewers of Xmipp or ChimeraX."""

from __future__ import annotations

import re
from typing import Any, List

from pwem.objects import Volume
from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.checks.store import DamagedResult
from vrs.engines import chimerax
from vrs.engines.finding import module_exists
from vrs.maps import DensityMap
from vrs.maps.errors import MapError, sentence
from vrs.protocols.protocol_compare import VrsProtCompare
from vrs.protocols.protocol_import_map import VrsProtImportMap
from vrs.protocols.volumes import note_of, read_volume, volume_path
from vrs.report.compare.pictures import DIFFERENCE_COLOURS
from vrs.viewers.measured_maps import maps_beside
from vrs.viewers.results import noted, nothing_to_show, nothing_window, run_of, title_of
from vrs.viewers.slice_view import Layer, SliceView, limits_of
from vrs.viewers.windows import TextWindow

_OUR_RUN = re.compile(r"Runs/\d+_VrsProt")


class VrsVolumeViewer(Viewer):
    """Open a volume or a mask of another plugin, after the viewers that were made for it."""

    _name = "slices (vrs)"
    _targets = [Volume]
    _environments = [DESKTOP_TKINTER]

    @classmethod
    def can_handle_this_instance(cls, instance: Any) -> bool:
        """Whether Scipion may ask this viewer: one of the two opens each volume."""
        return not _opened_first(instance)

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        run = run_of(obj, self.getProject())
        if not isinstance(obj, Volume) and nothing_to_show(run):
            return [nothing_window(run, self.getTkRoot())]
        volumes = [obj] if isinstance(obj, Volume) else [
            volume for _, volume in run.iterOutputAttributes(Volume)]  # fmt: skip
        return [noted(self._slices(volume, run), run, "volume") for volume in volumes]

    def _slices(self, volume: Volume, run: Any) -> View:
        path = volume_path(volume)
        title = title_of(path.name, run)
        try:
            note = note_of(volume)
            # The file of a map that was imported has the same name in every run.
            title = title_of(note.name, run) if note else title
            maps = maps_beside(path, run, self.getTkRoot())
            surface = maps.surface_of(path.stem) if maps else None
            if maps and surface:
                return maps.local(surface)
            layer = _layer(read_volume(volume), run)
        except DamagedResult as problem:
            lines = [sentence(problem.reason, problem.advice)]
            return TextWindow(title, lines, self.getTkRoot())
        except (MapError, OSError) as problem:
            reason = sentence(problem.reason, problem.advice) if isinstance(problem, MapError) \
                else f"{problem.filename} cannot be read: {problem.strerror}."  # fmt: skip
            return TextWindow(title, [reason], self.getTkRoot())
        return SliceView(title, [layer], self.getTkRoot(), [path])


class VrsFirstVolumeViewer(VrsVolumeViewer):
    """Open a volume of this plugin, or any volume where no other viewer works."""

    _targets = [Volume, VrsProtImportMap]

    @classmethod
    def can_handle_this_instance(cls, instance: Any) -> bool:
        return _opened_first(instance)


def _layer(density: DensityMap, run: Any) -> Layer:
    """A map in grey, the difference of two in colours that are the same on both sides of 0."""
    if not isinstance(run, VrsProtCompare):
        return Layer(density)
    half = max(map(abs, limits_of(density.data, False)))
    return Layer(density, limits=(-half, half), colours=DIFFERENCE_COLOURS)


def _opened_first(instance: Any) -> bool:
    """Whether this plugin opens a volume before others do.

    Scipion asks the viewer of ChimeraX first, and that of Xmipp next, also where they are missing.
    """
    if not isinstance(instance, Volume):
        return True
    ours = _OUR_RUN.search(str(instance.getFileName())) is not None
    return ours or not (chimerax.program() or module_exists("xmipp3"))
