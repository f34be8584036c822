"""The header of an entry as XML of the archive's schema, version 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, List, Optional, TypeVar

from vrs.checks.entry import (
    MEASURED_METHODS,
    OTHER_METHODS,
    Citation,
    ContourLevel,
    Entry,
    Software,
    Statistics,
    recommended,
)
from vrs.entries.errors import EntryError
from vrs.entries.values import date, number, resolved, text, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

METHODS: Dict[str, str] = {**MEASURED_METHODS, **OTHER_METHODS}

_TO_KDA = {"MDa": 1000.0, "kDa": 1.0, "Da": 0.001}
"""Units of a mass; "kDa/nm" is that of a filament, not of a molecule."""

_PROCESSING = "structure_determination_list/structure_determination/*"
_RECONSTRUCTION = f"{_PROCESSING}/final_reconstruction"

T = TypeVar("T")


def entry_of_xml(content: bytes, name: str) -> Entry:
    """The entry that a header describes.

    Parameters
    ----------
    content : bytes -- the file
    name : str -- for the sentence of an error

    Raises
    ------
    EntryError
        If it is no header of version 3, is cut off, or declares entities of its own.
    """
    root = _root(content, name)
    reader = _Reader(root)
    admin, determination = "admin", "structure_determination_list/structure_determination"
    levels = reader.contour_levels()
    return Entry(
        id=root.get("emdb_id", ""),
        title=reader.text(f"{admin}/title"),
        authors=reader.texts(f"{admin}/authors_list/author"),
        status=reader.text(f"{admin}/current_status/code"),
        superseded_by=reader.text(f"{admin}/superseded_by_list/entry/entry"),
        method=_method(reader.text(f"{determination}/method")),
        resolution=resolved(reader.text(f"{_RECONSTRUCTION}/resolution")),
        resolution_method=reader.text(f"{_RECONSTRUCTION}/resolution_method"),
        contour_levels=levels,
        contour=recommended(levels),
        voxel_size=reader.three("map/pixel_spacing", "xyz", number),
        box=reader.box(),
        symmetry=reader.symmetry(),
        half_maps=reader.texts("interpretation/half_map_list/half_map/file"),
        masks=reader.texts("interpretation/segmentation_list/segmentation/file"),
        additional_maps=reader.texts("interpretation/additional_map_list/additional_map/file"),
        fitted_models=reader.texts("crossreferences/pdb_list/pdb_reference/pdb_id"),
        molecular_mass=reader.molecular_mass(),
        particles=reader.particles(),
        software=reader.software(),
        deposited=date(reader.text(f"{admin}/key_dates/deposition")),
        released=date(reader.text(f"{admin}/key_dates/map_release")),
        updated=date(reader.text(f"{admin}/key_dates/update")),
        citation=reader.citation(),
        microscope=reader.text(f"{determination}/microscopy_list/*/microscope"),
        map_file=reader.text("map/file"),
        statistics=reader.statistics(),
        kind="composite map" if reader.is_composite() else None,
    )


def _root(content: bytes, name: str) -> Element:
    """The root element; entities and document types are refused, nothing is fetched."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise EntryError(
            f"{name} declares a document type or entities, which no header of EMDB does",
            "use the header as EMDB distributes it",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise EntryError(
            f"{name} is not complete XML ({error})", "fetch the header again"
        ) from error
    if root.tag != "emd" or not root.get("emdb_id"):
        raise EntryError(*_other_document(root, name))
    return root


def _other_document(root: Element, name: str) -> List[str]:
    """Reason and advice for an XML file that is no header of version 3."""
    if root.tag == "emdEntry":
        return [
            f"{name} is a header of the archive's earlier schema (1.9)",
            "use the header of version 3, such as emd-N-v30.xml or that of the archive today",
        ]
    kinds = {
        "wwPDB-validation-information": "a validation report of the PDB",
        "autoDepEntry": "a file of the deposition system before 2008",
        "schema": "an XML schema",
    }
    kind = kinds.get(root.tag.rpartition("}")[2], f"an XML document of another kind ({root.tag})")
    return [f"{name} is {kind}, not a header of an EMDB entry", "use emd-N.xml of the entry"]


def _method(tag: Optional[str]) -> Optional[str]:
    return METHODS.get(tag, tag) if tag else None


class _Reader:
    """Looks up what the header says; the first of repeated elements that says something."""

    def __init__(self, root: Element) -> None:
        self.root = root

    def text(self, path: str) -> Optional[str]:
        return next(iter(self.texts(path)), None)

    def texts(self, path: str) -> List[str]:
        """All that elements of a path say, each once, in their order."""
        said = (text(element.text) for element in self.root.iterfind(path))
        return list(dict.fromkeys(value for value in said if value))

    def three(
        self, path: str, names: str, read: Callable[[Optional[str]], Optional[T]]
    ) -> Optional[List[T]]:
        """Three values in the order of ``names``, None if one is missing."""
        values = [read(self.text(f"{path}/{name}")) for name in names]
        known = [value for value in values if value is not None]
        return known if len(known) == len(values) else None

    def box(self) -> Optional[List[int]]:
        """Voxels along X, Y, Z; the header counts them in the order of the file."""
        counts = [whole(self.text(f"map/dimensions/{name}")) for name in ("col", "row", "sec")]
        axes = [self.text(f"map/axis_order/{name}") for name in ("fast", "medium", "slow")]
        if sorted(axis or "" for axis in axes) != ["X", "Y", "Z"]:
            axes = ["X", "Y", "Z"]
        by_axis = dict(zip(axes, counts))
        box = [by_axis[axis] for axis in "XYZ"]
        known = [count for count in box if count is not None]
        return known if len(known) == len(box) else None

    def contour_levels(self) -> List[ContourLevel]:
        """Levels of the primary map only; an element without a level says nothing."""
        levels = []
        for element in self.root.iterfind("map/contour_list/contour"):
            level = number(element.findtext("level"))
            source = text(element.findtext("source"))
            if level is not None:
                primary = element.get("primary") in ("true", "1")
                levels.append(ContourLevel(level, source.lower() if source else None, primary))
        return levels

    def symmetry(self) -> Optional[str]:
        for element in self.root.iterfind(f"{_RECONSTRUCTION}/applied_symmetry"):
            point_group = text(element.findtext("point_group"))
            if point_group:
                return point_group
            rise, twist = (
                text(element.findtext(f"helical_parameters/{name}"))
                for name in ("delta_z", "delta_phi")
            )
            if rise and twist:
                axial = text(element.findtext("helical_parameters/axial_symmetry"))
                words = f"helical, rise {rise} Å, twist {twist}°"
                return f"{words}, {axial}" if axial else words
        return None

    def molecular_mass(self) -> Optional[float]:
        """Mass in kDa: of the whole sample, else of its outermost parts, else of all molecules."""
        parts = list(self.root.iterfind("sample/supramolecule_list/*"))
        whole_sample = [part for part in parts if part.tag == "sample_supramolecule"]
        outermost = [part for part in parts if text(part.findtext("parent")) in (None, "0")]
        for group in (whole_sample, outermost[:1]):
            masses = [mass for mass in map(_mass, group) if mass]
            if masses:
                return masses[0]
        molecules = list(self.root.iterfind("sample/macromolecule_list/*"))
        total = 0.0
        for molecule in molecules:
            mass, copies = _mass(molecule), whole(molecule.findtext("number_of_copies"))
            if mass is None or copies is None:
                if molecule.tag in _SMALL:
                    continue
                return None
            total += mass * copies
        return total or None

    def particles(self) -> Optional[int]:
        names = ("number_images_used", "number_subtomograms_used")
        counts = (whole(self.text(f"{_RECONSTRUCTION}/{name}")) for name in names)
        return next((count for count in counts if count), None)

    def software(self) -> List[Software]:
        found = []
        for processing in self.root.iterfind(_PROCESSING):
            for step in processing:
                for element in step.iterfind("software_list/software"):
                    name = text(element.findtext("name"))
                    if name and processing.tag.endswith("_processing"):
                        version = text(element.findtext("version"))
                        found.append(Software(name, version, step.tag.replace("_", " ")))
        return list(dict.fromkeys(found))

    def citation(self) -> Optional[Citation]:
        for element in self.root.iterfind("crossreferences/citation_list/primary_citation/*"):
            return Citation(text(element.findtext("title")), _doi(element))
        return None

    def statistics(self) -> Optional[Statistics]:
        lowest, highest, average, std = (
            number(self.text(f"map/statistics/{name}"))
            for name in ("minimum", "maximum", "average", "std")
        )
        if lowest is None or highest is None:
            return None
        return Statistics(lowest, highest, average, std)

    def is_composite(self) -> bool:
        return any(
            element.get("composite_map") in ("true", "1") for element in self.root.iterfind("admin")
        )


_SMALL = ("ligand", "em_label", "saccharide")
"""Molecules whose mass hardly counts, and is often missing."""


def _mass(element: Element) -> Optional[float]:
    """Mass of a part of the sample in kDa, the theoretical one first."""
    for name in ("theoretical", "experimental"):
        for found in element.iterfind(f"molecular_weight/{name}"):
            factor, value = _TO_KDA.get(found.get("units", "")), number(found.text)
            if factor is not None and value is not None and value > 0:
                return value * factor
    return None


def _doi(citation: Element) -> Optional[str]:
    for element in citation.iterfind("external_references"):
        value = text(element.text)
        if element.get("type") == "DOI" and value:
            return value[4:] if value[:4].lower() == "doi:" else value
    return None


