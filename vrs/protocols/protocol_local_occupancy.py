"""Check 0.g."""

from __future__ import annotations

from enum import Enum
from typing import Any

from pwem.objects import Volume

from vrs.checks.result import Check
from vrs.engines import ucm
from vrs.level0.local_occupancy import local_occupancy
from vrs.objects import CheckResult
from vrs.protocols.forms import (
    add_engine,
    add_resized,
    add_resolution,
    outside_program,
    reported,
)
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_mask, read_volume


class VrsLocalOccupancyOutputs(Enum):
    """What check 0.g hands on."""

    checkResult = CheckResult
    occupancyVolume = Volume


class VrsProtLocalOccupancy(VrsProtCheck):
    """0.g Are parts of the molecule weaker than the rest, as if present in fewer particles?"""

    _label = "0.g local occupancy"
    CHECK_ID = "0.g"
    VOLUMES = {"occupancy": "occupancyVolume"}
    _possibleOutputs = VrsLocalOccupancyOutputs

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_resized(form)
        add_resolution(form)
        add_engine(form, "ucm")

    def _measure(self) -> Check:
        chosen = self.getEnumText("engine")
        program = outside_program(chosen, ucm.why_not, ucm.local_occupancy())
        resized = read_volume(self.resizedVolume.get())
        return local_occupancy(
            resized,
            read_mask(self.resizedMask.get(), resized),
            reported(self.resolution),
            program,
        )
