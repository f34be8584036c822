"""Whether the map is density of a molecule at all, with the right sign and scale."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import entered, fixed, number
from vrs.report.text.findings.contour import OF_THE_MASK, mask_of_noise
from vrs.report.text.findings.facts import Facts, of_evidence, of_input
from vrs.report.text.findings.kind import SERIOUS, Kind, Said, Threshold

_SKEWNESS, _COUPLING = of_evidence("structure_skewness"), of_evidence("structure_coupling")
_CONTRAST = of_evidence("contrast")
_SCALE, _FROM_NM = of_evidence("voxel_scale"), of_input("size_from_nm")
_SCALE_INTERVAL = of_evidence("voxel_scale_interval")

NO_STRUCTURE = Threshold(
    "skewness of the finest band below", 0.23, "",
    "independent suite: noise at most 0.2, sound maps up to 3.6 Å at least 0.44; real maps 0.67",
)  # fmt: skip
STRUCTURE_SEEN_TO = Threshold(
    "for that, a reported resolution up to", 3.6, "Å",
    "independent suite: beyond, sound maps are as low",
)  # fmt: skip
SYMMETRIC = Threshold(
    "beyond, skewness of the finest band below", 0.08, "",
    "independent maps up to 4.6 Å: sound ones at least 0.13",
)  # fmt: skip
SYMMETRIC_TO = Threshold(
    "for that, a reported resolution up to", 4.6, "Å",
    "independent suite: at 5 Å sound maps are as low; there only a skewness below 0 counts",
)  # fmt: skip
UNCOUPLED = Threshold(
    "coupling of the finest with the coarse band below", 0.05, "",
    "46 maps of noise claimed at 2.7 to 5 Å: at most 0.03; sound maps at least 0.07",
)  # fmt: skip
UNSKEWED = Threshold(
    "for that, a skewness of the finest band below", 0.25, "",
    "46 maps of noise: at most 0.12; a real map with a coupling of 0.05 has 0.32",
)  # fmt: skip

SHAPELESS = Threshold(
    "skewness of the blurred map, on either side of 0, of a map without any molecule below", 1.0,
    "", "independent suite: sound maps at least 1.5",
)  # fmt: skip
INVERTED = Threshold(
    "skewness of the blurred map below", -1.5, "",
    "independent suite: inverted maps at most -3.3, sound and real maps at least -0.8",
)  # fmt: skip
CLEARLY = Threshold(
    "where the finest band is measured, that skewness below", -2.5, "",
    "noise in shapes down to -1.6; or the next one",
)  # fmt: skip
OPPOSITE = Threshold(
    "coupling of the finest with the coarse band at most", -0.1, "",
    "independent suite: inverted maps -0.26 and -0.14, noise at least -0.03",
)  # fmt: skip
SCALE = Threshold(
    "voxel size over the one that fits, or its inverse, at least", 1.06, "",
    "independent suite: 0.97 to 1.02 with the right voxel size, 1.075 with an error of 10 %; its "
    "interval must exclude 1, too",
)  # fmt: skip


def _not_density(facts: Facts) -> Optional[Said]:
    if facts.record.is_density:
        return None
    return Said(
        "The values of the input are those of a mask, a segmentation or a map of another quantity, "
        "such as the local resolution. The checks are made for density, so no score is given.",
        "Write the report of the density map itself.",
    )


def has_structure(facts: Facts) -> Optional[bool]:
    """Whether the finest details are those of a molecule; None where that was not tested."""
    skewness, coupling, resolution = (
        facts.number(_SKEWNESS), facts.number(_COUPLING), facts.resolution,
    )  # fmt: skip
    if skewness is None or resolution is None:
        return None
    if resolution <= STRUCTURE_SEEN_TO.value and skewness < NO_STRUCTURE.value:
        return False
    least = SYMMETRIC.value if resolution <= SYMMETRIC_TO.value else 0.0
    if skewness < least:
        return False
    if coupling is None:
        return True if resolution <= STRUCTURE_SEEN_TO.value else None
    return not (coupling < UNCOUPLED.value and skewness < UNSKEWED.value)


def _no_structure(facts: Facts) -> Optional[Said]:
    skewness, coupling, resolution = (
        facts.number(_SKEWNESS), facts.number(_COUPLING), facts.resolution,
    )  # fmt: skip
    if has_structure(facts) is not False or skewness is None or resolution is None:
        return None
    numbers = f"their skewness is {fixed(skewness, 2)}, while molecules have 0.4 to 1.3 up to 3.6 Å"
    if resolution > STRUCTURE_SEEN_TO.value and coupling is not None:
        numbers = (
            f"their skewness is {fixed(skewness, 2)}, and they are not stronger where the molecule "
            f"is denser (correlation {fixed(coupling, 2)}, in molecules 0.07 or more)"
        )
    start = (
        f"Between 9 Å and the reported {entered(resolution)} Å the values in the mask are "
        f"distributed like noise: {numbers}."
    )
    if mask_of_noise(facts):
        return Said(
            f"{start} That mask is made of noise, so this says nothing about the molecule.",
            "Look again once the contour level shows the molecule alone.",
        )
    contrast = facts.number(_CONTRAST)
    if contrast is not None and abs(contrast) < SHAPELESS.value:
        return Said(
            f"{start} Blurred, the map shows no molecule either: the skewness of its values is "
            f"{fixed(contrast, 1)}, while maps of molecules have 1.5 or more.",
            "Do not interpret this map: nothing in it stands out from noise. Look at the raw data "
            "and at the FSC of two independent half maps.",
        )
    return Said(
        f"{start} What looks like detail is noise, an overfitted map or an envelope filled with "
        "noise.",
        "Do not interpret detail finer than 9 Å. Look at the FSC of two independent half maps, "
        "and refine again from a reference without detail.",
    )


def _inverted(facts: Facts) -> Optional[Said]:
    contrast = facts.number(_CONTRAST)
    if contrast is None or contrast >= INVERTED.value:
        return None
    coupling = facts.number(_COUPLING)
    if contrast > CLEARLY.value and coupling is not None and coupling > OPPOSITE.value:
        return None
    return Said(
        "Where the molecule is, the density is negative: the values of the blurred map have a "
        f"skewness of {fixed(contrast, 1)}, those of maps of molecules 1.5 or more.",
        "Multiply the map by −1 and write the report again.",
    )


def _held(resolution: Optional[float], voxel_size: float) -> bool:
    """Whether voxels can hold detail of a resolution, which is two of them."""
    return resolution is not None and resolution >= 2 * voxel_size


def _doubtful_scale(facts: Facts) -> Optional[Said]:
    size, from_nm = facts.record.voxel_size, facts.number(_FROM_NM)
    if from_nm is not None and (_held(facts.resolution, from_nm) or not has_structure(facts)):
        longest = max(facts.record.box) * size
        return Said(
            f"With voxels of {entered(size)} Å the box is {number(longest)} Å long and what the "
            f"contour level shows is too small for a molecule; with {entered(from_nm)} Å it would "
            "be one, so the voxel size may be in nm.",
            "Check the voxel size: all lengths, volumes and resolutions depend on it.",
        )
    scale, interval = facts.number(_SCALE), facts.numbers(_SCALE_INTERVAL, 2)
    if scale is None or interval is None or interval[0] <= 1 <= interval[1]:
        return None
    if 1 / SCALE.value < scale < SCALE.value:
        return None
    return Said(
        f"The Fourier amplitudes fit those of protein best with voxels of {fixed(size / scale, 3)} "
        f"Å instead of {entered(size)} Å.",
        "Check the calibrated pixel size and the binning of the data, for example against an "
        "atomic model.",
    )


KINDS = (
    Kind(
        "input.not_density",
        "The input is no density map",
        (SERIOUS,),
        _not_density,
    ),
    Kind(
        "contrast.inverted",
        "The contrast is inverted",
        (SERIOUS,),
        _inverted,
        reads=(_CONTRAST, _COUPLING),
        thresholds=(INVERTED, CLEARLY, OPPOSITE),
    ),
    Kind(
        "input.no_structure",
        "No structure of a molecule at the reported resolution",
        (SERIOUS,),
        _no_structure,
        reads=(_SKEWNESS, _COUPLING),
        thresholds=(
            NO_STRUCTURE, STRUCTURE_SEEN_TO, SYMMETRIC, SYMMETRIC_TO, UNCOUPLED, UNSKEWED,
            SHAPELESS,
        ),  # fmt: skip
        causes=("contrast.inverted", "contour.in_noise", "resolution.low_passed"),
        rules=("mass.decentering", *OF_THE_MASK),
        version=2,
    ),
    Kind(
        "voxel_size.doubtful",
        "The voxel size does not fit the content",
        (SERIOUS,),
        _doubtful_scale,
        reads=(_SCALE, _SCALE_INTERVAL, _FROM_NM),
        thresholds=(SCALE,),
        causes=("contrast.inverted", "input.no_structure", "contour.outside"),
        version=2,
    ),
)
