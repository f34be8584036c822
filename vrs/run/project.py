"""Scipion projects: a new one, its place in Scipion's list, and the runs of a workflow in one.

Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

import os
import re
from itertools import chain, count
from pathlib import Path
from textwrap import shorten
from typing import Collection, List, Sequence

import pyworkflow as pw
from pyworkflow.constants import PROJECT_DBNAME
from pyworkflow.project import Manager, Project
from pyworkflow.protocol import Protocol

from vrs.maps.errors import VrsError, WorkflowError
from vrs.objects import VrsValidationReport
from vrs.run.form_values import check_forms, outputs_of
from vrs.run.permission import check_permission
from vrs.run.workflow import read_workflow

_LONGEST_LIST = 200
_LONGEST_REASON = 1000
_MOST_ERRORS = 4


def create_project(folder: Path, name: str) -> Project:
    """A new project in ``folder``, which a comment says to be that of ``name``.

    It is not in Scipion's list of projects, since it goes where its report goes: see
    ``list_project``.

    Raises WorkflowError if Scipion is installed in a folder from which it cannot start its runs.
    """
    programs = str(Path(pw.__file__).parent)
    if re.search(r"\s", programs):
        raise WorkflowError(
            f"Scipion cannot start its runs from {programs}, because the name has a blank",
            "install it in another folder",
        )
    project = Project(pw.Config.getDomain(), str(folder))
    project.create(comment=f"Map validation of {name}")
    return project


def list_project(folder: Path) -> str:
    """Put the project of a report into Scipion's list, if it is not there; returns its name there.

    The name is that of the folder of the report. Projects of reports that no longer exist leave
    the list.

    Raises VrsError if there is no project in ``folder``.
    """
    folder = folder.resolve()
    if not (folder / PROJECT_DBNAME).is_file():
        raise VrsError(f"there is no project in {folder.parent}", "choose the folder of a report")
    projects = Path(Manager().PROJECTS)
    projects.mkdir(parents=True, exist_ok=True)
    links = [link for link in projects.iterdir() if link.is_symlink()]
    for link in links:
        if link.resolve().name == folder.name and not link.exists():
            link.unlink()
    listed = [link.name for link in links if link.resolve() == folder]
    if listed:
        return listed[0]
    name = Project.cleanProjectName(folder.parent.name)
    names = chain([name], (f"{name}_{number}" for number in count(2)))
    link = next(projects / name for name in names if not os.path.lexists(projects / name))
    link.symlink_to(folder, target_is_directory=True)
    return link.name


def load_workflow(project: Project, file: Path, allowed: Collection[str] = ()) -> List[Protocol]:
    """The runs of an exported workflow, added to a project in the order of the file.

    Raises WorkflowError if the file does not hold a workflow, a protocol is not installed or not
    ``allowed`` (see ``check_permission``), or a value does not fit its form.
    """
    exported = read_workflow(file)
    installed = pw.Config.getDomain().getProtocols()
    missing = sorted({run.class_name for run in exported} - set(installed))
    if missing:
        names = shorten(", ".join(missing), _LONGEST_LIST, placeholder=" ...")
        raise WorkflowError(f"the workflow needs protocols that are not installed: {names}")
    check_permission(exported, installed, allowed)
    check_forms(exported, installed)
    # Only from a file does Scipion let protocols read their values, such as an empty number.
    try:
        protocols = project.loadProtocols(filename=str(file.resolve()))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # Protocols of other plugins read their values in their own way.
        raise WorkflowError(
            f"Scipion cannot read the values of the workflow ({error!r:.200})",
            "export it again with the version of Scipion that is installed here",
        ) from error
    for run in exported:
        protocol = protocols[run.id]
        # Scipion forgets the labels (seen in pyworkflow 3.9.2 to 3.11.7).
        protocol.setObjLabel(run.label or protocol.getClassLabel())
        protocol.setObjComment(run.comment or "")
        project.mapper.store(protocol)
    project.mapper.commit()
    return list(protocols.values())


def write_reports_without_maps(project: Project, runs: Sequence[Protocol]) -> None:
    """Let the reports among the runs lead to no map, because the project will be removed."""
    for run in runs:
        if hasattr(run, "mapsKept"):
            run.mapsKept.set(False)
            project.mapper.store(run)
    project.mapper.commit()


def quote_command(project: Project, runs: Sequence[Protocol], command_line: str) -> None:
    """Let the reports among the runs quote the command that runs them now."""
    for run in runs:
        if hasattr(run, "commandLine"):
            run.commandLine.set(command_line)
            project.mapper.store(run)
    project.mapper.commit()


def check_start(runs: Sequence[Protocol]) -> None:
    """Refuse runs of which none writes a report, or of which a first one cannot start.

    Raises WorkflowError.
    """
    if not any(VrsValidationReport in outputs_of(type(run)).values() for run in runs):
        raise WorkflowError(
            "the workflow has no validation report among its runs",
            "add the protocol “validation report”",
        )
    for run in runs:
        waits = any(True for _ in run.iterInputAttributes())
        errors = [] if waits else run.validate()
        if errors:
            # Some protocols of Scipion tell one error in several lines, the first with a colon.
            lines = "; ".join(str(line).strip().rstrip(".") for line in errors[:_MOST_ERRORS])
            reason = shorten(lines.replace(":; ", ": "), _LONGEST_REASON, placeholder=" ...")
            raise WorkflowError(f"the run “{run.getObjLabel()}” cannot start: {reason}")
