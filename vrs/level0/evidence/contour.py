"""What the contour level shows: in units of the noise, as a mass, and where it is one body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

import numpy as np

from vrs.checks.figures import LineFigure, Mark
from vrs.checks.result import Result
from vrs.level0.evidence.background import background_structure
from vrs.level0.evidence.state import face_share
from vrs.level0.evidence.subject import Subject
from vrs.level0.levels import Levels
from vrs.level0.proposed_contour import Proposal, one_body_level, propose_contour
from vrs.level0.surroundings import Noise
from vrs.maps.errors import MapError
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import entered, number
from vrs.maps.refused_inputs import VOLUME_OF_ONE_KDA

TOP = 0.01
"""Share of all voxels above ``contour_top_percent``."""

IN_NOISE = 2.5
"""Standard deviations of the noise; a lower contour level shows noise."""

FALSE_SHARE = 0.01
"""Expected share of noise among voxels that stand out (false discovery rate)."""

SHOWN = 0.4
"""Share of the voxels that stand out from the noise: a contour level that shows less is high."""

LOW = 5.0
"""Mean density above the contour level over that level: usually about 2, so beyond this the level
is far too low. It counts where there is no noise to compare the level with."""

FULL = 0.75
"""Share of the box in the mask, which leaves no background to measure noise in."""

EVEN_NOISE = 0.5
"""Spread of the farthest third of the background over that of the nearest; where it is less, noise
is not the same everywhere, and voxels near the molecule stand out that are no part of it."""

CROWDED_FACES, CROWDED = 5.0, 1.5
"""Share of the faces of the box in the bodies in %, and structure of the background, of a map in
which density fills the box: what surrounds the molecule is then no noise. In a box of noise the
structure is at most 1.1 at any contour level."""

VERSION = 2
"""Of the measurements against the noise, which a crowded box does not have, and of the suggestion,
which is the proposal where the contour level is far off."""

CURVE_POINTS = 60
DRAWN = 3.0
"""Times the contour level to which the mass curve is drawn."""


def noise_of(subject: Subject) -> Tuple[Optional[Noise], str]:
    """The noise that the contour level is compared with, or the reason why there is none."""
    around = subject.surroundings
    if around.noise is None or face_share(subject.bodies) <= CROWDED_FACES:
        return around.noise, around.without_noise
    if (background_structure(subject) or 0.0) <= CROWDED:
        return around.noise, ""
    return None, "density fills the box, so what surrounds the molecule is no noise"


@dataclass(frozen=True)
class Candidates:
    """What may be said about the contour level, None for what is not known.

    Attributes
    ----------
    one_body : float or None -- level at which the molecule is one body
    instead : Proposal or None -- instead of a contour level that is far off
    """

    one_body: Optional[float]
    instead: Optional[Proposal] = None

    def suggestion(self, contour: float) -> Tuple[Optional[float], str]:
        """One contour level and the reason for it; None and the reason if there is none."""
        if self.instead is not None:
            return self.instead.level, self.instead.reason
        if self.one_body is not None and self.one_body < contour:
            return self.one_body, "it is the highest level tried at which the molecule is one body"
        if self.one_body is not None:
            return contour, "the molecule is one body at the contour level"
        return None, "no level down to half of the contour level shows one body"


def measure(subject: Subject, result: Result) -> None:
    """The contour level against the noise, and levels that may suit better."""
    levels = Levels.of(subject.density)
    noise, no_noise = noise_of(subject)
    beyond = levels.beyond_noise(noise.center, noise.sigma, FALSE_SHARE) if noise else None
    at_contour = int(np.count_nonzero(subject.raw))
    sigmas = (subject.contour - noise.center) / noise.sigma if noise else None
    definition = "contour level above the background, in standard deviations of the noise"
    result.measure("contour_sigma", sigmas, "", definition, no_noise, VERSION)
    empty = "" if at_contour else "no voxel is at or above the contour level"
    missing = no_noise or empty
    outstanding = 0 if beyond is None else levels.voxels_above(beyond)
    share = 100 * min(1.0, outstanding / at_contour) if not missing else None
    definition = "voxels at or above the contour level that stand out from the noise with q < 1 %"
    result.measure("contour_fdr_share", share, "%", definition, missing, VERSION)
    left = subject.surroundings.left_far_away
    uneven = left is None or left < EVEN_NOISE
    shown = at_contour / outstanding if outstanding and not uneven else None
    missing = no_noise or ("the noise is not even" if uneven else "")
    missing = "" if shown is not None else missing or "no voxel stands out from the noise"
    definition = "voxels at or above the contour level over those that stand out from the noise"
    result.measure("contour_shown", shown, "", definition, missing, VERSION)
    mean = _measure_mean(subject, levels, result)
    in_noise = sigmas is not None and sigmas < IN_NOISE
    center = subject.surroundings.center
    joined = None if in_noise else one_body_level(subject.density, center, subject.contour)
    missing = "" if joined is not None else empty or "no level down to half of it shows one body"
    missing = "the contour level is in the noise" if in_noise else missing
    definition = "highest level from the contour level down to half of it that shows one body"
    result.measure("contour_one_body", joined, "grey values", definition, missing)
    top = levels.level_of(TOP * subject.density.data.size)
    result.measure("contour_top_percent", top, "grey values", "level of the top 1 % of voxels")
    of_mass = _measure_mass(subject, levels, result)
    _measure_outside(subject, at_contour, result)
    low = in_noise
    if noise is None:
        low = bool(np.mean(subject.mask) > FULL) or (mean is not None and mean > LOW)
    instead = None
    if low or (shown is not None and shown < SHOWN):
        instead = _instead(subject, higher=low)
    level, why = Candidates(joined, instead).suggestion(subject.contour)
    definition = f"suggested contour level: {why}"
    missing = "" if level is not None else why
    result.measure("contour_suggested", level, "grey values", definition, missing, VERSION)
    if level is not None and level != subject.contour:
        result.results.append(f"A contour level of {number(level)} is suggested: {why}.")
    _show(subject, levels, result, joined, level, of_mass)


def _instead(subject: Subject, higher: bool) -> Optional[Proposal]:
    """The level that the map itself proposes, if it shows a molecule and is on the right side."""
    try:
        proposal = propose_contour(subject.density)
    except MapError:
        return None
    right = proposal.level > subject.contour if higher else proposal.level < subject.contour
    return proposal if right and not proposal.in_noise else None


def _measure_mean(subject: Subject, levels: Levels, result: Result) -> Optional[float]:
    center = subject.surroundings.center
    mean = levels.mean_above(subject.contour)
    reason = "no voxel is at or above the contour level" if mean is None else ""
    value = None
    if subject.contour <= center:
        reason = "the contour level is below the background"
    elif mean is not None:
        value = (mean - center) / (subject.contour - center)
    definition = (
        "mean density at or above the contour level over that level, both above the background"
    )
    result.measure("contour_mean", value, "", definition, reason)
    return value


def _measure_mass(subject: Subject, levels: Levels, result: Result) -> Optional[float]:
    definition = "level that shows the volume of a protein of the stated mass"
    level = None
    reason = "the mass was not stated"
    if subject.mass is not None:
        voxels = subject.mass * VOLUME_OF_ONE_KDA / subject.density.voxel_volume
        inside = 1 <= voxels < subject.density.data.size
        level = levels.level_of(voxels) if inside else None
        reason = "" if inside else "a molecule of that mass does not fit into the box"
    result.measure("contour_from_mass", level, "grey values", definition, reason)
    return level


def _measure_outside(subject: Subject, at_contour: int, result: Result) -> None:
    """The share of the density above the contour level that the mask of the checks leaves out."""
    definition = (
        "share of the density, summed over the voxels at or above the contour level, that is "
        "outside the mask of the checks"
    )
    mask = subject.given_mask
    if mask is None or not at_contour:
        reason = "no voxel is at or above the contour level" if not at_contour else "no mask"
        result.measure("density_outside_mask", None, "%", definition, reason)
        return
    center, total, outside = subject.surroundings.center, 0.0, 0.0
    for values, raw, inside in zip(subject.density.data, subject.raw, mask):
        total += float((values[raw].astype(np.float64) - center).sum())
        outside += float((values[raw & ~inside].astype(np.float64) - center).sum())
    leave_on_disk(subject.density.data)
    value = 100 * outside / total if total > 0 else None
    reason = "" if value is not None else "the contour level is below the background"
    result.measure("density_outside_mask", value, "%", definition, reason)


def _show(
    subject: Subject,
    levels: Levels,
    result: Result,
    joined: Optional[float],
    suggested: Optional[float],
    of_mass: Optional[float],
) -> None:
    """Draw the mass above a level, with the levels that were found."""
    lowest = subject.surroundings.center
    drawn = max(subject.contour, suggested or subject.contour)
    highest = min(levels.highest, lowest + DRAWN * max(drawn - lowest, 0.0))
    if not lowest < highest:
        return
    level = lowest + (highest - lowest) * (np.arange(CURVE_POINTS) + 1) / (CURVE_POINTS + 1)
    voxels = np.array([levels.voxels_above(float(value)) for value in level])
    kept = voxels > 0
    mass = voxels[kept] * subject.density.voxel_volume / VOLUME_OF_ONE_KDA
    if not kept.any():
        return
    result.curves["mass_curve"] = {"level": level[kept], "mass": mass}
    marks: List[Mark] = [Mark(subject.contour, f"contour level, {entered(subject.contour)}")]
    if suggested is not None and suggested != subject.contour:
        marks.append(Mark(suggested, f"suggested, {number(suggested)}"))
    if joined is not None and joined not in (suggested, subject.contour):
        marks.append(Mark(joined, f"one body, {number(joined)}"))
    if of_mass is not None and lowest < of_mass <= highest:
        marks.append(Mark(of_mass, f"stated mass, {number(of_mass)}"))
    result.figures.append(
        LineFigure(
            "mass_curve", "level", ("mass",), "level (grey values)", "mass of protein (kDa)",
            "Mass of the volume above a level. Noise makes the curve rise steeply to the left; a "
            "contour level stands to the right of that rise, where the molecule is one body.",
            log_y=True,
            marks=tuple(marks),
        )
    )  # fmt: skip
