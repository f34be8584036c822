"""Slices of any volume, for computers without the viewers of Xmipp or ChimeraX."""

from __future__ import annotations

from typing import Any, List

from pwem.objects import Volume
from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.protocols.volumes import read_volume
from vrs.viewers.windows import SliceView


class VrsVolumeViewer(Viewer):
    """Open a volume or a mask."""

    _name = "slices (vrs)"
    _targets = [Volume]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        return [SliceView(str(obj.getFileName()), read_volume(obj), self.getTkRoot())]
