"""What the contour level shows: noise, a part of the molecule, or nothing."""

from __future__ import annotations

import math
from typing import Optional

from vrs.maps.printing import count, entered, fixed, in_words, number, share
from vrs.report.text.findings.facts import EVIDENCE, Facts, of_evidence, of_input
from vrs.report.text.findings.kind import CAUTION, SERIOUS, Kind, Said, Threshold
from vrs.report.text.words import capitalized

_IN_RESAMPLED = of_input("share_in_resized_mask")
_RAW, _IN_MASK = of_input("raw_voxels"), of_input("share_in_mask")
_MASK = of_input("hard_voxels")
_SIGMA, _ONE_BODY = of_evidence("contour_sigma"), of_evidence("contour_one_body")
_SUGGESTED = of_evidence("contour_suggested")
_SURE, _SHOWN = of_evidence("contour_fdr_share"), of_evidence("contour_shown")
_MEAN = of_evidence("contour_mean")

OF_THE_MASK = ("mask.components", "mask.remaining_volume", "mask.overlap")
OF_THE_PLACE = ("mass.decentering", "mass.space", "mass.space_in_angstrom")
"""Published rules on the mask, and on its place."""

FEWEST = Threshold("voxels at the contour level below", 20, "voxels", "a body has at least as many")
WHOLE = Threshold(
    "voxels at the contour level that are in the mask below", 75.0, "%",
    "the published rule of 0.b",
)  # fmt: skip
JOINED = Threshold(
    "level of one body over the contour level, for a caution, at least", 0.7, "",
    "the severity that findings are defined with",
)  # fmt: skip
IN_NOISE = Threshold(
    "contour level in standard deviations of the noise below", 2.5, "",
    "independent suite: contours in the noise 1.5, sound maps at least 3.8",
)  # fmt: skip

SURE = Threshold(
    "voxels at the contour level that stand out from the noise below", 50.0, "%",
    "independent suite: contours in the noise at most 23 %, sound maps 100 %",
)  # fmt: skip
ANY = 0.05
"""Percent; a smaller share is not printed."""

FULL = Threshold(
    "share of the box in the mask above", 75.0, "%", "a molecule needs solvent around it"
)

TOO_LOW = Threshold(
    "mean density at or above the contour level over that level, where no noise is seen, at least",
    5.0, "",
    "11 masked real maps and 12 simulated ones: at most 2.6 at usual levels, 6.9 to 13 at a tenth",
)  # fmt: skip

LITTLE = Threshold(
    "voxels at the contour level over all that stand out from the noise below", 0.4, "",
    "independent suite: contours at 12 % of the mass at most 0.31, sound maps at least 0.55",
)  # fmt: skip


def _outside(facts: Facts) -> Optional[Said]:
    voxels = facts.number(_RAW)
    if voxels is None or voxels >= FEWEST.value:
        return None
    return Said(
        f"{count(int(voxels), 'voxel')} of the map {'is' if voxels == 1 else 'are'} at or above "
        f"the contour level, {entered(facts.record.contour)}.",
        "Lower the contour level; it may be meant for another scale of grey values.",
    )


def _the_level(facts: Facts) -> str:
    """The contour level with its value, and whether it is the program's own choice."""
    chosen = " that the program chose" if facts.record.contour_is_proposed else ""
    return f"the contour level{chosen}, {entered(facts.record.contour)},"


def _shown_noise(facts: Facts) -> str:
    """The sentence on a contour level that the noise of the background reaches; "" for others."""
    sigma, sure = facts.number(_SIGMA), facts.number(_SURE)
    level = _the_level(facts)
    if sigma is not None and sigma < IN_NOISE.value:
        return (
            f"{capitalized(level)} is only {fixed(sigma, 1)} sigma of the noise above the "
            "background, so the mask is partly made of noise."
        )
    if sure is not None and sure < SURE.value:
        few = f"Only {share(sure)}" if sure >= ANY else "Hardly any"
        return (
            f"{few} of the voxels at or above {level} stand out from the noise of the background."
        )
    return ""


def _in_noise(facts: Facts) -> Optional[Said]:
    filled = 100 * (facts.number(_MASK) or 0) / math.prod(facts.record.box)
    text = _shown_noise(facts)
    if filled > FULL.value:
        level = capitalized(_the_level(facts))
        text = f"{level} makes a mask that fills {share(filled)} of the box."
    if not text:
        return _too_low(facts)
    if facts.record.contour_is_proposed:
        return Said(
            f"{text} No level that shows a molecule was found.",
            "State the contour level at which the molecule stands free, if there is one. A half "
            "map or an unfiltered map shows its molecule only after a low-pass filter. If nothing "
            "stands out then either, the map has no signal.",
            title="No contour level shows a molecule",
        )
    return Said(
        text,
        f"Raise the contour level until the molecule stands free{_suggested(facts, True)}; usual "
        "levels are at 4 to 6 standard deviations of the noise. A half map or an unfiltered map "
        "shows its molecule only after a low-pass filter. If nothing stands out then either, the "
        "map has no signal.",
    )


def _too_low(facts: Facts) -> Optional[Said]:
    """The same of a map without noise around its molecule, as a masked one."""
    mean = facts.number(_MEAN)
    if mean is None or mean < TOO_LOW.value:
        return None
    if facts.record.contour_is_proposed or facts.number(_SIGMA) is not None:
        return None
    return Said(
        f"The mean density at or above the contour level, {entered(facts.record.contour)}, is "
        f"{number(mean, 2)} times that level, while usual levels have about twice: the mask also "
        "holds the weakest density of the map, such as what is left of the solvent.",
        f"Raise the contour level until the molecule stands free{_suggested(facts, True)}.",
        title="The contour level is far too low",
    )


def shows_noise(facts: Facts) -> bool:
    """Whether the contour level is in the noise by the noise itself, however full the box is."""
    return bool(_shown_noise(facts))


def mask_of_noise(facts: Facts) -> bool:
    """Whether the contour level is in the noise, so that the mask is made of it."""
    return _in_noise(facts) is not None


def _what_checks_see(facts: Facts) -> str:
    """Which checks take the part in the mask for the molecule, and what the others hold."""
    resampled = facts.number(_IN_RESAMPLED)
    partial = resampled is not None and resampled < WHOLE.value
    in_mask = [name for name in ("0.a", "0.c", "0.e") if facts.evaluated(name)]
    in_resampled = [name for name in ("0.f", "0.g") if facts.evaluated(name)]
    if partial:
        in_mask, in_resampled = [*in_mask, *in_resampled], []
    if not in_mask:
        return ""
    treat = "treats" if len(in_mask) == 1 else "treat"
    text = f"; {in_words(in_mask)} {treat} that part as the whole molecule"
    if resampled is not None and in_resampled:
        text += f", while the mask of {in_words(in_resampled)} holds {share(resampled)}"
    return text


def _partial(facts: Facts) -> Optional[Said]:
    held, joined = facts.number(_IN_MASK), facts.number(_ONE_BODY)
    if held is None or held >= WHOLE.value:
        return None
    contour = facts.record.contour
    start = (
        f"Only {share(held)} of the voxels at or above {_the_level(facts)} are in the mask, which "
        f"holds the largest body alone{_what_checks_see(facts)}."
    )
    if _too_high(facts) is not None:
        return Said(
            start,
            f"Lower the contour level{_suggested(facts, False)}. What stays apart then is a second "
            "molecule, a neighbour or noise.",
            CAUTION,
        )
    if joined is not None and contour > 0 and joined >= JOINED.value * contour:
        return Said(
            f"{start} At {number(joined / contour, 2)} times that level it is one body.",
            f"Use a contour level of {number(joined)} or somewhat less, at which the molecule is "
            "one body, or a mask of the whole molecule.",
            CAUTION,
        )
    if joined is not None and contour > 0:
        return Said(
            f"{start} Only at {number(joined / contour, 2)} times that level it is one body.",
            f"Lower the contour level to {number(joined)} if that shows one molecule; else see "
            "whether the rest is a second molecule, a neighbour or noise, and use a mask of what "
            "the report is to be about.",
            SERIOUS,
        )
    if facts.evaluated(EVIDENCE):
        start += " No level down to half of the contour level shows one body."
    return Said(
        start,
        "See whether the rest is a second molecule, a neighbour or noise. Choose a contour level "
        "or a mask that holds what the report is to be about.",
        SERIOUS,
    )


def _suggested(facts: Facts, higher: bool) -> str:
    """The suggested level in parentheses, "" without one on that side of the contour level."""
    level = facts.number(_SUGGESTED)
    if level is None or level == facts.record.contour or (level > facts.record.contour) != higher:
        return ""
    return f" ({number(level)} is suggested)"


def _too_high(facts: Facts) -> Optional[Said]:
    shown = facts.number(_SHOWN)
    if facts.record.contour_is_proposed or shown is None or shown >= LITTLE.value:
        return None
    return Said(
        f"The contour level, {entered(facts.record.contour)}, shows {share(100 * shown)} of the "
        "voxels that stand out from the noise: most of the molecule is below it.",
        "Lower the contour level until the shape of the molecule is complete"
        f"{_suggested(facts, False)}.",
    )


NOISE = (
    Kind(
        "contour.outside",
        "The contour level shows nothing",
        (SERIOUS,),
        _outside,
        reads=(_RAW,),
        thresholds=(FEWEST,),
        causes=("contrast.inverted",),
    ),
    Kind(
        "contour.in_noise",
        "The contour level is in the noise",
        (SERIOUS,),
        _in_noise,
        reads=(_SIGMA, _SURE, _MEAN, _MASK, _SUGGESTED),
        thresholds=(IN_NOISE, SURE, FULL, TOO_LOW),
        causes=("contrast.inverted", "contour.outside"),
        rules=(*OF_THE_PLACE, *OF_THE_MASK),
        picture=("evidence", "mass_curve"),
        version=3,
    ),
)
PARTS = (
    Kind(
        "mask.partial",
        "A part of the density is outside the mask",
        (CAUTION, SERIOUS),
        _partial,
        reads=(_IN_MASK, _IN_RESAMPLED, _ONE_BODY),
        thresholds=(WHOLE, JOINED),
        causes=(
            "contrast.inverted", "contour.outside", "contour.in_noise", "input.no_structure",
            "contour.too_high",
        ),
        rules=("mass.decentering", "mass.center_of_mass", *OF_THE_MASK),
        version=2,
        picture=("input", "mask"),
    ),
    Kind(
        "contour.too_high",
        "The contour level is too high",
        (CAUTION,),
        _too_high,
        reads=(_SHOWN, _SUGGESTED),
        thresholds=(LITTLE,),
        causes=("contrast.inverted", "input.no_structure", "contour.outside"),
        rules=OF_THE_MASK,
        picture=("evidence", "mass_curve"),
        version=2,
    ),
)
