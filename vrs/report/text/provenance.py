"""How a report was made, in words: the header against what was used, and commands to paste."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, List, Mapping, Sequence

from vrs.checks.result import Check
from vrs.maps.header_comparison import Agreement
from vrs.report.text import words

if TYPE_CHECKING:
    from vrs.report.model import Report

HEADER_ABSENT = "The header of the file was not recorded when this map was prepared."
HEADER_AGREES = "Nothing in the header contradicts what was used."
BINNED = "The map was binned by {0} after this comparison."
RUN_AGAIN = (
    "To be pasted into a shell in which scipion-em-vrs is installed, in the folder in which the "
    "command was first given:"
)
RUN_WORKFLOW = "Or, in the folder of this report, the whole workflow with all its values:"
METHODS = (
    "To paste into the methods of a paper or its supplement. It names what was run, and nothing "
    "else; the file references.bib beside this report holds exactly what it cites."
)

MEMORY = "Memory: the largest that the process of the check had, with all its libraries."

_COLUMNS = 92


@dataclass(frozen=True)
class PrintedLine:
    """A line of the table of the header; ``differs`` marks a contradiction."""

    quantity: str
    in_header: str
    used: str
    agreement: str
    note: str
    differs: bool


@dataclass(frozen=True)
class EngineLine:
    """A check, the program that measured it, and what that took."""

    check: str
    engine: str
    checksum: str
    time: str
    memory: str


def header_lines(given: Mapping[str, Any]) -> List[PrintedLine]:
    """The lines of the block "input" of report.json in print; empty where none were recorded."""
    return [
        PrintedLine(
            quantity=line["quantity"],
            in_header=_value(line["in_header"], line["unit"]),
            used=_value(line["used"], line["unit"]),
            agreement=line["agreement"],
            note=line["note"],
            differs=line["agreement"] == Agreement.DIFFERS.value,
        )
        for line in given.get("header") or []
    ]


def header_verdict(given: Mapping[str, Any]) -> str:
    """The sentence above the table: which quantities contradict the header."""
    lines = header_lines(given)
    if not lines:
        return HEADER_ABSENT
    different = [line.quantity for line in lines if line.differs]
    sentence = (
        f"The header differs from what was used in: {words.in_words(different)}."
        if different
        else HEADER_AGREES
    )
    binning = given.get("binning", 1)
    return f"{sentence} {BINNED.format(binning)}" if binning > 1 else sentence


def engine_lines(report: Report) -> List[EngineLine]:
    """The preparation and the checks that a program took part in."""
    times = report.provenance["seconds_of_checks"]
    checks = {check.id: check for check in (report.input_section.check, *report.checks)}
    return [
        EngineLine(
            check=engine["check"],
            engine=f"{engine['name']} {engine['version']}".strip(),
            checksum=engine["checksum"],
            time=words.seconds(times[engine["check"]]),
            memory=_memory(checks[engine["check"]]),
        )
        for engine in report.provenance["engines"]
    ]


def command_lines(command: str, columns: int = _COLUMNS) -> List[str]:
    """A command in lines that a shell joins again, whatever a viewer makes of their ends.

    Parameters
    ----------
    command : str
        As from ``shlex.join``; what is no command for a shell comes back as it is.
    columns : int
        Longest line, the backslash at its end included.
    """
    try:
        arguments = shlex.split(command)
    except ValueError:
        return [command]
    lines: List[str] = []
    for part in _parts(arguments, columns):
        if lines and len(part) == 1 and len(lines[-1]) + len(part[0]) + 3 <= columns:
            lines[-1] += f" {part[0]}"
            continue
        if lines:
            lines[-1] += " \\"
        # A backslash that follows a letter joins the pieces without a blank.
        lines += [f"{piece}\\" for piece in part[:-1]] + part[-1:]
    return lines


def _parts(arguments: Sequence[str], columns: int) -> List[List[str]]:
    """What stays on a line: an option with its values, an argument, or pieces of a long one."""
    groups: List[List[str]] = []
    for argument in arguments:
        if groups and not argument.startswith("-") and groups[-1][0].startswith("-"):
            groups[-1].append(argument)
        else:
            groups.append([argument])
    parts: List[List[str]] = []
    for group in groups:
        together = shlex.join(group)
        if len(together) <= columns - 2:
            parts.append([together])
        else:
            parts += [_pieces(argument, columns) for argument in group]
    return parts


def _pieces(argument: str, columns: int) -> List[str]:
    """The argument quoted, in pieces if it is longer than a line."""
    if len(shlex.quote(argument)) <= columns - 2:
        return [shlex.quote(argument)]
    # Quoting makes a letter at most five times as long.
    size = columns // 2 if shlex.quote(argument) in (argument, f"'{argument}'") else columns // 6
    return [shlex.quote(argument[start : start + size]) for start in range(0, len(argument), size)]


def _memory(check: Check) -> str:
    peak = check.peak_memory
    return words.measured(peak.value, peak.unit) if peak.value is not None else "–"


def _value(value: Any, unit: str) -> str:
    return value if isinstance(value, str) else words.measured(value, unit)
