"""The numbers of every report that was written of an entry, as one table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Dict, List

from vrs.batch import HISTORY
from vrs.batch.state import read_history
from vrs.maps.errors import OutputError
from vrs.maps.whole_file import whole_file

MEASURED, WITHDRAWN = "measured", "withdrawn"

COLUMNS = ("name", "date", "event", "version", "revised", "map_sha256", "overall")
"""Before the status of each check and the number that each rule was tested with."""


def write_history(folder: Path) -> None:
    """Write the history of a batch into its folder, a row for each report or withdrawal.

    Raises OutputError if the state cannot be read or the file cannot be written.
    """
    checks: Dict[str, None] = {}
    rules: Dict[str, None] = {}
    for past in read_history(folder):
        if past.summary:
            checks.update(dict.fromkeys(past.summary.statuses))
            rules.update(dict.fromkeys(past.summary.numbers))
    columns = [*sorted(checks), *rules]
    try:
        with whole_file(folder / HISTORY) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
            writer = csv.writer(text)
            writer.writerow([*COLUMNS, *columns])
            for name, date, summary in read_history(folder):
                row: List[object] = [name, date, WITHDRAWN]
                if summary:
                    statuses = {check: status.value for check, status in summary.statuses.items()}
                    values = {**statuses, **summary.numbers}
                    row = [
                        name, date, MEASURED, summary.version, summary.revised,
                        summary.content.map, summary.overall.text,
                        *(values.get(column, "") for column in columns),
                    ]  # fmt: skip
                writer.writerow(row)
            text.flush()
            text.detach()
    except OSError as error:
        raise OutputError(
            f"{folder / HISTORY} cannot be written ({error.strerror or error})", "free disk space"
        ) from error
