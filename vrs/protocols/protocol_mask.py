"""Check 0.b."""

from __future__ import annotations

from typing import Any

from vrs.checks.result import Check
from vrs.level0.mask import mask_analysis
from vrs.protocols.forms import add_contour, add_map, add_mask
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_mask, read_volume


class VrsProtMask(VrsProtCheck):
    """0.b Is the map one connected body at its contour level, and how large is it?"""

    _label = "0.b mask analysis"
    CHECK_ID = "0.b"

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_map(form)
        add_mask(form)
        add_contour(form)

    def _measure(self) -> Check:
        density = read_volume(self.inputVolume.get())
        hard_mask = read_mask(self.mask.get(), density)
        return mask_analysis(density, hard_mask, self.contour.get())
