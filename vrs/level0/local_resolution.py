"""0.e Local resolution: what a neural network sees around every voxel of the mask."""

from __future__ import annotations

from typing import Optional

from vrs.level0.check import CannotMeasure, Check
from vrs.level0.common import does_not_apply, outside_resolution, require_mask
from vrs.maps import BoolArray, DensityMap
from vrs.networks import network_file


def local_resolution(
    density: DensityMap, hard_mask: BoolArray, resolution: Optional[float], engine: str = "auto"
) -> Check:
    """Local resolution in the mask, for maps of 2 to 13 Å.

    Parameters
    ----------
    density : DensityMap
    hard_mask : ndarray, bool, shape (Z, Y, X)
    resolution : float or None
        Reported resolution in Å.
    engine : {"auto", "embedded", "xmipp"}

    Raises
    ------
    CannotMeasure
        If the mask is empty or no network is installed.
    """
    reason = outside_resolution("local_resolution.resolution", resolution)
    if reason:
        return does_not_apply("0.e", reason)
    require_mask(density, hard_mask)
    raise CannotMeasure(missing_network("local_resolution", "local resolution", "DeepRes", engine))


def missing_network(name: str, purpose: str, original: str, engine: str) -> str:
    """The sentence that says which network was looked for and is not there.

    Raises
    ------
    ValueError
        For an engine that does not exist.
    """
    if engine not in ("auto", "embedded", "xmipp"):
        raise ValueError(f"engine is 'auto', 'embedded' or 'xmipp', not {engine!r}")
    if engine == "xmipp":
        return f"Running {original} of Xmipp is not supported by this version."
    if network_file(name) is None:
        return f"No network for {purpose} is installed with this version."
    return f"A network for {purpose} is there, but this version cannot run it."
