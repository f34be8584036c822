"""0.b Mask analysis: the connected components at the contour level and their mass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

import numpy as np

from vrs.checks import shown_mass
from vrs.checks.check import Check, Need
from vrs.checks.figures import SliceFigure, Table, TableColumn
from vrs.checks.inputs import MADE_MASK, Inputs, require_mask
from vrs.checks.result import Result, Severity, Status
from vrs.checks.rule import AT_MOST
from vrs.level0.overlap import OVERLAP, only_percent
from vrs.level0.placement import placement
from vrs.level0.protein_mass import measure_thresholds
from vrs.level0.service import published
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import (
    IntArray,
    Slices,
    bounding_box,
    dilate,
    growth_iterations,
    raw_mask,
    sizes_and_largest,
)
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import count as counted
from vrs.maps.printing import entered, number
from vrs.maps.refused_inputs import VOLUME_OF_ONE_KDA
from vrs.numerics.center_of_mass import center_of_mass

COMPONENTS = published(
    "mask.components",
    AT_MOST,
    (5.0,),
    "",
    "at most {0} connected components hold 95 % of the mass",
    "at a sensible contour a macromolecule is one connected body",
    "Look at the map at this contour level and choose another one. If the pieces are noise, "
    "raise the level until they vanish; if the molecule itself falls to pieces, lower the "
    "level, or sharpen less. Then report the level at which the molecule is one body.",
    measurements=("components_95",),
)

REMAINING_VOLUME = published(
    "mask.remaining_volume",
    AT_MOST,
    (5.0,),
    "Å³",
    "the mean volume of the remaining components is at most {0} Å³",
    "the rest should be noise specks of a voxel or two",
    "Raise the contour level until the small pieces vanish. Pieces that stay when the "
    "molecule begins to lose density may be real, such as a flexible domain or a neighbour: "
    "look at them. Noise that stays was amplified: sharpen less, or low-pass the map. With "
    "voxels above 1.7 Å a single voxel exceeds this limit, and isolated specks mean nothing.",
    measurements=("remaining_mean_volume",),
)

LISTED_COMPONENTS = 100
MASS_SHARE = 0.95


class Components:
    """The components of a raw mask: ``sizes`` in voxels, largest first.

    The first ``major`` of them hold 95 % of the voxels; ``remaining`` are the sizes of the others.

    Parameters
    ----------
    sizes : ndarray, int64, shape (n,) -- voxels of each component, in any order; n > 0

    Examples
    --------
    >>> parts = Components(np.array([1, 90, 3, 6]))
    >>> parts.major
    2
    >>> parts.remaining
    array([3, 1])
    """

    def __init__(self, sizes: IntArray) -> None:
        self.sizes = np.sort(sizes)[::-1]
        cumulated = np.cumsum(self.sizes)
        self.major = int(np.searchsorted(cumulated, MASS_SHARE * cumulated[-1])) + 1
        self.remaining = self.sizes[self.major :]


@dataclass(frozen=True)
class Bodies:
    """A raw mask in the part of the box that holds it with room to grow.

    Attributes
    ----------
    extent : tuple of slices (z, y, x) -- that part
    raw, largest : ndarray, bool -- the raw mask and its largest component, in that part
    components : Components
    """

    extent: Slices
    raw: BoolArray
    largest: BoolArray
    components: Components


def mask_analysis(
    density: DensityMap, mask: BoolArray, contour: float, own_mask: bool = False
) -> Result:
    """Check 0.b: components of the raw mask, mass at a series of thresholds, overlap of the masks.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    contour : float -- contour level in grey values of the map
    own_mask : bool -- whether the mask is the user's and stays the same at other contour levels

    Returns
    -------
    Result -- components in voxels and Å³, masses in kDa; volume "raw_mask", bool, shape (Z, Y, X)

    Raises
    ------
    CannotMeasure
        If the raw mask is empty.
    """
    raw = raw_mask(density.data, contour)
    require_mask(density, raw)
    bodies = _bodies(raw, growth_iterations(density.voxel_size))
    parts = bodies.components
    shared = np.count_nonzero(bodies.raw & mask[bodies.extent])
    result = _judged(density, contour, parts, np.count_nonzero(mask), shared)
    _list_components(result, parts, density.voxel_volume)
    caption = (
        "Slices of largest variance of the raw mask. Only the largest body is in the mask: look "
        "for other ones, and for dust, which is noise above the contour level."
    )
    result.figures.append(SliceFigure("raw_mask", "max_variance", caption))
    measure_thresholds(result, density, contour)
    result.volumes["raw_mask"] = density.with_data(raw)
    _remark_mass(result)
    _remark_voxel(result, density.voxel_volume)
    center = center_of_mass(density.data)
    leave_on_disk(density.data)
    kept = mask if own_mask else None
    here = _statuses(density, contour, bodies, center, kept)
    # Free the memory for the masks at the other levels.
    del bodies
    if contour > 0:
        _remark_sensitivity(result, density, contour, here, center, kept)
    else:
        result.remark(
            Severity.NOTE,
            "Whether the verdict depends on the contour level was not tested, since multiples of a "
            "level of 0 or below have no meaning.",
        )
    return result


def _bodies(raw: BoolArray, room: int) -> Bodies:
    extent = bounding_box(raw, margin=room)
    sizes, largest = sizes_and_largest(raw[extent])
    return Bodies(extent, raw[extent], largest, Components(sizes))


def _judged(
    density: DensityMap, contour: float, parts: Components, mask_voxels: int, shared: int
) -> Result:
    """Measurements that the rules need, and the rules."""
    result = MASK_ANALYSIS.start()
    volume = density.voxel_volume
    total = int(parts.sizes.sum())
    result.measure("components", len(parts.sizes), "", "26-connected components of the raw mask")
    result.measure("raw_mask_voxels", total, "voxels", "voxels at or above the contour level")
    result.measure("raw_mask_volume", total * volume, "Å³", "volume of the raw mask")
    definition = "largest components that hold 95 % of the mass"
    result.measure("components_95", parts.major, "", definition)
    remaining, definition = parts.remaining, "components beyond those that hold 95 %"
    result.measure("remaining_components", len(remaining), "", definition)
    mean = remaining.mean() * volume if len(remaining) else None
    reason, definition = "no component remains", "mean volume of the remaining components"
    result.measure("remaining_mean_volume", mean, "Å³", definition, reason if mean is None else "")
    result.measure("mask_voxels", mask_voxels, "voxels", "voxels of the mask")
    result.measure("mask_volume", mask_voxels * volume, "Å³", "volume of the mask")
    result.measure("overlap", shared / total, "", "overlap of the masks, |raw AND mask| / |raw|")
    _describe(result, contour, parts, volume)
    judge(result)
    return result


def _describe(result: Result, contour: float, parts: Components, voxel_volume: float) -> None:
    total, count = int(result.number("raw_mask_voxels")), len(parts.sizes)
    bodies = f"{'is' if count == 1 else 'are'} {counted(count, 'connected component')}"
    major = "The largest one holds" if parts.major == 1 else f"The largest {parts.major} hold"
    result.results.append(
        f"Raw mask: at the contour level {entered(contour)} there {bodies} of {_voxels(total)}, "
        f"{_volume(result.number('raw_mask_volume'))}, in all. {major} at least 95 % of the mass."
    )
    remaining = parts.remaining
    if not len(remaining):
        result.results.append("No component remains beyond these.")
    elif len(remaining) == 1:
        size = int(remaining[0])
        result.results.append(
            f"The remaining component has {_voxels(size)} ({_volume(size * voxel_volume)})."
        )
    else:
        mean, largest, smallest = remaining.mean(), int(remaining[0]), int(remaining[-1])
        sizes = f"{_voxels(mean)} ({_volume(mean * voxel_volume)})"
        spread = (
            f"on average, from {number(smallest)} ({_volume(smallest * voxel_volume)}) to "
            f"{number(largest)} ({_volume(largest * voxel_volume)})"
        )
        result.results.append(
            f"The remaining {counted(len(remaining), 'component')} have {sizes} "
            f"{'each' if smallest == largest else spread}."
        )
    result.results.append(
        "Mask: "
        f"{_voxels(int(result.number('mask_voxels')))}, {_volume(result.number('mask_volume'))}. "
        "The overlap of the raw mask and the mask is "
        f"{OVERLAP.number(result.number('overlap'))}."
    )


def _voxels(count: float) -> str:
    return counted(count, "voxel")


def _volume(volume: float) -> str:
    """A volume in Å³ with three digits, or with those before the point."""
    return f"{number(volume)} Å³"


def judge(result: Result) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    major = result.number("components_95")
    if not result.decide(COMPONENTS, "components that hold 95 % of the mass", major):
        parts = counted(int(major), "connected component")
        result.warn(COMPONENTS, f"95 % of the mass is spread over {parts}.")
    if result.measurements["remaining_mean_volume"].value is not None:
        mean, rule = result.number("remaining_mean_volume"), REMAINING_VOLUME
        if not result.decide(rule, "mean volume of the remaining components", mean):
            result.warn(
                rule,
                f"The remaining components have a mean volume of {rule.number(mean)}, more than "
                f"{rule.limit:g} {rule.unit}.",
            )
    overlap = result.number("overlap")
    if not result.decide(OVERLAP, "overlap of raw mask and mask", overlap):
        result.warn(OVERLAP, f"{only_percent(overlap)} of the raw mask lies in the mask.")
    broken = {warning.rule for warning in result.warnings}
    problem = "There seems to be a problem with the contour level: the map is not one body at it."
    result.headline = problem if broken else "The contour level gives one main body."
    if broken == {REMAINING_VOLUME.id}:
        result.headline = (
            "Beside the main body the contour level leaves pieces larger than the rule allows."
        )


def _list_components(result: Result, parts: Components, voxel_volume: float) -> None:
    """The components that hold 95 % as a table, the sizes of the remaining ones as data."""
    sizes = parts.sizes[: min(parts.major, LISTED_COMPONENTS)]
    share, smallest = 100 / parts.sizes.sum(), sizes[-1] * voxel_volume
    result.curves["components"] = {
        "component": np.arange(1, len(sizes) + 1),
        "voxels": sizes,
        "volume": sizes * voxel_volume,
        "share": sizes * share,
        "cumulated": np.cumsum(sizes) * share,
    }
    columns = (
        TableColumn("component", "Component", ".0f"),
        TableColumn("voxels", "Voxels", ".0f"),
        TableColumn("volume", "Volume (Å³)", ".2f" if smallest < 100 else ".0f"),
        TableColumn("share", "Share (%)", ".2f"),
        TableColumn("cumulated", "Cumulated (%)", ".2f"),
    )
    most = f"up to 95 % of the mass or {LISTED_COMPONENTS} components"
    caption = f"Largest components of the raw mask, {most}."
    result.tables.append(Table("components", columns, caption))
    remaining, counts = np.unique(parts.remaining, return_counts=True)
    result.curves["remaining_components"] = {
        "voxels": remaining,
        "volume": remaining * voxel_volume,
        "components": counts,
    }


def _remark_mass(result: Result) -> None:
    mass = result.number("raw_mask_volume") / VOLUME_OF_ONE_KDA
    result.measure("mass_at_contour", mass, "kDa", "protein mass of the raw mask, 1.207 Å³ per Da")
    result.remark(
        Severity.NOTE,
        f"The raw mask has the volume of {number(mass)} kDa of protein. This is not the mass of "
        f"the molecule: a contour level is chosen for display, and {shown_mass.usual()}.",
    )


def _remark_voxel(result: Result, voxel_volume: float) -> None:
    """A remark if the voxel size alone decides the rule on the remaining components."""
    rule = REMAINING_VOLUME
    if voxel_volume > rule.limit and result.measurements["remaining_mean_volume"].value is not None:
        result.remark(
            Severity.NOTE,
            f"One voxel has {rule.number(voxel_volume)}, more than the {rule.limit:g} {rule.unit} "
            "of the rule on the remaining components: any of them breaks it, even a single voxel "
            "of noise.",
        )


def _remark_sensitivity(
    result: Result,
    density: DensityMap,
    contour: float,
    here: Tuple[Status, Status],
    center: Optional[FloatArray],
    kept: Optional[BoolArray],
) -> None:
    """Whether the statuses of 0.a and 0.b differ at 0.8 and 1.2 times the contour level."""
    maximum = float(density.data.max())
    tried: List[str] = []
    changes: Dict[str, List[str]] = {}
    for factor in (0.8, 1.2):
        other = factor * contour
        if other > maximum:
            continue
        tried.append(f"{factor:g}")
        others = _bodies(raw_mask(density.data, other), growth_iterations(density.voxel_size))
        there = _statuses(density, other, others, center, kept)
        for name, before, after in zip(("0.a", "0.b"), here, there):
            if before is not after:
                changes.setdefault(f"{name} becomes {_WORDS[after]}", []).append(f"{factor:g}")
    if changes:
        changed = " and ".join(
            f"{change} at {' and at '.join(factors)} times the contour level"
            for change, factors in changes.items()
        )
        result.remark(Severity.CAUTION, f"The verdict depends on the contour level: {changed}.")
        return
    untried = "" if len(tried) == 2 else "; 1.2 times is above the maximum of the map"
    same = f"The statuses of 0.a and 0.b are the same at {' and '.join(tried)} times"
    result.remark(Severity.NOTE, f"{same} the contour level{untried}.")


_WORDS = {Status.OK: "OK", Status.WARNINGS: "a warning"}


def _statuses(
    density: DensityMap,
    contour: float,
    bodies: Bodies,
    center: Optional[FloatArray],
    kept: Optional[BoolArray],
) -> Tuple[Status, Status]:
    """Statuses of 0.a and 0.b at a contour level, with its mask or the user's (``kept``)."""
    if kept is not None:
        shared, extent = np.count_nonzero(bodies.raw & kept[bodies.extent]), bounding_box(kept)
        voxels = np.count_nonzero(kept)
    else:
        mask = dilate(bodies.largest, growth_iterations(density.voxel_size))
        shared, voxels = np.count_nonzero(bodies.raw & mask), np.count_nonzero(mask)
        extent = tuple(
            slice(whole.start + part.start, whole.start + part.stop)
            for whole, part in zip(bodies.extent, bounding_box(mask))
        )
    judged = _judged(density, contour, bodies.components, voxels, shared)
    misplaced = placement(density, extent, center).breaks_a_rule
    return Status.WARNINGS if misplaced else Status.OK, judged.status


def _measure(inputs: Inputs) -> Result:
    own_mask = inputs.record.mask_source != MADE_MASK
    return mask_analysis(inputs.map, inputs.mask, inputs.contour, own_mask)


MASK_ANALYSIS = Check(
    id="0.b",
    title="Mask analysis",
    explanation=(
        "At the contour level the map should be one connected body. Noise adds many tiny "
        "specks, but together they should be a small part of the mass. The raw mask is the "
        "map at or above the contour level; the mask is its largest connected component, "
        "dilated by a few Å, or the one that the user gave. Their overlap is the share of the "
        "raw mask that lies in the mask."
    ),
    method=(
        "The connected components (26 neighbours) of the map at the contour level were "
        "counted, and its overlap with the mask was measured."
    ),
    references=("Sorzano2022",),
    rules=(COMPONENTS, REMAINING_VOLUME, OVERLAP),
    needs=(Need.MASK, Need.CONTOUR),
    measure=_measure,
)
