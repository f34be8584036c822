"""Check 0.c."""

from __future__ import annotations

from typing import Any

from vrs.checks.result import Check
from vrs.level0.background import background_analysis
from vrs.protocols.forms import add_map, add_mask, add_resolution, reported
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_mask, read_volume


class VrsProtBackground(VrsProtCheck):
    """0.c Does the solvent average to zero, with hardly any outliers and no shape in them?"""

    _label = "0.c background analysis"
    CHECK_ID = "0.c"

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_map(form)
        add_mask(form)
        add_resolution(form)

    def _measure(self) -> Check:
        density = read_volume(self.inputVolume.get())
        hard_mask = read_mask(self.mask.get(), density)
        return background_analysis(density, hard_mask, reported(self.resolution))
