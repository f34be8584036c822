"""The one place where onnxruntime is imported, so that it sends nothing and writes no file.

Since version 1.29 onnxruntime reports its use to its maker, and keeps an identifier of the computer
in the user's cache, from the moment of its import.
"""

from __future__ import annotations

import os
from importlib import util
from typing import Any


def is_installed() -> bool:
    """Whether the package is there; does not import it."""
    return util.find_spec("onnxruntime") is not None


def onnxruntime() -> Any:
    """The module onnxruntime, imported with its telemetry off; child processes inherit that.

    Raises ImportError if it is not installed.
    """
    # Read once, at the import; the functions of the module come too late.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime as module

    return module
