"""Write the pages on report.json and index.json from their types.

``python docs/make_report_json.py`` writes docs/report_json.rst and docs/index_json.rst.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import typing
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

import msgspec

from vrs.report.index.model import Index
from vrs.report.model import Report


class Page(NamedTuple):
    """A page on a file: its own name, its title, its first paragraph, and the type of the file."""

    name: str
    title: str
    introduction: str
    kind: Any

    def write(self) -> None:
        file = Path(__file__).with_name(self.name)
        file.write_text(page(self), encoding="utf-8")


REPORT = Page("report_json.rst", "The content of report.json", """\
report.json holds everything that a report prints: report.pdf, report.html, ``vrs compare`` and the
terminal read nothing else. Numbers are JSON numbers; a value that does not exist is ``null`` with a
reason beside it, never NaN. Lists of three numbers are along X, Y and Z. The file is one object of
the type Report_. ``vrs.report.model.schema()`` returns the JSON Schema (draft 2020-12), made from
the same types.""", Report)  # fmt: skip

INDEX = Page("index_json.rst", "The content of index.json", """\
index.json holds the rows of an index, which ``vrs index`` and ``vrs batch`` write; index.html and
index.csv print nothing else, apart from the small pictures. Numbers are those of the report.json of
each map, with full precision, and paths start at the folder of the index. The file is one object of
the type Index_. ``vrs.report.index.model.schema()`` returns the JSON Schema (draft 2020-12), made
from the same types.""", Index)  # fmt: skip

PAGES = (REPORT, INDEX)

_NAMES = {str: "text", int: "integer", float: "number", bool: "true or false", type(None): "null"}
_FIELDS = re.compile(r"^(\w+(?:, \w+)*) : .*?(?: -- (.*))?\n((?:(?:    .*)?\n?)*)", re.MULTILINE)
"""A field of a docstring: its meaning begins on the same line, or stands indented below it."""


def page(about: Page = REPORT) -> str:
    """A page, one section for every type in the order of first mention."""
    lines = [".. Made by docs/make_report_json.py: change the types, not this page.", ""]
    lines += [about.title, "=" * len(about.title), "", about.introduction, ""]
    waiting, known = [about.kind], {about.kind}
    while waiting:
        kind = waiting.pop(0)
        lines += [kind.__name__, "-" * len(kind.__name__), "", *_section(kind)]
        for hint in _hints(kind).values():
            for other in _types_in(hint):
                if other not in known:
                    known.add(other)
                    waiting.append(other)
    return "\n".join(lines).rstrip() + "\n"


def _section(kind: Any) -> Iterator[str]:
    description = _description(kind)
    if description:
        yield from (description, "")
    if issubclass(kind, enum.Enum):
        yield from ("One of " + ", ".join(f"``{member.value}``" for member in kind) + ".", "")
        return
    meanings = _meanings(kind)
    yield from (".. list-table::", "   :widths: 20 25 55", "   :header-rows: 1", "")
    yield from _row("field", "type", "meaning")
    if issubclass(kind, msgspec.Struct) and kind.__struct_config__.tag is not None:
        config = kind.__struct_config__
        yield from _row(f"``{config.tag_field}``", f"``{config.tag}``", "")
    for name, hint in _hints(kind).items():
        yield from _row(f"``{name}``", _type_text(hint), meanings.get(name, ""))
    yield ""


def _row(*cells: str) -> Iterator[str]:
    for index, cell in enumerate(cells):
        yield f"   {'*' if index == 0 else ' '} - {cell}".rstrip()


def _hints(kind: Any) -> Dict[str, Any]:
    """The types of the fields, in the order of the file."""
    if issubclass(kind, enum.Enum):
        return {}
    hints = typing.get_type_hints(kind)
    if dataclasses.is_dataclass(kind):
        return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    return {name: hints[name] for name in kind.__struct_fields__}


def _meanings(kind: Any) -> Dict[str, str]:
    """What the docstrings of a type and of its bases say about the fields."""
    meanings: Dict[str, str] = {}
    for base in reversed(kind.__mro__):
        for names, beside, below in _FIELDS.findall(_attributes(base)):
            text = " ".join(f"{beside} {below}".split())
            meaning = _as_rst(_sentence(text) if beside else text)
            meanings.update(dict.fromkeys(names.split(", "), meaning))
    return meanings


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def _attributes(kind: Any) -> str:
    text = inspect.cleandoc(kind.__dict__.get("__doc__") or "")
    return text.partition("Attributes\n----------\n")[2] + "\n"


def _description(kind: Any) -> str:
    text = inspect.cleandoc(kind.__doc__ or "").partition("Attributes\n------")[0]
    return _as_rst(text.partition("Raises\n------")[0].strip())


def _as_rst(text: str) -> str:
    """Quoted names of fields as they are; a star would begin an emphasis."""
    return text.replace("*", "\\*")


def _types_in(hint: Any) -> List[Any]:
    """The structs and enumerations that a type names."""
    if isinstance(hint, type) and (
        issubclass(hint, (msgspec.Struct, enum.Enum)) or dataclasses.is_dataclass(hint)
    ):
        return [hint]
    return [other for part in typing.get_args(hint) for other in _types_in(part)]


def _type_text(hint: Any) -> str:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union:
        texts = [_type_text(part) for part in parts]
        kept = [text for text in texts if not (text == "integer" and "number" in texts)]
        return " or ".join(dict.fromkeys(kept))
    if origin is typing.Literal:
        return " or ".join(f"``{part}``" for part in parts)
    if origin in (list, tuple):
        items = _type_text(_items(parts))
        return f"list of ({items})" if " or " in items else f"list of {items}"
    if origin is dict:
        return f"object: name to {_type_text(parts[1])}"
    return _NAMES.get(hint) or (f"{hint.__name__}_" if _types_in(hint) else "any")


def _items(parts: Tuple[Any, ...]) -> Any:
    """The type of the items of a list or tuple."""
    kinds = dict.fromkeys(part for part in parts if part is not Ellipsis)
    (kind,) = kinds
    return kind


if __name__ == "__main__":
    for each in PAGES:
        each.write()
