"""The maps of the reports on the grid of the first, and their differences from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

import numpy as np

from vrs.checks.inputs import MAP, SOFT_MASK
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.common_grid import on_grid
from vrs.maps.difference import NYQUIST, MapDifference, map_difference
from vrs.maps.fourier import fast_side
from vrs.maps.printing import number
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.labels import labels_of

_MARGIN = 6
"""Voxels around the masks, so that nothing of one side of the box reaches the other."""

_WEIGHTED = 1e-3
"""Weight from which a voxel counts as inside the masks."""


@dataclass(frozen=True)
class Difference:
    """The map of a report against that of A.

    Attributes
    ----------
    label : str -- letter of the report
    outcome : MapDifference or None -- within ``part``; None if ``reason`` says why there is none
    part : tuple of 3 slices -- the part of the grid of A around the masks
    grid : DensityMap or None -- the map of A
    placement : str -- how the map was placed, in words
    masked : bool -- whether only the inside of both soft masks counts
    reason : str
    """

    label: str
    outcome: Optional[MapDifference] = None
    part: Tuple[slice, ...] = ()
    grid: Optional[DensityMap] = None
    placement: str = ""
    masked: bool = True
    reason: str = ""

    @property
    def density(self) -> DensityMap:
        """The difference on the whole grid of A, 0 outside of the masks."""
        assert self.outcome is not None
        return self.whole(self.outcome.difference)

    def whole(self, part_of_it: FloatArray) -> DensityMap:
        """Values of ``part`` on the whole grid of A, 0 elsewhere."""
        assert self.grid is not None
        values = np.zeros(self.grid.data.shape, dtype=np.float32)
        values[self.part] = part_of_it
        return self.grid.with_data(values)

    @property
    def resolution(self) -> float:
        """The finest detail in the difference, in Å; infinite if there is none."""
        assert self.outcome is not None and self.grid is not None
        cut_off = self.outcome.cut_off
        return self.grid.voxel_size / cut_off if cut_off > 0 else float("inf")

    @property
    def sentence(self) -> str:
        """What the difference is, how it was made, and its size."""
        if self.outcome is None:
            return f"No difference of the maps of A and {self.label}: {self.reason}."
        where = "inside both soft masks" if self.masked else "in the whole box"
        return (
            f"{self.label} − A {where}, from {self.label} on the grid of A ({self.placement}) with "
            "its amplitudes scaled to those of A shell by shell, up to "
            f"{number(self.resolution, 3)} Å: scale and sharpening make no difference. "
            f"Correlation {number(self.outcome.correlation, 4)}; the difference has "
            f"{number(100 * self.outcome.remaining, 3)} % of the root mean square of A."
        )


def differences_of(reports: Sequence[FinishedReport]) -> List[Difference]:
    """The map of every report after the first against that of the first."""
    first, *others = reports
    return [_difference(first, other, k) for k, other in zip(labels_of(reports)[1:], others)]


def _difference(first: FinishedReport, other: FinishedReport, label: str) -> Difference:
    maps = [report.volume(report.content.input_section, MAP) for report in (first, other)]
    grid, density = maps
    if grid is None or density is None:
        lacking = [name for name, one in zip(("A", label), maps) if one is None]
        return Difference(label, reason=f"the map of {' and '.join(lacking)} is not at its place")
    placed = on_grid(density, grid)
    inside = _inside_masks(first, other, grid, placed.placement)
    weight = placed.covered.astype(np.float32)
    if inside is not None:
        weight *= inside
    part = _around(weight > _WEIGHTED)
    if not part:
        return Difference(label, reason="the maps do not overlap")
    resolutions = [report.content.input.resolution for report in (first, other)]
    coarsest = max((value for value in resolutions if value is not None), default=0.0)
    cut_off = min(grid.voxel_size / coarsest, NYQUIST) if coarsest else NYQUIST
    outcome = map_difference(
        np.asarray(grid.data[part], dtype=np.float32), placed.values[part], weight[part], cut_off
    )
    return Difference(label, outcome, part, grid, placed.placement, inside is not None)


def _inside_masks(
    first: FinishedReport, other: FinishedReport, grid: DensityMap, placement: str
) -> Optional[FloatArray]:
    """The larger of both soft masks at every voxel; None if one of them is missing.

    What only one of the maps has, such as another domain, lies in one mask only.
    """
    masks = [report.volume(report.content.input_section, SOFT_MASK) for report in (first, other)]
    of_first, of_other = masks
    if of_first is None or of_other is None or of_first.data.shape != grid.data.shape:
        return None
    values = on_grid(of_other, grid, placement).values
    larger: FloatArray = np.clip(np.maximum(of_first.data, values), 0, 1).astype(np.float32)
    return larger


def _around(inside: BoolArray) -> Tuple[slice, ...]:
    """The part of a box around the voxels inside, with a margin; empty without any."""
    part = []
    for axis, size in enumerate(inside.shape):
        others = tuple(other for other in range(3) if other != axis)
        along = np.flatnonzero(inside.any(axis=others))
        if not along.size:
            return ()
        start, stop = max(along[0] - _MARGIN, 0), min(along[-1] + 1 + _MARGIN, size)
        part.append(fast_side(slice(int(start), int(stop)), size))
    return tuple(part)
