"""Before the sections: cover, verdict, advice, contents, and how to read the report."""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Sequence, Tuple

from pylatex import (
    Center,
    FootnoteText,
    HugeText,
    Hyperref,
    Label,
    LargeText,
    Marker,
    MediumText,
    MiniPage,
    NewPage,
    NoEscape,
    Ref,
    SmallText,
    StandAloneGraphic,
    VerticalSpace,
)
from pylatex.base_classes import Container, Options
from pylatex.base_classes.containers import Fragment

from vrs.checks.figures import SliceFigure
from vrs.report.model import LevelContent, Report
from vrs.report.outline import PlacedPart
from vrs.report.pdf.entry import contact_box, pieces
from vrs.report.pdf.escape import escape, escape_code, escape_key, joined
from vrs.report.pdf.latex import (
    MORE,
    Box,
    Command,
    CoverPage,
    MinorSection,
    OnePage,
    Text,
    described,
    faint,
    heading,
    in_colour,
    marker,
    outcome,
    picture,
    remark,
    room,
    table,
)
from vrs.report.text import words
from vrs.report.text.entry import (
    REPORT_WRITTEN,
    about_the_data,
    cover_rows,
    cut,
    kind_of_report,
)
from vrs.report.text.references import SERVICE
from vrs.report.text.summary import about
from vrs.report.text.verdict import (
    COLUMNS,
    Concluded,
    Row,
    about_real_maps,
    advised,
    conclusions,
    limit,
    overall_colour,
    quantity,
    unevaluated,
    verdict_rows,
)

_HASH_SHOWN = 16
_LONGEST_TITLE = 160
"""Letters of the title beside the small picture of the map; the cover has all of it."""


def cover(report: Report, part: PlacedPart) -> Container:
    """Type of report, title, levels, what is known about the entry, and the map itself."""
    page = OnePage()
    page.append(Text(faint(escape(kind_of_report(report.input)))))
    page.append(VerticalSpace("14mm"))
    page.append(Text(HugeText(in_colour("accent", "Cryo-EM map validation report"))))
    for level in report.all_levels:
        page.append(Text(LargeText(escape(words.level_line(level)))))
    source = about_the_data(report.input)
    if source:
        page.append(Text(escape(source)))
    page.append(Command("vrsline"))
    if report.title:
        page.append(Text(MediumText(escape(report.title))))
    rows = [
        *((row.label, pieces(row)) for row in cover_rows(report.entry, report.title)),
        *_input_rows(report),
        (REPORT_WRITTEN, escape(words.date(report.provenance.date))),
    ]
    page.append(_facts(rows, (38, 118)))
    if report.cover_figure:
        page.extend([Command("vfill"), picture(report.cover_figure)])
    page.append(Command("vfill"))
    if report.contact:
        page.append(contact_box(report.contact))
    return CoverPage(data=[page])


def verdict(report: Report, part: PlacedPart) -> Container:
    """The findings, the published rules and the score, in the order of consequence."""
    page = OnePage()
    page.append(_identity(report))
    page.append(_overall(report))
    if report.input.unusable:
        page.append(Box("problem", escape(report.input.unusable)))
    elif report.input.resolution is None:
        page.append(Box("problem", escape(words.NO_RESOLUTION)))
    page.extend(_finding(concluded) for concluded in conclusions(report))
    page.extend(Text(escape(sentence)) for sentence in about(report))
    page.append(MinorSection(words.RULES_OF_THE_SERVICE))
    scores = words.score_lines(report.all_levels)
    for level in report.all_levels:
        page.extend(_rules(level))
    whose = words.whose_numbers(report.sections)
    if whose:
        page.append(Text(SmallText([escape(whose)])))
    score = [*scores, *([words.ABOUT_SCORE] if report.score else [])]
    page.append(Text(FootnoteText([escape(" ".join(score))])))
    for level in report.all_levels:
        page.append(MinorSection(escape(words.limits_heading(level)), escape(level.limits)))
    section = heading(part)
    section.extend([page, NewPage()])
    return section


def advice(report: Report, part: PlacedPart) -> Container:
    """Every warning with what to do about it."""
    section = heading(part)
    for check in report.with_warnings:
        section_of = joined(NoEscape(r" \normalfont(Sec.~"), Ref(marker(check)), ")")
        title = joined(check.heading, section_of)
        section.extend([room(6), MinorSection(title, Label(Marker(check.id, "advice")))])
        for group in advised(check):
            section.append(Command("smallskip"))
            section.extend(Command("vrswarning", escape(message)) for message in group.messages)
            if group.advice:
                section.append(Command("vrsadvice", escape(group.advice)))
    return section


def contents(report: Report, part: PlacedPart) -> Container:
    """The table of contents."""
    return Fragment(data=[room(11 + 1.2 * len(report.all_checks)), Command("tableofcontents")])


def context(report: Report, part: PlacedPart) -> Container:
    """What the levels are and how to read the statuses."""
    first, *others = words.CONTEXT
    section = heading(part)
    section.append(Text(escape(first), Command("cite", escape_key(SERVICE))))
    levels = [[escape(level), escape(data)] for level, data in words.SCHEME]
    section.append(Center(data=[table((36, 80), levels, ["Level or qualifier", "Data examined"])]))
    section.extend(Text(escape(paragraph)) for paragraph in others)
    section.append(MinorSection("How to read it"))
    section.extend(Text(escape(paragraph)) for paragraph in words.READING)
    return Fragment(data=[room(20), section])


def _facts(rows: Sequence[Tuple[str, Any]], widths: Tuple[float, float]) -> Container:
    """Labels in grey and their values."""
    return Text(table(widths, [(faint(escape(label)), value) for label, value in rows]))


def _input_rows(report: Report) -> List[Tuple[str, NoEscape]]:
    checksum = joined(escape_code(report.input.sha256[:_HASH_SHOWN]), MORE)
    return [
        ("Map file", escape_code(report.input.file)),
        ("SHA-256", checksum),
        *((label, escape(value)) for label, value in words.input_lines(report.input)),
    ]


def _identity(report: Report) -> Container:
    """A small picture of the map beside the input."""
    rows = [("Title", escape(cut(report.title, _LONGEST_TITLE)))] if report.title else []
    if report.entry:
        rows.append(("EMDB entry", pieces(cover_rows(report.entry)[0])))
    rows += [row for row in _input_rows(report) if row[0] != "SHA-256"]
    shown = _thumbnail(report)
    if shown is None:
        return _facts(rows, (36, 125))
    return Text(
        MiniPage(width=NoEscape(r"0.3\linewidth"), pos="c", data=[shown]),
        Command("hfill"),
        MiniPage(width=NoEscape(r"0.67\linewidth"), pos="c", data=[_facts(rows, (34, 74))]),
    )


def _thumbnail(report: Report) -> Optional[Command]:
    """The view of the map without text, else its slices."""
    slices = (
        drawn for drawn in report.input_section.figures if isinstance(drawn.figure, SliceFigure)
    )
    for drawn in (report.cover_figure, *slices):
        if drawn and drawn.file:
            file = drawn.thumbnail or drawn.file
            size = Options(NoEscape(r"width=\linewidth,height=30mm,keepaspectratio"))
            return described(drawn.alt, StandAloneGraphic(file, image_options=size))
    return None


def _overall(report: Report) -> Container:
    """The line over all findings, in a frame of its colour."""
    colour = overall_colour(report)
    return Box(colour, LargeText(in_colour(colour, escape(report.overall.text))))


def _finding(concluded: Concluded) -> Container:
    """A finding, what to do, its measurements, and what follows from it."""
    lines = _lines(concluded)
    for other in _all_that_follow(concluded):
        # What to do about the cause settles this one too.
        title = escape(f"{words.FOLLOWS}: {other.finding.title}.")
        label = in_colour(other.finding.severity, title)
        lines.append(joined(label, NoEscape(" "), escape(other.finding.text)))
    return remark(concluded.finding.severity, escape(concluded.label), *lines)


def _all_that_follow(concluded: Concluded) -> Iterator[Concluded]:
    for other in concluded.follows:
        yield other
        yield from _all_that_follow(other)


def _lines(concluded: Concluded) -> List[NoEscape]:
    finding = concluded.finding
    lines = [escape(finding.text)]
    if finding.advice:
        do = Command("textbf", f"{words.WHAT_TO_DO}.")
        lines.append(joined(do, NoEscape(" "), escape(finding.advice)))
    grounds = [
        joined(
            escape(words.capitalized(ground.text)),
            NoEscape(" (Sec.~"),
            Ref(marker(ground.section)),
            ")",
        )
        for ground in concluded.grounds
    ]
    if finding.figure is not None:
        grounds.append(joined(NoEscape("Fig.~"), Ref(Marker(str(finding.figure), "figure"))))
    if concluded.place:
        grounds.append(escape(concluded.place))
    if grounds:
        listed = joined(*grounds, between="; ")
        lines.append(joined(NoEscape(r"{\footnotesize "), faint(listed), NoEscape("}")))
    return lines


def _rules(level: LevelContent) -> List[Container]:
    """A row per evaluated check with the values that decided it, and a line on each other one."""
    parts: List[Container] = []
    rows = [line for row in verdict_rows(level) for line in _lines_of(row)]
    if rows:
        grid = table((34, 34, 65, 18), rows, [escape(name) for name in COLUMNS], gap="2pt")
        parts.append(Text(SmallText([grid])))
    for check, line in unevaluated(level):
        link = Hyperref(marker(check), escape(check.heading))
        parts.append(Text(SmallText([joined(link, NoEscape(": "), escape(line))])))
    note = about_real_maps(level)
    if rows and note:
        parts.append(Text(FootnoteText([faint(escape(note))])))
    return parts


def _lines_of(row: Row) -> Iterator[List[Any]]:
    """A line per deciding value, with how many real maps break its rule."""
    first = [Hyperref(marker(row.check), escape(row.check.heading)), outcome(row.check)]
    for tested in row.tested:
        decision = tested.decision
        value = in_colour("warnings" if decision.broken else "ok", escape(decision.text))
        blank = NoEscape(" ")
        text = joined(quantity(decision), ":", blank, value, blank, faint(escape(limit(decision))))
        yield [*first, text, escape(tested.base_rate)]
        first = ["", ""]
    if not row.tested:
        yield [*first, "–", "–"]
