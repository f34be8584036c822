"""DeepRes and Deep Hand of Xmipp, run inside a check: in its process, in a folder of its own.

The run is not one of the project's: it is not shown as a box of the workflow, and its files are in
the folder of the check.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Tuple

import numpy as np
from pwem.emlib.image import ImageHandler
from pyworkflow.object import Pointer
from pyworkflow.protocol import MODE_RESTART, Protocol

from vrs.checks.result import BUILT_IN, CannotMeasure
from vrs.engines import xmipp
from vrs.engines.xmipp_networks import DEEP_HAND, DEEPRES, Network, protocol_class
from vrs.level0.hand import OutsideHand
from vrs.level0.local_resolution import OutsideResolution
from vrs.maps import DensityMap
from vrs.run.runner import COLOUR_CODE

RESOLUTION_FILE = "deepRes_resolution.vol"
"""The answer of DeepRes on the grid of 1 Å; its output proper is interpolated again."""

GRID = 1.0
"""Å between the voxels of that file."""

DEEPRES_BEST, DEEPRES_WORST = 2.5, 12.9
"""Å at which DeepRes cuts its answers off; the best is never below two voxels of the map."""

HAND_FILE = "hand.txt"
NO_HELIX = "None"
"""What Deep Hand writes instead of a score; its protocol then fails."""

DECIMALS = 6
"""Of the contour level on the command line of the program."""

LOG_LINES = 3
"""Last lines of the log of a program that fails."""

TRACEBACK = "Traceback (most recent call last):"
COMMAND = re.compile(r"Command '\s*(\S+)[^']*'")
"""A command that failed, as pyworkflow quotes it: with paths, which the report leaves out."""

ADVICE = f"fix it, or choose {BUILT_IN} as engine"
"""What to do about a program that fails."""


def deepres(check: Protocol, density: DensityMap) -> OutsideResolution:
    """Run DeepRes on the map and the mask of the validation input of a running check.

    Raises CannotMeasure if it fails.
    """
    child = _new_run(check, DEEPRES)
    _point(child.inputVolume, check, "outputVolume")
    _point(child.Mask, check, "mask")
    log = _run(check, child)
    if not child.isFinished():
        raise _failure(child, DEEPRES, log)
    # A SPIDER file, read as the protocol itself reads it.
    data = ImageHandler().read(child._getExtraPath(RESOLUTION_FILE)).getData()
    if not np.isfinite(data).all():
        raise CannotMeasure(
            f"{DEEPRES.name} gave values that are not numbers", ADVICE, xmipp.engine(DEEPRES)
        )
    values = np.ascontiguousarray(data, dtype=np.float32)
    volume = DensityMap(values, GRID, _origin(density, data.shape))
    best = max(DEEPRES_BEST, 2 * density.voxel_size)
    return OutsideResolution(xmipp.engine(DEEPRES), volume, best, DEEPRES_WORST)


def deep_hand(check: Protocol, contour: float) -> OutsideHand:
    """Run Deep Hand on the map of the validation input of a check, at its contour level.

    Raises CannotMeasure if it fails for another reason than that there is no helix.
    """
    if abs(round(contour, DECIMALS) - contour) > 0.01 * abs(contour):
        raise CannotMeasure(
            f"{DEEP_HAND.name} takes a contour level with {DECIMALS} decimals, which is too few "
            f"for {contour:g}",
            "multiply the map by a constant to use it",
            xmipp.engine(DEEP_HAND),
        )
    child = _new_run(check, DEEP_HAND)
    _point(child.inputVolume, check, "outputVolume")
    child.threshold.set(contour)
    log = _run(check, child)
    if child.isFinished():
        return OutsideHand(xmipp.engine(DEEP_HAND), float(child.outputHand.get()))
    answer = Path(child._getExtraPath(HAND_FILE))
    if answer.exists() and answer.read_text(encoding="utf-8").strip() == NO_HELIX:
        return OutsideHand(xmipp.engine(DEEP_HAND), None)
    raise _failure(child, DEEP_HAND, log)


def _new_run(check: Protocol, network: Network) -> Protocol:
    child = check.getProject().newProtocol(protocol_class(network))
    child.setMapper(check.mapper)
    # Pyworkflow's own runProtocol() names the folder after an identifier that may come again, and
    # would then take the files of an earlier run for finished steps.
    child.setWorkingDir(check._getPath(network.protocol))
    return child


def _point(pointer: Pointer, check: Protocol, output: str) -> None:
    """Let a pointer point to an output of the preparation of a check."""
    pointer.set(check.validationInput.getObjValue())
    pointer.setExtended(output)


def _run(check: Protocol, child: Protocol) -> str:
    """Run to the end, even a bad one; returns what was written to the log of errors."""
    log = Path(check.getStderrLog())
    before = log.stat().st_size if log.exists() else 0
    executor = check.getExecutor()
    child.setHostConfig(check.getHostConfig())
    child.runMode.set(MODE_RESTART)
    child.makePathsAndClean()
    child.setStepsExecutor(executor)
    try:
        child.run()
    except Exception as error:  # noqa: BLE001  (whatever the plugin raises is no error of ours)
        # Deep Hand holds its score twice, which pyworkflow refuses to save after the last step.
        if not child.isFinished():
            child.setFailed(str(error))
    finally:
        executor.setProtocol(check)
    sys.stderr.flush()
    written = log.read_bytes()[before:] if log.exists() else b""
    return written.decode("utf-8", errors="replace")


def _failure(child: Protocol, network: Network, log: str) -> CannotMeasure:
    """The error with the end of the log of the program, without the traceback of pyworkflow."""
    program, mark, calls = log.rpartition(TRACEBACK)
    if "pyworkflow" not in calls:
        program += mark + calls
    lines = [line.strip(" .") for line in COLOUR_CODE.sub("", program).splitlines()]
    lines = [line for line in lines if line and line != TRACEBACK]
    error = " ".join(COLOUR_CODE.sub("", child.getErrorMessage() or "").split())
    error = COMMAND.sub(r"\1", error).replace("Protocol failed: ", "").rstrip(".")
    reason = f"{network.name} failed: {error or 'it does not say why'}"
    if lines:
        reason += f"; its log ends: {' / '.join(lines[-LOG_LINES:])}"
    return CannotMeasure(reason, ADVICE, xmipp.engine(network))


def _origin(density: DensityMap, shape: Tuple[int, ...]) -> Tuple[float, float, float]:
    """Origin of the grid of 1 Å: Xmipp resizes about the voxel in the middle, number n // 2."""
    x, y, z = (
        first + (size // 2) * density.voxel_size - (resized // 2) * GRID
        for first, size, resized in zip(density.origin, density.box, reversed(shape))
    )
    return x, y, z
