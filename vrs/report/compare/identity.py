"""What two reports are about, in lines for both."""

from __future__ import annotations

from typing import List, Tuple

from vrs.report.model import Report
from vrs.report.text import words

NONE = "–"


def identity_lines(a: Report, b: Report) -> List[Tuple[str, str, str]]:
    """Label, value in A and value in B of what the reports are about."""
    return [
        (label, first, second)
        for (label, first), (_, second) in zip(_identity(a), _identity(b))
        if (first, second) != (NONE, NONE)
    ]


def _identity(report: Report) -> List[Tuple[str, str]]:
    record = report.input
    return [
        ("Title", report.title or NONE),
        ("Entry", str(report.entry.get("id", NONE))),
        ("Map file", record.file or NONE),
        ("Box", words.voxels(record.box)),
        ("Voxel size", words.measured(record.voxel_size, "Å")),
        ("Contour level", words.measured(record.contour)),
        ("Mask", record.mask_source),
        ("Reported resolution", words.measured(record.resolution, "Å")),
        ("Date of the report", words.date(report.provenance.date)),
        ("Written by", f"scipion-em-vrs {report.provenance.versions['scipion-em-vrs']}"),
    ]
