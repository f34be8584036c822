"""The shipped workflow: filled with a map and its values, and loaded into a Scipion project.

Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any, Collection, Dict, List, Mapping, Optional

import pyworkflow as pw
from pyworkflow.project import Manager, Project
from pyworkflow.protocol import Protocol
from pyworkflow.template import LocalTemplate

from vrs.maps.errors import WorkflowError

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "level0.json.template"

Workflow = List[Dict[str, Any]]
"""Runs as Scipion exports them: class, identifier, label and the values of the form."""


def fill_template(values: Mapping[str, str], template: Path = TEMPLATE) -> Workflow:
    """The workflow of a template with its fields filled.

    Parameters
    ----------
    values : mapping of str to str
        One value for each alias of the template, any characters allowed.
    template : Path

    Raises
    ------
    WorkflowError
        If a field is left without a value, or the template refuses one.
    """
    filled = LocalTemplate("vrs", str(template))
    filled.replaceEnvVariables()
    filled.parseContent()
    fields = list(filled.getParams().values())
    missing = sorted({field.getAlias() for field in fields} - set(values))
    if missing:
        raise WorkflowError(f"the template wants a value for {', '.join(missing)}")
    for field in fields:
        field.setValue(values[field.getAlias()])
        complaint = field.validate()
        if complaint:
            raise WorkflowError(f"{field.getTitle()}: {field.getValue()!r} is refused: {complaint}")
        # The template is text: what JSON gives a meaning to must be escaped.
        field.setValue(json.dumps(field.getValue())[1:-1])
    with contextlib.redirect_stdout(io.StringIO()):
        file = Path(filled.createTemplateFile())
    workflow: Workflow = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    return workflow


def without_checks(workflow: Workflow, skipped: Collection[str]) -> Workflow:
    """The workflow without the runs of some checks ("0.e"), which its report is told of."""
    classes = pw.Config.getDomain().getProtocols()

    def check_of(run: Mapping[str, Any]) -> str:
        return str(getattr(classes.get(run["object.className"]), "CHECK_ID", ""))

    dropped = {run["object.id"] for run in workflow if check_of(run) in skipped}
    kept = []
    for run in workflow:
        if run["object.id"] in dropped:
            continue
        run = dict(run)
        for name, value in run.items():
            if isinstance(value, list):
                run[name] = [item for item in value if item.split(".")[0] not in dropped]
        waits = str(run.get("_prerequisites") or "").split(",")
        run["_prerequisites"] = ",".join(item for item in waits if item and item not in dropped)
        if "notRequested" in run:
            run["notRequested"] = ", ".join(sorted(skipped))
        kept.append(run)
    return kept


def export_workflow(workflow: Workflow, file: Path) -> None:
    """Write a workflow as Scipion reads it."""
    file.write_text(json.dumps(workflow, indent=4, ensure_ascii=False) + "\n", encoding="utf-8")


def create_project(folder: Path, name: str) -> Project:
    """A new project in ``folder``, listed under ``name`` in Scipion's window of projects.

    Raises
    ------
    WorkflowError
        If Scipion is installed where it cannot start its runs.
    """
    programs = str(Path(pw.__file__).parent)
    if re.search(r"\s", programs):
        raise WorkflowError(
            f"Scipion cannot start its runs from {programs}, as there is a blank in the name: "
            "install it in another folder"
        )
    manager = Manager()
    project = Project(pw.Config.getDomain(), str(folder))
    project.create(comment=f"Map validation of {name}")
    listed = Path(manager.PROJECTS)
    listed.mkdir(parents=True, exist_ok=True)
    for link in listed.iterdir():
        # An earlier project in the same folder is gone.
        if link.is_symlink() and link.resolve() == folder.resolve():
            link.unlink()
    link = listed / Project.cleanProjectName(name)
    if not os.path.lexists(link):
        link.symlink_to(folder.resolve(), target_is_directory=True)
    return project


def listed_name(folder: Path) -> Optional[str]:
    """The name under which Scipion lists the project in ``folder``; None if it does not."""
    for info in Manager().listProjects():
        if Path(info.realPath()) == folder.resolve():
            return str(info.getName())
    return None


def load_workflow(project: Project, workflow: Workflow) -> List[Protocol]:
    """The runs of a workflow, added to a project in the order of the workflow.

    Raises
    ------
    WorkflowError
        If a protocol is not installed.
    """
    known = pw.Config.getDomain().getProtocols()
    unknown = sorted({run["object.className"] for run in workflow} - set(known))
    if unknown:
        raise WorkflowError(
            f"the workflow needs protocols that are not installed: {', '.join(unknown)}"
        )
    runs = project.loadProtocols(jsonStr=json.dumps(workflow))
    for run in workflow:
        protocol = runs[run["object.id"]]
        # Scipion forgets the labels (seen in pyworkflow 3.9.2 to 3.11.7).
        protocol.setObjLabel(run.get("object.label") or protocol.getClassLabel())
        protocol.setObjComment(run.get("object.comment") or "")
        project.mapper.store(protocol)
    project.mapper.commit()
    return list(runs.values())
