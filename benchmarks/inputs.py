"""The maps of the benchmark, prepared once and kept as plain arrays that every process loads.

Real maps come from the example data of the tests (see ``vrs.tests.example_data``) and are left out
by name where they are absent; simulated ones are made here.
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
"""What an implementation found, by name, for comparing it with what another one found."""

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
        In grey values; None for a simulated map, which brings its own.
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
    found.name: found
    for found in (
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
    """What the implementations get.

    Attributes
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    hard : ndarray, bool
        Hard mask of the map.
    resized, resized_hard : ndarray
        The map with voxels of half the resolution, in which 0.f and 0.g are measured, and its mask.
    voxel_size, resized_voxel_size : float
        In Å; the second as declared.
    contour, resolution : float
    """

    data: Array
    hard: Array
    resized: Array
    resized_hard: Array
    voxel_size: float
    resized_voxel_size: float
    contour: float
    resolution: float


def prepare_inputs(chosen: BenchMap, folder: Path) -> None:
    """Make the arrays of a map in ``folder``.

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
        packed = _example_data() / chosen.file
        with gzip.open(packed) as source, file.open("wb") as target:
            shutil.copyfileobj(source, target)
        contour = chosen.contour
    else:
        make_map(folder, chosen.size, chosen.voxel_size, chosen.resolution)
        contour = values_of(folder)["contour"]
    density = read_map(file, chosen.voxel_size)
    file.unlink()
    assert contour is not None
    resized = resample_to_half_resolution(density, chosen.resolution).density
    for name, found in (("map", density), ("resized", resized)):
        mask = molecule_mask(raw_mask(found.data, contour), growth_iterations(found.voxel_size))
        np.save(folder / f"{name}.npy", np.ascontiguousarray(found.data, dtype=np.float32))
        np.save(folder / f"{name}_hard.npy", mask)
    values = {
        "voxel_size": density.voxel_size,
        "resized_voxel_size": resized.voxel_size,
        "contour": contour,
        "resolution": chosen.resolution,
        "box": list(density.box),
        "resized_box": list(resized.box),
    }
    (folder / VALUES).write_text(json.dumps(values), encoding="utf-8")


def is_absent(chosen: BenchMap) -> bool:
    """Whether the map is a real one that is not among the example data."""
    return bool(chosen.file) and not (_example_data() / chosen.file).exists()


def load_values(folder: Path) -> Dict[str, Any]:
    """The numbers that belong to the arrays, with the boxes (x, y, z)."""
    values: Dict[str, Any] = json.loads((folder / VALUES).read_text(encoding="utf-8"))
    return values


def load_inputs(folder: Path) -> Inputs:
    """The arrays that ``prepare_inputs`` made, in memory."""
    values = load_values(folder)
    return Inputs(
        data=np.load(folder / "map.npy"),
        hard=np.load(folder / "map_hard.npy"),
        resized=np.load(folder / "resized.npy"),
        resized_hard=np.load(folder / "resized_hard.npy"),
        voxel_size=values["voxel_size"],
        resized_voxel_size=values["resized_voxel_size"],
        contour=values["contour"],
        resolution=values["resolution"],
    )


def tiny_inputs() -> Inputs:
    """A noisy ball in a box of 24 voxels, on which every implementation can be run once."""
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


def _example_data() -> Path:
    from vrs.tests.example_data import DATA

    return DATA
