"""A comparison as one page for the browser, with everything in it, in the style of report.html."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from vrs.checks.figures import HistogramFigure
from vrs.maps.errors import OutputError
from vrs.maps.whole_file import write_whole
from vrs.report.compare.comparison import NONE, Comparison
from vrs.report.compare.differences import Difference, differences_of
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.numbers import difference_headings
from vrs.report.compare.pictures import (
    OneScale,
    SurfaceKey,
    difference_picture,
    surfaces_with_one_scale,
)
from vrs.report.compare.places import IN_RUN
from vrs.report.compare.plots import Look, curves_of, overlay
from vrs.report.compare.rows import CheckRow, FigureRow, Outcome
from vrs.report.compare.stacks import stacks_of
from vrs.report.html.rendering import (
    LARGEST_FILE,
    data_uri,
    jpeg_uri,
    size_of,
    svg_uri,
    template,
)
from vrs.report.model import Report
from vrs.report.text import words
from vrs.report.text.provenance import NOT_INSTALLED

MARKER = '<meta name="generator" content="scipion-em-vrs comparison">'
"""Only pages with it are replaced."""

_MARKED_WITHIN = 1000
_MOST_BYTES = 100
"""Of the name of each report in that of the page; file systems allow 255 for the whole."""
_SCALES = (1.0, 0.7, 0.5, 0.3, 0.0)
_LONGEST = 128
"""Scales of the pictures, tried in turn, and voxels along the longest side of the slices at 1."""

Plots = Dict[Tuple[str, int], Tuple[str, str]]
"""Curves of the reports in one picture, and how each is drawn, by check and figure."""

_ICONS = {Outcome.BETTER: "better", Outcome.WORSE: "worse", Outcome.MIXED: "mixed"}


@dataclass(frozen=True)
class _Drawn:
    """What is drawn once for pages of all sizes: curves, differences and coloured surfaces."""

    plots: Plots
    differences: Sequence[Tuple[Difference, Optional[bytes]]]
    surfaces: Dict[SurfaceKey, OneScale]


def make_comparison_page(
    comparison: Comparison,
    largest_file: int = LARGEST_FILE,
    differences: Optional[Sequence[Difference]] = None,
) -> str:
    """Lay out the comparison as a page of at most ``largest_file`` bytes.

    Pictures are made coarser, and in the end left out, until the page is not larger. The
    ``differences`` of the maps are measured here if they are not given.
    """
    page = ""
    of_maps = differences_of(comparison.reports) if differences is None else differences
    drawn = _Drawn(
        _plots(comparison),
        [(one, difference_picture(one) if one.outcome else None) for one in of_maps],
        surfaces_with_one_scale(comparison),
    )
    for scale in _SCALES:
        page = _render(comparison, drawn, scale)
        if size_of(page) <= largest_file:
            break
    return page


def write_comparison(
    comparison: Comparison, file: Path, differences: Optional[Sequence[Difference]] = None
) -> None:
    """Write the page; an earlier comparison is replaced, any other file is left alone.

    Raises OutputError if there is something else under this name, or the disk does not allow it.
    """
    check_replaceable(file)
    page = make_comparison_page(comparison, differences=differences)
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


def default_file(*reports: Path) -> Path:
    """ "A_against_B.html" in the working folder, from the ends of the paths that differ.

    Of more than two reports only the first is named.
    """
    every = [_folder(path).parts for path in reports]
    length = 1
    while len(set(every)) > 1 and len({parts[-length:] for parts in every}) == 1:
        length += 1
    names = [_shortened("_".join(parts[-length:]).replace("/", "")) for parts in every]
    others = names[1] if len(names) == 2 else f"{len(names) - 1}_others"
    return Path(f"{names[0]}_against_{others}.html")


def _shortened(name: str) -> str:
    return os.fsencode(name)[:_MOST_BYTES].decode("utf-8", errors="ignore")


def _folder(path: Path) -> Path:
    resolved = path.resolve()
    folder = resolved if resolved.is_dir() else resolved.parent
    # In a project the folder of a report has the same name in every run.
    return folder.parent if folder.name == IN_RUN else folder


def _cannot_write(file: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{file} cannot be written ({error.strerror or error})", "choose another name with --out"
    )


def _render(comparison: Comparison, drawn: _Drawn, scale: float) -> str:
    labels = comparison.labels
    return template("comparison.html.j2").render(
        comparison=comparison,
        labels=labels,
        marker=MARKER,
        plots=drawn.plots,
        pictures={
            label: {**_pictures(report, scale), **_recoloured(drawn.surfaces, label, scale)}
            for label, report in zip(labels, comparison.reports)
        },
        recoloured=drawn.surfaces,
        stacks=stacks_of([one for one, _ in drawn.differences], round(_LONGEST * scale)),
        maps=[
            (one, jpeg_uri(picture, scale) if picture and scale else "")
            for one, picture in drawn.differences
        ],
        pictures_left_out=not scale,
        icons=_ICONS,
        differences=difference_headings(comparison.reports, minus="−"),
        programs=_programs_of_all(comparison.contents),
    )


def _pictures(report: FinishedReport, scale: float) -> Dict[int, str]:
    """The pictures in the page, by the numbers of their figures."""
    files = (
        (drawn.number, report.picture(drawn))
        for section in report.content.sections
        for drawn in section.figures
    )
    return {number: data_uri(file, scale) for number, file in files if file and scale}


def _recoloured(
    surfaces: Dict[SurfaceKey, OneScale], of_label: str, scale: float
) -> Dict[int, str]:
    """The surfaces of a report with the colour scale of all, by the numbers of their figures."""
    return {
        number: jpeg_uri(surface.picture, scale)
        for (label, number), surface in surfaces.items()
        if label == of_label and scale
    }


def _plots(comparison: Comparison) -> Plots:
    plots = {
        (row.id, index): _plot(comparison, row, figures)
        for row in comparison.sections
        for index, figures in enumerate(row.figures)
    }
    return {key: plot for key, plot in plots.items() if plot is not None}


def _plot(
    comparison: Comparison, row: CheckRow, figures: FigureRow
) -> Optional[Tuple[str, str]]:
    """The curves of all; None if this is no plot, or one of them lacks its curve."""
    curves = curves_of(comparison, row, figures)
    drawn = overlay(curves) if curves else None
    if drawn is None:
        return None
    histogram = isinstance(curves[0][1][0], HistogramFigure)
    return svg_uri(drawn), _looks_in_words([look for look, _ in curves], histogram)


def _looks_in_words(looks: Sequence[Look], histogram: bool) -> str:
    if not histogram:
        return words.in_words([f"{look.label} ({look.shape})" for look in looks]) + " in one plot"
    them = "both" if len(looks) == 2 else "all"
    others = words.in_words([look.label for look in looks[1:]])
    shape = "outline" if len(looks) == 2 else "outlines"
    return f"A (filled) and {others} ({shape}) in one plot, {them} with the same area"


def _programs_of_all(reports: Sequence[Report]) -> List[Tuple[str, Tuple[str, ...]]]:
    """Versions and engines of all, in lines."""
    every = [_programs(report) for report in reports]
    names = dict.fromkeys(name for programs in every for name in programs)
    return [(name, tuple(programs.get(name, NONE) for programs in every)) for name in names]


def _programs(report: Report) -> Dict[str, str]:
    programs = {
        name: version or NOT_INSTALLED for name, version in report.provenance.versions.items()
    }
    for use in report.provenance.engines:
        section = report.check(use.check)
        assert section is not None
        checksum = f", SHA-256 {use.checksum}" if use.checksum else ""
        place = f" in {use.path}" if use.path else ""
        time = f", {words.seconds(section.seconds)}"
        programs[section.heading] = f"{use.name} {use.version}".strip() + place + checksum + time
    return programs
