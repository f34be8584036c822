"""A batch of a mirror is brought up to date: what changed is measured, and nothing else."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

import pytest
from msgspec.structs import replace

from vrs.batch import run as batch_run
from vrs.batch import update
from vrs.batch.pool import Job, Pool
from vrs.batch.row import Row
from vrs.batch.state import FINISHED, BatchState
from vrs.batch.task import Cost, Done, Task
from vrs.batch.work import perform
from vrs.checks.store import read_json, write_json
from vrs.cli.main import main
from vrs.entries.header import read_header
from vrs.maps import write_map
from vrs.maps.source import sha256_of
from vrs.report.model import Report
from vrs.run.map_options import MapOptions
from vrs.run.named_map import local_files
from vrs.run.written import sign
from vrs.tests.batch.made_archive import (
    FIRST,
    change_header,
    header_file,
    make_archive,
    make_entry,
    map_file,
    packed_map,
)
from vrs.tests.conftest import SmallMap

SKIP = "0.c,0.d,0.e,0.f,0.g,0.h"


class Archive:
    """A mirror of made entries, and the folder of its batch."""

    def __init__(self, folder: Path, number: int) -> None:
        self.mirror, self.out = folder / "emdb", folder / "out"
        self.names = make_archive(self.mirror, number)

    def update(self, capsys: pytest.CaptureFixture[str]) -> Dict[str, Any]:
        """The answer of the command."""
        main(
            ["batch", "--emdb", str(self.mirror), "--out", str(self.out), "--only", "json",
             "--skip", SKIP, "--update", "--json"]
        )  # fmt: skip
        answer: Dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    def reports(self) -> Dict[str, int]:
        """When each report was written, in nanoseconds."""
        files = (self.out / "reports").glob("*/report.json")
        return {file.parent.name: file.stat().st_mtime_ns for file in files}

    def history(self) -> List[Dict[str, str]]:
        text = (self.out / "history.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))


class QuickPool(Pool):
    """Measures the first map, and writes the reports of the others like it, each of its files."""

    def run(
        self,
        jobs: Sequence[Job],
        ended: Callable[[Task, str, Optional[Done]], bool],
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        report: Optional[Report] = None
        for job in jobs:
            task, folder = job.task, Path(job.task.folder)
            if report is None:
                assert perform(task).reason == ""
                report = read_json(folder / "report.json", Report)
            else:
                header, file = local_files(task.options.map)
                report.input.sha256 = sha256_of(file)
                report.input.entry = read_header(header)
                line = task.options.command_line
                provenance = replace(report.provenance, command_line=line)
                folder.mkdir(exist_ok=True)
                write_json(folder / "report.json", replace(report, provenance=provenance))
                sign(folder)
            ended(task, "", Done(task.name, "", Cost(1.0, 1.0, 1)))


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Archive]:
    """Makes an archive, whose maps are not measured one by one (./run test load does)."""
    # The command sets it for its workers.
    monkeypatch.setenv("VRS_EMDB", "")
    monkeypatch.setattr(batch_run, "Pool", QuickPool)
    return lambda number: Archive(tmp_path, number)


@pytest.mark.long
def test_of_300_entries_exactly_the_20_that_changed_are_measured(
    archive: Callable[[int], Archive], capsys: pytest.CaptureFixture[str]
) -> None:
    large = archive(300)
    first = large.update(capsys)
    assert (first["passed"], len(first["update"]["new"])) == (300, 300)
    before = large.reports()

    names = iter(large.names)
    revised, contoured, with_other_map = ([next(names) for _ in range(6)] for _ in range(3))
    withdrawn, removed = next(names), next(names)
    for name in revised:
        change_header(large.mirror, name, "admin/key_dates/update", "2026-11-28")
    for name in contoured:
        change_header(large.mirror, name, "map/contour_list/contour/level", 0.09)
    for name in with_other_map:
        map_file(large.mirror, name).write_bytes(packed_map(100))
    new = [make_entry(large.mirror, FIRST + 300 + place) for place in range(2)]
    change_header(large.mirror, withdrawn, "admin/current_status/code", "WDRN")
    shutil.rmtree(large.mirror / "structures" / removed)
    # Another copy of the same files, and a header that says the same in other bytes.
    for name in [next(names) for _ in range(30)]:
        os.utime(map_file(large.mirror, name))
        file = header_file(large.mirror, name)
        file.write_bytes(file.read_bytes() + b"<!-- copied -->")

    second = large.update(capsys)
    changed = sorted([*revised, *contoured, *with_other_map])
    assert second["update"] == {
        "new": sorted(new), "changed": changed, "withdrawn": sorted([withdrawn, removed]),
        "kept": [],
    }  # fmt: skip
    after = large.reports()
    assert {name for name in after if after[name] != before.get(name)} == {*changed, *new}
    assert set(before) - set(after) == {withdrawn, removed}
    assert (second["passed"], second["failed"], second["left"]) == (300, 0, 0)
    assert large.update(capsys)["update"] == {
        "new": [], "changed": [], "withdrawn": [], "kept": [],
    }  # fmt: skip

    history = large.history()
    of_revised = [row for row in history if row["name"] == revised[0]]
    assert [row["revised"] for row in of_revised][1:] == ["2026-11-28"]
    other = [row for row in history if row["name"] == with_other_map[0]]
    assert len({row["map_sha256"] for row in other}) == 2
    assert all(float(row["mass.space"]) > 0 for row in history if row["event"] == "measured")
    assert [row["event"] for row in history if row["name"] == removed] == ["measured", "withdrawn"]
    assert len(history) == 300 + 20 + 2


def test_a_withdrawn_entry_whose_report_somebody_changed_keeps_it(
    archive: Callable[[int], Archive], capsys: pytest.CaptureFixture[str]
) -> None:
    small = archive(4)
    small.update(capsys)
    first, second, third, _ = small.names
    for name in (first, second, third):
        shutil.rmtree(small.mirror / "structures" / name)
    note = small.out / "reports" / first / "note.txt"
    note.write_text("mine", encoding="utf-8")
    # The process that was to remove this one was killed.
    (small.out / "reports" / third / "report.json").unlink()
    answer = small.update(capsys)["update"]
    assert answer["withdrawn"] == [second, third]
    assert len(answer["kept"]) == 1 and f"{first}: " in answer["kept"][0]
    assert "already holds note.txt" in answer["kept"][0]
    assert note.exists() and (note.parent / "report.json").exists()
    assert sorted(os.listdir(small.out / "reports")) == sorted([first, small.names[3]])


def test_a_mirror_that_is_not_whole_costs_no_report(
    archive: Callable[[int], Archive],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = archive(3)
    small.update(capsys)
    before = small.reports()
    monkeypatch.setattr(update, "FEW", 1)
    header_file(small.mirror, small.names[2]).write_bytes(b"<emd")
    assert small.update(capsys)["update"]["withdrawn"] == [], "it cannot be read now"
    for name in small.names[:2]:
        shutil.rmtree(small.mirror / "structures" / name)
    make_entry(small.mirror, FIRST + 10)
    error = small.update(capsys)["error"]
    assert "2 of 3 entries with a report are not in the mirror" in error
    assert small.reports() == before
    # Who knows better removes them.
    for name in small.names[:2]:
        shutil.rmtree(small.out / "reports" / name)
    answer = small.update(capsys)["update"]
    assert (len(answer["new"]), answer["withdrawn"]) == (1, small.names[:2])


def test_an_update_is_for_a_mirror(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["list.csv"], ["list.csv", "--emdb", "/data/emdb"]):
        with pytest.raises(SystemExit):
            main(["batch", *arguments, "--out", "out", "--update"])
        assert "--update is for a mirror of EMDB" in capsys.readouterr().err


def test_a_report_of_an_earlier_map_is_not_finished_after_a_kill(
    small_map: SmallMap, tmp_path: Path
) -> None:
    """The run that was to measure the changed map was killed, and its report never written."""
    file = tmp_path / "map.mrc"
    write_map(file, small_map.density)
    options = MapOptions(
        map=str(file), contour=repr(small_map.contour), skip=tuple(SKIP.split(",")),
        command_line="vrs report map.mrc",
    )  # fmt: skip
    row = Row(1, "ball", options)
    state = BatchState(tmp_path)
    assert state.settle([row], pdf=False, html=False) == [row]
    task = Task("ball", options, str(state.folder_of("ball")), pdf=False, html=False)
    done = perform(task)
    assert done.reason == ""
    assert state.finish(row, done.cost, pdf=False, html=False) is not None

    os.utime(file, (1.0, 1.0))
    assert state.settle([row], pdf=False, html=False) == [], "it holds the same"
    write_map(file, small_map.density.with_data(2 * small_map.density.data))
    for _ in range(2):
        assert state.settle([row], pdf=False, html=False) == [row]
        assert state.entries()[0].summary is None
        # The worker ended without an answer; the earlier report stands in its place.
        assert state.finish(row, None, pdf=False, html=False) is None
    assert perform(task).reason == ""
    assert state.finish(row, None, pdf=False, html=False) is not None
    assert state.entries()[0].state == FINISHED
    state.close()
