"""DeepRes and Deep Hand of Xmipp, run inside a check: in its process, in a folder of its own.

The run is not one of the project's: it is not shown as a box of the workflow, and its files are in
the folder of the check.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import List, NamedTuple, Tuple

import numpy as np
from pwem.emlib.image import ImageHandler
from pwem.objects import VolumeMask
from pyworkflow.object import Pointer
from pyworkflow.protocol import MODE_RESTART, Protocol

from vrs.checks.inputs import Inputs
from vrs.checks.result import BUILT_IN, CannotMeasure
from vrs.engines import xmipp
from vrs.engines.running import children_limited, signal_name
from vrs.engines.xmipp_networks import DEEP_HAND, DEEPRES, Network, protocol_class
from vrs.level0.hand import OutsideHand
from vrs.level0.local_resolution import OutsideResolution
from vrs.maps import DensityMap, write_map
from vrs.maps.printing import count
from vrs.protocols.copied_run import TRACEBACK
from vrs.protocols.volumes import volume_of
from vrs.run.runner import COLOUR_CODE

RESOLUTION_FILE = "deepRes_resolution.vol"
"""The answer of DeepRes on the grid of 1 Å; its output proper is interpolated again."""

GRID = 1.0
"""Å between the voxels of that file."""

DEEPRES_BEST, DEEPRES_WORST = 2.5, 12.9
"""Å at which DeepRes cuts its answers off; the best is never below two voxels of the map."""

MASK_FILE, MASK_ATTRIBUTE = "mask_of_float32.mrc", "_maskOfFloat32"

HAND_FILE = "hand.txt"
NO_HELIX = "None"
"""What Deep Hand writes instead of a score; its protocol then fails."""

DECIMALS = 6
"""Of the contour level on the command line of the program."""

LOG_LINES = 3
"""Last lines of the log of a program that fails."""

COMMAND = re.compile(r"Command '\s*([^']*?)\s*'")
"""A command that failed, as pyworkflow quotes it: with paths, which the report leaves out."""

SHELL_STATUS = re.compile(r"exit status (\d+)")
KILLED = 128
"""The exit status of a shell for a program that a signal ended is this plus the signal's number."""

STEP_FAILED = "FAILED: "
OF_PYWORKFLOW = re.compile(r"(STARTED|FINISHED|FAILED): |\*\* Running command|xmipp_\w+ +-")
"""Lines in the log of a run that no program of it has printed."""

HOURS = 6.0
"""Time limit of a network of Xmipp; on a processor without a GPU one of them takes up to hours."""

ADVICE = f"fix it, or choose {BUILT_IN} as engine"
"""What to do about a program that fails."""


class _Log(NamedTuple):
    """What a run has written to the logs of the check, without colours."""

    output: str
    errors: str


def deepres(check: Protocol, inputs: Inputs) -> OutsideResolution:
    """Run DeepRes on the map and the mask of the validation input of a running check.

    Raises CannotMeasure if it fails.
    """
    density = inputs.map
    child = _new_run(check, DEEPRES)
    _point(child.inputVolume, check, "outputVolume")
    _point_to_mask(child.Mask, check, density.with_data(inputs.mask))
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


def _point_to_mask(pointer: Pointer, check: Protocol, mask: DensityMap) -> None:
    """Let a pointer point to a copy of a mask with values of float32.

    Xmipp resizes a mask of int8, as the preparation writes it to save room, in int8: every value
    below 1 becomes 0, and about half of the mask is lost.
    """
    file = Path(check._getTmpPath(MASK_FILE))
    file.parent.mkdir(parents=True, exist_ok=True)
    write_map(file, mask.with_data(mask.data.astype(np.float32)))
    volume = volume_of(file, VolumeMask)
    # An attribute of the run in memory, which is no output of it.
    volume.setStore(False)
    setattr(check, MASK_ATTRIBUTE, volume)
    pointer.set(check)
    pointer.setExtended(MASK_ATTRIBUTE)


def _run(check: Protocol, child: Protocol) -> _Log:
    """Run to the end, even a bad one; returns what was printed."""
    logs = [Path(log) for log in (check.getStdoutLog(), check.getStderrLog())]
    before = [log.stat().st_size if log.exists() else 0 for log in logs]
    executor = check.getExecutor()
    child.setHostConfig(check.getHostConfig())
    child.runMode.set(MODE_RESTART)
    child.makePathsAndClean()
    child.setStepsExecutor(executor)
    try:
        with children_limited(3600 * HOURS) as over:
            child.run()
    except Exception as error:  # noqa: BLE001  (whatever the plugin raises is no error of ours)
        # Deep Hand holds its score twice, which pyworkflow refuses to save after the last step.
        if not child.isFinished():
            child.setFailed(str(error))
    finally:
        executor.setProtocol(check)
    if over.is_set():
        child.setFailed(f"it was stopped, as it took more than {count(HOURS, 'hour')}")
    sys.stdout.flush()
    sys.stderr.flush()
    return _Log(*(_written(log, start) for log, start in zip(logs, before)))


def _written(log: Path, start: int) -> str:
    """The text of a log after so many bytes, without colours."""
    written = log.read_bytes()[start:] if log.exists() else b""
    return COLOUR_CODE.sub("", written.decode("utf-8", errors="replace"))


def _failure(child: Protocol, network: Network, log: _Log) -> CannotMeasure:
    """The error with the command, its exit status and the last lines that the program printed."""
    error = " ".join(COLOUR_CODE.sub("", child.getErrorMessage() or "").split())
    error = COMMAND.sub(lambda command: f"“{_without_folders(command.group(1))}”", error)
    error = SHELL_STATUS.sub(lambda status: _with_signal(int(status.group(1))), error)
    error = error.replace("Protocol failed: ", "").rstrip(".")
    reason = f"{network.name} failed: {error or 'it does not say why'}"
    lines = _last_lines(log)
    if lines:
        reason += f"; its log ends: {' / '.join(lines)}"
    return CannotMeasure(reason, ADVICE, xmipp.engine(network))


def _without_folders(command: str) -> str:
    return " ".join(Path(word).name for word in command.split())


def _with_signal(status: int) -> str:
    """The exit status of a shell, with the signal that it stands for."""
    name = signal_name(status - KILLED) if status > KILLED else ""
    return f"exit status {status}{f' ({name})' if name else ''}"


def _last_lines(log: _Log) -> List[str]:
    """The last lines of errors without the traceback of pyworkflow, else those of the output."""
    program, mark, calls = log.errors.rpartition(TRACEBACK)
    if "pyworkflow" not in calls:
        program += mark + calls
    # What comes after the mark of the step that failed is pyworkflow's.
    printed = log.output.rpartition(STEP_FAILED)[0] or log.output
    for text in (program, printed):
        lines = [line.strip(" .") for line in text.splitlines()]
        lines = [line for line in lines if line and not OF_PYWORKFLOW.match(line)]
        lines = [line for line in lines if line != TRACEBACK]
        if lines:
            return lines[-LOG_LINES:]
    return []


def _origin(density: DensityMap, shape: Tuple[int, ...]) -> Tuple[float, float, float]:
    """Origin of the grid of 1 Å: Xmipp resizes about the voxel in the middle, number n // 2."""
    x, y, z = (
        first + (size // 2) * density.voxel_size - (resized // 2) * GRID
        for first, size, resized in zip(density.origin, density.box, reversed(shape))
    )
    return x, y, z
