"""A quantity with a value in every voxel of the mask (0.e, 0.f, 0.g), and its presentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

from vrs.checks.figures import HistogramFigure, Mark, SurfaceFigure, Table, TableColumn
from vrs.checks.inputs import RESAMPLED_MAP
from vrs.checks.result import Result
from vrs.checks.rule import Rule
from vrs.maps import FloatArray
from vrs.maps.printing import fixed, number
from vrs.numerics.quantiles import Values, histogram, quantile

PERCENTILES = (2.5, 25.0, 50.0, 75.0, 97.5)
HISTOGRAM_BINS = 60


@dataclass(frozen=True)
class LocalQuantity:
    """A quantity that has a value in every voxel of the mask.

    Attributes
    ----------
    name, unit : str -- "local B-factor" and "Å²"; "" for pure numbers
    volume : str -- name of its map among the volumes of the check
    surface : str -- name of the map whose surface it colours, "map" or "resampled_map"
    rule : Rule -- on the spread of the values
    places : int -- digits after the point that a value deserves
    """

    name: str
    unit: str
    volume: str
    surface: str
    rule: Rule
    places: int = 2

    @property
    def label(self) -> str:
        """Name and unit, for axes and headings."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    def text(self, value: float) -> str:
        """A value with its unit."""
        return f"{self.digits(value)} {self.unit}".strip()

    def digits(self, value: float) -> str:
        """A value without its unit; three digits, or whole numbers where more mean nothing."""
        return number(value) if self.places else fixed(value, 0)


def percentiles(values: Values) -> FloatArray:
    """Percentiles 2.5, 25, 50, 75 and 97.5, linearly interpolated.

    Parameters
    ----------
    values : ndarray, float32 or float64, shape (n,), or Selection -- not empty

    Returns
    -------
    ndarray, float64, shape (5,) -- in the unit of the values

    Examples
    --------
    >>> percentiles(np.arange(101.0)).tolist()
    [2.5, 25.0, 50.0, 75.0, 97.5]
    """
    return np.array([quantile(values, percentile / 100) for percentile in PERCENTILES])


LOOK_AT_HISTOGRAM = (
    "Look for a second hump, which is a part that differs from the rest, and for values that pile "
    "up at an end."
)
LOOK_AT_COLOURS = (
    "Slow changes with the extremes at the surface are usual: look for a whole domain that differs "
    "from the rest."
)


def show_distribution(
    result: Result,
    values: Values,
    quantity: LocalQuantity,
    accepted: Optional[Tuple[float, float]] = None,
    marks: Tuple[Mark, ...] = (),
    limits: Optional[Tuple[float, float]] = None,
) -> None:
    """Sentence, table, histogram and coloured surface of a quantity.

    Parameters
    ----------
    result : Result -- with the measurement "percentiles"
    values : ndarray, float32, shape (voxels of the mask,), or Selection
    quantity : LocalQuantity
    accepted : tuple of 2 floats, optional -- interval of the median that the published rule accepts
    marks : tuple of Mark, optional -- marked in the histogram beside the median
    limits : tuple of 2 floats, optional
        Ends of the colour scale; by default the percentiles 2.5 and 97.5.
    """
    shown = result.numbers("percentiles")
    add_histogram(result, "histogram", values)
    result.curves["percentiles"] = {"percentile": np.array(PERCENTILES), "value": np.array(shown)}
    result.results.append(
        f"The median {quantity.name} is {quantity.text(shown[2])}; 95 % of the values are between "
        f"{quantity.digits(shown[0])} and {quantity.text(shown[4])}."
    )
    heading = f"{quantity.label[0].upper()}{quantity.label[1:]}"
    columns = (
        TableColumn("percentile", "Percentile (%)", ".1f"),
        TableColumn("value", heading, f".{quantity.places}f"),
    )
    caption = f"Percentiles of the {quantity.name} inside the mask."
    result.tables.append(Table("percentiles", columns, caption))
    shaded = " Shaded: the accepted interval of the median." if accepted else ""
    result.figures.append(
        HistogramFigure(
            "histogram",
            quantity.label,
            f"Histogram of the {quantity.name} inside the mask.{shaded} {LOOK_AT_HISTOGRAM}",
            marks=(Mark(shown[2], "median"), *marks),
            span=accepted,
        )
    )
    which = "The resampled map" if quantity.surface == RESAMPLED_MAP else "The map"
    result.figures.append(
        SurfaceFigure(
            quantity.surface,
            f"{which} at the contour level, coloured by the {quantity.name}. {LOOK_AT_COLOURS}",
            quantity.volume,
            quantity.label,
            limits or (shown[0], shown[4]),
        )
    )


def add_histogram(result: Result, curve: str, values: Values) -> None:
    """Add the histogram of values as a curve of that name.

    Parameters
    ----------
    values : ndarray, float32, shape (n,), or Selection
    """
    counts, edges = histogram(values, HISTOGRAM_BINS)
    result.curves[curve] = {"from": edges[:-1], "to": edges[1:], "voxels": counts}


def judge_spread(result: Result, quantity: LocalQuantity) -> None:
    """Warn if the percentiles 2.5 and 97.5 are nearly the same."""
    shown = result.numbers("percentiles")
    spread = f"spread of the {quantity.name} (percentiles 2.5 to 97.5)"
    if not result.decide(quantity.rule, spread, shown[4] - shown[0]):
        result.warn(
            quantity.rule, f"The {quantity.name} is the same everywhere, so the method failed."
        )
