"""The project of a report, found from any folder of it, and Scipion's list of projects."""

from __future__ import annotations

import os
from itertools import chain, count
from pathlib import Path
from typing import Iterator, List

from vrs.maps.errors import VrsError
from vrs.report import REPORT_JSON
from vrs.run.written import PROJECT

DATABASE = "project.sqlite"

_ADVICE = "choose the folder of a report, or of a project of Scipion"


def project_of(folder: Path) -> Path:
    """The project of the report in a folder; the folder may be a part of the report or project.

    Raises VrsError if the folder does not exist or cannot be read, or has no project.
    """
    try:
        place = folder.resolve()
        if not place.exists():
            raise VrsError(f"there is no folder {folder}", _ADVICE)
        for candidate in _candidates(place):
            if (candidate / DATABASE).is_file():
                # Scipion would open a project of nothing.
                with open(candidate / DATABASE, "rb"):
                    return candidate
        has_report = (place / REPORT_JSON).is_file()
    except OSError as error:
        raise VrsError(
            f"{folder} cannot be read ({error.strerror or error})",
            "ask its owner for permission to read it, or for a copy",
        ) from error
    if has_report:
        raise VrsError(
            f"the report in {folder} is without its project",
            "write it again without --keep report, or copy it together with its project",
        )
    raise VrsError(f"there is no project in {folder}", _ADVICE)


def _candidates(place: Path) -> Iterator[Path]:
    """Where the project of a place may be: in it, around it, or beside what it is a part of."""
    for folder in (place, *place.parents):
        yield folder / PROJECT
        yield folder
        if (folder / PROJECT).is_dir() or (folder / REPORT_JSON).is_file():
            # Further out there is another report.
            return


def list_project(project: Path) -> str:
    """Put a project into Scipion's list, if it is not there; returns its name there.

    The name is that of the folder of the report. Needs Scipion.
    """
    from pyworkflow.project import Project

    projects = projects_folder()
    remove_dead_links(projects)
    if project.parent == projects.resolve():
        return project.name
    listed = [link.name for link in _links(projects) if link.resolve() == project]
    if listed:
        return listed[0]
    folder = project.parent if project.name == PROJECT else project
    name = Project.cleanProjectName(folder.name)
    names = chain([name], (f"{name}_{number}" for number in count(2)))
    link = next(projects / name for name in names if not os.path.lexists(projects / name))
    link.symlink_to(project, target_is_directory=True)
    return link.name


def projects_folder() -> Path:
    """The folder of Scipion's list of projects; needs ``prepare_scipion``."""
    projects = Path(os.path.expanduser(os.environ["SCIPION_USER_DATA"])) / "projects"
    projects.mkdir(parents=True, exist_ok=True)
    return projects


def remove_dead_links(projects: Path) -> None:
    """Remove the projects of reports that no longer exist from Scipion's list of projects."""
    for link in _links(projects):
        if Path(os.readlink(link)).name == PROJECT and not link.exists():
            link.unlink()


def _links(projects: Path) -> List[Path]:
    return [link for link in projects.iterdir() if link.is_symlink()]
