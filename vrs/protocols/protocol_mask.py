"""Check 0.b."""

from vrs.level0.mask import MASK_ANALYSIS
from vrs.protocols.base import VrsProtCheck


class VrsProtMask(VrsProtCheck):
    """0.b Is the map one connected body at its contour level, and how large is it?"""

    _label = "0.b mask analysis"
    CHECK = MASK_ANALYSIS
