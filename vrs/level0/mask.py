"""0.b Mask analysis: how many bodies the contour level gives and what they weigh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

import numpy as np

from vrs.checks.common import number, only_percent, require_mask, start
from vrs.checks.figures import SliceFigure, Table, TableColumn
from vrs.checks.result import Check, Severity, Status
from vrs.level0.criteria import CRITERIA
from vrs.level0.mass import mass_status
from vrs.level0.protein_mass import VOLUME_OF_ONE_KDA, measure_thresholds
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
from vrs.numerics.center_of_mass import center_of_mass

MASS_UNCERTAINTY = 0.10
"""Spread of the published densities of protein and of the contour levels people choose."""

LISTED_COMPONENTS = 100
MASS_SHARE = 0.95


@dataclass(frozen=True)
class Components:
    """Sizes in voxels, largest first; ``major`` of them hold 95 % of the voxels."""

    sizes: IntArray
    major: int

    @property
    def remaining(self) -> IntArray:
        """Sizes of the components that are not needed for 95 %."""
        return self.sizes[self.major :]


@dataclass(frozen=True)
class Bodies:
    """A raw mask in the part of the box that holds it with room to grow.

    Attributes
    ----------
    extent : tuple of slices (z, y, x)
        That part.
    raw, largest : ndarray, bool
        The raw mask and its largest component, in that part.
    components : Components
    """

    extent: Slices
    raw: BoolArray
    largest: BoolArray
    components: Components


def mask_analysis(density: DensityMap, hard_mask: BoolArray, contour: float) -> Check:
    """Components of the raw mask, mass at a series of thresholds, overlap of raw and hard mask.

    Parameters
    ----------
    density : DensityMap
    hard_mask : ndarray, bool, shape (Z, Y, X)
    contour : float
        Contour level, in grey values of the map.

    Raises
    ------
    CannotMeasure
        If the mask is empty.
    """
    raw = raw_mask(density.data, contour)
    require_mask(density, raw)
    require_mask(density, hard_mask)
    bodies = _bodies(raw, growth_iterations(density.voxel_size))
    found = bodies.components
    shared = np.count_nonzero(bodies.raw & hard_mask[bodies.extent])
    maximum = float(density.data.max())
    check = _judged(density, contour, found, np.count_nonzero(hard_mask), shared)
    _list_components(check, found, density.voxel_volume)
    measure_thresholds(check, density, contour, maximum)
    check.volumes["raw_mask"] = density.with_data(raw)
    check.figures.insert(
        0, SliceFigure("raw_mask", "max_variance", "Slices of largest variance of the raw mask.")
    )
    _remark_mass(check)
    _remark_voxel(check, density.voxel_volume)
    center = center_of_mass(density.data)
    here = _statuses(density, contour, bodies, center)
    # Room for those at the other levels.
    del bodies
    _remark_sensitivity(check, density, contour, maximum, here, center)
    return check


def components(sizes: IntArray) -> Components:
    """The sizes in order and how many of the largest hold 95 % of the voxels."""
    sizes = np.sort(sizes)[::-1]
    cumulated = np.cumsum(sizes)
    major = int(np.searchsorted(cumulated, MASS_SHARE * cumulated[-1])) + 1
    return Components(sizes, major)


def _bodies(raw: BoolArray, room: int) -> Bodies:
    extent = bounding_box(raw, margin=room)
    sizes, largest = sizes_and_largest(raw[extent])
    return Bodies(extent, raw[extent], largest, components(sizes))


def _judged(
    density: DensityMap, contour: float, found: Components, hard_voxels: int, shared: int
) -> Check:
    """Measurements that the rules need, and the rules."""
    check = start("0.b")
    volume = density.voxel_volume
    total = int(found.sizes.sum())
    check.measure("components", len(found.sizes), "", "26-connected components of the raw mask")
    check.measure("raw_mask_voxels", total, "voxels", "voxels at or above the contour level")
    check.measure("raw_mask_volume", total * volume, "Å³", "volume of the raw mask")
    check.measure("components_95", found.major, "", "largest components that hold 95 % of the mass")
    remaining = found.remaining
    check.measure(
        "remaining_components", len(remaining), "", "components beyond those that hold 95 %"
    )
    definition = "mean volume of the remaining components"
    if len(remaining):
        check.measure("remaining_mean_volume", remaining.mean() * volume, "Å³", definition)
    else:
        check.measure("remaining_mean_volume", None, "Å³", definition, "no component remains")
    check.measure("mask_voxels", hard_voxels, "voxels", "voxels of the constructed (hard) mask")
    check.measure("mask_volume", hard_voxels * volume, "Å³", "volume of the constructed mask")
    check.measure(
        "overlap", shared / total, "", "overlap of the masks, |raw AND constructed| / |raw|"
    )
    _describe(check, contour, found, volume)
    judge(check)
    return check


def _describe(check: Check, contour: float, found: Components, voxel_volume: float) -> None:
    total, count = int(number(check, "raw_mask_voxels")), len(found.sizes)
    bodies = "is 1 connected component" if count == 1 else f"are {count} connected components"
    major = "The largest one holds" if found.major == 1 else f"The largest {found.major} hold"
    check.results.append(
        f"Raw mask: at the contour level {contour:.6g} there {bodies} of {_voxels(total)}, "
        f"{_volume(number(check, 'raw_mask_volume'))}, in all. {major} 95 % of the mass."
    )
    remaining = found.remaining
    if not len(remaining):
        check.results.append("No component remains beyond these.")
    elif len(remaining) == 1:
        size = int(remaining[0])
        check.results.append(
            f"The remaining component has {_voxels(size)} ({_volume(size * voxel_volume)})."
        )
    else:
        mean, largest, smallest = remaining.mean(), int(remaining[0]), int(remaining[-1])
        check.results.append(
            f"The remaining {len(remaining)} components have {mean:.2f} voxels "
            f"({_volume(mean * voxel_volume)}) on average, from {smallest} "
            f"({_volume(smallest * voxel_volume)}) to {largest} "
            f"({_volume(largest * voxel_volume)})."
        )
    check.results.append(
        "Constructed mask: the largest component, grown, has "
        f"{_voxels(int(number(check, 'mask_voxels')))}, {_volume(number(check, 'mask_volume'))}. "
        "The overlap of the raw and the constructed mask is "
        f"{CRITERIA['mask.overlap'].number(number(check, 'overlap'))}."
    )


def _voxels(count: int) -> str:
    return f"{count} voxel{'' if count == 1 else 's'}"


def _volume(volume: float) -> str:
    """A volume in Å³ with three digits, or with those before the point."""
    return f"{volume:.0f} Å³" if volume >= 100 else f"{volume:.3g} Å³"


def judge(check: Check) -> None:
    """Warnings and the summary's sentence from the measurements alone."""
    major = number(check, "components_95")
    if not check.decide("mask.components", "components that hold 95 % of the mass", major):
        check.warn(
            "mask.components", f"95 % of the mass is spread over {major:g} connected components."
        )
    if check.measurements["remaining_mean_volume"].value is not None:
        mean, rule = number(check, "remaining_mean_volume"), CRITERIA["mask.remaining_volume"]
        quantity = "mean volume of the remaining components"
        if not check.decide("mask.remaining_volume", quantity, mean):
            check.warn(
                "mask.remaining_volume",
                f"The remaining components have a mean volume of {rule.number(mean)}, more than "
                f"{rule.limit:g} {rule.unit}.",
            )
    overlap = number(check, "overlap")
    quantity = "overlap of raw and constructed mask"
    if not check.decide("mask.overlap", quantity, overlap):
        check.warn(
            "mask.overlap",
            f"{only_percent(overlap)} of the raw mask lies in the constructed mask.",
        )
    if not check.warnings:
        check.headline = "The contour level gives one main body."
    elif {warning.rule for warning in check.warnings} == {"mask.remaining_volume"}:
        check.headline = (
            "Beside the main body the contour level leaves pieces larger than the rule allows."
        )
    else:
        check.headline = (
            "There seems to be a problem with the contour level: the map is not one body at it."
        )


def _list_components(check: Check, found: Components, voxel_volume: float) -> None:
    """The components that hold 95 % as a table, the sizes of the remaining ones as data."""
    sizes = found.sizes[: min(found.major, LISTED_COMPONENTS)]
    share, smallest = 100 / found.sizes.sum(), sizes[-1] * voxel_volume
    check.curves["components"] = {
        "component": np.arange(1, len(sizes) + 1),
        "voxels": sizes,
        "volume": sizes * voxel_volume,
        "share": sizes * share,
        "cumulated": np.cumsum(sizes) * share,
    }
    check.tables.append(
        Table(
            "components",
            (
                TableColumn("component", "Component", ".0f"),
                TableColumn("voxels", "Voxels", ".0f"),
                TableColumn("volume", "Volume (Å³)", ".2f" if smallest < 100 else ".0f"),
                TableColumn("share", "Share (%)", ".2f"),
                TableColumn("cumulated", "Cumulated (%)", ".2f"),
            ),
            f"Largest components of the raw mask, up to 95 % of the mass or {LISTED_COMPONENTS} "
            "components.",
        )
    )
    remaining, counts = np.unique(found.remaining, return_counts=True)
    check.curves["remaining_components"] = {
        "voxels": remaining,
        "volume": remaining * voxel_volume,
        "components": counts,
    }


def _remark_mass(check: Check) -> None:
    mass = number(check, "raw_mask_volume") / VOLUME_OF_ONE_KDA
    low, high = mass * (1 - MASS_UNCERTAINTY), mass * (1 + MASS_UNCERTAINTY)
    check.measure("mass_at_contour", mass, "kDa", "protein mass of the raw mask, 1.207 Å³ per Da")
    check.remark(
        Severity.NOTE,
        f"At the contour level the raw mask would hold {mass:.0f} kDa of protein ({low:.0f} to "
        f"{high:.0f} kDa with the usual spread of ±10 %). A contour level is a choice for display, "
        "so this is not a measurement of the mass.",
    )


def _remark_voxel(check: Check, voxel_volume: float) -> None:
    """Where the sampling alone decides the rule on what remains."""
    rule = CRITERIA["mask.remaining_volume"]
    if voxel_volume > rule.limit and check.measurements["remaining_mean_volume"].value is not None:
        check.remark(
            Severity.NOTE,
            f"One voxel has {rule.number(voxel_volume)}, more than the {rule.limit:g} {rule.unit} "
            "of the rule on what remains: any remaining component breaks it, even a single voxel "
            "of noise.",
        )


def _remark_sensitivity(
    check: Check,
    density: DensityMap,
    contour: float,
    maximum: float,
    here: Tuple[Status, Status],
    center: Optional[FloatArray],
) -> None:
    """Whether 0.a and 0.b would come out otherwise at 0.8 and 1.2 times the contour level."""
    if contour <= 0:
        check.remark(
            Severity.NOTE,
            "Whether the verdict depends on the contour level was not tested, since multiples of a "
            "level of 0 or below say nothing about it.",
        )
        return
    tried: List[str] = []
    changes: Dict[str, List[str]] = {}
    for factor in (0.8, 1.2):
        other = factor * contour
        if other > maximum:
            continue
        tried.append(f"{factor:g}")
        others = _bodies(raw_mask(density.data, other), growth_iterations(density.voxel_size))
        there = _statuses(density, other, others, center)
        for name, before, after in zip(("0.a", "0.b"), here, there):
            if before is not after:
                changes.setdefault(f"{name} becomes {_WORDS[after]}", []).append(f"{factor:g}")
    told = " and ".join(
        f"{change} at {' and at '.join(factors)} times the contour level"
        for change, factors in changes.items()
    )
    if changes:
        check.remark(Severity.CAUTION, f"The verdict depends on the contour level: {told}.")
        return
    untried = "" if len(tried) == 2 else "; 1.2 times is above the maximum of the map"
    check.remark(
        Severity.NOTE,
        f"The statuses of 0.a and 0.b are the same at {' and '.join(tried)} times the contour "
        f"level{untried}.",
    )


_WORDS = {Status.OK: "OK", Status.WARNINGS: "a warning"}


def _statuses(
    density: DensityMap, contour: float, bodies: Bodies, center: Optional[FloatArray]
) -> Tuple[Status, Status]:
    """Statuses of 0.a and 0.b at a contour level, with the hard mask that belongs to it."""
    hard = dilate(bodies.largest, growth_iterations(density.voxel_size))
    shared = np.count_nonzero(bodies.raw & hard)
    judged = _judged(density, contour, bodies.components, np.count_nonzero(hard), shared)
    extent = tuple(
        slice(whole.start + part.start, whole.start + part.stop)
        for whole, part in zip(bodies.extent, bounding_box(hard))
    )
    return mass_status(density, extent, center), judged.status
