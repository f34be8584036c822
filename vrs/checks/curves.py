"""Curves: named columns of numbers of equal length, kept as CSV files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Dict, Sequence

import numpy as np
import numpy.typing as npt

from vrs.maps.bounded_file import read_bounded
from vrs.maps.whole_file import write_whole

Column = npt.NDArray[Any]
Curve = Dict[str, Column]
"""Named columns of equal length; figures and tables say their units."""


def write_curve(path: Path, curve: Curve) -> None:
    """Write named columns as CSV (comma, one header line, full precision)."""
    columns: Sequence[Column] = list(curve.values())
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"the columns of {path.name} differ in length")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(curve)
    writer.writerows(zip(*(column.tolist() for column in columns)))
    write_whole(path, text.getvalue().encode("utf-8"))


def read_curve(path: Path) -> Curve:
    """Read what ``write_curve`` wrote; every column becomes float64.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not a table of numbers with a name for each column.
    """
    try:
        text = read_bounded(path).decode("utf-8")
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        values = np.array([[float(cell) for cell in row] for row in rows], dtype=np.float64)
        columns = np.ascontiguousarray(values.reshape(len(rows), len(header)).T)
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path.name} is not a table of numbers") from error
    if len(set(header)) != len(header):
        raise ValueError(f"{path.name} has two columns of one name")
    return dict(zip(header, columns))
