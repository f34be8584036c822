"""The one table of rules: what the code tests, the report prints and the documentation lists."""

from __future__ import annotations

from typing import Dict, List

from vrs.checks.rule import AT_LEAST, AT_MOST, BETWEEN, Criterion

_METHOD_FAILED = (
    "Check the file, the voxel size, the contour level and the reported resolution, and run the "
    "check again. Values without any spread do not come from a measured map: the file may be a "
    "mask or a model, or the mask may hold almost no density."
)

_TABLE = (
    Criterion(
        "mass.decentering",
        "0.a",
        AT_MOST,
        (20.0,),
        "%",
        "the space on the two sides of the mask differs by at most {0} % of the box along every "
        "axis",
        "a molecule far from the centre may be cut by the box or by the CTF correction",
        "If the mask holds the whole molecule (see 0.b), re-centre the particles on it, extract "
        "them again and reconstruct. If it holds only a part, mend the contour level first. Moving "
        "only the finished map does not bring back signal that the CTF spread beyond the edge. In "
        "a focused or local reconstruction an off-centre mask may be meant: then only the room "
        "around the part that was refined matters.",
    ),
    Criterion(
        "mass.space",
        "0.a",
        AT_LEAST,
        (20.0,),
        "%",
        "the empty space on every side is at least {0} % of the box",
        "the CTF spreads the signal around the molecule; without room it cannot be corrected",
        "If the mask holds the molecule and nothing else (see 0.b), use a larger box and refine "
        "again. Extract the particles in a box of 1.7 times the longest side of the molecule or "
        "more. If the mask holds only a part of it, or noise that reaches the edge, mend the "
        "contour level first. If the map was cropped after the refinement, give the uncropped one. "
        "Padding a finished map with zeros fulfils the rule, but brings no signal back. A filament "
        "that runs through the box breaks the rule by nature.",
    ),
    Criterion(
        "mass.space_in_angstrom",
        "0.a",
        AT_LEAST,
        (20.0,),
        "Å",
        "the empty space on every side is at least {0} Å",
        "what the program of the service tests instead of the published percentage",
        "If the mask holds the molecule and nothing else (see 0.b), use a larger box and refine "
        "again. If it holds only a part, or noise that reaches the edge, mend the contour level "
        "first. If the map was cropped after the refinement, give the uncropped one. Padding a "
        "finished map with zeros fulfils the rule, but brings no signal back. A filament that runs "
        "through the box breaks the rule by nature.",
        alternative_to="mass.space",
    ),
    Criterion(
        "mass.center_of_mass",
        "0.a",
        AT_MOST,
        (20.0,),
        "%",
        "the centre of mass is off the centre of the box by at most {0} % of the box along every "
        "axis",
        "a shifted centre of mass is usual only in focused or local reconstructions",
        "Look at the centre of mass of the density above the contour level, in the remarks of "
        "this check. If that one is near the centre, the molecule is well placed and only the "
        "background pulls the published number away: nothing has to be re-centred. If it is off "
        "the centre too, re-centre the particles, extract them again and reconstruct.",
    ),
    Criterion(
        "mask.components",
        "0.b",
        AT_MOST,
        (5.0,),
        "",
        "at most {0} connected components hold 95 % of the mass",
        "at a sensible contour a macromolecule is one connected body",
        "Look at the map at this contour level and choose another one. If the pieces are noise, "
        "raise the level until they vanish; if the molecule itself falls to pieces, lower the "
        "level, or sharpen less. Then report the level at which the molecule is one body.",
    ),
    Criterion(
        "mask.remaining_volume",
        "0.b",
        AT_MOST,
        (5.0,),
        "Å³",
        "the mean volume of the remaining components is at most {0} Å³",
        "what is left over should be noise specks of a voxel or two",
        "Raise the contour level until the small pieces vanish. Pieces that stay when the "
        "molecule begins to lose density may be real, such as a flexible domain or a neighbour: "
        "look at them. Noise that stays was amplified: sharpen less, or low-pass the map. With "
        "voxels above 1.7 Å a single voxel exceeds this limit, and isolated specks mean nothing.",
    ),
    Criterion(
        "mask.overlap",
        "0.b",
        AT_LEAST,
        (0.75,),
        "",
        "the overlap of the raw and the constructed mask is at least {0}",
        "the constructed mask should hold what the contour shows",
        "See what lies outside the largest body at this contour level. If it is noise, raise the "
        "level. If it belongs to the molecule, lower the level until the parts join, since only "
        "the largest body and its surroundings enter the mask and so the other checks.",
    ),
    Criterion(
        "background.mean",
        "0.c",
        AT_LEAST,
        (0.001,),
        "",
        "the hypothesis that the background mean is 0 has a p-value of at least {0}",
        "the solvent should average to zero",
        "Act only if the test on block means, in the remarks of this check, rejects too. The "
        "published test takes neighbouring voxels as independent and rejects almost every map; "
        "where the block test was not possible, nothing follows from this warning. If both reject, "
        "normalise the particles with a background radius that leaves out the whole molecule, "
        "micelle and neighbours, and reconstruct again. A constant offset alone does not change "
        "the structure: subtract it from the map and from the contour level.",
    ),
    Criterion(
        "background.outliers",
        "0.c",
        AT_MOST,
        (20.0,),
        "",
        "voxels beyond 5 standard deviations are at most {0} times as frequent as in a Gaussian",
        "structure left in the background shows as outliers",
        "If a part of the box is set to 0, give the unmasked map: noise cannot be judged in this "
        "one. Otherwise look at the slices of the outliers in this check. Density of the molecule, "
        "a micelle or a nanodisc outside the mask: lower the contour level so that the mask holds "
        "it. Neighbouring particles: extract with a smaller circular mask. Streaks along a "
        "symmetry axis or at the edge of the box: check the symmetry and the masking.",
    ),
    Criterion(
        "b_factor.resolution",
        "0.d",
        AT_MOST,
        (8.0,),
        "Å",
        "the reported resolution is {0} Å or better",
        "at worse resolution too few shells follow the Guinier line",
        scored=False,
    ),
    Criterion(
        "b_factor.interval",
        "0.d",
        BETWEEN,
        (-300.0, 0.0),
        "Å²",
        "the B-factor is between {0} and {1} Å²",
        "a map decays with resolution, and rising amplitudes mean oversharpening",
        "Sharpen less: repeat the post-processing with a weaker B-factor, and compare with the "
        "unsharpened map. Features that appear only in the oversharpened map may be amplified "
        "noise and should not be modelled. If the map was never sharpened, its noise dominates "
        "the last shells: check the reported resolution.",
        "Sharpen the map, and check that it was not low-passed below its reported resolution. In "
        "a map that is meant to stay unsharpened the number describes the data, and nothing is "
        "wrong with it. So fast a fall can also mean that the reported resolution is too good.",
    ),
    Criterion(
        "local_resolution.resolution",
        "0.e",
        BETWEEN,
        (2.0, 13.0),
        "Å",
        "the reported resolution is between {0} and {1} Å",
        "the range in which the networks for local resolution were trained",
        scored=False,
    ),
    Criterion(
        "local_resolution.percentile",
        "0.e",
        AT_LEAST,
        (0.1,),
        "%",
        "at least {0} % of the voxels are better resolved than the reported resolution",
        "a reported resolution that no part of the map reaches is too good",
        "Measure the resolution again with the FSC of independently refined half maps. Use a soft "
        "mask that is not too tight, and randomised phases to test it. But a network judges "
        "appearance, and an unsharpened or strongly low-passed map looks worse than it is: run "
        "this check on the sharpened map too. A difference within two standard errors of the "
        "network, in the remarks of this check, is no reason to act.",
    ),
    Criterion(
        "local_resolution.homogeneous",
        "0.e",
        AT_LEAST,
        (0.01,),
        "Å",
        "the percentiles 2.5 and 97.5 differ by at least {0} Å",
        "identical values everywhere mean that the method failed",
        _METHOD_FAILED,
    ),
    Criterion(
        "local_b_factor.median",
        "0.f",
        BETWEEN,
        (-300.0, 0.0),
        "Å²",
        "the median local B-factor is between {0} and {1} Å²",
        "amplitudes decay with resolution, and not faster than in a usual experiment",
        "Sharpen less, or give the unsharpened map. In most of the molecule the amplitudes rise "
        "with resolution, which density does not do: the map is oversharpened, or noise inside "
        "the mask dominates the last shells. Then check the reported resolution and the mask.",
        "Compare with the unbiased local B-factor in the remarks of this check, where there is "
        "one, before you act. "
        "The published value is too low by construction, by about 50 Å² at 3 Å and 200 Å² at 8 Å. "
        "If the unbiased one is far below the interval too, sharpen the map and check the "
        "reported resolution. At resolutions worse than 8 Å the number means little, and there is "
        "nothing to do.",
    ),
    Criterion(
        "local_b_factor.homogeneous",
        "0.f",
        AT_LEAST,
        (0.01,),
        "Å²",
        "the percentiles 2.5 and 97.5 differ by at least {0} Å²",
        "identical values everywhere mean that the method failed",
        _METHOD_FAILED,
    ),
    Criterion(
        "local_occupancy.median",
        "0.g",
        AT_LEAST,
        (0.5,),
        "",
        "the median local occupancy is at least {0}",
        "most of the molecule should be present in most of the particles",
        "Look where on the coloured surface the low values are. If they form a domain or a "
        "subunit, classify the particles in 3D without alignment, with a mask around that part. "
        "If they are all over, the mask holds much that is not molecule: raise the contour level.",
    ),
    Criterion(
        "local_occupancy.homogeneous",
        "0.g",
        AT_LEAST,
        (0.1,),
        "",
        "the percentiles 2.5 and 97.5 differ by at least {0}",
        "identical values everywhere mean that the method failed",
        _METHOD_FAILED,
    ),
    Criterion(
        "hand.resolution",
        "0.h",
        AT_MOST,
        (5.0,),
        "Å",
        "the reported resolution is {0} Å or better",
        "the hand of a helix cannot be seen at worse resolution",
        scored=False,
    ),
    Criterion(
        "hand.score",
        "0.h",
        AT_MOST,
        (0.5,),
        "",
        "the hand score is at most {0} (0 right, 1 mirrored)",
        "a larger score says that the map is the mirror image of the molecule",
        "Look at a well resolved alpha helix before anything else: it must turn like an ordinary "
        "screw. If it turns the other way, flip the map and its half maps along one axis and "
        "refine again from the flipped map. Where no helix is clear, fit a known or predicted "
        "structure into the map and into its mirror image: the right hand fits better.",
    ),
)

CRITERIA: Dict[str, Criterion] = {criterion.id: criterion for criterion in _TABLE}


def criteria_of(check_id: str, alternatives: bool = False) -> List[Criterion]:
    """The criteria that one check applies unless told otherwise, in the order of the table.

    With ``alternatives`` also those that it can apply instead.
    """
    return [
        criterion
        for criterion in _TABLE
        if criterion.check == check_id and (alternatives or not criterion.alternative_to)
    ]
