"""An archive on this computer that answers well or badly, for tests of transfers."""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Tuple

CHANGED = "Wed, 17 Oct 2012 00:00:00 GMT"


@dataclass
class Files:
    """What the server has, how it answers, and what it was asked.

    ``answers`` holds per path the handlers of the next requests; then files are sent as they are.
    """

    content: Dict[str, bytes] = field(default_factory=dict)
    answers: Dict[str, List[Callable[["Handler"], None]]] = field(default_factory=dict)
    requests: List[Tuple[str, str]] = field(default_factory=list)
    agents: List[str] = field(default_factory=list)
    tags: Dict[str, str] = field(default_factory=dict)
    unchanged: List[str] = field(default_factory=list)
    base: str = ""
    most_at_once: int = 0
    _open: int = 0

    def change(self, path: str, content: bytes) -> None:
        """Another version of a file, under another tag."""
        self.content[path] = content
        self.tags[path] = f'"{hash(content)}"'

    def asked(self, path: str) -> List[str]:
        """The ranges of the requests for a path, "" for the whole file."""
        return [wanted for name, wanted in self.requests if name == path]


class Handler(BaseHTTPRequestHandler):
    files: Files
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.files.requests.append((self.path, self.headers.get("Range", "")))
        self.files.agents.append(self.headers.get("User-Agent", ""))
        self.files._open += 1
        self.files.most_at_once = max(self.files.most_at_once, self.files._open)
        special = self.files.answers.get(self.path)
        try:
            # The client may have left.
            with suppress(BrokenPipeError, ConnectionResetError):
                special.pop(0)(self) if special else self.send_file()
        finally:
            self.files._open -= 1

    @property
    def body(self) -> bytes:
        return self.files.content.get(self.path, b"")

    @property
    def tag(self) -> str:
        return self.files.tags.get(self.path, '"one"')

    def send_file(self) -> None:
        if self.path not in self.files.content:
            self.send_status(404)
            return
        if self.headers.get("If-None-Match") == self.tag:
            self.files.unchanged.append(self.path)
            self.start(304, None)
            return
        wanted, body = self.headers.get("Range", ""), self.body
        if self.headers.get("If-Range", "") not in (self.tag, CHANGED):
            wanted = ""
        start = int(wanted[len("bytes=") : -1]) if wanted else 0
        if start >= len(body) and wanted:
            self.send_status(416)
            return
        if wanted:
            self.send_part(start, f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.start(200, len(body))
            self.wfile.write(body)

    def start(self, status: int, length: Optional[int], **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        named = {"ETag": self.tag, "Last_Modified": CHANGED, **headers}
        for name, value in named.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send_part(self, start: int, content_range: str) -> None:
        self.start(206, len(self.body) - start, Content_Range=content_range)
        self.wfile.write(self.body[start:])

    def send_status(self, status: int, **headers: str) -> None:
        self.start(status, 0, ETag="", Last_Modified="", **headers)

    def send_partly(self, bytes_sent: int, announced: Optional[int] = None) -> None:
        """Send the first bytes of the file and close the connection."""
        self.start(200, len(self.body) if announced is None else announced)
        self.wfile.write(self.body[:bytes_sent])
        self.close_connection = True

    def send_whole(self) -> None:
        """Send the whole file whatever part was asked for."""
        self.start(200, len(self.body))
        self.wfile.write(self.body)

    def send_chunks(self, count: int, end: bool = True) -> None:
        """Send the file in chunks without its length; without an end the connection just closes."""
        self.start(200, None, Transfer_Encoding="chunked")
        step = -(-len(self.body) // count)
        for start in range(0, len(self.body), step):
            chunk = self.body[start : start + step]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if end:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def drip(self, seconds: float) -> None:
        """Send a byte from time to time, often enough for every time-out between two bytes."""
        self.start(200, len(self.body))
        end = time.monotonic() + seconds
        for byte in self.body:
            if time.monotonic() > end:
                break
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.02)
        self.close_connection = True

    def stall(self, bytes_sent: int, seconds: float) -> None:
        """Send the first bytes and then nothing."""
        self.start(200, len(self.body))
        self.wfile.write(self.body[:bytes_sent])
        self.wfile.flush()
        time.sleep(seconds)
        self.close_connection = True

    def hang_up(self) -> None:
        """Close the connection without an answer."""
        self.close_connection = True

    def redirect(self, location: str) -> None:
        self.send_status(302, Location=location)

    def log_message(self, *arguments: object) -> None:
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments: object) -> None:
        """A client that leaves is part of the tests."""


@contextmanager
def serve(certificate: Optional[Path] = None) -> Iterator[Files]:
    """An archive on this computer; with a certificate and its key in one file, behind TLS."""
    files = Files()
    handler = type("HandlerOfFiles", (Handler,), {"files": files})
    server = _Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # The handshake is made by the thread of the request, as it may fail.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    files.base = f"http{'s' * bool(certificate)}://127.0.0.1:{server.server_address[1]}/emdb"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()
