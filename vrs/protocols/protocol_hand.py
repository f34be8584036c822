"""Check 0.h."""

from __future__ import annotations

from functools import partial
from typing import Any

from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.engines.xmipp import DEEP_HAND, why_not
from vrs.level0.hand import HAND
from vrs.protocols.base import VrsProtCheck
from vrs.protocols.xmipp_runs import deep_hand, measured_by


class VrsProtHand(VrsProtCheck):
    """0.h Do the alpha helices turn to the right, or is the map a mirror image?"""

    _label = "0.h hand"
    CHECK = HAND

    def _measure(self, inputs: Inputs, **options: Any) -> Result:
        program = partial(deep_hand, self, inputs.contour)
        measure = partial(super()._measure, inputs)
        return measured_by(self, options["engine"], DEEP_HAND, program, measure)

    def _absence(self) -> str:
        return why_not(DEEP_HAND)
