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
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from vrs.checks.check import Check
from vrs.checks.result import Outcome
from vrs.level0 import LEVEL0, prepare
from vrs.report.text.findings import KINDS, Conclusions, conclude
from vrs.report.text.findings.kind import NOTE
from vrs.tests.example_data import DATA, LARGER_DATA
from vrs.tests.suite.cases import Case, Kind, cases
from vrs.tests.suite.damage import TestMap
from vrs.tests.suite.real_maps import REAL_MAPS, RealMap

LEAST_NAMED, MOST_FALSE = 0.9, 0.1
"""Shares of flawed maps whose flaw is named, and of sound maps with a point to check."""

LEVELS = ("none", "points", "serious")
REAL = "real"

READ = {ground.check for kind in KINDS for ground in kind.reads}
"""Identifiers of what findings are drawn from."""


@dataclass(frozen=True)
class Row:
    """What was found in one map.

    Attributes
    ----------
    findings : tuple of 3 str -- identifier, severity and cause ("" for none) of each
    level : str -- of the overall line
    """

    set_name: str
    name: str
    findings: Tuple[Tuple[str, str, str], ...]
    level: str
    seconds: float

    @property
    def names(self) -> List[str]:
        return [name for name, _, _ in self.findings]

    @property
    def counted(self) -> List[str]:
        """Serious findings and cautions that no other finding causes."""
        return [name for name, weight, cause in self.findings if weight != NOTE and not cause]

    @property
    def causes(self) -> List[Tuple[str, str]]:
        """Each finding with its cause, "" for none."""
        return [(name, cause) for name, _, cause in self.findings]

    @property
    def text(self) -> str:
        """The findings with their severities and causes in one line."""
        return ", ".join(
            f"{name} ({weight}{f', by {cause}' if cause else ''})"
            for name, weight, cause in self.findings
        )

    def has(self, required: str) -> bool:
        """Whether a finding is there: "id", or "id severity"."""
        name, _, weight = required.partition(" ")
        return any(n == name and weight in ("", w) for n, w, _ in self.findings)


def conclusions(shown: TestMap) -> Conclusions:
    """The findings of a map, from the checks that findings read."""
    preparation = prepare(shown.density, shown.contour, shown.resolution)
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


def measure(task: Tuple[str, str]) -> Row:
    """The row of a map: ("first", "held out" or "real", its name)."""
    set_name, name = task
    start = time.perf_counter()
    if set_name == REAL:
        shown = known_real_maps()[name].make()
    else:
        shown = known_cases(set_name == "held out")[name].make()
    concluded = conclusions(shown)
    found = tuple((f.id, f.severity, f.caused_by or "") for f in concluded.findings)
    seconds = time.perf_counter() - start
    return Row(set_name, name, found, concluded.overall.level, seconds)


def measure_all(tasks: Sequence[Tuple[str, str]], processes: int) -> List[Row]:
    """The rows in the order of the tasks; what is done is printed on the way."""
    rows = []
    # Neighbours share their molecule, and so a process.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        chunk = max(1, min(8, len(tasks) // (2 * processes)))
        for row in pool.map(measure, tasks, chunksize=chunk):
            rows.append(row)
            if sys.stderr.isatty():
                print(f"\r{len(rows)} of {len(tasks)} {row.name:40}", end="", file=sys.stderr)
    return rows


def report_set(set_name: str, rows: Sequence[Row]) -> bool:
    """Print the tables of one set of simulated maps; returns whether its shares hold."""
    listed = known_cases(set_name == "held out")
    by_name = {row.name: row for row in rows}
    cases_here = [case for case in listed.values() if case.name in by_name]
    print(f"\nSimulated maps, {set_name} set\n")
    named, flawed = 0, 0
    for kind in (Kind.FLAWED, Kind.APART):
        print(f"{kind.value}: what was done, findings of which one is required, named")
        for what in dict.fromkeys(case.what for case in cases_here if case.kind is kind):
            same = [case for case in cases_here if case.what == what]
            hits = [any(map(by_name[case.name].has, case.required)) for case in same]
            if kind is Kind.FLAWED:
                named, flawed = named + sum(hits), flawed + len(hits)
            required = " or ".join(same[0].required)
            print(f"  {what:30} {required:62} {sum(hits)}/{len(hits)}")
            for case, hit in zip(same, hits):
                if not hit:
                    print(f"    {case.name}: {by_name[case.name].text or 'nothing'}")
    sound = [by_name[case.name] for case in cases_here if case.kind is Kind.SOUND]
    false = [row for row in sound if row.counted]
    print("sound: those with a serious finding or a caution")
    for row in false:
        print(f"  {row.name:44} {row.text}")
    report_findings(cases_here, by_name, sound)
    print(
        f"\n{set_name} set: the flaw is named in {named} of {flawed} flawed maps "
        f"({_share(named, flawed)}); {len(false)} of {len(sound)} sound maps "
        f"({_share(len(false), len(sound))}) have a point to check"
    )
    few_false = len(false) <= MOST_FALSE * len(sound)
    return named >= LEAST_NAMED * flawed and few_false


def report_findings(
    cases_here: Sequence[Case], by_name: Dict[str, Row], sound: Sequence[Row]
) -> None:
    """Print how often each finding is there where it is one of those required, and elsewhere."""
    print("\nfinding                      where it may name the flaw   in sound maps (caused ones)")
    for kind in KINDS:
        wanted = [by_name[case.name] for case in cases_here if kind.id in case.required]
        hits = sum(row.has(kind.id) for row in wanted)
        false = sum(kind.id in row.names for row in sound)
        counted = sum((kind.id, "") in row.causes for row in sound)
        detected = f"{hits}/{len(wanted)}" if wanted else "–"
        caused = f" ({false - counted})" if false != counted else ""
        print(f"{kind.id:28} {detected:28} {counted}/{len(sound)}{caused}")


def report_real(rows: Sequence[Row]) -> bool:
    """Print what was found in real maps; returns whether all is as known."""
    print("\nReal maps\n")
    listed = known_real_maps()
    right = True
    for row in rows:
        real = listed[row.name]
        problems = [f"lacks {wanted}" for wanted in real.required if not row.has(wanted)]
        if LEVELS.index(row.level) > LEVELS.index(real.worst):
            problems.append(f"is “{row.level}”, at worst “{real.worst}” is right")
        if real.only:
            allowed = {wanted.partition(" ")[0] for wanted in real.required}
            problems += [f"has {name}" for name in row.counted if name not in allowed]
        right &= not problems
        print(f"  {row.name:30} {row.level:8} {row.text or 'nothing'}")
        print(f"  {'':30} {real.why}{'; WRONG: ' + ', '.join(problems) if problems else ''}")
    return right


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="./run test evidence", description="Which flaws the findings name, and false alarms."
    )
    parser.add_argument(
        "--set", choices=("first", "held out", "real"), action="append", dest="sets",
        help="a set of maps; may be repeated (default: all)",
    )  # fmt: skip
    parser.add_argument("--only", default="", metavar="TEXT", help="maps with TEXT in their name")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), metavar="N")
    parser.add_argument("--list", action="store_true", help="print the findings of every map")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    names = {
        "first": list(known_cases(False)),
        "held out": list(known_cases(True)),
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
    rows = measure_all(tasks, options.processes)
    if options.list:
        for row in rows:
            print(f"{row.set_name:8} {row.name:44} {row.seconds:5.1f} s {row.level:8} {row.text}")
    right = True
    for set_name in dict.fromkeys(row.set_name for row in rows):
        own = [row for row in rows if row.set_name == set_name]
        right &= report_real(own) if set_name == REAL else report_set(set_name, own)
    print(f"\n{len(rows)} maps in {time.perf_counter() - start:.0f} s")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
