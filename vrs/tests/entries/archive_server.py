"""An archive on this computer that answers well or badly, for tests of transfers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable, Dict, Iterator, List, Tuple


@dataclass
class Files:
    """What the server has, how it answers, and what it was asked.

    ``answers`` holds per path the handlers of the next requests; then files are sent as they are.
    """

    content: Dict[str, bytes] = field(default_factory=dict)
    answers: Dict[str, List[Callable[["Handler"], None]]] = field(default_factory=dict)
    requests: List[Tuple[str, str]] = field(default_factory=list)
    base: str = ""


class Handler(BaseHTTPRequestHandler):
    files: Files
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.files.requests.append((self.path, self.headers.get("Range", "")))
        special = self.files.answers.get(self.path)
        if special:
            special.pop(0)(self)
            return
        self.send_file()

    @property
    def body(self) -> bytes:
        return self.files.content.get(self.path, b"")

    def send_file(self) -> None:
        if self.path not in self.files.content:
            self.send_status(404)
            return
        wanted, body = self.headers.get("Range", ""), self.body
        start = int(wanted[len("bytes=") : -1]) if wanted else 0
        if start >= len(body) and wanted:
            self.send_status(416)
            return
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start:])

    def send_status(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_partly(self, bytes_sent: int, announced: int) -> None:
        """Send a part of the file and close the connection."""
        self.send_response(200)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        self.wfile.write(self.body[:bytes_sent])
        self.close_connection = True

    def send_whole(self) -> None:
        """Send the whole file whatever part was asked for."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Stay silent."""


@contextmanager
def serve() -> Iterator[Files]:
    files = Files()
    handler = type("HandlerOfFiles", (Handler,), {"files": files})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    files.base = f"http://127.0.0.1:{server.server_address[1]}/emdb"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()
