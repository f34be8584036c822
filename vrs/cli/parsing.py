"""The parser of a command: wrong usage ends with one sentence, an example, and what was meant."""

from __future__ import annotations

import argparse
import difflib
import itertools
import re
import shutil
import sys
import textwrap
from typing import Any, Callable, Dict, Iterable, List, NoReturn, Sequence, Tuple

from vrs.report.text.terminal import harmless, say

WIDEST = 100
"""Columns of the longest line."""

WRONG_USAGE = 2

_OPTION = re.compile(r"--?[A-Za-z]")
_INDENT = "  "

Lines = Sequence[Tuple[str, str]]
"""Names with their explanation; an explanation may be missing."""


class Parser(argparse.ArgumentParser):
    """A parser without abbreviations, which suggests what a misspelt word may stand for.

    Attributes
    ----------
    examples : sequence of str -- Commands that work; the first one follows an error.
    surplus : str -- Why there can be no further argument.
    closing : function -- Headings with their lines, for the end of the help.
    complaint : function -- What is wrong with the values together, "" if nothing is.
    """

    def __init__(self, *, examples: Sequence[str] = (), **kwargs: Any) -> None:
        self.examples = examples
        self.surplus = ""
        self.closing: Callable[[], Dict[str, Lines]] = dict
        self.complaint: Callable[[argparse.Namespace], str] = lambda options: ""
        self._options: List[str] = []
        self._wants_json = False
        # An abbreviation in somebody's script would break when an option is added.
        super().__init__(allow_abbrev=False, **kwargs)

    def add_argument(self, *args: Any, **kwargs: Any) -> argparse.Action:
        action = super().add_argument(*args, **kwargs)
        self._options += action.option_strings
        return action

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def,override]
        """Parse all arguments; what is not known ends the command."""
        arguments = list(sys.argv[1:] if args is None else args)
        self._wants_json = "--json" in itertools.takewhile(lambda word: word != "--", arguments)
        self._refuse_unknown(arguments)
        options, rest = super().parse_known_args(arguments, namespace)
        if rest:
            reason = f": {self.surplus}" if self.surplus else ""
            self.error(f"{rest[0]!r} is one argument too many{reason}")
        complaint = self.complaint(options)
        if complaint:
            self.error(complaint)
        return options, rest

    def format_help(self) -> str:
        """The help with its closing lines and examples, no wider than the terminal."""
        text = super().format_help()
        for heading, lines in self.closing().items():
            text += f"\n{heading}:\n{_listed(lines)}"
        if self.examples:
            text += "\nexamples:\n" + "".join(
                f"{shell_lines(example)}\n" for example in self.examples
            )
        return text

    def error(self, message: str) -> NoReturn:
        """End the command with status 2; the answer of --json says why, too."""
        if self._wants_json:
            from vrs.cli.machine import Failure, printed

            say(printed(Failure(WRONG_USAGE, message)))
        lines = fitted(f"{self.prog}: {message} (see {self.prog} --help)", sys.stderr.isatty())
        if self.examples:
            lines += f"\nexample:\n{shell_lines(self.examples[0])}"
        self.exit(WRONG_USAGE, harmless(f"{lines}\n"))

    def _refuse_unknown(self, arguments: Sequence[str]) -> None:
        """Before argparse, which names missing arguments rather than the misspelt one."""
        for argument in arguments:
            if argument == "--":
                return
            name = argument.partition("=")[0]
            if _OPTION.match(name) and name not in self._options:
                plain = {option.lstrip("-"): option for option in self._options}
                hint = suggestion(name.lstrip("-"), plain)
                self.error(f"there is no option {name}{meant(plain.get(hint, ''))}")


class CommandsParser(Parser):
    """The parser in front of the commands, each of which has its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._commands = self.add_subparsers(
            dest="command", metavar="COMMAND", prog=self.prog, required=True, parser_class=Parser,
        )  # fmt: skip

    def add_command(self, name: str, **kwargs: Any) -> Parser:
        parser: Parser = self._commands.add_parser(name, **kwargs)
        return parser

    def parser_of(self, command: str) -> Parser:
        parser: Parser = self._commands.choices[command]
        return parser

    def _refuse_unknown(self, arguments: Sequence[str]) -> None:
        """The first word is the command; the options after it are those of its parser."""
        first = arguments[0] if arguments else ""
        if _OPTION.match(first):
            super()._refuse_unknown([first])
        elif first and first not in self._commands.choices:
            hint = meant(suggestion(first, self._commands.choices))
            names = ", ".join(self._commands.choices)
            self.error(f"there is no command {first!r}{hint or '.'} The commands are {names}")


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known word that holds this one or is spelt like it, "" if there is none.

    >>> suggestion("countour", ["contour", "resolution"]), suggestion("res", ["resolution"])
    ('contour', 'resolution')
    """
    names = list(known)
    parts = [name for name in names if len(word) > 1 and word.lower() in name]
    return next(iter(parts or difflib.get_close_matches(word.lower(), names, 1)), "")


def meant(word: str) -> str:
    """The end of a sentence about a wrong word: "; did you mean report?"."""
    return f"; did you mean {word}?" if word else ""


def columns() -> int:
    """Columns for text on this terminal."""
    return min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)


def fitted(text: str, on_terminal: bool, indent: str = "") -> str:
    """Text in lines that end between words; as it is if it is not printed on a terminal."""
    if not on_terminal:
        return text
    return textwrap.fill(
        text, columns(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def shell_lines(command: str) -> str:
    """A command, indented, in lines that a shell joins again."""
    width = max(columns() - len(_INDENT) - 2, 1)
    lines = textwrap.wrap(command, width, break_long_words=False, break_on_hyphens=False)
    return _INDENT + f" \\\n{2 * _INDENT}".join(lines)


def _listed(lines: Lines) -> str:
    """Names in a column, their explanations beside it."""
    width = max(len(name) for name, _ in lines) + 2
    return "".join(
        textwrap.fill(
            f"{name:<{width}}{explanation}".rstrip(),
            columns(),
            initial_indent=_INDENT,
            subsequent_indent=_INDENT + " " * width,
            break_on_hyphens=False,
        )
        + "\n"
        for name, explanation in lines
    )
