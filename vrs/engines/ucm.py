"""scipion-em-ucm: the original local B-factor and local occupancy."""

from __future__ import annotations

from vrs.engines.finding import Finding, module_exists, package_version


def find() -> Finding:
    """Whether the package is installed."""
    version = package_version("scipion-em-ucm")
    found = version is not None and module_exists("ucm")
    return Finding(
        "LocBFactor and LocOccupancy (ucm)",
        found,
        f"scipion-em-ucm {version}" if found else "scipion-em-ucm is not installed",
        "nothing is lost: 0.f and 0.g are measured by this plugin, with the same formulas",
    )
