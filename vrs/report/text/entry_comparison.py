"""What an entry says beside what its map file holds and what was measured, from numbers alone.

A comparison that is left open says why, unless the entry states nothing.
"""

from __future__ import annotations

from typing import Callable, Iterator, List, Sequence, Tuple

from vrs.checks.entry import Entry
from vrs.checks.inputs import OF_THE_FILE
from vrs.checks.stated import DEPOSITORS, with_source
from vrs.maps.header_comparison import MAXIMUM, MINIMUM, size_in_header
from vrs.maps.placement import VOXEL_TOLERANCE
from vrs.maps.printing import entered, number
from vrs.maps.typed_values import GIVEN
from vrs.report.model import Agreement, EntryComparison, Finding
from vrs.report.text import entry_measured, words
from vrs.report.text.entry import not_stated
from vrs.report.text.entry_measured import present
from vrs.report.text.findings.facts import Facts, of_evidence

_SUGGESTED = of_evidence("contour_suggested")

_ON_THE_LEVEL = ("contour.", "mask.partial")
"""Findings about the contour level."""

_DIGITS = 4


def comparisons(facts: Facts, findings: Sequence[Finding]) -> List[EntryComparison]:
    """The quantities that the entry of the map states, or that its readers look for.

    Parameters
    ----------
    facts : Facts -- of the report
    findings : sequence of Finding -- of the report
    """
    entry = facts.record.entry
    if entry is None:
        return []
    return list(_comparisons(entry, facts, findings))


def _comparisons(
    entry: Entry, facts: Facts, findings: Sequence[Finding]
) -> Iterator[EntryComparison]:
    kinds: Tuple[Callable[[Entry, Facts], EntryComparison], ...] = (
        _box, _voxel_size, _grey_values, entry_measured.resolution, entry_measured.mass,
        entry_measured.symmetry,
    )  # fmt: skip
    for kind in kinds:
        yield kind(entry, facts)
    yield _contour(entry, facts, findings)
    yield entry_measured.sharpening(entry, facts, findings)


def _box(entry: Entry, facts: Facts) -> EntryComparison:
    agreement: Agreement = "open"
    if entry.box is not None:
        agreement = "agrees" if entry.box == facts.record.given_box else "differs"
    return EntryComparison(
        id="box",
        quantity="Box",
        stated=words.voxels(entry.box) if entry.box else not_stated(entry),
        measured=words.voxels(facts.record.given_box),
        agreement=agreement,
        text="The file holds another box." if agreement == "differs" else "",
    )


def _voxel_size(entry: Entry, facts: Facts) -> EntryComparison:
    """The voxel size of the entry against those that are used and in the map file."""
    record = facts.record
    stated, used, source = entry.voxel_size, record.given_voxel_size, record.voxel_size_source
    of_file = size_in_header(record.header)
    agreement: Agreement = "open"
    if stated is not None:
        same = _same(stated, [used] * 3) and (not of_file or _same(stated, of_file))
        agreement = "agrees" if same else "differs"
    measured = f"{entered(used)} Å ({source})"
    if source != OF_THE_FILE and of_file:
        measured += f"; {_edges(of_file)} in the map file"
    text = ""
    if agreement == "differs":
        text = "All lengths and resolutions depend on which one is right."
        if source == GIVEN and stated and of_file and _same(stated, of_file):
            text = f"The user replaced the voxel size of the entry and of the file. {text}"
    return EntryComparison(
        id="voxel_size",
        quantity="Voxel size",
        stated=_edges(stated) if stated else not_stated(entry),
        measured=measured,
        agreement=agreement,
        text=text,
    )


def _same(stated: Sequence[float], edges: Sequence[float]) -> bool:
    """Whether the edges of voxels agree; one edge stands for all."""
    whole = [*edges] * 3 if len(edges) == 1 else edges
    return all(abs(a - b) <= VOXEL_TOLERANCE * b for a, b in zip(stated, whole))


def _edges(sizes: Sequence[float]) -> str:
    """One edge if all are the same."""
    shown = sizes[:1] if len(set(sizes)) == 1 else sizes
    return f"{' × '.join(map(entered, shown))} Å"


def _grey_values(entry: Entry, facts: Facts) -> EntryComparison:
    """The lowest and the highest grey value, which the import compared within rounding."""
    record, said = facts.record, entry.statistics
    differing = [one for one in record.entry_disagreements if one.quantity == "grey_values"]
    used = {line.quantity: line.used for line in record.header}
    ends = differing[0].measured if differing else [used.get(MINIMUM), used.get(MAXIMUM)]
    values = [float(end) for end in ends if isinstance(end, (int, float))]
    agreement: Agreement = "open"
    text = "" if values else "The lowest and the highest value of the map were not kept."
    if said is not None and values:
        agreement = "differs" if differing else "agrees"
    if differing:
        scale = differing[0].scale
        text = "The file holds other values than the entry states."
        if scale:
            text = f"The values of the file are {number(scale)} times those of the entry."
    return EntryComparison(
        id="grey_values",
        quantity="Grey values",
        stated=_range([said.minimum, said.maximum]) if said else not_stated(entry),
        measured=_range(values) if values else "not kept",
        agreement=agreement,
        text=text if said else "",
    )


def _range(ends: Sequence[float]) -> str:
    return " to ".join(number(end, _DIGITS) for end in ends)


def _contour(entry: Entry, facts: Facts, findings: Sequence[Finding]) -> EntryComparison:
    """The recommended contour level against the one that was used; what is suggested follows."""
    record, stated = facts.record, not_stated(entry)
    if entry.contour is not None:
        chosen_by = DEPOSITORS.get(entry.contour_source or "", "")
        stated = with_source(entered(entry.contour), chosen_by)
    agreement: Agreement = "open"
    if entry.contour is not None:
        agreement = "agrees" if entry.contour == record.contour else "differs"
    by = "chosen by the program" if record.contour_is_proposed else record.contour_source
    sentences = []
    if agreement == "differs":
        sentences.append(f"The report uses another level, {by}.")
    against = [
        finding
        for finding in findings
        if finding.id.startswith(_ON_THE_LEVEL) and finding.severity != "note"
    ]
    if against:
        sentences.append(f"{against[0].title}: see the verdict.")
    suggested = facts.number(_SUGGESTED)
    if suggested is not None and suggested != record.contour:
        sentences.append(f"The evidence suggests {number(suggested)}.")
    return EntryComparison(
        id="contour",
        quantity="Contour level",
        stated=stated,
        measured=f"{entered(record.contour)} used",
        agreement=agreement,
        text=" ".join(sentences),
        evidence=present(facts, _SUGGESTED),
    )
