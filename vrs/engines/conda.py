"""Conda, in whose environments the networks of Xmipp run; found as Xmipp finds it."""

from __future__ import annotations

import os
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

from vrs.engines.running import run_limited

SECONDS = 60.0
"""Time limit for conda's list of its environments, which takes a second or two."""

HOOK = re.compile(r"eval\s+[\"']?\$\((.+?) shell\.bash hook\)")
"""In CONDA_ACTIVATION_CMD: eval "$(/opt/conda/bin/conda shell.bash hook)"."""

SCRIPT = re.compile(r"\.\s+[\"']?(.+?)/etc/profile\.d/conda\.sh")
"""In CONDA_ACTIVATION_CMD: . /opt/conda/etc/profile.d/conda.sh."""


def missing_environment(name: str) -> List[str]:
    """What is missing for a program that runs in the environment of this name."""
    program = conda()
    if program is None:
        return [
            "conda (it is not on the PATH, and CONDA_EXE, CONDA_ACTIVATION_CMD and CONDA_HOME do "
            "not name it)"
        ]
    return [] if name in environments(program) else [f"the conda environment {name}"]


def conda() -> Optional[Path]:
    """The program, None if there is none.

    CONDA_EXE or the PATH, then the command in Scipion's configuration that activates conda, then
    CONDA_HOME.
    """
    return next((path for path in _candidates() if path.is_file()), None)


def _candidates() -> Iterator[Path]:
    found = shutil.which(os.environ.get("CONDA_EXE") or "conda")
    if found:
        yield Path(found)
    activation = os.environ.get("CONDA_ACTIVATION_CMD", "")
    hook, script = HOOK.search(activation), SCRIPT.search(activation)
    if hook:
        yield Path(hook.group(1)).expanduser()
    if script:
        yield Path(script.group(1), "bin", "conda").expanduser()
    if os.environ.get("CONDA_HOME"):
        yield Path(os.environ["CONDA_HOME"], "bin", "conda").expanduser()


@lru_cache(maxsize=None)
def environments(program: Path) -> Tuple[str, ...]:
    """The names of the environments that conda lists; none if it fails or does not answer."""
    try:
        ended = run_limited([str(program), "info", "--envs"], Path.cwd(), SECONDS)
    except OSError:
        return ()
    if ended.status != 0:
        return ()
    lines = (line.split() for line in ended.stdout.splitlines() if not line.startswith("#"))
    # One without a name has its folder alone.
    return tuple(words[0] for words in lines if len(words) > 1)
