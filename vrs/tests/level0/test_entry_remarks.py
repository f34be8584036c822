"""What of an entry becomes a remark on the input."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from vrs.checks.entry import Entry
from vrs.checks.result import Severity
from vrs.level0.entry_remarks import entry_remarks

BOX = (100, 100, 100)


@pytest.mark.parametrize(
    ("said", "severity", "start"),
    [
        ({"status": "OBS", "superseded_by": "EMD-2003"}, Severity.CAUTION,
         "The entry EMD-1003 is obsolete: EMD-2003 replaces it."),
        ({"status": "OBS"}, Severity.CAUTION, "The entry EMD-1003 is obsolete."),
        ({"kind": "composite map"}, Severity.NOTE, "The entry says that this is a composite map"),
        ({"resolution": 0.4}, Severity.CAUTION,
         "A value of the entry EMD-1003 was not used: the resolution of 0.4 Å is finer than one "),
        ({"molecular_mass": 5000.0}, Severity.CAUTION,
         "A value of the entry EMD-1003 was not used: a protein of 5000 kDa does not fit in the"),
    ],
)  # fmt: skip
def test_one_remark_for_each(said: Dict[str, Any], severity: Severity, start: str) -> None:
    (remark,) = entry_remarks(Entry(id="EMD-1003", **said), BOX, 1.0, None, None)
    assert remark.severity is severity and remark.message.startswith(start)


@pytest.mark.parametrize(
    ("entry", "values"),
    [
        (None, [None, None]),
        (Entry(id="EMD-1003", status="REL", resolution=4.0, molecular_mass=64.0), [None, None]),
        # The user gave other values than those that the map cannot have.
        (Entry(id="EMD-1003", resolution=0.4, molecular_mass=5000.0), [4.0, 64.0]),
    ],
)
def test_no_remark_without_a_reason(entry: Any, values: List[Any]) -> None:
    assert entry_remarks(entry, BOX, 1.0, *values) == []
