"""The state of a batch in SQLite, with one writer: the process that started the batch.

What counts is report.json: a report that stands in its place, and was made from what the files hold
now, is finished, whatever the state says; one that is missing or damaged is not. The state only
saves reading them all again, and keeps what no report holds: why a map failed, what a report took,
and the numbers of earlier reports of the same map.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import msgspec

from vrs.batch import REPORTS, STATE
from vrs.batch.row import Row
from vrs.batch.summary import Summary, summary_of
from vrs.batch.task import Cost
from vrs.maps.errors import OutputError
from vrs.report import REPORT_JSON

WAITING, FINISHED, FAILED = "waiting", "finished", "failed"

_VERSION = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS maps (
    name TEXT PRIMARY KEY,
    place INTEGER,       -- in the list; NULL for a map that is not in it any more
    options TEXT,
    identity TEXT,       -- of the row with which the report was made
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    report TEXT,         -- size and time of report.json
    summary TEXT,
    seconds REAL, cpu REAL, memory INTEGER
);
CREATE TABLE IF NOT EXISTS history (
    name TEXT, date TEXT,  -- of the report, or of the withdrawal
    summary TEXT,          -- NULL for a withdrawal
    UNIQUE (name, date, summary)
);
"""


class Entry(NamedTuple):
    """A map in the state; ``seconds`` are 0 where they are not known."""

    name: str
    state: str
    reason: str
    summary: Optional[Summary]
    seconds: float


class Past(NamedTuple):
    """A report that was written of a map, or its withdrawal (``summary`` is None)."""

    name: str
    date: str
    summary: Optional[Summary]


class BatchState:
    """The maps of a batch in its folder, which the caller has locked.

    Raises OutputError if the file is not of this program.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _named(folder / STATE):
            self._database = sqlite3.connect(folder / STATE, isolation_level=None)
            version = self._database.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise OutputError(
                    f"{folder / STATE} was written by another version of this program",
                    "choose another folder with --out",
                )
            self._database.execute(f"PRAGMA user_version = {_VERSION}")
            self._database.executescript(_TABLES)

    def close(self) -> None:
        self._database.close()

    def folder_of(self, name: str) -> Path:
        """The folder of a report."""
        return self._folder / REPORTS / name

    def settle(self, rows: Sequence[Row], pdf: bool, html: bool) -> List[Row]:
        """Take over the rows of the list, and return those without a finished report.

        The report of a row whose values or files have changed is not finished. Files of another
        size or time are read: what they hold decides.
        """
        known = {line[0]: line[1:] for line in self._database.execute(
            "SELECT name, identity, state, report FROM maps"
        )}  # fmt: skip
        left = []
        with self._transaction():
            self._database.execute("UPDATE maps SET place = NULL")
            for place, row in enumerate(rows):
                identity = row.identity
                before = known.get(row.name)
                stamp = _stamp(self.folder_of(row.name) / REPORT_JSON)
                if before == (identity, FINISHED, stamp) and stamp:
                    self._write(row, place, identity, FINISHED)
                    continue
                summary = self._finished(row, pdf, html) if stamp else None
                if summary is None or not row.is_made_into(summary.content):
                    left.append(row)
                    self._write(row, place, identity, WAITING)
                else:
                    self._write(row, place, identity, FINISHED, report=stamp, summary=summary)
        return left

    def finish(self, row: Row, cost: Optional[Cost], pdf: bool, html: bool) -> Optional[Summary]:
        """Record a report if it stands in its place; returns its summary, None if it does not.

        Without a cost, as nobody has said that it was written, an earlier report may stand there:
        what the files hold decides.
        """
        summary = self._finished(row, pdf, html)
        if summary is not None and cost is None and not row.is_made_into(summary.content):
            return None
        if summary is not None:
            stamp = _stamp(self.folder_of(row.name) / REPORT_JSON)
            with self._transaction():
                # The files may have changed since ``settle``, and are then compared the next time.
                self._write(row, None, None, FINISHED, report=stamp, summary=summary, cost=cost)
        return summary

    def fail(self, row: Row, reason: str) -> None:
        """Record why a map has no report."""
        with self._transaction():
            self._write(row, None, None, FAILED, reason=reason)

    def entries(self) -> List[Entry]:
        """The maps of the list, in its order."""
        lines = self._database.execute(
            "SELECT name, state, reason, summary, seconds FROM maps WHERE place IS NOT NULL"
            " ORDER BY place"
        )
        return [
            # An earlier report of a map that failed or waits does not count.
            Entry(name, state, reason, _decoded(summary if state == FINISHED else None),
                  seconds or 0.0)
            for name, state, reason, summary, seconds in lines
        ]  # fmt: skip

    def reported(self) -> List[str]:
        """The names of all maps that have had a report, also of those that left the list."""
        lines = self._database.execute("SELECT name FROM maps WHERE report IS NOT NULL")
        return [name for name, in lines]

    def withdraw(self, name: str, date: str) -> None:
        """Forget a map whose report was removed; its numbers are kept."""
        with self._transaction():
            self._database.execute("DELETE FROM maps WHERE name = ?", (name,))
            self._database.execute("INSERT INTO history VALUES (?, ?, NULL)", (name, date))

    def _finished(self, row: Row, pdf: bool, html: bool) -> Optional[Summary]:
        summary = summary_of(self.folder_of(row.name), pdf, html)
        same = summary is not None and summary.command_line == row.options.command_line
        return summary if same else None

    def _write(
        self,
        row: Row,
        place: Optional[int],
        identity: Optional[str],
        state: str,
        reason: str = "",
        report: Optional[str] = None,
        summary: Optional[Summary] = None,
        cost: Optional[Cost] = None,
    ) -> None:
        """Write what is known of a map; what is None stays as it was."""
        values: Dict[str, object] = {
            "name": row.name, "place": place, "identity": identity, "state": state,
            "options": msgspec.json.encode(row.options).decode(), "reason": reason,
            "report": report, "summary": summary and msgspec.json.encode(summary).decode(),
            "seconds": cost and cost.seconds, "cpu": cost and cost.cpu,
            "memory": cost and cost.memory,
        }  # fmt: skip
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        news = ", ".join(f"{name} = coalesce(excluded.{name}, {name})" for name in values)
        with _named(self._folder / STATE):
            self._database.execute(
                f"INSERT INTO maps ({names}) VALUES ({marks})"
                f" ON CONFLICT (name) DO UPDATE SET {news}",
                values,
            )
            if state != FINISHED:
                # Those of an earlier report, with other values.
                nothing = "summary = NULL, seconds = NULL, cpu = NULL, memory = NULL"
                self._database.execute(f"UPDATE maps SET {nothing} WHERE name = ?", [row.name])
            if summary is not None:
                self._database.execute(
                    "INSERT OR IGNORE INTO history VALUES (?, ?, ?)",
                    (row.name, summary.date, values["summary"]),
                )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _named(self._folder / STATE):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


def read_ends(folder: Path) -> List[Tuple[str, str, str]]:
    """Name and state of each map of the batch in a folder, and why it failed, in their order.

    Another process may be measuring them, and another version of this program may have. Raises
    OutputError if the state cannot be read.
    """
    with _reading(folder) as database:
        return database.execute(
            "SELECT name, state, reason FROM maps WHERE place IS NOT NULL ORDER BY place"
        ).fetchall()


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    file = folder / STATE
    address = f"{file.absolute().as_uri()}?mode=ro"
    with _named(file), closing(sqlite3.connect(address, uri=True)) as database:
        yield database


def read_history(folder: Path) -> Iterator[Past]:
    """What was measured of every map of a batch, the earliest first, and when it was withdrawn.

    Raises OutputError if the state cannot be read.
    """
    with _reading(folder) as database:
        lines = database.execute("SELECT name, date, summary FROM history ORDER BY name, date")
        for name, date, summary in lines:
            yield Past(name, date, _decoded(summary))


def _decoded(summary: Optional[str]) -> Optional[Summary]:
    return msgspec.json.decode(summary, type=Summary) if summary else None


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Errors of the database with the name of its file."""
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(
            f"the state of the batch {file} cannot be used ({error})",
            "free disk space, or move the file away: reports that are finished are found again",
        ) from error


def _stamp(file: Path) -> str:
    """Size and time of a file; "" if there is none."""
    try:
        status = file.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"
