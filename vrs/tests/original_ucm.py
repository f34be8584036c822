"""The functions of scipion-em-ucm, called without Scipion, with the parameters of the service."""

from __future__ import annotations

import importlib.util
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vrs.engines import ucm
from vrs.level0.local_b_factor import SHELLS
from vrs.level0.local_occupancy import PROTEIN_QUANTILE
from vrs.level0.published_shells import SHELL_WIDTH, SWEEP_FROM
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.numerics.local_slopes import NOISE_QUANTILE

needs_ucm = pytest.mark.skipif(bool(ucm.missing("0.f")), reason="needs the package scipion-em-ucm")


def b_factors(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
    """Local B-factors inside the mask, in Å²."""
    volume: FloatArray = _computations().bfactor(
        density.data,
        mask,
        density.voxel_size,
        min_res=SWEEP_FROM,
        max_res=resolution,
        num_points=SHELLS,
        noise_threshold=NOISE_QUANTILE,
        f_voxel_width=SHELL_WIDTH,
        nthreads=1,
    )
    return volume[mask]


def occupancies(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
    """Local occupancies inside the mask, from 0 to 1."""
    volume: FloatArray = _computations().occupancy(
        np.asarray(density.data, dtype=np.float32),
        mask,
        density.voxel_size,
        min_res=SWEEP_FROM,
        max_res=resolution,
        protein_threshold=PROTEIN_QUANTILE,
        f_voxel_width=SHELL_WIDTH,
    )
    return volume[mask]


@lru_cache(maxsize=None)
def _computations() -> Any:
    """The module that computes, without its package, which would import Scipion."""
    name = "ucm_computations"
    file = Path(ucm.record("").path) / "computations.py"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    # Its processes look for their functions under this name.
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
