"""Wrong usage, numbers that are easy to type wrong, and disks that do not take a report."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Dict, List

import numpy as np
import pytest

from vrs.cli import main as cli
from vrs.cli.exit_status import ExitStatus
from vrs.levels import MEASURED
from vrs.maps import DensityMap, MapError, open_map, write_map
from vrs.maps.errors import VrsError
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.run import map_options
from vrs.run import request as request_module
from vrs.tests.conftest import SmallMap


@pytest.mark.parametrize("contour", [["--contour", "-0.001"], ["--contour=-1e-3"]])
def test_a_contour_level_may_be_negative(
    contour: List[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["report", "missing.mrc", *contour]) == 1
    assert "missing.mrc does not exist" in capsys.readouterr().err


def test_the_help_says_how_to_write_a_negative_number_with_an_exponent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", "missing.mrc", "--contour", "-1e-3"])
    assert "(see vrs report --help)" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["report", "--help"])
    assert "--contour=-1e-3" in capsys.readouterr().out


def test_the_help_loads_neither_scipion_nor_what_measures() -> None:
    code = (
        "import sys; from vrs.cli.main import make_parser; make_parser().format_help();"
        "sys.exit(', '.join({'scipy', 'pyworkflow', 'matplotlib', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == ""


def test_a_decimal_comma_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", "a.mrc", "--contour", "0,006"])
    assert "'0,006' is not a number: write it with a point" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
    ],
)
def test_a_full_disk_ends_the_command_with_a_sentence(
    error: Exception,
    reason: str,
    small_map: SmallMap,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(map_options, "check_request", full)
    assert cli.main(["report", str(small_map.file), "--contour", "1"]) == ExitStatus.FAILED
    told = capsys.readouterr().err
    assert f"({reason}): free disk space, or choose another folder" in told


def test_another_error_of_the_system_is_not_hidden(
    small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(map_options, "check_request", broken)
    with pytest.raises(OSError, match="Invalid argument"):
        cli.main(["report", str(small_map.file), "--contour", "1"])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["report"],
        ["report", "map.mrc"],
        ["report", "map.mrc", "--contour", "high"],
        ["report", "map.mrc", "--contour", "nan"],
        ["report", "map.mrc", "--contour", "1", "--resolution", "3 mm"],
        ["report", "map.mrc", "--contour", "1", "--skip", "0.z"],
        ["report", "map.mrc", "--contour", "1", "--bin", "0"],
        ["report", "a.mrc", "b.mrc", "--contour", "1"],
        ["run"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: List[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        cli.main(arguments)
    assert ending.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("vrs") and "--help)\nexample:\n  vrs " in told


@pytest.mark.parametrize(
    ("option", "highest", "text"),
    [("--threads", 1024, "0"), ("--threads", 1024, "1025"), ("--threads", 1024, "two"),
     ("--bin", 16, "0"), ("--bin", 16, "17"), ("--bin", 16, "1.5"), ("--bin", 16, "-2")],
)  # fmt: skip
def test_whole_numbers_have_limits(
    option: str, highest: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", "map.mrc", "--contour", "1", f"{option}={text}"])
    assert f"'{text}' is not a whole number from 1 to {highest}" in capsys.readouterr().err


def test_unknown_checks_are_named_with_those_that_exist(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", "map.mrc", "--contour", "1", "--skip", "0.a,0.z"])
    assert "there is no check '0.z'. The checks are 0.a mass, 0.b mask" in capsys.readouterr().err


CHOICE = "those that have are prepare, 0.d, 0.e, 0.f, 0.g, 0.h"


@pytest.mark.parametrize(
    ("choice", "refusal"),
    [
        ("deepres", "there is no engine 'deepres'; the engines are auto, embedded, xmipp, ucm"),
        ("0.e=ucm", "there is no engine 'ucm'; the engines of 0.e are auto, embedded, xmipp"),
        ("0.a=xmipp", f"'0.a' has no other engine; {CHOICE}"),
        ("mass=xmipp", f"'mass' has no other engine; {CHOICE}"),
        ("0.z=xmipp", "there is no check '0.z'"),
        ("prepare=ucm", "there is no engine 'ucm'; the engines of prepare are auto, embedded"),
        ("0.d=xmipp,DeepRes", "there is no engine 'DeepRes'; the engines are auto, embedded"),
        ("", "there is no engine ''; the engines are auto, embedded, xmipp, ucm"),
        ("Hand=ucm", "there is no engine 'ucm'; the engines of 0.h are auto, embedded, xmipp"),
    ],
)
def test_an_unknown_engine_is_refused_with_those_that_exist(
    choice: str, refusal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", "map.mrc", "--contour", "1", "--engine", choice])
    assert refusal in capsys.readouterr().err


WITH_ENGINES = ("prepare", "0.d", "0.e", "0.f", "0.g", "0.h")


@pytest.mark.parametrize(
    ("choices", "engines"),
    [
        ([], {}),
        (["xmipp"], dict.fromkeys(("prepare", "0.d", "0.e", "0.h"), "xmipp")),
        (["prepare=xmipp"], {"prepare": "xmipp"}),
        (["ucm", "0.e=xmipp"], {"0.f": "ucm", "0.g": "ucm", "0.e": "xmipp"}),
        (
            ["embedded", "0.f=ucm"],
            {**dict.fromkeys(WITH_ENGINES, "embedded"), "0.f": "ucm"},
        ),
        (["ucm,0.e=xmipp"], {"0.f": "ucm", "0.g": "ucm", "0.e": "xmipp"}),
        (["0.d=Xmipp, 0.f=UCM,", "Prepare=embedded"],
         {"0.d": "xmipp", "0.f": "ucm", "prepare": "embedded"}),
        (["0.e=xmipp", "auto"], dict.fromkeys(WITH_ENGINES, "auto")),
    ],
)
def test_the_engine_of_all_checks_or_of_one(
    choices: List[str],
    engines: Dict[str, str],
    small_map: SmallMap,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    requests = []

    def stop(request: request_module.Request, *_: object) -> None:
        requests.append(request)
        raise VrsError("enough")

    monkeypatch.setattr(map_options, "check_request", stop)
    options = [option for choice in choices for option in ("--engine", choice)]
    arguments = ["report", str(small_map.file), "--contour", "1", *options]
    assert cli.main(arguments) == ExitStatus.FAILED
    assert requests[0].engines == engines


def test_too_little_memory_is_refused_or_said_of_the_check(
    small_map: SmallMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_module.Request(small_map.file, small_map.contour, 4.0)
    density = open_map(small_map.file)
    raw = raw_mask(density.data, small_map.contour)
    given = density, small_map.contour, 4.0, molecule_mask(raw, growth_iterations(1.5))
    needs = {check.id: check.memory_needed(*given) for check in MEASURED.values()}
    largest = max(needs, key=lambda check_id: needs[check_id])
    available = max(need for check_id, need in needs.items() if check_id != largest)
    monkeypatch.setattr(request_module, "available_memory", lambda: available)
    (remark,) = request_module.check_request(request)
    message = remark.message
    assert message.startswith(f"{largest} ") and "GB of memory" in message and "--bin 2" in message
    assert not request_module.check_request(replace(request, skip=(largest,)))
    monkeypatch.setattr(request_module, "available_memory", lambda: 1e6)
    with pytest.raises(MapError, match="the preparation needs about"):
        request_module.check_request(request)


def test_an_own_mask_must_fit_the_map_and_must_not_be_empty(
    small_map: SmallMap, tmp_path: Path
) -> None:
    mask = tmp_path / "mask.mrc"
    request = request_module.Request(small_map.file, small_map.contour, 4.0, mask=mask)
    write_map(mask, DensityMap(np.ones((20, 48, 48), np.float32), 1.5))
    with pytest.raises(MapError, match="the mask has 48 x 48 x 20 voxels and the map 48 x 48 x 48"):
        request_module.check_request(request)
    write_map(mask, DensityMap(np.full((48, 48, 48), 0.5, np.float32), 1.5))
    with pytest.raises(MapError, match="the mask is empty, as its maximum is 0.5"):
        request_module.check_request(request)
    inside = (small_map.density.data > small_map.contour).astype(np.float32)
    write_map(mask, DensityMap(inside, 1.5))
    assert request_module.check_request(request) == []
