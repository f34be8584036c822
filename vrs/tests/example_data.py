"""The maps, structures and reference numbers of the tests.

The folder ``data`` beside this file holds small ones, with a README on their sources; larger ones
may stand in a folder elsewhere. Tests of files that are in neither are skipped by name.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Optional

import pytest

from vrs.maps import DensityMap, read_map

_HERE = Path(__file__).resolve().parent
DATA = _HERE / "data"
LARGER_DATA = Path(os.environ.get("VRS_TEST_DATA", _HERE.parents[2] / "shared" / "data"))


XMIPP = Path(os.environ.get("VRS_TEST_XMIPP", LARGER_DATA.parent / "xmipp"))
"""An installed Xmipp, with its own results of these programs in the folder "recorded"."""


def xmipp_home() -> Path:
    """The folder of an installed Xmipp; without it, the test is skipped."""
    if not (XMIPP / "bin" / "xmipp_transform_threshold").exists():
        pytest.skip("needs the programs of Xmipp (VRS_TEST_XMIPP is their folder)")
    return XMIPP


def find_example(name: str) -> Optional[Path]:
    """The path of a file of the example data, such as "maps/emd_3488.map.gz"; None if absent."""
    paths = (folder / name for folder in (DATA, LARGER_DATA))
    return next((path for path in paths if path.exists()), None)


def example_file(name: str) -> Path:
    """The path of a file of the example data; without it, the test is skipped."""
    path = find_example(name)
    if path is None:
        pytest.skip(f"needs {name} of the larger example data (VRS_TEST_DATA is their folder)")
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
