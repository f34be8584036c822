"""The maps and reference numbers of the tests; tests of missing files are skipped by name."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.maps import DensityMap, read_map

_REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("VRS_TEST_DATA", _REPOSITORY.parent / "shared" / "data"))


def example_file(name: str) -> Path:
    """The path of a file of the example data, such as "maps/emd_3488.map.gz"; skips if absent."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"needs {name} of the example data (folder {DATA}, or set VRS_TEST_DATA)")
    return path


def oracle(name: str) -> Dict[str, Any]:
    """The numbers of the original programs on a map, e.g. ``oracle("emd_3488")``."""
    numbers: Dict[str, Any] = json.loads(example_file(f"oracle/{name}.json").read_text("utf-8"))
    return numbers


@lru_cache(maxsize=2)
def oracle_map(name: str) -> DensityMap:
    """The map that the numbers of ``oracle(name)`` belong to, with the voxel size used there."""
    file = example_file(f"maps/{oracle(name)['map']}.gz")
    return read_map(file, voxel_size=oracle(name)["voxel_size"])
