"""The header of an entry as XML of the archive's schema, version 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

import msgspec

from vrs.checks.entry import MEASURED_METHODS, Citation, Entry, Software, recommended
from vrs.entries.header_xml_map import box, contour_levels, statistics, voxel_size
from vrs.entries.header_xml_sample import sample_mass
from vrs.entries.identifier import entry_id
from vrs.entries.values import date, doi, model, number, text, whole
from vrs.entries.words import (
    COUNT_PARTICLES,
    helix_in_words,
    method_in_words,
    point_group,
    step_in_words,
)
from vrs.entries.xml_reader import Reader, is_true
from vrs.entries.xml_root import root_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PROCESSING_TAGS = {
    "singleParticle": "singleparticle_processing",
    "helical": "helical_processing",
    "subtomogramAveraging": "subtomogram_averaging_processing",
    "tomography": "tomography_processing",
    "electronCrystallography": "crystallography_processing",
}
"""The image processing that makes the map of a method."""


def entry_of_xml(content: bytes, name: str) -> Entry:
    """The entry that a header describes.

    Of several structure determinations, the first that makes an average counts. Of several image
    processings, the last of its method that states a resolution: the final one. Its resolution,
    criterion, symmetry and particles belong together, so that none of another one is taken.

    Parameters
    ----------
    content : bytes -- the file
    name : str -- for the sentence of an error

    Raises
    ------
    EntryError
        If it is no header of version 3, is cut off, or declares entities of its own.
    """
    root = root_of(content, name)
    admin = Reader(root.find("admin"))
    determination = Reader(_determination(root))
    method = determination.text("method")
    final = Reader(_final_reconstruction(determination, method))
    maps, files = Reader(root.find("map")), Reader(root.find("interpretation"))
    levels = contour_levels(maps)
    aggregation = determination.text("aggregation_state")
    words = method_in_words(method, aggregation)
    entry = Entry(
        id=entry_id(root.get("emdb_id", "")) or "",
        title=admin.text("title"),
        authors=admin.texts("authors_list/author"),
        status=admin.text("current_status/code"),
        superseded_by=_successor(admin),
        method=words,
        resolution=final.length("resolution"),
        resolution_method=final.text("resolution_method"),
        contour_levels=levels,
        contour=recommended(levels),
        voxel_size=voxel_size(maps),
        box=box(maps),
        symmetry=text(_symmetry(final, determination)),
        half_maps=files.texts("half_map_list/half_map/file"),
        masks=files.texts("segmentation_list/segmentation/file"),
        additional_maps=files.texts("additional_map_list/additional_map/file"),
        fitted_models=_fitted_models(root),
        particles=_particles(final) if words in COUNT_PARTICLES else None,
        software=_software(determination),
        deposited=date(admin.text("key_dates/deposition")),
        released=date(admin.text("key_dates/map_release")),
        updated=date(admin.text("key_dates/update")),
        citation=_citation(root),
        microscope=determination.text("microscopy_list/*/microscope"),
        map_file=maps.text("file"),
        statistics=statistics(maps),
        kind="composite map" if is_true(admin.element, "composite_map") else None,
    )
    mass = sample_mass(entry, aggregation, root.find("sample"))
    return msgspec.structs.replace(entry, molecular_mass=mass)


def _determination(root: Element) -> Optional[Element]:
    found = root.findall("structure_determination_list/structure_determination")
    averages = (one for one in found if _words(one) in MEASURED_METHODS)
    return next(averages, found[0] if found else None)


def _words(determination: Element) -> Optional[str]:
    return method_in_words(
        text(determination.findtext("method")), text(determination.findtext("aggregation_state"))
    )


def _final_reconstruction(
    determination: Reader, method: Optional[str]
) -> Optional[Element]:
    """The final reconstruction of the image processing that counts; see ``entry_of_xml``."""
    tag = PROCESSING_TAGS.get(method or "", "*")
    found = determination.all(f"{tag}/final_reconstruction")
    found = found or determination.all("*/final_reconstruction")
    resolved = [one for one in found if Reader(one).length("resolution")]
    return next(iter((resolved or found)[-1:]), None)


def _symmetry(final: Reader, determination: Reader) -> Optional[str]:
    """Point group, helix or group of a crystal; the space group of the file is none of these."""
    group = point_group(final.text("applied_symmetry/point_group"))
    helix = "applied_symmetry/helical_parameters"
    twist, turn = final.text(f"{helix}/delta_phi"), final.all(f"{helix}/delta_phi")
    degrees = not turn or turn[0].get("units", "deg").lower() in ("deg", "degrees", "°")
    words = helix_in_words(
        final.length(f"{helix}/delta_z"),
        number(twist) if degrees else None,
        final.text(f"{helix}/axial_symmetry"),
    )
    plane = determination.text("*/crystal_parameters/plane_group")
    space = determination.text("*/crystal_parameters/space_group")
    crystal = f"plane group {plane}" if plane else f"space group {space}" if space else None
    return group or words or crystal


def _particles(final: Reader) -> Optional[int]:
    counts = (
        whole(final.text(name)) for name in ("number_images_used", "number_subtomograms_used")
    )
    return next(filter(None, counts), None)


def _software(determination: Reader) -> List[Software]:
    """Programs of the image processing, each once per step."""
    found = []
    for processing in determination.all("*"):
        for step in processing if processing.tag.endswith("_processing") else ():
            words = text(step_in_words(step.tag)) or ""
            for element in step.iter("software"):
                program = text(element.findtext("name"))
                if program:
                    found.append(Software(program, text(element.findtext("version")), words))
    return list(dict.fromkeys(found))


def _fitted_models(root: Element) -> List[str]:
    """PDB entries in the frame of the map, and final models; not those that are only related."""
    found = []
    for element in root.iterfind("crossreferences/pdb_list/pdb_reference"):
        related = element.find("relationship/other") is not None
        if not related and element.findtext("relationship/in_frame") != "NOOVERLAP":
            found.append(model(element.findtext("pdb_id")))
    for code in root.iterfind("interpretation/modelling_list/modelling/final_model/access_code"):
        found.append(model(code.text))
    return list(dict.fromkeys(filter(None, found)))


def _citation(root: Element) -> Optional[Citation]:
    for element in root.iterfind("crossreferences/citation_list/primary_citation/*"):
        reader = Reader(element)
        title = reader.text("title") or reader.text("thesis_title")
        kinds = (one for one in reader.all("external_references") if one.get("type") == "DOI")
        code = next(filter(None, (doi(one.text) for one in kinds)), None)
        if title or code:
            return Citation(title, code)
    return None


def _successor(admin: Reader) -> Optional[str]:
    """The entry that replaces this one; the latest of several."""
    found = sorted(
        (date(one.findtext("date")) or "", entry_id(one.findtext("entry") or "") or "")
        for one in admin.all("superseded_by_list/entry")
    )
    return next((name for _, name in reversed(found) if name), None)
