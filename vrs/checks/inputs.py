"""The input of the checks: the map, its contour level and resolution, and the masks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import List, Mapping, Optional

import msgspec
import numpy as np

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Entry
from vrs.checks.result import CannotMeasure, Result
from vrs.checks.store import (
    RESULT_FILE,
    DamagedResult,
    damaged_files_named,
    encode,
    load_result,
    read_json,
    save_result,
    write_json,
)
from vrs.maps import BoolArray, DensityMap
from vrs.maps.header_comparison import HeaderLine
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import entered
from vrs.maps.spikes import Spike

INPUT_FILE = "input.json"

MAP, MASK, SOFT_MASK = "map", "mask", "soft_mask"
RESAMPLED_MAP, RESAMPLED_MASK = "resampled_map", "resampled_mask"

MADE_MASK = "made from the contour level"

OF_THE_FILE, OF_THE_PROJECT = "the map file", "the project"
"""Sources of a voxel size."""

PROPOSED = "proposed: "
"""Begins the source of a contour level that nobody stated; the reason for it follows."""

_MOST_VOXELS = 2**31 - 1
"""Along an axis: the header of a map has no larger number."""


class InputRecord(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The map as it was given, and the values that belong to it.

    Attributes
    ----------
    file : str -- name of the map file
    sha256 : str -- checksum of the map file
    box : list of int -- voxels along X, Y, Z of the map as it is measured
    voxel_size : float -- in Å, of the map as it is measured
    contour : float -- contour level in grey values
    contour_source : str -- where the contour level comes from, such as "entry EMD-3488 (author)"
    resolution : float or None -- reported resolution in Å
    resolution_source : str or None -- where it comes from; None if it was not reported
    voxel_size_source : str -- where the voxel size comes from
    mask_source : str -- "made from the contour level", or the name of the user's mask file
    mask_sha256 : str -- checksum of the user's mask file; "" without one
    entry : Entry or None -- what the EMDB entry of the map says
    entry_disagreements : list of Disagreement -- what it says otherwise than the map
    header_remarks : list of str -- unusual properties of the header of the file
    header : list of HeaderLine -- the header line by line against the values that were used
    header_labels : list of str -- the lines of text in the header
    binning : int -- voxels of the file, along a side, that make one voxel of the measured map
    given_box : list of int -- box of the file
    given_voxel_size : float -- voxel size of the file in Å
    spikes : list of Spike -- isolated voxels far outside all others
    spikes_kept : bool -- whether they were measured as they are; if not, they were replaced
    unusable : str -- why nothing can be measured; "" for a map that can be measured
    is_density : bool -- false for what looks like a mask or a map of another quantity
    mass : float or None -- molecular mass in kDa, if it was stated
    mass_source : str or None -- where it comes from; None if it was not stated

    Raises
    ------
    ValueError
        If a box, a voxel size, the binning or the mass is not possible.
    """

    file: str
    sha256: str
    box: List[int]
    voxel_size: float
    contour: float
    contour_source: str
    resolution: Optional[float]
    resolution_source: Optional[str] = None
    voxel_size_source: str = OF_THE_FILE
    mask_source: str = MADE_MASK
    mask_sha256: str = ""
    entry: Optional[Entry] = None
    entry_disagreements: List[Disagreement] = []
    header_remarks: List[str] = []
    header: List[HeaderLine] = []
    header_labels: List[str] = []
    binning: int = 1
    given_box: List[int]
    given_voxel_size: float
    spikes: List[Spike] = []
    spikes_kept: bool = False
    unusable: str = ""
    is_density: bool = True
    mass: Optional[float] = None
    mass_source: Optional[str] = None

    def __post_init__(self) -> None:
        for box in (self.box, self.given_box):
            if len(box) != 3 or min(box) < 1 or max(box) > _MOST_VOXELS:
                raise ValueError(f"a box of {box} voxels")
        for size in (self.voxel_size, self.given_voxel_size):
            if not size > 0:
                raise ValueError(f"a voxel size of {size} Å")
        if self.binning < 1:
            raise ValueError(f"binning by {self.binning}")
        if self.mass is not None and not self.mass > 0:
            raise ValueError(f"a mass of {self.mass} kDa")

    @property
    def contour_is_proposed(self) -> bool:
        """Whether nobody stated the contour level, so that it is the program's own choice."""
        return self.contour_source.startswith(PROPOSED)

    @property
    def fingerprint(self) -> str:
        """A checksum of everything that a check depends on."""
        return hashlib.sha256(encode(self)).hexdigest()


@dataclass(frozen=True)
class Inputs:
    """The input of a check.

    Attributes
    ----------
    record : InputRecord
    volumes : mapping of str to DensityMap -- the maps by their names at the top of this module
    """

    record: InputRecord
    volumes: Mapping[str, DensityMap] = field(repr=False)

    @property
    def contour(self) -> float:
        """Contour level in grey values of the map."""
        return self.record.contour

    @property
    def resolution(self) -> Optional[float]:
        """Reported resolution in Å; None if it was not reported."""
        return self.record.resolution

    @property
    def mass(self) -> Optional[float]:
        """Molecular mass in kDa; None if it was not stated."""
        return self.record.mass

    @property
    def map(self) -> DensityMap:
        """The map as it is measured; data float32, shape (Z, Y, X)."""
        return self.volumes[MAP]

    @cached_property
    def mask(self) -> BoolArray:
        """The mask; bool, shape (Z, Y, X) of the map."""
        return self._mask(MASK)

    @property
    def resampled(self) -> DensityMap:
        """The map with voxels of half the reported resolution."""
        return self.volumes[RESAMPLED_MAP]

    @cached_property
    def resampled_mask(self) -> BoolArray:
        """The mask of the resampled map; bool, of its shape."""
        return self._mask(RESAMPLED_MASK)

    def _mask(self, name: str) -> BoolArray:
        """A mask; those on disk stay there, as their values are 0 and 1."""
        values = self.volumes[name].data
        if values.dtype == np.int8 and all(plane.view(np.uint8).max() <= 1 for plane in values):
            leave_on_disk(values)
            return values.view(bool)
        inside: BoolArray = np.asarray(values) > 0.5
        leave_on_disk(values)
        return inside


@dataclass
class Preparation:
    """The input record, and Section 1 of the report with the prepared maps among its volumes."""

    input: InputRecord
    section: Result

    @property
    def inputs(self) -> Inputs:
        """The input of the checks."""
        return Inputs(self.input, self.section.volumes)

    def save(self, folder: Path) -> None:
        """Write input.json and the files of the section."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / INPUT_FILE, self.input)
        save_result(self.section, folder)

    @classmethod
    def load(cls, folder: Path) -> Preparation:
        """Read what ``save`` wrote.

        Raises
        ------
        DamagedResult
            If a file is missing or does not hold what it should, or there is no map.
        """
        with damaged_files_named(folder):
            record = read_json(folder / INPUT_FILE, InputRecord)
        section = load_result(folder)
        if MAP not in section.volumes and not record.unusable:
            raise DamagedResult(f"{RESULT_FILE} names no map")
        return cls(record, section)


def require_mask(density: DensityMap, mask: BoolArray, what: str = "map") -> None:
    """Refuse a mask that is empty or belongs to another grid.

    Parameters
    ----------
    density : DensityMap -- data shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    what : str -- which map it is, for the message: a resampled map has another maximum

    Raises
    ------
    CannotMeasure
        If it is empty or of another shape.
    """
    if mask.shape != density.data.shape:
        raise CannotMeasure(
            f"the mask has {mask.shape[::-1]} voxels along (X, Y, Z) and the map has {density.box}",
            "use a mask made for this map",
        )
    if not mask.any():
        raise CannotMeasure(
            "the mask is empty: no voxel is at or above the contour level, and the maximum of the "
            f"{what} is {entered(float(density.data.max()))}",
            "lower the contour level",
        )
