"""Trained networks that come with the program: ONNX files beside this one, named by their use."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

FOLDER = Path(__file__).resolve().parent


def network_file(name: str) -> Optional[Path]:
    """The file of a network such as "local_resolution" or "hand"; None if it is not installed."""
    path = FOLDER / f"{name}.onnx"
    return path if path.exists() else None
