"""Level 0 as data: its checks and what each is for. The report is handed this description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple


@dataclass(frozen=True)
class CheckInfo:
    """A check as the report introduces it.

    Attributes
    ----------
    id, title : str
    explanation : str
        What is measured and why, for a structural biologist; plain text.
    references : tuple of str
        BibTeX keys of what the explanation rests on.
    method : str
        What is done, for the methods of a paper: one sentence in the past tense, whatever program
        measures, with the BibTeX keys of the method in square brackets.
    """

    id: str
    title: str
    explanation: str
    references: Tuple[str, ...] = ()
    method: str = ""


@dataclass(frozen=True)
class Level:
    """A level of validation: its checks, and what it cannot tell."""

    id: str
    title: str
    evidence: str
    limits: str
    checks: Tuple[CheckInfo, ...]

    def info(self, check_id: str) -> CheckInfo:
        """The description of one check."""
        return next(info for info in self.checks if info.id == check_id)


LEVEL0 = Level(
    id="0",
    title="Level 0 analysis",
    evidence="the map alone",
    limits=(
        "Level 0 looks at one map. It can show that a map is inconsistent with itself; without "
        "two independent half maps it cannot prove the resolution, and without an atomic model it "
        "cannot prove the interpretation."
    ),
    checks=(
        CheckInfo(
            "0.a",
            "Mass analysis",
            "The molecule should sit near the centre of its box with empty space around it. The "
            "contrast transfer function spreads the signal of every particle over tens of Å, more "
            "at high defocus, and only what stays inside the box can be brought back. About 30 Å "
            "on every side is a floor.",
            ("Sorzano2022",),
            method="The empty space around the mask and the positions of the mask and of the "
            "centre of mass in the box were measured.",
        ),
        CheckInfo(
            "0.b",
            "Mask analysis",
            "At the contour level the map should be one connected body. Noise adds many tiny "
            "specks, but together they should be a small part of the mass. The raw mask is the "
            "map at or above the contour level; the constructed mask is its largest connected "
            "component, grown by a few Å. Their overlap is the share of the raw mask that lies in "
            "the constructed one.",
            ("Sorzano2022",),
            method="The connected components (26 neighbours) of the map at the contour level were "
            "counted, and its overlap with the mask was measured.",
        ),
        CheckInfo(
            "0.c",
            "Background analysis",
            "The background is everything outside the constructed mask. Its mean should be zero, "
            "values beyond five standard deviations should be about as rare as in Gaussian noise, "
            "and they should not form any shape.",
            ("Sorzano2022",),
            method="Outside the mask, the mean was tested against 0 (one-sample t-test) and the "
            "share of voxels beyond 5 standard deviations was compared with that of a "
            "Gaussian.",
        ),
        CheckInfo(
            "0.d",
            "B-factor analysis",
            "The Guinier plot shows the logarithm of the mean amplitude in a resolution shell "
            "against the square of the spatial frequency. Its slope is a quarter of the B-factor, "
            "here with the sign that is used to correct the map: negative for amplitudes that "
            "decay, positive for amplitudes that rise, as they do in an oversharpened map.",
            ("Rosenthal2003", "Sorzano2022"),
            method="The B-factor was 4 times the slope of a line fitted to ln mean |F| against the"
            " square of the spatial frequency, from 15 Å to the reported resolution "
            "[Rosenthal2003].",
        ),
        CheckInfo(
            "0.e",
            "Local resolution",
            "A neural network that has seen density at known resolutions estimates the resolution "
            "around every voxel of the mask. It judges appearance, not reproducibility, so it "
            "cannot replace a comparison of half maps.",
            ("RamirezAportela2019",),
            method="The local resolution in the mask was estimated by a neural network at 1 Å per "
            "voxel.",
        ),
        CheckInfo(
            "0.f",
            "Local B-factor",
            "The map is cut into resolution shells, the local amplitude of each shell is found "
            "with the monogenic signal (Riesz transform), and a Guinier line is fitted in every "
            "voxel.",
            ("Kaur2021",),
            method="The local B-factor was fitted in every voxel of the mask to the local "
            "amplitudes of 10 resolution shells from 15 Å to the reported resolution "
            "[Kaur2021].",
        ),
        CheckInfo(
            "0.g",
            "Local occupancy",
            "In every resolution shell a voxel counts as occupied if its local amplitude is not "
            "among the lowest quarter inside the mask; the occupancy is the share of shells in "
            "which the voxel counts. Values are relative to the rest of the same molecule.",
            ("Kaur2021",),
            method="The local occupancy was the share of the resolution shells from 15 Å to the "
            "reported resolution in which the local amplitude was not among the lowest "
            "quarter in the mask [Kaur2021].",
        ),
        CheckInfo(
            "0.h",
            "Hand",
            "Alpha helices of proteins are right-handed. Where helices are resolved, a network "
            "tells whether they turn to the right (score 0) or to the left (score 1), in which "
            "case the whole map is the mirror image of the molecule.",
            ("GarciaCondado2022",),
            method="The hand was judged by a neural network from the density around alpha helices.",
        ),
    ),
)
