"""Check 0.e."""

from __future__ import annotations

from functools import partial

from vrs.level0.local_resolution import LOCAL_RESOLUTION
from vrs.protocols.base import VrsProtCheck
from vrs.protocols.xmipp_runs import deepres


class VrsProtLocalResolution(VrsProtCheck):
    """0.e Which resolution does a neural network see around every voxel of the molecule?"""

    _label = "0.e local resolution"
    CHECK = LOCAL_RESOLUTION
    VOLUMES = {"local_resolution": "resolutionVolume"}
    PROGRAMS = {"xmipp": lambda run, inputs: partial(deepres, run, inputs)}
