"""A comparison as one page for the browser, with everything in it, in the style of report.html."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

from vrs.checks.figures import HistogramFigure, LineFigure
from vrs.maps.errors import OutputError
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.identity import NONE, identity_lines
from vrs.report.compare.pairs import CheckPair, Comparison, FigurePair, Outcome
from vrs.report.compare.plots import overlay
from vrs.report.html.rendering import LARGEST_FILE, data_uri, size_of, template
from vrs.report.model import CheckContent, DrawnFigure, Report
from vrs.report.text.provenance import NOT_INSTALLED

MARKER = '<meta name="generator" content="scipion-em-vrs comparison">'
"""Only pages with it are replaced."""

_MARKED_WITHIN = 1000
_SCALES = (1.0, 0.7, 0.5, 0.3, 0.0)
_LINES = "A (dots) and B (squares) in one plot"
_HISTOGRAMS = "A (filled) and B (outline) in one plot, both with the same area"
_ICONS = {Outcome.BETTER: "better", Outcome.WORSE: "worse", Outcome.MIXED: "mixed"}


@dataclass(frozen=True)
class Shown:
    """A figure of one report: label ("A: figure 8"), caption and the picture in the page."""

    label: str
    caption: str
    alt: str
    picture: str


@dataclass(frozen=True)
class ShownPair:
    """Figures of the same thing; ``plot`` holds the curves of both where that is possible."""

    a: Optional[Shown]
    b: Optional[Shown]
    plot: str = ""
    looks: str = ""

    @property
    def either(self) -> List[Tuple[str, Optional[Shown]]]:
        """The two, with the name of their report."""
        return [("A", self.a), ("B", self.b)]


def make_comparison_page(comparison: Comparison, largest_file: int = LARGEST_FILE) -> str:
    """Lay out the comparison as a page of at most ``largest_file`` bytes.

    Pictures are made coarser, and in the end left out, until the page is not larger.
    """
    page = ""
    plots = {pair.id: _plots(comparison, pair) for pair in comparison.sections}
    for scale in _SCALES:
        page = _render(comparison, plots, scale)
        if size_of(page) <= largest_file:
            break
    return page


def write_comparison(comparison: Comparison, file: Path) -> None:
    """Write the page; an earlier comparison is replaced, any other file is left alone.

    Raises
    ------
    OutputError
        If there is something else under this name, or the disk does not allow it.
    """
    check_replaceable(file)
    page = make_comparison_page(comparison)
    try:
        file.write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise _cannot_write(file, error) from error


def check_replaceable(file: Path) -> None:
    """Refuse a name under which there is anything but an earlier comparison.

    Raises
    ------
    OutputError
    """
    if file.is_dir():
        raise OutputError(f"{file} is a folder", "choose the name of a file with --out")
    try:
        if not file.exists():
            return
        with file.open("rb") as stream:
            start = stream.read(_MARKED_WITHIN)
    except OSError as error:
        raise _cannot_write(file, error) from error
    if MARKER.encode("ascii") not in start:
        raise OutputError(
            f"{file} exists and is not a comparison", "choose another name with --out"
        )


def default_file(a: Path, b: Path) -> Path:
    """ "A_against_B.html" in the working folder, from the ends of the paths that differ."""
    first, second = (_folder(path).parts for path in (a, b))
    length = 1
    while first != second and first[-length:] == second[-length:]:
        length += 1
    names = ["_".join(parts[-length:]).replace("/", "") for parts in (first, second)]
    return Path(f"{names[0]}_against_{names[1]}.html")


def _folder(path: Path) -> Path:
    resolved = path.resolve()
    return resolved if resolved.is_dir() else resolved.parent


def _cannot_write(file: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{file} cannot be written ({error.strerror or error})", "choose another name with --out"
    )


def _render(comparison: Comparison, plots: Mapping[str, List[str]], scale: float) -> str:
    a, b = comparison.a, comparison.b
    return template("comparison.html.j2").render(
        comparison=comparison,
        marker=MARKER,
        identity=identity_lines(a.content, b.content),
        figures={
            pair.id: list(_figures(comparison, pair, plots[pair.id], scale))
            for pair in comparison.sections
        },
        pictures_left_out=not scale,
        icons=_ICONS,
        Outcome=Outcome,
        sides=_sides,
        programs=_programs_of_both(a.content, b.content),
    )


def _sides(pair: CheckPair) -> List[Tuple[str, Optional[CheckContent]]]:
    return [("A", pair.a), ("B", pair.b)]


def _figures(
    comparison: Comparison, pair: CheckPair, plots: List[str], scale: float
) -> Iterator[ShownPair]:
    for figures, plot in zip(pair.figures, plots):
        a = _shown("A", comparison.a, figures.a, scale)
        b = _shown("B", comparison.b, figures.b, scale)
        histogram = figures.a is not None and isinstance(figures.a.figure, HistogramFigure)
        yield ShownPair(a, b, plot, _HISTOGRAMS if histogram else _LINES)


def _shown(
    label: str, report: FinishedReport, drawn: Optional[DrawnFigure], scale: float
) -> Optional[Shown]:
    if drawn is None:
        return None
    file = report.picture(drawn)
    return Shown(
        label=f"{label}: figure {drawn.number}",
        caption=drawn.caption,
        alt=drawn.alt,
        picture=data_uri(file, scale) if file is not None and scale else "",
    )


def _plots(comparison: Comparison, pair: CheckPair) -> List[str]:
    return [_plot(comparison, pair, figures) for figures in pair.figures]


def _plot(comparison: Comparison, pair: CheckPair, figures: FigurePair) -> str:
    """The curves of both in one picture; "" if this is no plot, or one of them lacks its curve."""
    if pair.a is None or pair.b is None or figures.a is None or figures.b is None:
        return ""
    a, b = figures.a.figure, figures.b.figure
    if not isinstance(a, (LineFigure, HistogramFigure)) or not isinstance(b, type(a)):
        return ""
    curve_a, curve_b = comparison.a.curve(pair.a, a.curve), comparison.b.curve(pair.b, b.curve)
    if curve_a is None or curve_b is None:
        return ""
    drawn = overlay((a, curve_a), (b, curve_b))
    if drawn is None:
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode('utf-8')).decode('ascii')}"


def _programs_of_both(a: Report, b: Report) -> List[Tuple[str, str, str]]:
    """Versions and engines of both, in lines."""
    of_a, of_b = _programs(a), _programs(b)
    return [(name, of_a.get(name, NONE), of_b.get(name, NONE)) for name in {**of_a, **of_b}]


def _programs(report: Report) -> Dict[str, str]:
    programs = {
        name: version or NOT_INSTALLED for name, version in report.provenance.versions.items()
    }
    for use in report.provenance.engines:
        section = report.check(use.check)
        assert section is not None
        checksum = f", SHA-256 {use.checksum}" if use.checksum else ""
        programs[section.name] = f"{use.name} {use.version}".strip() + checksum
    return programs
