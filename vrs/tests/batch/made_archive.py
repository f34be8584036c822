"""A mirror with many made entries: real headers with other values, and tiny simulated maps."""

from __future__ import annotations

import gzip
import tempfile
import xml.etree.ElementTree as ElementTree
from functools import lru_cache
from pathlib import Path
from typing import List

from vrs.maps import write_map
from vrs.tests.example_data import example_file
from vrs.tests.simulation import atom_ball

HEADERS = ("emd-1003.xml", "emd-1004.xml", "emd-1007.xml", "emd-1008.xml", "emd-1010.xml")
"""Headers of single particles in the archive."""

BOX, VOXEL_SIZE, RESOLUTION, CONTOUR = 24, 2.0, 6.0, 0.08
FIRST = 90001


def make_archive(folder: Path, number: int) -> List[str]:
    """Write a mirror with so many entries; returns their identifiers."""
    return [make_entry(folder, FIRST + place) for place in range(number)]


def make_entry(folder: Path, number: int) -> str:
    """Write an entry into a mirror, the map of which depends on its number alone."""
    template = HEADERS[number % len(HEADERS)]
    root = ElementTree.parse(example_file(f"emdb_entries/{template}")).getroot()
    name = f"EMD-{number}"
    root.set("emdb_id", name)
    _set(root, "map/file", map_file(folder, name).name)
    for axes, path, value in (
        (("col", "row", "sec"), "map/dimensions", BOX), (("col", "row", "sec"), "map/origin", 0),
        ("xyz", "map/spacing", BOX), ("abc", "map/cell", BOX * VOXEL_SIZE),
        ("xyz", "map/pixel_spacing", VOXEL_SIZE),
    ):  # fmt: skip
        for axis in axes:
            _set(root, f"{path}/{axis}", value)
    statistics = root.find("map/statistics")
    if statistics is not None:
        root.find("map").remove(statistics)  # type: ignore[union-attr]
    _set(root, "map/contour_list/contour/level", CONTOUR)
    for element in root.iter("resolution"):
        element.text = str(RESOLUTION)
    for file, content in (
        (header_file(folder, name), ElementTree.tostring(root)),
        (map_file(folder, name), packed_map(number % 7)),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return name


def header_file(folder: Path, name: str) -> Path:
    return folder / "structures" / name / "header" / f"{name.lower()}.xml"


def map_file(folder: Path, name: str) -> Path:
    return folder / "structures" / name / "map" / f"emd_{name[4:]}.map.gz"


def change_header(folder: Path, name: str, path: str, value: object) -> None:
    """Change a value in the header of an entry, such as "admin/key_dates/update"."""
    file = header_file(folder, name)
    root = ElementTree.parse(file).getroot()
    _set(root, path, value)
    file.write_bytes(ElementTree.tostring(root))


@lru_cache(maxsize=None)
def packed_map(seed: int) -> bytes:
    """A small ball of atoms as the archive has a map, with noise of a seed."""
    density = atom_ball(BOX, VOXEL_SIZE, 60.0, RESOLUTION, noise=0.05, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ball.mrc"
        write_map(file, density)
        return gzip.compress(file.read_bytes())


def _set(root: ElementTree.Element, path: str, value: object) -> None:
    element = root.find(path)
    assert element is not None, path
    element.text = str(value)
