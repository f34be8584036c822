"""What a check wants drawn or printed, as data; the report decides how."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, Mapping, Optional, Tuple, Type, Union


@dataclass(frozen=True)
class Mark:
    """A labelled vertical line in a plot."""

    position: float
    label: str


@dataclass(frozen=True)
class SliceFigure:
    """Three slices (or projections) of a volume, normal to X, Y and Z.

    ``choice`` is "central" (index n//2), "max_variance" or "projection" (sum). ``volume`` names a
    map of the check or one of the prepared maps (``map``, ``raw_mask``, ``hard_mask``,
    ``soft_mask``, ``resized_map``, ``resized_hard_mask``).

    ``outline`` names a volume on the same grid that is drawn over slices as a line at
    ``outline_level``, by default the contour level given for the map ("" for no line). With
    ``symmetric`` the grey levels are the same on both sides of 0, which is then mid-grey.
    """

    volume: str
    choice: str
    caption: str
    outline: str = ""
    outline_level: Optional[float] = None
    symmetric: bool = False


@dataclass(frozen=True)
class LineFigure:
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


@dataclass(frozen=True)
class HistogramFigure:
    """A histogram kept as a curve with the columns "from", "to" and "voxels".

    ``span`` is the accepted interval of the published rule.
    """

    curve: str
    x_label: str
    caption: str
    marks: Tuple[Mark, ...] = ()
    span: Optional[Tuple[float, float]] = None


@dataclass(frozen=True)
class SurfaceFigure:
    """Three views of the isosurface of ``volume`` at the contour level given for the map.

    ``colour`` names a volume on the same grid that colours the surface ("" for none); ``limits``
    are the ends of the colour scale, in the unit named in ``colour_label``.
    """

    volume: str
    caption: str
    colour: str = ""
    colour_label: str = ""
    limits: Optional[Tuple[float, float]] = None


Figure = Union[SliceFigure, LineFigure, HistogramFigure, SurfaceFigure]
_FIGURE_TYPES: Dict[str, Type[Any]] = {
    "slices": SliceFigure,
    "lines": LineFigure,
    "histogram": HistogramFigure,
    "surface": SurfaceFigure,
}


@dataclass(frozen=True)
class TableColumn:
    """Column of a curve, its printed heading and a format specification such as ".2f"."""

    column: str
    heading: str
    format: str


@dataclass(frozen=True)
class Table:
    """A curve printed as a table."""

    curve: str
    columns: Tuple[TableColumn, ...]
    caption: str


def figure_to_dict(figure: Figure) -> Dict[str, Any]:
    """A figure as JSON data; "kind" names its type."""
    kind = next(name for name, type_ in _FIGURE_TYPES.items() if isinstance(figure, type_))
    return {"kind": kind, **asdict(figure)}


def figure_from_dict(data: Mapping[str, Any]) -> Figure:
    """What ``figure_to_dict`` wrote."""
    fields = {name: value for name, value in data.items() if name != "kind"}
    for name in ("y", "span", "limits"):
        if fields.get(name) is not None:
            fields[name] = tuple(fields[name])
    if "marks" in fields:
        fields["marks"] = tuple(Mark(**mark) for mark in fields["marks"])
    figure: Figure = _FIGURE_TYPES[data["kind"]](**fields)
    return figure


def table_from_dict(data: Mapping[str, Any]) -> Table:
    """A table from JSON data."""
    columns = tuple(TableColumn(**column) for column in data["columns"])
    return Table(data["curve"], columns, data["caption"])
