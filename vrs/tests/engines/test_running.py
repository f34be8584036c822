"""Programs that fail in every way that a program can; each ends with one sentence that says how."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, Optional, Tuple

import numpy as np
import pytest

from vrs.checks.result import CannotMeasure, Engine
from vrs.engines.running import ADVICE, ProgramRun, children_limited, run_program
from vrs.maps import DensityMap, write_map

ENGINE = Engine("xmipp", "3.25.06.0")
BOX = (6, 5, 4)


def run(
    folder: Path, code: str, outputs: Optional[Dict[str, Optional[Tuple[int, int, int]]]] = None,
    minutes: float = 1.0,
) -> ProgramRun:  # fmt: skip
    """Run a few lines of Python as the program."""
    python, arguments = Path(sys.executable), ["-c", code]
    return run_program(python, arguments, folder, minutes, outputs or {}, engine=ENGINE)


def failure(
    folder: Path, code: str, outputs: Optional[Dict[str, Optional[Tuple[int, int, int]]]] = None,
    minutes: float = 1.0,
) -> str:  # fmt: skip
    """The reason why these lines of Python, as the program, cannot be believed."""
    with pytest.raises(CannotMeasure) as caught:
        run(folder, code, outputs, minutes)
    assert caught.value.engine is ENGINE
    assert caught.value.advice == ADVICE
    # The command itself is tested elsewhere.
    return re.sub("^“.*” ", "", caught.value.reason, flags=re.DOTALL)


def map_file(folder: Path, name: str = "out.mrc") -> Path:
    """A map with ``BOX`` voxels."""
    x, y, z = BOX
    write_map(folder / name, DensityMap(np.ones((z, y, x), dtype=np.float32), 1.2))
    return folder / name


def test_what_a_program_prints_is_returned(tmp_path: Path) -> None:
    ran = run(tmp_path, "import sys; print('slope 1'); print('B 2', file=sys.stderr)")
    assert (ran.stdout, ran.stderr) == ("slope 1\n", "B 2\n")
    assert 0 < ran.seconds < 60


def test_arguments_reach_the_program_as_they_are(tmp_path: Path) -> None:
    odd = ["a b", "it's", 'say "x"', "$HOME; rm *", "μαπ", "-1"]
    ran = run_program(
        Path(sys.executable), ["-c", "import sys; print(ascii(sys.argv[1:]))", *odd],
        tmp_path, 1, {},
    )  # fmt: skip
    assert ran.stdout.strip() == ascii(odd)


def test_the_command_is_shown_with_names_of_files_only(tmp_path: Path) -> None:
    with pytest.raises(CannotMeasure) as caught:
        run_program(
            Path("/bin/false"), ["-i", str(tmp_path / "a map.mrc"), "--size", "2"], tmp_path, 1, {}
        )
    assert caught.value.reason == (
        "“false -i 'a map.mrc' --size 2” failed with exit status 1; it printed nothing"
    )


def test_the_last_lines_of_the_standard_error_are_shown(tmp_path: Path) -> None:
    code = f"""
import sys
print('not this')
for line in range(9):
    print('line', line, file=sys.stderr)
print('\\x1b[1;35mXMIPP_ERROR 23:\\x1b[0m', r'{tmp_path}/map.mrc', 'is missing', file=sys.stderr)
sys.exit(3)"""
    assert failure(tmp_path, code) == (
        "failed with exit status 3; it printed: line 6 / line 7 / line 8 / "
        "XMIPP_ERROR 23: map.mrc is missing"
    )


def test_without_an_error_the_last_lines_of_the_output_are_shown(tmp_path: Path) -> None:
    assert failure(tmp_path, "print('no GPU'); raise SystemExit(1)") == (
        "failed with exit status 1; it printed: no GPU"
    )


@pytest.mark.parametrize("name", ["SIGABRT", "SIGSEGV", "SIGKILL", "SIGBUS"])
def test_a_signal_is_named(tmp_path: Path, name: str) -> None:
    code = f"import os, signal; os.kill(os.getpid(), signal.{name})"
    assert failure(tmp_path, code) == f"was ended by {name}; it printed nothing"


def test_garbage_is_shown_as_text(tmp_path: Path) -> None:
    code = "import os; os.write(2, bytes(range(256)) + b'\\n' + b'x' * 5000); os._exit(1)"
    reason = failure(tmp_path, code)
    assert len(reason) < 700
    assert all(letter.isprintable() for letter in reason)


def test_a_flood_of_text_takes_no_memory(tmp_path: Path) -> None:
    code = "for _ in range(300): print('x' * 9999)\nprint('end')"
    ran = run(tmp_path, code)
    assert len(ran.stdout) == 1_000_000 and ran.stdout.endswith("end\n")


def test_a_program_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    code = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])
print(child.pid, file=open('pid', 'w'), flush=True)
time.sleep(99)"""
    start = time.perf_counter()
    assert failure(tmp_path, code, minutes=0.05) == (
        "was stopped, as it took more than 0.05 minutes; it printed nothing"
    )
    assert time.perf_counter() - start < 30
    assert not _runs(int((tmp_path / "pid").read_text("utf-8")))


def _runs(process: int) -> bool:
    """Whether a process goes on, within a second; one that nobody waited for does not."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.02)
    return True


def test_a_child_that_goes_on_does_not_hold_up_the_run(tmp_path: Path) -> None:
    code = """
import subprocess, sys
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'])"""
    assert run(tmp_path, code).seconds < 4


def test_a_program_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(CannotMeasure, match="“xmipp_none -h” could not be started .no such file"):
        run_program(tmp_path / "xmipp_none", ["-h"], tmp_path, 1, {})


def test_a_program_that_is_not_executable(tmp_path: Path) -> None:
    program = tmp_path / "xmipp_program"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    with pytest.raises(CannotMeasure, match="could not be started .permission denied"):
        run_program(program, [], tmp_path, 1, {})


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    program = tmp_path / "xmipp_program"
    program.write_bytes(b"\x00\x01not a program")
    program.chmod(0o755)
    with pytest.raises(CannotMeasure, match="could not be started .exec format error"):
        run_program(program, [], tmp_path, 1, {})


def test_an_output_that_is_missing(tmp_path: Path) -> None:
    assert failure(tmp_path, "print('done')", {"out.mrc": BOX}) == (
        "ended with exit status 0, but did not write out.mrc; it printed: done"
    )


def test_an_output_that_is_empty(tmp_path: Path) -> None:
    assert failure(tmp_path, "open('fit.guinier', 'w')", {"fit.guinier": None}) == (
        "ended with exit status 0, but wrote nothing into fit.guinier; it printed nothing"
    )


def test_a_map_with_the_right_box_is_accepted(tmp_path: Path) -> None:
    map_file(tmp_path, "in.mrc")
    assert run(tmp_path, "import shutil; shutil.copy('in.mrc', 'out.mrc')", {"out.mrc": BOX})


def test_a_map_with_another_box(tmp_path: Path) -> None:
    map_file(tmp_path)
    assert failure(tmp_path, "", {"out.mrc": (6, 6, 6)}) == (
        "ended with exit status 0, but wrote out.mrc with (6, 5, 4) voxels along X, Y, Z "
        "instead of (6, 6, 6); it printed nothing"
    )


def test_a_map_that_is_cut_off_although_the_program_reports_success(tmp_path: Path) -> None:
    path = map_file(tmp_path)
    os.truncate(path, path.stat().st_size - 4)
    assert failure(tmp_path, "", {"out.mrc": BOX}) == (
        "ended with exit status 0, but wrote a file that cannot be used (out.mrc ends before its "
        "last voxel; 0.0015 MB); "
        "it printed nothing"
    )


def test_a_map_that_is_not_a_number_somewhere(tmp_path: Path) -> None:
    path = map_file(tmp_path)
    content = bytearray(path.read_bytes())
    content[-4:] = np.float32("nan").tobytes()
    path.write_bytes(content)
    assert "out.mrc has 1 NaN or infinite values" in failure(tmp_path, "", {"out.mrc": BOX})


def test_an_output_that_is_no_map(tmp_path: Path) -> None:
    (tmp_path / "out.mrc").write_text("SIMPLE map of nothing\n" * 100, encoding="utf-8")
    assert "wrote a file that cannot be used" in failure(tmp_path, "", {"out.mrc": BOX})


def test_programs_that_other_code_starts_are_killed_when_the_block_takes_too_long() -> None:
    earlier = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
    try:
        with children_limited(1.0) as over:
            command = [sys.executable, "-c", "import os, time; os.fork(); time.sleep(99)"]
            assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        assert over.is_set()
        assert earlier.poll() is None
    finally:
        earlier.kill()
        earlier.wait()


def test_programs_that_other_code_starts_may_take_their_time() -> None:
    with children_limited(60.0) as over:
        subprocess.run([sys.executable, "-c", ""], check=True)
    assert not over.is_set()


FULL_DISK = """
import pathlib, shutil, subprocess, sys
import numpy as np
from vrs.checks.result import CannotMeasure
from vrs.engines.running import run_program
from vrs.maps import DensityMap, write_map

folder, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
write_map(source, DensityMap(np.ones((64, 64, 64), dtype=np.float32), 1.0))
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(folder)], check=True)
code = '''
try:
    shutil.copyfile(%r, "out.mrc")
except OSError:
    pass
''' % str(source)
try:
    run_program(
        pathlib.Path(sys.executable), ["-c", "import shutil" + code], folder, 1,
        {"out.mrc": (64, 64, 64)},
    )
except CannotMeasure as error:
    print(error.reason)
"""


def test_a_full_disk_that_the_program_does_not_notice(tmp_path: Path) -> None:
    can_mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run(can_mount, check=False).returncode:
        pytest.skip("needs a file system of its own (unshare and mount)")
    (tmp_path / "small").mkdir()
    script = tmp_path / "script.py"
    script.write_text(FULL_DISK, encoding="utf-8")
    printed = subprocess.run(
        ["unshare", "-rm", sys.executable, script, tmp_path / "small", tmp_path / "in.mrc"],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip
    assert "wrote a file that cannot be used (out.mrc ends before its last voxel" in printed
