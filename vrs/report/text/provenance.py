"""The provenance of a report in words: the header against the values used, commands to paste."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any, List, Tuple

from vrs.checks.inputs import InputRecord
from vrs.maps.header_comparison import Agreement
from vrs.report.model import Provenance, Report
from vrs.report.text import words

HEADER_ABSENT = "The header of the map file was not recorded."
HEADER_AGREES = "The map file’s header agrees with the values used."
RUN_AGAIN = (
    "To paste into a shell in which scipion-em-vrs is installed, in the folder in which the "
    "command was first run:"
)
RUN_WORKFLOW = "Or, in the folder of this report, the whole workflow with all its values:"
METHODS = (
    "To paste into the methods of a paper or its supplement. It names only what was run; the file "
    "references.bib beside this report holds exactly the papers that it cites."
)
MEMORY = "Memory: peak resident memory of the process."
NOT_INSTALLED = "not installed"

HEADER_COLUMNS = ("Quantity", "In the file’s header", "Used in this report", "Agreement")
VERSION_COLUMNS = ("Package", "Version")
ENGINE_COLUMNS = ("Check", "Engine", "Time", "Memory")

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
    """A check, its engine, and what the measurement took."""

    check: str
    engine: str
    checksum: str
    time: str
    memory: str


def facts(provenance: Provenance) -> List[Tuple[str, str]]:
    """Labels and values of date and times."""
    lines = [
        ("Date", words.date(provenance.date)),
        ("Time of all checks", words.seconds(provenance.seconds)),
    ]
    if provenance.seconds_of_figures is not None:
        lines.append(("Time of the figures", words.seconds(provenance.seconds_of_figures)))
    return lines


def header_lines(record: InputRecord) -> List[PrintedLine]:
    return [
        PrintedLine(
            line.quantity,
            _value(line.in_header, line.unit),
            _value(line.used, line.unit),
            line.agreement.value,
            line.note,
            line.agreement is Agreement.DIFFERS,
        )
        for line in record.header
    ]


def header_verdict(record: InputRecord) -> str:
    """The sentence above the table: which quantities contradict the header."""
    if not record.header:
        return HEADER_ABSENT
    different = [line.quantity for line in header_lines(record) if line.differs]
    verdict = HEADER_AGREES
    if different:
        names = words.in_words(different)
        verdict = f"The map file’s header differs from the values used in: {names}."
    if record.binning > 1:
        verdict += f" The map was binned by {record.binning} after this comparison."
    return verdict


def engine_lines(report: Report) -> List[EngineLine]:
    """The preparation and the checks with their engines."""
    lines = []
    for use in report.provenance.engines:
        section = report.check(use.check)
        assert section is not None
        memory, time = section.peak_memory, words.seconds(section.seconds)
        peak = words.measured(memory.value, memory.unit if memory.value else "")
        name = f"{use.name} {use.version}".strip() + (f" in {use.path}" if use.path else "")
        lines.append(EngineLine(use.check, name, use.checksum, time, peak))
    return lines


def command_lines(command: str, columns: int = _COLUMNS) -> List[str]:
    """A command in lines that a shell joins again, whatever a viewer makes of their ends.

    The command is as from ``shlex.join``; what is no command for a shell comes back as it is. No
    line is longer than ``columns``, the backslash at its end included.
    """
    try:
        arguments = shlex.split(command)
    except ValueError:
        return [command]
    lines: List[str] = []
    for pieces in (_pieces(argument, columns) for argument in arguments):
        if lines and len(pieces) == 1 and len(lines[-1]) + len(pieces[0]) + 3 <= columns:
            lines[-1] += f" {pieces[0]}"
            continue
        if lines:
            lines[-1] += " \\"
        # A backslash that follows a letter joins the pieces without a blank.
        lines += [f"{piece}\\" for piece in pieces[:-1]] + pieces[-1:]
    return lines


def _pieces(argument: str, columns: int) -> List[str]:
    """The argument quoted, in pieces if it is longer than a line."""
    if len(shlex.quote(argument)) <= columns - 2:
        return [shlex.quote(argument)]
    # Quoting makes a letter at most five times as long.
    size = columns // 2 if shlex.quote(argument) in (argument, f"'{argument}'") else columns // 6
    return [shlex.quote(argument[start : start + size]) for start in range(0, len(argument), size)]


def _value(value: Any, unit: str) -> str:
    """A value of a header; those without a unit are grey values, however small."""
    if isinstance(value, str):
        return value
    items = value if isinstance(value, (list, tuple)) else [value]
    text = ", ".join(words.amount(item, unit or "grey value") for item in items)
    return text if value is None else f"{text} {unit}".strip()
