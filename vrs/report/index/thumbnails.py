"""Small pictures of the maps, from those that the reports have."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Optional

from PIL import Image

from vrs.checks.figures import SurfaceFigure
from vrs.maps.bounded_file import read_bounded
from vrs.report.index.reading import ReadReport

SIDE = 48
"""Pixels of the longest side."""

_GREYS = 16
_SURFACE = (SurfaceFigure.__struct_config__.tag_field, SurfaceFigure.__struct_config__.tag)


def thumbnail(folder: Path, report: ReadReport) -> str:
    """The picture of the map as PNG in base 64, "" if the report has none.

    It is the surface on the first page. Of reports without pictures there is none.
    """
    figures = report.input_section.figures
    surfaces = [one for one in figures if _SURFACE in one.figure.items()]
    names = [one.thumbnail or one.file for one in surfaces]
    file = _inside(folder, next((name for name in names if name), None))
    return _shrunk(file) if file is not None else ""


def _inside(folder: Path, name: Optional[str]) -> Optional[Path]:
    """The path of a picture, if neither its name nor a link leads out of the report's folder."""
    if not name or "\0" in name:
        return None
    file = (folder / name).resolve()
    return file if folder.resolve() in file.parents and file.is_file() else None


def _shrunk(file: Path) -> str:
    try:
        with Image.open(io.BytesIO(read_bounded(file)), formats=["PNG", "JPEG"]) as picture:
            # A JPEG file is only decoded as finely as this needs.
            picture.draft("L", (2 * SIDE, 2 * SIDE))
            grey = picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    grey.thumbnail((SIDE, SIDE), Image.LANCZOS)
    stream = io.BytesIO()
    grey.quantize(_GREYS, dither=0).save(stream, format="PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode("ascii")
