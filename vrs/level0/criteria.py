"""The one table of rules: what the code tests, the report prints and the documentation lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Tuple

SERVICE = "Level 0 of the Validation Report Service (Sorzano et al. 2022, doi:10.1039/D2FD00059H)"


@dataclass(frozen=True)
class Criterion:
    """A published rule or a limit of applicability.

    Attributes
    ----------
    id : str
        "mass.decentering"; warnings name it.
    check : str
        Identifier of the check it belongs to.
    limits : tuple of float
        One threshold, or the two ends of the accepted interval.
    unit : str
        Unit of the limits, "" for pure numbers.
    sentence : str
        What must hold, with {0} and {1} standing for the limits.
    reason, source : str
        Why, and where the limit comes from.
    scored : bool
        False for limits of applicability, which decide whether the check is evaluated at all.
    alternative_to : str
        The rule that this one can replace when the user asks for it.
    """

    id: str
    check: str
    limits: Tuple[float, ...]
    unit: str
    sentence: str
    reason: str
    source: str = SERVICE
    scored: bool = True
    alternative_to: str = ""

    @property
    def limit(self) -> float:
        """The threshold of a rule that has one."""
        (value,) = self.limits
        return value

    @property
    def text(self) -> str:
        """The sentence with its limits."""
        return self.sentence.format(*(f"{limit:g}" for limit in self.limits))


_TABLE = (
    Criterion(
        "mass.decentering",
        "0.a",
        (20.0,),
        "%",
        "the mask is off the centre of the box by at most {0} % of the box along every axis",
        "a molecule far from the centre may be cut by the box or by the CTF correction",
    ),
    Criterion(
        "mass.space",
        "0.a",
        (20.0,),
        "%",
        "the empty space on every side is at least {0} % of the box",
        "the CTF spreads the signal around the molecule; without room it cannot be corrected",
    ),
    Criterion(
        "mass.space_in_angstrom",
        "0.a",
        (20.0,),
        "Å",
        "the empty space on every side is at least {0} Å",
        "what the program of the service tests instead of the published percentage",
        alternative_to="mass.space",
    ),
    Criterion(
        "mass.center_of_mass",
        "0.a",
        (20.0,),
        "%",
        "the centre of mass is off the centre of the box by at most {0} % of the box along every "
        "axis",
        "a shifted centre of mass is usual only in focused or local reconstructions",
    ),
    Criterion(
        "mask.components",
        "0.b",
        (5.0,),
        "components",
        "at most {0} connected components hold 95 % of the mass",
        "at a sensible contour a macromolecule is one connected body",
    ),
    Criterion(
        "mask.remaining_volume",
        "0.b",
        (5.0,),
        "Å³",
        "the mean volume of the remaining components is at most {0} Å³",
        "what is left over should be noise specks of a voxel or two",
    ),
    Criterion(
        "mask.overlap",
        "0.b",
        (0.75,),
        "",
        "the overlap of the raw and the constructed mask is at least {0}",
        "the constructed mask should hold what the contour shows",
    ),
    Criterion(
        "background.mean",
        "0.c",
        (0.001,),
        "",
        "the hypothesis that the background mean is 0 has a p-value of at least {0}",
        "the solvent should average to zero",
    ),
    Criterion(
        "background.outliers",
        "0.c",
        (20.0,),
        "",
        "voxels beyond 5 standard deviations are at most {0} times as frequent as in a Gaussian",
        "structure left in the background shows as outliers",
    ),
    Criterion(
        "b_factor.resolution",
        "0.d",
        (8.0,),
        "Å",
        "the reported resolution is {0} Å or better",
        "at worse resolution too few shells follow the Guinier line",
        scored=False,
    ),
    Criterion(
        "b_factor.interval",
        "0.d",
        (-300.0, 0.0),
        "Å²",
        "the B-factor is between {0} and {1} Å²",
        "a map decays with resolution, and rising amplitudes mean oversharpening",
    ),
    Criterion(
        "local_resolution.resolution",
        "0.e",
        (2.0, 13.0),
        "Å",
        "the reported resolution is between {0} and {1} Å",
        "the range in which the networks for local resolution were trained",
        scored=False,
    ),
    Criterion(
        "local_resolution.percentile",
        "0.e",
        (0.1,),
        "%",
        "at least {0} % of the voxels are better resolved than the reported resolution",
        "a reported resolution that no part of the map reaches is too good",
    ),
    Criterion(
        "local_resolution.homogeneous",
        "0.e",
        (0.01,),
        "Å",
        "the percentiles 2.5 and 97.5 differ by at least {0} Å",
        "identical values everywhere mean that the method failed",
    ),
    Criterion(
        "local_b_factor.median",
        "0.f",
        (-300.0, 0.0),
        "Å²",
        "the median local B-factor is between {0} and {1} Å²",
        "amplitudes decay with resolution, and not faster than in a usual experiment",
    ),
    Criterion(
        "local_b_factor.homogeneous",
        "0.f",
        (0.01,),
        "Å²",
        "the percentiles 2.5 and 97.5 differ by at least {0} Å²",
        "identical values everywhere mean that the method failed",
    ),
    Criterion(
        "local_occupancy.median",
        "0.g",
        (0.5,),
        "",
        "the median local occupancy is at least {0}",
        "most of the molecule should be present in most of the particles",
    ),
    Criterion(
        "local_occupancy.homogeneous",
        "0.g",
        (0.1,),
        "",
        "the percentiles 2.5 and 97.5 differ by at least {0}",
        "identical values everywhere mean that the method failed",
    ),
    Criterion(
        "hand.resolution",
        "0.h",
        (5.0,),
        "Å",
        "the reported resolution is {0} Å or better",
        "the hand of a helix cannot be seen at worse resolution",
        scored=False,
    ),
    Criterion(
        "hand.score",
        "0.h",
        (0.5,),
        "",
        "the hand score is at most {0} (0 right, 1 mirrored)",
        "a larger score says that the map is the mirror image of the molecule",
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
