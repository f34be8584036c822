"""The parts of the sample in an mmCIF header, for its mass."""

from __future__ import annotations

from typing import List, Optional

from vrs.checks.entry import Entry
from vrs.entries.cif_tables import Tables, states
from vrs.entries.mass import Part, in_kda, mass_of_sample
from vrs.entries.values import number, whole

_WATER = "WATER"


def sample_mass(tables: Tables, entry: Entry, aggregation: Optional[str]) -> Optional[float]:
    """Mass of the sample in kDa; see ``mass_of_sample``."""
    parts = tables.rows("em_entity_assembly")
    masses = sorted(
        tables.rows("em_entity_assembly_molwt"),
        key=lambda row: (row.get("experimental_flag") or "").upper() == "YES",
    )
    outermost = []
    for part in parts:
        if part.get("parent_id") not in (None, "0"):
            continue
        stated = (
            in_kda(number(row.get("value")), row.get("units"))
            for row in masses if row.get("entity_assembly_id") in (None, part.get("id"))
        )  # fmt: skip
        copies = part.get("number_of_copies")
        outermost.append(Part(next(filter(None, stated), None), whole(copies) if copies else 1))
    listed = all(part.get("entity_id_list") and not states(part, "VIRUS") for part in parts)
    return mass_of_sample(entry, aggregation, None, outermost, _molecules(tables) if listed else [])


def _molecules(tables: Tables) -> List[Part]:
    return [
        Part(
            in_kda(number(row.get("formula_weight")), "Da"),
            whole(row.get("pdbx_number_of_molecules")),
            small=not states(row, "POLYMER"),
        )
        for row in tables.rows("entity") if not states(row, _WATER)
    ]  # fmt: skip
