"""The folder of a report for which none was named: never one that holds another report."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Optional, Sequence

import msgspec

from vrs.checks.store import read_json
from vrs.maps.errors import OutputError
from vrs.maps.source import sha256_of
from vrs.report import REPORT_JSON
from vrs.run.lock import InUse
from vrs.run.output_folder import WORKFLOW, OutputFolder
from vrs.run.output_path import NotReplaceable

ENDINGS = (
    ".mrc", ".mrcs", ".map", ".ccp4", ".rec", ".st", ".ali",
    ".gz", ".bz2", ".xz", ".zst", ".zip", ".json",
)  # fmt: skip
"""Of files of maps and workflows; anything else after a point belongs to the name."""

_NO_NAME = "map"
_MOST_BYTES = 200


class _Input(msgspec.Struct):
    sha256: str


class _Report(msgspec.Struct):
    """What of a report.json says which map it belongs to."""

    input: _Input


def name_without_ending(name: str) -> str:
    """The name of a file without the known endings.

    >>> name_without_ending("job.v1.MRC.gz")
    'job.v1'
    >>> name_without_ending(".mrc")
    'map'
    """
    while name.lower().endswith(ENDINGS):
        name = name[: name.rindex(".")]
    shortened = os.fsencode(name.lstrip("."))[:_MOST_BYTES].decode("utf-8", errors="ignore")
    return shortened or _NO_NAME


def folder_of_map(file: Path) -> str:
    """The name of the folder for the report of a map.

    >>> folder_of_map(Path("maps/3.2A_final.v2.mrc"))
    '3.2A_final.v2_report'
    """
    return f"{name_without_ending(file.name)}_report"


def folder_of_workflow(file: Path) -> str:
    """The name of the folder for the report of a workflow, which has the same name in all reports.

    >>> folder_of_workflow(Path("/data/job_report/workflow.json"))
    'job_report_again'
    """
    if file.name == WORKFLOW:
        return f"{file.resolve().parent.name or _NO_NAME}_again"
    return f"{name_without_ending(file.name)}_report"


def chosen_folder(out: Optional[Path], name: str, inputs: Sequence[Path]) -> OutputFolder:
    """The folder ``out``; if that is None, the one of ``default_folder``."""
    return default_folder(name, inputs) if out is None else OutputFolder(out, inputs)


def default_folder(name: str, inputs: Sequence[Path]) -> OutputFolder:
    """The folder ``name`` in the working folder, or ``name_2`` and so on.

    Only a folder that does not exist, is empty, or holds a report of one of the inputs is taken;
    its ``kept_instead`` says what is in the first one otherwise. It is reserved for this run.

    Parameters
    ----------
    name : str
    inputs : sequence of Path -- Files that the run reads.
    """
    reason = ""
    for number in count(1):
        try:
            folder = OutputFolder(Path(name if number == 1 else f"{name}_{number}"), inputs)
            _reserve(folder, inputs)
        except (NotReplaceable, InUse) as error:
            reason = reason or error.reason
            continue
        folder.kept_instead = reason
        return folder
    raise AssertionError("counting has no end")


def _reserve(folder: OutputFolder, inputs: Sequence[Path]) -> None:
    """Reserve the folder; raises NotReplaceable if it holds a report of another map."""
    try:
        folder.reserve()
        if folder.replaces_report and not _is_report_of(folder.path, inputs):
            raise NotReplaceable(f"{folder.path} holds the report of another map")
    except OutputError:
        folder.release()
        raise


def _is_report_of(folder: Path, inputs: Sequence[Path]) -> bool:
    try:
        checksum = read_json(folder / REPORT_JSON, _Report).input.sha256
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return False
    return checksum in map(sha256_of, (file for file in inputs if file.is_file()))
