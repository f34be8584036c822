"""What all evidence is measured on: the map, its bodies, and what lies around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Optional

from vrs.checks.inputs import Inputs
from vrs.level0.evidence.cones import Band, band_of
from vrs.level0.evidence.content import Content, content_of
from vrs.level0.evidence.molecule import Molecule, molecule_of
from vrs.level0.surroundings import Surroundings, surroundings_of
from vrs.maps import BoolArray, DensityMap
from vrs.maps.masks import dilate, growth_iterations, large_components, raw_mask
from vrs.maps.memory_map import leave_on_disk

SMALLEST_BODY = 0.1
"""Voxels of a body over those of the largest one: half of a dimer is not the molecule."""

BACKGROUND_DISTANCE = 8.0
"""Å between the mask and the background."""


@dataclass(frozen=True)
class Subject:
    """A map and its surroundings; all that takes time is computed once.

    Attributes
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    contour : float -- contour level in grey values
    resolution : float or None -- reported resolution in Å
    given_mask : ndarray or None -- the mask of the checks; bool, shape (Z, Y, X)
    mass : float or None -- of the molecule in kDa, if it was stated
    spikes : int -- voxels that were replaced
    """

    density: DensityMap
    contour: float
    resolution: Optional[float]
    given_mask: Optional[BoolArray] = None
    mass: Optional[float] = None
    spikes: int = 0

    @classmethod
    def of(cls, inputs: Inputs) -> Subject:
        """The subject of the input of the checks."""
        spikes = 0 if inputs.record.spikes_kept else len(inputs.record.spikes)
        return cls(
            inputs.map, inputs.contour, inputs.resolution, inputs.mask, inputs.mass, spikes
        )

    @property
    def voxel_size(self) -> float:
        """Edge of a voxel in Å."""
        return self.density.voxel_size

    @property
    def raw(self) -> BoolArray:
        """Voxels at or above the contour level; bool, shape (Z, Y, X). Not kept, as it is quick."""
        return raw_mask(self.density.data, self.contour)

    @cached_property
    def bodies(self) -> BoolArray:
        """All bodies of at least 10 % of the largest; bool, shape (Z, Y, X)."""
        return large_components(self.raw, SMALLEST_BODY)

    @cached_property
    def mask(self) -> BoolArray:
        """The bodies, grown by about 2 Å; bool, shape (Z, Y, X)."""
        return dilate(self.bodies, growth_iterations(self.voxel_size))

    @cached_property
    def background(self) -> BoolArray:
        """Voxels far from the mask; bool, shape (Z, Y, X)."""
        return ~dilate(self.mask, math.ceil(BACKGROUND_DISTANCE / self.voxel_size))

    @cached_property
    def surroundings(self) -> Surroundings:
        """A regular sample of the map with the distances from the bodies."""
        sample = surroundings_of(self.density, self.bodies)
        leave_on_disk(self.density.data)
        return sample

    @property
    def band(self) -> Optional[Band]:
        """Frequencies at which directions are compared; None if they are not."""
        return band_of(self.resolution, self.voxel_size)

    @cached_property
    def content(self) -> Content:
        """The map in Fourier space."""
        return content_of(self.density, self.band)

    @cached_property
    def molecule(self) -> Optional[Molecule]:
        """The bodies in their soft mask, in Fourier space; None without bodies."""
        if not self.bodies.any():
            return None
        return molecule_of(
            self.density, self.mask, self.surroundings.center, self.resolution, self.band
        )
