"""The environment variables and the configuration file that Scipion needs.

The variables and configuration files of an existing Scipion are used as they are. Only missing ones
get a default, so that a plain virtual environment is enough.
"""

from __future__ import annotations

import os
import shlex
import sys
import warnings
from configparser import ConfigParser, RawConfigParser
from configparser import Error as ConfigParserError
from pathlib import Path
from typing import Dict, List

from vrs.maps.errors import OutputError, VrsError
from vrs.maps.whole_file import write_whole
from vrs.run.state_folder import (
    is_writable,
    make_private,
    state_folder,
    temporary_folder,
    usual_folder,
)

USER_SETTINGS = "~/.config/scipion/scipion.conf"
USER_DATA = "~/ScipionUserData"
DOMAIN = "pwem"

_HOSTS = """[localhost]
PARALLEL_COMMAND = mpirun -np %_(JOB_NODES)d --map-by node %_(COMMAND)s
"""

_OF_PYTHON = ("PYTHONWARNINGS", "PYTHONOPTIMIZE", "MATPLOTLIBRC")
"""Settings for programs under development, or of figures, with which a run would end or differ."""


def read_settings(path: Path) -> Dict[str, str]:
    """The variables in a scipion.conf, as Scipion's launcher reads them; none without the file.

    Raises VrsError if it is broken; Scipion does not start with it either.
    """
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read(path)
        values = [pair for section in parser.values() for pair in section.items()]
    except (ConfigParserError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise VrsError(
            f"Scipion's configuration {path} cannot be read ({reason})", "correct or remove it"
        ) from error
    return {name: os.path.expandvars(value.split("#")[0]).strip() for name, value in values}


def prepare_scipion() -> None:
    """Set the variables, and write hosts.conf if it is missing: without it Scipion has no projects.

    Raises OutputError if Scipion's folders cannot be written.
    """
    set_variables()
    _check_folders()
    if sys.flags.optimize > 1:
        raise VrsError(
            "Python runs without the descriptions in its programs, which Scipion needs",
            "unset PYTHONOPTIMIZE, and leave out -OO",
        )
    _prepare_hosts(Path(os.environ["SCIPION_HOSTS"]))


def _prepare_hosts(hosts: Path) -> None:
    """Write the list of hosts if it is missing or empty, and raise OutputError if it is broken."""
    advice = "set SCIPION_HOSTS to a file in a folder of yours"
    written = os.path.lexists(hosts) and not (os.path.isfile(hosts) and not hosts.stat().st_size)
    try:
        if not written:
            hosts.parent.mkdir(parents=True, exist_ok=True)
            # As Scipion writes it.
            write_whole(hosts, _HOSTS.encode("ascii"))
        elif not os.path.isfile(hosts):
            raise OutputError(f"Scipion's list of hosts {hosts} is not a file", advice)
        parser = RawConfigParser(comment_prefixes=(";",))
        parser.read(hosts)
    except OSError as error:
        done = "read" if written else "written"
        raise OutputError(
            f"Scipion's list of hosts {hosts} cannot be {done} ({error.strerror})", advice
        ) from error
    except (ConfigParserError, UnicodeDecodeError) as error:
        reason = f"Scipion's list of hosts {hosts} cannot be read"
        raise OutputError(reason, f"correct or remove it, or {advice}") from error
    if not parser.sections():
        raise OutputError(
            f"Scipion's list of hosts {hosts} names no host", f"remove it, or {advice}"
        )


def _check_folders() -> None:
    """Raise OutputError if Scipion could not make its folders or add a project to its list."""
    usual = os.path.join(os.environ["SCIPION_HOME"], "software")
    software = Path(os.environ.get("SCIPION_SOFTWARE", usual))
    made = [software / name for name in ("bindings", "lib")]
    needed = {folder: "SCIPION_HOME" for folder in made if not os.path.isdir(folder)}
    needed[Path(os.path.expanduser(os.environ["SCIPION_USER_DATA"]))] = "SCIPION_USER_DATA"
    for folder, variable in needed.items():
        if not is_writable(folder):
            raise OutputError(
                f"Scipion's folder {folder} cannot be written",
                f"set {variable} to a folder of yours",
            )


def set_variables() -> List[str]:
    """Set the variables of Scipion for this process and its children; writes no file.

    A folder among the temporary files is made, as somebody else could make it before its use.

    Call it before the first import of pyworkflow, which reads them when it is imported.

    Returns a sentence for each thing that is not at its usual place, because that cannot be
    written; none when it is called again.
    """
    existing = bool(os.environ.get("SCIPION_HOME"))
    # Without a Scipion, the configuration and the list of projects have a folder of their own.
    state = state_folder()
    if state == temporary_folder():
        make_private(state)
    home = Path(os.environ.get("SCIPION_HOME") or state).resolve()
    settings_file = home / "config" / "scipion.conf"
    user_settings = Path(os.path.expanduser(os.environ.get("SCIPION_LOCAL_CONFIG", USER_SETTINGS)))
    # A home of another user may not even be searched, which "Path.exists" does not allow.
    if not os.path.exists(user_settings):
        user_settings = settings_file
    settings = {**read_settings(settings_file), **read_settings(user_settings), **os.environ}
    hosts, projects = home / "config" / "hosts.conf", Path(os.path.expanduser(USER_DATA))
    moved = []
    if not existing and state == temporary_folder():
        moved.append(_moved("Scipion's configuration and list of projects", usual_folder(), state))
    if not (os.path.exists(hosts) or is_writable(hosts.parent) or "SCIPION_HOSTS" in settings):
        moved.append(_moved("the list of Scipion's hosts", hosts, state))
        hosts = state / "config" / "hosts.conf"
    if not existing and not os.path.exists(projects):
        projects = home / "user"
    elif not is_writable(projects) and "SCIPION_USER_DATA" not in settings:
        moved.append(_moved("Scipion's list of projects", projects, state))
        projects = state / "user"
    defaults = {
        # As Scipion's own launcher sets them.
        "SCIPION_HOME": str(home),
        "SCIPION_CONFIG": str(settings_file),
        "SCIPION_LOCAL_CONFIG": str(user_settings),
        "SCIPION_HOSTS": str(hosts),
        "SCIPION_PRIORITY_PACKAGE_LIST": "pwem tomo pwchem",
        "SCIPION_USER_DATA": str(projects),
        "SCIPION_NOTIFY": "False",
        # Scipion puts this into a shell command line as it is.
        "SCIPION_PYTHON": shlex.quote(sys.executable),
        # The fonts that matplotlib found; settings of the user would change the figures.
        "MPLCONFIGDIR": str(state / "matplotlib"),
        "VRS_LATEX": str(state / "latex"),
        **settings,
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    # The protocols of this plugin belong to this domain, whatever else is set.
    os.environ["SCIPION_DOMAIN"] = DOMAIN
    os.environ["MPLBACKEND"] = "agg"
    for name in _OF_PYTHON:
        os.environ.pop(name, None)
    # Python knows the action "error" by its first letter too.
    if any(option[:1] == "e" for option in sys.warnoptions):
        # Read when this process began: a warning must not end it.
        warnings.simplefilter("default")
    # What a process of Scipion prints goes to a log file.
    os.environ["PYTHONIOENCODING"] = "utf-8"
    # Scipion starts "python" by name: it must be the one of this environment.
    folder, path = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if path.split(os.pathsep)[0] != folder:
        os.environ["PATH"] = os.pathsep.join((folder, path))
    return moved


def _moved(what: str, usual: Path, now: Path) -> str:
    return (
        f"{usual} cannot be written, so {what} {'are' if ' and ' in what else 'is'} in {now}; "
        "SCIPION_HOME names another folder."
    )
