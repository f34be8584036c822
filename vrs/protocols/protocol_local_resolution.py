"""Check 0.e."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Any

from pwem.objects import Volume

from vrs.engines import xmipp
from vrs.level0.check import Check
from vrs.level0.local_resolution import local_resolution
from vrs.objects import CheckResult
from vrs.protocols.forms import (
    add_engine,
    add_map,
    add_mask,
    add_resolution,
    outside_program,
    reported,
)
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_mask, read_volume
from vrs.protocols.xmipp_runs import deepres


class VrsLocalResolutionOutputs(Enum):
    """What check 0.e hands on."""

    checkResult = CheckResult
    resolutionVolume = Volume


class VrsProtLocalResolution(VrsProtCheck):
    """0.e Which resolution does a neural network see around every voxel of the molecule?"""

    _label = "0.e local resolution"
    CHECK_ID = "0.e"
    VOLUMES = {"local_resolution": "resolutionVolume"}
    _possibleOutputs = VrsLocalResolutionOutputs

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_map(form)
        add_mask(form)
        add_resolution(form)
        add_engine(form, "xmipp")

    def _measure(self) -> Check:
        density = read_volume(self.inputVolume.get())
        hard_mask = read_mask(self.mask.get(), density)
        measure = partial(deepres, self, density)
        outside = outside_program(self.getEnumText("engine"), xmipp.why_not_deepres, measure)
        return local_resolution(density, hard_mask, reported(self.resolution), outside)
