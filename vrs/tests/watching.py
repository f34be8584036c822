"""What a command does to the outside: its connections, and the files that it writes.

``strace`` sees everything. Without it Python's own audit events are recorded, which miss what a
compiled library does by itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Set


def usable_strace() -> Optional[str]:
    """The program, if it is installed and this computer lets it watch a process."""
    program = shutil.which("strace")
    if program is None:
        return None
    trial = subprocess.run([program, "-o", os.devnull, "true"], capture_output=True)
    return program if trial.returncode == 0 else None


STRACE = usable_strace()

_CALLS = "network,open,openat,creat,mkdir,mkdirat,symlink,symlinkat,link,linkat"
_STRACE = ("-ff", "-y", "-qq", "-s", "4096", "-e", "signal=none", "-e", f"trace={_CALLS}")
_CONNECTION = re.compile(r"(connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_(?!UNIX|NETLINK)")
_OPENED = re.compile(r"(?:open|openat|creat)\(.*O_(?:CREAT|WRONLY|RDWR).* = \d+<(/.*)>$")
_MADE = re.compile(r'(?:mkdir|symlink|link)(?:at)?\(.*"(/.*)".* = 0$')

_AUDIT = '''
import os, socket, sys

def record(event, arguments):
    if event == "socket.connect" and arguments[0].family != socket.AF_UNIX:
        line = f"connect {arguments[1]}"
    elif event == "open" and isinstance(arguments[0], str) and arguments[2] & 3:
        line = "write " + os.path.abspath(arguments[0])
    elif event in ("os.mkdir", "os.symlink", "os.link", "os.rename"):
        line = "write " + os.path.abspath(os.fsdecode(arguments[0 if event == "os.mkdir" else 1]))
    else:
        return
    os.write(descriptor, (line + chr(10)).encode())

descriptor = os.open({record!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
sys.addaudithook(record)
'''


@dataclass(frozen=True)
class Watched:
    """A finished command: its connections as text, and the files written, as absolute paths."""

    process: "subprocess.CompletedProcess[str]"
    connections: List[str]
    written: Set[Path]

    def outside(self, *folders: Path) -> Set[Path]:
        """The files written outside of these folders; /dev/null and compiled Python aside."""
        roots = [folder.resolve() for folder in folders]
        return {
            path
            for path in self.written
            if path != Path("/dev/null")
            and "__pycache__" not in path.parts
            and not any(root == path or root in path.parents for root in roots)
        }


def watch(
    command: Sequence[str], environment: Dict[str, str], folder: Path, timeout: float = 300
) -> Watched:
    """Run a command in a folder; ``folder``/watch is used for records and not reported."""
    records = folder / "watch"
    records.mkdir()
    if STRACE:
        command = [STRACE, "-o", str(records / "trace"), *_STRACE, *command]
    else:
        code = _AUDIT.replace("{record!r}", repr(str(records / "events")))
        (records / "sitecustomize.py").write_text(code, encoding="utf-8")
        search = f"{records}:{environment.get('PYTHONPATH', '')}".rstrip(":")
        environment = {**environment, "PYTHONPATH": search}
    process = subprocess.run(
        command, env=environment, cwd=folder, text=True, capture_output=True, timeout=timeout
    )
    if STRACE:
        lines = [
            line
            for record in records.iterdir()
            for line in record.read_text(encoding="utf-8", errors="replace").splitlines()
        ]
        paths = (_OPENED.match(line) or _MADE.match(line) for line in lines)
        written = {Path(path.group(1)) for path in paths if path}
        return Watched(process, [line for line in lines if _CONNECTION.match(line)], written)
    lines = (records / "events").read_text(encoding="utf-8").splitlines()
    events = [line.split(" ", 1) for line in lines]
    return Watched(
        process,
        [what for kind, what in events if kind == "connect"],
        {Path(what) for kind, what in events if kind == "write"},
    )
