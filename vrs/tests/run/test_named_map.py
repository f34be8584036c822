"""The place of entries, as the processes of a run get it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vrs.run.named_map import ARCHIVE_VARIABLE, use_archive


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("~/mirror", "{home}/mirror"),
        ("mirror ", "{here}/mirror"),
        ("https://example.org/emdb", "https://example.org/emdb"),
        ("file:///data", "file:///data"),
    ],
)
@pytest.mark.parametrize("configured", [True, False], ids=["configured", "typed"])
def test_a_mirror_has_its_whole_path(
    typed: str, expected: str, configured: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv(ARCHIVE_VARIABLE, typed if configured else "/elsewhere")
    monkeypatch.chdir(tmp_path)
    use_archive("" if configured else typed)
    assert os.environ[ARCHIVE_VARIABLE] == expected.format(home="/home/anna", here=tmp_path)
