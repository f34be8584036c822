"""Preparation: a map with the values that belong to it becomes the input of all checks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Callable, Optional, Sequence, Tuple

from vrs.checks.inputs import OF_THE_PROJECT, Preparation
from vrs.checks.result import CannotMeasure, memory_measurement
from vrs.checks.stated import possible_values, recorded_source, stated_values, with_sources
from vrs.checks.usable import usable_values
from vrs.engines import xmipp
from vrs.engines.choice import AUTO, chosen_engine
from vrs.engines.interface import PREPARE
from vrs.engines.xmipp_preparation import xmipp_preparation
from vrs.level0.preparation_program import BUILT_IN_PROGRAM, PreparationProgram
from vrs.level0.stated_contour import contour_to_use, proposed_level
from vrs.levels import LEVELS
from vrs.maps import DensityMap, SourceFile
from vrs.maps.errors import MapError, sentence
from vrs.maps.spikes import find_spikes, without_spikes
from vrs.maps.typed_values import GIVEN
from vrs.run.memory import available_memory, peak_memory
from vrs.steps.imported import SourceNote

NOBODY = "not stated"
"""Source of the contour level of a map that cannot have one."""


@dataclass(frozen=True)
class TypedValues:
    """The values of the form of *prepare map*, as typed.

    Attributes
    ----------
    contour, resolution, mass : str -- numbers, which may have a unit; "" for those of the entry
    contour_source, resolution_source, mass_source : str -- where they come from
    binning : int or None -- edge, in voxels, of the cubes that become one voxel
    keep_spikes : bool -- measure isolated voxels as they are
    engine : str -- what makes the masks and the resampled map: "auto", "embedded" or "xmipp"
    """

    contour: str = ""
    resolution: str = ""
    mass: str = ""
    contour_source: str = GIVEN
    resolution_source: str = GIVEN
    mass_source: str = GIVEN
    binning: Optional[int] = 1
    keep_spikes: bool = False
    engine: str = AUTO


def prepare_map(
    density: DensityMap,
    source: SourceFile,
    note: Optional[SourceNote],
    values: TypedValues,
    own_mask: Optional[Tuple[DensityMap, SourceFile]] = None,
    notes: Sequence[str] = (),
) -> Preparation:
    """The input of the checks, with the masks and the resampled map.

    A map that cannot be measured has an input too, which says why.

    Parameters
    ----------
    density : DensityMap
    source : SourceFile -- the user's file
    note : SourceNote or None -- what the import of this plugin noted about the map
    values : TypedValues
    own_mask : tuple or None -- the user's mask with its file
    notes : sequence of str -- remarks of the caller on its values
    """
    entry = note.entry if note else None
    usable = usable_values(values.contour, values.resolution, values.mass, values.binning)
    stated = stated_values(entry, None, usable.resolution, usable.mass)
    stated = possible_values(stated, density.box, density.voxel_size)
    stated = with_sources(stated, entry, values.resolution_source, values.mass_source)

    def without_isolated() -> DensityMap:
        if values.keep_spikes:
            return density
        return without_spikes(density, find_spikes(density))

    contour, contour_source, problem = 0.0, NOBODY, None
    try:
        if usable.contour is None and entry is None:
            contour, contour_source = proposed_level(without_isolated())
        else:
            contour, contour_source = contour_to_use(
                usable.contour, stated, entry, without_isolated
            )
    except MapError as error:
        problem = error
    if contour_source == GIVEN:
        said = stated.contour, stated.contour_source
        contour_source = recorded_source(contour, values.contour_source, said)
    mask, mask_source = own_mask or (None, None)
    prepare = partial(
        LEVELS[0].preparation,
        density,
        contour,
        stated.resolution,
        source,
        contour_source=contour_source,
        resolution_source=stated.resolution_source or "",
        voxel_size_source=note.voxel_size_source if note else OF_THE_PROJECT,
        entry=entry,
        entry_disagreements=note.entry_disagreements if note else (),
        keep_spikes=values.keep_spikes,
        binning=usable.binning,
        mass=stated.mass,
        mass_source=stated.mass_source or "",
        own_mask=mask,
        mask_source=mask_source,
        available=available_memory(),
    )
    prepared = _by_engine(values.engine, prepare, [*usable.remarks, *notes], problem)
    prepared.section.peak_memory = memory_measurement(peak_memory())
    return prepared


def _by_engine(
    choice: str,
    prepare: Callable[..., Preparation],
    notes: Sequence[str],
    problem: Optional[MapError],
) -> Preparation:
    """Prepare with the chosen engine.

    If it fails, *auto* leaves the preparation to the built-in engine, with a remark. An engine that
    was requested by its name is not replaced in silence: then nothing can be measured, and the
    reason is that of every check.
    """
    try:
        return prepare(notes=notes, problem=problem, program=_program(choice))
    except CannotMeasure as error:
        if choice == AUTO:
            note = f"{sentence(error.reason)} The built-in engine prepared the map instead."
            return prepare(notes=[*notes, note], problem=problem)
        reason = problem or MapError(error.reason, error.advice)
        prepared = prepare(notes=notes, problem=reason)
        prepared.section.engine = error.engine or prepared.section.engine
        return prepared


def _program(choice: str) -> PreparationProgram:
    """The program that the choice of a form leads to.

    Raises CannotMeasure if it was requested by its name and is not complete.
    """
    if chosen_engine(PREPARE, choice) is None:
        return BUILT_IN_PROGRAM
    return xmipp_preparation(xmipp.record(PREPARE), xmipp.home(), available_memory())
