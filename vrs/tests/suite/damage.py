"""Every flaw, done to one base, and the findings of which one must name it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Callable, Dict, Optional, Tuple

import numpy as np
from scipy import ndimage

from vrs.maps import DensityMap, FloatArray
from vrs.tests.suite import flaws
from vrs.tests.suite.bases import Base
from vrs.tests.suite.simulator import Sample, reconstruct

NOT_RESOLVED = ("resolution.contradicted", "resolution.low_passed", "input.no_structure")
UNEVEN = ("occupancy.partial", "b_factor.uneven")
NOISE = ("input.no_structure", "contour.in_noise")


@dataclass(frozen=True)
class TestMap:
    """A map as somebody would hand it in.

    Attributes
    ----------
    contour : float -- contour level in grey values
    resolution : float -- reported resolution in Å
    """

    density: DensityMap
    contour: float
    resolution: float


@dataclass(frozen=True)
class Doses:
    """How much of each damage is done.

    Attributes
    ----------
    sharpened : float -- Å² taken off beyond a sound map
    cones : tuple of float -- half angles of missing cones in degrees
    along : float -- B-factor along one axis in Å²
    low_passes, noise_beyond : float -- in units of the reported resolution
    overfitted : float -- true resolution in Å
    ghost : tuple of float -- distance in Å, and share of the density
    streak : float -- spread over that of the background
    occupancy, blur : float -- of one half; the B-factor in Å²
    offset : float -- in contour levels
    """

    sharpened: float = 120
    cones: Tuple[float, ...] = (45, 30)
    along: float = 130
    low_passes: Tuple[float, ...] = (1.5, 2)
    noise_beyond: float = 1.6
    overfitted: float = 8.5
    ghost: Tuple[float, float] = (21, 0.4)
    streak: float = 12
    occupancy: float = 0.4
    blur: float = 250
    offset: float = 0.4


DOSES = Doses()
DOSES_HELD_OUT = Doses(
    sharpened=105, cones=(55, 32), along=105, low_passes=(1.4, 1.7), noise_beyond=1.5,
    overfitted=7.5, ghost=(30, 0.35), streak=10, offset=0.6,
)  # fmt: skip

Made = Tuple[Callable[[], TestMap], Tuple[str, ...]]


def usual_contour(density: DensityMap, molecule: Sample, sigmas: float = 4.2) -> float:
    """A level that a user would choose: where the noise vanishes, but at most 0.9 of the volume.

    Without noise around the molecule, the level that shows 0.45 of its volume.
    """
    background = density.data[~molecule.body(2.5)]
    background = background[background != 0]
    if background.size < 1000 or not background.std():
        return _level_of(density, 0.45 * molecule.volume)
    level = float(np.median(background) + sigmas * background.std())
    return max(level, _level_of(density, 0.9 * molecule.volume))


def _level_of(density: DensityMap, volume: float) -> float:
    """The grey value that so many Å³ reach."""
    values = np.sort(density.data.ravel())[::-1]
    return float(values[int(volume / density.voxel_volume)])


class Damage:
    """What can be done to one base; nothing is simulated before it is needed."""

    def __init__(self, base: Base, folder: Path, doses: Doses = DOSES) -> None:
        self.base, self.folder, self.doses = base, folder, doses

    @cached_property
    def molecule(self) -> Sample:
        return self.base.sample(self.folder)

    @cached_property
    def density(self) -> DensityMap:
        """The sound map."""
        return reconstruct(self.molecule, self.base.recipe)

    @property
    def d(self) -> float:
        return self.base.recipe.resolution

    @property
    def background(self) -> float:
        """Standard deviation of the sound map far from the molecule."""
        return float(self.density.data[~self.molecule.body(2.5)].std())

    def flawed(self) -> Dict[str, Made]:
        """What was done -> how, and the findings of which one is required."""
        doses, d = self.doses, self.d
        made: Dict[str, Made] = {
            "mirrored": (lambda: self._shown(flaws.mirrored(self.density)), ("hand.mirrored",)),
            "inverted": (self._inverted, ("contrast.inverted",)),
            f"oversharpened by {doses.sharpened:g}": (
                lambda: self._shown(flaws.sharpened(self.density, doses.sharpened, d)),
                ("sharpening.over",),
            ),
            f"B {doses.along:g} along Z": (self._blurred_along, ("anisotropy",)),
            "clipped, noise-free": (
                lambda: self._shown(flaws.clipped(self.molecule, self.base.recipe)),
                ("state.post_processed",),
            ),
            "two molecules": (self._two, ("mask.partial",)),
            "contour at 1.5 sigma": (
                lambda: self._shown(self.density, 1.5 * self.background), ("contour.in_noise",),
            ),
            "contour at 12 % of the mass": (
                self._too_high, ("contour.too_high", "mask.partial"),
            ),
            f"noise beyond {doses.noise_beyond:g} d": (self._overclaimed, NOT_RESOLVED),
            f"overfitted from {doses.overfitted:g} A": (
                lambda: self._shown(
                    flaws.overfitted(self.molecule, self.base.recipe, doses.overfitted)
                ),
                NOT_RESOLVED,
            ),
            f"ghost at {doses.ghost[0]:g} A": (
                lambda: self._again(flaws.with_ghost(self.molecule, *doses.ghost)), ("ghost",),
            ),
            "streak": (
                lambda: self._shown(
                    flaws.with_streak(self.density, doses.streak, self.background)
                ),
                ("streak",),
            ),
            f"half at occupancy {doses.occupancy:g}": (
                lambda: self._again(flaws.half_occupied(self.molecule, doses.occupancy)), UNEVEN,
            ),
            f"half blurred by {doses.blur:g}": (
                lambda: self._again(flaws.half_blurred(self.molecule, doses.blur)), UNEVEN,
            ),
            "spike": (self._spike, ("spikes",)),
            "offset": (self._offset, ("background.offset",)),
            "micelle": (
                lambda: self._again(flaws.with_micelle(self.molecule)),
                ("background.structured",),
            ),
            "a mask": (self._mask, ("input.not_density",)),
            "a local-resolution map": (self._local, ("input.not_density",)),
        }  # fmt: skip
        for angle in doses.cones:
            made[f"cone of {angle:g} degrees"] = self._cone(angle), ("anisotropy",)
        for times in doses.low_passes:
            made[f"low-passed at {times:g} d"] = self._ended(times), ("resolution.low_passed",)
        for kind in ("box", "ball", "envelope"):
            made[f"noise, {kind}"] = self._noise(kind), NOISE
        return made

    def sound(self) -> Dict[str, Callable[[], TestMap]]:
        """What is done to maps that stay sound."""
        return {
            "unsharpened": lambda: self._shown(flaws.sharpened(self.density, -90, self.d)),
            "hard mask": lambda: self._shown(flaws.masked(self.density, self.molecule, 4, 0)),
            "soft mask": lambda: self._shown(flaws.masked(self.density, self.molecule, 5, 8)),
            "off centre": self._off_centre,
            "corners set to 0": lambda: self._shown(flaws.corners_zeroed(self.density)),
            "stated worse": lambda: self._shown(self.density, resolution=1.4 * self.d),
        }

    def apart(self) -> Dict[str, Made]:
        """What a map alone cannot show reliably."""
        required = ("voxel_size.doubtful",)
        return {
            "voxel 10 % too large": (lambda: self._scaled(1.10), required),
            "voxel 12 % too small": (lambda: self._scaled(0.88), required),
        }

    def _shown(
        self, density: DensityMap, contour: Optional[float] = None,
        resolution: Optional[float] = None,
    ) -> TestMap:  # fmt: skip
        level = usual_contour(density, self.molecule, self.base.sigmas)
        return TestMap(density, level if contour is None else contour, resolution or self.d)

    def _again(self, molecule: Sample) -> TestMap:
        return self._shown(reconstruct(molecule, self.base.recipe))

    def _too_high(self) -> TestMap:
        return self._shown(self.density, _level_of(self.density, 0.12 * self.molecule.volume))

    def _blurred_along(self) -> TestMap:
        gain = flaws.blur_along(
            self.molecule.signal.shape, self.molecule.voxel_size, self.doses.along
        )
        return self._shown(reconstruct(self.molecule, self.base.recipe, signal_filter=gain))

    def _cone(self, angle: float) -> Callable[[], TestMap]:
        def make() -> TestMap:
            gain = flaws.cone(self.molecule.signal.shape, angle)
            return self._shown(reconstruct(self.molecule, self.base.recipe, data_filter=gain))

        return make

    def _ended(self, times: float) -> Callable[[], TestMap]:
        return lambda: self._shown(flaws.low_passed(self.density, times * self.d))

    def _noise(self, kind: str) -> Callable[[], TestMap]:
        """Noise at the usual contour level, or at one at which there is something to see."""

        def make() -> TestMap:
            density = flaws.noise_like(self.density, self.molecule, kind, self.d)
            seen = _level_of(density, 0.05 * self.molecule.volume)
            return self._shown(density, min(self._shown(density).contour, seen))

        return make

    def _scaled(self, scale: float) -> TestMap:
        wrong = flaws.resampled_claim(self.density, scale)
        contour = self._shown(self.density).contour
        return TestMap(wrong, contour, max(self.d * scale, 2.01 * wrong.voxel_size))

    def _inverted(self) -> TestMap:
        negative = flaws.inverted(self.density)
        return TestMap(negative, _level_of(negative, 0.3 * self.molecule.volume), self.d)

    def _two(self) -> TestMap:
        """A second copy beside the first, along the axis where the molecule is thinnest."""
        size = self.base.voxel_size
        extent = np.ptp(np.argwhere(self.molecule.body()), axis=0)[::-1] * size
        axis = int(extent.argmin())
        matrix = np.eye(4)
        matrix[axis, 3] = 1.1 * extent[axis]
        sides = 1.25 * extent + 20
        sides[axis] += matrix[axis, 3]
        box = tuple(int(np.ceil(side / size / 2)) * 2 for side in sides)
        pair = self.base.sample(self.folder, box=box, copies=[matrix])
        density = reconstruct(pair, self.base.recipe)
        return TestMap(density, usual_contour(density, pair, self.base.sigmas), self.d)

    def _overclaimed(self) -> TestMap:
        worse = replace(
            self.base.recipe, resolution=self.doses.noise_beyond * self.d, low_pass=False
        )
        return self._shown(flaws.low_passed(reconstruct(self.molecule, worse), self.d))

    def _spike(self) -> TestMap:
        data = self.density.data.copy()
        data[10, 12, 9] = 40 * data.max()
        return TestMap(flaws.changed(self.density, data), self._shown(self.density).contour, self.d)

    def _offset(self) -> TestMap:
        contour = self._shown(self.density).contour
        shift = self.doses.offset * contour
        return TestMap(
            flaws.changed(self.density, self.density.data + shift), contour + shift, self.d
        )

    def _mask(self) -> TestMap:
        mask = flaws.soft(self.molecule.body(1.2), 2, 4)
        return TestMap(flaws.changed(self.density, mask), 0.5, self.d)

    def _local(self) -> TestMap:
        rng = np.random.default_rng(4)
        field: FloatArray = ndimage.gaussian_filter(
            rng.standard_normal(self.density.data.shape), 6
        )
        # No program reports detail finer than two voxels.
        finest = 2.05 * self.base.voxel_size
        values = np.maximum(self.d * (1 + 0.15 * field / field.std()), finest)
        inside = self.molecule.body(1.3)
        density = flaws.changed(self.density, np.where(inside, values, 0))
        return TestMap(density, 0.5 * self.d, self.d)

    def _off_centre(self) -> TestMap:
        shift = (0.12 * self.molecule.signal.shape[0] * self.molecule.voxel_size, 0.0, 0.0)
        moved = self.base.sample(self.folder, offset=shift)
        density = reconstruct(moved, self.base.recipe)
        return TestMap(density, usual_contour(density, moved, self.base.sigmas), self.d)
