"""The plugin as Scipion sees it; reached as ``vrs.Plugin``."""

from __future__ import annotations

import os
from typing import Any

import pwem
from pyworkflow.constants import SPA
from pyworkflow.utils import Environ


class Plugin(pwem.Plugin):
    """Scipion's handle on this package: it has no programs to install and no paths to set."""

    # Scipion finds the folder of the plugin, with its logo and templates, through this module name.
    __module__ = "vrs"

    _url = ""
    _processingField = [SPA]

    @classmethod
    def _defineVariables(cls) -> None:
        """No variables of our own; those of other programs belong to their plugins."""

    @classmethod
    def getEnviron(cls) -> Environ:
        """The environment of programs started by the protocols: the one of Scipion itself."""
        return Environ(os.environ)

    @classmethod
    def defineBinaries(cls, env: Any) -> None:
        """Nothing to download: everything is installed with the Python package."""
