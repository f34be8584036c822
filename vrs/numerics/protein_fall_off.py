"""The fall-off of the amplitudes of protein with resolution at a B-factor of 0.

Proteins differ from their mean: helices, strands and the packing of domains change ln(amplitude) of
neighbouring shells together. A line with equal weights mistakes a part of these differences for a
B-factor. Generalised least squares mistakes least: of all weights w of the shells that give the
slope (w'1 = 0, w's² = 1), it chooses those with the smallest w'Cw, the variance of the slope from
protein to protein. C is the covariance of ln(amplitude) between the shells.

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
    """Statistics of ln(amplitude) of proteins with B = 0.

    Attributes
    ----------
    frequency : ndarray, shape (n,) -- in 1/Å; values are interpolated linearly, constant beyond
    mean : ndarray, shape (n,) -- of ln(amplitude), up to a constant
    covariance : ndarray, shape (n, n) -- from protein to protein
    white : float -- variance that each tenth of the shells adds independently
    """

    frequency: FloatArray
    mean: FloatArray
    covariance: FloatArray
    white: float

    @classmethod
    def of(cls, table: Dict[str, Any]) -> "FallOff":
        """The statistics in the file."""
        mean = np.array(table["mean"])
        frequency = table["first"] + table["step"] * np.arange(len(mean))
        return cls(frequency, mean, np.array(table["covariance"]), table["white"])

    def slope_weights(self, shells: FloatArray) -> FloatArray:
        """Weights of generalised least squares: the slope is the weighted sum of ln(amplitude).

        Parameters
        ----------
        shells : ndarray, shape (k,) -- in 1/Å, two or more

        Returns
        -------
        weights : ndarray, shape (k,) -- in Å²
        """
        weights: FloatArray = self._line(shells)[0][1]
        return weights

    def slope(self, shells: FloatArray) -> float:
        """Slope of the mean protein in Å², with ``slope_weights``.

        Parameters
        ----------
        shells : ndarray, shape (k,) -- in 1/Å
        """
        mean = np.interp(shells, self.frequency, self.mean)
        return float(np.dot(self.slope_weights(shells), mean))

    def standard_error(self, shells: FloatArray, logarithm: FloatArray) -> float:
        """Standard error of the slope of ln(amplitude) in Å², with ``slope_weights``.

        The standard deviation from protein to protein, enlarged if the shells scatter more around
        their line than those of proteins.

        Parameters
        ----------
        shells, logarithm : ndarray, shape (k,) -- centres of the shells in 1/Å, and ln(amplitude)
        """
        line, variance, inverse = self._line(shells)
        beyond = logarithm - np.interp(shells, self.frequency, self.mean)
        intercept, slope = line @ beyond
        left = beyond - intercept - slope * shells**2
        scatter = float(left @ inverse @ left) / max(len(shells) - 2, 1)
        return math.sqrt(variance * max(scatter, 1.0))

    def misfit(self, shells: FloatArray, logarithm: FloatArray) -> Tuple[float, float]:
        """How unlike those of protein amplitudes are, whatever their B-factor.

        Parameters
        ----------
        shells, logarithm : ndarray, shape (k,) -- centres in 1/Å, and ln(amplitude), k above 2

        Returns
        -------
        deviance : float -- -2 ln(likelihood), up to a constant for so many shells
        square : float -- mean square of the residuals in units of those between proteins
        """
        line, _, inverse = self._line(shells)
        beyond = logarithm - np.interp(shells, self.frequency, self.mean)
        intercept, slope = line @ beyond
        left = beyond - intercept - slope * shells**2
        squares = float(left @ inverse @ left)
        return squares - float(np.linalg.slogdet(inverse)[1]), squares / (len(shells) - 2)

    def _line(self, shells: FloatArray) -> Tuple[FloatArray, float, FloatArray]:
        """Weights of intercept and slope, variance of the slope, inverse covariance of shells."""
        columns = [np.interp(shells, self.frequency, unit) for unit in np.eye(len(self.frequency))]
        onto = np.transpose(columns)
        covariance = onto @ self.covariance @ onto.T
        covariance += self.white * len(shells) / 10 * np.eye(len(shells))
        inverse = np.linalg.inv(covariance)
        design = np.stack([np.ones(len(shells)), shells**2], axis=1)
        variances = np.linalg.inv(design.T @ inverse @ design)
        return variances @ design.T @ inverse, float(variances[1, 1]), inverse


@lru_cache(maxsize=None)
def fall_off() -> FallOff:
    """The fall-off of the mean amplitudes of Fourier shells of protein under electrons."""
    return FallOff.of(json.loads(TABLE.read_text(encoding="utf-8")))
