"""A result in a folder: ``check.json``, one CSV file per curve and one MRC file per map."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, Type, TypeVar

import msgspec
import numpy as np

from vrs.checks.curves import read_curve, write_curve
from vrs.checks.result import Result, ResultData
from vrs.maps import MapError, read_map, write_map
from vrs.maps.bounded_file import read_bounded
from vrs.maps.errors import VrsError
from vrs.maps.whole_file import write_whole

RESULT_FILE = "check.json"

_RUN_AGAIN = "run the protocol that wrote it again"
_LONGEST_REASON = 200

T = TypeVar("T")


class DamagedResult(VrsError):
    """A file of a result is missing or damaged."""


class StoredResult(ResultData, kw_only=True):
    """The content of check.json; curves and volumes are the names of their files.

    Raises
    ------
    ValueError
        If a file is not named after its curve or map.
    """

    curves: Dict[str, str] = {}
    volumes: Dict[str, str] = {}

    def __post_init__(self) -> None:
        super().__post_init__()
        for files, ending in ((self.curves, ".csv"), (self.volumes, ".mrc")):
            for name, file in files.items():
                if not name.isidentifier() or file != f"{name}{ending}":
                    raise ValueError(f"the file of {name!r} is called {file!r}")


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
    DamagedResult
        If a file is missing or does not hold what it should.
    """
    with damaged_files_named(folder):
        stored = read_json(folder / RESULT_FILE, StoredResult)
        return Result(
            **plain_fields(stored),
            curves={name: read_curve(folder / file) for name, file in stored.curves.items()},
            volumes={
                name: read_map(folder / file, memory_map=True)
                for name, file in stored.volumes.items()
            },
        )


@contextmanager
def damaged_files_named(folder: Path) -> Iterator[None]:
    """Turn the errors of reading the files of a folder into DamagedResult."""
    try:
        yield
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        raise DamagedResult(f"{name} is missing", _RUN_AGAIN) from error
    except (OSError, MapError, ValueError, msgspec.MsgspecError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DamagedResult(reason.replace(f"{folder}{os.sep}", ""), _RUN_AGAIN) from error


def plain_fields(result: ResultData) -> Dict[str, Any]:
    """The fields that results share in memory, on disk and in report.json."""
    return {name: getattr(result, name) for name in ResultData.__struct_fields__}


def write_json(path: Path, content: Any) -> None:
    """Write typed data as JSON, readable by people too."""
    write_whole(path, msgspec.json.format(encode(content), indent=1) + b"\n")


def read_json(path: Path, kind: Type[T]) -> T:
    """Read and validate what ``write_json`` wrote.

    Raises
    ------
    OSError
        If the file cannot be read, or is none.
    msgspec.ValidationError, msgspec.DecodeError
        If it does not hold the type, or is not JSON.
    """
    content = read_bounded(path)
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_shortened(str(error))) from error
    except msgspec.DecodeError as error:
        raise msgspec.DecodeError(f"{path.name} is not JSON ({error})") from error
    except RecursionError as error:
        raise msgspec.DecodeError(f"{path.name} is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(f"{path.name} is not UTF-8") from error


def _shortened(reason: str) -> str:
    """A reason without the middle of a long value in it."""
    if len(reason) <= _LONGEST_REASON:
        return reason
    half = _LONGEST_REASON // 2
    return f"{reason[:half]}…{reason[-half:]}"


def encode(content: Any) -> bytes:
    """Typed data as JSON; numpy's numbers become plain ones."""
    return msgspec.json.encode(content, enc_hook=_plain_number)


def _plain_number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} has no place in JSON")
