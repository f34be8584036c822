"""What is in the windows that are open."""

from __future__ import annotations

from typing import Any, List


def opened(root: Any) -> List[Any]:
    """The windows that are open, drawn."""
    import tkinter

    root.update()
    return [child for child in root.winfo_children() if isinstance(child, tkinter.Toplevel)]


def text_in(window: Any) -> str:
    """All text in a window."""
    text = ""
    for child in window.winfo_children():
        if child.winfo_class() == "Text":
            text += child.get("1.0", "end")
        text += text_in(child)
    return text


def rows_in(window: Any) -> List[List[str]]:
    """The cells of the table in a window."""
    (table,) = (child for child in window.winfo_children() if child.winfo_class() == "Treeview")
    return [[str(cell) for cell in table.item(row, "values")] for row in table.get_children()]


def widgets(window: Any, kind: str) -> List[Any]:
    """All widgets of a class in a window."""
    found = []
    for child in window.winfo_children():
        found += [child] if child.winfo_class() == kind else []
        found += widgets(child, kind)
    return found


def press(window: Any, label: str) -> None:
    """Press the button with this label."""
    (button,) = (b for b in widgets(window, "Button") if b.cget("text") == label)
    button.invoke()
