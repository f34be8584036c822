"""The classes of resolution: their edges are fixed, the same in every set."""

from __future__ import annotations

from bisect import bisect_right
from typing import Optional, Tuple

from vrs.maps.printing import entered

EDGES = (2.2, 2.8, 3.6, 4.5, 6.0, 8.0, 12.0, 20.0)
"""Reported resolutions in Å at which a class ends and the next one begins."""

Class = Tuple[float, Optional[float]]
"""Its first resolution and that of the next class in Å; None for the last class."""


def class_of(resolution: float) -> Class:
    """The class of a resolution; an edge belongs to the class that it begins.

    >>> class_of(3.2), class_of(3.6), class_of(1.5), class_of(25.0)
    ((2.8, 3.6), (3.6, 4.5), (0.0, 2.2), (20.0, None))
    """
    edges = (0.0, *EDGES)
    index = bisect_right(EDGES, resolution)
    return edges[index], edges[index + 1] if index < len(EDGES) else None


def in_words(low: float, high: Optional[float]) -> str:
    """A class as a sentence has it.

    >>> in_words(2.8, 3.6), in_words(0.0, 2.2), in_words(20.0, None)
    ('at 2.8 to 3.6 Å', 'below 2.2 Å', 'at 20 Å or worse')
    """
    if high is None:
        return f"at {entered(low)} Å or worse"
    return f"at {entered(low)} to {entered(high)} Å" if low else f"below {entered(high)} Å"
