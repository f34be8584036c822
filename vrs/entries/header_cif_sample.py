"""The parts of the sample in an mmCIF header, for its mass."""

from __future__ import annotations

from typing import Dict, List, Optional

from vrs.checks.entry import Entry
from vrs.entries.cif_tables import Row, Tables, states
from vrs.entries.mass import Part, in_kda, mass_of_sample
from vrs.entries.values import number, whole

_SAMPLE = "SAMPLE"
"""The whole sample, in headers that were made before 2016."""

_WATER = "WATER"


def sample_mass(tables: Tables, entry: Entry, aggregation: Optional[str]) -> Optional[float]:
    """Mass of the sample in kDa; see ``mass_of_sample``."""
    found, masses = tables.rows("em_entity_assembly"), _masses(tables)
    parts = [row for row in found if not states(row, _SAMPLE)]
    sample = (masses.get(row.get("id")) for row in found if states(row, _SAMPLE))
    outermost = [
        Part(masses.get(row.get("id")), _copies(row)) for row in parts
        if row.get("parent_id") in (None, "0")
    ]  # fmt: skip
    listed = all(row.get("entity_id_list") and not states(row, "VIRUS") for row in parts)
    molecules = _molecules(tables) if listed else []
    return mass_of_sample(entry, aggregation, next(sample, None), outermost, molecules)


def _masses(tables: Tables) -> Dict[Optional[str], float]:
    """Masses of the parts in kDa by their identifiers, the theoretical ones first."""
    rows = tables.rows("em_entity_assembly_molwt")
    rows.sort(key=lambda row: states(row, "YES", "experimental_flag"))
    masses: Dict[Optional[str], float] = {}
    for row in rows:
        mass = in_kda(number(row.get("value")), row.get("units"))
        if mass:
            masses.setdefault(row.get("entity_assembly_id"), mass)
    return masses


def _copies(part: Row) -> Optional[int]:
    stated = part.get("number_of_copies")
    return whole(stated) if stated else 1


def _molecules(tables: Tables) -> List[Part]:
    return [
        Part(
            in_kda(number(row.get("formula_weight")), "Da"),
            whole(row.get("pdbx_number_of_molecules")),
            small=not states(row, "POLYMER"),
        )
        for row in tables.rows("entity") if not states(row, _WATER)
    ]  # fmt: skip
