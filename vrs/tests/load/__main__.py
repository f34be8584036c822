"""``./run test load``: 500 maps with faults, and an archive of 2 000 entries that changes.

Prints a table for each. The exit status is 1 if a row is not as expected.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Dict, Optional, Sequence

from vrs.tests.load.archive import ENTRIES, changing_archive
from vrs.tests.load.faults import MAPS, faults
from vrs.tests.load.table import Table
from vrs.tests.rst import DOCS, write_block


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run both parts, or one; returns the exit status."""
    parser = argparse.ArgumentParser(prog="./run test load", description=__doc__)
    parser.add_argument("part", nargs="?", choices=("faults", "archive"), help="only this one")
    parser.add_argument("--maps", type=int, default=MAPS, help="with faults (%(default)s)")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="of EMDB (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/archive.rst")
    options = parser.parse_args(arguments)
    tables: Dict[str, Table] = {}
    with tempfile.TemporaryDirectory(prefix="vrs_load_") as name:
        if options.part != "archive":
            tables["faults"] = _shown(faults(Path(name) / "faults", options.maps))
        if options.part != "faults":
            made = changing_archive(Path(name) / "archive", options.entries)
            tables["changing archive"] = _shown(made)
    for block, table in tables.items() if options.write else ():
        write_block(DOCS / "archive.rst", f"table of the {block}", str(table))
    return 0 if all(table.is_as_expected for table in tables.values()) else 1


def _shown(table: Table) -> Table:
    print(f"\n{table}\n", flush=True)
    return table


if __name__ == "__main__":
    sys.exit(main())
