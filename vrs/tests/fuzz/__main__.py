"""Run the fuzzers: ``./run fuzz`` from a checkout, ``python -m vrs.tests.fuzz`` elsewhere."""

from __future__ import annotations

import argparse
import random
import sys
from typing import Optional, Sequence

from vrs.tests.fuzz.kinds import KINDS, run_kinds


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the fuzzers and print what they find; returns 1 if that is anything."""
    parser = argparse.ArgumentParser(
        prog="./run fuzz",
        description="Give broken input to the plugin: every case must end with a valid result or "
        "one clear sentence.",
    )
    parser.add_argument(
        "seconds", type=float, nargs="?", default=60.0,
        help="how long each fuzzer runs (%(default)g); 0 for one case",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, help="of the first case; the default is random")
    parser.add_argument("--kind", choices=KINDS, action="append", help="the default is all")
    options = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(10**9) if options.seed is None else options.seed
    findings = run_kinds(options.kind or list(KINDS), options.seconds, seed)
    for finding in findings:
        print(f"\n{finding}")
    print(f"\n{len(findings)} findings (seed {seed})" if findings else f"No finding (seed {seed}).")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
