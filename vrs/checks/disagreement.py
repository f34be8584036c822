"""Where an entry and the file of its map say different things, as data."""

from __future__ import annotations

from typing import List, Literal, Optional, Union

import msgspec

Quantity = Literal["label", "box", "voxel_size", "grey_values", "contour"]

_LENGTHS = {"label": 1, "box": 3, "voxel_size": 3, "grey_values": 2, "contour": 1}
_SCALE_TOLERANCE = 0.01


class Disagreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A property of the map that its entry states otherwise.

    Raises ValueError if the quantity has another number of values.

    Attributes
    ----------
    quantity : str -- "label": the entry that the file names; "box": voxels along X, Y, Z;
        "voxel_size": along X, Y, Z in Å; "grey_values": lowest and highest; "contour": the contour
        level, and the largest grey value, which is below it.
    stated : list of numbers or str -- By the entry.
    measured : list of numbers or str -- Of the map.
    """

    quantity: Quantity
    stated: List[Union[int, float, str]]
    measured: List[Union[int, float, str]]

    def __post_init__(self) -> None:
        if not len(self.stated) == len(self.measured) == _LENGTHS[self.quantity]:
            raise ValueError(f"{self.quantity}: {self.stated[:4]} and {self.measured[:4]}")

    @property
    def is_turned(self) -> bool:
        """Whether it is a box with the same sides in another order."""
        return self.quantity == "box" and sorted(map(str, self.stated)) == sorted(
            map(str, self.measured)
        )

    @property
    def scale(self) -> Optional[float]:
        """The factor between the grey values, if one fits both ends.

        >>> Disagreement("grey_values", [-0.05, 0.125], [-0.5, 1.25]).scale
        10.0
        """
        if self.quantity != "grey_values":
            return None
        sides = (self.stated, self.measured)
        stated, measured = ([float(value) for value in side] for side in sides)
        largest = max(map(abs, stated))
        if not largest or stated[0] == stated[1]:
            return None
        scale = (measured[1] - measured[0]) / (stated[1] - stated[0])
        differences = (abs(b - scale * a) for a, b in zip(stated, measured))
        fits = scale > 0 and max(differences) <= _SCALE_TOLERANCE * scale * largest
        return scale if fits else None

    @property
    def is_of_another_map(self) -> bool:
        """Whether turned axes, scaled values or a calibrated voxel size cannot explain it."""
        if self.quantity == "box":
            return not self.is_turned
        return self.quantity == "label" or (self.quantity == "grey_values" and self.scale is None)
