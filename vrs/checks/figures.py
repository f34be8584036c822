"""The figures and tables of a check, as data; the report decides how to draw them."""

from __future__ import annotations

from typing import Optional, Tuple, Union

import msgspec


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A labelled vertical line in a plot."""

    position: float
    label: str


class _Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """A figure; ``kind`` names its type in JSON."""


class SliceFigure(_Figure, frozen=True, tag="slices"):
    """Three slices (or projections) of a volume, normal to X, Y and Z.

    ``choice`` is "central" (index n//2), "max_variance" or "projection" (sum). ``volume`` names a
    volume of the check or of the preparation (see ``vrs.checks.inputs``).

    ``outline`` names a volume on the same grid, drawn over the slices as a line at
    ``outline_level``, by default the contour level of the map ("" for no line). With
    ``symmetric`` the grey levels are the same on both sides of 0, which is then mid-grey.
    """

    volume: str
    choice: str
    caption: str
    outline: str = ""
    outline_level: Optional[float] = None
    symmetric: bool = False


class LineFigure(_Figure, frozen=True, tag="lines"):
    """Columns of a curve against another one.

    ``span`` is a shaded interval of x and ``span_label`` its name in the legend. With
    ``resolution_axis`` x is 1/D² in 1/Å², and a second scale above shows D in Å.
    ``proportional`` names a column that is a multiple of the first of ``y``; a second scale on the
    right, with ``proportional_label``, shows it ("" for none).
    """

    curve: str
    x: str
    y: Tuple[str, ...]
    x_label: str
    y_label: str
    caption: str
    log_y: bool = False
    marks: Tuple[Mark, ...] = ()
    span: Optional[Tuple[float, float]] = None
    span_label: str = ""
    resolution_axis: bool = False
    proportional: str = ""
    proportional_label: str = ""


class HistogramFigure(_Figure, frozen=True, tag="histogram"):
    """A histogram kept as a curve with the columns "from", "to" and "voxels".

    ``span`` is the accepted interval of the published rule.
    """

    curve: str
    x_label: str
    caption: str
    marks: Tuple[Mark, ...] = ()
    span: Optional[Tuple[float, float]] = None


class SurfaceFigure(_Figure, frozen=True, tag="surface"):
    """Three views of the isosurface of ``volume`` at the contour level of the map.

    ``colour`` names a volume on the same grid that colours the surface ("" for none); ``limits``
    are the ends of the colour scale, in the unit named in ``colour_label``.
    """

    volume: str
    caption: str
    colour: str = ""
    colour_label: str = ""
    limits: Optional[Tuple[float, float]] = None


Figure = Union[SliceFigure, LineFigure, HistogramFigure, SurfaceFigure]


class TableColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Column of a curve, its printed heading and a format specification such as ".2f"."""

    column: str
    heading: str
    format: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A curve printed as a table."""

    curve: str
    columns: Tuple[TableColumn, ...]
    caption: str
