"""Long tables: folded into blocks side by side, which are read down, one after the other."""

from __future__ import annotations

from typing import List

import pytest

from vrs.report.pdf.tables import folded


@pytest.mark.parametrize(
    ("count", "blocks", "lines"),
    [
        (4, 1, [["1"], ["2"], ["3"], ["4"]]),
        (6, 2, [["1", "4"], ["2", "5"], ["3", "6"]]),
        (7, 3, [["1", "4", "7"], ["2", "5", ""], ["3", "6", ""]]),
    ],
)
def test_rows_run_down_the_blocks(count: int, blocks: int, lines: List[List[str]]) -> None:
    rows = [(str(number),) for number in range(1, count + 1)]
    assert [list(line) for line in folded(rows, blocks)] == lines
