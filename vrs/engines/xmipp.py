"""Xmipp: the programs and the networks of the original service."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Iterator, List, Sequence

from vrs.checks.result import Engine
from vrs.engines.finding import package_version, scipion_path, software_folder
from vrs.engines.interface import PREPARE, OutsideEngine, place
from vrs.engines.running import bad_end, last_lines, run_limited
from vrs.engines.xmipp_networks import (
    NETWORKS,
    PACKAGE,
    Network,
    missing_of_network,
    model_files,
)
from vrs.engines.xmipp_programs import environment
from vrs.maps.printing import count, in_words

PROGRAMS = {
    PREPARE: (
        "xmipp_transform_threshold", "xmipp_transform_morphology", "xmipp_transform_filter",
        "xmipp_image_resize", "xmipp_transform_window", "xmipp_image_header",
    ),
    "0.d": ("xmipp_volume_correct_bfactor",),
    **{network.check: network.programs for network in NETWORKS.values()},
}  # fmt: skip
"""What a measurement runs, in the folder "bin" of Xmipp."""

SCRIPTS = tuple(network.programs[-1] for network in NETWORKS.values())
"""Of Python, for the environments of conda that have their modules."""

SECONDS = 20.0
"""Time limit for the help of a program, which takes 0.02 s."""

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
    there = []
    for name in PROGRAMS[what]:
        if not (folder / name).is_file():
            yield f"the program {name}"
        elif not os.access(folder / name, os.X_OK):
            yield f"the permission to execute {name}"
        elif name not in SCRIPTS:
            there.append(folder / name)
    yield from _broken(there)


def _broken(programs: Sequence[Path]) -> Iterator[str]:
    """The programs that cannot be started, those for the same reason together."""
    # All at once, so that no one waits for another that hangs.
    with ThreadPoolExecutor(max(len(programs), 1)) as pool:
        reasons = list(
            pool.map(lambda file: _why_not_started(file, home(), file.stat().st_mtime_ns), programs)
        )
    for reason in filter(None, dict.fromkeys(reasons)):
        names = [program.name for program, why in zip(programs, reasons) if why == reason]
        kind = "programs" if len(names) > 1 else "a program"
        yield f"{kind} {in_words(names)} that can be started ({reason})"


@lru_cache(maxsize=None)
def _why_not_started(program: Path, home: Path, changed: int) -> str:
    """Why a program cannot be started; "" if it prints its help, as it does without arguments.

    Asked once for a program as it was last changed, since one that hangs takes the time limit. Its
    end is another matter: the real transform_filter crashes after one of four helps.
    """
    try:
        ended = run_limited([str(program)], program.parent, SECONDS, environment(home))
    except OSError as error:
        return (error.strerror or str(error)).lower()
    if ended.status is not None and ended.stdout.strip():
        return ""
    problem = bad_end(ended, count(SECONDS, "second"))
    # The same for all programs that lack the same library.
    printed = last_lines(ended, program.parent).replace(f"{program.name}: ", "")
    return f"it {problem}; {printed}" if problem else "it printed no help"


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
