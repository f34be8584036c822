"""The tasks: two implementations of a measurement, and the tolerance of their results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, List, Mapping, Tuple

import numpy as np

from benchmarks import numpy_scipy, original, plugin
from benchmarks.inputs import Array, Inputs, Results

Implementation = Callable[[Inputs, int], Results]

NUMPY = "numpy, scipy"
UCM = "ucm"
PLUGIN, OTHER = "plugin", "other"

FEWEST_OVERLAP = 0.999
"""Dice coefficient from which two masks agree."""


@dataclass(frozen=True)
class Tolerance:
    """Two numbers agree within the larger of a relative and an absolute difference.

    ``spread`` is a share of the standard deviation of the values of the other implementation, for
    whole maps; ``of_most`` is the share of the values of a map that must agree.
    """

    relative: float = 0.0
    absolute: float = 0.0
    spread: float = 0.0
    of_most: float = 1.0


@dataclass(frozen=True)
class Task:
    """A measurement with two implementations.

    Attributes
    ----------
    name, title : str
    plugin, other : function
        Take the inputs and the number of threads.
    other_name : str
    tolerances : dict
        By the name of the result. Results without a tolerance must be equal; boolean results must
        overlap.
    single : bool
        Whether the other implementation has no workers, so that both run in one thread.
    large_maps : bool
        Whether its time on a map of 512^3 voxels is added up.
    """

    name: str
    title: str
    plugin: Implementation
    other: Implementation
    other_name: str = NUMPY
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)
    single: bool = False
    large_maps: bool = False

    def threads(self, wanted: int) -> int:
        """Threads or workers of both."""
        return 1 if self.single else wanted


_COUNT = Tolerance(relative=0.005)
_MOMENT = Tolerance(relative=1e-4, absolute=1e-12)
_POSITION = Tolerance(relative=1e-4, absolute=1e-3)

TASKS: Dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            "components", "components of the raw mask", plugin.components, numpy_scipy.components,
            large_maps=True,
        ),
        Task(
            "molecule_mask", "mask", plugin.molecule_mask, numpy_scipy.molecule_mask,
            large_maps=True,
        ),
        Task(
            "soft_mask", "soft mask", plugin.soft_mask, numpy_scipy.soft_mask,
            tolerances={"soft": Tolerance(absolute=1e-5)}, large_maps=True,
        ),
        Task(
            "resample", "resampled map", plugin.resample, numpy_scipy.resample,
            # At the edge of the box one implementation wraps around, the other mirrors.
            tolerances={"resampled": Tolerance(spread=1e-3, of_most=0.9)},
        ),
        Task(
            "mass", "0.a mass", plugin.mass, numpy_scipy.mass,
            tolerances={
                "space_left": _POSITION, "space_right": _POSITION, "decentering": _POSITION,
                "center_of_mass": _POSITION, "masked_center_of_mass": _POSITION,
            },
            large_maps=True,
        ),
        Task(
            "mask", "0.b mask", plugin.mask_analysis, numpy_scipy.mask_analysis,
            tolerances={"overlap": _COUNT, "voxels_above": _COUNT},
            large_maps=True,
        ),
        Task(
            "background", "0.c background", plugin.background, numpy_scipy.background,
            tolerances={
                "mean": _MOMENT, "standard_deviation": _MOMENT, "t_statistic": _MOMENT,
                "p_value": Tolerance(relative=0.02, absolute=1e-12),
                "outlier_percentage": _MOMENT, "robust_sigma": _MOMENT,
            },
            large_maps=True,
        ),
        Task(
            "b_factor", "0.d B-factor", plugin.guinier, numpy_scipy.guinier,
            tolerances={
                "b_factor": Tolerance(relative=0.005), "corrected": Tolerance(spread=0.005),
            },
        ),
        Task(
            "local_b_factor", "0.f local B-factor", plugin.local_b_factor, original.local_b_factor,
            UCM,
            {
                "median": Tolerance(relative=0.005),
                "percentiles": Tolerance(relative=0.01, absolute=2.0),
                "values": Tolerance(relative=0.01, absolute=2.0, of_most=0.99),
            },
        ),
        Task(
            "local_occupancy", "0.g local occupancy", plugin.local_occupancy,
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
    """The difference of two results; ``excess`` is the difference over the tolerance."""

    name: str
    difference: float
    excess: float

    @property
    def holds(self) -> bool:
        """Whether they agree."""
        return self.excess <= 1


def agreements(task: Task, results: Results, other: Results) -> List[Agreement]:
    """Compare the common results."""
    return [
        _agreement(name, values, other[name], task.tolerances.get(name, Tolerance()))
        for name, values in results.items()
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
    """The largest of both, without the share that need not agree."""
    if share == 1.0 or not excess.size:
        return float(difference.max(initial=0)), float(excess.max(initial=0))
    return float(np.quantile(difference, share)), float(np.quantile(excess, share))
