"""Check 0.f."""

from vrs.level0.local_b_factor import LOCAL_B_FACTOR
from vrs.protocols import ucm_runs
from vrs.protocols.base import VrsProtCheck


class VrsProtLocalBFactor(VrsProtCheck):
    """0.f How fast do the amplitudes fall with resolution around every voxel of the molecule?"""

    _label = "0.f local B-factor"
    CHECK = LOCAL_B_FACTOR
    VOLUMES = {"b_factor": "bFactorVolume", "unbiased_b_factor": "unbiasedBFactorVolume"}
    PROGRAMS = {"ucm": lambda run, inputs: ucm_runs.local_b_factor(run)}
