"""What is measured: our implementation, another one, and within what they have to agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, List, Mapping, Tuple

import numpy as np

from benchmarks import original, ours, plain
from benchmarks.inputs import Array, Inputs, Results

Implementation = Callable[[Inputs, int], Results]

NUMPY = "numpy, scipy"
UCM = "ucm"
OURS, OTHER = "ours", "other"

FEWEST_OVERLAP = 0.999
"""Dice coefficient from which two masks agree."""


@dataclass(frozen=True)
class Tolerance:
    """Two numbers agree within the larger of a share of the other one and an absolute difference.

    ``spread`` is a share of the standard deviation of the other one's values, for whole maps;
    ``of_most`` is the share of the values of a map that has to agree.
    """

    relative: float = 0.0
    absolute: float = 0.0
    spread: float = 0.0
    of_most: float = 1.0


@dataclass(frozen=True)
class Task:
    """Something that both implementations compute.

    Attributes
    ----------
    name, title : str
    ours, other : function
        Take the inputs and the number of threads.
    other_name : str
    tolerances : dict
        By the name of the result; results without one have to be equal, those of the kind
        "bool" have to overlap.
    single : bool
        Whether the other one has no workers, so that ours gets one thread, too.
    large_maps : bool
        Whether it belongs to what has to be quick on a map of 512^3.
    """

    name: str
    title: str
    ours: Implementation
    other: Implementation
    other_name: str = NUMPY
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)
    single: bool = False
    large_maps: bool = False

    def threads(self, wanted: int) -> int:
        """Threads or workers that both get."""
        return 1 if self.single else wanted


_COUNT = Tolerance(relative=0.005)
_MOMENT = Tolerance(relative=1e-4, absolute=1e-12)
_POSITION = Tolerance(relative=1e-4, absolute=1e-3)

TASKS: Dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            "components", "components of the raw mask", ours.components, plain.components,
            large_maps=True,
        ),
        Task("hard_mask", "hard mask", ours.hard_mask, plain.hard_mask, large_maps=True),
        Task(
            "soft_mask", "soft mask", ours.soft_mask, plain.soft_mask,
            tolerances={"soft": Tolerance(absolute=1e-5)}, large_maps=True,
        ),
        Task(
            "resize", "resized map", ours.resize, plain.resize,
            # The planes at the edge of the box wrap around in one and mirror in the other.
            tolerances={"resized": Tolerance(spread=1e-3, of_most=0.9)},
        ),
        Task(
            "mass", "0.a mass", ours.mass, plain.mass,
            tolerances={
                "space_left": _POSITION, "space_right": _POSITION, "decentering": _POSITION,
                "center_of_mass": _POSITION, "masked_center_of_mass": _POSITION,
            },
            large_maps=True,
        ),
        Task(
            "mask", "0.b mask", ours.mask_analysis, plain.mask_analysis,
            tolerances={"overlap": _COUNT, "voxels_above": _COUNT},
            large_maps=True,
        ),
        Task(
            "background", "0.c background", ours.background, plain.background,
            tolerances={
                "mean": _MOMENT, "standard_deviation": _MOMENT, "t_statistic": _MOMENT,
                "p_value": Tolerance(relative=0.02, absolute=1e-12),
                "outlier_percentage": _MOMENT, "robust_sigma": _MOMENT,
            },
            large_maps=True,
        ),
        Task(
            "b_factor", "0.d B-factor", ours.guinier, plain.guinier,
            tolerances={
                "b_factor": Tolerance(relative=0.005), "corrected": Tolerance(spread=0.005),
            },
        ),
        Task(
            "local_b_factor", "0.f local B-factor", ours.local_b_factor, original.local_b_factor,
            UCM,
            {
                "median": Tolerance(relative=0.005),
                "percentiles": Tolerance(relative=0.01, absolute=2.0),
                "values": Tolerance(relative=0.01, absolute=2.0, of_most=0.99),
            },
        ),
        Task(
            "local_occupancy", "0.g local occupancy", ours.local_occupancy,
            original.local_occupancy, UCM,
            {
                "median": Tolerance(relative=0.005),
                "percentiles": Tolerance(absolute=0.02),
                "values": Tolerance(absolute=0.02, of_most=0.99),
            },
            single=True,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """How two results of one name agree: ``excess`` is the difference over what is allowed."""

    name: str
    difference: float
    excess: float

    @property
    def holds(self) -> bool:
        """Whether they agree."""
        return self.excess <= 1


def agreements(task: Task, found: Results, other: Results) -> List[Agreement]:
    """Compare all results that both have."""
    return [
        _agreement(name, values, other[name], task.tolerances.get(name, Tolerance()))
        for name, values in found.items()
        if name in other
    ]


def _agreement(name: str, values: Array, other: Array, tolerance: Tolerance) -> Agreement:
    if values.shape != other.shape:
        return Agreement(name, float("inf"), float("inf"))
    if values.dtype == bool:
        both = 2 * np.count_nonzero(values & other)
        dice = both / max(np.count_nonzero(values) + np.count_nonzero(other), 1)
        return Agreement(name, 1 - dice, (1 - dice) / (1 - FEWEST_OVERLAP))
    difference = np.abs(np.asarray(values, dtype=np.float64) - other)
    if not tolerance.relative and not tolerance.absolute and not tolerance.spread:
        largest = float(difference.max(initial=0))
        return Agreement(name, largest, 0.0 if largest == 0 else float("inf"))
    allowed = np.maximum(tolerance.relative * np.abs(other), tolerance.absolute)
    if tolerance.spread:
        allowed = np.maximum(allowed, tolerance.spread * float(np.std(other)))
    excess = difference / np.maximum(allowed, np.finfo(np.float64).tiny)
    return Agreement(name, *_largest(difference, excess, tolerance.of_most))


def _largest(difference: Array, excess: Array, share: float) -> Tuple[float, float]:
    """The largest of both, without the worst ones that need not agree."""
    if share == 1.0 or not excess.size:
        return float(difference.max(initial=0)), float(excess.max(initial=0))
    return float(np.quantile(difference, share)), float(np.quantile(excess, share))
