"""Docstrings: their examples run, and functions on arrays state the shapes of these."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from types import FunctionType, ModuleType
from typing import Any, Dict, Iterator, List

import pytest

WITH_EXAMPLES = ("vrs.checks", "vrs.level0", "vrs.maps", "vrs.networks", "vrs.numerics")
ON_ARRAYS = ("vrs.checks", "vrs.level0", "vrs.maps", "vrs.networks", "vrs.numerics")

ARRAY = re.compile(r"\b(NDArray|FloatArray|BoolArray|IntArray|ComplexArray|Positions|Spectrum)\b")
"""In the annotation of an array; for a map, DensityMap states the shape."""


def modules(*packages: str) -> Iterator[ModuleType]:
    for name in packages:
        package = importlib.import_module(name)
        yield package
        for info in pkgutil.iter_modules(package.__path__, f"{name}."):
            yield importlib.import_module(info.name)


EXAMPLES = {
    example.name: example
    for module in modules(*WITH_EXAMPLES)
    for example in doctest.DocTestFinder(exclude_empty=True).find(module)
    if example.examples
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_a_docstring_are_right(name: str) -> None:
    output: List[str] = []
    runner = doctest.DocTestRunner()
    runner.run(EXAMPLES[name], out=output.append)
    assert not runner.failures, "".join(output)


def public_functions() -> Dict[str, FunctionType]:
    """The public functions and methods that the packages define, by their full names."""
    functions = {}
    for module in modules(*ON_ARRAYS):
        members: List[Any] = list(vars(module).values())
        for kind in filter(inspect.isclass, list(members)):
            members += vars(kind).values()
        for member in members:
            function = getattr(member, "__func__", member)
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                functions[f"{module.__name__}.{function.__qualname__}"] = function
    return {name: functions[name] for name in functions if "._" not in name}


FUNCTIONS = public_functions()


def section(docstring: str, title: str) -> str:
    """The text below a title of numpydoc, "" if there is none."""
    below = re.split(rf"^{title}\n-+\n", docstring, flags=re.MULTILINE)
    return re.split(r"^.+\n---+\n", below[1], flags=re.MULTILINE)[0] if len(below) > 1 else ""


def entry(text: str, name: str) -> str:
    """The entry of a parameter in a section, "" if there is none."""
    for lines in re.split(r"^(?=\S)", text, flags=re.MULTILINE):
        if name in re.findall(r"\w+", lines.split(" : ")[0].split("\n")[0]):
            return lines
    return ""


def omissions(function: FunctionType) -> List[str]:
    """The arrays of a function whose shape its docstring does not state.

    An array needs an entry with its shape under Parameters, a map just an entry; the entry may
    refer to another function ("As in ``that``"). A result needs a shape under Returns or Yields.
    """
    docstring = inspect.getdoc(function) or ""
    parameters = section(docstring, "Parameters")
    results = section(docstring, "Returns") + section(docstring, "Yields")
    omitted = []
    for name, annotation in function.__annotations__.items():
        text = results if name == "return" else entry(parameters, name)
        stated = "shape" in text or "As in ``" in text
        if ARRAY.search(str(annotation)) and not stated:
            omitted.append(name)
        if "DensityMap" in str(annotation) and name != "return" and not text:
            omitted.append(name)
    return omitted


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_on_arrays_states_their_shapes(name: str) -> None:
    assert omissions(FUNCTIONS[name]) == []


def undocumented(data: FloatArray, density: DensityMap) -> BoolArray:  # type: ignore # noqa: F821
    """States no shape."""


def documented(data: FloatArray, density: DensityMap) -> BoolArray:  # type: ignore # noqa: F821
    """States all shapes.

    Parameters
    ----------
    data : ndarray, shape (n,)
    density : DensityMap

    Returns
    -------
    ndarray, bool, shape (n,)
    """


def test_an_omission_is_found() -> None:
    assert len(EXAMPLES) >= 20
    assert len(FUNCTIONS) >= 80
    assert omissions(undocumented) == ["data", "density", "return"]
    assert omissions(documented) == []
