"""The maps of the benchmark, prepared once and stored as plain arrays that each process loads.

Real maps come from the example data of the tests (see ``vrs.tests.example_data``); those that are
missing are named and skipped. The other maps are simulated here.
"""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Results = Dict[str, Array]
"""The results of an implementation by name, to compare them with those of another one."""

VALUES = "values.json"


@dataclass(frozen=True)
class BenchMap:
    """A map of the benchmark.

    Attributes
    ----------
    name : str
    resolution : float
        Reported, in Å.
    voxel_size : float
        In Å.
    contour : float or None
        In grey values; None for a simulated map, which has its own.
    file : str
        Among the example data; "" for a simulated map.
    size : int
        Box of a simulated map.
    """

    name: str
    resolution: float
    voxel_size: float
    contour: Optional[float] = None
    file: str = ""
    size: int = 0


MAPS = {
    bench_map.name: bench_map
    for bench_map in (
        BenchMap("sim64", 2.5, 1.0, size=64),
        BenchMap("emd_3488", 3.2, 1.05, 0.09, "maps/emd_3488.map.gz"),
        BenchMap("emd_1997", 7.0, 2.02, 1.0, "maps/emd_1997.map.gz"),
        BenchMap("sim256", 2.5, 1.0, size=256),
        BenchMap("emd_44046", 2.99, 1.044, 0.3, "maps/emd_44046.map.gz"),
        BenchMap("sim512", 4.0, 0.8, size=512),
    )
}
ALL = ("emd_3488", "emd_1997", "sim256", "emd_44046", "sim512")
QUICK = ("sim64", "emd_3488")


@dataclass
class Inputs:
    """The input of the implementations.

    Attributes
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    resampled, resampled_mask : ndarray
        The map resampled to half the resolution, in which 0.f and 0.g are measured, and its mask.
    voxel_size, resampled_voxel_size : float
        In Å; the second as declared.
    contour, resolution : float
    """

    data: Array
    mask: Array
    resampled: Array
    resampled_mask: Array
    voxel_size: float
    resampled_voxel_size: float
    contour: float
    resolution: float


def prepare_inputs(chosen: BenchMap, folder: Path) -> None:
    """Write the arrays of a map into ``folder``.

    Raises
    ------
    FileNotFoundError
        If the map is not among the example data.
    """
    from benchmarks.memory import MAP, make_map, values_of
    from vrs.maps import read_map
    from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
    from vrs.maps.resample import resample_to_half_resolution

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / MAP
    if chosen.file:
        packed = _example(chosen.file)
        if packed is None:
            raise FileNotFoundError(f"{chosen.file} is not among the example data")
        with gzip.open(packed) as source, file.open("wb") as target:
            shutil.copyfileobj(source, target)
        contour = chosen.contour
    else:
        make_map(folder, chosen.size, chosen.voxel_size, chosen.resolution)
        contour = values_of(folder)["contour"]
    density = read_map(file, chosen.voxel_size)
    file.unlink()
    assert contour is not None
    resampled = resample_to_half_resolution(density, chosen.resolution).density
    for name, grid in (("map", density), ("resampled", resampled)):
        mask = molecule_mask(raw_mask(grid.data, contour), growth_iterations(grid.voxel_size))
        np.save(folder / f"{name}.npy", np.ascontiguousarray(grid.data, dtype=np.float32))
        np.save(folder / f"{name}_mask.npy", mask)
    values = {
        "voxel_size": density.voxel_size,
        "resampled_voxel_size": resampled.voxel_size,
        "contour": contour,
        "resolution": chosen.resolution,
        "box": list(density.box),
        "resampled_box": list(resampled.box),
    }
    (folder / VALUES).write_text(json.dumps(values), encoding="utf-8")


def is_absent(chosen: BenchMap) -> bool:
    """Whether the map is a real one that is not among the example data."""
    return bool(chosen.file) and _example(chosen.file) is None


def load_values(folder: Path) -> Dict[str, Any]:
    """Voxel sizes, contour level, resolution, and the boxes along X, Y, Z."""
    values: Dict[str, Any] = json.loads((folder / VALUES).read_text(encoding="utf-8"))
    return values


def load_inputs(folder: Path) -> Inputs:
    """The arrays that ``prepare_inputs`` wrote, in memory."""
    values = load_values(folder)
    return Inputs(
        data=np.load(folder / "map.npy"),
        mask=np.load(folder / "map_mask.npy"),
        resampled=np.load(folder / "resampled.npy"),
        resampled_mask=np.load(folder / "resampled_mask.npy"),
        voxel_size=values["voxel_size"],
        resampled_voxel_size=values["resampled_voxel_size"],
        contour=values["contour"],
        resolution=values["resolution"],
    )


def tiny_inputs() -> Inputs:
    """A noisy ball in a box of 24 voxels, for one quick run of every implementation."""
    axis = np.arange(24) - 12.0
    radius = np.sqrt(axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2)
    noise = np.random.default_rng(0).normal(0, 0.1, radius.shape)
    data = (np.clip(8 - radius, 0, 1) + noise).astype(np.float32)
    mask = radius < 9
    return Inputs(data, mask, data, mask, 1.5, 1.5, contour=0.5, resolution=4.0)


def distribution(values: Array) -> Results:
    """The values of a local quantity in the mask, and their percentiles."""
    percentiles = np.percentile(values, (2.5, 25, 50, 75, 97.5))
    return {"median": percentiles[2], "percentiles": percentiles, "values": values}


def _example(file: str) -> Optional[Path]:
    from vrs.tests.example_data import find_example

    return find_example(file)
