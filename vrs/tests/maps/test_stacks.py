"""Stacks of images and tilt series are refused, by name or header, unless somebody insists."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from vrs.maps import MapError, inspect_file, read_map
from vrs.maps.files import read_header
from vrs.tests.map_files import numbered, refusal_of, write_file

INSIST = (
    "use a map in 3D; if it is one, insist with --as-volume (in Scipion: “Read as one volume” of "
    "import map)"
)


@pytest.mark.parametrize("name", ["particles.mrcs", "TILT.ST", "tilt.ali", "images.stk"])
def test_a_name_of_a_stack(tmp_path: Path, name: str) -> None:
    path = write_file(tmp_path / name, numbered())
    ending = Path(name.lower()).suffix
    assert refusal_of(path) == (
        f"{name} is a stack of 4 images of 6 x 5 pixels (its name ends with {ending}), not a "
        f"volume: {INSIST}"
    )


@pytest.mark.parametrize(
    ("name", "ending"),
    [("tilt.st.mrc", ".st.mrc"), ("a.mrcs.map", ".mrcs.map"), ("b.st.mrc.gz", ".st.mrc.gz")],
)
def test_the_ending_of_a_map_after_that_of_a_stack(tmp_path: Path, name: str, ending: str) -> None:
    assert f"(its name ends with {ending})" in refusal_of(write_file(tmp_path / name, numbered()))


@pytest.mark.parametrize("ending", [".gz", ".bz2"])
def test_a_name_of_a_compressed_stack(tmp_path: Path, ending: str) -> None:
    path = write_file(tmp_path / f"tilt.st{ending}", numbered())
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert f"(its name ends with .st{ending}), not a volume" in refusal_of(path)


@pytest.mark.parametrize("memory_map", [False, True])
def test_a_header_of_a_stack(tmp_path: Path, memory_map: bool) -> None:
    path = write_file(tmp_path / "movie.mrc", numbered(), sampling=(6, 5, 1), space_group=0)
    assert refusal_of(path, memory_map=memory_map) == (
        "movie.mrc is a stack of 4 images of 6 x 5 pixels (space group 0 and MZ = 1 in its "
        f"header), not a volume: {INSIST}"
    )
    with pytest.raises(MapError, match="is a stack of 4 images"):
        inspect_file(path)


def test_space_group_0_alone_is_no_stack(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), space_group=0)
    np.testing.assert_array_equal(read_map(path).data, numbered())


@pytest.mark.parametrize("name", ["volume.mrcs", "volume.mrc"])
def test_who_insists_gets_one_volume(tmp_path: Path, name: str) -> None:
    path = write_file(tmp_path / name, numbered(), sampling=(6, 5, 1), space_group=0)
    density = read_map(path, voxel_size=1.5, as_volume=True)
    np.testing.assert_array_equal(density.data, numbered())
    assert read_header(path, as_volume=True).box == density.box
    assert inspect_file(path, 1.5, as_volume=True).name == name


def test_to_insist_does_not_make_an_image_a_volume(tmp_path: Path) -> None:
    path = write_file(tmp_path / "image.mrcs", numbered((1, 5, 6)))
    assert "is an image of 6 x 5 x 1 pixels" in refusal_of(path, as_volume=True)
