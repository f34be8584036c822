"""Check 0.h."""

from __future__ import annotations

from functools import partial

from vrs.level0.hand import HAND
from vrs.protocols.base import VrsProtCheck
from vrs.protocols.xmipp_runs import deep_hand


class VrsProtHand(VrsProtCheck):
    """0.h Do the alpha helices turn to the right, or is the map a mirror image?"""

    _label = "0.h hand"
    CHECK = HAND
    PROGRAMS = {"xmipp": lambda run, inputs: partial(deep_hand, run, inputs.contour)}
