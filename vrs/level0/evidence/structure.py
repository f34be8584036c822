"""Whether the finest details of the map look like a molecule or like noise.

Density of a molecule has few high and many low values: between 9 Å and the claimed resolution the
values in the mask are skewed. Noise, also where it has the power of a molecule, is symmetric.
"""

from __future__ import annotations

from vrs.checks.result import Result
from vrs.level0.evidence.molecule import MEANINGFUL_TO
from vrs.level0.evidence.subject import Subject
from vrs.maps.printing import entered


def measure(subject: Subject, result: Result) -> None:
    """Skewness of the finest band."""
    value = subject.molecule.skewness if subject.molecule else None
    reason = ""
    if subject.resolution is None:
        reason = "the resolution was not reported"
    elif subject.resolution > MEANINGFUL_TO:
        reason = f"at worse than {entered(MEANINGFUL_TO)} Å noise and molecules are alike"
    elif value is None:
        reason = "the mask is too small"
    definition = "skewness of the values in the mask between 9 Å and the reported resolution"
    result.measure("structure_skewness", value, "", definition, reason)
