"""The tables of ``vrs.tests.evidence``: what was named, and what was found in sound maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterator, List, Mapping, Sequence, Tuple

from vrs.report.text.findings import KINDS, entry
from vrs.report.text.findings.kind import NOTE
from vrs.tests.suite.cases import Case, Kind
from vrs.tests.suite.real_maps import RealMap

MEASURED = [kind for kind in KINDS if kind not in entry.KINDS]
"""The findings that maps without an entry can have."""

LEAST_NAMED, MOST_FALSE = 0.9, 0.1
"""Shares of flawed maps whose flaw is named, and of sound maps with a point to check."""

LEVELS = ("none", "points", "serious")
FIRST, HELD_OUT, REAL = "first", "held out", "real"


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


def report_set(set_name: str, rows: Sequence[Row], listed: Mapping[str, Case]) -> bool:
    """Print the tables of one set of simulated maps; returns whether its shares hold."""
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
    for kind in MEASURED:
        wanted = [by_name[case.name] for case in cases_here if kind.id in case.required]
        hits = sum(row.has(kind.id) for row in wanted)
        false = sum(kind.id in row.names for row in sound)
        counted = sum((kind.id, "") in row.causes for row in sound)
        detected = f"{hits}/{len(wanted)}" if wanted else "–"
        caused = f" ({false - counted})" if false != counted else ""
        print(f"{kind.id:28} {detected:28} {counted}/{len(sound)}{caused}")


def report_real(rows: Sequence[Row], listed: Mapping[str, RealMap]) -> bool:
    """Print what was found in real maps; returns whether all is as known."""
    print("\nReal maps\n")
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


def rst_table(rows: Sequence[Row], listed: Mapping[str, Case], real: Mapping[str, RealMap]) -> str:
    """The table of the documentation; ``listed`` are the cases of both sets."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    lines += _cells(
        "finding", "names the flaw, first set", "second set", "in sound maps, first set",
        "second set", "in whole real maps",
    )  # fmt: skip
    whole = [row for row in rows if row.set_name == REAL and real[row.name].whole]
    for kind in MEASURED:
        cells = [f"``{kind.id}``"]
        for set_name in (FIRST, HELD_OUT):
            wanted = [row for row in _of(set_name, rows) if kind.id in listed[row.name].required]
            hits = sum(row.has(kind.id) for row in wanted)
            cells.append(f"{hits}/{len(wanted)}" if wanted else "–")
        sound = [
            [row for row in _of(set_name, rows) if listed[row.name].kind is Kind.SOUND]
            for set_name in (FIRST, HELD_OUT)
        ]
        for group in (*sound, whole):
            cells.append(f"{sum((kind.id, '') in row.causes for row in group)}/{len(group)}")
        lines += _cells(*cells)
    return "\n".join(lines)


def _of(set_name: str, rows: Sequence[Row]) -> List[Row]:
    return [row for row in rows if row.set_name == set_name]


def _cells(*cells: str) -> Iterator[str]:
    for index, cell in enumerate(cells):
        yield f"   {'*' if index == 0 else ' '} - {cell}"
