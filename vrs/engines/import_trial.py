"""Tries to import a plugin of Scipion in another process, which may fail, crash or hang."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Tuple

from vrs.engines.interface import place
from vrs.engines.running import bad_end, last_lines, run_limited
from vrs.maps.printing import count

SECONDS = 60.0
"""Time limit; importing a plugin takes about a second."""

TRIAL = """\
import importlib, json, sys, traceback
answer = []
try:
    importlib.import_module(sys.argv[1])
except Exception as error:
    last = traceback.extract_tb(error.__traceback__)[-1]
    text, place = str(error), (last.filename, last.lineno)
    if isinstance(error, SyntaxError) and error.filename:
        text, place = error.msg, (error.filename, error.lineno)
    # What cannot be imported has a name, and no place is needed.
    name = "" if isinstance(error, ImportError) else type(error).__name__ + ": "
    answer = [name + " ".join(text.split()), *(place if name else ["", 0])]
sys.stdout.write("\\n" + json.dumps(answer))
"""


@dataclass(frozen=True)
class ImportTrial:
    """What happens when a module is imported.

    Attributes
    ----------
    problem : str -- the error with its file and line, or how the process ended; "" if all is well
    deadly : bool -- whether the process ended or hung, which nothing in it can catch
    """

    problem: str
    deadly: bool = False


def trial_of(module: str) -> ImportTrial:
    """Import a module in another process; asked once for the same places of modules."""
    return _trial(module, tuple(filter(None, sys.path)))


def environment_of_trial(python_path: Tuple[str, ...]) -> Mapping[str, str]:
    """The variables of a process that imports plugins from these folders."""
    return {
        **os.environ, "PYTHONPATH": os.pathsep.join(python_path),
        "SCIPION_DOMAIN": "pwem", "SCIPION_NOTIFY": "False",
    }  # fmt: skip


@lru_cache(maxsize=None)
def _trial(module: str, python_path: Tuple[str, ...]) -> ImportTrial:
    command = [sys.executable, "-c", TRIAL, module]
    try:
        ended = run_limited(command, Path.cwd(), SECONDS, environment_of_trial(python_path))
        answer = json.loads(ended.stdout.rpartition("\n")[2])
    except OSError as error:
        return ImportTrial(error.strerror or str(error))
    except ValueError:
        end = bad_end(ended, count(SECONDS, "second")) or "ends Python"
        return ImportTrial(f"importing it {end}; {last_lines(ended, Path.cwd())}", deadly=True)
    if not answer:
        return ImportTrial("")
    message, file, line = answer
    where = f", in {place(Path(file)) or file}, line {line}" if file else ""
    return ImportTrial(f"{message}{where}")
