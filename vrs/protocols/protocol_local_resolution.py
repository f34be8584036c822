"""Check 0.e."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Any

from pwem.objects import Volume

from vrs.checks.result import Check
from vrs.engines.xmipp import DEEPRES
from vrs.level0.local_resolution import local_resolution
from vrs.objects import CheckResult
from vrs.protocols.forms import (
    add_engine,
    add_map,
    add_mask,
    add_resolution,
    reported,
)
from vrs.protocols.progress_log import lines_of_progress
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.volumes import read_mask, read_volume
from vrs.protocols.xmipp_runs import by_xmipp_or_own_network, deepres


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
        resolution = reported(self.resolution)
        progress = lines_of_progress("Local resolution", self.info)
        return by_xmipp_or_own_network(
            self.getEnumText("engine"),
            DEEPRES,
            partial(deepres, self, density),
            lambda outside: local_resolution(density, hard_mask, resolution, outside, progress),
        )
