"""The options of a job script of Slurm."""

from __future__ import annotations

import re
from typing import Sequence

_DIRECTIVE = "#SBATCH"
_REPLACED = re.compile(r"\s(--(time|mem|mem-per-cpu|mem-per-gpu|array)[=\s]\s*|-[at]\s*)\S+")
"""Options that an array has of its own; Slurm refuses two that exclude each other."""


def with_directives(script: str, options: Sequence[str]) -> str:
    """A job script with these options instead of its own about time, memory and arrays.

    They come after all other options and before the first command, where they are still read.

    >>> print(with_directives("#!/bin/sh\\n#SBATCH -n 1 --mem=2G\\n\\nhostname", ["--mem=4096M"]))
    #!/bin/sh
    #SBATCH -n 1
    <BLANKLINE>
    #SBATCH --mem=4096M
    hostname
    """
    if not options:
        return script
    lines = [_without_limits(line) for line in script.splitlines()]
    commands = (place for place, line in enumerate(lines) if line.strip()[:1] not in ("", "#"))
    place = next(commands, len(lines))
    added = [f"{_DIRECTIVE} {option}" for option in options]
    return "\n".join([*lines[:place], *added, *lines[place:]])


def _without_limits(line: str) -> str:
    return _REPLACED.sub("", line) if line.lstrip().startswith(_DIRECTIVE) else line
