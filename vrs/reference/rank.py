"""Where a number lies among those of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Sequence

import numpy as np

FEWEST = 20
"""Maps below which nothing is said: a percentile of 20 maps already errs by 11 (standard error)."""

SHOWN = (2.5, 25.0, 50.0, 75.0, 97.5)
"""Percentiles that describe the others."""


@dataclass(frozen=True)
class Rank:
    """How many numbers are smaller than one, and how many the same.

    Attributes
    ----------
    below, same, total : int
    """

    below: int
    same: int
    total: int

    @property
    def percentile(self) -> float:
        """Numbers that are smaller, with half of those that are the same, in percent."""
        return 100 * (self.below + self.same / 2) / self.total


def rank(value: float, others: Sequence[float]) -> Rank:
    """The rank of a number among others.

    >>> rank(3.0, [1.0, 2.0, 3.0, 4.0]).percentile
    62.5
    """
    numbers = np.asarray(others, dtype=np.float64)
    return Rank(int((numbers < value).sum()), int((numbers == value).sum()), numbers.size)


def quantiles(others: Sequence[float]) -> List[float]:
    """The percentiles ``SHOWN`` of numbers, each a number between two neighbours.

    >>> quantiles([0.0, 1.0, 2.0, 3.0, 4.0])[1:4]
    [1.0, 2.0, 3.0]
    """
    return [float(value) for value in np.percentile(np.asarray(others, dtype=np.float64), SHOWN)]
