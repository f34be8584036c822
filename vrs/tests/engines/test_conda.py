"""Conda is found as Xmipp finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrs.engines.conda import conda, environments, missing_environment
from vrs.tests.xmipp_stand_in import write_program

LISTED = """\
# conda environments:
#
base                  *  /opt/conda
xmipp_pyTorch            /opt/conda/envs/xmipp_pyTorch
                         /home/somebody/env"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A conda that no variable names yet."""
    for name in ("CONDA_EXE", "CONDA_ACTIVATION_CMD", "CONDA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    program = tmp_path / "bin" / "conda"
    write_program(program, f"cat << END\n{LISTED}\nEND")
    return program


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CONDA_EXE", "{home}/bin/conda"),
        ("PATH", "/usr/bin:{home}/bin"),
        ("CONDA_ACTIVATION_CMD", 'eval "$({home}/bin/conda shell.bash hook)"'),
        ("CONDA_ACTIVATION_CMD", ". '{home}/etc/profile.d/conda.sh'"),
        ("CONDA_HOME", "{home}"),
    ],
)
def test_conda_is_named_by_a_variable_or_on_the_path(
    variable: str, value: str, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert conda() is None
    monkeypatch.setenv(variable, value.format(home=installed.parent.parent))
    assert conda() == installed


def test_the_environments_are_those_that_conda_lists(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environments(installed) == ("base", "xmipp_pyTorch")
    monkeypatch.setenv("CONDA_EXE", str(installed))
    assert missing_environment("xmipp_pyTorch") == []
    assert missing_environment("xmipp") == ["the conda environment xmipp"]


def test_a_conda_that_fails_has_no_environments(installed: Path) -> None:
    write_program(installed, "echo base /opt; exit 1")
    environments.cache_clear()
    assert environments(installed) == ()
