"""Reading map files of any header into one orientation, and writing them with their place in space."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import mrcfile
import numpy as np

from vrs.maps.density_map import DensityMap


def read_map(
    path: Path, voxel_size: Optional[float] = None, memory_map: bool = False
) -> DensityMap:
    """Read a map file."""
    opener = mrcfile.mmap if memory_map else mrcfile.open
    with opener(path, mode="r", permissive=True) as file:
        data = file.data if memory_map else np.asarray(file.data, dtype=np.float32)
        header = file.header
        size = voxel_size if voxel_size is not None else float(file.voxel_size.x)
        origin = (float(header.origin.x), float(header.origin.y), float(header.origin.z))
    return DensityMap(data, size, origin)


def write_map(path: Path, density: DensityMap) -> None:
    """Write a map as MRC with its voxel size and origin."""
    with mrcfile.new(path, overwrite=True) as file:
        file.set_data(np.asarray(density.data, dtype=np.float32))
        file.set_volume()
        file.voxel_size = density.voxel_size
        file.header.origin.x, file.header.origin.y, file.header.origin.z = density.origin
