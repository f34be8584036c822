"""The values of exported runs, compared with the forms of their protocols.

Scipion takes a value of a wrong type for the name of another run, and ignores what it does not
know; a run would then fail, or measure with another value than the file says.
Needs ``vrs.run.environment.prepare_scipion`` to have been called before it is imported.
"""

from __future__ import annotations

import math
import os
import reprlib
from enum import EnumMeta
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

from pyworkflow.object import Boolean, Float, Integer, PointerList, String
from pyworkflow.protocol import Protocol, params

from vrs.maps.errors import WorkflowError
from vrs.run.named_map import names_entry
from vrs.run.permission import of_this_plugin
from vrs.run.run_inputs import LEVEL0, has_entry
from vrs.run.workflow import ExportedRun, check_order, missing_run

_LARGEST_INTEGER = 2**63 - 1
"""Of the database of a project."""

PREPARE = "VrsProtPrepare"

_NUMBERS = ("Float", "Integer")
"""Types of outputs that are one number."""

_BOOLEANS = (True, False, "true", "false", "0", "1", None)
_NOT_IN_THE_FORM = ("object.", "_")
_ADVICE = "correct it, and export the workflow again if it comes from Scipion"


def check_forms(runs: Sequence[ExportedRun], protocols: Mapping[str, Any]) -> None:
    """Refuse a workflow with a value that does not fit, or with runs that wait for each other.

    Parameters
    ----------
    runs : sequence of ExportedRun -- Their protocols may run (see ``check_permission``).
    protocols : mapping of str to type -- The installed class of every name in ``runs``.

    Raises WorkflowError.
    """
    classes = {run.id: protocols[run.class_name] for run in runs}
    needs = {run.id: _Form(run, classes).check() for run in runs}
    check_order(runs, needs)
    _check_levels(runs)


def _check_levels(runs: Sequence[ExportedRun]) -> None:
    """Refuse a preparation without a contour level, unless its map comes with an entry."""
    with_entry = {run.id for run in runs if has_entry(run)}
    for run in runs:
        source = str(run.values.get("inputVolume") or "").partition(".")[0]
        level = run.values.get("contourLevel")
        prepares = run.class_name in (PREPARE, LEVEL0) and level in (None, "")
        if prepares and not {source, run.id} & with_entry:
            raise WorkflowError(
                f"“Contour level” of the run {run.name} is empty, and its map has no entry", _ADVICE
            )


def outputs_of(protocol: Any) -> Dict[str, Any]:
    """The outputs that a protocol announces, by their names; empty if it does not."""
    outputs = getattr(protocol, "_possibleOutputs", None)
    if isinstance(outputs, EnumMeta):
        members: Mapping[str, Any] = outputs.__members__
        return {name: member.value for name, member in members.items()}
    return outputs if isinstance(outputs, dict) else {}


class _Form:
    """The form of the protocol of a run, and the values for it in the file."""

    def __init__(self, run: ExportedRun, classes: Mapping[str, Any]) -> None:
        self._run = run
        self._classes = classes
        self._protocol: Protocol = classes[run.id]()
        self._own = of_this_plugin(classes[run.id])
        self._needs: Set[str] = set(run.waits_for)

    def check(self) -> Set[str]:
        """The identifiers of the runs that this one needs.

        Raises WorkflowError if a value does not fit.
        """
        attributes = dict(self._protocol.iterDefinitionAttributes())
        unknown = [name for name in self._run.values if self._is_unknown(name, attributes)]
        if self._own and unknown:
            raise WorkflowError(
                f"the form of the run {self._run.name} has no {_shown(unknown[0])}", _ADVICE
            )
        for name, attribute in attributes.items():
            parameter = self._protocol.getParam(name)
            if name in self._run.values:
                problem = self._problem(parameter, attribute, self._run.values[name])
            else:
                problem = self._problem_of_a_missing(parameter, attribute)
            if problem:
                raise WorkflowError(
                    f"“{parameter.label}” of the run {self._run.name} {problem}", _ADVICE
                )
        return self._needs

    @staticmethod
    def _is_unknown(name: str, attributes: Mapping[str, Any]) -> bool:
        hidden = name == "forceSchedule" or name.startswith(_NOT_IN_THE_FORM)
        return not hidden and name not in attributes

    def _problem_of_a_missing(self, parameter: Any, attribute: Any) -> Optional[str]:
        if attribute.isPointer():
            return self._of_reference(parameter, None)
        return None if isinstance(attribute, PointerList) else self._invalid(parameter, attribute)

    def _problem(self, parameter: Any, attribute: Any, value: Any) -> Optional[str]:
        """What is wrong with a value, as the end of a sentence."""
        if isinstance(attribute, PointerList):
            return self._of_list(parameter, value)
        if attribute.isPointer():
            return self._of_reference(parameter, value)
        if isinstance(attribute, (Float, Integer)):
            return self._of_number(parameter, attribute, value)
        if isinstance(attribute, Boolean):
            known = value.lower() if isinstance(value, str) else value
            return None if known in _BOOLEANS else f"is {_shown(value)}, neither true nor false"
        if isinstance(attribute, String):
            return self._of_text(parameter, attribute, value)
        return None

    def _of_text(self, parameter: Any, attribute: Any, value: Any) -> Optional[str]:
        if not isinstance(value, (str, int, float, type(None))):
            return f"is {_shown(value)}, which is not a text"
        if isinstance(parameter, params.PathParam) and value != parameter.getDefault():
            return self._of_path(str(value or ""))
        attribute.set(value)
        return self._invalid(parameter, attribute)

    def _of_path(self, path: str) -> Optional[str]:
        """Only of a whole path is it known which file Scipion opens, so that it is not replaced."""
        whole = os.path.isabs(path)
        if self._own and not os.path.lexists(path) and names_entry(path):
            return None
        if not self._own:
            # The imports of Scipion cut the blanks and the dollars.
            whole = whole and "$" not in path and path == path.strip()
        if whole or not path:
            return None
        problem = "has blanks or a dollar" if os.path.isabs(path) else "is not a whole path"
        return f"is {_shown(path)}, which {problem}: write the whole path of the file"

    def _of_list(self, parameter: Any, value: Any) -> Optional[str]:
        if not isinstance(value, (list, type(None))):
            return f"is {_shown(value)}, which is not a list"
        if any(item in (None, "") for item in value or []):
            return "has an empty item"
        problems = (self._of_reference(parameter, item) for item in value or [])
        return next((problem for problem in problems if problem), None)

    def _of_reference(self, parameter: Any, value: Any) -> Optional[str]:
        """A reference is the identifier of a run, with the name of its output: "2.outputVolume"."""
        if value in (None, ""):
            required = self._own and not parameter.allowsNull
            return "is empty" if required else None
        if not isinstance(value, str):
            return f"is {_shown(value)}, which is not the output of a run"
        if value.partition(".")[0] not in self._classes:
            raise missing_run(self._run, value.partition(".")[0])
        return self._of_output(value, str(parameter.pointerClass).replace(" ", "").split(","))

    def _is_reference(self, value: Any) -> bool:
        parts = value.split(".") if isinstance(value, str) else []
        return len(parts) > 1 and parts[0] in self._classes and parts[1].isidentifier()

    def _of_output(self, reference: str, kinds: Sequence[str]) -> Optional[str]:
        """What is wrong with a reference to a run of the file; the output has one of the types."""
        identifier, _, output = reference.partition(".")
        self._needs.add(identifier)
        if self._own and not _has_output(self._classes[identifier], output, kinds):
            return f"is {_shown(reference)}, which is no output of the type {' or '.join(kinds)}"
        return None

    def _of_number(self, parameter: Any, attribute: Any, value: Any) -> Optional[str]:
        if value in (None, ""):
            attribute.set(None)
            return self._invalid(parameter, attribute)
        number = _number(value, whole=isinstance(attribute, Integer))
        if number is None and self._is_reference(value):
            # The number may be the output of another run.
            return self._of_output(value, _NUMBERS)
        if number is None:
            kind = "a whole number" if isinstance(attribute, Integer) else "a number"
            return f"is {_shown(value)}, which is not {kind}"
        if isinstance(parameter, params.EnumParam):
            choices = list(parameter.choices)
            if not 0 <= number < len(choices):
                return f"is {_shown(value)}, and its choices are 0 to {len(choices) - 1}"
        attribute.set(number)
        return self._invalid(parameter, attribute)

    def _invalid(self, parameter: Any, attribute: Any) -> Optional[str]:
        """The objection of the form of this plugin to its value."""
        errors: List[Any] = parameter.validate(attribute.get()) if self._own else []
        return str(errors[0]) if errors else None


def _has_output(protocol: Any, output: str, kinds: Sequence[str]) -> bool:
    """Whether an output has one of the types, as far as the protocol announces its outputs."""
    outputs = outputs_of(protocol)
    if output not in outputs:
        # Protocols of other plugins need not announce all of them, nor items of a set.
        return bool(output) and not of_this_plugin(protocol)
    kind = outputs[output]
    ancestry = (kind if isinstance(kind, type) else type(kind)).__mro__
    return any(cls.__name__ in kinds for cls in ancestry)


def _number(value: Any, whole: bool) -> Any:
    """A finite number, or one as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = int(value) if whole else float(value)
    except (ValueError, OverflowError):
        return None
    if whole:
        cut = isinstance(value, float) and number != value
        return None if cut or abs(number) > _LARGEST_INTEGER else number
    return number if math.isfinite(number) else None


def _shown(value: Any) -> str:
    """A value from the file, cut if it is long."""
    return reprlib.repr(value)
