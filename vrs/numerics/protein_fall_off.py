"""How the amplitudes of protein fall off with resolution by themselves, without any B-factor.

Helices, strands and the packing of domains make single proteins differ from the mean, mostly in a
few ways. A line through ln amplitude takes a part of these differences for a B-factor, if every
shell counts the same. Generalised least squares does so the least: of all weights w of the shells
that give the slope (w'1 = 0, w's² = 1), it takes those for which w'Cw, the variance of the slope
from protein to protein, is smallest. C is the covariance of ln amplitude between the shells.

The means and covariances are in protein_fall_off.json, made by training/protein_fall_off.py.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Tuple

import numpy as np

from vrs.maps import FloatArray

TABLE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class FallOff:
    """Statistics of ln amplitude of proteins with B = 0.

    Attributes
    ----------
    frequency : ndarray, shape (n,)
        In 1/Å. Between them values are interpolated; beyond them the last one is taken.
    mean : ndarray, shape (n,)
        Of ln amplitude, up to a constant.
    covariance : ndarray, shape (n, n)
        From protein to protein.
    white : float
        Variance that a tenth of the shells has of its own, however many shells that are.
    """

    frequency: FloatArray
    mean: FloatArray
    covariance: FloatArray
    white: float

    @classmethod
    def of(cls, table: Dict[str, Any]) -> "FallOff":
        """From its table in the file."""
        mean = np.array(table["mean"])
        frequency = table["first"] + table["step"] * np.arange(len(mean))
        return cls(frequency, mean, np.array(table["covariance"]), table["white"])

    def slope_weights(self, shells: FloatArray) -> FloatArray:
        """What ln amplitude in some shells is multiplied with, so that its sum is the slope.

        Parameters
        ----------
        shells : ndarray, shape (k,)
            In 1/Å, two or more.

        Returns
        -------
        weights : ndarray, shape (k,)
            In Å².
        """
        weights: FloatArray = self._line(shells)[0][1]
        return weights

    def slope(self, shells: FloatArray) -> float:
        """The slope in Å² of the mean protein in some shells (1/Å), with these weights."""
        mean = np.interp(shells, self.frequency, self.mean)
        return float(np.dot(self.slope_weights(shells), mean))

    def standard_error(self, shells: FloatArray, logarithm: FloatArray) -> float:
        """Standard error in Å² of the slope of ln amplitude with these weights.

        It is that from protein to protein, and larger where the shells lie further from the line
        than those of proteins do.
        """
        line, variance, inverse = self._line(shells)
        beyond = logarithm - np.interp(shells, self.frequency, self.mean)
        intercept, slope = line @ beyond
        left = beyond - intercept - slope * shells**2
        scatter = float(left @ inverse @ left) / max(len(shells) - 2, 1)
        return math.sqrt(variance * max(scatter, 1.0))

    def _line(self, shells: FloatArray) -> Tuple[FloatArray, float, FloatArray]:
        """Weights of intercept and slope, variance of the slope, inverse covariance of shells."""
        between = [np.interp(shells, self.frequency, one) for one in np.eye(len(self.frequency))]
        onto = np.transpose(between)
        covariance = onto @ self.covariance @ onto.T
        covariance += self.white * len(shells) / 10 * np.eye(len(shells))
        inverse = np.linalg.inv(covariance)
        design = np.stack([np.ones(len(shells)), shells**2], axis=1)
        variances = np.linalg.inv(design.T @ inverse @ design)
        return variances @ design.T @ inverse, float(variances[1, 1]), inverse


@lru_cache(maxsize=None)
def fall_off(kind: str) -> FallOff:
    """That of the median "local" amplitude of a molecule, or of the Fourier shells of its "map"."""
    return FallOff.of(_tables()[kind])


def median_offset(resolution: float) -> float:
    """By how much (Å²) the median local slope is above the slope of the median amplitudes.

    In maps that were low-passed at the resolution.
    """
    offset = _tables()["median_offset"]
    return float(np.interp(resolution, offset["resolution"], offset["slope"]))


@lru_cache(maxsize=None)
def _tables() -> Dict[str, Any]:
    tables: Dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return tables
