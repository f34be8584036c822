"""ProtLocBFactor and ProtLocOccupancy of scipion-em-ucm, with the parameters of the service."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List

from pwem.objects import EMObject, Volume, VolumeMask
from pyworkflow.protocol import Protocol

from vrs.checks.inputs import RESAMPLED_MAP, RESAMPLED_MASK
from vrs.checks.result import CannotMeasure, OutsideProgram
from vrs.engines import ucm
from vrs.level0.local_b_factor import SHELLS
from vrs.level0.local_occupancy import PROTEIN_QUANTILE
from vrs.level0.published_shells import SHELL_WIDTH, SWEEP_FROM
from vrs.maps import BoolArray, DensityMap, FloatArray, MapError, read_map
from vrs.maps.fourier import threads
from vrs.numerics.local_slopes import NOISE_QUANTILE
from vrs.protocols.copied_run import run_in_copy
from vrs.run.memory import available_memory

MINUTES = 60.0
"""Time limit; a box of 300 voxels takes 5 minutes."""

B_FACTOR_VALUES = {"num_points": SHELLS, "noise_threshold": NOISE_QUANTILE}
OCCUPANCY_VALUES = {"protein_threshold": PROTEIN_QUANTILE}


def local_b_factor(check: Protocol) -> OutsideProgram:
    """The protocol that measures local B-factors, run by a check.

    It starts as many processes as the check has threads, or fewer where memory is short.
    """
    measure = partial(_values, check, "ProtLocBFactor", "bmap.mrc", B_FACTOR_VALUES)
    return OutsideProgram(ucm.record("0.f"), measure)


def local_occupancy(check: Protocol) -> OutsideProgram:
    """The protocol that measures local occupancies, run by a check."""
    measure = partial(_values, check, "ProtLocOccupancy", "omap.mrc", OCCUPANCY_VALUES)
    return OutsideProgram(ucm.record("0.g"), measure)


def _values(
    check: Protocol,
    name: str,
    result: str,
    values: Dict[str, Any],
    density: DensityMap,
    mask: BoolArray,
    resolution: float,
) -> FloatArray:
    """The values inside the mask that a protocol of the package writes into a map.

    Raises CannotMeasure if there is too little memory, or if the protocol fails.
    """
    what = check.CHECK.id
    processes = ucm.processes(what, mask.size, threads(), available_memory())
    folder = check.validationInput.get().getFolder()

    def configure(child: Protocol) -> List[EMObject]:
        inputs = [(Volume(), RESAMPLED_MAP), (VolumeMask(), RESAMPLED_MASK)]
        for item, file in inputs:
            item.setFileName(str(folder / f"{file}.mrc"))
            item.setSamplingRate(density.voxel_size)
        volume, volume_mask = (item for item, _ in inputs)
        child.vol.set(volume)
        child.mask_in_molecule.set(volume_mask)
        sweep = {"min_res": SWEEP_FROM, "max_res": resolution, "f_voxel_width": SHELL_WIDTH}
        for field, value in {**sweep, **values}.items():
            getattr(child, field).set(value)
        if hasattr(child, "numberOfThreads"):
            child.numberOfThreads.set(processes)
        return [volume, volume_mask]

    run = run_in_copy(check, "ucm.protocols", name, configure, MINUTES)
    problem, file = run.problem, run.extra / result
    if not problem:
        try:
            written = read_map(file).data
            problem = "" if written.shape == mask.shape else f"left a {result} with another box"
        except MapError as error:
            reason = error.reason.replace(str(file), result)
            problem = f"left no map that can be used ({reason})"
    if problem:
        raise CannotMeasure(f"{name} of {ucm.PACKAGE} {problem}", ucm.ADVICE, ucm.record(what))
    inside: FloatArray = written[mask]
    return inside
