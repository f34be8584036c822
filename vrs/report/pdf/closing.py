"""After the checks: all measurements, provenance, methods, and the list of references."""

from __future__ import annotations

from typing import Any, Iterable

from pylatex import FootnoteText, MiniPage, NoEscape, SmallText
from pylatex.base_classes import Container
from pylatex.base_classes.containers import Fragment

from vrs.report.model import Report
from vrs.report.outline import PlacedPart
from vrs.report.pdf.escape import escape, escape_code, escape_key, escape_url, joined
from vrs.report.pdf.latex import (
    MORE,
    Bibliography,
    Command,
    MinorSection,
    Scriptsize,
    Text,
    columns_of,
    faint,
    heading,
    in_colour,
    in_words,
    long_table,
    room,
    table,
)
from vrs.report.pdf.tables import measurement_table
from vrs.report.text import provenance as facts
from vrs.report.text import words
from vrs.report.text.links import web_page


def measurements(report: Report, part: PlacedPart) -> Container:
    """Every number with its definition; those of the evidence stand in its own section."""
    listed = [content for content in report.sections if content is not report.evidence]
    section = heading(part)
    section.append(Text(escape(words.FULL_PRECISION)))
    section.append(FootnoteText([measurement_table(listed, "Check")]))
    return Fragment(data=[room(12), section])


def provenance(report: Report, part: PlacedPart) -> Container:
    """Everything that is needed to check how the report was written, and to write it again."""
    source = report.provenance
    rows = [(escape(label), escape(value)) for label, value in facts.facts(source)]
    if source.workflow_file:
        rows.append(("Workflow", escape_code(source.workflow_file)))
    section = heading(part)
    section.extend(Text(escape(note)) for note in report.notes)
    section.append(Text(table((36, 125), rows)))
    section.extend([room(10), _file_and_header(report)])
    commands = [
        part
        for label, command in (
            (facts.RUN_AGAIN, source.command_line),
            (facts.RUN_WORKFLOW, source.workflow_command),
        )
        if command
        for part in (Text(escape(label)), _listing(facts.command_lines(command), FootnoteText))
    ]
    if commands:
        section.extend([room(6), MinorSection("To run it again", *commands)])
    section.extend([room(16), MinorSection("Programs", _programs(report))])
    return Fragment(data=[room(14), section])


def methods(report: Report, part: PlacedPart) -> Container:
    """A paragraph to paste into a paper, and what it cites."""
    section = heading(part)
    section.append(Text(FootnoteText([faint(escape(facts.METHODS))])))
    section.append(Text(escape(report.methods.text)))
    bibtex = (line for line in report.methods.bibtex.splitlines() if line)
    section.append(_listing(bibtex, Scriptsize))
    return Fragment(data=[room(8), section])


def references(report: Report, part: PlacedPart) -> Container:
    """The papers behind the checks and the programs."""
    listed = Bibliography(arguments="9")
    listed.append(Command("small"))
    for reference in report.references:
        listed.append(Command("bibitem", escape_key(reference.key)))
        parts = [escape(reference.text)]
        if web_page(reference.url):
            link = [escape_url(reference.url), f"doi:{reference.doi}"]
            parts.append(Command("href", link))
        listed.append(Text(*parts))
    return Fragment(data=[room(12), listed])


def _file_and_header(report: Report) -> Container:
    record = report.input
    checksum = FootnoteText([escape_code(record.sha256)])
    section = MinorSection(
        "The file and its header",
        Text(joined(escape_code(record.file), NoEscape(", SHA-256")), checksum),
        Text(escape(facts.header_verdict(record))),
    )
    rows = [
        [escape(line.quantity), escape(line.in_header), escape(line.used), _agreement(line)]
        for line in facts.header_lines(record)
    ]
    if rows:
        names = [escape(name) for name in facts.HEADER_COLUMNS]
        grid = long_table(columns_of((48, 36, 34, 34)), names, rows)
        section.append(SmallText([grid]))
    if record.header_labels:
        labels = in_words([escape_code(label) for label in record.header_labels])
        section.append(Text(joined(NoEscape("Labels: "), labels)))
    return section


def _agreement(line: facts.PrintedLine) -> NoEscape:
    word = in_colour("warnings", line.agreement) if line.differs else line.agreement
    return joined(word, NoEscape(": "), line.note) if line.note else joined(word)


def _listing(lines: Iterable[str], size: Any) -> Container:
    """Lines in the typewriter font; those that begin with blanks are moved to the right."""
    printed = []
    for line in lines:
        indent = (len(line) - len(line.lstrip())) / 2
        printed.append(joined(Command("hspace*", f"{indent:.3g}em"), escape_code(line)))
    listing: Container = size()
    listing += [
        Command("frenchspacing"),
        Command("raggedright"),
        joined(*printed, between=r"\\ "),
        Command("par"),
    ]
    return listing


def _programs(report: Report) -> Container:
    versions = [
        (escape(name), escape(version or facts.NOT_INSTALLED))
        for name, version in report.provenance.versions.items()
    ]
    engines = [
        (escape(line.check), _engine(line), escape(line.time), escape(line.memory))
        for line in facts.engine_lines(report)
    ]
    beside = (
        table((36, 24), versions, [escape(name) for name in facts.VERSION_COLUMNS]),
        table((11, 40, 14, 20), engines, [escape(name) for name in facts.ENGINE_COLUMNS]),
    )
    left, right = (SmallText([grid]) for grid in beside)
    note = FootnoteText([faint(escape(facts.MEMORY))])
    return Text(
        MiniPage(width=NoEscape(r"0.40\linewidth"), pos="t", data=[Command("vspace", "0pt"), left]),
        Command("hfill"),
        MiniPage(
            width=NoEscape(r"0.58\linewidth"),
            pos="t",
            data=[Command("vspace", "0pt"), Text(right), note],
        ),
    )


def _engine(line: facts.EngineLine) -> NoEscape:
    if not line.checksum:
        return escape(line.engine)
    checksum = joined(escape_code(line.checksum[:12]), MORE)
    return joined(line.engine, NoEscape(" (SHA-256 "), checksum, ")")
