"""The files that a workflow reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterator, List

import msgspec

from vrs.run.workflow import read_workflow


def workflow_inputs(file: Path) -> List[Path]:
    """The file of a workflow, and every file or folder that a value in it names by its whole path.

    Of a pattern such as ``/data/*.mrc`` it is the folder that exists.

    Raises WorkflowError if the file cannot be read or does not hold a workflow.
    """
    read_workflow(file)
    content = msgspec.json.decode(file.read_bytes())
    named = (_existing(text) for text in _texts(content) if os.path.isabs(text))
    return [file, *dict.fromkeys(path for path in named if path != Path("/"))]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _existing(text: str) -> Path:
    """The path, or the last folder on the way to it that exists."""
    path = text
    while path != "/" and not os.path.lexists(path):
        path = os.path.dirname(path)
    return Path(path)
