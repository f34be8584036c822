"""Xmipp is used where all of it is there; tested with a stand-in, as it must be compiled."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any, Dict, Iterator

import numpy as np
import pytest

from vrs.checks.result import Result
from vrs.engines import xmipp, xmipp_networks
from vrs.engines.conda import environments
from vrs.engines.xmipp_networks import BINDINGS, DEEP_HAND, DEEPRES, NETWORKS
from vrs.maps import DensityMap, read_map
from vrs.tests.conftest import ORIGIN, RESOLUTION, VOXEL_SIZE, SmallMap, run_vrs
from vrs.tests.xmipp_stand_in import HELP, VERSION, write_program, write_stand_in

# --- what is looked for ---------------------------------------------------------------------------


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in that this process can find, with all its parts; gives its folder."""
    for name, value in write_stand_in(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(xmipp_networks, "_trial", lambda *_: dict.fromkeys(NETWORKS, []))
    return tmp_path


def test_both_networks_can_be_run_where_all_is_there(stand_in: Path) -> None:
    assert (xmipp.missing("0.e"), xmipp.missing("0.h")) == ([], [])


@pytest.mark.parametrize("what", xmipp.PROGRAMS)
def test_each_measurement_needs_each_of_its_programs(stand_in: Path, what: str) -> None:
    names = xmipp.PROGRAMS[what]
    for name in names:
        write_program(xmipp.home() / "bin" / name, HELP)
    assert xmipp.missing(what) == []
    for name in names:
        (xmipp.home() / "bin" / name).chmod(0o644)
    assert xmipp.missing(what) == [f"the permission to execute {name}" for name in names]
    for name in names:
        (xmipp.home() / "bin" / name).unlink()
    assert xmipp.missing(what) == [f"the program {name}" for name in names]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            "echo $0: error while loading libX.so >&2; exit 127",
            "it failed with exit status 127; it printed: error while loading libX.so",
        ),
        ("kill -SEGV $$", "it was ended by SIGSEGV; it printed nothing"),
        ("kill -BUS $$", "it was ended by SIGBUS; it printed nothing"),
        ("exec sleep 60", "it was stopped, as it took more than 1 second; it printed nothing"),
        ("exit 1", "it failed with exit status 1; it printed nothing"),
        ("", "it printed no help"),
    ],
)
def test_each_program_has_to_start(
    lines: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = xmipp.PROGRAMS["prepare"]
    for name in names:
        write_program(tmp_path / "bin" / name, lines if name in names[-2:] else HELP)
    monkeypatch.setenv("XMIPP_HOME", str(tmp_path))
    monkeypatch.setattr(xmipp, "SECONDS", 1.0)
    assert xmipp.missing("prepare") == [
        f"programs {names[-2]} and {names[-1]} that can be started ({why})"
    ]


def test_a_program_that_crashes_after_its_help_can_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(tmp_path / "bin" / "xmipp_volume_correct_bfactor", f"{HELP}; kill -SEGV $$")
    monkeypatch.setenv("XMIPP_HOME", str(tmp_path))
    assert xmipp.missing("0.d") == []


@pytest.mark.parametrize("content", [b"", b"\x7fELF of another processor", b"#!/no/such/shell"])
def test_a_file_that_is_no_program_is_not_there(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "xmipp_volume_correct_bfactor"
    write_program(program, "")
    program.write_bytes(content)
    monkeypatch.setenv("XMIPP_HOME", str(tmp_path))
    (lacking,) = xmipp.missing("0.d")
    why = "no such file or directory" if content.startswith(b"#!") else "exec format error"
    assert lacking == f"a program {program.name} that can be started ({why})"


def test_without_xmipp_its_folder_is_missing_and_not_every_program(stand_in: Path) -> None:
    folder = xmipp.home() / "bin"
    shutil.rmtree(folder)
    assert xmipp.missing("0.d") == [f"the programs of Xmipp (there is no folder {folder})"]


def test_each_network_needs_its_own_models(stand_in: Path) -> None:
    models = xmipp.home() / "models"
    shutil.rmtree(models / "deepRes")
    assert xmipp.missing("0.e") == [f"the model {models}/deepRes/model_w13.h5"]
    assert not xmipp.missing("0.h")
    (models / "deepHand" / DEEP_HAND.models[0]).unlink()
    assert xmipp.missing("0.h") == [f"the model {models}/deepHand/{DEEP_HAND.models[0]}"]


def test_the_environment_for_deep_learning_is_needed(stand_in: Path) -> None:
    toolkit = stand_in / "em" / "deepLearningToolkit"
    (toolkit / "xmipp_pyTorch-1.yml").unlink()
    lacking = f"the deepLearningToolkit of Xmipp (no xmipp_pyTorch*.yml in {toolkit})"
    assert (xmipp.missing("0.e"), xmipp.missing("0.h")) == ([], [lacking])


def test_conda_and_the_environment_of_the_network_are_needed(stand_in: Path) -> None:
    write_program(stand_in / "conda", "echo 'xmipp_DLTK_v0.3  /envs/xmipp_DLTK_v0.3'")
    environments.cache_clear()
    lacking = "the conda environment xmipp_pyTorch"
    assert (xmipp.missing("0.e"), xmipp.missing("0.h")) == ([], [lacking])
    (stand_in / "conda").unlink()
    assert xmipp.missing("0.e")[0].startswith("conda (it is not on the PATH, and CONDA_EXE, ")


@pytest.mark.parametrize("module", BINDINGS)
def test_the_bindings_are_needed_on_the_path_or_in_the_folder_of_scipion(
    stand_in: Path, module: str
) -> None:
    bindings = stand_in / "site" / f"{module}.py"
    bindings.unlink()
    assert xmipp.missing("0.e") == [f"the Python module {module} of Xmipp's bindings"]
    (stand_in / "bindings").mkdir()
    (stand_in / "bindings" / bindings.name).touch()
    assert not xmipp.missing("0.e")


def test_everything_that_is_missing_is_named_at_once(stand_in: Path) -> None:
    shutil.rmtree(stand_in / "site" / "xmipp3")
    shutil.rmtree(xmipp.home() / "models")
    shutil.rmtree(stand_in / "em" / "deepLearningToolkit")
    (stand_in / "site" / "xmippViz.py").unlink()
    (stand_in / "conda").unlink()
    (xmipp.home() / "bin" / "xmipp_deep_hand").unlink()
    named = [phrase.split(" (")[0].split(" /")[0] for phrase in xmipp.missing("0.h")]
    assert named == [
        "the program xmipp_deep_hand", "the package scipion-em-xmipp",
        "the Python module xmippViz of Xmipp's bindings", "the model", "the model", "conda",
        "the deepLearningToolkit of Xmipp",
    ]  # fmt: skip


def test_all_modules_that_the_plugin_imports_are_looked_for(stand_in: Path) -> None:
    protocols = stand_in / "site" / "xmipp3" / "protocols"
    (protocols / "__init__.py").write_text("from .one import One, Two\n", encoding="utf-8")
    (protocols / "one.py").write_text("import six_, numpy\nimport seven_.eight\n", "utf-8")
    lacking = ["the Python module six_", "the Python module seven_"]
    assert xmipp.missing("0.h") == lacking


def test_the_home_of_xmipp_is_that_of_its_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIPION_HOME", str(tmp_path))
    for name in ("XMIPP_HOME", "EM_ROOT", "SCIPION_SOFTWARE"):
        monkeypatch.delenv(name, raising=False)
    assert xmipp.home() == tmp_path / "software" / "em" / "xmipp"
    monkeypatch.setenv("EM_ROOT", "programs")
    assert xmipp.home() == tmp_path / "programs" / "xmipp"
    monkeypatch.setenv("XMIPP_HOME", "xmipp-3")
    assert xmipp.home() == tmp_path / "xmipp-3"
    monkeypatch.setenv("XMIPP_HOME", "~/xmipp")
    assert xmipp.home() == Path.home() / "xmipp"


@pytest.mark.parametrize(
    ("file", "text", "release"),
    [
        ("../version-info.json", '{"xmipp": {"version_number": "4.0.1"}}', "4.0.1"),
        ("VERSION", "I2PC/xmipp v3.25.06.0-Rhea cb0a44eb62\n", "3.25.06.0-Rhea"),
        ("v3.20.07", "", "3.20.07"),
        ("other", "", "3.24.12.0"),
    ],
)
def test_the_release_of_xmipp_stands_beside_it(
    file: str, text: str, release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "xmipp3-v3.24.12.0" / "dist"
    home.mkdir(parents=True)
    (tmp_path / "xmipp").symlink_to(home)
    (home / file).write_text(text, encoding="utf-8")
    monkeypatch.setenv("XMIPP_HOME", str(tmp_path / "xmipp"))
    assert (xmipp.record("0.d").version, xmipp.record("0.d").path) == (
        release, str(tmp_path / "xmipp"),
    )  # fmt: skip


def test_the_report_names_the_plugin_and_the_model(stand_in: Path) -> None:
    engine = xmipp.engine(DEEPRES)
    assert (engine.name, engine.version) == ("DeepRes (Xmipp)", VERSION)
    assert engine.checksum == hashlib.sha256(b"model_w13.h5").hexdigest()


@pytest.mark.slow
def test_the_doctor_says_which_networks_of_xmipp_can_be_run(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    environment = {**scipion, **write_stand_in(tmp_path)}
    printed = run_vrs(environment, "doctor").stdout
    assert "yes  DeepRes (Xmipp): 0.e" in printed and "yes  Deep Hand (Xmipp): 0.h" in printed
    objection = "*Pre-trained model(s)*\n\tnot found"
    printed = run_vrs({**environment, "STAND_IN_OBJECTION": objection}, "doctor").stdout
    assert "yes  DeepRes (Xmipp): 0.e" in printed and "–    Deep Hand (Xmipp): 0.h" in printed
    assert "what XmippProtDeepHand asks for (Pre-trained model(s) not found)" in printed
    protocols = tmp_path / "site" / "xmipp3" / "protocols" / "__init__.py"
    protocols.write_text("raise AttributeError('half installed')\n", encoding="utf-8")
    printed = run_vrs(environment, "doctor").stdout
    assert "–    DeepRes (Xmipp): 0.e" in printed and "half installed" in printed


# --- runs in a project ----------------------------------------------------------------------------


SCORE = "echo {} > $2/hand.txt; echo $* > $2/arguments.txt"
"""Lines of a program that finds this score, or no helix."""

BROKEN = """\
echo 'Traceback (most recent call last):' >&2
echo 'RuntimeError: CUDA out of memory' >&2
exit 1"""

def failure(bench: Bench) -> str:
    """How the report names the failure of ``BROKEN``."""
    command = f"xmipp_deep_hand -o extra --threshold {bench.contour:f}"
    return (
        f"Deep Hand (Xmipp) failed: “{command}” returned non-zero exit status 1; its log ends: "
        "RuntimeError: CUDA out of memory"
    )


ENGINES = ["auto", "embedded", "xmipp"]
"""In the order of the form."""


class Bench:
    """A project with a prepared map, and the stand-in for the protocols that it launches."""

    def __init__(self, folder: Path, small_map: SmallMap) -> None:
        from vrs.protocols import VrsProtImportMap, VrsProtPrepare
        from vrs.run.project import create_project

        self.home = folder / "em" / "xmipp"
        self.contour = small_map.contour
        self.project = create_project(folder / "project", "xmipp")
        imported = self.launch(VrsProtImportMap, mapFile=str(small_map.file))
        self.prepared = self.launch(
            VrsProtPrepare,
            inputVolume=(imported, "outputVolume"),
            contourLevel=small_map.contour,
            reportedResolution=RESOLUTION,
        )

    def launch(self, protocol_class: Any, **values: Any) -> Any:
        """Run in a process of its own, which finds the stand-in, and wait for its end."""
        protocol = self.project.newProtocol(protocol_class)
        for name, value in values.items():
            parameter = getattr(protocol, name)
            if parameter.isPointer():
                parameter.set(value[0])
                parameter.setExtended(value[1])
            else:
                parameter.set(value)
        self.run(protocol)
        return protocol

    def run(self, protocol: Any) -> None:
        self.project.launchProtocol(protocol, wait=True)
        assert protocol.isFinished(), protocol.getErrorMessage()

    def local_resolution(self, engine: str = "auto") -> Result:
        from vrs.protocols import VrsProtLocalResolution

        protocol = self.launch(
            VrsProtLocalResolution,
            validationInput=(self.prepared, "validationInput"),
            engine=ENGINES.index(engine),
        )
        check: Result = protocol.checkResult.getResult()
        return check

    def deep_hand_does(self, lines: str) -> None:
        write_program(self.home / "bin" / "xmipp_deep_hand", lines)

    def hand(self, engine: str = "auto") -> Any:
        from vrs.protocols import VrsProtHand

        return self.launch(
            VrsProtHand,
            validationInput=(self.prepared, "validationInput"),
            engine=ENGINES.index(engine),
        )


@pytest.fixture(scope="module")
def bench(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("xmipp")
    before = dict(os.environ)
    os.environ.update(write_stand_in(folder))
    yield Bench(folder, small_map)
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.slow
def test_deepres_measures_where_it_is_installed(bench: Bench) -> None:
    check = bench.local_resolution()
    assert (check.engine.name, check.engine.version) == ("DeepRes (Xmipp)", VERSION)
    assert check.measurements["percentiles"].value[0] == pytest.approx(4)
    assert check.measurements["percentiles"].value[-1] == pytest.approx(6)
    assert check.measurements["censored_low"].value == 0
    assert "median_uncertainty" not in check.measurements


@pytest.mark.slow
def test_the_map_of_deepres_lies_on_the_mask(bench: Bench) -> None:
    resolution = bench.local_resolution("xmipp").volumes["local_resolution"]
    assert resolution.voxel_size == 1
    assert resolution.origin == pytest.approx(ORIGIN)
    mask = read_map(bench.prepared.mask.getFileName())
    assert centre(resolution) == pytest.approx(centre(mask), abs=0.3 * VOXEL_SIZE)


def centre(density: DensityMap) -> Any:
    """Centre (z, y, x) in Å of all voxels above 0, from the lower corner of the box."""
    return (np.argwhere(density.data > 0).mean(axis=0) + 0.5) * density.voxel_size


@pytest.mark.slow
def test_a_box_that_grows_by_a_fraction_stays_in_the_middle(scipion: Dict[str, str]) -> None:
    from vrs.protocols.xmipp_runs import _origin

    density = DensityMap(np.zeros((5, 5, 4), dtype=np.float32), 2.0, (10.0, 0.0, 0.0))
    assert _origin(density, (10, 10, 8)) == (10.0, -1.0, -1.0)


@pytest.mark.slow
def test_the_own_network_measures_where_it_is_asked_to(bench: Bench) -> None:
    assert bench.local_resolution("embedded").engine.name == "VRS local resolution"


@pytest.mark.slow
def test_deepres_without_its_model_is_not_measured_if_asked_for(bench: Bench) -> None:
    model = bench.home / "models" / "deepRes" / "model_w13.h5"
    text = model.read_text(encoding="utf-8")
    model.unlink()
    try:
        asked, automatic = bench.local_resolution("xmipp"), bench.local_resolution()
    finally:
        model.write_text(text, encoding="utf-8")
    assert asked.status.value == "not_measured" and "model_w13.h5" in asked.reason
    assert (asked.engine.name, asked.engine.checksum) == ("DeepRes (Xmipp)", "")
    assert automatic.engine.name == "VRS local resolution"


@pytest.mark.slow
def test_deep_hand_measures_at_the_contour_level(bench: Bench) -> None:
    bench.deep_hand_does(SCORE.format(0.12))
    protocol = bench.hand()
    check = protocol.checkResult.getResult()
    assert (check.engine.name, check.engine.version) == ("Deep Hand (Xmipp)", VERSION)
    assert check.measurements["score"].value == pytest.approx(0.12)
    assert check.status.value == "ok"
    folder = Path(protocol._getPath("XmippProtDeepHand", "extra"))
    arguments = (folder / "arguments.txt").read_text(encoding="utf-8").split()
    assert float(arguments[-1]) == pytest.approx(bench.contour, abs=1e-6)


@pytest.mark.slow
def test_a_mirrored_map_is_found_when_the_check_is_run_again(bench: Bench) -> None:
    from pyworkflow.protocol import MODE_RESTART

    bench.deep_hand_does(SCORE.format(0.12))
    protocol = bench.hand()
    bench.deep_hand_does(SCORE.format(0.93))
    protocol.runMode.set(MODE_RESTART)
    bench.run(protocol)
    check = protocol.checkResult.getResult()
    assert check.measurements["score"].value == pytest.approx(0.93)
    assert [warning.rule for warning in check.warnings] == ["hand.score"]


@pytest.mark.slow
def test_a_map_in_which_deep_hand_finds_no_helix_is_not_judged(bench: Bench) -> None:
    bench.deep_hand_does(SCORE.format("None"))
    check = bench.hand().checkResult.getResult()
    assert check.status.value == "not_applicable"
    assert check.reason == "Deep Hand (Xmipp) found no helix in the map."


@pytest.mark.slow
def test_the_report_gets_the_last_words_of_a_program_that_fails(bench: Bench) -> None:
    bench.deep_hand_does(BROKEN)
    check = bench.hand("xmipp").checkResult.getResult()
    assert check.status.value == "not_measured"
    assert (check.engine.name, check.engine.version) == ("Deep Hand (Xmipp)", VERSION)
    assert check.reason == f"{failure(bench)}. Fix it, or choose embedded as engine."


@pytest.mark.slow
def test_the_own_network_takes_the_place_of_one_that_fails_unless_that_was_asked_for(
    bench: Bench,
) -> None:
    bench.deep_hand_does(BROKEN)
    check = bench.hand("auto").checkResult.getResult()
    assert check.engine.name == "VRS hand"
    assert check.measurements["score"].value is not None
    advice = "Fix it, or choose embedded as engine"
    remark = f"{failure(bench)}. {advice}. The built-in engine measured instead."
    assert [remark] == [r.message for r in check.remarks if "failed" in r.message]


@pytest.mark.slow
def test_values_that_are_no_numbers_are_not_taken_from_deepres(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_RESOLUTION", "nan")
    asked, automatic = bench.local_resolution("xmipp"), bench.local_resolution()
    assert asked.status.value == "not_measured"
    assert asked.engine.name == "DeepRes (Xmipp)"
    assert "gave values that are not numbers" in asked.reason
    assert automatic.engine.name == "VRS local resolution"
    assert any("gave values that are not numbers" in r.message for r in automatic.remarks)


@pytest.mark.slow
def test_the_log_shows_how_far_our_own_networks_are(bench: Bench) -> None:
    log = Path(bench.hand("embedded").getLogPaths()[0]).read_text(encoding="utf-8")
    shown = [line.split()[-3] for line in log.splitlines() if "Hand: " in line]
    assert shown == sorted(shown, key=int) and shown[-1] == "100"
    assert 3 <= len(shown) <= 10


@pytest.mark.slow
def test_the_project_shows_no_runs_but_its_own(bench: Bench) -> None:
    bench.local_resolution()
    names = {run.getClassName() for run in bench.project.getRuns()}
    assert names and all(name.startswith("VrsProt") for name in names)
