"""Maps: reading and writing files, headers, masks, Fourier transforms, resampling."""

from vrs.maps.density_map import BoolArray, DensityMap, FloatArray
from vrs.maps.errors import MapError
from vrs.maps.files import open_map, open_mask, read_map
from vrs.maps.inputs import validate_inputs
from vrs.maps.source import SourceFile, inspect_file, read_with_source
from vrs.maps.writing import write_map

__all__ = [
    "BoolArray",
    "DensityMap",
    "FloatArray",
    "MapError",
    "SourceFile",
    "inspect_file",
    "open_map",
    "open_mask",
    "read_map",
    "read_with_source",
    "validate_inputs",
    "write_map",
]
