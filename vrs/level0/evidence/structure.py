"""Whether the finest details of the map look like a molecule or like noise.

Density of a molecule has few high and many low values: between 9 Å and the claimed resolution the
values in the mask are skewed. Noise, also where it has the power of a molecule, is symmetric. And a
molecule has its details where it is dense, while noise has them anywhere.
"""

from __future__ import annotations

from vrs.checks.result import Result
from vrs.level0.evidence.molecule import MEANINGFUL_TO
from vrs.level0.evidence.subject import Subject
from vrs.maps.printing import entered


def measure(subject: Subject, result: Result) -> None:
    """Skewness of the finest band."""
    molecule, reason = subject.molecule, ""
    value = molecule.skewness if molecule else None
    coupling = molecule.coupling if molecule else None
    if subject.resolution is None:
        reason = "the resolution was not reported"
    elif subject.resolution > MEANINGFUL_TO:
        reason = f"at worse than {entered(MEANINGFUL_TO)} Å noise and molecules are alike"
    elif value is None:
        reason = "the mask is too small"
    definition = "skewness of the values in the mask between 9 Å and the reported resolution"
    result.measure("structure_skewness", value, "", definition, reason)
    definition = (
        "correlation, in the mask, of the density between 25 and 9 Å with the square of that "
        "between 9 Å and the reported resolution"
    )
    missing = reason or ("" if coupling is not None else "the map has no density in a band")
    result.measure("structure_coupling", coupling, "", definition, missing)
