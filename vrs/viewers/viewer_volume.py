"""Slices of any volume, for computers without the viewers of Xmipp or ChimeraX."""

from __future__ import annotations

import re
from typing import Any, List

from pwem.objects import Volume
from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.engines import chimerax
from vrs.engines.finding import module_exists
from vrs.maps.errors import MapError, sentence
from vrs.protocols.protocol_import_map import VrsProtImportMap
from vrs.protocols.volumes import read_volume, volume_path
from vrs.viewers.results import nothing_to_show, nothing_window, run_of, title_of
from vrs.viewers.slice_view import Layer, SliceView
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
        return [self._slices(volume, run) for volume in volumes]

    def _slices(self, volume: Volume, run: Any) -> View:
        title = title_of(volume_path(volume).name, run)
        try:
            layer = Layer(read_volume(volume))
        except (MapError, OSError) as problem:
            reason = sentence(problem.reason, problem.advice) if isinstance(problem, MapError) \
                else f"{problem.filename} cannot be read: {problem.strerror}."  # fmt: skip
            return TextWindow(title, [reason], self.getTkRoot())
        return SliceView(title, [layer], self.getTkRoot(), [volume_path(volume)])


class VrsFirstVolumeViewer(VrsVolumeViewer):
    """Open a volume of this plugin, or any volume where no other viewer works."""

    _targets = [Volume, VrsProtImportMap]

    @classmethod
    def can_handle_this_instance(cls, instance: Any) -> bool:
        return _opened_first(instance)


def _opened_first(instance: Any) -> bool:
    """Whether this plugin opens a volume before others do.

    Scipion asks the viewer of ChimeraX first, and that of Xmipp next, also where they are missing.
    """
    if not isinstance(instance, Volume):
        return True
    ours = _OUR_RUN.search(str(instance.getFileName())) is not None
    return ours or not (chimerax.program() or module_exists("xmipp3"))
