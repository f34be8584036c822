"""The original local B-factor and local occupancy: the module ``ucm.computations``.

The module is loaded by itself, without its package, which would start Scipion.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Optional

from benchmarks.inputs import Inputs, Results, distribution

PACKAGE = "scipion-em-ucm"
_NAME = "ucm_computations"


def version() -> Optional[str]:
    """Version of the installed package, None if there is none."""
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return None


def computations() -> ModuleType:
    """The module with the original's functions.

    Raises
    ------
    ImportError
        If the package is not installed.
    """
    package = importlib.util.find_spec("ucm")
    if package is None or package.origin is None:
        raise ImportError(f"{PACKAGE} is not installed")
    file = Path(package.origin).with_name("computations.py")
    specification = importlib.util.spec_from_file_location(_NAME, file)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Its workers look the module up by this name.
    sys.modules[_NAME] = module
    specification.loader.exec_module(module)
    return module


def local_b_factor(inputs: Inputs, threads: int) -> Results:
    """The local B-factor with the parameters of the service, in ``threads`` processes."""
    volume = computations().bfactor(
        inputs.resampled,
        inputs.resampled_mask,
        inputs.resampled_voxel_size,
        min_res=15,
        max_res=inputs.resolution,
        num_points=10,
        noise_threshold=0.9,
        f_voxel_width=4.8,
        nthreads=threads,
    )
    return distribution(volume[inputs.resampled_mask])


def local_occupancy(inputs: Inputs, threads: int) -> Results:
    """The local occupancy with the parameters of the service, which runs in one process."""
    volume = computations().occupancy(
        inputs.resampled,
        inputs.resampled_mask,
        inputs.resampled_voxel_size,
        min_res=15,
        max_res=inputs.resolution,
        protein_threshold=0.25,
        f_voxel_width=4.8,
    )
    return distribution(volume[inputs.resampled_mask])
