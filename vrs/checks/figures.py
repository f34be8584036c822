"""The figures and tables of a check, as data; the report decides how to draw them."""

from __future__ import annotations

import re
from typing import Literal, Optional, Tuple, Union

import msgspec

_FORMAT = re.compile(r"\.\d[efg]|d")


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A labelled vertical line in a plot.

    Attributes
    ----------
    position : float -- on the x axis
    label : str -- in the legend
    """

    position: float
    label: str


class _Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """A figure; ``kind`` names its type in JSON."""


class SliceFigure(_Figure, frozen=True, tag="slices"):
    """Three slices (or projections) of a volume, normal to X, Y and Z.

    Attributes
    ----------
    volume : str -- a volume of the check or of the preparation (see ``vrs.checks.inputs``)
    choice : {"central", "max_variance", "projection", "maximum_projection", "deviation_projection"}
        Slices at index n//2, slices of the largest variance, or sums, maxima and standard
        deviations along the axes.
    caption : str -- in sentences
    outline : str -- a volume on the same grid, drawn over the slices as a line; "" for no line
    outline_level : float or None -- the value of the line; None for the contour level of the map
    symmetric : bool -- whether the grey levels are the same on both sides of 0, the mid-grey
    points : str -- a curve with the columns "x", "y", "z" (in Å from the centre of the first voxel)
        and "score" (0 to 1), whose rows are drawn over projections as dots; "" for none
    """

    volume: str
    choice: Literal[
        "central", "max_variance", "projection", "maximum_projection", "deviation_projection"
    ]
    caption: str
    outline: str = ""
    outline_level: Optional[float] = None
    symmetric: bool = False
    points: str = ""


class LineFigure(_Figure, frozen=True, tag="lines"):
    """Columns of a curve against another one.

    Attributes
    ----------
    curve : str -- a curve of the check
    x : str -- its column on the x axis
    y : tuple of str -- its columns that are drawn
    x_label : str -- below the plot
    y_label : str -- beside the plot
    caption : str -- in sentences
    log_y : bool -- whether the y axis is logarithmic
    marks : tuple of Mark -- vertical lines
    span : tuple of 2 floats or None -- a shaded interval of x
    span_label : str -- name of the interval in the legend
    resolution_axis : bool -- whether x is 1/D² in 1/Å², and a second scale above shows D in Å
    proportional : str -- a column on a second scale, a multiple of the first of ``y``; "" for none
    proportional_label : str -- label of that scale
    points : tuple of str -- those of ``y`` that are drawn as points, without a line
    from_zero : bool -- whether the y axis begins at 0

    Raises
    ------
    ValueError
        If no column is drawn, or a column of points is not.
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
    points: Tuple[str, ...] = ()
    from_zero: bool = False

    def __post_init__(self) -> None:
        if not self.y:
            raise ValueError("a plot without a line")
        if not set(self.points) <= set(self.y):
            raise ValueError(f"points of {', '.join(self.points)}, which are not all drawn")


class HistogramFigure(_Figure, frozen=True, tag="histogram"):
    """A histogram.

    Attributes
    ----------
    curve : str -- a curve of the check with the columns "from", "to" and "voxels"
    x_label : str -- below the plot
    caption : str -- in sentences
    marks : tuple of Mark -- vertical lines
    span : tuple of 2 floats or None -- the accepted interval of the published rule
    log_counts : bool -- whether the numbers of voxels are on a logarithmic scale
    """

    curve: str
    x_label: str
    caption: str
    marks: Tuple[Mark, ...] = ()
    span: Optional[Tuple[float, float]] = None
    log_counts: bool = False


class SurfaceFigure(_Figure, frozen=True, tag="surface"):
    """Three views of an isosurface at the contour level of the map.

    Attributes
    ----------
    volume : str -- a volume of the check or of the preparation
    caption : str -- in sentences
    colour : str -- a volume on the same grid that colours the surface; "" for none
    colour_label : str -- what it is, with its unit
    limits : tuple of 2 floats or None -- ends of the colour scale
    zero_is_none : bool -- whether 0 in the volume that colours is "no value"
    """

    volume: str
    caption: str
    colour: str = ""
    colour_label: str = ""
    limits: Optional[Tuple[float, float]] = None
    zero_is_none: bool = False


Figure = Union[SliceFigure, LineFigure, HistogramFigure, SurfaceFigure]


class TableColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of a table.

    Attributes
    ----------
    column : str -- of the curve
    heading : str -- as printed
    format : str -- how numbers are printed, in the notation of Python: such as ".2f", or "d"

    Raises
    ------
    ValueError
        If the format is another one.
    """

    column: str
    heading: str
    format: str

    def __post_init__(self) -> None:
        if not _FORMAT.fullmatch(self.format):
            raise ValueError(f"{self.format!r} is not a format of numbers such as .2f")

    @property
    def is_whole(self) -> bool:
        """Whether whole numbers are printed."""
        return self.format == "d"


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A curve printed as a table.

    Attributes
    ----------
    curve : str -- a curve of the check
    columns : tuple of TableColumn -- from left to right
    caption : str -- in sentences

    Raises
    ------
    ValueError
        If there is no column.
    """

    curve: str
    columns: Tuple[TableColumn, ...]
    caption: str

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a table without columns")
