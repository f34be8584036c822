"""scipion-em-ucm: the original local B-factor and local occupancy."""

from __future__ import annotations

from typing import Callable, List

import numpy as np

from vrs.checks.result import Engine, OutsideProgram
from vrs.engines.finding import Finding, module_exists, optional, package_version
from vrs.engines.interface import OutsideEngine
from vrs.level0.local_b_factor import SHELLS
from vrs.level0.local_occupancy import PROTEIN_QUANTILE
from vrs.level0.published_shells import SHELL_WIDTH, SWEEP_FROM
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import threads
from vrs.maps.printing import in_words
from vrs.numerics.local_slopes import NOISE_QUANTILE

PACKAGE = "scipion-em-ucm"


def find() -> Finding:
    name, detail = "LocBFactor, LocOccupancy (ucm)", f"{PACKAGE} {package_version(PACKAGE)}"
    without = "0.f and 0.g use the built-in engine, with the same formulas"
    lacking = missing("")
    why_not = f"without {in_words(lacking)}" if lacking else ""
    return optional(name, why_not, detail, without)


def missing(what: str) -> List[str]:
    """Everything that is missing for the package to measure; the same for all that it measures."""
    installed = package_version(PACKAGE) is not None and module_exists("ucm")
    return [] if installed else [f"the package {PACKAGE}"]


def record(what: str) -> Engine:
    """The package as the report names it."""
    return Engine(PACKAGE, package_version(PACKAGE) or "")


UCM = OutsideEngine("ucm", PACKAGE, ("0.f", "0.g"), missing, record)


def local_b_factor() -> OutsideProgram:
    """The package's local B-factor with the parameters of the service."""
    return _program(_b_factors)


def local_occupancy() -> OutsideProgram:
    """The package's local occupancy with the parameters of the service."""
    return _program(_occupancies)


def _program(measure: Callable[[DensityMap, BoolArray, float], FloatArray]) -> OutsideProgram:
    return OutsideProgram(record(""), measure)


def _b_factors(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
    # Imported here, since it is an optional package.
    from ucm import computations

    volume: FloatArray = computations.bfactor(
        density.data,
        mask,
        density.voxel_size,
        min_res=SWEEP_FROM,
        max_res=resolution,
        num_points=SHELLS,
        noise_threshold=NOISE_QUANTILE,
        f_voxel_width=SHELL_WIDTH,
        nthreads=threads(),
    )
    return volume[mask]


def _occupancies(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
    from ucm import computations

    volume: FloatArray = computations.occupancy(
        np.asarray(density.data, dtype=np.float32),
        mask,
        density.voxel_size,
        min_res=SWEEP_FROM,
        max_res=resolution,
        protein_threshold=PROTEIN_QUANTILE,
        f_voxel_width=SHELL_WIDTH,
    )
    return volume[mask]
