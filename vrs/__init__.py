"""Validation reports of cryo-EM maps, as a Scipion plugin.

``vrs.maps``, ``vrs.level0`` and ``vrs.report`` work without Scipion, so importing this package must
not import it. Scipion asks for ``vrs.Plugin`` when it discovers the plugin: only then is
``vrs.plugin`` imported (PEP 562).
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

_logo = "logo.png"
_references = ["Sorzano2022"]


def __getattr__(name: str) -> Any:
    """The class that Scipion looks for, imported when it is asked for."""
    if name == "Plugin":
        from vrs.plugin import Plugin

        return Plugin
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
