"""The fuzzers by name, and several of them at a time."""

from __future__ import annotations

import importlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from typing import List, Sequence

from vrs.tests.fuzz.cases import Finding

KINDS = {
    "maps": "maps", "json": "json_files", "results": "results", "workflows": "workflows",
    "kill": "kill", "headers": "headers", "transfers": "transfers",
}  # fmt: skip
"""Name of a fuzzer and its module, which has ``run(seconds, seed)``."""


def run_kind(kind: str, seconds: float, seed: int) -> List[Finding]:
    """The findings of one fuzzer."""
    module = importlib.import_module(f"vrs.tests.fuzz.{KINDS[kind]}")
    findings: List[Finding] = module.run(seconds, seed)
    return findings


def run_kinds(kinds: Sequence[str], seconds: float, seed: int) -> List[Finding]:
    """The findings of several fuzzers, each in a process of its own, all at the same time."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(kinds), mp_context=context) as pool:
        each = pool.map(run_kind, kinds, repeat(seconds), repeat(seed))
        return [finding for findings in each for finding in findings]
