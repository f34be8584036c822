"""The values of the map at a glance: their histogram, and what is largest and most varied."""

from __future__ import annotations

from vrs.checks.figures import HistogramFigure, Mark, SliceFigure
from vrs.checks.inputs import MAP
from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps.printing import entered
from vrs.numerics.quantiles import histogram

BINS = 128


def measure(subject: Subject, result: Result) -> None:
    """Histogram of all voxels, and two kinds of projections."""
    data = subject.density.data
    counts, edges = histogram(data.reshape(-1), BINS)
    result.curves["map_values"] = {"from": edges[:-1], "to": edges[1:], "voxels": counts}
    fullest = int(counts.argmax())
    definition = f"middle of the fullest of {BINS} bins between the least and the largest value"
    mode = float(edges[fullest] + edges[fullest + 1]) / 2
    result.measure("map_mode", mode, "grey values", definition)
    marks = [Mark(subject.contour, f"contour level, {entered(subject.contour)}")]
    inside = float(edges[0]) <= subject.contour <= float(edges[-1])
    result.figures += [
        HistogramFigure(
            "map_values", "Value of the map",
            "Histogram of all voxels. Noise is a bell around 0 and the molecule its tail on the "
            "right; one lonely bar at 0 is a mask, a tail on the left inverted contrast.",
            marks=tuple(marks) if inside else (), log_counts=True,
        ),
        SliceFigure(
            MAP, "maximum_projection",
            "Largest values along X, Y and Z. Lonely bright dots are spikes, straight bright lines "
            "artefacts of the reconstruction.",
        ),
        SliceFigure(
            MAP, "deviation_projection",
            "Standard deviations along X, Y and Z. The molecule stands out of an even background; "
            "rings, streaks and further bodies do not belong to it.",
        ),
    ]  # fmt: skip
