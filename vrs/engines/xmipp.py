"""Xmipp: the programs and the networks of the original service."""

from __future__ import annotations

import os
from pathlib import Path

from vrs.engines.finding import Finding, module_exists, package_version, software_folder

PROGRAM = Path("bin", "xmipp_transform_mask")
DEEPRES = Path("models", "deepRes")
DEEPHAND = Path("models", "deepHand")


def home() -> Path:
    """Where Xmipp is, or would be."""
    return Path(os.environ.get("XMIPP_HOME", software_folder() / "xmipp")).expanduser()


def has(part: Path) -> bool:
    """Whether a program or model of Xmipp is there."""
    return (home() / part).exists()


def find_plugin() -> Finding:
    """Scipion's plugin for Xmipp."""
    version = package_version("scipion-em-xmipp")
    return Finding(
        "Scipion plugin of Xmipp",
        version is not None or module_exists("xmipp3"),
        f"scipion-em-xmipp {version}" if version else "scipion-em-xmipp is not installed",
        "nothing is lost: volumes are shown by this plugin itself",
    )


def find_programs() -> Finding:
    """The compiled programs."""
    found = has(PROGRAM)
    return Finding(
        "Xmipp programs",
        found,
        str(home()) if found else f"no {PROGRAM} in {home()}",
        "nothing is lost: masks, resizing and B-factor are made by this plugin itself",
    )


def find_deepres() -> Finding:
    """The network for the local resolution."""
    return _model(DEEPRES, "DeepRes network of Xmipp", "0.e cannot be measured with DeepRes")


def find_deephand() -> Finding:
    """The networks for the hand."""
    return _model(DEEPHAND, "Deep Hand networks of Xmipp", "0.h cannot be measured with Deep Hand")


def _model(part: Path, name: str, cost: str) -> Finding:
    found = has(part)
    where = home() / part
    return Finding(name, found, str(where) if found else f"no folder {where}", cost)
