"""Section 1: the map as it is measured, its masks, and the resampled map.

The input that several checks share is prepared here once.
"""

from __future__ import annotations

import math
import time
from typing import List, Optional, Sequence

import numpy as np

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Entry
from vrs.checks.figures import SliceFigure, SurfaceFigure
from vrs.checks.fitting import other_box
from vrs.checks.inputs import (
    MADE_MASK,
    MAP,
    MASK,
    OF_THE_FILE,
    PROPOSED,
    RESAMPLED_MAP,
    RESAMPLED_MASK,
    SOFT_MASK,
    InputRecord,
    Preparation,
)
from vrs.checks.memory import PER_VOXEL, memory_needed, resampled_voxels, shortage
from vrs.checks.result import Remark, Result, Severity, Status
from vrs.level0.entry_remarks import entry_remarks
from vrs.level0.preparation_comparison import compare_with_built_in
from vrs.level0.preparation_program import (
    BUILT_IN_PROGRAM,
    PreparationProgram,
    growth_of_resampled,
)
from vrs.maps import BoolArray, DensityMap, MapError, SourceFile
from vrs.maps.errors import ContourOutside, sentence
from vrs.maps.header_comparison import HeaderLine, compare_header
from vrs.maps.inputs import InputRemark, RemarkKind
from vrs.maps.masks import growth_iterations, raw_mask, share_inside
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import entered, number
from vrs.maps.refused_inputs import looks_like_nm, refuse_mass, refuse_resolution
from vrs.maps.resample import ResampledMap, bin_and_validate, bin_map
from vrs.maps.rounding import rounded_alike
from vrs.maps.spikes import find_spikes, spike_remark, without_spikes
from vrs.maps.typed_values import GIVEN

SECTION_ID = "input"

LOOK_AT_SLICES = (
    "Outside of the molecule there should be nothing but even noise, or nothing: look for stripes, "
    "rings and blobs."
)
LOOK_AT_PROJECTIONS = (
    "Look for streaks and stripes, and for a dark halo around the molecule: there should be none."
)
LOOK_AT_SURFACES = (
    "The molecule should be in one piece, without dust around it and without a rough surface."
)
LOOK_AT_LINE = (
    "Where the map varies most, the line should follow the molecule: look for density outside of "
    "it, and for a line around noise."
)
LOOK_AT_SOFT_MASK = (
    "Its grey edge should lie outside of the line, in the solvent, and fall off smoothly."
)
LOOK = "The mask (white) should hold the whole molecule: look for a line around what is outside."

NO_FILE = SourceFile("", "", ())
"""The source of a map that was never in a file."""

NOT_DENSITY = (
    RemarkKind.FEW_VALUES, RemarkKind.SOFT_MASK, RemarkKind.LOCAL_RESOLUTION,
    RemarkKind.OTHER_QUANTITY,
)  # fmt: skip
"""Remarks on masks and on maps of another quantity."""

ON_THE_CONTOUR = (
    RemarkKind.CONTOUR_NOT_POSITIVE, RemarkKind.CONTOUR_LOW, RemarkKind.CONTOUR_IN_NOISE,
    RemarkKind.CONTOUR_HIGH,
)  # fmt: skip
"""Remarks on a contour level that somebody stated."""

SEVERITIES = {
    RemarkKind.NOT_CUBIC: Severity.NOTE,
    RemarkKind.MASKED: Severity.NOTE,
}
"""Weights of remarks on the input; that of the others is a caution."""


@rounded_alike()
def prepare(
    density: DensityMap,
    contour: float,
    resolution: Optional[float] = None,
    source: SourceFile = NO_FILE,
    *,
    contour_source: str = GIVEN,
    resolution_source: str = GIVEN,
    voxel_size_source: str = OF_THE_FILE,
    entry: Optional[Entry] = None,
    entry_disagreements: Sequence[Disagreement] = (),
    keep_spikes: bool = False,
    binning: int = 1,
    mass: Optional[float] = None,
    mass_source: str = GIVEN,
    own_mask: Optional[DensityMap] = None,
    mask_source: Optional[SourceFile] = None,
    available: Optional[float] = None,
    notes: Sequence[str] = (),
    problem: Optional[MapError] = None,
    program: PreparationProgram = BUILT_IN_PROGRAM,
) -> Preparation:
    """Check the input, and make the masks and the resampled map.

    A map that cannot be measured also gets a preparation, with the reason in
    ``InputRecord.unusable``.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    contour : float -- contour level in grey values of the map
    resolution : float or None
        Reported resolution in Å. Without it the resampled map is the map itself and its mask grows
        by one voxel, as in the original program.
    source : SourceFile -- the map file
    contour_source, resolution_source, voxel_size_source : str -- where these values come from
    entry : Entry, optional -- what the EMDB entry of the map says
    entry_disagreements : sequence of Disagreement -- what it says otherwise than the map
    keep_spikes : bool -- measure isolated voxels far outside all others, instead of replacing them
    binning : int -- edge, in voxels, of the cubes that become one voxel before anything is measured
    mass : float, optional -- molecular mass in kDa
    mass_source : str -- where it comes from
    own_mask : DensityMap, optional
        The user's mask on the grid of the map, cut at 0.5. It replaces the mask everywhere and is
        not grown; the soft mask and the mask of the resampled map are made from it.
    mask_source : SourceFile, optional -- the file of that mask
    available : float, optional -- bytes of available memory; a map that needs more is not prepared
    notes : sequence of str -- sentences about stated values that are not used
    problem : MapError, optional -- why nothing can be measured, if that is known before
    program : PreparationProgram
        Makes the masks and the resampled map, by default the built-in engine.

    Raises
    ------
    CannotMeasure
        If the program fails, or its maps are not those of the built-in engine but for its defects.

    Examples
    --------
    >>> ball = np.zeros((32, 32, 32), dtype=np.float32)
    >>> ball[8:24, 8:24, 8:24] = 1
    >>> prepared = prepare(DensityMap(ball, voxel_size=2.0), contour=0.5)
    >>> int(prepared.section.number("raw_voxels"))
    4096
    """
    start = time.perf_counter()
    spikes = find_spikes(density)
    unbinned = density = density if keep_spikes else without_spikes(density, spikes)
    section = Result(id=SECTION_ID, title="Input data", status=Status.OK, engine=program.engine)
    remarks: List[InputRemark] = []
    unusable = ""
    try:
        if problem is not None:
            raise problem
        # An impossible resolution would need impossible memory.
        if resolution is not None:
            refuse_resolution(unbinned.box, unbinned.voxel_size, resolution)
        if mass is not None:
            refuse_mass(unbinned.box, unbinned.voxel_size, mass)
        voxels = math.prod(size // binning for size in unbinned.box)
        needed = preparation_memory(voxels, unbinned.voxel_size * binning, resolution)
        lacking = shortage("the preparation", needed, available)
        if lacking:
            raise lacking
        own = None if own_mask is None else _binned_mask(own_mask, unbinned, binning)
        density, remarks = bin_and_validate(unbinned, binning, contour, resolution)
    except ContourOutside:
        density = bin_map(unbinned, binning)
    except MapError as error:
        unusable = sentence(error.reason, error.advice)
    possible_mass = mass is not None and mass > 0
    mask_name = mask_source.name if mask_source else "the user's mask"
    record = InputRecord(
        file=source.name,
        sha256=source.sha256,
        box=list(density.box),
        voxel_size=density.voxel_size,
        contour=contour,
        contour_source=contour_source,
        resolution=resolution,
        resolution_source=None if resolution is None else resolution_source,
        voxel_size_source=voxel_size_source,
        entry=entry,
        entry_disagreements=list(entry_disagreements),
        mask_source=MADE_MASK if own_mask is None else mask_name,
        mask_sha256=mask_source.sha256 if mask_source else "",
        header_remarks=list(source.remarks),
        header=_header_lines(source, unbinned, spikes_replaced=bool(spikes) and not keep_spikes),
        header_labels=list(source.header.labels) if source.header else [],
        binning=binning,
        given_box=list(unbinned.box),
        given_voxel_size=unbinned.voxel_size,
        spikes=spikes,
        spikes_kept=keep_spikes,
        unusable=unusable,
        is_density=all(remark.kind not in NOT_DENSITY for remark in remarks),
        mass=mass if possible_mass else None,
        mass_source=mass_source if possible_mass else None,
    )
    section.volumes[MAP] = density
    if unusable:
        section.status, section.reason = Status.NOT_MEASURED, unusable
        section.headline = unusable
        section.figures = [SliceFigure(MAP, "central", "Central slices of the map.")]
    else:
        _measure(section, density, contour, resolution, own, program)
        _remark(section, record, remarks)
        if program is not BUILT_IN_PROGRAM:
            compare_with_built_in(section, contour, resolution, made=own is None)
        _show(section, record)
    for note in notes:
        section.remark(Severity.CAUTION, note)
    section.seconds = round(time.perf_counter() - start, 3)
    return Preparation(record, section)


def _header_lines(
    source: SourceFile, density: DensityMap, spikes_replaced: bool
) -> List[HeaderLine]:
    if source.header is None:
        return []
    note = "spikes were replaced" if spikes_replaced else ""
    return compare_header(source.header, density, note)


def preparation_memory(voxels: int, voxel_size: float, resolution: Optional[float]) -> float:
    """Bytes that ``prepare`` takes at its peak, for a map as it is binned (voxel size in Å)."""
    largest = max(voxels, resampled_voxels(voxels, voxel_size, resolution))
    return memory_needed(PER_VOXEL, largest)


def _binned_mask(own_mask: DensityMap, density: DensityMap, binning: int) -> BoolArray:
    """The user's mask on the grid of the map as it is measured.

    Raises
    ------
    MapError
        If it has another size than the map, or is empty.
    """
    other = other_box(own_mask.box, density.box)
    if other:
        raise other
    inside: BoolArray = bin_map(own_mask, binning).data > 0.5
    if not inside.any():
        raise MapError("no voxel of the mask is above 0.5", "use a mask that holds the molecule")
    return inside


def _measure(
    section: Result,
    density: DensityMap,
    contour: float,
    resolution: Optional[float],
    own: Optional[BoolArray],
    program: PreparationProgram,
) -> None:
    # The transform of a large map needs most memory, so it comes before there are masks.
    resampled = _resampled(density, resolution, program)
    own_resampled = None
    if own is not None:
        own_resampled = _resampled(density.with_data(own), resolution, program).density.data > 0.5
    _measure_voxel_size(section, density, contour)
    iterations = growth_iterations(density.voxel_size)
    raw = raw_mask(density.data, contour)
    leave_on_disk(density.data)
    mask = program.molecule_mask(density, contour, iterations) if own is None else own
    soft = program.soft_mask(density.with_data(mask))
    raw_voxels, voxels = int(np.count_nonzero(raw)), int(np.count_nonzero(mask))
    definition = "raw mask: voxels at or above the contour level"
    section.measure("raw_voxels", raw_voxels, "voxels", definition)
    definition = "the largest component of the raw mask, dilated" if own is None else "the user's"
    section.measure("hard_voxels", voxels, "voxels", f"mask: {definition}")
    section.measure("hard_volume", voxels * density.voxel_volume, "Å³", "volume of the mask")
    growth = iterations * density.voxel_size if own is None else 0.0
    section.measure("growth", growth, "Å", "dilation of the mask")
    section.measure("soft_sum", soft.sum(dtype=np.float64), "voxels", "sum of the soft mask")
    _measure_share(section, "share_in_mask", raw, mask)
    section.volumes[MASK] = density.with_data(mask)
    section.volumes[SOFT_MASK] = density.with_data(soft)
    del raw, soft
    _measure_resampled(section, resampled, contour, resolution, own_resampled, program)


def _measure_voxel_size(section: Result, density: DensityMap, contour: float) -> None:
    size = 10 * density.voxel_size if looks_like_nm(density, contour) else None
    definition = "the voxel size, if that of the file is in nm"
    reason = "" if size else "a molecule fits the box in Å"
    section.measure("size_from_nm", size, "Å", definition, reason)


def _measure_share(
    section: Result, name: str, raw: BoolArray, mask: BoolArray, grid: str = ""
) -> None:
    share = share_inside(raw, mask)
    percentage = None if share is None else 100 * share
    definition = f"voxels {grid}at or above the contour level that are in its mask"
    reason = "no voxel is at or above the contour level" if share is None else ""
    section.measure(name, percentage, "%", definition, reason)


def _resampled(
    density: DensityMap, resolution: Optional[float], program: PreparationProgram
) -> ResampledMap:
    """The map at half the resolution per voxel, or as it is if the resolution is not known."""
    if resolution is None:
        return ResampledMap(density, density.voxel_size)
    return program.resample(density, resolution)


def _measure_resampled(
    section: Result,
    resampled: ResampledMap,
    contour: float,
    resolution: Optional[float],
    own: Optional[BoolArray],
    program: PreparationProgram,
) -> None:
    grid = resampled.density
    iterations = growth_of_resampled(grid.voxel_size, resolution)
    mask = program.molecule_mask(grid, contour, iterations) if own is None else own
    raw = raw_mask(grid.data, contour)
    size, voxels = resampled.real_voxel_size, int(np.count_nonzero(mask))
    section.measure("resized_voxel_size", size, "Å", "real voxel size of the resampled map")
    section.measure("resized_box", grid.box, "voxels", "box of the resampled map along X, Y, Z")
    section.measure("resized_hard_voxels", voxels, "voxels", "mask of the resampled map")
    _measure_share(section, "share_in_resized_mask", raw, mask, "of the resampled map ")
    section.volumes[RESAMPLED_MAP] = grid
    section.volumes[RESAMPLED_MASK] = grid.with_data(mask)


def _remark(section: Result, record: InputRecord, remarks: List[InputRemark]) -> None:
    if record.binning > 1:
        section.remark(
            Severity.CAUTION,
            f"The map was binned by {record.binning} to save memory, from voxels of "
            f"{entered(record.given_voxel_size)} Å to {entered(record.voxel_size)} Å. All numbers "
            "and figures are those of the binned map, which holds nothing finer than "
            f"{number(2 * record.voxel_size)} Å, and cannot be compared with those of other "
            "reports.",
        )
    if record.contour_is_proposed:
        section.remarks.append(_proposed(record))
        remarks = not_on_the_contour(remarks)
    if record.spikes:
        section.remark(Severity.CAUTION, spike_remark(record.spikes, record.spikes_kept))
    own = record.mask_source != MADE_MASK
    if own:
        section.remark(
            Severity.NOTE,
            f"The mask is the user's, {record.mask_source}. It was used as it is; the raw mask and "
            "the components of 0.b are those of the contour level.",
        )
    share = section.measurements["share_in_mask"].value
    if share is None:
        maximum = float(section.volumes[MAP].data.max())
        section.remark(
            Severity.CAUTION,
            f"No voxel is at or above the contour level {entered(record.contour)}; the maximum of "
            f"the map is {entered(maximum)}. Lower the contour level.",
        )
    section.remarks += [weighted(remark) for remark in remarks]
    section.remarks += entry_remarks(
        record.entry, record.given_box, record.given_voxel_size, record.resolution, record.mass
    )
    if record.resolution is None:
        message = "The resolution was not reported; the checks that need it do not apply."
        section.remark(Severity.CAUTION, message)


def _proposed(record: InputRecord) -> Remark:
    """The remark on a contour level that the program chose."""
    reason = record.contour_source[len(PROPOSED) :]
    chosen = (
        f"The program chose {entered(record.contour)}: {reason}. Give your own if you know a "
        "better one."
    )
    of_entry = record.entry.contour if record.entry else None
    why = "No contour level was stated."
    if of_entry is not None:
        # A finding has the weight of it.
        why = f"No voxel reaches the contour level of the entry, {entered(of_entry)}."
    return Remark(Severity.NOTE, f"{why} {chosen}")


def not_on_the_contour(remarks: List[InputRemark]) -> List[InputRemark]:
    """The remarks without those on a contour level, where nobody stated it."""
    return [remark for remark in remarks if remark.kind not in ON_THE_CONTOUR]


def weighted(remark: InputRemark) -> Remark:
    """A remark on the input with its weight."""
    return Remark(SEVERITIES.get(remark.kind, Severity.CAUTION), remark.message)


def _show(section: Result, record: InputRecord) -> None:
    mask = f". The mask is {record.mask_source}, not dilated"
    if record.mask_source == MADE_MASK:
        growth = section.number("growth")
        mask = f"; its largest connected component, dilated by {number(growth)} Å, is the mask"
    section.results.append(
        f"The raw mask is the map at or above the contour level, {entered(record.contour)}{mask}. "
        "The soft mask is the mask blurred by a Gaussian with a standard deviation of √2 voxels."
    )
    if record.spikes and not record.spikes_kept:
        one = len(record.spikes) == 1
        section.results.append(
            f"{'One isolated voxel' if one else f'{len(record.spikes)} isolated voxels'} far "
            f"outside all others {'was' if one else 'were'} replaced by the median of "
            f"{'its' if one else 'their'} neighbours before anything was measured."
        )
    section.figures = [
        SliceFigure(MAP, "central", f"Central slices of the map. {LOOK_AT_SLICES}", MAP),
        SliceFigure(
            MAP, "max_variance", f"Slices of largest variance of the map. {LOOK_AT_LINE}", MAP
        ),
        SliceFigure(MAP, "projection", f"Projections (sums) of the map. {LOOK_AT_PROJECTIONS}"),
        SurfaceFigure(
            MAP, f"Isosurface at the contour level, {entered(record.contour)}. {LOOK_AT_SURFACES}"
        ),
        SliceFigure(MASK, "max_variance", f"Slices of largest variance of the mask. {LOOK}", MAP),
        SliceFigure(
            SOFT_MASK, "max_variance",
            f"Slices of largest variance of the soft mask. {LOOK_AT_SOFT_MASK}", MAP,
        ),
    ]  # fmt: skip
