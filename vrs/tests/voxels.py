"""Masks and resampled maps beside those of the original programs, voxel by voxel.

``data/oracle/voxels.json`` holds what Xmipp's programs made of some maps: a checksum for a mask,
the box and moments of a resampled map. With the defects of the originals repeated, the masks of
this plugin have these checksums, so the voxels that differ can be counted where no Xmipp is.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

import msgspec
import numpy as np

from vrs.checks.result import Engine
from vrs.maps import BoolArray, DensityMap, read_map
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.maps.resample import resample_to_half_resolution
from vrs.tests.example_data import DATA, example_file, find_example
from vrs.tests.original_defects import original_mask, resampled_in_window_of_x
from vrs.tests.rst import EMPTY, simple_table

RECORD = DATA / "oracle" / "voxels.json"

SAME_VALUE = 1e-6
"""Largest difference of equal resampled maps, in units of the map's largest value."""

MASK, RESAMPLED, ITS_MASK = "mask", "resampled map", "its mask"
NEIGHBOURS, FACES, WINDOW, ZEROS = "neighbours", "faces", "window", "zeros"


@dataclass(frozen=True)
class Case:
    """A map with its contour level and resolution, and why it differs from the original's.

    ``side``: the map is cut to a cube of so many voxels, from its first one. ``causes`` are those
    of the mask, of the resampled map and of its mask, where they differ.
    """

    title: str
    file: str
    contour: float
    resolution: float
    voxel_size: Optional[float] = None
    side: Optional[int] = None
    mask: str = ""
    resampled_map: str = ""
    resampled_mask: str = ""

    @property
    def name(self) -> str:
        """As the record names it: "emd_3488.map at 0.09, 3.2 Å"."""
        cut = f" cut to {self.side}" if self.side else ""
        return f"{self.file.rpartition('.')[0]}{cut} at {self.contour:g}, {self.resolution:g} Å"

    @property
    def is_here(self) -> bool:
        """Whether the file of the map is among the example data."""
        return find_example(f"maps/{self.file}") is not None

    def read(self) -> DensityMap:
        """The map; without its file, the test is skipped."""
        return _read(example_file(f"maps/{self.file}"), self.voxel_size, self.side)


@lru_cache(maxsize=1)
def _read(file: Path, voxel_size: Optional[float], side: Optional[int]) -> DensityMap:
    density = read_map(file, voxel_size=voxel_size)
    return DensityMap(density.data[:side, :side, :side].copy(), density.voxel_size, density.origin)


CASES = (
    Case("EMD-3488", "emd_3488.map.gz", 0.09, 3.2, resampled_mask=NEIGHBOURS),
    Case(
        "EMD-3488", "emd_3488.map.gz", 0.09, 5.0,
        resampled_map=ZEROS, resampled_mask=NEIGHBOURS,
    ),
    Case("EMD-3488, 99³", "emd_3488.map.gz", 0.09, 3.2, side=99),
    Case("EMD-1997", "emd_1997.map.gz", 1.0, 7.0),
    Case("EMD-1883", "emd_1883.map.mrc.gz", 0.00075, 25.0),
    Case("EMD-5168", "emd_5168.map.gz", 8.0, 6.6, mask=FACES, resampled_mask=FACES),
    Case("EMD-5168", "emd_5168.map.gz", 10.0, 6.6, mask=FACES, resampled_mask=FACES),
    Case(
        "EMD-5185, one chain", "box_emd_5185_3j06.ccp4.gz", 4.0, 3.3,
        mask=FACES, resampled_map=ZEROS, resampled_mask=FACES,
    ),
    Case(
        "EMD-1703", "emd_1703.map.gz", 0.006, 32.0,
        mask=FACES, resampled_map=WINDOW, resampled_mask=WINDOW,
    ),
    Case("EMD-44046", "emd_44046.map.gz", 0.3, 2.99, resampled_mask=NEIGHBOURS),
    Case("beta-galactosidase", "ngl_betaGal.mrc.gz", 0.03, 10.0, voxel_size=3.54),
    Case(
        "beta-galactosidase", "ngl_betaGal.mrc.gz", 0.03, 6.0, voxel_size=3.54,
        resampled_map=ZEROS,
    ),
    Case("simulated blobs", "blobs128.mrc.gz", 0.5, 8.0),
    Case("simulated protein", "protein160.mrc.gz", 0.045, 3.5),
    Case("protein, not cubic", "protein_noncubic.mrc.gz", 0.045, 3.5, resampled_map=ZEROS),
)  # fmt: skip


@dataclass(frozen=True)
class Voxels:
    """The mask of a map, the resampled map, and the mask of the resampled map."""

    mask: BoolArray
    resampled_map: DensityMap
    resampled_mask: BoolArray


class Recorded(msgspec.Struct):
    """What is kept of ``Voxels``.

    Attributes
    ----------
    box, resampled_box : tuple of int -- along X, Y, Z
    mask, resampled_mask : tuple of int and str -- voxels, and SHA-256 of the bits in C order
    resampled_map : tuple of 3 float -- minimum, maximum and sum
    """

    box: Tuple[int, int, int]
    mask: Tuple[int, str]
    resampled_box: Tuple[int, int, int]
    resampled_map: Tuple[float, float, float]
    resampled_mask: Tuple[int, str]


class Record(msgspec.Struct):
    """The outputs of the real programs by the name of the case."""

    programs: str
    maps: Dict[str, Recorded]


def record() -> Record:
    """The record of the real programs."""
    return msgspec.json.decode(RECORD.read_bytes(), type=Record)


HEADER = (
    "Map (contour level, resolution)", "Output", "This plugin", "Original", "Different", "Cause",
    "Left",
)  # fmt: skip


UNEXPLAINED = "SOME"


def table() -> str:
    """Every difference on the maps that are here, and whether the defects explain it."""
    return simple_table(HEADER, [row for case in CASES if case.is_here for row in rows(case)])


def rows(case: Case) -> List[Tuple[str, ...]]:
    """The rows of a map in the table."""
    original = with_defects(case)
    title = f"{case.title} ({case.contour:g}, {case.resolution:g} Å)"
    left = "none" if same(recorded(original), record().maps[case.name]) else UNEXPLAINED
    found = differences(of_this_plugin(case), original, case)
    if not found:
        return [(title, "all three", "", "", "none", "", left)]
    return [
        (EMPTY if index else title, each.what, each.ours, each.original, each.extent, each.cause,
         left)
        for index, each in enumerate(found)
    ]  # fmt: skip


def write_record(engine: Engine, prepared: Callable[[Case], Voxels]) -> None:
    """Record the outputs of the real programs on all maps, which must all be here."""
    maps = {case.name: recorded(prepared(case)) for case in CASES}
    written = Record(f"{engine.name} {engine.version}", maps)
    RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(written), indent=1) + b"\n")


def of_this_plugin(case: Case) -> Voxels:
    """What this plugin makes of a map."""
    density = case.read()
    resampled = resample_to_half_resolution(density, case.resolution).density
    first, second = (
        molecule_mask(raw_mask(each.data, case.contour), growth_iterations(each.voxel_size))
        for each in (density, resampled)
    )
    return Voxels(first, resampled, second)


def with_defects(case: Case) -> Voxels:
    """The same with the defects of the original programs repeated."""
    density = case.read()
    resampled = resampled_in_window_of_x(density, case.resolution)
    return Voxels(
        original_mask(density, case.contour), resampled, original_mask(resampled, case.contour)
    )


def recorded(voxels: Voxels) -> Recorded:
    """What is kept of the outputs of a program."""
    z, y, x = voxels.mask.shape
    data = voxels.resampled_map.data
    moments = float(data.min()), float(data.max()), float(data.sum(dtype=np.float64))
    return Recorded(
        (x, y, z), _checksum(voxels.mask), voxels.resampled_map.box, moments,
        _checksum(voxels.resampled_mask),
    )  # fmt: skip


def _checksum(mask: BoolArray) -> Tuple[int, str]:
    bits = hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()
    return int(np.count_nonzero(mask)), bits


def same(first: Recorded, second: Recorded) -> bool:
    """Whether masks are equal voxel by voxel, and resampled maps within ``SAME_VALUE``."""
    values = np.abs(np.subtract(first.resampled_map, second.resampled_map))
    largest = max(map(abs, second.resampled_map[:2]))
    allowed = SAME_VALUE * largest * np.array([1, 1, math.prod(second.resampled_box)])
    boxes = (first.box, first.resampled_box) == (second.box, second.resampled_box)
    masks = (first.mask, first.resampled_mask) == (second.mask, second.resampled_mask)
    return boxes and masks and bool(np.all(values <= allowed))


@dataclass(frozen=True)
class Difference:
    """A mask or a resampled map that differs from the original's.

    Attributes
    ----------
    what : str -- "mask", "resampled map" or "its mask"
    ours, original : str -- its size
    differing : int or None -- voxels that differ, None in boxes of two sizes
    largest : float or None -- largest difference of a map, in units of its largest value
    cause : str
    """

    what: str
    ours: str
    original: str
    differing: Optional[int]
    largest: Optional[float]
    cause: str

    @property
    def extent(self) -> str:
        """How much differs: "152 voxels", "32000 voxels, by 3e-05" (of the largest value)."""
        if self.differing is None:
            return "other box"
        by = "" if self.largest is None else f", by {self.largest:.0e}"
        return f"{self.differing} voxels{by}"


def differences(ours: Voxels, original: Voxels, case: Case) -> List[Difference]:
    """What differs between this plugin and the original programs on a map."""
    return [
        each
        for each in (
            _of_masks(MASK, ours.mask, original.mask, case.mask),
            _of_maps(ours.resampled_map, original.resampled_map, case.resampled_map),
            _of_masks(
                ITS_MASK, ours.resampled_mask, original.resampled_mask, case.resampled_mask
            ),
        )
        if each is not None
    ]


def _of_masks(what: str, ours: BoolArray, original: BoolArray, cause: str) -> Optional[Difference]:
    counts = [str(np.count_nonzero(mask)) for mask in (ours, original)]
    if ours.shape != original.shape:
        return Difference(what, *counts, None, None, cause)
    differing = int(np.count_nonzero(ours != original))
    return Difference(what, *counts, differing, None, cause) if differing else None


def _of_maps(ours: DensityMap, original: DensityMap, cause: str) -> Optional[Difference]:
    boxes = ["×".join(map(str, density.box)) for density in (ours, original)]
    if ours.box != original.box:
        return Difference(RESAMPLED, *boxes, None, None, cause)
    apart = np.abs(ours.data - original.data) / np.abs(original.data).max()
    differing = int(np.count_nonzero(apart > SAME_VALUE))
    largest = float(apart.max())
    return Difference(RESAMPLED, *boxes, differing, largest, cause) if differing else None
