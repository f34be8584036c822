"""Figures as files: vector graphics, and pictures that stay small whatever a map is full of."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from PIL import Image

from vrs.maps.whole_file import write_whole
from vrs.report.figures.plots import IMAGE_DPI, STYLE, Drawing

_FINE: Dict[str, Any] = {"quality": 87, "subsampling": "4:4:4"}
"""How JPEG is written: the mean difference from the picture is 1 to 2 of 255 levels, and the file a
third of that of PNG."""

_COARSE = ((1.0, 75), (0.8, 65), (0.65, 55))
"""Scale and quality, tried in turn, for pictures of noise, of which no more would be seen."""

_NOISY_SCALE = 0.73
"""Scale of a picture of a surface that is full of noise."""

_LARGEST_LOSSLESS = {"L": 150_000, "RGB": 220_000}
_LARGEST_FINE = 250_000
_LARGEST_COARSE = 160_000
_LARGEST_THUMBNAIL = 100_000
"""Bytes of PNG in grey and in colour, of JPEG, of coarse JPEG and of a thumbnail. What is larger is
mostly noise, and becomes coarse, or coarser."""

_PNG_LEVEL = 4
"""Effort of zlib: the usual 6 takes twice the time for files that are a twentieth smaller."""


def save(drawing: Drawing, stem: Path) -> Tuple[Path, Optional[Path]]:
    """Write a plot as SVG and, for paper, as PDF; and a figure that shows images as one image.

    Page and paper share the image, as drawing is what takes the time: slices are a PNG, or a JPEG
    file where they are full of noise and the PNG would be large; views of surfaces are a JPEG.

    Returns the paths, ``stem`` with the endings; the PDF of an image is None.
    """
    canvas, pdf = drawing.canvas, None
    with rc_context(STYLE):
        if any(axes.images for axes in canvas.axes):
            ending, content = _as_image(drawing)
        else:
            pdf = stem.with_suffix(".pdf")
            write_whole(pdf, _as_vectors(FigureCanvasPdf(canvas), "pdf", CreationDate=None))
            ending, content = ".svg", _as_vectors(FigureCanvasSVG(canvas), "svg", Date=None)
    file = stem.with_suffix(ending)
    write_whole(file, content)
    return file, pdf


def save_thumbnail(picture: npt.NDArray[Any], path: Path) -> None:
    """Write a picture as JPEG, without its transparency."""
    image = opaque(picture)
    content = as_jpeg(image)
    if len(content) > _LARGEST_THUMBNAIL:
        content = _coarse_jpeg(image, _LARGEST_THUMBNAIL)
    write_whole(path, content)


def as_jpeg(
    picture: Image.Image, look: Dict[str, Any] = _FINE, dots_per_inch: float = IMAGE_DPI
) -> bytes:
    """A picture as JPEG, which says how large it is on paper."""
    stream = BytesIO()
    dots = round(dots_per_inch)
    picture.save(stream, format="JPEG", optimize=True, dpi=(dots, dots), **look)
    return stream.getvalue()


def as_png(picture: Image.Image) -> bytes:
    """A picture as PNG, without loss, which says how large it is on paper."""
    stream = BytesIO()
    dots = (IMAGE_DPI, IMAGE_DPI)
    picture.save(stream, format="PNG", compress_level=_PNG_LEVEL, dpi=dots)
    return stream.getvalue()


def _as_vectors(drawn: FigureCanvasBase, kind: str, **metadata: None) -> bytes:
    """A figure as PDF or SVG, without the date.

    ``savefig`` would draw it once more before, for a layout that drawing makes too.
    """
    stream = BytesIO()
    drawn.figure.set_dpi(IMAGE_DPI)
    getattr(drawn, f"print_{kind}")(stream, metadata=metadata)
    return stream.getvalue()


def _as_image(drawing: Drawing) -> Tuple[str, bytes]:
    """A figure as JPEG, or as PNG unless that is large: the ending of its name, and the content."""
    picture = opaque(_pixels(drawing.canvas) if drawing.pixels is None else drawing.pixels)
    if not drawing.is_image:
        content = as_png(picture)
        if len(content) <= _LARGEST_LOSSLESS[picture.mode]:
            return ".png", content
        return ".jpg", _coarse_jpeg(picture, _LARGEST_COARSE)
    content = as_jpeg(picture)
    if len(content) > _LARGEST_FINE:
        content = _coarse_jpeg(picture, _LARGEST_COARSE, _NOISY_SCALE)
    return ".jpg", content


def _pixels(canvas: Canvas) -> npt.NDArray[Any]:
    """A figure drawn for paper."""
    canvas.set_dpi(IMAGE_DPI)
    drawn: Any = FigureCanvasAgg(canvas)
    drawn.draw()
    return np.asarray(drawn.buffer_rgba())


def _coarse_jpeg(picture: Image.Image, largest: int, first_scale: float = 1.0) -> bytes:
    """A picture as JPEG that is as coarse as it must be to have ``largest`` bytes."""
    content = b""
    for scale, quality in _COARSE:
        scale *= first_scale
        look = {"quality": quality, "subsampling": "4:2:0"}
        content = as_jpeg(_scaled(picture, scale), look, scale * IMAGE_DPI)
        if len(content) <= largest:
            break
    return content


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    across, up = (round(scale * side) for side in picture.size)
    return picture.resize((across, up), Image.LANCZOS)


def opaque(picture: npt.NDArray[Any]) -> Image.Image:
    """A picture without transparency, which some readers of PDF show as a grey tint.

    ``picture`` is uint8, or float from 0 to 1, of shape (height, width, colours). One in grey alone
    takes one byte per pixel before it is compressed.
    """
    colours = picture[..., :3]
    if colours.dtype.kind == "f":
        colours = np.rint(255 * colours).astype(np.uint8)
    red, green, blue = (colours[..., index] for index in range(3))
    grey = np.array_equal(red, green) and np.array_equal(green, blue)
    return Image.fromarray(np.ascontiguousarray(colours[..., 0] if grey else colours))
