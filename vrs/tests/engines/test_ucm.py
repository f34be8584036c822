"""The original package, where it is installed, and our numerics give the same values."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Dict, Iterator, List

import numpy as np
import pytest

from vrs.checks.result import BUILT_IN, CannotMeasure, OutsideProgram, Result, Status
from vrs.engines import ucm
from vrs.level0.local_b_factor import local_b_factor, published_values
from vrs.level0.local_occupancy import count_shells, local_occupancy
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.tests.conftest import RESOLUTION, SmallMap, run_vrs
from vrs.tests.original_ucm import b_factors, needs_ucm, occupancies
from vrs.tests.protocols.launching import Launch, launcher
from vrs.tests.simulation import atom_ball, ball
from vrs.tests.ucm_stand_in import STATEMENT, VERSION, write_stand_in

SAME = 0.001
"""Å² between local B-factors of both engines, of hundreds; float32 keeps 2e-5 of them."""


@pytest.fixture(scope="module")
def density() -> DensityMap:
    return atom_ball(48, 1.5, 60.0, 3.0, noise=0.1)


MASK = ball(48, 15)


@needs_ucm
def test_the_local_b_factor_of_the_package_is_ours(density: DensityMap) -> None:
    theirs = b_factors(density, MASK, 3.0)
    assert np.abs(theirs - published_values(density, MASK, 3.0)).max() < SAME


@needs_ucm
def test_the_local_occupancy_of_the_package_is_ours(density: DensityMap) -> None:
    theirs = occupancies(density, MASK, 3.0)
    ours = count_shells(density, MASK, 3.0)
    assert np.mean(theirs != ours.share(ours.occupied)) < 0.001


def test_the_published_numbers_are_the_programs_and_the_remarks_ours(density: DensityMap) -> None:
    def worse(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
        return published_values(density, mask, resolution) - np.float32(1000)

    own = local_b_factor(density, MASK, density, MASK, 3.0)
    program = OutsideProgram(ucm.record("0.f"), worse)
    other = local_b_factor(density, MASK, density, MASK, 3.0, program)
    median = own.numbers("percentiles")[2]
    assert other.numbers("percentiles")[2] == pytest.approx(median - 1000, abs=0.01)
    assert other.number("built_in_median") == median
    assert "built_in_median" not in own.measurements
    assert [remark.line for remark in other.remarks] == [remark.line for remark in own.remarks]
    assert (len(own.warnings), len(other.warnings)) == (0, 1)

    def empty(density: DensityMap, mask: BoolArray, resolution: float) -> FloatArray:
        return np.zeros(np.count_nonzero(mask), dtype=np.float32)

    own = local_occupancy(density, MASK, 3.0)
    other = local_occupancy(density, MASK, 3.0, OutsideProgram(ucm.record("0.g"), empty))
    assert other.numbers("percentiles") == [0.0] * 5
    assert other.number("built_in_median") == own.numbers("percentiles")[2]
    assert [remark.line for remark in other.remarks] == [remark.line for remark in own.remarks]
    assert other.engine.name == "scipion-em-ucm"


def test_the_package_is_cited_by_the_paper_of_its_authors() -> None:
    assert ucm.record("0.f").references == ("Kaur2021",)
    assert bool(ucm.record("0.f").path) == (not ucm.missing("0.f"))


@pytest.mark.parametrize(("available", "count"), [(2e9, 4), (0.8e9, 2), (0.7e9, 1), (None, 4)])
def test_as_many_processes_measure_as_there_is_memory_for(available: float, count: int) -> None:
    assert ucm.processes("0.f", 1_000_000, 4, available) == count


def test_too_little_memory_for_one_process_is_said() -> None:
    with pytest.raises(CannotMeasure, match="0.f by scipion-em-ucm needs about 0.7 GB"):
        ucm.processes("0.f", 1_000_000, 4, 0.1e9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "problem", "deadly"),
    [
        ("pass", "", False),
        ("x = (", "SyntaxError: '(' was never closed, in {file}, line ", False),
        ("from ucm import no", "cannot import name 'no' from 'ucm'", False),
        ("1 / 0", "ZeroDivisionError: division by zero, in {file}, line ", False),
        ("import os; os.kill(os.getpid(), 9)", "importing it was ended by SIGKILL; it ", True),
        ("raise SystemExit('no')", "importing it failed with exit status 1; it printed: no", True),
        ("import os; os._exit(0)", "importing it ends Python; it printed nothing", True),
    ],
)
def test_a_package_that_cannot_be_imported_is_not_complete(
    line: str, problem: str, deadly: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stand_in(tmp_path)
    file = tmp_path / "ucm" / "protocols" / "__init__.py"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert ucm.trial().deadly is deadly
    assert ucm.trial().problem.startswith(problem.format(file=file))
    (lacking,) = ucm.missing("0.f") or [""]
    assert lacking.startswith("a scipion-em-ucm that can be imported (") == bool(problem)


@pytest.mark.slow
def test_a_package_that_ends_python_does_not_end_the_report(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    variables = write_stand_in(tmp_path)
    file = tmp_path / "ucm" / "protocols" / "__init__.py"
    file.write_text("import os\nos.kill(os.getpid(), 9)\n", encoding="utf-8")
    checks = [word for name in "abcdeh" for word in ("--skip", f"0.{name}")]
    ran = run_vrs(
        {**scipion, **variables}, "report", small_map.file, "--contour", small_map.contour,
        "--resolution", RESOLUTION, "--engine", "0.f=ucm", *checks, "--out", tmp_path / "out",
    )  # fmt: skip
    printed = " ".join(ran.stdout.split())
    assert "0.f Local B-factor: Could not be measured" in printed, ran.stdout + ran.stderr
    assert "importing it was ended by SIGKILL" in printed
    assert "0.g Local occupancy OK" in printed
    assert not (tmp_path / "out" / "plugins").exists()


# --- its protocols, run in a project --------------------------------------------------------------


class Bench:
    """A project with a prepared map, in which checks are launched."""

    def __init__(self, folder: Path, small_map: SmallMap) -> None:
        from vrs.protocols import VrsProtImportMap, VrsProtPrepare
        from vrs.run.project import create_project

        self.project = create_project(folder / "project", "ucm")
        self.launch: Launch = launcher(self.project)
        imported = self.launch(VrsProtImportMap, mapFile=str(small_map.file))
        self.prepared = self.launch(
            VrsProtPrepare,
            inputVolume=(imported, "outputVolume"),
            contourLevel=small_map.contour,
            reportedResolution=RESOLUTION,
        )

    def check(self, name: str, engine: str) -> Any:
        from vrs import protocols
        from vrs.engines.choice import engine_choices

        protocol_class = getattr(protocols, name)
        choice = engine_choices(protocol_class.CHECK.id).index(engine)
        source = (self.prepared, "validationInput")
        return self.launch(protocol_class, validationInput=source, engine=choice)

    def result(self, name: str, engine: str) -> Result:
        result: Result = self.check(name, engine).checkResult.getResult()
        return result


@pytest.fixture(scope="module")
def bench(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    yield Bench(tmp_path_factory.mktemp("ucm"), small_map)


@needs_ucm
@pytest.mark.slow
def test_its_protocol_measures_the_local_b_factor_inside_the_check(bench: Bench) -> None:
    check = bench.check("VrsProtLocalBFactor", "ucm")
    theirs = check.checkResult.getResult()
    assert (theirs.engine.name, theirs.engine.version) == ("scipion-em-ucm", "1.0")
    folder = Path(check._getPath("ProtLocBFactor"))
    assert (folder / "extra" / "bmap.mrc").exists()
    log = (folder / "logs" / "run.stdout").read_text(encoding="utf-8")
    assert "computeBFactorStep" in log and "PROTOCOL FINISHED" in log
    for file in (folder / "logs" / "run.stderr", Path(check.getStderrLog())):
        assert "Traceback" not in file.read_text(encoding="utf-8")
    ours = bench.result("VrsProtLocalBFactor", "embedded")
    maps = [result.volumes["b_factor"].data for result in (theirs, ours)]
    assert np.abs(maps[0] - maps[1]).max() < SAME
    assert theirs.number("built_in_median") == ours.numbers("percentiles")[2]


@needs_ucm
@pytest.mark.slow
def test_its_protocol_measures_the_local_occupancy_if_it_is_installed(bench: Bench) -> None:
    theirs = bench.result("VrsProtLocalOccupancy", "auto")
    assert theirs.engine.name == "scipion-em-ucm"
    ours = bench.result("VrsProtLocalOccupancy", "embedded")
    maps = [result.volumes["occupancy"].data for result in (theirs, ours)]
    assert np.mean(maps[0] != maps[1]) < 0.001


@needs_ucm
@pytest.mark.slow
def test_the_box_of_all_checks_uses_it_too(bench: Bench, small_map: SmallMap) -> None:
    from vrs.protocols import VrsProtLevel0

    box = bench.launch(
        VrsProtLevel0,
        mapFile=str(small_map.file),
        contourLevel=small_map.contour,
        reportedResolution=RESOLUTION,
    )
    assert box.isFinished(), box.getErrorMessage()
    engines = {item.getResult().id: item.getResult().engine.name for item in box.getResults()}
    assert engines["0.f"] == engines["0.g"] == "scipion-em-ucm"


FAILURES = {
    "raise ValueError('no such shell')": "failed (ValueError: no such shell)",
    "os.kill(os.getpid(), 9)": "was ended by SIGKILL; its log ends: ",
    "bmap[5] = float('nan')": "left no map that can be used (bmap.mrc has ",
    "bmap = bmap[:9]": "left a bmap.mrc with another box",
    "os._exit(0)": "left no map that can be used (",
}
"""What a broken package does in place of its work, and what the result says of it."""


@pytest.mark.slow
@pytest.mark.parametrize("does", FAILURES)
def test_a_package_that_fails_is_named_with_its_error(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    for name, value in {**write_stand_in(tmp_path), STATEMENT: does}.items():
        monkeypatch.setenv(name, value)
    result = bench.result("VrsProtLocalBFactor", "ucm")
    assert result.status is Status.NOT_MEASURED
    assert (result.engine.name, result.engine.version) == ("scipion-em-ucm", VERSION)
    assert f"ProtLocBFactor of scipion-em-ucm {FAILURES[does]}" in result.reason
    assert result.reason.lower().endswith("choose embedded as engine.")


@pytest.mark.slow
def test_if_it_may_measure_and_fails_the_built_in_engine_measures(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = bench.result("VrsProtLocalBFactor", "embedded")
    for name, value in {**write_stand_in(tmp_path), STATEMENT: "1 / 0"}.items():
        monkeypatch.setenv(name, value)
    result = bench.result("VrsProtLocalBFactor", "auto")
    assert result.engine.name == BUILT_IN
    assert result.numbers("percentiles") == own.numbers("percentiles")
    assert any("division by zero" in remark.message for remark in result.remarks)


@pytest.mark.slow
def test_a_protocol_that_hangs_is_ended_with_its_processes(bench: Bench, tmp_path: Path) -> None:
    from vrs.protocols import VrsProtLocalBFactor
    from vrs.protocols.copied_run import run_in_copy

    def hang(child: Any) -> List[Any]:
        process = subprocess.Popen(["sleep", "60"])
        (tmp_path / "process").write_text(str(process.pid), encoding="utf-8")
        process.wait()
        return []

    owner = bench.project.newProtocol(VrsProtLocalBFactor)
    owner.setWorkingDir(str(tmp_path / "owner"))
    owner.setHostConfig(bench.project.getHostConfig("localhost"))
    run = run_in_copy(owner, "vrs.protocols", "VrsProtLocalBFactor", hang, 0.1)
    assert run.problem == "took more than 0.1 minutes"
    state = Path("/proc", (tmp_path / "process").read_text(encoding="utf-8"), "stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"
