"""Check 0.c."""

from vrs.level0.background import BACKGROUND
from vrs.protocols.base import VrsProtCheck


class VrsProtBackground(VrsProtCheck):
    """0.c Does the solvent average to zero, with hardly any outliers and no shape in them?"""

    _label = "0.c background analysis"
    CHECK = BACKGROUND
