"""A real browser for the tests: headless Chromium, controlled over two pipes (DevTools)."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
BROKEN_PICTURES = (
    "[...document.images].filter(i => i.src && !(i.complete && i.naturalWidth)).length"
)
"""Number of missing pictures of a page."""

_OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--no-first-run", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
_KEYS = {"Escape": 27, "ArrowRight": 39, "ArrowLeft": 37, "Tab": 9, "Enter": 13}


class Chromium:
    """A browser with one page.

    Attributes
    ----------
    complaints : list of str
        Errors and warnings of the console and of the browser about the page.
    requests : list of str
        Addresses that the page requested.
    """

    def __init__(self, profile: Path, time_limit: float = 60.0) -> None:
        assert PROGRAM is not None
        self.complaints: List[str] = []
        self.requests: List[str] = []
        self._time_limit = time_limit
        self._count = 0
        self._pending = b""
        # Chromium reads from descriptor 3 and writes to 4, so the ends of this process need others.
        theirs_in, self._out = map(_high, os.pipe())
        self._in, theirs_out = map(_high, os.pipe())

        def connect() -> None:
            os.dup2(theirs_in, 3)
            os.dup2(theirs_out, 4)

        self._process = subprocess.Popen(
            [PROGRAM, *_OPTIONS, f"--user-data-dir={profile}"],
            preexec_fn=connect,
            pass_fds=(3, 4),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], *rest: Any) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, **parameters: Any) -> Dict[str, Any]:
        """The answer to a command; events before it are recorded."""
        self._count += 1
        message: Dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode("utf-8") + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._count:
                assert "error" not in answer, (method, answer)
                result: Dict[str, Any] = answer["result"]
                return result

    def open(self, file: Path, width: int = 1280, height: int = 900) -> None:
        """Load a file and wait until it is complete."""
        self.resize(width, height)
        self._go("about:blank")
        self.complaints.clear()
        self.requests.clear()
        self._go(file.as_uri())

    def _go(self, address: str) -> None:
        self.call("Page.navigate", url=address)
        end = time.monotonic() + self._time_limit
        while self.run("location.href + document.readyState") != address + "complete":
            assert time.monotonic() < end, "the page does not load"
            time.sleep(0.05)

    def resize(self, width: int, height: int) -> None:
        """Size of the window in pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def run(self, script: str) -> Any:
        """Value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key."""
        about = {"key": key, "code": key, "windowsVirtualKeyCode": _KEYS[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)
        time.sleep(0.05)

    def screenshot(self, file: Path, whole: bool = False) -> Path:
        """Picture of the window, or of the whole page."""
        picture = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(picture["data"]))
        return file

    def print(self, file: Path) -> Path:
        """The page as it is printed on paper."""
        paper = self.call("Page.printToPDF", printBackground=True)
        file.write_bytes(base64.b64decode(paper["data"]))
        return file

    def _read(self) -> Dict[str, Any]:
        end = time.monotonic() + self._time_limit
        while b"\0" not in self._pending:
            ready, _, _ = select.select([self._in], [], [], max(0.0, end - time.monotonic()))
            assert ready, "Chromium does not answer"
            more = os.read(self._in, 1 << 20)
            assert more, "Chromium ended"
            self._pending += more
        raw, self._pending = self._pending.split(b"\0", 1)
        message: Dict[str, Any] = json.loads(raw.decode("utf-8"))
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, about: Dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif event == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.complaints.append(about["entry"]["text"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(about["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning"):
            self.complaints.append(json.dumps(about["args"]))


def _high(descriptor: int) -> int:
    """The same pipe with a descriptor of at least 20."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(descriptor)
    return moved
