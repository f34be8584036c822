"""Noise without any molecule, as it reaches the check of the hand: it must have no helix points."""

from __future__ import annotations

from typing import Tuple

import numpy as np
import scipy.fft
from scipy import ndimage

from training.simulation import radial_frequency, soft_envelope
from vrs.maps import BoolArray, DensityMap

SIZE = 80
"""Voxels of 1 Å along the edge of the box."""


def noise_map(seed: int) -> Tuple[DensityMap, BoolArray]:
    """Noise in the box, a ball or an envelope, sharpened or not, low-passed at 2.5 to 5 Å.

    The mask is what a contour level shows, 2 to 40 % of the volume, or the whole envelope.
    """
    rng = np.random.default_rng([99, seed])
    shape = (SIZE,) * 3
    frequency = radial_frequency(shape)
    resolution = rng.uniform(2.5, 5)
    spectrum = scipy.fft.rfftn(rng.standard_normal(shape, dtype=np.float32))
    spectrum *= np.exp(
        -rng.uniform(-60, 200) * np.minimum(frequency, 1.1 / resolution) ** 2 / 4
    ) * (1 + rng.uniform(0, 6) * np.exp(-frequency / rng.uniform(0.02, 0.06)))
    if rng.random() < 0.8:
        phase = np.clip((frequency - 1 / resolution) / rng.uniform(0.01, 0.04) + 0.5, 0, 1)
        spectrum *= 0.5 + 0.5 * np.cos(np.pi * phase)
    data = scipy.fft.irfftn(spectrum, s=shape).astype(np.float32)
    kind = rng.choice(["box", "ball", "envelope"])
    distance = np.sqrt(((np.indices(shape) - SIZE / 2) ** 2).sum(axis=0))
    envelope = np.ones(shape, dtype=bool)
    if kind == "ball":
        envelope = distance < rng.uniform(18, 32)
    elif kind == "envelope":
        blobs = ndimage.gaussian_filter(rng.standard_normal(shape), 5) - 1e-3 * distance
        envelope = blobs > np.percentile(blobs, 85)
    if kind != "box":
        data *= soft_envelope(envelope, rng.uniform(0, 3), rng.uniform(2, 6))
    if kind == "box" or rng.random() < 0.5:
        shown = 100 * rng.uniform(0.02, 0.4)
        return DensityMap(data, 1.0), data > np.percentile(data[envelope], 100 - shown)
    return DensityMap(data, 1.0), envelope
