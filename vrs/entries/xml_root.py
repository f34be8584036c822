"""The root element of an XML header, read without entities, network or surprise."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Union

from vrs.entries.errors import EntryError, OlderSchema
from vrs.entries.identifier import entry_id
from vrs.maps.printing import grouped

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_TAGS = 200_000
"""Largest number of elements; a header of 50 proteins has 1000."""

_OTHER_ROOTS = {
    "wwPDB-validation-information": "a validation report of the PDB",
    "autoDepEntry": "a file of the deposition system before 2008",
    "schema": "an XML schema",
    "datablock": "the model of a structure",
    "fsc": "a Fourier shell correlation curve",
}
UTF16 = {
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}  # fmt: skip
"""Starts of a document in UTF-16, with and without its mark."""

_WEB_PAGES = (b"<!doctype html", b"<html")
_ADVICE = "use emd-N.xml of the entry"
_LONGEST_REASON = 200
"""Characters of the parser's reason, which repeats names of the file."""


def root_of(content: bytes, name: str) -> Element:
    """The root element of a header of version 3.

    Tags of a default namespace lose it.

    Parameters
    ----------
    content : bytes -- the file
    name : str -- for the sentence of an error

    Raises
    ------
    EntryError
        If it is no complete XML, declares a document type or entities, or is no header.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGES):
        raise EntryError(f"{name} is a web page, not the header of an EMDB entry", _ADVICE)
    tags = content.count(b"<")
    if tags > 2 * MOST_TAGS:
        raise EntryError(
            f"{name} has more than {grouped(str(MOST_TAGS))} tags, as no header has", _ADVICE
        )
    try:
        root: Element = fromstring(_decoded(content), forbid_dtd=True)
    except DefusedXmlException as error:
        raise EntryError(
            f"{name} declares a document type or entities, which no header of EMDB does",
            "use the header as EMDB distributes it",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise EntryError(
            f"{name} is not complete XML ({str(error)[:_LONGEST_REASON]})",
            "fetch the header again",
        ) from error
    _drop_namespace(root)
    if root.tag != "emd":
        raise _other_document(root, name)
    if not entry_id(root.get("emdb_id", "")):
        raise EntryError(
            f"{name} does not state the identifier of its entry (emdb_id, such as EMD-3488)",
            "use the header as EMDB distributes it",
        )
    return root


def _decoded(content: bytes) -> Union[bytes, str]:
    """UTF-16 as text, as the parser wants a mark for it; the parser knows the other encodings."""
    for start, encoding in UTF16.items():
        if content.startswith(start):
            return content.decode(encoding)
    return content


def _drop_namespace(root: Element) -> None:
    space, closed, _ = root.tag.rpartition("}")
    if closed:
        for element in root.iter():
            if element.tag.startswith(f"{space}}}"):
                element.tag = element.tag[len(space) + 1 :]


def _other_document(root: Element, name: str) -> EntryError:
    """The refusal of an XML file that is no header of version 3."""
    if root.tag == "emdEntry":
        return OlderSchema(
            f"{name} is a header of version 1.9, which the archive replaced in 2018",
            "use the header of version 3, which has the name emd-N-v30.xml in old mirrors",
        )
    kind = _OTHER_ROOTS.get(root.tag, f"an XML document of another kind ({root.tag[:40]})")
    entry = root.find("Entry")
    named = entry_id(entry.get("emdb_id", "")) if entry is not None else None
    advice = f"use {named}, which it names" if named else _ADVICE
    return EntryError(f"{name} is {kind}, not the header of an EMDB entry", advice)
