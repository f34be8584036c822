"""Looks up what an element of an XML header says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, List, Optional, TypeVar

from vrs.entries.values import length, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

T = TypeVar("T")


def is_true(element: Optional[Element], name: str) -> bool:
    """Whether an attribute says that something holds, as the schema writes it."""
    said = "" if element is None else element.get(name, "")
    return said.strip().lower() in ("true", "1")


class Reader:
    """Looks up what an element says, or one that is missing; the first of repeated ones."""

    def __init__(self, element: Optional[Element]) -> None:
        self.element = element

    def all(self, path: str) -> List[Element]:
        return [] if self.element is None else self.element.findall(path)

    def texts(self, path: str) -> List[str]:
        """All that elements of a path say, in their order."""
        said = (text("".join(element.itertext())) for element in self.all(path))
        return [value for value in said if value]

    def text(self, path: str) -> Optional[str]:
        return next(iter(self.texts(path)), None)

    def length(self, path: str) -> Optional[float]:
        """A length in Å."""
        known = (length(element.text, element.get("units")) for element in self.all(path))
        return next(filter(None, known), None)

    def three(self, path: str, names: str, read: Callable[[str], Optional[T]]) -> List[T]:
        """Three values in the order of ``names``; fewer if one is missing."""
        values = (read(f"{path}/{name}") for name in names.split())
        return [value for value in values if value is not None]
