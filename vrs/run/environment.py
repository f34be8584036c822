"""The environment variables and the configuration file that Scipion needs.

The variables and configuration files of an existing Scipion are used as they are. Only missing ones
get a default, so that a plain virtual environment is enough.
"""

from __future__ import annotations

import os
import shlex
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Dict

from vrs.maps.errors import OutputError

USER_SETTINGS = "~/.config/scipion/scipion.conf"


def read_settings(path: Path) -> Dict[str, str]:
    """The variables in a scipion.conf, as Scipion's launcher reads them; none without the file."""
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return {
        name: os.path.expandvars(value.split("#")[0]).strip()
        for section in parser.values()
        for name, value in section.items()
    }


def prepare_scipion() -> None:
    """Set the variables, and write hosts.conf if it is missing: without it Scipion has no projects.

    Raises OutputError if hosts.conf cannot be written.
    """
    set_variables()
    hosts = Path(os.environ["SCIPION_HOSTS"])
    if hosts.exists():
        return
    from pyworkflow.protocol import HostConfig

    try:
        hosts.parent.mkdir(parents=True, exist_ok=True)
        HostConfig.writeBasic(str(hosts))
    except OSError as error:
        raise OutputError(
            f"Scipion's configuration cannot be written ({error})",
            "set SCIPION_HOME to a folder of yours",
        ) from error


def set_variables() -> None:
    """Set the variables of Scipion for this process and its children; writes no file.

    Call it before the first import of pyworkflow, which reads them when it is imported.
    """
    existing = bool(os.environ.get("SCIPION_HOME"))
    # Without a Scipion, the configuration and the list of projects have a folder of their own.
    data = Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser()
    home = Path(os.environ.get("SCIPION_HOME") or data / "vrs" / "scipion").resolve()
    settings_file = home / "config" / "scipion.conf"
    user_settings = Path(os.environ.get("SCIPION_LOCAL_CONFIG", USER_SETTINGS)).expanduser()
    if not user_settings.exists():
        user_settings = settings_file
    defaults = {
        # As Scipion's own launcher sets them.
        "SCIPION_HOME": str(home),
        "SCIPION_DOMAIN": "pwem",
        "SCIPION_CONFIG": str(settings_file),
        "SCIPION_LOCAL_CONFIG": str(user_settings),
        "SCIPION_HOSTS": str(home / "config" / "hosts.conf"),
        "SCIPION_PRIORITY_PACKAGE_LIST": "pwem tomo pwchem",
        **read_settings(settings_file),
        **read_settings(user_settings),
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    if not existing and not Path("~/ScipionUserData").expanduser().exists():
        os.environ.setdefault("SCIPION_USER_DATA", str(home / "user"))
    os.environ.setdefault("SCIPION_NOTIFY", "False")
    # Scipion puts this into a shell command line as it is.
    os.environ.setdefault("SCIPION_PYTHON", shlex.quote(sys.executable))
    # Scipion starts "python" by name: it must be the one of this environment.
    folder, path = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if path.split(os.pathsep)[0] != folder:
        os.environ["PATH"] = os.pathsep.join((folder, path))
