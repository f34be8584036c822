"""Grey values of 8 bits: signed, as in MRC2014, or unsigned, as in older programs and IMOD."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from vrs.maps.header import MapHeader, Triple

SIGNED_FLAG = 1
"""Bit of imodFlags that is set if bytes are signed."""

_RANGE = 255.0
_SAME = 0.1
"""Share of the range of a byte within which the header's statistics agree with the values."""

_PILE = 4
"""Times that bytes of 255 must be commoner than those of 254 and of 1 to be a full white."""

IMOD, STATISTICS, SATURATED, CONTINUITY, STANDARD = (
    "as the flags of IMOD in the header say",
    "the only reading that fits minimum, maximum and mean in the header",
    "as far more bytes are 255 than 254 or 1, so that 255 is the end of the range",
    "in which neighbouring values differ less, as the header does not decide",
    "as in MRC2014, as neither the header nor the values decide",
)


class ByteReading(NamedTuple):
    """How bytes are to be read.

    Attributes
    ----------
    unsigned : bool -- 0 to 255 instead of -128 to 127
    evidence : str
        What decided, to end a sentence; "" if no byte is above 127, so that both are the same.
    """

    unsigned: bool
    evidence: str = ""


def reading_of_bytes(header: MapHeader, data: npt.NDArray[np.float32]) -> ByteReading:
    """Decide between signed and unsigned bytes.

    The flags of IMOD decide if its stamp is there; else minimum, maximum and mean of the header if
    they fit one reading alone; else bytes of 255, which are about as common as those of 1 and of
    254 if they mean -1, and pile up in masks and saturated images; else the reading in which
    neighbours along X differ less, since a byte read in the wrong way jumps by 256; else the
    standard, which is signed.

    Parameters
    ----------
    header : MapHeader
    data : ndarray, float32, shape (sections, rows, columns) -- the values as signed bytes
    """
    counts = np.zeros(256, dtype=np.int64)
    for section in data:
        counts += np.bincount(_unsigned(section).reshape(-1), minlength=256)
    if not counts[128:].any():
        return ByteReading(False)
    if header.imod_flags is not None:
        return ByteReading(not header.imod_flags & SIGNED_FLAG, IMOD)
    as_signed = _mismatch(header.statistics, np.roll(counts, 128), -128)
    as_unsigned = _mismatch(header.statistics, counts, 0)
    if min(as_signed, as_unsigned) <= _SAME and as_signed != as_unsigned:
        return ByteReading(as_unsigned < as_signed, STATISTICS)
    if _is_pile(counts):
        return ByteReading(True, SATURATED)
    steps_signed = sum(_steps(section) for section in data)
    steps_unsigned = sum(_steps(_unsigned(section)) for section in data)
    if steps_signed != steps_unsigned:
        return ByteReading(steps_unsigned < steps_signed, CONTINUITY)
    return ByteReading(False, STANDARD)


def _is_pile(counts: npt.NDArray[np.int64]) -> bool:
    """Whether values end at 255, as those of a mask or of a saturated image do."""
    return bool(counts[255] > _PILE * max(counts[254], counts[1]))


def _unsigned(section: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    """The same bytes as numbers from 0 to 255."""
    values: npt.NDArray[np.int16] = section.astype(np.int16) & 255
    return values


def _mismatch(stated: Triple, counts: npt.NDArray[np.int64], first: int) -> float:
    """Largest difference of minimum, maximum and mean, relative to the range; inf if not set.

    A mean outside of minimum and maximum was not set.
    """
    smallest, largest, mean = stated
    if not smallest < largest:
        return math.inf
    values = np.arange(first, first + 256)
    present = values[counts > 0]
    differences = [smallest - float(present[0]), largest - float(present[-1])]
    if smallest <= mean <= largest:
        differences.append(mean - float(np.average(values, weights=counts)))
    return max(map(abs, differences)) / _RANGE


def _steps(section: npt.NDArray[np.generic]) -> int:
    """Sum of the absolute differences of neighbours along the columns."""
    return int(np.abs(np.diff(section, axis=-1)).sum(dtype=np.float64))
