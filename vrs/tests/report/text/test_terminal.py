"""Nothing that comes from outside controls a terminal."""

from __future__ import annotations

import ast
import io
import unicodedata
from pathlib import Path

from rich.live import Live
from rich.table import Table
from rich.text import Text

import vrs
from vrs.report.text.screen import Screen
from vrs.report.text.terminal import harmless, say

PACKAGE = Path(vrs.__file__).parent

HOSTILE = "".join(map(chr, range(0xA0))) + "\u202e\u2066\u061c\u2028 Å"


def controls(text: str) -> str:
    """The characters of a text that a terminal acts on, apart from line breaks."""
    found = (c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp"))
    return "".join(c for c in found if c != "\n")


def test_control_characters_and_turns_of_direction_are_removed() -> None:
    assert controls(harmless(HOSTILE)) == "\t"
    assert harmless("plain Å – 中\n") == "plain Å – 中\n"
    stream = io.StringIO()
    say(HOSTILE, stream)
    assert controls(stream.getvalue()) == "\t"


def test_a_console_acts_on_nothing_that_it_prints() -> None:
    stream = io.StringIO()
    console = Screen(file=stream, width=400)
    table = Table(HOSTILE, title=HOSTILE)
    table.add_row(Text(HOSTILE), HOSTILE)
    for printed in (HOSTILE, Text(HOSTILE), table):
        console.print(printed)
    assert controls(stream.getvalue()) == ""
    assert "Å" in stream.getvalue()


def test_colours_and_movements_of_this_program_stay() -> None:
    stream = io.StringIO()
    console = Screen(file=stream, width=80, force_terminal=True, color_system="standard")
    with Live(Text("\x1b[2Jred", "red"), console=console, auto_refresh=False) as live:
        live.refresh()
    assert "\x1b[31m[2Jred" in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()


def test_all_output_goes_through_these() -> None:
    """Anything else would have to care for itself."""
    allowed = {"report/text/terminal.py": {"print"}, "report/text/screen.py": {"Console"}}
    # What is captured in one was printed by the console above; the other one is a child process.
    allowed.update({"run/progress.py": {"print"}, "report/surfaces/trial.py": {"print"}})
    for file in PACKAGE.rglob("*.py"):
        name = str(file.relative_to(PACKAGE))
        if name.startswith("tests/"):
            continue
        called = {
            node.func.id
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called & {"print", "Console"} <= allowed.get(name, set()), name
