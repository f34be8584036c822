"""What a comparison was made from and what it wrote, for those who look at it later."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

import msgspec

from vrs.checks.store import damaged_files_named, read_json, write_json

RECORD_FILE = "comparison.json"


class ComparedReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report in a comparison.

    Attributes
    ----------
    label : str -- its letter
    name : str -- of the run or the folder that it comes from
    folder : str -- with its report.json, relative to the project where it lies inside
    difference : str -- file of its map minus that of the first report; "" if there is none
    difference_text : str -- how the difference was made and how large it is, or why there is none
    correlation : float or None -- of its map with that of the first report
    remaining : float or None -- root mean square of the difference, in % of that of the first map
    """

    label: str
    name: str
    folder: str
    difference: str = ""
    difference_text: str = ""
    correlation: Optional[float] = None
    remaining: Optional[float] = None


class ComparisonRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A comparison.

    Attributes
    ----------
    subject : str -- whether the reports are about the same map and contour level
    page : str -- its page for the browser
    reports : list of ComparedReport -- the first one is what the others are compared with
    """

    subject: str
    page: str
    reports: List[ComparedReport]

    def save(self, folder: Path) -> None:
        """Write the record into a folder."""
        write_json(folder / RECORD_FILE, self)

    @classmethod
    def load(cls, folder: Path) -> ComparisonRecord:
        """Read the record of a folder; raises DamagedResult if it is missing or damaged."""
        with damaged_files_named(folder):
            record: ComparisonRecord = read_json(folder / RECORD_FILE, cls)
        return record
