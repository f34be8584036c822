"""Check 0.e."""

from __future__ import annotations

from functools import partial
from typing import Any

from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.engines.xmipp import DEEPRES, why_not
from vrs.level0.local_resolution import LOCAL_RESOLUTION
from vrs.protocols.base import VrsProtCheck
from vrs.protocols.xmipp_runs import deepres, measured_by


class VrsProtLocalResolution(VrsProtCheck):
    """0.e Which resolution does a neural network see around every voxel of the molecule?"""

    _label = "0.e local resolution"
    CHECK = LOCAL_RESOLUTION
    VOLUMES = {"local_resolution": "resolutionVolume"}

    def _measure(self, inputs: Inputs, **options: Any) -> Result:
        program = partial(deepres, self, inputs.map)
        measure = partial(super()._measure, inputs)
        return measured_by(self, options["engine"], DEEPRES, program, measure)

    def _absence(self) -> str:
        return why_not(DEEPRES)
