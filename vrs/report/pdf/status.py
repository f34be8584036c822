"""How a status, a section and a problem are printed: shared by the verdict and the sections."""

from __future__ import annotations

from typing import List

from vrs.checks.result import Status
from vrs.report.figures.icons import pdf
from vrs.report.model import Section
from vrs.report.pdf.escape import escape

STATUS_COLOURS = {
    Status.OK: "ok",
    Status.WARNINGS: "warnings",
    Status.NOT_APPLICABLE: "notapplicable",
    Status.NOT_MEASURED: "notmeasured",
}

_ICON_SIDE = 8.0
"""Height of an icon in points."""


def icon_commands() -> str:
    r"""A command such as \vrsiconok for every icon; readers of the page aloud pass it over."""
    commands: List[str] = []
    for status, name in STATUS_COLOURS.items():
        drawing = rf"\pdfliteral{{/Artifact BMC {pdf(status, _ICON_SIDE)} EMC}}"
        commands.append(
            rf"\newcommand{{\vrsicon{name}}}{{\leavevmode\raisebox{{-0.9bp}}{{\hbox to "
            rf"{_ICON_SIDE}bp{{{drawing}\vrule width 0pt height {_ICON_SIDE}bp\hss}}}}}}"
        )
    return "\n".join(commands)


def link(section: Section) -> str:
    """The number of a section, linked to it."""
    return rf"\ref{{{section.anchor}}}"


def outcome(section: Section) -> str:
    """The status in its colour, with its icon and in words."""
    check = section.check
    colour = STATUS_COLOURS[check.status]
    icon = rf"\textcolor{{{colour}}}{{\vrsicon{colour}}}"
    return rf"{icon}\enspace\vrsstatus{{{colour}}}{{{escape(check.status_text)}}}"
