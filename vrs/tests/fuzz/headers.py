"""Broken headers of EMDB entries for ``vrs entry``."""

from __future__ import annotations

import copy
import json
import random
import re
import resource
from functools import partial
from pathlib import Path
from typing import Any, Callable, List, Tuple
from xml.etree import ElementTree

import msgspec

from vrs.tests.cli.test_entry import FULL
from vrs.tests.entries.headers import MAP, header
from vrs.tests.example_data import find_example
from vrs.tests.fuzz.cases import Finding, Uncaught, run_cases
from vrs.tests.fuzz.command import command
from vrs.tests.fuzz.entry_values import check_header
from vrs.tests.fuzz.mutations import ODD_VALUES, break_bytes, break_json

MOST_MEMORY = 1500
"""Megabytes that the process may have, with everything that it imports."""

_MOLECULE = (
    '<protein_or_peptide><molecular_weight><theoretical units="MDa">0.05</theoretical>'
    "</molecular_weight><number_of_copies>1</number_of_copies></protein_or_peptide>"
)
_XML = ElementTree.fromstring(
    header(
        admin="<current_status><code>REL</code></current_status><title>A title</title>"
        "<authors_list><author>A</author><author>B</author></authors_list><superseded_by_list>"
        "<entry><date>2020-01-01</date><entry>EMD-9999</entry></entry></superseded_by_list>"
        "<key_dates><deposition>2020-01-01</deposition></key_dates>",
        crossreferences='<citation_list><primary_citation><journal_citation><title>T</title>'
        '<external_references type="DOI">doi:10.1000/182</external_references></journal_citation>'
        "</primary_citation></citation_list><pdb_list><pdb_reference><pdb_id>5me2</pdb_id>"
        "</pdb_reference></pdb_list>",
        sample="<supramolecule_list><complex_supramolecule><parent>0</parent><macromolecule_list/>"
        '<molecular_weight><theoretical units="MDa">0.1</theoretical></molecular_weight>'
        "</complex_supramolecule></supramolecule_list>"
        f"<macromolecule_list>{2 * _MOLECULE}</macromolecule_list>",
        processing='<helical_processing><final_reconstruction><applied_symmetry>'
        '<helical_parameters><delta_z units="Å">4.7</delta_z><delta_phi units="deg">-1</delta_phi>'
        "<axial_symmetry>C1</axial_symmetry></helical_parameters></applied_symmetry>"
        '<resolution units="Å">3.2</resolution><software_list><software><name>RELION</name>'
        "</software></software_list><number_images_used>10</number_images_used>"
        "</final_reconstruction></helical_processing>",
        interpretation="<half_map_list><half_map><file>a.map.gz</file></half_map></half_map_list>",
        map=f"{MAP}<spacing><x>100</x><y>100</y><z>100</z></spacing>"
        "<cell><a>100</a><b>100</b><c>100</c></cell>"
        "<statistics><minimum>-1</minimum><maximum>2</maximum></statistics>",
        method="helical",
    )
)
_CIF = b"""data_x
_database_2.database_id EMDB
_database_2.database_code EMD-1234
_em_admin.title 'A title'
_em_3d_reconstruction.resolution 3.2
_em_3d_reconstruction.image_processing_id 1
loop_
_em_map.type
_em_map.contour_level
_em_map.dimensions_col
'primary map' 0.5 100
'half map' 0.4 100
_citation.title
;A paper
in two lines
;
loop_
_entity.type
_entity.formula_weight
_entity.pdbx_number_of_molecules
polymer 50000 2
"""
_EXTREMES = (
    "1e308", "-1e308", "1e307", "1e300", "1e39", "5e-324", "1e-320", "1e-30", "99999", "9" * 12,
)  # fmt: skip
_UNITS = ("nm", "Å", "Da", "kDa", "MDa")
_NUMBER = re.compile(r"-?[0-9.]+")
_PLAIN = ("singleParticle", "subtomogramAveraging")
"""Methods whose samples have a mass, which the others have not."""

_HOSTILE = (
    "javascript:alert(1)", "EMD-9999\nforged", "C2\nforged", '../../x"', "\u202e", "\x1b[31m",
    "\\input{/etc/passwd}", "0000-00-00", "2020-01-01\n", "10.1000/1\n10.1000/2", "5me2\x00", "",
)  # fmt: skip
"""What the texts of an entry must not be."""

_LARGEST_COPY = 100
"""Elements of what is repeated, so that a header stays one."""

_VALUE = re.compile(rb"'[^'\n]*'|[^\s'_#]+")
_TAGS = ("title", "resolution", "level", "units", "emd", "contour", "box", "a:b", "_", "method")


def run(seconds: float, seed: int) -> List[Finding]:
    """Print the entries of broken headers, for a time."""
    return run_cases("headers", seconds, seed, partial(_print, _real_headers()))


def _real_headers() -> List[bytes]:
    """Real headers, where they are at hand."""
    folder = find_example("emdb_entries")
    files = sorted(folder.iterdir()) if folder else []
    return [file.read_bytes() for file in files if file.suffix in (".xml", ".cif")]


def _print(real: List[bytes], draw: random.Random, folder: Path) -> None:
    file = folder / draw.choice(("emd-1234.xml", "x.cif", "x.json"))
    file.write_bytes(draw.choice(_KINDS)(draw, real))
    check_header(file)
    command(["entry", str(file), *(["--json"] if draw.random() < 0.3 else [])])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if peak > MOST_MEMORY:
        raise Uncaught(f"{peak} megabytes of memory")


def _broken_xml(draw: random.Random, real: List[bytes]) -> bytes:
    """XML with one to six changes of elements, texts and attributes."""
    root = copy.deepcopy(_XML)
    documents = [content for content in real if content.startswith(b"<")]
    if documents and draw.random() < 0.5:
        root = ElementTree.fromstring(draw.choice(documents))
    for _ in range(draw.choice((1, 1, 2, 6))):
        _change(draw, draw.choice(list(root.iter())), root)
    if draw.random() < 0.4:
        _exaggerate(draw, root)
    written = ElementTree.tostring(root, encoding=draw.choice(("utf-8", "utf-16", "us-ascii")))
    return _break_bytes(draw, written) if draw.random() < 0.1 else written


def _change(draw: random.Random, element: ElementTree.Element, root: ElementTree.Element) -> None:
    kind = draw.randrange(6)
    if kind == 0:
        element.text = _odd_text(draw)
    elif kind == 1:
        element.set(draw.choice((*element.keys(), *_TAGS[:4])), _odd_text(draw))
    elif kind == 2:
        element.tag = draw.choice(_TAGS)
    elif kind == 3 and len(element):
        element.remove(draw.choice(list(element)))
    elif kind == 4:
        small = [one for one in root.iter() if len(list(one.iter())) < _LARGEST_COPY]
        element.extend([copy.deepcopy(draw.choice(small))] * draw.choice((1, 3)))
    else:
        inside = list(element)
        draw.shuffle(inside)
        element[:] = inside


def _exaggerate(draw: random.Random, root: ElementTree.Element) -> None:
    """Numbers beyond all limits, the same in all elements of a name, in large and small units.

    What is derived from others stands alone at times: a voxel size from the cell, a mass as a sum.
    """
    for method in root.iter("method"):
        method.text = draw.choice((method.text, *_PLAIN))
    for parent, child in (("map", "pixel_spacing"), ("complex_supramolecule", "molecular_weight")):
        for element in [one for one in root.iter(parent) if draw.random() < 0.5]:
            for stated in element.findall(child):
                element.remove(stated)
    numbers = [one for one in root.iter() if _NUMBER.fullmatch((one.text or "").strip())]
    for _ in range(draw.choice((1, 1, 2))):
        name = draw.choice(numbers).tag if numbers else ""
        value, unit = draw.choice(_EXTREMES), draw.choice(_UNITS)
        for element in root.iter(name):
            element.text = value
            if draw.random() < 0.8:
                element.set("units", unit)


def _odd_text(draw: random.Random) -> str:
    value = draw.choice(ODD_VALUES)
    text = value if isinstance(value, str) else json.dumps(value)
    return "".join(filter(_fits_xml, text))


def _fits_xml(letter: str) -> bool:
    return letter >= " " and not "\ud800" <= letter <= "\udfff"


def _broken_cif(draw: random.Random, real: List[bytes]) -> bytes:
    """mmCIF with values replaced, or lines removed, repeated and moved."""
    others = [content for content in real if not content.startswith(b"<")]
    content = draw.choice(others) if others and draw.random() < 0.3 else _CIF
    if draw.random() < 0.5:
        places = [match.span() for match in _VALUE.finditer(content)]
        begin, end = draw.choice(places)
        odd = _odd_text(draw).encode()
        odd = draw.choice((odd, b"'" + odd + b"'", b"?", b"\n;x"))
        return content[:begin] + odd + content[end:]
    lines = content.splitlines(keepends=True)
    for _ in range(draw.choice((1, 2, 5))):
        place, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        lines[place : place + 1] = draw.choice(
            ([], [lines[place]] * 2, [lines[other]], [b"loop_\n"], [b";\n"], [b"_em_map.x\n"])
        )
        lines = lines or [b"#"]
    return b"".join(lines)


def _broken_json(draw: random.Random, real: List[bytes]) -> bytes:
    content = msgspec.to_builtins(FULL)
    return _hostile_json(draw, content) if draw.random() < 0.4 else break_json(draw, content)


def _hostile_json(draw: random.Random, content: Any) -> bytes:
    """JSON of the right types, with a text or a number that no entry has."""
    container, key = content, draw.choice(list(content))
    while isinstance(container[key], (dict, list)) and container[key]:
        container = container[key]
        inside = list(container) if isinstance(container, dict) else range(len(container))
        key = draw.choice(list(inside))
    value = container[key]
    if isinstance(value, (int, float)):
        container[key] = draw.choice((10**400, 10**12, 1e308, -1e308, 5e-324, 1e39, 0, -value))
    else:
        container[key] = draw.choice(_HOSTILE)
    return json.dumps(content).encode()


def _broken_bytes(draw: random.Random, real: List[bytes]) -> bytes:
    return _break_bytes(draw, draw.choice((ElementTree.tostring(_XML), _CIF, *real)))


def _break_bytes(draw: random.Random, content: bytes) -> bytes:
    """As ``break_bytes``, for bytes that are no UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        place = draw.randrange(len(content))
        return content[:place] + content[place + draw.randrange(3) :]
    return break_bytes(draw, content)


_KINDS: Tuple[Callable[[random.Random, List[bytes]], bytes], ...] = (
    _broken_xml, _broken_xml, _broken_cif, _broken_json, _broken_bytes,
)  # fmt: skip
