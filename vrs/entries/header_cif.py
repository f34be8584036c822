"""The header of an entry in a file of the dictionary PDBx/mmCIF."""

from __future__ import annotations

import re
from typing import List, Optional

import msgspec

from vrs.checks.entry import Citation, Entry, Software, recommended
from vrs.entries.cif_tables import Row, Tables, states
from vrs.entries.errors import EntryError
from vrs.entries.header_cif_map import (
    box,
    contour_levels,
    files,
    primary_map,
    statistics,
    voxel_size,
)
from vrs.entries.header_cif_sample import sample_mass
from vrs.entries.identifier import entry_id
from vrs.entries.values import date, doi, length, model, number, text, whole
from vrs.entries.words import COUNT_PARTICLES, METHODS, helix_in_words, method_in_words, point_group

IMAGE_PROCESSING = (
    "PARTICLE SELECTION", "VOLUME SELECTION", "SERIES ALIGNMENT", "SYMMETRY DETERMINATION",
    "CTF CORRECTION", "INITIAL EULER ASSIGNMENT", "FINAL EULER ASSIGNMENT", "CLASSIFICATION",
    "RECONSTRUCTION", "LATTICE DISTORTION CORRECTION", "CRYSTALLOGRAPHY MERGING",
)  # fmt: skip
"""Categories of programs that made the map."""

_COMPOSITE = ("YES", "Y", "COMPOSITE MAP")
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
    primary = primary_map(maps)
    levels = contour_levels(primary)
    method = method_in_words(
        experiment.get("reconstruction_method") or _other_method(tables),
        experiment.get("aggregation_state"),
    )
    entry = Entry(
        id=_identifier(tables, name),
        title=admin.get("title") or tables.first("struct").get("title"),
        authors=_authors(tables),
        status=admin.get("current_status"),
        superseded_by=_successor(tables),
        method=method,
        resolution=length(final.get("resolution")),
        resolution_method=final.get("resolution_method"),
        contour_levels=levels,
        contour=recommended(levels),
        voxel_size=voxel_size(primary),
        box=box(primary),
        symmetry=text(_symmetry(tables, final)),
        half_maps=files(maps, "half map"),
        masks=files(maps, "mask"),
        additional_maps=files(maps, "additional map"),
        fitted_models=_fitted_models(tables),
        particles=whole(final.get("num_particles")) if method in COUNT_PARTICLES else None,
        software=_software(tables),
        deposited=date(admin.get("deposition_date")),
        released=date(admin.get("map_release_date")),
        updated=date(admin.get("last_update")),
        citation=_citation(tables),
        microscope=tables.first("em_imaging").get("microscope_model"),
        map_file=primary.get("file"),
        statistics=statistics(primary),
        kind=_kind(tables),
    )
    mass = sample_mass(tables, entry, experiment.get("aggregation_state"))
    return msgspec.structs.replace(entry, molecular_mass=mass)


def _refuse_model(content: str, name: str) -> None:
    if not _ATOMS.search(content) or _MAPS.search(content):
        return
    named = sorted(set(_NAMED_ENTRY.findall(content)))
    advice = f"use {named[0]}, which it names" if len(named) == 1 else "use emd-N.xml of the entry"
    raise EntryError(f"{name} is the model of a structure, not the header of an EMDB entry", advice)


def _identifier(tables: Tables, name: str) -> str:
    rows = tables.rows("database_2")
    codes = [row.get("database_code") for row in rows if states(row, "EMDB", "database_id")]
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


def _symmetry(tables: Tables, final: Row) -> Optional[str]:
    """Point group, helix or group of a crystal, of the image processing that counts."""
    processing = final.get("image_processing_id")
    for category in ("em_single_particle_entity", "em_helical_entity"):
        for row in tables.rows(category):
            if processing and row.get("image_processing_id") not in (None, processing):
                continue
            words = point_group(row.get("point_symmetry")) or helix_in_words(
                length(row.get("axial_rise_per_subunit")),
                number(row.get("angular_rotation_per_subunit")),
                row.get("axial_symmetry"),
            )
            if words:
                return words
    plane = tables.first("em_2d_crystal_entity").get("space_group_name_h-m")
    space = tables.first("em_3d_crystal_entity").get("space_group_name")
    return f"plane group {plane}" if plane else f"space group {space}" if space else None


def _fitted_models(tables: Tables) -> List[str]:
    codes = (
        model(row.get("access_code"))
        for row in tables.rows("em_db_reference")
        if states(row, "PDB", "db_name") and not states(row, "OTHER", "relationship")
    )
    return list(dict.fromkeys(filter(None, codes)))


def _software(tables: Tables) -> List[Software]:
    programs = []
    for row in tables.rows("em_software"):
        name, category = row.get("name"), (row.get("category") or "").upper()
        if name and category in IMAGE_PROCESSING:
            step = category.lower().replace("ctf", "CTF").replace("euler", "Euler")
            programs.append(Software(name, row.get("version"), step))
    return list(dict.fromkeys(programs))


def _citation(tables: Tables) -> Optional[Citation]:
    rows = tables.rows("citation")
    for row in rows:
        title, code = row.get("title"), doi(row.get("pdbx_database_id_doi"))
        primary = states(row, "primary", "id") or len(rows) == 1
        if primary and (title or code):
            return Citation(title, code)
    return None


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
