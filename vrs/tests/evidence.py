"""What the findings find: ``python -m vrs.tests.evidence`` (``./run test evidence``).

Every map of the independent suite and every real map is prepared, the checks and the evidence that
findings read are measured, and the findings are drawn, without Scipion. The tables say which flaws
were named, and what was found in sound maps. The exit status is 0 if at least 90 % of the flawed
maps get a finding that names their flaw, at most 10 % of the sound ones get a serious finding or a
caution, and the real maps get what is known about them.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from vrs.checks.check import Check
from vrs.checks.inputs import PROPOSED
from vrs.checks.result import Outcome
from vrs.level0 import LEVEL0, prepare
from vrs.level0.proposed_contour import propose_contour
from vrs.maps import MapError
from vrs.maps.spikes import find_spikes, without_spikes
from vrs.maps.typed_values import GIVEN
from vrs.report.text.findings import KINDS, Conclusions, conclude
from vrs.tests.example_data import DATA, LARGER_DATA
from vrs.tests.suite.cases import Case, cases
from vrs.tests.suite.damage import TestMap
from vrs.tests.suite.real_maps import REAL_MAPS, RealMap
from vrs.tests.suite.tables import FIRST, HELD_OUT, REAL, Row, report_real, report_set, rst_table

READ = {ground.check for kind in KINDS for ground in kind.reads}
"""Identifiers of what findings are drawn from."""


def conclusions(shown: TestMap, proposed: bool = False) -> Conclusions:
    """The findings of a map, from the checks that findings read; perhaps at a proposed level."""
    contour, source = shown.contour, GIVEN
    if proposed:
        density = without_spikes(shown.density, find_spikes(shown.density))
        try:
            proposal = propose_contour(density)
            contour, source = proposal.level, f"{PROPOSED}{proposal.reason}"
        except MapError:
            pass  # A mask, which has no contour level, is measured at the stated one.
    preparation = prepare(shown.density, contour, shown.resolution, contour_source=source)
    wanted: Iterable[Check] = (
        check for check in (*LEVEL0.evidence, *LEVEL0.checks) if check.id in READ
    )
    outcomes: Dict[str, Outcome] = {"input": preparation.section}
    for check in wanted:
        outcomes[check.id] = check.run(preparation.inputs)
    return conclude(preparation.input, outcomes)


@lru_cache(maxsize=2)
def known_cases(held_out: bool) -> Dict[str, Case]:
    """The cases of a set by name."""
    larger = LARGER_DATA / "structures"
    folder = larger if larger.is_dir() else DATA / "structures"
    return {case.name: case for case in cases(folder, held_out)}


def known_real_maps() -> Dict[str, RealMap]:
    """The real maps that are here, by name."""
    return {real.name: real for real in REAL_MAPS if real.path is not None}


def measure(task: Tuple[str, str], proposed: bool = False) -> Row:
    """The row of a map: ("first", "held out" or "real", its name)."""
    set_name, name = task
    start = time.perf_counter()
    if set_name == REAL:
        shown = known_real_maps()[name].make()
    else:
        shown = known_cases(set_name == HELD_OUT)[name].make()
    concluded = conclusions(shown, proposed)
    found = tuple((f.id, f.severity, f.caused_by or "") for f in concluded.findings)
    seconds = time.perf_counter() - start
    return Row(set_name, name, found, concluded.overall.level, seconds)


def measure_all(
    tasks: Sequence[Tuple[str, str]], processes: int, proposed: bool = False
) -> List[Row]:
    """The rows in the order of the tasks; what is done is printed on the way."""
    rows = []
    # Neighbours share their molecule, and so a process.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        chunk = max(1, min(8, len(tasks) // (2 * processes)))
        for row in pool.map(partial(measure, proposed=proposed), tasks, chunksize=chunk):
            rows.append(row)
            if sys.stderr.isatty():
                print(f"\r{len(rows)} of {len(tasks)} {row.name:40}", end="", file=sys.stderr)
    return rows


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="./run test evidence", description="Which flaws the findings name, and false alarms."
    )
    parser.add_argument(
        "--set", choices=(FIRST, HELD_OUT, REAL), action="append", dest="sets",
        help="a set of maps; may be repeated (default: all)",
    )  # fmt: skip
    parser.add_argument("--only", default="", metavar="TEXT", help="maps with TEXT in their name")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), metavar="N")
    parser.add_argument("--rst", action="store_true", help="print the table of docs/evidence.rst")
    parser.add_argument("--list", action="store_true", help="print the findings of every map")
    parser.add_argument(
        "--proposed", action="store_true",
        help="measure at the contour level that the program proposes, as if none was stated",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    names = {
        FIRST: list(known_cases(False)),
        HELD_OUT: list(known_cases(True)),
        REAL: list(known_real_maps()),
    }
    tasks = [
        (set_name, name)
        for set_name in options.sets or names
        for name in names[set_name]
        if options.only in name
    ]
    if not tasks:
        parser.error(f"no map has “{options.only}” in its name")
    rows = measure_all(tasks, options.processes, options.proposed)
    if options.list:
        for row in rows:
            print(f"{row.set_name:8} {row.name:44} {row.seconds:5.1f} s {row.level:8} {row.text}")
    right = True
    for set_name in dict.fromkeys(row.set_name for row in rows):
        own = [row for row in rows if row.set_name == set_name]
        if set_name == REAL:
            right &= report_real(own, known_real_maps())
        else:
            right &= report_set(set_name, own, known_cases(set_name == HELD_OUT))
    if options.rst:
        print(rst_table(rows, {**known_cases(False), **known_cases(True)}, known_real_maps()))
    print(f"\n{len(rows)} maps in {time.perf_counter() - start:.0f} s")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
