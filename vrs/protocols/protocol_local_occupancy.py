"""Check 0.g."""

from vrs.level0.local_occupancy import LOCAL_OCCUPANCY
from vrs.protocols import ucm_runs
from vrs.protocols.base import VrsProtCheck


class VrsProtLocalOccupancy(VrsProtCheck):
    """0.g Are parts of the molecule weaker than the rest, as if present in fewer particles?"""

    _label = "0.g local occupancy"
    CHECK = LOCAL_OCCUPANCY
    VOLUMES = {"occupancy": "occupancyVolume"}
    PROGRAMS = {"ucm": lambda run, inputs: ucm_runs.local_occupancy(run)}
