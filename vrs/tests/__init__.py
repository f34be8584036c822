"""The tests. Those of Scipion run in any installation; the others need pytest and the sources."""

from __future__ import annotations

import unittest
from typing import Optional


def load_tests(
    loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: Optional[str]
) -> unittest.TestSuite:
    """The tests that ``scipion3 tests`` lists and runs: only these are made for it."""
    return loader.loadTestsFromName("vrs.tests.test_in_scipion")
