"""For every test: a warning is an error, except where Scipion takes part (slow tests)."""

from __future__ import annotations

from typing import List

import pytest


def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """Fast tests first, strict about warnings; the libraries of Scipion warn in the slow ones."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
    for item in items:
        if not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.filterwarnings("error"), append=False)
