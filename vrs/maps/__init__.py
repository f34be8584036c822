"""What a map is: reading and headers, masks, Fourier shells, resampling. Needs no Scipion."""

from vrs.maps.density_map import BoolArray, DensityMap, FloatArray, MapError
from vrs.maps.files import read_map, write_map

__all__ = ["BoolArray", "DensityMap", "FloatArray", "MapError", "read_map", "write_map"]
