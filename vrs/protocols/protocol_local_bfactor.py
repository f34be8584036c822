"""Check 0.f."""

from __future__ import annotations

from enum import Enum
from typing import Any

from pwem.objects import Volume

from vrs.checks.result import Check
from vrs.engines import ucm
from vrs.level0.local_b_factor import local_b_factor
from vrs.objects import CheckResult
from vrs.protocols.forms import (
    add_engine,
    add_map,
    add_mask,
    add_resized,
    add_resolution,
    outside_program,
    reported,
)
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_mask, read_volume


class VrsLocalBFactorOutputs(Enum):
    """What check 0.f hands on."""

    checkResult = CheckResult
    bFactorVolume = Volume


class VrsProtLocalBFactor(VrsProtCheck):
    """0.f How fast do the amplitudes fall with resolution around every voxel of the molecule?"""

    _label = "0.f local B-factor"
    CHECK_ID = "0.f"
    VOLUMES = {"b_factor": "bFactorVolume"}
    _possibleOutputs = VrsLocalBFactorOutputs

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_map(form)
        add_mask(form)
        add_resized(form)
        add_resolution(form)
        add_engine(form, "ucm")

    def _measure(self) -> Check:
        chosen = self.getEnumText("engine")
        program = outside_program(chosen, ucm.why_not, ucm.local_b_factor())
        density = read_volume(self.inputVolume.get())
        resized = read_volume(self.resizedVolume.get())
        return local_b_factor(
            resized,
            read_mask(self.resizedMask.get(), resized),
            density,
            read_mask(self.mask.get(), density),
            reported(self.resolution),
            program,
        )
