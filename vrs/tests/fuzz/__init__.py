"""Fuzzers: broken input must give a valid result or one clear sentence.

Each kind of input is a module with ``run(seconds, seed)``, which returns what it found.
"""

from vrs.tests.fuzz.cases import Finding, Uncaught, run_cases

__all__ = ["Finding", "Uncaught", "run_cases"]
