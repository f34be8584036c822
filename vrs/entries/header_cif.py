"""The header of an entry in a file of the dictionary PDBx/mmCIF."""

from __future__ import annotations

import io
from typing import Dict, List, Mapping, Optional

from vrs.checks.entry import Citation, ContourLevel, Entry, Software, Statistics, recommended
from vrs.entries.errors import EntryError
from vrs.entries.identifier import entry_id
from vrs.entries.values import date, number, resolved, text, whole

METHODS = {
    "SINGLE PARTICLE": "single particle",
    "HELICAL": "helical reconstruction",
    "SUBTOMOGRAM AVERAGING": "subtomogram averaging",
    "CRYSTALLOGRAPHY": "electron crystallography",
    "TOMOGRAPHY": "tomography",
}

IMAGE_PROCESSING = (
    "PARTICLE SELECTION", "VOLUME SELECTION", "SYMMETRY DETERMINATION", "CTF CORRECTION",
    "INITIAL EULER ASSIGNMENT", "FINAL EULER ASSIGNMENT", "CLASSIFICATION", "RECONSTRUCTION",
)  # fmt: skip
"""Categories of programs that made the map."""

_TO_KDA = {"MEGADALTONS": 1000.0, "KILODALTONS": 1.0}

Row = Mapping[str, Optional[str]]


def entry_of_cif(content: str, name: str) -> Entry:
    """The entry that an mmCIF file of electron microscopy describes.

    Parameters
    ----------
    content : str -- the file
    name : str -- for the sentence of an error

    Raises
    ------
    EntryError
        If it is no mmCIF file, or names no entry of EMDB.
    """
    tables = _Tables(content, name)
    admin, reconstruction = tables.first("em_admin"), tables.first("em_3d_reconstruction")
    maps = tables.rows("em_map")
    primary = next((row for row in maps if row.get("type") == "primary map"), {})
    levels = _contour_levels(primary)
    return Entry(
        id=_identifier(tables, name),
        title=admin.get("title") or tables.first("struct").get("title"),
        authors=[row["author"] or "" for row in tables.rows("em_author_list") if row["author"]],
        status=admin.get("current_status"),
        method=_method(tables.first("em_experiment").get("reconstruction_method")),
        resolution=resolved(reconstruction.get("resolution")),
        resolution_method=reconstruction.get("resolution_method"),
        contour_levels=levels,
        contour=recommended(levels),
        voxel_size=_three(primary, "pixel_spacing_{}", "xyz"),
        box=_box(primary),
        symmetry=_symmetry(tables),
        half_maps=_files(maps, "half map"),
        masks=_files(maps, "mask"),
        additional_maps=_files(maps, "additional map"),
        fitted_models=[
            (row.get("access_code") or "").lower()
            for row in tables.rows("em_db_reference")
            if row.get("db_name") == "PDB" and row.get("access_code")
        ],
        molecular_mass=_mass(tables.first("em_entity_assembly_molwt")),
        particles=whole(reconstruction.get("num_particles")),
        software=_software(tables),
        deposited=date(admin.get("deposition_date")),
        released=date(admin.get("map_release_date")),
        updated=date(admin.get("last_update")),
        citation=_citation(tables),
        microscope=tables.first("em_imaging").get("microscope_model"),
        map_file=next(iter(_files(maps, "primary map")), None),
        statistics=_statistics(primary),
    )


class _Tables:
    """The categories of a file as rows, with None for "?" and "."."""

    def __init__(self, content: str, name: str) -> None:
        from Bio.PDB.MMCIF2Dict import MMCIF2Dict

        try:
            self._items: Dict[str, List[str]] = dict(MMCIF2Dict(io.StringIO(content)))
        except (ValueError, StopIteration, KeyError, IndexError) as error:
            raise EntryError(
                f"{name} is not a complete mmCIF file", "fetch the header again"
            ) from error

    def rows(self, category: str) -> List[Row]:
        prefix = f"_{category}."
        columns = {
            item[len(prefix) :]: [text(value) for value in values]
            for item, values in self._items.items()
            if item.startswith(prefix) and not isinstance(values, str)
        }
        length = max(map(len, columns.values()), default=0)
        whole_columns = {name: values for name, values in columns.items() if len(values) == length}
        return [
            {name: values[index] for name, values in whole_columns.items()}
            for index in range(length)
        ]

    def first(self, category: str) -> Row:
        return next(iter(self.rows(category)), {})


def _identifier(tables: _Tables, name: str) -> str:
    codes = [
        row.get("database_code")
        for row in tables.rows("database_2")
        if row.get("database_id") == "EMDB"
    ]
    named = (entry_id(code) for code in codes if code)
    identifier = next((known for known in named if known), None)
    if identifier is None:
        raise EntryError(f"{name} names no entry of EMDB", "use emd-N.xml of the entry")
    return identifier


def _method(name: Optional[str]) -> Optional[str]:
    return METHODS.get(name.upper(), name) if name else None


def _contour_levels(primary: Row) -> List[ContourLevel]:
    level, source = number(primary.get("contour_level")), primary.get("contour_level_source")
    if level is None:
        return []
    return [ContourLevel(level, source.lower() if source else None, True)]


def _three(row: Row, pattern: str, names: str) -> Optional[List[float]]:
    values = [number(row.get(pattern.format(name))) for name in names]
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


def _box(primary: Row) -> Optional[List[int]]:
    """Voxels along X, Y, Z; the file counts them in its own order."""
    axes = [primary.get(f"axis_order_{name}") for name in ("fast", "medium", "slow")]
    counts = [whole(primary.get(f"dimensions_{name}")) for name in ("col", "row", "sec")]
    by_axis = dict(zip(axes, counts))
    known = [count for count in map(by_axis.get, "XYZ") if count is not None]
    return known if len(known) == len(axes) else None


def _symmetry(tables: _Tables) -> Optional[str]:
    point_group = tables.first("em_single_particle_entity").get("point_symmetry")
    helix = tables.first("em_helical_entity")
    rise, twist = helix.get("axial_rise_per_subunit"), helix.get("angular_rotation_per_subunit")
    if point_group or not (rise and twist):
        return point_group
    return f"helical, rise {rise} Å, twist {twist}°"


def _files(maps: List[Row], kind: str) -> List[str]:
    return [row["file"] or "" for row in maps if row.get("type") == kind and row.get("file")]


def _mass(row: Row) -> Optional[float]:
    factor, value = _TO_KDA.get((row.get("units") or "").upper()), number(row.get("value"))
    return value * factor if factor and value and value > 0 else None


def _software(tables: _Tables) -> List[Software]:
    programs = []
    for row in tables.rows("em_software"):
        name, category = row.get("name"), row.get("category")
        if name and category in IMAGE_PROCESSING:
            programs.append(Software(name, row.get("version"), category.lower()))
    return programs


def _citation(tables: _Tables) -> Optional[Citation]:
    for row in tables.rows("citation"):
        if row.get("id") == "primary":
            return Citation(row.get("title"), row.get("pdbx_database_id_DOI"))
    return None


def _statistics(primary: Row) -> Optional[Statistics]:
    lowest, highest, average, std = (
        number(primary.get(f"statistics_{name}"))
        for name in ("minimum", "maximum", "average", "std")
    )
    if lowest is None or highest is None:
        return None
    return Statistics(lowest, highest, average, std)
