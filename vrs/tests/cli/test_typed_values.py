"""Values on the command line as people type them, and what is said about the map before a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, List

import numpy as np
import pytest

from vrs.checks.result import Remark, Severity
from vrs.cli import main as cli
from vrs.level0 import prepare
from vrs.maps import DensityMap, MapError, read_map, write_map
from vrs.maps.errors import ContourOutside
from vrs.maps.typed_values import contour_level
from vrs.run import map_options
from vrs.run import request as request_module
from vrs.tests.conftest import SmallMap
from vrs.tests.map_files import patch, word, write_file

RESOLUTION = 4.0


def values_of(
    arguments: List[str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> request_module.Request:
    """The request that the command makes of its arguments."""
    requests = []

    def stop(request: request_module.Request, *_: object) -> None:
        requests.append(request)
        raise MapError("enough")

    monkeypatch.setattr(map_options, "check_request", stop)
    assert cli.main(["report", str(file), *arguments]) == 1
    return requests[0]


def test_numbers_with_their_units(
    small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = values_of(
        ["--contour", "−0.09", "--resolution", "3.5 Å", "--voxel-size", "1.1A", "--as-volume",
         "--keep-spikes", "--mass", "0.064 MDa"],
        small_map.file, monkeypatch,
    )  # fmt: skip
    assert (request.contour, request.resolution, request.voxel_size) == (-0.09, 3.5, 1.1)
    assert request.as_volume and request.keep_spikes and request.mass == 64.0


@pytest.mark.parametrize("text", ["3 sigma", "1%"])
def test_levels_in_other_units(
    text: str, monkeypatch: pytest.MonkeyPatch, small_map: SmallMap
) -> None:
    request = request_module.Request(small_map.file, 0.0, RESOLUTION)
    resolved = request_module.at_grey_value(request, contour_level(text))
    data = small_map.density.data
    if text == "1%":
        assert int((data >= resolved.contour).sum()) == round(data.size / 100)
    else:
        assert resolved.contour == pytest.approx(data.mean() + 3 * data.std(), rel=1e-5)
    assert f" = {resolved.contour:.6g}: " in resolved.contour_source
    note = Remark(Severity.NOTE, f"Contour level: {resolved.contour_source}.")
    assert request_module.check_request(resolved)[0] == note
    from_grey = request_module.at_grey_value(request, contour_level("0.5"))
    assert from_grey == replace(request, contour=0.5)


def test_a_level_that_no_voxel_reaches(small_map: SmallMap) -> None:
    request = request_module.Request(small_map.file, 0.0, RESOLUTION)
    with pytest.raises(ContourOutside, match="contour level of 90 sigma = .*, as the maximum of"):
        request_module.at_grey_value(request, contour_level("90 sigma"))


def test_a_decimal_comma_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        cli.main(["report", "map.mrc", "--contour", "0,09"])
    assert ending.value.code == 2
    assert "'0,09' is not a number: write it with a point: 0.09" in capsys.readouterr().err


def test_spikes_are_named_before_the_run_and_are_not_in_the_level(
    small_map: SmallMap, tmp_path: Path
) -> None:
    data = small_map.density.data.copy()
    data[3, 4, 5] = 1000 * data.max()
    file = tmp_path / "spiked.mrc"
    write_map(file, small_map.density.with_data(data))
    request = request_module.Request(file, small_map.contour, RESOLUTION)
    remark = request_module.check_request(request)[0]
    assert remark.message.startswith("One voxel lies isolated and far outside all others: ")
    assert remark.severity is Severity.CAUTION, "as in the report"
    whole = request_module.Request(small_map.file, 0.0, RESOLUTION)
    levels = [
        request_module.at_grey_value(each, contour_level("3 sigma")).contour
        for each in (request, whole)
    ]
    assert levels[0] == pytest.approx(levels[1], rel=1e-3)


def test_memory_is_compared_before_the_map_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "map.mrc"
    write_map(file, DensityMap(np.eye(32, dtype=np.float32)[None].repeat(32, axis=0), 1.5))
    monkeypatch.setattr(request_module, "available_memory", lambda: 1e6)

    def read(*_: Any) -> None:
        raise AssertionError("the map was read")

    monkeypatch.setattr(request_module, "open_map", read)
    with pytest.raises(MapError, match="the preparation needs about"):
        request_module.check_request(request_module.Request(file, 0.5, RESOLUTION))


def test_a_title_is_one_line_of_at_most_300_letters(
    small_map: SmallMap, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    common, file = ["--contour", "1", "--title"], small_map.file
    assert values_of([*common, "80S\n\n\tribosome "], file, monkeypatch).title == "80S ribosome"
    assert len(values_of([*common, "a" * 300], file, monkeypatch).title) == 300
    for title, reason in (
        ("a" * 301, "the title has 301 letters, and 300 are possible: shorten it"),
        ("b\udcff", "the title b\\xff is not UTF-8: type it again in UTF-8"),
    ):
        capsys.readouterr()
        with pytest.raises(SystemExit):
            cli.main(["report", "map.mrc", *common, title])
        assert reason in " ".join(capsys.readouterr().err.split())


# --- the true cause before the memory -----------------------------------------------------------


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A map of 32 voxels of 1.05 Å, with values from 0 to 16."""
    data = np.zeros((32, 32, 32), np.float32)
    data[8:24, 8:24, 8:24] = np.arange(16, dtype=np.float32) + 1
    write_map(tmp_path / "map.mrc", DensityMap(data, 1.05))
    return tmp_path / "map.mrc"


def refusal(file: Path, monkeypatch: pytest.MonkeyPatch, **values: Any) -> str:
    """What a request is refused for where there is hardly any memory."""
    monkeypatch.setattr(request_module, "available_memory", lambda: 1e6)
    with pytest.raises(MapError) as caught:
        request_module.check_request(request_module.Request(file, 0.5, **values))
    return str(caught.value)


def test_an_impossible_resolution_is_refused_before_memory_is_compared(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(plain, monkeypatch, resolution=3.2, voxel_size=105.0).startswith(
        "the resolution of 3.2 Å is finer than one voxel (105 Å)"
    )
    assert "is coarser than half the longest side" in refusal(plain, monkeypatch, resolution=90.0)


def test_voxels_that_are_not_cubic_are_refused_before_memory_is_compared(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch(plain, 28, word(32) + word(32) + word(1))
    message = refusal(plain, monkeypatch, resolution=3.2, as_volume=True)
    assert "GB" not in message and "1.05 x 1.05 x 33.6" in message


def test_an_impossible_resolution_makes_a_preparation_unusable_for_its_cause(plain: Path) -> None:
    prepared = prepare(read_map(plain, 105.0), 0.5, 3.2, available=1e6)
    assert "The resolution of 3.2 Å is finer than one voxel" in prepared.input.unusable


# --- said before the run ------------------------------------------------------------------------


def test_a_stack_that_is_read_as_a_volume_is_named_before_the_run(plain: Path) -> None:
    patch(plain, 88, word(0))
    assert request_module.check_request(request_module.Request(plain, 0.5, 3.2))[0].message == (
        "The map file's header marks it as a stack of images (space group 0); it was read as one "
    "volume."
    )


def test_a_refusal_says_how_bytes_were_read(tmp_path: Path) -> None:
    values = np.zeros((20, 20, 20), np.int8)
    values[5:15, 5:15, 5:15] = np.arange(-50, 50, 10)
    file = write_file(tmp_path / "bytes.mrc", values)
    with pytest.raises(ContourOutside) as caught:
        request_module.check_request(request_module.Request(file, 130.0, voxel_size=2.0))
    assert "the bytes of " in str(caught.value)
    assert "were read as signed (-128 to 127), " in str(caught.value)


def test_an_impossible_mass_is_refused_before_the_run(small_map: SmallMap) -> None:
    request = request_module.Request(small_map.file, small_map.contour, RESOLUTION, mass=0.0)
    with pytest.raises(MapError, match="positive number of kDa, not 0: omit it if it is not known"):
        request_module.check_request(request)
    with pytest.raises(MapError, match="a protein of 900 kDa does not fit in the box"):
        request_module.check_request(replace(request, mass=900.0))
    assert request_module.check_request(replace(request, mass=30.0)) == []
