"""One map of a batch, measured in this process: what a worker and a task of a job array do."""

from __future__ import annotations

import os
import resource
import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Tuple

from vrs.batch.task import Cost, Done, Task
from vrs.maps.errors import VrsError
from vrs.report.text.terminal import say
from vrs.run.map_options import checked_request
from vrs.run.memory import forget_peak, peak_memory
from vrs.run.named_map import named_map
from vrs.run.output_folder import OutputFolder
from vrs.run.output_path import free_space
from vrs.run.report_run import make_report
from vrs.steps.whole import write_report

CHECKED = "checked"
"""The first step, which reads the map and refuses what cannot be measured."""


def perform(task: Task) -> Done:
    """Measure a map and write its report; every failure is the reason in the answer."""
    meter = Meter()
    try:
        with _working_folder():
            _write(task, meter)
        reason = ""
    except VrsError as error:
        reason = str(error)
    except OSError as error:
        traceback.print_exc()
        place = free_space(Path(task.folder))
        reason = f"{error.filename or 'a file'} cannot be used ({error.strerror or error}; {place})"
    except MemoryError:
        reason = "it needs more memory than this computer has"
    except Exception as error:  # noqa: BLE001  (a defect must not end the other maps)
        say(f"\n{task.name}:", sys.stdout)
        traceback.print_exc()
        reason = f"a defect of this program ({type(error).__name__}: {error})"
    return Done(task.name, reason, meter.cost())


def _write(task: Task, meter: "Meter") -> None:
    meter.begin(CHECKED)
    named = named_map(task.options.map, task.options.entry)
    request, _ = checked_request(task.options, named)
    inputs = [*named.files, *([request.mask] if request.mask else [])]
    with OutputFolder(Path(task.folder), inputs) as folder:
        if task.keep_all:
            make_report(request, folder, task.threads, progress=False)
            return
        folder.make()
        write_report(request, named, folder, task.pdf, task.html, meter.begin)
        folder.finish()


class Meter:
    """The cost of the steps of a task, from its making to ``cost``."""

    def __init__(self) -> None:
        self._start, self._cpu = time.monotonic(), _processor_seconds()
        self._stages: Dict[str, Tuple[float, int]] = {}
        self._name, self._begun, self._memory = "", self._cpu, 0
        forget_peak()

    def begin(self, name: str) -> None:
        """End the step that runs, and begin another one."""
        self._end()
        self._name, self._begun = name, _processor_seconds()
        forget_peak()

    def cost(self) -> Cost:
        """What was taken until now."""
        self._end()
        seconds = time.monotonic() - self._start
        return Cost(seconds, _processor_seconds() - self._cpu, self._memory, self._stages)

    def _end(self) -> None:
        peak = peak_memory()
        self._memory = max(self._memory, peak)
        if self._name:
            self._stages[self._name] = (_processor_seconds() - self._begun, peak)


def _processor_seconds() -> float:
    """Of this process and of the programs that it started."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(one.ru_utime + one.ru_stime for one in used)


@contextmanager
def _working_folder() -> Iterator[None]:
    """Come back to the working folder, which a Scipion project changes."""
    before = os.getcwd()
    try:
        yield
    finally:
        os.chdir(before)
