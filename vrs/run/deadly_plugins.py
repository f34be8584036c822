"""Plugins that would end every process of Scipion, which imports all that are installed."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from vrs.engines import ucm
from vrs.engines.finding import module_exists
from vrs.run.environment import prepare_scipion


@contextmanager
def scipion_prepared(folder: Path) -> Iterator[None]:
    """Prepare Scipion; in the block no plugin that this one runs ends a process by its import.

    Scipion goes on without a plugin whose import raises an error. One that crashes is replaced by
    such an error. Other plugins are not tried: to import all would take long.

    Parameters
    ----------
    folder : Path -- for the modules with the errors; removed at the end of the block
    """
    prepare_scipion()
    trial = ucm.trial() if module_exists(ucm.MODULE) else None
    if trial is None or not trial.deadly:
        yield
        return
    instead = folder / ucm.MODULE / "__init__.py"
    instead.parent.mkdir(parents=True)
    instead.write_text(f"raise ImportError({trial.problem!r})\n", encoding="utf-8")
    before, path = os.environ.get("PYTHONPATH"), sys.path[:]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), before)))
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path[:] = path
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
        shutil.rmtree(folder, ignore_errors=True)
