"""The hand of the map."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import fixed
from vrs.report.model import Evidence
from vrs.report.text.findings.facts import Facts
from vrs.report.text.findings.kind import SERIOUS, Kind, Said, Threshold

_SCORE, _CONFIDENCE = Evidence("0.h", "score"), Evidence("0.h", "confidence")
_MIRROR, _AGREEMENT = Evidence("0.h", "mirror_score"), Evidence("0.h", "agreement")

MIRRORED_FROM = Threshold("score of the hand above", 0.5, "", "the published rule of 0.h")


def _mirrored(facts: Facts) -> Optional[Said]:
    score = facts.number(_SCORE)
    # Where the evidence decides nothing, the check does not apply, and a built-in score beside that
    # of another program has no value.
    decided = facts.evaluated("0.h") or facts.source(_SCORE) != _SCORE
    if score is None or not decided or score <= MIRRORED_FROM.value:
        return None
    return Said(
        f"The helices of the map are left-handed: the hand scores {fixed(score, 2)}"
        f"{facts.by_whom(_SCORE)} (0 is right, 1 is mirrored). Helices of proteins are "
        "right-handed, so this is the mirror image of the molecule.",
        "Flip the map along one axis (all angles of the particles change with it) before a model "
        "is built or compared.",
    )


KINDS = (
    Kind(
        "hand.mirrored",
        "The map is mirrored",
        (SERIOUS,),
        _mirrored,
        reads=(_SCORE, _MIRROR, _CONFIDENCE, _AGREEMENT),
        thresholds=(MIRRORED_FROM,),
        causes=("contrast.inverted", "input.no_structure"),
        rules=("hand.score",),
    ),
)
