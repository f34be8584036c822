"""The maps of the suite: what was done to each, and which finding must name it.

Sound maps must come out clean. For each flawed one, one of the findings of ``required`` must be
there. Flaws that a map alone cannot show reliably are *apart*: reported, not required.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Callable, Dict, Iterator, Optional, Tuple

import numpy as np
import scipy.ndimage as ndimage

from vrs.maps import DensityMap
from vrs.tests.suite import flaws
from vrs.tests.suite.simulator import Recipe, Sample, read_atoms, reconstruct, sample


class Kind(str, Enum):
    """What a case proves."""

    SOUND = "sound"
    FLAWED = "flawed"
    APART = "apart"


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
class Case:
    """A map of the suite.

    Attributes
    ----------
    truth : float or None -- true resolution in Å, for sound maps
    required : tuple of str -- findings of which one must name the flaw
    """

    name: str
    kind: Kind
    make: Callable[[], TestMap]
    required: Tuple[str, ...] = ()
    truth: Optional[float] = None


@dataclass(frozen=True)
class Base:
    """A molecule and how it is reconstructed."""

    entry: str
    recipe: Recipe
    voxel_size: float
    room: float = 1.6
    sigmas: float = 4.2

    def sample(self, folder: Path, **options: object) -> Sample:
        structure = read_atoms(folder / f"{self.entry}.pdb.gz")
        seed = zlib.crc32(self.entry.encode()) % 1000
        return sample(structure, self.voxel_size, room=self.room, seed=seed, **options)


def usual_contour(density: DensityMap, molecule: Sample, sigmas: float = 4.2) -> float:
    """A level that a user would choose: where the noise vanishes, but at most 0.9 of the volume.

    Without noise around the molecule, the level that shows 0.45 of its volume.
    """
    values = np.sort(density.data.ravel())[::-1]

    def showing(share: float) -> float:
        return float(values[int(share * molecule.volume / molecule.voxel_size**3)])

    background = density.data[~molecule.body(2.5)]
    background = background[background != 0]
    if background.size < 1000 or not background.std():
        return showing(0.45)
    level = float(np.median(background) + sigmas * background.std())
    return max(level, showing(0.9))


def recipe(resolution: float, seed: int = 0, sharpened: float = 0.7, **options: object) -> Recipe:
    """A usual reconstruction: B grows with the resolution; a share is taken off again."""
    b_factor = 20 + 7.0 * resolution**2
    usual = Recipe(resolution, b_factor=b_factor, sharpening=sharpened * b_factor, seed=seed)
    return replace(usual, **options)


SOUND = {
    "2.5 A, large complex": Base("1n2c", recipe(2.5, 1, 0.8), 0.9, 1.4, 5.0),
    "2.7 A": Base("5c40", recipe(2.7, 2), 0.83, 1.5, 4.5),
    "2.9 A, all beta": Base("4g6j", recipe(2.9, 3), 1.0),
    "3.0 A, box not cubic": Base("1eer", recipe(3.0, 4, 0.8), 1.05),
    "3.0 A, no FSC weighting": Base("2vdb", recipe(3.0, 5, fsc_weighting=False), 0.95, 1.7),
    "3.2 A": Base("2gaf", recipe(3.2, 6, 0.6), 1.1, 2.0, 4.6),
    "3.2 A, no low-pass": Base("3r9a", recipe(3.2, 7, 0.55, low_pass=False), 1.15, 1.5),
    "3.4 A, RNA": Base("2gis", recipe(3.4, 8), 1.06, 1.8),
    "3.5 A, hexamer": Base("4jsv", recipe(3.5, 9, 0.65), 1.3, 1.4),
    "3.6 A, beta": Base("3cye", recipe(3.6, 10, 0.6), 1.2, 1.6),
    "3.8 A, unsharpened": Base("1zhh", recipe(3.8, 11, 0.0), 1.3, 1.7, 6.0),
    "4.0 A": Base("9x2o", recipe(4.0, 12, 0.6), 1.35, 1.5),
    "4.3 A, unsharpened": Base("2bi3", recipe(4.3, 13, 0.0), 1.4, 1.6, 6.0),
    "4.6 A": Base("1ihm", recipe(4.6, 14, 0.6), 1.5, 1.5),
    "5.0 A": Base("1n2c", recipe(5.0, 15), 1.7, 1.6),
    "5.6 A, no FSC weighting": Base("4jsv", recipe(5.6, 16, 0.5, fsc_weighting=False), 1.8, 1.5),
    "6.3 A": Base("3r9a", recipe(6.3, 17, 0.6), 2.0, 1.8),
    "7.0 A": Base("9x2o", recipe(7.0, 18, 0.6), 2.2, 1.7),
    "8.0 A, no low-pass": Base("1n2c", recipe(8.0, 19, 0.5, low_pass=False), 2.5, 1.6),
    "9.0 A": Base("4jsv", recipe(9.0, 20), 2.8, 1.6),
    "11 A": Base("4jsv", recipe(11.0, 21), 3.4, 1.7),
    "3.1 A, small protein": Base("3cy0", recipe(3.1, 22), 0.9, 2.0),
}
"""Sound reconstructions by name; structures that no network was trained on."""

BASES = {
    "2.8 A": Base("5c40", recipe(2.8, 31, 0.75), 0.93, 1.6, 4.5),
    "3.4 A": Base("2vdb", recipe(3.4, 32, 0.65), 1.1, 1.7),
}
"""The maps that are damaged; both have helices."""


def cases(folder: Path) -> Iterator[Case]:
    """All cases; ``folder`` holds the structures."""
    for name, base in SOUND.items():
        yield _sound(name, base, folder)
    for name, base in BASES.items():
        damage = _Damage(base, folder)
        for title, (make, required, kind) in damage.all().items():
            yield Case(f"{title} ({name})", kind, make, required)


def _sound(name: str, base: Base, folder: Path) -> Case:
    def make() -> TestMap:
        options: Dict[str, object] = {}
        if "not cubic" in name:
            options["box"] = (128, 144, 120)
        molecule = base.sample(folder, **options)
        density = reconstruct(molecule, base.recipe)
        level = usual_contour(density, molecule, base.sigmas)
        return TestMap(density, level, base.recipe.resolution)

    return Case(name, Kind.SOUND, make, truth=base.recipe.resolution)


Made = Tuple[Callable[[], TestMap], Tuple[str, ...], Kind]


class _Damage:
    """Every flaw, done to one base."""

    def __init__(self, base: Base, folder: Path) -> None:
        self.base, self.folder = base, folder
        self._molecule: Optional[Sample] = None
        self._density: Optional[DensityMap] = None

    @property
    def molecule(self) -> Sample:
        if self._molecule is None:
            self._molecule = self.base.sample(self.folder)
        return self._molecule

    @property
    def density(self) -> DensityMap:
        if self._density is None:
            self._density = reconstruct(self.molecule, self.base.recipe)
        return self._density

    @property
    def d(self) -> float:
        return self.base.recipe.resolution

    def background(self) -> float:
        return float(self.density.data[~self.molecule.body(2.5)].std())

    def shown(self, density: DensityMap, contour: Optional[float] = None,
              resolution: Optional[float] = None) -> TestMap:
        level = usual_contour(density, self.molecule, self.base.sigmas)
        return TestMap(density, level if contour is None else contour, resolution or self.d)

    def again(self, molecule: Optional[Sample] = None, **filters: np.ndarray) -> TestMap:
        return self.shown(reconstruct(molecule or self.molecule, self.base.recipe, **filters))

    def mass_level(self, share: float) -> float:
        values = np.sort(self.density.data.ravel())[::-1]
        return float(values[int(share * self.molecule.volume / self.molecule.voxel_size**3)])

    def all(self) -> Dict[str, Made]:
        """What was done -> how, findings of which one is required, kind."""
        flawed: Dict[str, Tuple[Callable[[], TestMap], Tuple[str, ...]]] = {
            "mirrored": (lambda: self.shown(flaws.mirrored(self.density)), ("hand.mirrored",)),
            "inverted": (self._inverted, ("contrast.inverted",)),
            "oversharpened by 120": (
                lambda: self.shown(flaws.sharpened(self.density, 120, self.d)),
                ("sharpening.over",),
            ),
            "cone of 45 degrees": (
                lambda: self.again(data_filter=flaws.cone(self.molecule.signal.shape, 45)),
                ("anisotropy",),
            ),
            "cone of 30 degrees": (
                lambda: self.again(data_filter=flaws.cone(self.molecule.signal.shape, 30)),
                ("anisotropy",),
            ),
            "B 130 along Z": (
                lambda: self.again(
                    signal_filter=flaws.blur_along(
                        self.molecule.signal.shape, self.molecule.voxel_size, 130
                    )
                ),
                ("anisotropy",),
            ),
            "clipped, noise-free": (
                lambda: self.shown(flaws.clipped(self.molecule, self.base.recipe)),
                ("state.post_processed",),
            ),
            "two molecules": (self._two, ("mask.partial",)),
            "contour at 1.5 sigma": (
                lambda: self.shown(self.density, 1.5 * self.background()),
                ("contour.in_noise",),
            ),
            "contour at 12 % of the mass": (
                lambda: self.shown(self.density, self.mass_level(0.12)),
                ("contour.too_high", "mask.partial"),
            ),
            "low-passed at 1.5 d": (
                lambda: self.shown(flaws.low_passed(self.density, 1.5 * self.d)),
                ("resolution.low_passed",),
            ),
            "low-passed at 2 d": (
                lambda: self.shown(flaws.low_passed(self.density, 2 * self.d)),
                ("resolution.low_passed",),
            ),
            "noise beyond 1.6 d": (self._overclaimed, _NOT_RESOLVED),
            "overfitted from 8.5 A": (
                lambda: self.shown(flaws.overfitted(self.molecule, self.base.recipe, 8.5)),
                _NOT_RESOLVED,
            ),
            "ghost at 21 A": (
                lambda: self.again(flaws.with_ghost(self.molecule, 21, 0.4)), ("ghost",),
            ),
            "streak": (
                lambda: self.shown(flaws.with_streak(self.density, 12, self.background())),
                ("streak",),
            ),
            "half at occupancy 0.4": (
                lambda: self.again(flaws.half_occupied(self.molecule, 0.4)), _UNEVEN,
            ),
            "half blurred by 250": (
                lambda: self.again(flaws.half_blurred(self.molecule, 250)), _UNEVEN,
            ),
            "spike": (self._spike, ("spikes",)),
            "offset": (self._offset, ("background.offset",)),
            "micelle": (
                lambda: self.again(flaws.with_micelle(self.molecule)), ("background.structured",),
            ),
            "a mask": (self._mask, ("input.not_density",)),
            "a local-resolution map": (self._local, ("input.not_density",)),
            **{
                f"noise, {kind}": (self._noise(kind), ("input.no_structure", "contour.in_noise"))
                for kind in ("box", "ball", "envelope")
            },
        }
        sound = {
            "unsharpened": lambda: self.shown(flaws.sharpened(self.density, -90, self.d)),
            "hard mask": lambda: self.shown(flaws.masked(self.density, self.molecule, 4, 0)),
            "soft mask": lambda: self.shown(flaws.masked(self.density, self.molecule, 5, 8)),
            "off centre": self._off_centre,
            "corners set to 0": lambda: self.shown(flaws.corners_zeroed(self.density)),
            "stated worse": lambda: self.shown(self.density, resolution=1.4 * self.d),
        }
        apart = {
            "voxel 10 % too large": lambda: self.shown_as(1.10),
            "voxel 12 % too small": lambda: self.shown_as(0.88),
        }
        return {
            **{name: (make, required, Kind.FLAWED) for name, (make, required) in flawed.items()},
            **{name: (make, (), Kind.SOUND) for name, make in sound.items()},
            **{name: (make, ("voxel_size.doubtful",), Kind.APART) for name, make in apart.items()},
        }

    def shown_as(self, scale: float) -> TestMap:
        usual = self.shown(self.density)
        wrong = flaws.resampled_claim(self.density, scale)
        return TestMap(wrong, usual.contour, max(self.d * scale, 2.01 * wrong.voxel_size))

    def _inverted(self) -> TestMap:
        values = np.sort(-self.density.data.ravel())[::-1]
        voxels = int(0.3 * self.molecule.volume / self.molecule.voxel_size**3)
        return TestMap(flaws.inverted(self.density), float(values[voxels]), self.d)

    def _two(self) -> TestMap:
        extent = np.ptp(np.argwhere(self.molecule.body()), axis=0).max() * self.base.voxel_size
        matrix = np.eye(4)
        matrix[0, 3] = 1.15 * extent
        pair = self.base.sample(self.folder, copies=[matrix])
        density = reconstruct(pair, self.base.recipe)
        return TestMap(density, usual_contour(density, pair, self.base.sigmas), self.d)

    def _overclaimed(self) -> TestMap:
        worse = replace(self.base.recipe, resolution=1.6 * self.d, low_pass=False)
        density = flaws.low_passed(reconstruct(self.molecule, worse), self.d)
        return self.shown(density)

    def _spike(self) -> TestMap:
        data = self.density.data.copy()
        data[10, 12, 9] = 40 * data.max()
        return TestMap(flaws.changed(self.density, data), self.shown(self.density).contour, self.d)

    def _offset(self) -> TestMap:
        shift = 0.4 * self.shown(self.density).contour
        density = flaws.changed(self.density, self.density.data + shift)
        return TestMap(density, self.shown(self.density).contour + shift, self.d)

    def _mask(self) -> TestMap:
        return TestMap(
            flaws.changed(self.density, flaws.soft(self.molecule.body(1.2), 2, 4)), 0.5, self.d
        )

    def _local(self) -> TestMap:
        rng = np.random.default_rng(4)
        field = ndimage.gaussian_filter(rng.standard_normal(self.density.data.shape), 6)
        values = self.d * (1 + 0.15 * field / field.std())
        inside = self.molecule.body(1.3)
        return TestMap(
            flaws.changed(self.density, np.where(inside, values, 0)), 0.5 * self.d, self.d
        )

    def _noise(self, kind: str) -> Callable[[], TestMap]:
        def make() -> TestMap:
            density = flaws.noise_like(self.density, self.molecule, kind, self.d)
            return self.shown(density)

        return make

    def _off_centre(self) -> TestMap:
        shift = (0.12 * self.molecule.signal.shape[0] * self.molecule.voxel_size, 0.0, 0.0)
        moved = self.base.sample(self.folder, offset=shift)
        density = reconstruct(moved, self.base.recipe)
        return TestMap(density, usual_contour(density, moved, self.base.sigmas), self.d)


_NOT_RESOLVED = ("resolution.contradicted", "resolution.low_passed", "input.no_structure")
_UNEVEN = ("occupancy.partial", "b_factor.uneven")
