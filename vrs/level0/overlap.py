"""The overlap of the raw mask and the mask: a rule of 0.b to which other sections refer."""

from __future__ import annotations

from vrs.checks.rule import AT_LEAST
from vrs.level0.service import published
from vrs.maps.printing import entered

OVERLAP = published(
    "mask.overlap",
    AT_LEAST,
    (0.75,),
    "",
    "the overlap of the raw mask and the mask is at least {0}",
    "the mask should hold the density at the contour level",
    "Look at the density outside the largest body at this contour level. If it is noise, raise the "
    "level. If it belongs to the molecule, lower the level until the parts join, since only "
    "the largest body and its surroundings enter the mask and so the other checks.",
    measurements=("overlap",),
)


def overlap_in_percent(overlap: float) -> str:
    """An overlap of masks in percent, with the digits that its rule prints it with."""
    text = OVERLAP.number(overlap)
    percent = f"{entered(100 * float(text.split()[-1]))} %"
    return f"less than {percent}" if text.startswith("below") else percent


def only_percent(overlap: float) -> str:
    """The beginning of a sentence on an overlap that is too small: "Only 59.6 %"."""
    percent = overlap_in_percent(overlap)
    return percent.capitalize() if percent.startswith("less") else f"Only {percent}"
