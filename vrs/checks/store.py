"""A result in a folder: ``check.json``, one CSV file per curve and one MRC file per map."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Type, TypeVar

import msgspec
import numpy as np

from vrs.checks.curves import read_curve, write_curve
from vrs.checks.result import Result, ResultData
from vrs.maps import read_map, write_map
from vrs.maps.whole_file import write_whole

RESULT_FILE = "check.json"

T = TypeVar("T")


class StoredResult(ResultData, kw_only=True):
    """The content of check.json; curves and volumes are the names of their files."""

    curves: Dict[str, str] = {}
    volumes: Dict[str, str] = {}


def save_result(result: Result, folder: Path) -> Path:
    """Write curves, maps and check.json into ``folder``; returns the path of check.json.

    check.json is written last, so that a folder with it is complete.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, curve in result.curves.items():
        write_curve(folder / f"{name}.csv", curve)
    for name, volume in result.volumes.items():
        write_map(folder / f"{name}.mrc", volume)
    stored = StoredResult(
        **plain_fields(result),
        curves={name: f"{name}.csv" for name in result.curves},
        volumes={name: f"{name}.mrc" for name in result.volumes},
    )
    path = folder / RESULT_FILE
    write_json(path, stored)
    return path


def load_result(folder: Path) -> Result:
    """Read what ``save_result`` wrote; the maps stay on disk until their values are used.

    Raises
    ------
    OSError
        If a file is missing or cannot be read.
    msgspec.ValidationError, msgspec.DecodeError
        If check.json does not hold a result.
    """
    stored = read_json(folder / RESULT_FILE, StoredResult)
    return Result(
        **plain_fields(stored),
        curves={name: read_curve(folder / file) for name, file in stored.curves.items()},
        volumes={
            name: read_map(folder / file, memory_map=True) for name, file in stored.volumes.items()
        },
    )


def plain_fields(result: ResultData) -> Dict[str, Any]:
    """The fields that results share in memory, on disk and in report.json."""
    return {name: getattr(result, name) for name in ResultData.__struct_fields__}


def write_json(path: Path, content: Any) -> None:
    """Write typed data as JSON, readable by people too."""
    write_whole(path, msgspec.json.format(encode(content), indent=1) + b"\n")


def read_json(path: Path, kind: Type[T]) -> T:
    """Read and validate what ``write_json`` wrote."""
    return msgspec.json.decode(path.read_bytes(), type=kind)


def encode(content: Any) -> bytes:
    """Typed data as JSON; numpy's numbers become plain ones."""
    return msgspec.json.encode(content, enc_hook=_plain_number)


def _plain_number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} has no place in JSON")
