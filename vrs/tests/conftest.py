"""Settings and fixtures of all tests: a warning is an error, except in tests with Scipion (slow).

The fixtures are a small map, a private Scipion configuration, and the reports that several tests
use: one by Scipion, which takes half a minute, and two of invented results.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple

import pytest

from vrs.maps import DensityMap, write_map
from vrs.tests.chromium import PROGRAM, Chromium
from vrs.tests.simulation import atom_ball

if TYPE_CHECKING:
    from vrs.report.build import ReportFiles

# Tests of Scipion's own, and those in its window: ``./run test gui`` runs both.
collect_ignore = ["test_in_scipion.py", "gui"]

RESOLUTION = 4.0
VOXEL_SIZE = 1.5
ORIGIN = (-12.0, 4.5, 30.0)
SOCKETS = "ignore:unclosed <socket:ResourceWarning"
"""A request that hangs is left to its thread, whose socket ends while any other test runs."""

TITLE = '100 % β-barrel_of \\ "atoms" ~ & more'


def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """Fast tests first, and strict about warnings; Scipion's libraries warn in the slow ones."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
    for item in items:
        strict = not item.get_closest_marker("slow")
        actions = ["error", SOCKETS] if strict else ["ignore::DeprecationWarning"]
        item.add_marker(pytest.mark.filterwarnings(*actions), append=False)


@pytest.fixture(autouse=True)
def same_environment() -> Iterator[None]:
    """The variables that a command sets in the process of the tests do not stay."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def quick_scheduler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Scipion's scheduler, which looks every second instead of every minute."""
    import pyworkflow as pw
    from pyworkflow.project import project

    script = tmp_path / "schedule.py"
    script.write_text(
        "import runpy, sys\n"
        "import pyworkflow.protocol\n"
        "pyworkflow.protocol.MAX_SLEEP_TIME = 1\n"
        "sys.argv += ['--sleep_time', '1']\n"
        f"runpy.run_path({pw.getScheduleScript()!r}, run_name='__main__')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(pw, "getScheduleScript", lambda: str(script))
    monkeypatch.setattr(project, "INITIAL_SLEEP_TIME", 0)


class SmallMap(NamedTuple):
    """A simulated map on disk, with its contour level."""

    file: Path
    density: DensityMap
    contour: float


class FinishedReport(NamedTuple):
    """The output of the command line."""

    folder: Path
    printed: str

    @property
    def project(self) -> Path:
        return self.folder / "scipion_project"


@pytest.fixture(scope="session")
def small_map(tmp_path_factory: pytest.TempPathFactory) -> SmallMap:
    """A ball of atoms at 4 Å in a box of 48 voxels of 1.5 Å, off the origin."""
    ball_of_atoms = atom_ball(48, VOXEL_SIZE, 60.0, RESOLUTION, noise=0.05)
    density = DensityMap(ball_of_atoms.data, VOXEL_SIZE, ORIGIN)
    file = tmp_path_factory.mktemp("maps") / "atom ball.mrc"
    write_map(file, density)
    return SmallMap(file, density, round(0.25 * float(ball_of_atoms.data.max()), 6))


@pytest.fixture(scope="session")
def scipion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dict[str, str]]:
    """Scipion with a configuration and projects of its own; returns the environment of commands."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("SCIPION")]:
        del os.environ[name]
    home = tmp_path_factory.mktemp("scipion")
    os.environ["SCIPION_HOME"] = str(home)
    os.environ["SCIPION_USER_DATA"] = str(home / "user")
    os.environ["SCIPION_LOCAL_CONFIG"] = str(home / "config" / "scipion.conf")
    os.environ["SCIPION_TEST_NOSYNC"] = "True"
    from vrs.run.environment import prepare_scipion

    prepare_scipion()
    working_folder = Path.cwd()
    yield dict(os.environ)
    # Loading a project changes the working folder.
    os.chdir(working_folder)
    os.environ.clear()
    os.environ.update(before)


def run_vrs(environment: Dict[str, str], *arguments: Any) -> "subprocess.CompletedProcess[str]":
    """``python -m vrs`` with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "vrs", *map(str, arguments)],
        env=environment,
        text=True,
        capture_output=True,
        timeout=300,
    )


@pytest.fixture(scope="session")
def finished_report(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path_factory: pytest.TempPathFactory
) -> FinishedReport:
    """A report by the command, without the hand (0.h)."""
    folder = tmp_path_factory.mktemp("reports") / "ball report"
    process = run_vrs(
        scipion, "report", small_map.file, "--contour", small_map.contour,
        "--resolution", RESOLUTION, "--title", TITLE, "--skip", "0.h", "--out", folder,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr + process.stdout
    return FinishedReport(folder, process.stdout)


@pytest.fixture(scope="session")
def example_report(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    """The report of an example with all kinds of content, and with missing values."""
    # Other tests do not load the libraries that draw a report.
    from vrs.tests.report_example import COMMAND, build_example

    return build_example(
        tmp_path_factory.mktemp("before"),
        out="sharp",
        title="Two balls",
        command_line=COMMAND,
        workflow_file="workflow.json",
        seconds=12.5,
        date=datetime(2022, 12, 25, 8, 0, tzinfo=timezone.utc),
    )


@pytest.fixture(scope="session")
def report_folder(example_report: ReportFiles) -> Path:
    """The folder of that report."""
    return example_report.json.parent


@pytest.fixture(scope="session")
def other_report_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another report: another file and resolution, a hostile title, no 0.g."""
    from vrs.tests.report_example import OBEYED_TITLE, build_example, preparation

    folder, prepared = tmp_path_factory.mktemp("after"), preparation("blurred.mrc", resolution=8.0)
    files = build_example(folder, prepared, ["0.g"], out="blurred", title=OBEYED_TITLE)
    return files.json.parent


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser for the tests of a file."""
    if PROGRAM is None:
        pytest.skip("needs the program chromium")
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser
