"""An index from reports: its content, and a small picture of each map."""

from __future__ import annotations

import collections
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Counter, Optional, Sequence

from vrs import __version__
from vrs.report.index.model import SCHEMA_VERSION, Index
from vrs.report.index.rows import failed_row, read_folder, row_of
from vrs.report.index.rules import Rules
from vrs.report.index.thumbnails import thumbnail


@dataclass(frozen=True)
class Source:
    """A map of an index: the folder of its report, or why it has none.

    Attributes
    ----------
    name : str
    folder : Path or None -- of its report
    reason : str -- why there is none
    """

    name: str
    folder: Optional[Path]
    reason: str = ""


@dataclass(frozen=True)
class MadeIndex:
    """An index with what its JSON does not hold: a PNG in base 64 for each map, "" for none."""

    content: Index
    thumbnails: Sequence[str]


def make_index(
    sources: Sequence[Source], start: Path, left: int = 0, date: Optional[datetime] = None
) -> MadeIndex:
    """Read the reports; those that cannot be read become rows that say why.

    Parameters
    ----------
    sources : sequence of Source -- in the order of the rows
    start : Path -- folder of the index, from which its links lead to the reports
    left : int -- maps of the batch that were not begun
    date : datetime or None -- for the index, now if None
    """
    rules = Rules()
    versions: Counter[str] = collections.Counter()
    rows, pictures = [], []
    for source in sources:
        report, reason = None, source.reason
        if source.folder is not None:
            report, reason = read_folder(source.folder)
        if report is None or source.folder is None:
            rows.append(failed_row(source.name, reason, source.folder, start))
            pictures.append("")
            continue
        versions[report.version] += 1
        rows.append(row_of(report, source.folder, start, rules.add(report)))
        pictures.append(thumbnail(source.folder, report))
    content = Index(
        schema_version=SCHEMA_VERSION,
        program="scipion-em-vrs",
        version=__version__,
        date=(date or datetime.now(timezone.utc)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        versions=dict(sorted(versions.items())),
        levels=rules.levels,
        checks=dict(sorted(rules.checks.items())),
        rules=rules.in_order(),
        left=left,
        maps=rows,
    )
    return MadeIndex(content, pictures)
