"""What lies around the molecule."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import count, entered, number
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, NOTE, Kind, Said, Threshold

_STRUCTURE = of_evidence("background_structure")
_OFFSET = of_evidence("background_offset")
_SPIKES = of_evidence("spikes")

STRUCTURED = Threshold(
    "spread of the blurred background over that of its noise above", 1.8, "",
    "independent suite: sound maps at most 1.02, micelles at least 2.8",
)  # fmt: skip
COARSE = 10.0
"""Å to which the background is blurred, unless twice the resolution is more."""

OFFSET = Threshold(
    "mean of the background over the contour level, on either side of 0, above", 0.2, "",
    "independent suite: sound maps at most 0.01, an offset of 0.4 of the contour level 0.29",
)  # fmt: skip


def _structured(facts: Facts) -> Optional[Said]:
    times = facts.number(_STRUCTURE)
    if times is None or times <= STRUCTURED.value:
        return None
    return Said(
        f"{_blurred(facts.resolution)}, the background varies {number(times, 2)} times as much as "
        "its noise. A micelle, a neighbour, a halo or artefacts of the reconstruction do that.",
        "Look at slices of the map with the contrast of the background, and decide whether that "
        "density belongs to the molecule.",
    )


def _blurred(resolution: Optional[float]) -> str:
    """To what the background was blurred, which depends on the reported resolution.

    >>> _blurred(3.2), _blurred(15)
    ('Blurred to 10 Å', 'Blurred to 30 Å, twice the reported resolution')
    """
    if resolution is None or 2 * resolution <= COARSE:
        return f"Blurred to {COARSE:g} Å"
    return f"Blurred to {entered(2 * resolution)} Å, twice the reported resolution"


def _offset(facts: Facts) -> Optional[Said]:
    mean = facts.number(_OFFSET)
    if mean is None or abs(mean) <= OFFSET.value:
        return None
    return Said(
        f"The mean of the background is {number(mean, 2)} times the contour level; it should be "
        "near 0.",
        "Subtract it before maps are compared; a contour level in the grey values of the map "
        "shifts with it.",
    )


def _spikes(facts: Facts) -> Optional[Said]:
    spikes = facts.record.spikes
    if not spikes:
        return None
    one = len(spikes) == 1
    kept = facts.record.spikes_kept
    done = (
        "measured as they are, on request" if kept else
        "replaced by the median of their neighbours before anything was measured"
    )  # fmt: skip
    first = spikes[0]
    return Said(
        f"{count(len(spikes), 'isolated voxel')} {'is' if one else 'are'} far outside all others, "
        f"{'at' if one else 'the largest at'} (X, Y, Z) = ({', '.join(map(str, first.place))}) "
        f"with the value {number(first.value)}. Such voxels were {done}.",
        "Find out where the file was damaged; other programs do not replace such voxels.",
    )


KINDS = (
    Kind(
        "background.structured",
        "The background has structure",
        (CAUTION,),
        _structured,
        reads=(_STRUCTURE,),
        thresholds=(STRUCTURED,),
        rules=("background.mean", "background.outliers"),
        causes=(
            "contrast.inverted", "input.no_structure", "contour.in_noise", "mask.partial", "ghost",
            "streak", "contour.too_high", "anisotropy", "sharpening.over",
            "resolution.contradicted", "background.offset", "state.filament",
        ),
        picture=("0.c", "outliers"),
    ),
    Kind(
        "spikes",
        "Single voxels are out of range",
        (CAUTION,),
        _spikes,
        reads=(_SPIKES,),
    ),
    Kind(
        "background.offset",
        "The background is not near 0",
        (NOTE,),
        _offset,
        reads=(_OFFSET,),
        thresholds=(OFFSET,),
        rules=("background.mean",),
        picture=("evidence", "map_values"),
    ),
)  # fmt: skip
