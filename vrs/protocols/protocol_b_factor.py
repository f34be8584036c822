"""Check 0.d."""

from vrs.level0.b_factor import B_FACTOR
from vrs.protocols.base import VrsProtCheck
from vrs.steps.programs import PROGRAMS


class VrsProtBFactor(VrsProtCheck):
    """0.d How fast do the amplitudes of the map fall with resolution?

    Another output is the map with that fall-off compensated, up to the reported resolution.
    """

    _label = "0.d B-factor analysis"
    CHECK = B_FACTOR
    VOLUMES = {"corrected": "correctedVolume"}
    PROGRAMS = {"xmipp": lambda run, inputs: PROGRAMS["0.d"]["xmipp"]()}
