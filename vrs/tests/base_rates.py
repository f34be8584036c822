"""How many maps break each rule of Level 0: ``python -m vrs.tests.base_rates``.

Measures the real maps and the sound simulated ones with the built-in engines. The counts over whole
real maps become ``vrs/level0/base_rates.json``, from which reports print "5 of 8 real maps"; every
rule on every map becomes ``docs/rules.json`` and ``docs/rules.rst``. Maps that were cut around a
chain are not in the base rates: their boxes say nothing about the rules on centring and space.
Needs the larger example data; a missing map is an error, so that the tables always count the same
maps. ``--page`` writes the page from rules.json, without measuring.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone
from multiprocessing import get_context
from typing import List, Sequence

import msgspec

from vrs import __version__
from vrs.checks.base_rates import BaseRates
from vrs.level0 import LEVEL0, prepare
from vrs.level0.base_rates import TABLE
from vrs.tests.evidence import known_cases
from vrs.tests.example_data import LARGER_DATA
from vrs.tests.suite.cases import Kind
from vrs.tests.suite.real_maps import REAL_MAPS, RealMap
from vrs.tests.suite.rules import (
    CUT,
    DATA,
    OTHER,
    PAGE,
    WHOLE,
    BeforeAndAfter,
    MapRules,
    Measured,
    page,
    rates,
    rules_of,
)

WHOLE_MAPS = {
    "emd_1703 at 0.006": "EMD-1703",
    "emd_1883 at 0.0006": "EMD-1883",
    "emd_1997 at 1": "EMD-1997",
    "emd_3488 at 0.09": "EMD-3488",
    "emd_44046 at 0.3": "EMD-44046",
    "emd_5168 at 10": "EMD-5168",
    "emd_6824 at 4": "EMD-6824",
    "ngl_betaGal at 0.03": "beta-galactosidase (tutorial map)",
}
"""The maps of the base rates with their names in a report."""

SOUND = "sound"

DENSITIES = [real for real in REAL_MAPS if "input.not_density" not in real.required]
"""The real maps that are maps of density; others get no score."""


def group_of(real: RealMap) -> str:
    """Where a real map is counted."""
    if not real.whole:
        return CUT
    return WHOLE if real.name in WHOLE_MAPS else OTHER


def measure(name: str) -> MapRules:
    """The rules of a real map, or of a simulated one of the first set."""
    real = {real.name: real for real in DENSITIES}.get(name)
    shown = real.make() if real else known_cases(False)[name].make()
    inputs = prepare(shown.density, shown.contour, shown.resolution).inputs
    checks = {check.id: rules_of(check.run(inputs)) for check in LEVEL0.checks}
    return MapRules(name, group_of(real) if real else SOUND, checks)


def measure_all() -> Measured:
    """All real maps and all sound ones, in two processes; what came out is printed on the way.

    Raises FileNotFoundError if a real map is not among the example data.
    """
    for real in DENSITIES:
        if real.path is None:
            raise FileNotFoundError(f"{real.file} is not in the repository or in {LARGER_DATA}")
    names = [real.name for real in DENSITIES]
    names += [case.name for case in known_cases(False).values() if case.kind is Kind.SOUND]
    maps: List[MapRules] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for measured in pool.map(measure, names):
            statuses = (f"{name} {check.status}" for name, check in measured.checks.items())
            print(f"{measured.name}: {', '.join(statuses)}", flush=True)
            maps.append(measured)
    return Measured(
        __version__,
        datetime.now(timezone.utc).date().isoformat(),
        [measured for measured in maps if measured.group != SOUND],
        rates([measured for measured in maps if measured.group == SOUND]),
    )


def base_rates(measured: Measured) -> BaseRates:
    """The table of reports."""
    whole = [found for found in measured.maps if found.group == WHOLE]
    return BaseRates(
        measured.date, measured.version, list(WHOLE_MAPS.values()), rules=rates(whole)
    )


def main(arguments: Sequence[str]) -> int:
    """Measure all maps, and write the tables."""
    data = msgspec.json.decode(DATA.read_bytes(), type=BeforeAndAfter)
    if "--page" not in arguments:
        data.after = measure_all()
        table = base_rates(data.after)
        for rule, rate in table.rules.items():
            print(f"{rule:<28} {rate.broken} of {rate.maps}")
        TABLE.write_bytes(msgspec.json.format(msgspec.json.encode(table)) + b"\n")
        DATA.write_bytes(msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n")
    PAGE.write_text(page(data), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
