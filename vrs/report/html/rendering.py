"""What every page for the browser needs: its templates, and the pictures inside it."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from PIL import Image

from vrs.maps.bounded_file import read_bounded
from vrs.maps.printing import entered, grouped, number
from vrs.report.figures import icons, strip
from vrs.report.text import entry, links, peers, provenance, verdict, words
from vrs.report.text.terminal import harmless
from vrs.report.text.typography import typographic

LARGEST_FILE = 25_000_000
"""Bytes; a larger page gets coarser pictures."""

_TEMPLATES = Path(__file__).with_name("templates")


def template(name: str) -> Template:
    """A template of this package, with escaping on and an unknown name an error."""
    environment = Environment(
        loader=FileSystemLoader(str(_TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        say=typographic,
        listed=words.in_words,
        capital=words.capitalized,
        number=number,
        entered=entered,
        grouped=lambda count: grouped(str(count)),
    )
    drawings = {status.value: icons.svg(status) for status in icons.ICONS}
    environment.globals.update(
        status_icons=drawings,
        icon_side=icons.SIDE,
        strips=strip,
        peers=peers,
        words=words,
        verdict=verdict,
        provenance_words=provenance,
        entry_words=entry,
        links=links,
        severity_words=words.SEVERITY_WORDS,
    )
    return environment.get_template(name)


def _shown(value: Any) -> Any:
    """A value of a template, a text without what turns the direction of writing."""
    return harmless(value) if type(value) is str else value


def size_of(page: str) -> int:
    """Bytes of a page on disk."""
    return len(page.encode("utf-8", errors="backslashreplace"))


def is_picture(file: Path) -> bool:
    """Whether a page can hold the file as a picture: SVG, PNG or JPEG, and whole."""
    try:
        content = read_bounded(file)
        if file.suffix == ".svg":
            text = content.decode("utf-8")
            # Entities can make a small file endless.
            if "<!ENTITY" in text:
                return False
            ElementTree.fromstring(text)
        else:
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
                picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True


def data_uri(file: Path, scale: float) -> str:
    """An SVG, PNG or JPEG file as an address that holds the picture itself, images scaled."""
    content = file.read_bytes()
    if file.suffix == ".svg":
        return _uri("svg+xml", content)
    kind = "jpeg" if file.suffix == ".jpg" else "png"
    return _uri(kind, content if scale == 1.0 else _shrunk(content, kind, scale))


def svg_uri(drawing: str) -> str:
    """An SVG drawing as an address."""
    return _uri("svg+xml", drawing.encode("utf-8"))


def jpeg_uri(picture: bytes, scale: float) -> str:
    """A picture as an address, scaled."""
    return _uri("jpeg", picture if scale == 1.0 else _shrunk(picture, "jpeg", scale))


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _shrunk(content: bytes, kind: str, scale: float) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        size = tuple(max(1, round(length * scale)) for length in picture.size)
        smaller = picture.convert("RGB").resize((size[0], size[1]), Image.LANCZOS)
    stream = io.BytesIO()
    smaller.save(stream, format=kind, optimize=True)
    return stream.getvalue()
