"""The real programs of Xmipp give what they gave when the service ran them, and fail as they do."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional

import numpy as np
import pytest

from vrs.checks.result import CannotMeasure, Engine
from vrs.engines import xmipp_b_factor, xmipp_preparation, xmipp_programs
from vrs.engines.xmipp_b_factor import parse_fit, parse_table
from vrs.level0.b_factor import GuinierAnalysis, b_factor_analysis
from vrs.level0.preparation import prepare
from vrs.level0.preparation_program import PreparationProgram
from vrs.maps import DensityMap, FloatArray, read_map
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.tests.example_data import example_file, xmipp_home
from vrs.tests.simulation import atom_ball

ENGINE = Engine("Xmipp", "3.25.06.0")


def preparation() -> PreparationProgram:
    return xmipp_preparation.xmipp_preparation(ENGINE, xmipp_home())


def checksum(values: FloatArray) -> str:
    return hashlib.sha256(values.tobytes()).hexdigest()


# --- what the programs gave when the service ran them ---------------------------------------------


class Recorded(NamedTuple):
    """A map, and what the programs gave for it in the order of the service."""

    density: DensityMap
    numbers: Dict[str, Any]
    masks: Dict[str, Any]


@pytest.fixture(scope="module", params=["emd_3488", "emd_1997"])
def recorded(request: pytest.FixtureRequest) -> Recorded:
    folder = xmipp_home() / "recorded" / request.param
    numbers = json.loads((folder / "numbers.json").read_text("utf-8"))
    density = read_map(example_file(f"maps/{numbers['map']}.gz"), numbers["voxel_size"])
    return Recorded(density, numbers, dict(np.load(folder / "masks.npz")))


def test_the_masks_are_those_of_the_service_voxel_by_voxel(recorded: Recorded) -> None:
    density, numbers, masks = recorded
    program, contour = preparation(), numbers["contour"]
    mask = program.molecule_mask(density, contour, growth_iterations(density.voxel_size))
    assert np.array_equal(mask, masks["hard"])
    soft = program.soft_mask(density.with_data(mask))
    assert checksum(soft) == numbers["soft_mask"]["sha256_of_voxels"]
    resampled = program.resample(density, numbers["resolution"]).density
    assert resampled.voxel_size == numbers["resolution"] / 2
    assert checksum(resampled.data) == numbers["resized_map"]["sha256_of_voxels"]
    growth = growth_iterations(resampled.voxel_size)
    assert np.array_equal(program.molecule_mask(resampled, contour, growth), masks["resized_hard"])


def test_a_mask_is_resampled_as_float32(recorded: Recorded) -> None:
    # Xmipp would interpolate a mask of int8 in int8, and cut off every value below 1.
    density, numbers, masks = recorded
    mask = density.with_data(masks["hard"])
    resampled = preparation().resample(mask, numbers["resolution"]).density.data
    assert checksum(resampled) == numbers["hard_mask_resized"]["sha256_of_voxels"]


def test_deepres_gets_the_whole_mask() -> None:
    # The commands of its protocol, for which a mask of int8 has 26 607 voxels.
    numbers = json.loads((xmipp_home() / "recorded/emd_3488/numbers.json").read_text("utf-8"))
    density = read_map(example_file("maps/emd_3488.map.gz"), numbers["voxel_size"])
    mask = molecule_mask(raw_mask(density.data, numbers["contour"]), 2)
    with xmipp_programs.workplace(ENGINE, xmipp_home()) as place:
        place.write("mask.mrc", density.with_data(mask.astype(np.int8)))
        factor = ("--factor", str(density.voxel_size))
        place.step("image_resize", "mask.mrc", "resized.mrc", (104,) * 3, *factor)
        select = ("--select", "below", "0.15", "--substitute", "binarize")
        place.step("transform_threshold", "resized.mrc", "grid.mrc", (104,) * 3, *select)
        assert np.count_nonzero(place.read("grid.mrc")) == 57745


def test_the_b_factor_is_that_of_the_service_digit_by_digit(recorded: Recorded) -> None:
    density, numbers, _ = recorded
    program = xmipp_b_factor.xmipp_b_factor(ENGINE, xmipp_home())
    result = b_factor_analysis(density, numbers["resolution"], program=program)
    for name, value in numbers["b_factor"].items():
        assert result.number(name) == value
    table = np.array(numbers["guinier"])
    for name, column in (("squared_frequency", 0), ("measured", 1), ("corrected", 3)):
        assert np.array_equal(result.curves["guinier"][name], table[:, column])
    corrected = result.volumes["corrected"].data
    assert checksum(corrected) == numbers["sharpened"]["sha256_of_voxels"]
    assert result.engine is ENGINE
    own = result.number("built_in_b_factor")
    assert own == pytest.approx(numbers["b_factor"]["b_factor"], rel=2e-5)
    assert " by the built-in engine." in result.results[0]


# --- the preparation ------------------------------------------------------------------------------


def small_map() -> DensityMap:
    return atom_ball(32, 1.5, 60.0, 4.0, noise=0.02)


def test_a_preparation_says_in_how_many_voxels_its_masks_differ() -> None:
    numbers = json.loads((xmipp_home() / "recorded/emd_3488/numbers.json").read_text("utf-8"))
    density = read_map(example_file("maps/emd_3488.map.gz"), numbers["voxel_size"])
    section = prepare(density, 0.09, 3.2, program=preparation()).section
    assert section.engine is ENGINE
    assert section.number("mask_difference") == 0
    assert section.number("resampled_mask_difference") == 152
    assert section.number("resized_hard_voxels") == 30132
    (remark,) = [remark for remark in section.remarks if "differs" in remark.message]
    assert "which has 30\u202f284 voxels, in 152 voxels" in remark.message


def test_a_box_that_is_longer_than_along_x_is_cropped_with_a_remark() -> None:
    density = small_map()
    long = np.zeros((60, 32, 32), dtype=np.float32)
    long[:32] = density.data
    section = prepare(DensityMap(long, 1.5), 0.1, 6.0, program=preparation()).section
    assert section.measurements["resized_box"].value == [16, 16, 16]
    assert any("takes the length along X for all axes" in r.message for r in section.remarks)


def test_a_plane_halfway_between_two_faces_is_no_failure() -> None:
    # 33 voxels become 26, and the first one lies half a voxel before the box.
    ball = atom_ball(36, 1.99, 60.0, 4.0).data[:35, :34, :33]
    noise = np.random.default_rng(1).normal(0, 0.01, ball.shape).astype(np.float32)
    section = prepare(DensityMap(ball + noise, 1.99), 0.1, 5.0, program=preparation()).section
    assert section.number("resampled_map_difference") > 1
    (remark,) = [r for r in section.remarks if r.message.startswith("The resampled map differs")]
    assert "voxels at the faces of the box and beyond" in remark.message


def test_an_own_mask_is_kept_and_its_soft_mask_made() -> None:
    density = small_map()
    own = density.with_data((density.data > 0.2).astype(np.int8))
    section = prepare(density, 0.1, 6.0, own_mask=own, program=preparation()).section
    assert np.array_equal(section.volumes["mask"].data, own.data > 0)
    assert section.number("soft_sum") == pytest.approx(np.count_nonzero(own.data), rel=1e-5)
    assert "mask_difference" not in section.measurements


def test_without_a_resolution_the_map_is_not_resampled() -> None:
    density = small_map()
    section = prepare(density, 0.1, None, program=preparation()).section
    assert section.volumes["resampled_map"].data is section.volumes["map"].data


@pytest.mark.parametrize("contour", [4.2e-8, -0.013, 0.040000437])
def test_every_digit_of_a_contour_level_counts(contour: float) -> None:
    values = np.float32(contour) * np.linspace(0.9, 1.1, 32**3).astype(np.float32)
    rng = np.random.default_rng(1)
    density = DensityMap(rng.permutation(values).reshape(32, 32, 32), 1.0)
    mask = preparation().molecule_mask(density, contour, 1)
    # The program keeps masks off the faces of the box.
    inside = (slice(1, -1),) * 3
    built_in = molecule_mask(raw_mask(density.data, contour), 1)
    assert np.array_equal(mask[inside], built_in[inside])


def test_an_empty_mask_stays_empty() -> None:
    density = small_map()
    program = preparation()
    mask = program.molecule_mask(density, 1e6, 2)
    assert not mask.any()
    assert not program.soft_mask(density.with_data(mask)).any()


@pytest.mark.parametrize("name", ["a map", "it's", 'say "x"', "$(touch x); rm *", "μαπ-ñ", "x:mrc"])
def test_the_folder_for_temporary_files_may_have_any_name(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / name))
    assert preparation().molecule_mask(small_map(), 0.1, 1).any()
    assert os.listdir(tmp_path / name) == []


@pytest.mark.parametrize("noted", ['{"LD_LIBRARY_PATH": "/cuda", "N": 1}', "[]", "{", None])
def test_libraries_are_looked_for_where_the_plugin_does(
    tmp_path: Path, noted: Optional[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if noted is not None:
        (tmp_path / "xmippEnv.json").write_text(noted, encoding="utf-8")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/own")
    found = xmipp_programs.environment(tmp_path)["LD_LIBRARY_PATH"].split(os.pathsep)
    compiled = ["/cuda"] if noted and "cuda" in noted else []
    assert found == [str(tmp_path / "lib"), *compiled, "/own", f"{sys.prefix}/lib"]


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the real programs, as links, in which one can be replaced."""
    home = tmp_path / "xmipp"
    (home / "bin").mkdir(parents=True)
    (home / "lib").symlink_to(xmipp_home() / "lib")
    for program in (xmipp_home() / "bin").iterdir():
        (home / "bin" / program.name).symlink_to(program)
    return home


def replace(home: Path, name: str, text: str) -> None:
    program = home / "bin" / f"xmipp_{name}"
    program.unlink()
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)


def failure(home: Path, density: DensityMap, contour: float = 0.1) -> CannotMeasure:
    program = xmipp_preparation.xmipp_preparation(ENGINE, home)
    with pytest.raises(CannotMeasure) as caught:
        prepare(density, contour, 6.0, program=program)
    assert caught.value.engine is ENGINE
    return caught.value


def test_the_real_program_aborts_with_signal_6(monkeypatch: pytest.MonkeyPatch) -> None:
    # A word for a number, as a bad translation of a contour level would be.
    monkeypatch.setattr(xmipp_preparation, "argument", lambda value: "nine")
    with pytest.raises(CannotMeasure) as caught:
        preparation().molecule_mask(small_map(), 0.09, 1)
    assert str(caught.value).startswith(
        "“xmipp_transform_threshold -i map.mrc -o raw.mrc --select below nine --substitute "
        "binarize” was ended by SIGABRT; it printed: "
    )
    assert "XMIPP_ERROR" in str(caught.value)
    assert str(caught.value).endswith(". Choose embedded as engine, or fix the program")


def test_the_real_program_crashes_on_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_text(self: Any, name: str, density: DensityMap) -> None:
        (self.folder / name).write_text("not a map\n" * 1000, encoding="utf-8")

    monkeypatch.setattr(xmipp_programs.Workplace, "write", write_text)
    with pytest.raises(CannotMeasure, match="was ended by SIG(SEGV|ABRT); it printed"):
        preparation().molecule_mask(small_map(), 0.09, 1)


def test_a_missing_library_is_named(broken: Path) -> None:
    # A copy looks for its libraries beside itself, where there are none.
    program = broken / "bin" / "xmipp_image_resize"
    program.unlink()
    shutil.copy(xmipp_home() / "bin" / program.name, program)
    (broken / "lib").unlink()
    error = failure(broken, small_map())
    assert "failed with exit status 127" in error.reason
    assert "libXmipp.so: cannot open shared object file" in error.reason


def test_a_program_that_writes_nothing(broken: Path) -> None:
    replace(broken, "transform_window", "#!/bin/sh\necho finished\n")
    assert "did not write window.mrc; it printed: finished" in failure(broken, small_map()).reason


def test_a_program_that_forgets_the_header(broken: Path) -> None:
    replace(broken, "image_header", "#!/bin/sh\n")
    assert failure(broken, small_map()).reason == (
        "“xmipp_image_header -i mask.mrc --sampling_rate 1.5” ended with exit status 0, but wrote "
        "a voxel size of 1 Å instead of 1.5 Å; it printed nothing"
    )


def test_a_program_that_breaks_the_header(broken: Path) -> None:
    replace(broken, "image_header", "#!/bin/sh\ntruncate -s 900 $2\n")
    assert "wrote a file that cannot be used" in failure(broken, small_map()).reason


def test_too_little_memory_is_no_reason_to_be_killed(broken: Path) -> None:
    program = xmipp_preparation.xmipp_preparation(ENGINE, broken, available=2e8)
    with pytest.raises(CannotMeasure) as caught:
        prepare(small_map(), 0.1, 6.0, program=program)
    assert str(caught.value).startswith(
        "Xmipp needs about 0.3 GB of memory and 0.2 GB are available: choose embedded as engine, or"
    )


def test_a_program_that_hangs(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmipp_programs, "MINUTES", 0.01)
    replace(broken, "transform_filter", "#!/bin/sh\nsleep 60\n")
    reason = failure(broken, small_map()).reason
    assert "was stopped, as it took more than 0.01 minutes" in reason


FULL_DISK = """
import subprocess, sys, tempfile
from pathlib import Path
from vrs.checks.result import CannotMeasure, Engine
from vrs.engines.xmipp_preparation import xmipp_preparation
from vrs.tests.simulation import atom_ball

density = atom_ball(48, 1.5, 60.0, 4.0)
program = xmipp_preparation(Engine("Xmipp", ""), Path(sys.argv[1]))
for size in sys.argv[3:]:
    tempfile.tempdir = sys.argv[2]
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", sys.argv[2]], check=True)
    try:
        program.molecule_mask(density, 0.1, 1)
    except CannotMeasure as error:
        print(error)
"""


def test_a_full_disk_is_noticed_in_spite_of_exit_status_0(tmp_path: Path) -> None:
    home = xmipp_home()
    can_mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run(can_mount, check=False).returncode:
        pytest.skip("needs a file system of its own (unshare and mount)")
    script = tmp_path / "script.py"
    script.write_text(FULL_DISK, encoding="utf-8")
    (tmp_path / "small").mkdir()
    # One map is 442 kB.
    printed = subprocess.run(
        ["unshare", "-rm", sys.executable, script, home, tmp_path / "small", "600k", "300k"],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert len(printed) == 2
    assert "wrote a file that cannot be used (raw.mrc ends before its last voxel" in printed[0]
    assert "could not be written" in printed[1] and "no space left on device" in printed[1]
    free = f" MB are free on the disk of {tmp_path / 'small'}"
    assert f"{free}. Free space on that disk, or choose embedded as engine" in printed[0]
    assert f"{free}: free space on that disk, or choose embedded as engine" in printed[1]


# --- the numbers of 0.d ---------------------------------------------------------------------------


FIT = " Fitted slope= -2.7058 intercept= -9.3572\nApplying B-factor of -10.8232 squared Angstroms\n"


def test_the_fit_is_read_beside_other_lines() -> None:
    assert parse_fit(f"a warning\n{FIT}\n") == (-2.7058, -9.3572, -10.8232)
    assert parse_fit(FIT.replace("-9.3572", "1e-05"))[1] == 1e-5


@pytest.mark.parametrize(
    "printed",
    [
        "",
        FIT.replace("-2.7058", "-nan"),
        FIT.replace("-10.8232", "inf"),
        FIT.replace("-2.7058", "-2,7058"),
        FIT.replace("-2.7058", "-2.7058 -3"),
        FIT.replace("-10.8232", "-10.9232"),
        FIT * 2,
        FIT.splitlines()[0],
    ],
)
def test_a_fit_that_is_not_what_it_should_be_is_refused(printed: str) -> None:
    with pytest.raises(ValueError):
        parse_fit(printed)


TABLE = "# 1/d^2 lnF\n0 -6 -6 -6 -9\n0.1 -7 -7 -7 -9\n0.2 -8 -8 -8 -9\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# 1/d^2 lnF\n",
        TABLE[:-12],
        TABLE[:-1],
        TABLE.replace("0.2 -8", "0.2"),
        TABLE.replace("-7", "-nan", 1),
        TABLE.replace("-7", "seven", 1),
        TABLE.replace("0.2", "0.05"),
    ],
)
def test_a_table_that_is_not_what_it_should_be_is_refused(text: str) -> None:
    assert parse_table(TABLE).shape == (3, 5)
    with pytest.raises(ValueError):
        parse_table(text)


def test_a_fit_that_is_not_a_number_is_no_b_factor(broken: Path) -> None:
    replace(
        broken, "volume_correct_bfactor",
        "#!/bin/sh\ncp map.mrc corrected.mrc\necho x > corrected.mrc.guinier\n"
        "echo ' Fitted slope= -nan intercept= -nan' >&2\n"
        "echo 'Applying B-factor of -nan squared Angstroms' >&2\n",
    )  # fmt: skip
    program = xmipp_b_factor.xmipp_b_factor(ENGINE, broken)
    with pytest.raises(CannotMeasure) as caught:
        b_factor_analysis(small_map(), 4.0, program=program)
    assert caught.value.reason == (
        "“xmipp_volume_correct_bfactor -i map.mrc -o corrected.mrc --sampling 1.5 --maxres 4 "
        "--auto” ended with exit status 0, but gave no B-factor (the lines with the slope and the "
        "B-factor are missing or not numbers); it printed: Fitted slope= -nan intercept= -nan / "
        "Applying B-factor of -nan squared Angstroms"
    )


AFTERWARDS = {
    "head -4 corrected.mrc.guinier > cut; mv cut corrected.mrc.guinier": "a table of 3 shells, not",
    "cp map.mrc corrected.mrc": "a corrected map that differs by",
    "dd if=/dev/zero of=corrected.mrc bs=1024 seek=1 count=128 conv=notrunc 2>/dev/null":
        "a corrected map that differs by 100 % of its maximum",
    "sed -i 's/-5.718/-5.518/' corrected.mrc.guinier": "ln|F| that differs by 0.2 from that",
    "sed -i 's/^0.000434/0.000435/' corrected.mrc.guinier": "a table with other frequencies",
}  # fmt: skip
"""What is done to the output of the real program, and how it is refused."""


@pytest.mark.parametrize("done", AFTERWARDS)
def test_an_output_that_does_not_belong_to_the_map_is_refused(broken: Path, done: str) -> None:
    name = "xmipp_volume_correct_bfactor"
    replace(broken, name[6:], f'#!/bin/sh\n{xmipp_home()}/bin/{name} "$@" && {done}\n')
    program = xmipp_b_factor.xmipp_b_factor(ENGINE, broken)
    with pytest.raises(CannotMeasure) as caught:
        b_factor_analysis(small_map(), 4.0, program=program)
    assert caught.value.reason.startswith(f"Xmipp gave {AFTERWARDS[done]}")
    assert caught.value.engine is ENGINE


def test_a_line_that_is_not_that_of_the_table_is_refused() -> None:
    program = xmipp_b_factor.xmipp_b_factor(ENGINE, xmipp_home())

    def measure(density: DensityMap, resolution: float) -> GuinierAnalysis:
        analysis = program.measure(density, resolution)
        return analysis._replace(slope=1.0, b_factor=4.0)

    with pytest.raises(CannotMeasure, match="Xmipp gave the slope 1 Å² and the intercept"):
        b_factor_analysis(small_map(), 4.0, program=program._replace(measure=measure))


def test_a_map_that_became_nan_is_no_map() -> None:
    # At 15 Å and worse the real program fits a line through no points, and reports success.
    program = xmipp_b_factor.xmipp_b_factor(ENGINE, xmipp_home())
    with pytest.raises(CannotMeasure, match="NaN or infinite values"):
        program.measure(small_map(), 20.0)


def test_shells_beyond_nyquist_are_left_out() -> None:
    program = xmipp_b_factor.xmipp_b_factor(ENGINE, xmipp_home())
    density = atom_ball(32, 1.5, 60.0, noise=0.02)
    result = b_factor_analysis(density, 2.5, program=program)
    curve = result.curves["guinier"]
    assert curve["squared_frequency"].max() == pytest.approx(1 / 3.0**2, rel=1e-5)
    assert curve["measured"].max() < 0
    assert result.number("b_factor") == pytest.approx(result.number("built_in_b_factor"), rel=1e-3)
