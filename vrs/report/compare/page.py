"""A comparison as one page for the browser, with everything in it, in the style of report.html."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

from vrs.checks.figures import HistogramFigure, LineFigure
from vrs.maps.errors import OutputError
from vrs.maps.whole_file import write_whole
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.pairs import NONE, CheckPair, Comparison, FigurePair, Outcome
from vrs.report.compare.plots import overlay
from vrs.report.html.rendering import LARGEST_FILE, data_uri, size_of, svg_uri, template
from vrs.report.model import Report
from vrs.report.text.provenance import NOT_INSTALLED

MARKER = '<meta name="generator" content="scipion-em-vrs comparison">'
"""Only pages with it are replaced."""

_MARKED_WITHIN = 1000
_MOST_BYTES = 100
"""Of the name of each report in that of the page; file systems allow 255 for the whole."""
_SCALES = (1.0, 0.7, 0.5, 0.3, 0.0)
_LINES = "A (dots) and B (squares) in one plot"
_HISTOGRAMS = "A (filled) and B (outline) in one plot, both with the same area"

Plots = Dict[Tuple[str, int], Tuple[str, str]]
"""Curves of both reports in one picture, and how A and B are drawn, by check and figure."""

_ICONS = {Outcome.BETTER: "better", Outcome.WORSE: "worse", Outcome.MIXED: "mixed"}


def make_comparison_page(comparison: Comparison, largest_file: int = LARGEST_FILE) -> str:
    """Lay out the comparison as a page of at most ``largest_file`` bytes.

    Pictures are made coarser, and in the end left out, until the page is not larger.
    """
    page = ""
    plots = _plots(comparison)
    for scale in _SCALES:
        page = _render(comparison, plots, scale)
        if size_of(page) <= largest_file:
            break
    return page


def write_comparison(comparison: Comparison, file: Path) -> None:
    """Write the page; an earlier comparison is replaced, any other file is left alone.

    Raises OutputError if there is something else under this name, or the disk does not allow it.
    """
    check_replaceable(file)
    page = make_comparison_page(comparison)
    try:
        write_whole(file, page.encode("utf-8", errors="backslashreplace"))
    except OSError as error:
        raise _cannot_write(file, error) from error


def check_replaceable(file: Path) -> None:
    """Raise OutputError for a name under which there is anything but an earlier comparison."""
    try:
        if file.is_symlink():
            raise OutputError(
                f"{file} is a symbolic link, which is not followed",
                "choose another name with --out",
            )
        if file.is_dir():
            raise OutputError(f"{file} is a folder", "choose the name of a file with --out")
        if not file.exists():
            return
        if not file.is_file():
            # Reading a pipe would wait for somebody to write into it.
            raise OutputError(f"{file} is not a file", "choose another name with --out")
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
    a_name, b_name = (_shortened(name) for name in names)
    return Path(f"{a_name}_against_{b_name}.html")


def _shortened(name: str) -> str:
    return os.fsencode(name)[:_MOST_BYTES].decode("utf-8", errors="ignore")


def _folder(path: Path) -> Path:
    resolved = path.resolve()
    return resolved if resolved.is_dir() else resolved.parent


def _cannot_write(file: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{file} cannot be written ({error.strerror or error})", "choose another name with --out"
    )


def _render(comparison: Comparison, plots: Plots, scale: float) -> str:
    a, b = comparison.a, comparison.b
    return template("comparison.html.j2").render(
        comparison=comparison,
        marker=MARKER,
        plots=plots,
        pictures={"A": _pictures(a, scale), "B": _pictures(b, scale)},
        pictures_left_out=not scale,
        icons=_ICONS,
        sides=_sides,
        programs=_programs_of_both(a.content, b.content),
    )


def _sides(pair: Union[CheckPair, FigurePair]) -> List[Tuple[str, Any]]:
    return [("A", pair.a), ("B", pair.b)]


def _pictures(report: FinishedReport, scale: float) -> Dict[int, str]:
    """The pictures in the page, by the numbers of their figures."""
    files = (
        (drawn.number, report.picture(drawn))
        for section in report.content.sections
        for drawn in section.figures
    )
    return {number: data_uri(file, scale) for number, file in files if file and scale}


def _plots(comparison: Comparison) -> Plots:
    plots = {
        (pair.id, index): _plot(comparison, pair, figures)
        for pair in comparison.sections
        for index, figures in enumerate(pair.figures)
    }
    return {key: plot for key, plot in plots.items() if plot is not None}


def _plot(
    comparison: Comparison, pair: CheckPair, figures: FigurePair
) -> Optional[Tuple[str, str]]:
    """The curves of both; None if this is no plot, or one of them lacks its curve."""
    if pair.a is None or pair.b is None or figures.a is None or figures.b is None:
        return None
    a, b = figures.a.figure, figures.b.figure
    if not isinstance(a, (LineFigure, HistogramFigure)) or not isinstance(b, type(a)):
        return None
    curve_a, curve_b = comparison.a.curve(pair.a, a.curve), comparison.b.curve(pair.b, b.curve)
    drawn = overlay((a, curve_a), (b, curve_b)) if curve_a and curve_b else None
    if drawn is None:
        return None
    looks = _HISTOGRAMS if isinstance(a, HistogramFigure) else _LINES
    return svg_uri(drawn), looks


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
        programs[section.heading] = f"{use.name} {use.version}".strip() + checksum
    return programs
