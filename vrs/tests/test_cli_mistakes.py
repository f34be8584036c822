"""Numbers that are easy to type wrong, and disks that do not take a report."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from vrs import cli


def test_a_negative_number_in_scientific_notation_is_a_value_not_an_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["report", "missing.mrc", "--contour", "-1e-3"]) == 1
    assert "missing.mrc does not exist" in capsys.readouterr().err


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
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "check_request", full)
    assert cli.main(["report", "a.mrc", "--contour", "1"]) == cli.EXIT_FAILED
    told = capsys.readouterr().err
    assert f"({reason}): make room there, or choose another folder" in told


def test_another_error_of_the_system_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(cli, "check_request", broken)
    with pytest.raises(OSError, match="Invalid argument"):
        cli.main(["report", str(Path("a.mrc")), "--contour", "1"])
