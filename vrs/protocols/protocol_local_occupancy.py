"""Check 0.g."""

from __future__ import annotations

from typing import Any

from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.engines import ucm
from vrs.engines.choice import outside_program
from vrs.level0.local_occupancy import LOCAL_OCCUPANCY
from vrs.protocols.base import VrsProtCheck


class VrsProtLocalOccupancy(VrsProtCheck):
    """0.g Are parts of the molecule weaker than the rest, as if present in fewer particles?"""

    _label = "0.g local occupancy"
    CHECK = LOCAL_OCCUPANCY
    VOLUMES = {"occupancy": "occupancyVolume"}

    def _measure(self, inputs: Inputs, **options: Any) -> Result:
        program = outside_program(options["engine"], ucm.why_not, ucm.local_occupancy())
        return super()._measure(inputs, program=program)
