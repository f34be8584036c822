"""The built-in networks: one ONNX file and one model card (JSON) per network in this folder."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

FOLDER = Path(__file__).resolve().parent


def network_file(name: str) -> Optional[Path]:
    """The file of a network, "local_resolution" or "hand"; None if it is not installed."""
    path = FOLDER / f"{name}.onnx"
    return path if path.exists() else None
