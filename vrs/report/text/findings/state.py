"""What was done to the map: properties to know, and signs of post-processing."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import share
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, NOTE, Kind, Said, Threshold

_IDENTICAL, _NEGATIVE = of_evidence("identical_share"), of_evidence("negative_share")

CLIPPED = Threshold(
    "share of negative values around the molecule below", 0.5, "%",
    "independent suite: clipped maps 0, sound maps at least 18",
)  # fmt: skip
MASKED = Threshold(
    "share of the background with one value above", 80.0, "%",
    "independent suite: masked maps at least 95, corners set to 0 at most 57",
)  # fmt: skip


def _masked(facts: Facts) -> Optional[Said]:
    identical = facts.number(_IDENTICAL)
    if identical is None or identical <= MASKED.value:
        return None
    return Said(
        f"{share(identical)} of the background has one and the same value: the map was masked. "
        "Its background says nothing about the noise.",
        "",
    )


def _post_processed(facts: Facts) -> Optional[Said]:
    negative = facts.number(_NEGATIVE)
    if negative is None or negative >= CLIPPED.value:
        return None
    return Said(
        f"Around the molecule {share(negative)} of the values are negative, while a reconstruction "
        "has values of both signs there: negative values and noise were removed.",
        "Validate the map before such processing too; noise that was removed cannot be assessed.",
    )


KINDS = (
    Kind(
        "state.post_processed",
        "The map looks post-processed",
        (CAUTION,),
        _post_processed,
        reads=(_NEGATIVE, _IDENTICAL),
        thresholds=(CLIPPED,),
    ),
    Kind(
        "state.masked",
        "The map was masked",
        (NOTE,),
        _masked,
        reads=(_IDENTICAL,),
        thresholds=(MASKED,),
    ),
)
