"""The header of an entry in a file of the dictionary PDBx/mmCIF."""

from __future__ import annotations

import re
from typing import List, Optional

import msgspec

from vrs.checks.entry import Citation, ContourLevel, Entry, Software, Statistics, recommended
from vrs.entries.cif_tables import Row, Tables
from vrs.entries.errors import EntryError
from vrs.entries.identifier import entry_id
from vrs.entries.mass import Part, in_kda, mass_of_sample
from vrs.entries.values import date, doi, length, model, number, whole
from vrs.entries.words import METHODS, helix_in_words, method_in_words

IMAGE_PROCESSING = (
    "PARTICLE SELECTION", "VOLUME SELECTION", "SERIES ALIGNMENT", "SYMMETRY DETERMINATION",
    "CTF CORRECTION", "INITIAL EULER ASSIGNMENT", "FINAL EULER ASSIGNMENT", "CLASSIFICATION",
    "RECONSTRUCTION", "LATTICE DISTORTION CORRECTION", "CRYSTALLOGRAPHY MERGING",
)  # fmt: skip
"""Categories of programs that made the map."""

_COMPOSITE = ("YES", "Y", "COMPOSITE MAP")
_PARTICLES = ("SINGLE PARTICLE", "HELICAL", "SUBTOMOGRAM AVERAGING")
_WATER = "WATER"
_ATOMS = re.compile(r"^[ \t]*_atom_site\.", re.MULTILINE | re.IGNORECASE)
_MAPS = re.compile(r"^[ \t]*_emd?_map\.", re.MULTILINE | re.IGNORECASE)
_NAMED_ENTRY = re.compile(r"\bEMD-\d{4,8}\b", re.ASCII)


def entry_of_cif(content: str, name: str) -> Entry:
    """The entry that an mmCIF file of electron microscopy describes.

    Of several reconstructions, the last that states a resolution counts, with its criterion, its
    symmetry and its particles.

    Parameters
    ----------
    content : str -- the file
    name : str -- for the sentence of an error

    Raises
    ------
    EntryError
        If it is no complete mmCIF file, is a model, or names no entry of EMDB.
    """
    _refuse_model(content, name)
    tables = Tables(content, name)
    admin, final, experiment = tables.first("em_admin"), _final(tables), _experiment(tables)
    maps = tables.rows("em_map")
    primary = next((row for row in maps if _is(row, "primary map")), {})
    levels = _contour_levels(primary)
    method = experiment.get("reconstruction_method") or _other_method(tables)
    entry = Entry(
        id=_identifier(tables, name),
        title=admin.get("title") or tables.first("struct").get("title"),
        authors=_authors(tables),
        status=admin.get("current_status"),
        superseded_by=_successor(tables),
        method=method_in_words(method, experiment.get("aggregation_state")),
        resolution=length(final.get("resolution")),
        resolution_method=final.get("resolution_method"),
        contour_levels=levels,
        contour=recommended(levels),
        voxel_size=_voxel_size(primary),
        box=_box(primary),
        symmetry=_symmetry(tables, final),
        half_maps=_files(maps, "half map"),
        masks=_files(maps, "mask"),
        additional_maps=_files(maps, "additional map"),
        fitted_models=_fitted_models(tables),
        particles=whole(final.get("num_particles")) if method in _PARTICLES else None,
        software=_software(tables),
        deposited=date(admin.get("deposition_date")),
        released=date(admin.get("map_release_date")),
        updated=date(admin.get("last_update")),
        citation=_citation(tables),
        microscope=tables.first("em_imaging").get("microscope_model"),
        map_file=next(iter(_files(maps, "primary map")), None),
        statistics=_statistics(primary),
        kind=_kind(tables),
    )
    mass = _mass(tables, entry, experiment.get("aggregation_state"))
    return msgspec.structs.replace(entry, molecular_mass=mass)


def _refuse_model(content: str, name: str) -> None:
    if not _ATOMS.search(content) or _MAPS.search(content):
        return
    named = sorted(set(_NAMED_ENTRY.findall(content)))
    advice = f"use {named[0]}, which it names" if len(named) == 1 else "use emd-N.xml of the entry"
    raise EntryError(f"{name} is the model of a structure, not the header of an EMDB entry", advice)


def _identifier(tables: Tables, name: str) -> str:
    rows = tables.rows("database_2")
    codes = [row.get("database_code") for row in rows if _is(row, "EMDB", "database_id")]
    own = (tables.first("em_admin").get("entry_id"), tables.first("entry").get("id"))
    codes += [code for code in own if code and code.upper().startswith("EMD")]
    named = (entry_id(code) for code in codes if code)
    identifier = next(filter(None, named), None)
    if identifier is None:
        raise EntryError(f"{name} names no entry of EMDB", "use emd-N.xml of the entry")
    return identifier


def _experiment(tables: Tables) -> Row:
    """The first experiment that the checks know, else the first."""
    rows = tables.rows("em_experiment")
    known = (
        row for row in rows
        if "".join((row.get("reconstruction_method") or "").split()).lower() in METHODS
    )  # fmt: skip
    return next(known, rows[0] if rows else {})


def _other_method(tables: Tables) -> Optional[str]:
    method = tables.first("exptl").get("method")
    return None if method == "ELECTRON MICROSCOPY" else method


def _final(tables: Tables) -> Row:
    rows = tables.rows("em_3d_reconstruction")
    resolved = [row for row in rows if length(row.get("resolution"))]
    return next(iter((resolved or rows)[-1:]), {})


def _authors(tables: Tables) -> List[str]:
    rows = [row for row in tables.rows("em_author_list") if row.get("author")]
    rows.sort(key=lambda row: whole(row.get("ordinal")) or 0)
    return [row["author"] or "" for row in rows]


def _contour_levels(primary: Row) -> List[ContourLevel]:
    level, source = number(primary.get("contour_level")), primary.get("contour_level_source")
    if level is None:
        return []
    return [ContourLevel(level, source.lower() if source else None, True)]


def _voxel_size(primary: Row) -> Optional[List[float]]:
    """Å along X, Y, Z: the pixel spacing, else the cell divided by its intervals."""
    size = [length(primary.get(f"pixel_spacing_{axis}")) for axis in "xyz"]
    edges = [length(primary.get(f"cell_{edge}")) for edge in "abc"]
    intervals = [whole(primary.get(f"spacing_{axis}")) for axis in "xyz"]
    derived = [edge / count if edge and count else None for edge, count in zip(edges, intervals)]
    for sizes in (size, derived):
        known = [edge for edge in sizes if edge is not None]
        if len(known) == 3:
            return known
    return None


def _box(primary: Row) -> Optional[List[int]]:
    """Voxels along X, Y, Z; the file counts them in its own order."""
    order = [primary.get(f"axis_order_{name}") or "" for name in ("fast", "medium", "slow")]
    axes = "".join(order).upper()
    counts = [whole(primary.get(f"dimensions_{name}")) for name in ("col", "row", "sec")]
    by_axis = dict(zip(axes if sorted(axes) == ["X", "Y", "Z"] else "XYZ", counts))
    known = [count for count in map(by_axis.get, "XYZ") if count is not None]
    return known if len(known) == 3 else None


def _symmetry(tables: Tables, final: Row) -> Optional[str]:
    """Point group, helix or group of a crystal, of the image processing that counts."""
    processing = final.get("image_processing_id")
    for category in ("em_single_particle_entity", "em_helical_entity"):
        for row in tables.rows(category):
            if processing and row.get("image_processing_id") not in (None, processing):
                continue
            words = row.get("point_symmetry") or helix_in_words(
                length(row.get("axial_rise_per_subunit")),
                number(row.get("angular_rotation_per_subunit")),
                row.get("axial_symmetry"),
            )
            if words:
                return words
    plane = tables.first("em_2d_crystal_entity").get("space_group_name_h-m")
    space = tables.first("em_3d_crystal_entity").get("space_group_name")
    return f"plane group {plane}" if plane else f"space group {space}" if space else None


def _files(maps: List[Row], kind: str) -> List[str]:
    found = (row.get("file") for row in maps if _is(row, kind))
    return [file for file in found if file]


def _fitted_models(tables: Tables) -> List[str]:
    rows = [row for row in tables.rows("em_db_reference") if _is(row, "PDB", "db_name")]
    codes = (model(row.get("access_code")) for row in rows if not _is(row, "OTHER", "relationship"))
    return list(dict.fromkeys(filter(None, codes)))


def _mass(tables: Tables, entry: Entry, aggregation: Optional[str]) -> Optional[float]:
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
    listed = all(part.get("entity_id_list") and not _is(part, "VIRUS") for part in parts)
    return mass_of_sample(entry, aggregation, None, outermost, _molecules(tables) if listed else [])


def _molecules(tables: Tables) -> List[Part]:
    return [
        Part(
            in_kda(number(row.get("formula_weight")), "Da"),
            whole(row.get("pdbx_number_of_molecules")),
            small=not _is(row, "POLYMER"),
        )
        for row in tables.rows("entity") if not _is(row, _WATER)
    ]  # fmt: skip


def _software(tables: Tables) -> List[Software]:
    programs = []
    for row in tables.rows("em_software"):
        name, category = row.get("name"), (row.get("category") or "").upper()
        if name and category in IMAGE_PROCESSING:
            step = category.lower().replace("ctf", "CTF").replace("euler", "Euler")
            programs.append(Software(name, row.get("version"), step))
    return list(dict.fromkeys(programs))


def _citation(tables: Tables) -> Optional[Citation]:
    for row in tables.rows("citation"):
        title, code = row.get("title"), doi(row.get("pdbx_database_id_doi"))
        if row.get("id") == "primary" and (title or code):
            return Citation(title, code)
    return None


def _statistics(primary: Row) -> Optional[Statistics]:
    lowest, highest, average, std = (
        number(primary.get(f"statistics_{name}"))
        for name in ("minimum", "maximum", "average", "std")
    )
    if lowest is None or highest is None or lowest > highest:
        return None
    return Statistics(lowest, highest, average, std)


def _successor(tables: Tables) -> Optional[str]:
    """The entry that replaces this one; the latest of several."""
    found = sorted(
        (date(row.get("date")) or "", entry_id(row.get("entry") or "") or "")
        for row in tables.rows("em_supersede")
    )
    return next((name for _, name in reversed(found) if name), None)


def _kind(tables: Tables) -> Optional[str]:
    stated = (tables.first("em_depui").get("composite_map_deposition") or "").upper()
    return "composite map" if stated in _COMPOSITE else None


def _is(row: Row, value: str, item: str = "type") -> bool:
    return (row.get(item) or "").upper() == value.upper()
