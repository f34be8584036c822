"""What was expected and what happened, as a table."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from vrs.tests.rst import simple_table


class Table:
    """Rows of a quantity, its value, and the value that is expected of it, if there is one."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._rows: List[Tuple[str, str, Optional[str]]] = []

    def add(self, quantity: str, value: Any, expected: Any = None) -> None:
        self._rows.append((quantity, str(value), None if expected is None else str(expected)))

    @property
    def is_as_expected(self) -> bool:
        return all(expected in (None, value) for _, value, expected in self._rows)

    def __str__(self) -> str:
        rows = [
            [quantity, value if expected in (None, value) else f"{value}: NOT {expected}"]
            for quantity, value, expected in self._rows
        ]
        return simple_table([self.title, "Result"], rows)
