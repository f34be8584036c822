"""The protocols that Scipion offers; each is one file with its form, its steps and its summary."""

from vrs.protocols.protocol_background import VrsProtBackground
from vrs.protocols.protocol_bfactor import VrsProtBFactor
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.protocols.protocol_hand import VrsProtHand
from vrs.protocols.protocol_import_map import VrsProtImportMap
from vrs.protocols.protocol_local_bfactor import VrsProtLocalBFactor
from vrs.protocols.protocol_local_occupancy import VrsProtLocalOccupancy
from vrs.protocols.protocol_local_resolution import VrsProtLocalResolution
from vrs.protocols.protocol_mask import VrsProtMask
from vrs.protocols.protocol_mass import VrsProtMass
from vrs.protocols.protocol_prepare import VrsProtPrepare
from vrs.protocols.protocol_report import VrsProtReport

__all__ = [
    "VrsProtBFactor",
    "VrsProtBackground",
    "VrsProtCheck",
    "VrsProtHand",
    "VrsProtImportMap",
    "VrsProtLocalBFactor",
    "VrsProtLocalOccupancy",
    "VrsProtLocalResolution",
    "VrsProtMask",
    "VrsProtMass",
    "VrsProtPrepare",
    "VrsProtReport",
]
