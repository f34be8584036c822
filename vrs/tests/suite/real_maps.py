"""Real maps, and what is known to be the matter with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Tuple

import numpy as np

from vrs.maps import read_map
from vrs.tests.example_data import find_example
from vrs.tests.suite.damage import TestMap

SHARE_OF_CUT_BOX = 0.06
"""Voxels at the contour level of a box cut around a chain, of which no level is known."""


@dataclass(frozen=True)
class RealMap:
    """A real map as it is validated.

    Attributes
    ----------
    file : str -- in the folder maps of the example data
    contour : float or None -- None for a box cut from a larger map
    resolution : float -- reported, in Å
    required : tuple of str -- findings that must be there; "id severity" also names the severity
    worst : str -- worst level of the overall line that is right, from "none" to "serious"
    only : bool -- whether there must be no other serious finding or caution
    why : str -- what is known about the map
    """

    file: str
    contour: Optional[float]
    resolution: float
    required: Tuple[str, ...] = ()
    worst: str = "serious"
    only: bool = False
    why: str = ""
    voxel_size: Optional[float] = None

    @property
    def name(self) -> str:
        """File and contour level."""
        level = "" if self.contour is None else f" at {self.contour:g}"
        return f"{self.file.split('.')[0]}{level}"

    @property
    def path(self) -> Optional[Path]:
        """None if the map is not here."""
        return find_example(f"maps/{self.file}")

    @property
    def whole(self) -> bool:
        """Whether it is a whole map, not a box cut around a chain."""
        return self.contour is not None

    def make(self) -> TestMap:
        """The map with its values."""
        path = self.path
        assert path is not None
        density = read_map(path, voxel_size=self.voxel_size)
        contour = self.contour
        if contour is None:
            values = np.sort(density.data.ravel())[::-1]
            contour = float(values[int(SHARE_OF_CUT_BOX * values.size)])
        return TestMap(density, contour, self.resolution)


CUT = "cut around a chain: its edges and its surroundings are missing"

REAL_MAPS = (
    RealMap(
        "emd_3488.map.gz", 0.09, 3.2, ("mask.partial caution",), "points", only=True,
        why="half of haemoglobin is outside the mask at this level",
    ),
    RealMap("emd_3488.map.gz", 0.072, 3.2, worst="none", why="haemoglobin as one body"),
    RealMap("emd_44046.map.gz", 0.3, 2.99, ("state.masked note",), "points", why="masked"),
    RealMap(
        "emd_1997.map.gz", 1.0, 7.0, ("mask.partial",), why="GroEL falls into parts at this level"
    ),
    RealMap(
        "emd_6824.mrc.gz", 4.0, 5.8, ("resolution.low_passed serious",),
        why="its power ends near 8.4 Å",
    ),
    RealMap(
        "emd_5168.map.gz", 10.0, 6.6, ("resolution.low_passed caution", "state.filament"),
        why="F-actin; its power ends near 7.6 Å",
    ),
    RealMap("emd_1883.map.mrc.gz", 0.0006, 20.9, why="RNA polymerase II; the level is estimated"),
    RealMap("emd_1703.map.gz", 0.006, 32.0, why="desmosome, an average of subtomograms"),
    RealMap(
        "ngl_betaGal.mrc.gz", 0.03, 8.0, voxel_size=3.54,
        why="beta-galactosidase; level and resolution are estimated",
    ),
    RealMap("box_emd_1044_1oed.ccp4.gz", None, 4.0, why=CUT),
    RealMap("box_emd_3240_5fn5_A.ccp4.gz", None, 4.3, why=CUT),
    RealMap("box_emd_4118_5ly6.ccp4.gz", None, 4.5, why=CUT),
    RealMap("box_emd_5137_3los_A.ccp4.gz", None, 4.3, why=CUT),
    RealMap("box_emd_5185_3j06.ccp4.gz", None, 3.3, why=CUT),
    RealMap("box_emd_6187_3j8x_A.ccp4.gz", None, 5.0, why=CUT),
    RealMap("zone_emd_2566_3j6b_9.mrc.gz", None, 3.2, why=CUT),
    RealMap(
        "ngl_localResolution.mrc.gz", 8.0, 8.0, ("input.not_density",), only=True, voxel_size=3.54,
        why="a map of the local resolution; outside it has 8.9 Å, the mean of the others",
    ),
)  # fmt: skip
"""The maps of the example data, with the contour levels and resolutions of their sources."""
