"""Evidence beside the checks: what kind of map is this? Never scored, always the built-in code."""

from __future__ import annotations

from vrs.checks.check import Check, Need
from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.level0.evidence import (
    background,
    contour,
    directions,
    effective_resolution,
    ghost,
    overview,
    spectrum,
    state,
    streak,
    structure,
    symmetry,
    uneven,
    voxel_size,
)
from vrs.level0.evidence.subject import Subject
from vrs.maps.memory_map import leave_on_disk

KINDS = (
    overview,
    voxel_size,
    spectrum,
    structure,
    directions,
    ghost,
    background,
    state,
    streak,
    contour,
    effective_resolution,
    uneven,
    symmetry,
)
"""The modules that measure, in the order of the report. The voxel size comes early since it takes
most memory, as long as little of the subject is kept."""


def evidence(inputs: Inputs) -> Result:
    """All evidence of a map."""
    subject = Subject.of(inputs)
    result = EVIDENCE.start()
    for kind in KINDS:
        kind.measure(subject, result)
        leave_on_disk(subject.density.data)
    return result


EVIDENCE = Check(
    id="evidence",
    title="What kind of map is this?",
    explanation=(
        "Measurements beside the published rules: whether the map has signal up to the reported "
        "resolution, in all directions, without copies, streaks or voxels out of range, and what "
        "was done to it. They are never scored; the findings are drawn from them."
    ),
    method="The properties of the map were measured as described in the report.",
    references=(),
    rules=(),
    needs=(Need.CONTOUR,),
    memory=10.0,
    measure=evidence,
)
