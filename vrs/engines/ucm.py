"""scipion-em-ucm: the original local B-factor and local occupancy."""

from __future__ import annotations

from importlib import util
from pathlib import Path
from typing import List, Optional

from vrs.checks.memory import memory_needed, shortage
from vrs.checks.result import BUILT_IN, CannotMeasure, Engine
from vrs.engines.finding import module_exists, package_version
from vrs.engines.import_trial import ImportTrial, trial_of
from vrs.engines.imports import missing_modules
from vrs.engines.interface import OutsideEngine, place

PACKAGE = "scipion-em-ucm"
MODULE = "ucm"

REFERENCES = ("Kaur2021",)
"""The paper of its authors on both measures; the package itself names none."""


ADVICE = f"choose {BUILT_IN} as engine"

_PER_VOXEL = {"0.f": 280.0, "0.g": 300.0}
_PER_PROCESS = {"0.f": 100.0, "0.g": 0.0}
"""Bytes per voxel at the peak, of all and of each process that is started; measured."""


def missing(what: str) -> List[str]:
    """Everything that is missing for the package to measure; the same for all that it measures."""
    lacking = missing_modules([MODULE, f"{MODULE}.protocols"])
    if package_version(PACKAGE) is None or MODULE in lacking:
        return [f"the package {PACKAGE}"]
    if lacking:
        return [f"the Python module {module}" for module in lacking]
    problem = trial().problem
    return [f"a {PACKAGE} that can be imported ({problem})"] if problem else []


def trial() -> ImportTrial:
    """What happens when the package is imported, as Scipion does with each plugin that it has."""
    return trial_of(f"{MODULE}.protocols")


def record(what: str) -> Engine:
    """The package as the report names it."""
    version = package_version(PACKAGE) or ""
    return Engine(PACKAGE, version, references=REFERENCES, path=_folder())


def processes(what: str, voxels: int, most: int, available: Optional[float]) -> int:
    """How many processes may measure a check: as many as possible with the memory.

    A process that the system ends for want of memory would leave the others waiting for ever.

    Parameters
    ----------
    what : str -- "0.f", or "0.g", which is measured by one process whatever it may start
    voxels : int -- of the resampled map
    most : int -- at least 1
    available : float or None -- bytes, None if that is not known

    Raises
    ------
    CannotMeasure
        If there is too little memory for one.

    Examples
    --------
    >>> processes("0.f", 1_000_000, 4, 0.8e9), processes("0.f", 1_000_000, 4, None)
    (2, 4)
    """
    for count in range(most, 1, -1):
        if shortage("", _memory(what, voxels, count), available) is None:
            return count
    lacking = shortage(f"{what} by {PACKAGE}", _memory(what, voxels, 1), available)
    if lacking is not None:
        raise CannotMeasure(lacking.reason, ADVICE, record(what))
    return 1


def _memory(what: str, voxels: int, count: int) -> float:
    return memory_needed(_PER_VOXEL[what] + count * _PER_PROCESS[what], voxels)


def _folder() -> str:
    """Where the package is installed, "" if it is not."""
    found = util.find_spec(MODULE) if module_exists(MODULE) else None
    return place(Path(found.origin).parent) if found is not None and found.origin else ""


UCM = OutsideEngine("ucm", PACKAGE, ("0.f", "0.g"), missing, record)
