"""The numbered sections: the input, and the checks of every level."""

from __future__ import annotations

from typing import Any, List, Sequence

from pylatex import (
    Enumerate,
    FootnoteText,
    Hyperref,
    Itemize,
    Label,
    Marker,
    NoEscape,
    Ref,
    Section,
    Subsection,
)
from pylatex.base_classes import Container
from pylatex.base_classes.containers import Fragment

from vrs.report.model import CheckContent, Report, RuleContent
from vrs.report.outline import PlacedPart
from vrs.report.pdf.escape import escape, escape_code, escape_key, joined
from vrs.report.pdf.latex import (
    Command,
    MinorSection,
    Text,
    faint,
    figure,
    in_colour,
    in_words,
    marker,
    outcome,
    remark,
    room,
    table,
)
from vrs.report.pdf.tables import curve_table, evidence_table
from vrs.report.text import words


def input_section(report: Report, part: PlacedPart) -> Container:
    """Section 1: the input, the masks, and pictures of both."""
    record = report.input
    checksum = FootnoteText([escape_code(record.sha256)])
    rows = [
        ("Map file", escape_code(record.file)),
        ("SHA-256", checksum),
        *((escape(label), escape(value)) for label, value in words.input_lines(record)),
    ]
    content = report.input_section
    section = Section(escape(part.title), label=Label(marker(content)))
    section.append(Text(table((36, 125), rows, rules=True)))
    section.extend(remark("caution", "Header", escape(text)) for text in record.header_remarks)
    section.extend(_results(content))
    section.extend(_remarks(content))
    if content.figures:
        section.append(FootnoteText([faint(escape(words.ORIENTATION))]))
    section.extend(figure(drawn) for drawn in content.figures)
    if content.evaluated:
        section.append(FootnoteText([Text(faint(escape(words.engine(content))))]))
    return Fragment(data=[room(24), section])


def evidence_section(report: Report, part: PlacedPart) -> Container:
    """What kind of map this is: every measurement with its definition, and pictures."""
    content = report.evidence
    assert content is not None
    section = Section(escape(part.title), label=Label(marker(content)))
    section.append(Text(escape(content.explanation)))
    section.extend(_results(content))
    section.append(FootnoteText([evidence_table(content)]))
    section.extend(curve_table(printed) for printed in content.tables)
    section.extend(figure(drawn) for drawn in content.figures)
    section.extend(_remarks(content))
    section.append(FootnoteText([Text(faint(escape(words.engine(content))))]))
    return Fragment(data=[room(20), section])


def level_section(report: Report, part: PlacedPart) -> Container:
    """The checks of a level."""
    assert part.level is not None
    section = Section(escape(part.title), label=Label(Marker(part.level.id, "level")))
    section.extend(_check(check) for check in part.level.checks)
    return Fragment(data=[room(30), section])


def _check(check: CheckContent) -> Container:
    section = Subsection(escape(f"Level {check.heading}"), label=Label(marker(check)))
    keys = joined(*map(escape_key, check.references), between=",")
    cited = Command("cite", keys) if keys else ""
    section.append(MinorSection("Explanation", Text(escape(check.explanation), cited)))
    section.append(MinorSection("Results"))
    section.extend(_results(check))
    section.extend(curve_table(printed) for printed in check.tables)
    section.extend(figure(drawn) for drawn in check.figures)
    section.extend(_rules(check))
    section.append(room(2))
    section.append(Text(Command("vrsstatusline", outcome(check))))
    section.extend(_warnings(check))
    section.extend(_remarks(check))
    if check.evaluated:
        section.append(FootnoteText([Text(faint(escape(words.engine(check))))]))
    return Fragment(data=[room(12), section])


def _results(check: CheckContent) -> List[Any]:
    sentences = check.results if check.evaluated else [check.reason, *check.results]
    lines: List[Any] = [Text(escape(sentence)) for sentence in sentences]
    figures = [drawn.number for drawn in check.figures]
    tables = [printed.number for printed in check.tables]
    pointers = [
        *_pointer("Fig.", "Figs.", "figure", figures),
        *_pointer("Table", "Tables", "table", tables),
    ]
    if pointers:
        lines.append(Text(joined(NoEscape("See "), in_words(pointers), ".")))
    return lines


def _pointer(one: str, several: str, kind: str, numbers: Sequence[int]) -> List[Any]:
    links = [Ref(Marker(str(number), kind)) for number in numbers]
    name = one if len(links) == 1 else several
    return [joined(name, NoEscape("~"), in_words(links))] if links else []


def _rules(check: CheckContent) -> List[Any]:
    """The limits of applicability, and the rules of an evaluated check, the broken ones marked."""
    limits = [rule.text for rule in check.criteria if not rule.scored]
    scored = [rule for rule in check.criteria if rule.scored and check.evaluated]
    lines: List[Any] = []
    if limits:
        applies = in_colour("accent", words.APPLIES_IF)
        lines.append(Text(applies, escape(f"{words.in_words(limits)}.")))
    if scored:
        items = Itemize()
        for rule in scored:
            items.add_item(_rule(rule))
        intro = Text(words.ALL_MUST_HOLD, Command("nopagebreak"))
        lines += [room(6 + 3 * len(scored)), MinorSection(words.PUBLISHED_RULES, intro, items)]
    return lines


def _rule(rule: RuleContent) -> Container:
    parts = [escape(rule.text)]
    if rule.reason:
        parts.append(faint(escape(f"({rule.reason})")))
    if rule.broken:
        parts.append(in_colour("warnings", words.BROKEN))
    return Text(*parts)


def _warnings(check: CheckContent) -> List[Any]:
    if not check.warnings:
        return []
    messages = Enumerate()
    for warning in check.warnings:
        messages.add_item(escape(warning.message))
    advice = Marker(check.id, "advice")
    page = joined(words.WHAT_TO_DO, NoEscape(": page~"), Command("pageref*", str(advice)))
    return [messages, Text(Hyperref(advice, page))]


def _remarks(check: CheckContent) -> List[Any]:
    if not check.remarks:
        return []
    printed = [
        remark(
            weighted.severity.value,
            words.SEVERITY_WORDS[weighted.severity],
            escape(weighted.message),
        )
        for weighted in check.weighted_remarks
    ]
    return [room(4), MinorSection(words.BEYOND, *printed)]
