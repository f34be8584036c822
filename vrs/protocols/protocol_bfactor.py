"""Check 0.d."""

from __future__ import annotations

from enum import Enum
from typing import Any

from pwem.objects import Volume

from vrs.checks.result import Check
from vrs.level0.b_factor import b_factor_analysis
from vrs.objects import CheckResult
from vrs.protocols.forms import add_map, add_resolution, reported
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_volume


class VrsBFactorOutputs(Enum):
    """What check 0.d hands on."""

    checkResult = CheckResult
    correctedVolume = Volume


class VrsProtBFactor(VrsProtCheck):
    """0.d How fast do the amplitudes of the map fall with resolution?

    Also gives the map with that decay compensated, up to the reported resolution.
    """

    _label = "0.d B-factor analysis"
    CHECK_ID = "0.d"
    VOLUMES = {"corrected": "correctedVolume"}
    _possibleOutputs = VrsBFactorOutputs

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_map(form)
        add_resolution(form)

    def _measure(self) -> Check:
        density = read_volume(self.inputVolume.get())
        return b_factor_analysis(density, reported(self.resolution))
