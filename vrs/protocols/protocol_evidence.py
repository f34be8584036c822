"""Evidence beside the checks."""

from vrs.level0.evidence import EVIDENCE
from vrs.protocols.base import VrsProtCheck


class VrsProtEvidence(VrsProtCheck):
    """Evidence: has the map structure up to its resolution, in all directions, once?

    It is never scored; the findings of the report are drawn from it.
    """

    _label = "what kind of map is this?"
    CHECK = EVIDENCE
