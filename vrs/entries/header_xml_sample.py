"""The parts of the sample in an XML header, for its mass."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from vrs.checks.entry import Entry
from vrs.entries.mass import Part, in_kda, mass_of_sample
from vrs.entries.values import number, text, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SMALL = ("ligand", "em_label", "saccharide")
_SAMPLE = "sample_supramolecule"
"""The whole sample, in headers that were made before 2016."""


def sample_mass(
    entry: Entry, aggregation: Optional[str], sample: Optional[Element]
) -> Optional[float]:
    """Mass of the whole sample in kDa; see ``mass_of_sample``."""
    if sample is None:
        return None
    found = sample.findall("supramolecule_list/*")
    whole_sample = next((_mass(one) for one in found if one.tag == _SAMPLE and _mass(one)), None)
    parts = [one for one in found if one.tag != _SAMPLE]
    outermost = [
        Part(_mass(one), _copies(one, 1)) for one in parts
        if (text(one.findtext("parent")) or "0") == "0"
    ]  # fmt: skip
    return mass_of_sample(entry, aggregation, whole_sample, outermost, _molecules(sample, parts))


def _molecules(sample: Element, parts: List[Element]) -> List[Part]:
    """All molecules; none for a virus, or where parts of the sample do not list theirs."""
    if any(one.tag == "virus_supramolecule" for one in parts):
        return []
    if any(one.find("macromolecule_list") is None for one in parts):
        return []
    return [
        Part(_mass(one), _copies(one, None), one.tag in _SMALL)
        for one in sample.iterfind("macromolecule_list/*")
    ]


def _mass(element: Element) -> Optional[float]:
    """Mass of a part in kDa, the theoretical one first."""
    for name in ("theoretical", "experimental"):
        for found in element.iterfind(f"molecular_weight/{name}"):
            mass = in_kda(number(found.text), found.get("units"))
            if mass:
                return mass
    return None


def _copies(element: Element, missing: Optional[int]) -> Optional[int]:
    stated = text(element.findtext("number_of_copies"))
    return whole(stated) if stated else missing
