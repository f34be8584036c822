"""Check 0.f."""

from __future__ import annotations

from typing import Any

from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.engines import ucm
from vrs.engines.choice import outside_program
from vrs.level0.local_b_factor import LOCAL_B_FACTOR
from vrs.protocols.base import VrsProtCheck


class VrsProtLocalBFactor(VrsProtCheck):
    """0.f How fast do the amplitudes fall with resolution around every voxel of the molecule?"""

    _label = "0.f local B-factor"
    CHECK = LOCAL_B_FACTOR
    VOLUMES = {"b_factor": "bFactorVolume"}

    def _measure(self, inputs: Inputs, **options: Any) -> Result:
        program = outside_program(options["engine"], ucm.why_not, ucm.local_b_factor())
        return super()._measure(inputs, program=program)
