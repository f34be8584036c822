"""A workflow template of Scipion, found and filled without a window.

A template is a workflow in which a field ``~title|default|type|alias~`` stands for each value that
is asked for. Scipion puts a value in as it is, so that a quotation mark in a title breaks the file,
and takes no value from the defaults; here a value is written as JSON, and a missing one is the
default.
Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Mapping

from pyworkflow.template import LocalTemplate, TemplateList, TemplateParam, Validations

from vrs.maps.errors import WorkflowError
from vrs.run.run_inputs import MAP_FILE

_FIELD_PARTS = 4
_ADVICE = "correct the template"


class SavedTemplate:
    """A template by its file, or by its identifier in Scipion's list, such as "vrs-level0".

    Raises WorkflowError if there is no such template, or it cannot be read.
    """

    def __init__(self, name: str) -> None:
        template = _template_named(name)
        self.name = name
        try:
            template.replaceEnvVariables()
        except KeyError as error:
            raise WorkflowError(
                f"the template {name} needs the environment variable {error.args[0]}", "set it"
            ) from error
        except (TypeError, ValueError) as error:
            raise WorkflowError(f"the template {name} has a lone % ({error})", _ADVICE) from error
        self._parts: List[str] = template.getContent()
        fields = [_field(name, index, self._parts[index]) for index in self._places()]
        self._fields: List[TemplateParam] = fields

    def _places(self) -> range:
        return range(1, len(self._parts), 2)

    @property
    def fields(self) -> Dict[str, str]:
        """Alias -> title of every field."""
        return {field.getAlias(): field.getTitle() for field in self._fields}

    def filled(self, values: Mapping[str, str]) -> List[Dict[str, Any]]:
        """The workflow with values by the aliases of the fields, and the defaults for the others.

        Raises WorkflowError for a value without a field, one that does not fit, or one that is
        missing.
        """
        unknown = [alias for alias in values if alias not in self.fields]
        if unknown:
            raise WorkflowError(
                f"the template {self.name} has no field {unknown[0]!r}",
                f"its fields are {', '.join(self.fields)}",
            )
        parts = list(self._parts)
        for field in self._fields:
            alias = field.getAlias()
            value = values.get(alias, field.getValue())
            named = f"“{field.getTitle()}” ({alias}) of the template {self.name}"
            # Scipion's objection, if it has one.
            problem = Validations.check(value, field.getType())
            if problem and alias not in values:
                raise WorkflowError(f"{named} has no value", f"add {alias}=VALUE")
            if problem:
                raise WorkflowError(f"{named} is {value!r}: {problem.rstrip('.')}")
            # Without the quotation marks, which the template has.
            parts[field.getIndex()] = json.dumps(value, ensure_ascii=False)[1:-1]
        try:
            workflow: List[Dict[str, Any]] = json.loads("".join(parts))
        except ValueError as error:
            raise WorkflowError(
                f"the template {self.name} is no workflow ({error})", _ADVICE
            ) from error
        return workflow


def with_whole_paths(workflow: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The workflow with the whole path of every map that is named from the working folder.

    Its runs work in another folder.
    """
    return [
        {**run, MAP_FILE: os.path.abspath(run[MAP_FILE])}
        if os.path.isfile(run.get(MAP_FILE) or "")
        else run
        for run in workflow
    ]


def names_of_templates() -> List[str]:
    """The identifiers in Scipion's list of templates."""
    return sorted(template.getObjId() for template in _templates())


def _templates() -> List[Any]:
    known = TemplateList()
    known.addLocalTemplates()
    known.addPluginTemplates()
    return list(known.templates)


def _template_named(name: str) -> Any:
    if Path(name).is_file():
        try:
            return LocalTemplate("local", name)
        except (OSError, UnicodeDecodeError) as error:
            raise WorkflowError(f"the template {name} cannot be read ({error})") from error
    known = {template.getObjId(): template for template in _templates()}
    if name not in known:
        raise WorkflowError(
            f"there is no template {name!r}",
            f"choose a file, or one of {', '.join(names_of_templates())}",
        )
    return known[name]


def _field(name: str, index: int, text: str) -> TemplateParam:
    parts = text.split("|")
    if len(parts) != _FIELD_PARTS or not parts[2].isdecimal():
        raise WorkflowError(
            f"the template {name} has the field {text[:60]!r}, which is not "
            "~title|default|type|alias~",
            _ADVICE,
        )
    return TemplateParam(index, *parts)
