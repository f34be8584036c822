"""The headings of the table of evidence."""

from __future__ import annotations

import numpy as np

from vrs.level0.evidence import EVIDENCE, KINDS
from vrs.level0.evidence.subject import Subject
from vrs.maps import DensityMap
from vrs.report.text.evidence_groups import GROUPS, OTHERS, grouped


def test_every_measurement_of_the_evidence_has_a_heading() -> None:
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((32, 32, 32)).astype(np.float32)
    result = EVIDENCE.start()
    for kind in KINDS:
        kind.measure(Subject(DensityMap(noise, 1.5), 2.0, 6.0), result)
    groups = dict(grouped(result.measurements))
    assert OTHERS not in groups
    assert sum(map(len, groups.values())) == len(result.measurements)
    named = [name for _, names in GROUPS for name in names]
    assert sorted(named) == sorted(result.measurements)
