"""Xmipp: the programs and the networks of the original service."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from pathlib import Path
from typing import Iterator, List

from vrs.checks.result import Engine
from vrs.engines.finding import package_version, scipion_path, software_folder
from vrs.engines.interface import PREPARE, OutsideEngine, place
from vrs.engines.running import run_limited
from vrs.engines.xmipp_networks import (
    NETWORKS,
    PACKAGE,
    Network,
    missing_of_network,
    model_files,
)
from vrs.engines.xmipp_programs import environment

PROGRAMS = {
    PREPARE: (
        "xmipp_transform_threshold", "xmipp_transform_morphology", "xmipp_transform_filter",
        "xmipp_image_resize", "xmipp_transform_window", "xmipp_image_header",
    ),
    "0.d": ("xmipp_volume_correct_bfactor",),
    **{network.check: network.programs for network in NETWORKS.values()},
}  # fmt: skip
"""What a measurement runs, in the folder "bin" of Xmipp."""

SECONDS = 20.0
"""Time limit for the help of a program, which takes 0.02 s."""

NOT_STARTED = 127
"""Exit status of a program whose libraries are not found."""

RELEASE = re.compile(r"\bv?(\d+\.\d+(?:\.\d+)+(?:-[A-Za-z]\w*)?)")
"""Such as "3.25.06.0-Rhea"."""


def home() -> Path:
    """Where Xmipp is, or would be: found as its plugin finds it, which need not be installed.

    XMIPP_HOME may stand in Scipion's configuration files, which ``vrs.run.environment`` has read.
    """
    named = os.environ.get("XMIPP_HOME")
    return scipion_path(named) if named else software_folder() / "xmipp"


def missing(what: str) -> List[str]:
    """Everything that Xmipp lacks to measure a check, or to prepare a map."""
    lacking = [*_missing_programs(what)]
    if what in NETWORKS:
        lacking += missing_of_network(NETWORKS[what], home())
    return lacking


def _missing_programs(what: str) -> Iterator[str]:
    folder = home() / "bin"
    if not folder.is_dir():
        yield f"the programs of Xmipp (there is no folder {folder})"
        return
    lacking = [name for name in PROGRAMS[what] if not _is_program(folder / name)]
    yield from (f"the program {name}" for name in lacking)
    if not lacking:
        # A compiled one: all that there are need the same libraries.
        yield from _missing_libraries(folder / PROGRAMS[what][0], home())


def _is_program(file: Path) -> bool:
    return file.is_file() and os.access(file, os.X_OK)


def _missing_libraries(program: Path, home: Path) -> List[str]:
    """What a program lacks to start; without arguments it prints its help and ends."""
    why = ""
    try:
        ended = run_limited([str(program)], program.parent, SECONDS, environment(home))
        if ended.status == NOT_STARTED:
            why = (ended.stderr.strip().splitlines() or [""])[-1].rpartition(f"{program}: ")[2]
    except OSError as error:
        why = error.strerror or str(error)
    return [f"what {program.name} needs to start ({why})"] if why else []


def record(what: str) -> Engine:
    """Xmipp, or its network for a check, as the report names it."""
    if what in NETWORKS:
        return engine(NETWORKS[what])
    return Engine("Xmipp", version(), references=("Strelak2021",), path=place(home()))


def engine(network: Network) -> Engine:
    """The network as the report names it: the plugin's version, the checksum of the model.

    What is missing is "", so that a network that was asked for and is not there has its name too.
    """
    model = model_files(network, home())[-1]
    digest = hashlib.sha256(model.read_bytes()).hexdigest() if model.exists() else ""
    return Engine(
        network.name,
        package_version(PACKAGE) or "",
        digest,
        references=network.references,
        path=place(home()),
    )


def version() -> str:
    """Release of the installed programs, "" if nothing about them states it.

    The installer keeps it in the folder above; others, in a file of that name, in the name of an
    empty file, or in the name of the folder.
    """
    folder = home().resolve()
    texts = []
    for file in (folder.parent / "version-info.json", folder / "VERSION"):
        with contextlib.suppress(OSError):
            texts.append(file.read_text(encoding="utf-8", errors="replace"))
    texts += [*(file.name for file in folder.glob("v[0-9]*")), str(folder)]
    releases = (release for text in texts for release in RELEASE.findall(text))
    return next(releases, "")


XMIPP = OutsideEngine("xmipp", "Xmipp", tuple(PROGRAMS), missing, record)
