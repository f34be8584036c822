"""The published rules: those of Level 0 of the Validation Report Service."""

from __future__ import annotations

from functools import partial

from vrs.checks.rule import AT_LEAST, Rule

SERVICE = "Level 0 of the Validation Report Service (Sorzano et al. 2022, doi:10.1039/D2FD00059H)"

published = partial(Rule, source=SERVICE)
"""A rule of the service."""


def spread_rule(check: str, limit: float, unit: str) -> Rule:
    """The rule that a local quantity is not the same everywhere; ``check`` begins its id."""
    return published(
        f"{check}.homogeneous",
        AT_LEAST,
        (limit,),
        unit,
        f"the percentiles 2.5 and 97.5 differ by at least {{0}} {unit}".strip(),
        "identical values everywhere mean that the method failed",
        "Check the file, the voxel size, the contour level and the reported resolution, and run "
        "the check again. Values without any spread do not come from a measured map: the file may "
        "be a mask or a model, or the mask may hold almost no density.",
        measurements=("percentiles",),
    )
