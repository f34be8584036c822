"""Section 1: the map as it will be measured, its masks and the resized map.

Everything that more than one check needs is made here once. A ``Preparation`` is kept as a folder:
``input.json`` (what was given) and the files of a ``Check`` with the masks, maps and figures.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np

from vrs import __version__
from vrs.checks.common import only_percent
from vrs.checks.figures import SliceFigure, SurfaceFigure
from vrs.checks.result import OWN_ENGINE, Check, Engine, Severity, Status
from vrs.level0.criteria import CRITERIA
from vrs.maps import DensityMap, SourceFile
from vrs.maps.header import MapHeader
from vrs.maps.header_comparison import compare_header
from vrs.maps.inputs import RemarkKind
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask, share_inside, soft_mask
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.resample import ResampledMap, bin_and_validate, resample_to_half_resolution

INPUT_FILE = "input.json"
SECTION_ID = "input"


@dataclass(frozen=True)
class InputRecord:
    """What was given: the "input" block of report.json.

    Attributes
    ----------
    file, sha256 : str
        Name and checksum of the file as given.
    box : list of int
        Voxels along X, Y, Z.
    voxel_size : float
        In Å, of the map as it was measured.
    contour : float
        Contour level in grey values.
    contour_source : str
    resolution : float or None
        Reported resolution in Å.
    entry : dict or None
        Data of the EMDB entry.
    header_remarks : list of str
        What the header says that a person should know.
    header : list of dict
        The header line by line against what was used (see ``vrs.maps.header_comparison``); empty
        where an earlier version did not keep it.
    header_labels : list of str
        The lines of text in the header.
    binning : int
        How many voxels of the file as given make one of the map that was measured, along a side.
    given_box, given_voxel_size : list of int, float
        Box and voxel size of the file as given; None where an earlier version did not keep them.
    """

    file: str
    sha256: str
    box: List[int]
    voxel_size: float
    contour: float
    contour_source: str
    resolution: Optional[float]
    entry: Optional[Dict[str, Any]] = None
    header_remarks: List[str] = field(default_factory=list)
    header: List[Dict[str, Any]] = field(default_factory=list)
    header_labels: List[str] = field(default_factory=list)
    binning: int = 1
    given_box: Optional[List[int]] = None
    given_voxel_size: Optional[float] = None


@dataclass
class Preparation:
    """The input record and Section 1 with the prepared maps among its volumes."""

    input: InputRecord
    section: Check

    def save(self, folder: Path) -> None:
        """Write input.json and the files of the section."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self.input), indent=1, ensure_ascii=False, allow_nan=False)
        (folder / INPUT_FILE).write_text(text, encoding="utf-8")
        self.section.save(folder)

    @classmethod
    def load(cls, folder: Path) -> "Preparation":
        """Read what ``save`` wrote."""
        data = json.loads((folder / INPUT_FILE).read_text(encoding="utf-8"))
        return cls(InputRecord(**data), Check.load(folder))


def prepare(
    density: DensityMap,
    contour: float,
    resolution: Optional[float],
    source: SourceFile,
    contour_source: str = "given by the user",
    binning: int = 1,
) -> Preparation:
    """Check the input and make masks and the resized map.

    Parameters
    ----------
    density : DensityMap
    contour : float
        Contour level, in grey values of the map.
    resolution : float or None
        Reported resolution in Å. Without it the resized map is the map itself and its mask grows by
        one voxel, as in the original program.
    source : SourceFile
        The file as given.
    contour_source : str
        Where the contour level comes from.
    binning : int
        Edge, in voxels, of the cubes that become one voxel before anything is measured.

    Raises
    ------
    MapError
        If the map or the values cannot be used.
    """
    start = time.perf_counter()
    given = density
    density, remarks = bin_and_validate(given, binning, contour, resolution)
    record = InputRecord(
        file=source.name,
        sha256=source.sha256,
        box=list(density.box),
        voxel_size=density.voxel_size,
        contour=contour,
        contour_source=contour_source,
        resolution=resolution,
        header_remarks=list(source.remarks),
        header=_compared(source.header, given),
        header_labels=list(source.header.labels) if source.header else [],
        binning=binning,
        given_box=list(given.box),
        given_voxel_size=given.voxel_size,
    )
    section = Check(SECTION_ID, "Input data", Status.OK, Engine(OWN_ENGINE, __version__))
    # The transform of a large map needs most memory, so it comes before there are masks.
    resized = _resized(density, resolution)
    overlap = _measure_masks(section, density, contour)
    _measure_resized(section, resized, contour, resolution)
    if binning > 1:
        section.remark(
            Severity.PROBLEM,
            f"The map was binned by {binning} to save memory, from voxels of "
            f"{given.voxel_size:.6g} Å to {density.voxel_size:.6g} Å. All numbers and figures are "
            f"of the binned map, which holds nothing finer than {2 * density.voxel_size:.4g} Å, "
            "and cannot be compared with those of other reports.",
        )
    if overlap < CRITERIA["mask.overlap"].limit:
        section.remark(
            Severity.PROBLEM,
            f"{only_percent(overlap)} of the voxels at or above the contour level are in the "
            "mask, which holds the largest connected component alone. The checks 0.a, 0.c, 0.e, "
            "0.f and 0.g look at that part as if it were the molecule, and 0.c takes the rest for "
            "background: do not act on them before the contour level makes the molecule one body.",
        )
    for remark in remarks:
        harmless = remark.kind is RemarkKind.NOT_CUBIC
        section.remark(Severity.NOTE if harmless else Severity.CAUTION, remark.message)
    if resolution is None:
        section.remark(
            Severity.CAUTION,
            "The resolution was not reported; the checks that need it do not apply.",
        )
    _show(section, contour)
    section.seconds = round(time.perf_counter() - start, 3)
    return Preparation(record, section)


def _compared(header: Optional[MapHeader], density: DensityMap) -> List[Dict[str, Any]]:
    """The lines of the comparison as JSON data."""
    if header is None:
        return []
    lines = compare_header(header, density)
    return [{**asdict(line), "agreement": line.agreement.value} for line in lines]


def _measure_masks(section: Check, density: DensityMap, contour: float) -> float:
    """Make the masks; returns the share of the raw mask that the hard mask holds."""
    iterations = growth_iterations(density.voxel_size)
    raw = raw_mask(density.data, contour)
    leave_on_disk(density.data)
    hard = molecule_mask(raw, iterations)
    soft = soft_mask(hard)
    voxels = int(np.count_nonzero(hard))
    section.measure(
        "raw_voxels",
        int(np.count_nonzero(raw)),
        "voxels",
        "raw mask: voxels at or above the contour level",
    )
    section.measure("hard_voxels", voxels, "voxels", "hard mask: its largest component, grown")
    section.measure("hard_volume", voxels * density.voxel_volume, "Å³", "volume of the hard mask")
    section.measure("growth", iterations * density.voxel_size, "Å", "growth of the hard mask")
    section.measure("soft_sum", soft.sum(dtype=np.float64), "voxels", "sum of the soft mask")
    section.volumes["map"] = density
    section.volumes["hard_mask"] = density.with_data(hard)
    section.volumes["soft_mask"] = density.with_data(soft)
    return share_inside(raw, hard) or 0.0


def _resized(density: DensityMap, resolution: Optional[float]) -> ResampledMap:
    """The map at half the resolution per voxel, or as it is if the resolution is not known."""
    if resolution is None:
        return ResampledMap(density, density.voxel_size)
    return resample_to_half_resolution(density, resolution)


def _measure_resized(
    section: Check, resized: ResampledMap, contour: float, resolution: Optional[float]
) -> None:
    iterations = 1 if resolution is None else growth_iterations(resized.density.voxel_size)
    grid = resized.density
    hard = molecule_mask(raw_mask(grid.data, contour), iterations)
    section.measure(
        "resized_voxel_size", resized.real_voxel_size, "Å", "real voxel size of the resized map"
    )
    section.measure("resized_box", grid.box, "voxels", "box of the resized map along X, Y, Z")
    section.measure(
        "resized_hard_voxels", int(np.count_nonzero(hard)), "voxels", "hard mask of the resized map"
    )
    section.volumes["resized_map"] = grid
    section.volumes["resized_hard_mask"] = grid.with_data(hard)
    section.volumes["resized_soft_mask"] = grid.with_data(soft_mask(hard))


def _show(section: Check, contour: float) -> None:
    growth = section.measurements["growth"].value
    made = (
        f"The raw mask is the map at or above the contour level {contour:.6g}; its largest "
        f"connected component, grown by {growth:.3g} Å, is the mask with hard borders"
    )
    section.results.append(
        f"{made}. Smoothed by a Gaussian with a standard deviation of √2 voxels it has soft "
        "borders."
    )
    section.figures = [
        SliceFigure("map", "central", "Central slices of the input map.", "map"),
        SliceFigure("map", "max_variance", "Slices of largest variance of the input map.", "map"),
        SliceFigure("map", "projection", "Projections (sums) of the input map."),
        SurfaceFigure("map", "Isosurface of the input map at the contour level."),
        SliceFigure(
            "hard_mask", "max_variance", "Slices of largest variance of the hard mask.", "map"
        ),
        SliceFigure(
            "soft_mask", "max_variance", "Slices of largest variance of the soft mask.", "map"
        ),
    ]
