"""How the programs of Xmipp are run here: in a folder of their own, on files with plain names.

The names that users give may hold what Xmipp takes for a part of its own (":mrc", "@", an ending
that it does not know), and their files what it reads otherwise (the space group of a stack, masks
of int8, in which it computes in int8 too). So every program reads a copy as ``write_map`` makes it,
of float32, and writes another file; the command lines hold nothing else.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, ContextManager, Dict, Iterator, Mapping, Optional, Sequence

import numpy as np

from vrs.checks.memory import PER_VOXEL, memory_needed, shortage
from vrs.checks.result import BUILT_IN, CannotMeasure, Engine
from vrs.engines.running import (
    ADVICE,
    FREE_SPACE,
    Box,
    ProgramRun,
    disk_space,
    run_program,
)
from vrs.maps import DensityMap, FloatArray, read_map, write_map

MINUTES = 60.0
"""Time limit of one program; the slowest one took 41 s for 450³ voxels on a busy computer."""

MEMORY = 27.0
"""Peak memory in bytes per voxel of the program that needs most, measured at 256³ and 450³."""


@dataclass(frozen=True)
class Workplace:
    """A folder in which programs of Xmipp work.

    Attributes
    ----------
    engine : Engine -- what an error names as the program that failed
    home : Path -- folder of Xmipp
    available : float or None -- bytes of memory, for this process and a program together
    folder : Path
    """

    engine: Engine
    home: Path
    available: Optional[float]
    folder: Path

    def write(self, name: str, density: DensityMap) -> None:
        """Write a map, or a mask of bool, as a file of float32.

        Raises
        ------
        CannotMeasure
            If there is no room for it on the disk, or too little memory for a program.
        """
        needed = memory_needed(MEMORY + PER_VOXEL, density.data.size)
        lacking = shortage(self.engine.name, needed, self.available)
        if lacking:
            advice = f"choose {BUILT_IN} as engine, or {lacking.advice}"
            raise CannotMeasure(lacking.reason, advice, self.engine)
        values = np.asarray(density.data, dtype=np.float32)
        try:
            write_map(self.folder / name, density.with_data(values))
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            space = disk_space(self.folder, values.nbytes)
            raise CannotMeasure(
                f"the copy of the map for {self.engine.name} could not be written ({why}){space}",
                FREE_SPACE if space else ADVICE,
                self.engine,
            ) from error

    def run(
        self, program: str, arguments: Sequence[str], outputs: Mapping[str, Optional[Box]]
    ) -> ProgramRun:
        """Run a program by its name without "xmipp_"; see ``run_program``.

        Raises CannotMeasure if it fails, or its outputs are not complete.
        """
        return run_program(
            self.home / "bin" / f"xmipp_{program}",
            arguments,
            self.folder,
            MINUTES,
            outputs,
            engine=self.engine,
            environment=environment(self.home),
        )

    def step(self, program: str, source: str, target: str, box: Box, *arguments: str) -> None:
        """Make a map of the box from another one, which is removed.

        The service lets most programs change their file in place. A second file gives the same
        voxels, and shows whether the program has written anything.

        Raises CannotMeasure as ``run`` does.
        """
        self.run(program, ["-i", source, "-o", target, *arguments], {target: box})
        (self.folder / source).unlink()

    def read(self, name: str) -> FloatArray:
        """The values of a map; float32, shape (Z, Y, X)."""
        return read_map(self.folder / name, voxel_size=1.0).data


@contextmanager
def workplace(
    engine: Engine, home: Path, available: Optional[float] = None
) -> Iterator[Workplace]:
    """A new folder for programs of Xmipp, which is removed at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="vrs_xmipp_") as folder:
        yield Workplace(engine, home, available, Path(folder))


Workplaces = Callable[[], ContextManager[Workplace]]
"""Makes such a folder."""


def environment(home: Path) -> Dict[str, str]:
    """The variables of a program of Xmipp, as its plugin for Scipion sets them.

    First its own folders, then those of its compilation (``xmippEnv.json``), then what was there;
    libraries may also be those of the environment of Python. Numbers have a point.
    """
    variables = dict(os.environ, LC_ALL="C", LC_NUMERIC="C")
    compiled = _compiled_with(home / "xmippEnv.json")
    libraries = str(Path(sys.prefix) / "lib")
    for name, folder, last in (("PATH", "bin", ""), ("LD_LIBRARY_PATH", "lib", libraries)):
        paths = str(home / folder), compiled.get(name, ""), variables.get(name, ""), last
        variables[name] = os.pathsep.join(filter(None, paths))
    return variables


def _compiled_with(file: Path) -> Dict[str, str]:
    """The variables that Xmipp was compiled with, empty if it did not note them."""
    try:
        noted = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = noted.items() if isinstance(noted, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}
