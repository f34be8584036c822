"""Slices of any volume, for computers without the viewers of Xmipp or ChimeraX."""

from __future__ import annotations

from typing import Any, List

from pwem.objects import Volume
from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.protocols.protocol_import_map import VrsProtImportMap
from vrs.protocols.volumes import read_volume
from vrs.viewers.windows import SliceView


class VrsVolumeViewer(Viewer):
    """Open a volume, a mask or an imported map."""

    _name = "slices (vrs)"
    _targets = [Volume, VrsProtImportMap]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        volume = obj if isinstance(obj, Volume) else obj.outputVolume
        return [SliceView(str(volume.getFileName()), read_volume(volume), self.getTkRoot())]
