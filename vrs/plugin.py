"""The plugin as Scipion sees it; reached as ``vrs.Plugin``."""

from __future__ import annotations

import os
from typing import Any, Dict

import pwem
from pyworkflow import Config, VarTypes
from pyworkflow.constants import SPA
from pyworkflow.utils import Environ

from vrs.reference.file import DESCRIPTION, VARIABLE
from vrs.report.contact import VARIABLES

_SLICES, _OF_THE_LAUNCHER = "vrs.viewers.AAVrsVolumeViewer", "pwem.viewers.DataViewer"


class Plugin(pwem.Plugin):
    """Scipion's handle on this package: it has no programs to install."""

    # Scipion finds the folder of the plugin, with its logo and templates, through this module name.
    __module__ = "vrs"

    # The paper of the checks is where Scipion leads whoever wants to know more.
    _url = "https://doi.org/10.1039/D2FD00059H"
    _processingField = [SPA]

    @classmethod
    def _defineVariables(cls) -> None:
        """Where entries of EMDB come from, where they are kept, and what reports say besides."""
        cls._defineVar(
            "VRS_EMDB", "",
            description="Folder with a mirror of EMDB (the one that holds structures), or the "
            "address of an archive; empty for the public archive.",
            var_type=VarTypes.STRING,
        )  # fmt: skip
        cls._defineVar(
            "VRS_EMDB_CACHE", "",
            description="Folder that keeps the entries fetched from an archive; empty for the "
            "caches of the user.",
            var_type=VarTypes.FOLDER,
        )  # fmt: skip
        cls._defineVar(VARIABLE, "", description=DESCRIPTION, var_type=VarTypes.STRING)
        for name, description in VARIABLES.items():
            cls._defineVar(name, "", description=description, var_type=VarTypes.STRING)
        _prefer_slices()

    @classmethod
    def getContact(cls) -> Dict[str, str]:
        """The configured values of ``VARIABLES``, "" for those that nobody set."""
        return {name: cls.getVar(name) or os.environ.get(name, "") for name in VARIABLES}

    @classmethod
    def getReference(cls) -> str:
        """The configured file of the reference set, "" for none."""
        return str(cls.getVar(VARIABLE) or os.environ.get(VARIABLE, ""))

    @classmethod
    def getEnviron(cls) -> Environ:
        """The environment of programs started by the protocols: the one of Scipion itself."""
        return Environ(os.environ)

    @classmethod
    def defineBinaries(cls, env: Any) -> None:
        """Nothing to download: everything is installed with the Python package."""


def _prefer_slices() -> None:
    """Ask the slices of this plugin before the viewer of Xmipp, which Scipion's launcher prefers.

    They take only the volumes of this plugin, and all others where no other viewer works. What a
    user prefers stays as it is.
    """
    for target in ("Volume", "VolumeMask"):
        if Config.VIEWERS.get(target) == [_OF_THE_LAUNCHER]:
            Config.VIEWERS[target] = [_SLICES, _OF_THE_LAUNCHER]
