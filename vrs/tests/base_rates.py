"""How many real maps break each rule of Level 0: ``python -m vrs.tests.base_rates``.

Measures whole real maps at the contour level and resolution of their entries, with the built-in
engines, and writes ``vrs/level0/base_rates.json``, from which reports print "13 of 16 real maps
break this rule". Maps that were cut around a chain are left out: their boxes say nothing about the
rules on centring and space. Needs the larger example data; a missing map is an error, so that the
table always counts the same maps.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Counter as Counted
from typing import List, Sequence

import msgspec

from vrs import __version__
from vrs.checks.base_rates import BaseRates, RuleRate
from vrs.checks.result import Result
from vrs.level0 import LEVEL0, prepare
from vrs.level0.base_rates import TABLE
from vrs.maps import read_map
from vrs.tests.example_data import LARGER_DATA, find_example


@dataclass(frozen=True)
class RealMap:
    """A whole map; contour level in its grey values, resolution in Å."""

    name: str
    file: str
    contour: float
    resolution: float


WHOLE_MAPS = (
    RealMap("EMD-1703", "emd_1703.map.gz", 0.006, 32.0),
    RealMap("EMD-1883", "emd_1883.map.mrc.gz", 0.0006, 20.9),
    RealMap("EMD-1997", "emd_1997.map.gz", 1.0, 7.0),
    RealMap("EMD-3488", "emd_3488.map.gz", 0.09, 3.2),
    RealMap("EMD-44046", "emd_44046.map.gz", 0.3, 2.99),
    RealMap("EMD-5168", "emd_5168.map.gz", 10.0, 6.6),
    RealMap("EMD-6824", "emd_6824.mrc.gz", 4.0, 5.8),
    RealMap("beta-galactosidase (tutorial map)", "ngl_betaGal.mrc.gz", 0.03, 10.0),
)


def results_of(real: RealMap) -> List[Result]:
    """The checks of a map.

    Raises FileNotFoundError if it is not among the example data.
    """
    path = find_example(f"maps/{real.file}")
    if path is None:
        raise FileNotFoundError(f"{real.file} is neither in the repository nor in {LARGER_DATA}")
    inputs = prepare(read_map(path), real.contour, real.resolution).inputs
    return [check.run(inputs) for check in LEVEL0.checks]


def rates(results: Sequence[Result]) -> BaseRates:
    """Counts over the results of all maps; rules that no map was evaluated by are left out."""
    broken: Counted[str] = Counter()
    evaluated: Counted[str] = Counter()
    scored = {rule.id for check in LEVEL0.checks for rule in check.rules if rule.scored}
    for result in results:
        if result.evaluated:
            evaluated.update(scored.intersection(result.criteria))
            broken.update({warning.rule for warning in result.warnings})
    return BaseRates(
        datetime.now(timezone.utc).date().isoformat(),
        __version__,
        [real.name for real in WHOLE_MAPS],
        rules={rule: RuleRate(broken[rule], maps) for rule, maps in sorted(evaluated.items())},
    )


def main() -> int:
    """Measure all maps, print what came out, and write the table."""
    results: List[Result] = []
    for real in WHOLE_MAPS:
        measured = results_of(real)
        statuses = ", ".join(f"{result.id} {result.status_text}" for result in measured)
        print(f"{real.name}: {statuses}", flush=True)
        results.extend(measured)
    table = rates(results)
    for rule, rate in table.rules.items():
        print(f"{rule:<28} {rate.broken} of {rate.maps}")
    TABLE.write_bytes(msgspec.json.format(msgspec.json.encode(table)) + b"\n")
    print(f"written to {TABLE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
