"""Check 0.h."""

from __future__ import annotations

from functools import partial
from typing import Any

from vrs.checks.result import Check
from vrs.engines.xmipp import DEEP_HAND
from vrs.level0.hand import hand
from vrs.protocols.forms import (
    add_contour,
    add_engine,
    add_map,
    add_resolution,
    reported,
)
from vrs.protocols.progress_log import lines_of_progress
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_volume
from vrs.protocols.xmipp_runs import by_xmipp_or_own_network, deep_hand


class VrsProtHand(VrsProtCheck):
    """0.h Do the alpha helices turn to the right, or is the map a mirror image?"""

    _label = "0.h hand"
    CHECK_ID = "0.h"

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_map(form)
        add_contour(form)
        add_resolution(form)
        add_engine(form, "xmipp")

    def _measure(self) -> Check:
        density = read_volume(self.inputVolume.get())
        contour, resolution = self.contour.get(), reported(self.resolution)
        progress = lines_of_progress("Hand", self.info)
        return by_xmipp_or_own_network(
            self.getEnumText("engine"),
            DEEP_HAND,
            partial(deep_hand, self),
            lambda outside: hand(density, contour, resolution, outside, progress),
        )
