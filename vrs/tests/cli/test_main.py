"""The command line: what it refuses, what it prints, what it leaves behind."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import pytest

from vrs.cli.main import main
from vrs.cli.names import without_passwords
from vrs.maps import DensityMap, write_map
from vrs.tests.conftest import RESOLUTION, TITLE, FinishedReport, SmallMap, run_vrs
from vrs.tests.simulation import atom_ball

WORKFLOW_ADVICE = "choose the workflow.json of a report, or a workflow that Scipion exported"

# --- usage --------------------------------------------------------------------------------------


def test_output_that_is_read_no_further_ends_the_command_without_a_word() -> None:
    read, write = os.pipe()
    os.close(read)
    # Without what makes coverage measure child processes: it may warn on their standard error.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-m", "vrs", "doctor"]
    ended = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, env=plain, check=False)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, b"")


# --- bad input: one sentence, exit status 1, and nothing was started or written -------------------


def refusal(arguments: List[Any], capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    """The sentence with which a request is refused; fails if it is not refused cleanly."""
    out = folder / "out"
    status = main(["report", *map(str, arguments), "--out", str(out)])
    printed = capsys.readouterr()
    assert status == 1
    assert not out.exists()
    lines = printed.err.strip().splitlines()
    assert len(lines) == 1, printed.err
    return lines[0]


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refusal([tmp_path / "none.mrc", "--contour", 1], capsys, tmp_path)
    assert told.startswith("vrs: ") and "none.mrc does not exist" in told


def test_not_a_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "text.mrc"
    file.write_text("not a map " * 500, encoding="utf-8")
    assert "text.mrc" in refusal([file, "--contour", 1], capsys, tmp_path)


def test_constant_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "flat.mrc"
    write_map(file, DensityMap(np.ones((20, 20, 20), np.float32), 1.0))
    assert "the value 1" in refusal([file, "--contour", 0.5], capsys, tmp_path)


def test_contour_above_the_maximum_names_the_maximum(
    small_map: SmallMap, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal([small_map.file, "--contour", 1e6], capsys, tmp_path)
    assert f"the maximum of the map is {float(small_map.density.data.max()):g}" in told


@pytest.mark.parametrize("resolution", ["1.2", "900"])
def test_impossible_resolutions(
    resolution: str, small_map: SmallMap, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [small_map.file, "--contour", small_map.contour, f"--resolution={resolution}"]
    assert "resolution" in refusal(arguments, capsys, tmp_path)


@pytest.mark.parametrize("value", ["0", "-5"])
@pytest.mark.parametrize(
    ("option", "unit"), [("--resolution", "Å"), ("--voxel-size", "Å"), ("--mass", "kDa")]
)
def test_lengths_and_masses_are_above_0(
    option: str, unit: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["report", "map.mrc", "--contour", "1", f"{option}={value}"])
    assert stopped.value.code == 2
    assert f"argument {option}: '{value}' is not above 0 {unit}" in capsys.readouterr().err


def test_bad_input_is_refused_before_scipion_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from vrs.cli.main import main;"
        f"status = main(['report', {str(tmp_path / 'none.mrc')!r}, '--contour', '1']);"
        "sys.exit(9 if 'pyworkflow' in sys.modules else status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path)
    assert done.returncode == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["missing.json", "folder"])
def test_a_workflow_that_cannot_be_read_is_one_sentence_with_its_path(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    file = tmp_path / name
    assert main(["run", str(file), "--out", str(tmp_path / "out")]) == 1
    reason = {"missing.json": "No such file or directory", "folder": "it is not a file"}[name]
    assert capsys.readouterr().err == f"vrs: {file} cannot be read ({reason}): {WORKFLOW_ADVICE}\n"


def test_another_file_than_a_workflow_is_refused_without_the_names_of_python(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.json"
    for content in ('{"a": 1}', "[1, 2]", "[]", "not json", "[{}]"):
        file.write_text(content, encoding="utf-8")
        assert main(["run", str(file), "--out", str(tmp_path / "out")]) == 1
        refusal = capsys.readouterr().err
        assert refusal.startswith(f"vrs: {file} ") and "Error" not in refusal
        assert refusal.endswith(f": {WORKFLOW_ADVICE}\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("resolution", "binning", "told"),
    [
        ("3", 5, "binned by 5, the resolution of 3 Å is finer than one voxel (5 Å)"),
        ("9", 4, "binned by 4, the map has 12 x 12 x 12 voxels, and every side must have at least"),
    ],
)
def test_what_only_the_binning_breaks_is_mended_by_less_of_it(
    resolution: str, binning: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "map.mrc"
    size = 96 if binning == 5 else 48
    write_map(file, atom_ball(size, 1.0, 50.0))
    arguments = [file, "--contour", 0.001, "--resolution", resolution, "--bin", binning]
    sentence = refusal(arguments, capsys, tmp_path)
    assert f"vrs: {told}" in sentence
    assert sentence.endswith(": bin by a smaller number, or not at all")


def test_what_is_wrong_without_binning_too_is_told_of_the_map_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "map.mrc"
    write_map(file, atom_ball(48, 1.0, 50.0))
    arguments = [file, "--contour", 0.001, "--resolution", "0.5", "--bin", 2]
    sentence = refusal(arguments, capsys, tmp_path)
    assert "the resolution of 0.5 Å is finer than one voxel (1 Å)" in sentence


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_the_terminal_is_restored_when_the_disk_of_the_log_is_full(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from vrs.run.quiet import scipion_quiet\n"
        "try:\n"
        "    with scipion_quiet(Path('/dev/full')) as screen:\n"
        "        print('progress', file=screen)\n"
        "        sys.stdout.write('a line for the log')\n"
        "except OSError as error:\n"
        "    import os\n"
        "    os.write(1, f'{error.strerror}; '.encode())\n"
        "    os.write(2, b'told')\n"
    )
    # Only what is kept in a buffer fails at the end.
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=buffered)
    assert done.stdout.startswith(b"progress\nNo space left on device; ")
    assert done.stderr == b"told"


# --- a whole report -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_report_is_written_with_its_data(
    finished_report: FinishedReport, small_map: SmallMap
) -> None:
    folder = finished_report.folder
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "</html>" in (folder / "report.html").read_text(encoding="utf-8")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["title"] == TITLE
    assert report["input"]["file"] == small_map.file.name
    assert report["input"]["contour"] == pytest.approx(small_map.contour)
    assert report["input"]["resolution"] == RESOLUTION
    assert report["input"]["voxel_size"] == pytest.approx(small_map.density.voxel_size)
    assert report["provenance"]["command_line"].startswith("vrs report ")
    assert len(report["checks"]) == 8
    assert [c["id"] for c in report["checks"] if c["status"] == "left_out"] == ["0.h"]
    for check in report["checks"]:
        for file in (*check["curves"].values(), *check["volumes"].values()):
            assert (folder / file).exists(), file


@pytest.mark.slow
def test_progress_and_summary_are_printed(finished_report: FinishedReport) -> None:
    printed = finished_report.printed
    for label in ("Import map", "Prepare map", "0.a Mass analysis", "Validation report"):
        assert f"\n{label}: running\n" in printed
    assert "0.h Hand: running" not in printed
    assert "evaluated checks passed; " in printed and printed.count("1 was left out.") == 1
    assert f"Report:   {finished_report.folder / 'report.pdf'}" in printed
    assert f"Page:     {finished_report.folder / 'report.html'}" in printed
    assert "** Running command" not in printed and "\x1b" not in printed


@pytest.mark.slow
def test_the_summary_says_what_report_json_says(finished_report: FinishedReport) -> None:
    report = json.loads((finished_report.folder / "report.json").read_text(encoding="utf-8"))
    words = {
        "ok": "OK",
        "not_applicable": "Does not apply",
        "not_measured": "Could not be measured",
        "left_out": "Left out",
    }
    summary = finished_report.printed.split("Validation report: done")[1]
    for check in report["checks"]:
        line = next(line for line in summary.splitlines() if line.startswith(f"  {check['id']} "))
        count = sum(warning["count"] for warning in check["warnings"])
        assert words.get(check["status"], f"{count} warning") in line


@pytest.mark.slow
def test_the_user_file_is_not_changed(
    finished_report: FinishedReport, small_map: SmallMap, tmp_path: Path
) -> None:
    again = tmp_path / "again.mrc"
    write_map(again, small_map.density)
    assert small_map.file.read_bytes() == again.read_bytes()
    assert [file.name for file in small_map.file.parent.iterdir()] == [small_map.file.name]


@pytest.mark.slow
def test_without_resolution_and_from_a_packed_file_into_the_same_folder(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    """Run twice: the first run is interrupted, which leaves nothing."""
    packed = tmp_path / "ball.map.gz"
    packed.write_bytes(gzip.compress(small_map.file.read_bytes()))
    command = [
        sys.executable, "-m", "vrs", "report", packed.name, "--contour", str(small_map.contour),
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=scipion,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell have the signal ignored, and so would it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Prepare map: running" in line:
            break
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in told
    assert not processes_in(tmp_path)
    assert list(tmp_path.iterdir()) == [packed]
    done = subprocess.run(command, cwd=tmp_path, env=scipion, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "The new report will replace" not in done.stdout
    report = json.loads((tmp_path / "ball_report" / "report.json").read_text(encoding="utf-8"))
    assert report["input"]["resolution"] is None
    statuses = {check["id"]: check["status"] for check in report["checks"]}
    assert {statuses[name] for name in ("0.d", "0.f", "0.g")} == {"not_applicable"}


@pytest.mark.slow
def test_an_own_mask_replaces_the_mask_and_the_engine_is_chosen(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    inside = (small_map.density.data > 2 * small_map.contour).astype(np.float32)
    # Many programs leave the voxel size of a mask at 1 Å: it is on the grid of the map.
    write_map(tmp_path / "own.mrc", DensityMap(inside, 1.0))
    out = tmp_path / "report"
    done = run_vrs(
        scipion, "report", small_map.file, "--contour", small_map.contour, "--resolution", 4,
        "--mask", tmp_path / "own.mrc", "--engine", "embedded", "--engine", "0.f=ucm",
        "--skip", "0.c,0.d,0.e,0.h", "--out", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    checks = {check["id"]: check for check in report["checks"]}
    assert report["input"]["mask_source"] == "own.mrc"
    assert report["masks"]["hard_voxels"]["value"] == int(inside.sum())
    assert checks["0.g"]["engine"]["name"] == "embedded"
    assert checks["0.f"]["status"] == "not_measured"
    reason = (
        "The engine scipion-em-ucm cannot be used without the package scipion-em-ucm: install what "
        "is missing, or choose auto or embedded as engine."
    )
    assert checks["0.f"]["reason"] == reason


def processes_in(folder: Path) -> List[str]:
    """Processes that name a folder or work in it, soon after they were told to end."""
    deadline = time.monotonic() + 10
    while _named_by_processes(folder) and time.monotonic() < deadline:
        time.sleep(0.2)
    return _named_by_processes(folder)


def _named_by_processes(folder: Path) -> List[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            # A copy of a process has its command line, but works in the folder of the project.
            line += f" in {(entry.parent / 'cwd').resolve()}"
        except OSError:
            continue
        if str(folder) in line and str(os.getpid()) != entry.parent.name:
            found.append(line)
    return found


def test_a_command_is_recorded_without_passwords() -> None:
    arguments = ["--emdb", "https://anna:SEC/RET@host/e", "--title", "mail me: a@b.org"]
    assert list(map(without_passwords, arguments)) == [
        "--emdb", "https://…@host/e", "--title", "mail me: a@b.org",
    ]  # fmt: skip
