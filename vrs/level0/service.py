"""The published rules: those of Level 0 of the Validation Report Service."""

from __future__ import annotations

from functools import partial

from vrs.checks.rule import Rule

SERVICE = "Level 0 of the Validation Report Service (Sorzano et al. 2022, doi:10.1039/D2FD00059H)"

published = partial(Rule, source=SERVICE)
"""A rule of the service."""

METHOD_FAILED = (
    "Check the file, the voxel size, the contour level and the reported resolution, and run the "
    "check again. Values without any spread do not come from a measured map: the file may be a "
    "mask or a model, or the mask may hold almost no density."
)
"""Advice for a local quantity that is the same everywhere."""
