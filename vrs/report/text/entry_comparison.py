"""What an entry says beside what was measured on its map, drawn from numbers alone."""

from __future__ import annotations

from itertools import cycle
from typing import Callable, Iterator, List, Optional, Sequence, Tuple

import msgspec

from vrs.checks import shown_mass
from vrs.checks.entry import Entry
from vrs.checks.inputs import OF_THE_FILE
from vrs.checks.stated import DEPOSITORS
from vrs.maps.errors import sentence
from vrs.maps.header_comparison import size_in_header
from vrs.maps.placement import VOXEL_TOLERANCE
from vrs.maps.printing import entered, fixed, number
from vrs.report.model import Agreement, EntryComparison, Evidence, Finding
from vrs.report.text import words
from vrs.report.text.entry import LONGEST_WORDS, cut
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.resolution import LOW_PASSED_CAUTION, MARGIN, end_of_power
from vrs.report.text.findings.sharpening import NONE, OVER
from vrs.report.text.point_groups import fold_of, folds_agree

_AT_CONTOUR = Evidence("0.b", "mass_at_contour")
_INTERVAL = Evidence("0.e", "median_interval")
_B, _B_INTERVAL = Evidence("0.d", "b_factor_from_10"), Evidence("0.d", "b_factor_interval")
_SYMMETRY, _SYMMETRY_TO = of_evidence("symmetry"), of_evidence("symmetry_resolution")
_SUGGESTED, _CUTOFF = of_evidence("contour_suggested"), of_evidence("spectrum_cutoff")

NOT_STATED = "not stated"

_ON_THE_LEVEL = ("contour.", "mask.partial")
"""Findings about the contour level."""


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
    kinds: Tuple[Callable[[Entry, Facts], Optional[EntryComparison]], ...] = (
        _box, _voxel_size, _resolution, _mass, _symmetry,
    )  # fmt: skip
    for kind in kinds:
        compared = kind(entry, facts)
        if compared is not None:
            yield compared
    yield _contour(entry, facts, findings)
    yield _sharpening(facts, findings)


def _box(entry: Entry, facts: Facts) -> Optional[EntryComparison]:
    if entry.box is None:
        return None
    same = entry.box == facts.record.given_box
    return EntryComparison(
        id="box",
        quantity="Box",
        stated=words.voxels(entry.box),
        measured=words.voxels(facts.record.given_box),
        agreement="agrees" if same else "differs",
        text="" if same else "The file holds another box than that of the entry.",
    )


def _voxel_size(entry: Entry, facts: Facts) -> Optional[EntryComparison]:
    """The voxel size of the entry against that of the map file, whichever was used."""
    sizes, used = entry.voxel_size, facts.record.given_voxel_size
    if sizes is None:
        return None
    of_file = size_in_header(facts.record.header)
    compared = of_file or [used]
    same = all(abs(a - b) <= VOXEL_TOLERANCE * b for a, b in zip(sizes, cycle(compared)))
    measured = f"{entered(used)} Å ({facts.record.voxel_size_source})"
    if facts.record.voxel_size_source != OF_THE_FILE and of_file:
        measured += f"; {_edges(of_file)} in the map file"
    return EntryComparison(
        id="voxel_size",
        quantity="Voxel size",
        stated=_edges(sizes),
        measured=measured,
        agreement="agrees" if same else "differs",
        text="" if same else "All lengths and resolutions depend on which one is right.",
    )


def _edges(sizes: Sequence[float]) -> str:
    """One edge if all are the same."""
    shown = sizes[:1] if len(set(sizes)) == 1 else sizes
    return f"{' × '.join(map(entered, shown))} Å"


def _resolution(entry: Entry, facts: Facts) -> Optional[EntryComparison]:
    """The resolution of the entry against the interval of 0.e and the end of the power."""
    stated = entry.resolution
    if stated is None:
        return None
    interval = facts.numbers(_INTERVAL, 2)
    as_stated = msgspec.structs.replace(facts.record, resolution=stated)
    end = end_of_power(Facts(as_stated, facts.outcomes))
    measured = []
    if interval is not None:
        measured.append(f"{fixed(interval[0], 2)} to {fixed(interval[1], 2)} Å (0.e)")
    if end is not None:
        measured.append(f"{fixed(end, 2)} Å (end of the power)")
    agreement, text = _judged(stated, interval, end)
    if not measured:
        text = _why_not(facts, _INTERVAL)
    return EntryComparison(
        id="resolution",
        quantity="Resolution",
        stated=", ".join(filter(None, (f"{entered(stated)} Å", words.criterion(entry)))),
        measured="; ".join(measured) or "not measured",
        agreement=agreement,
        text=text,
        evidence=_present(facts, _INTERVAL, _CUTOFF),
    )


def _judged(
    stated: float, interval: Optional[Sequence[float]], end: Optional[float]
) -> Tuple[Agreement, str]:
    """Whether a stated resolution agrees with what was measured, by the limits of the findings."""
    if end is not None and end >= LOW_PASSED_CAUTION.value * stated:
        return "differs", (
            f"The power of the map ends at {fixed(end, 2)} Å, so it holds no detail of "
            f"{entered(stated)} Å."
        )
    if interval is None:
        return "open", ""
    low, high = interval
    if low <= stated <= high:
        return "agrees", ""
    if stated > high:
        return "differs", "The map looks better resolved than the entry states."
    if low > MARGIN.value * stated:
        return "differs", "The map looks worse resolved than the entry states."
    return "open", (
        "The stated resolution is slightly better than the interval, which leaves out one map in "
        "twenty on this side."
    )


def _mass(entry: Entry, facts: Facts) -> Optional[EntryComparison]:
    """The mass of the sample against that of the volume at the contour level."""
    stated = entry.molecular_mass
    if stated is None:
        return None
    shown = facts.number(_AT_CONTOUR)
    agreement: Agreement = "open"
    text, measured = _why_not(facts, _AT_CONTOUR), ""
    if shown is not None:
        part = shown / stated
        measured = f"{number(shown)} kDa at the contour level"
        least, most = shown_mass.USUAL
        usual = f"usual contour levels show {number(least)} to {number(most)} of it"
        factor = number(part, 2)
        times = "" if factor == "1" else f"{factor} times "
        text = f"The contour level shows {times}the mass of the sample; {usual}."
        if part > most:
            agreement = "differs"
            text += (
                " A micelle, several copies, or a contour level in the noise shows more than the "
                "sample; or the mass is that of a part of it."
            )
        elif part < least:
            text += " The contour level is high, or parts of the sample are missing or move."
        else:
            agreement = "agrees"
    return EntryComparison(
        id="mass",
        quantity="Molecular mass",
        stated=f"{number(stated)} kDa",
        measured=measured or "not measured",
        agreement=agreement,
        text=text,
        evidence=_present(facts, _AT_CONTOUR),
    )


def _symmetry(entry: Entry, facts: Facts) -> Optional[EntryComparison]:
    """The applied symmetry against the best rotation of the map."""
    if entry.symmetry is None:
        return None
    found, to = facts.measurement(_SYMMETRY), facts.number(_SYMMETRY_TO)
    measured = str(found.value) if found else "not measured"
    fold = fold_of(measured)
    if fold > 1 and to is not None:
        measured += f", to {number(to)} Å"
    agreement, text = folds_agree(entry.symmetry, fold)
    text = text or _why_not(facts, _SYMMETRY)
    return EntryComparison(
        id="symmetry",
        quantity="Symmetry",
        stated=cut(entry.symmetry, LONGEST_WORDS),
        measured=measured,
        agreement=agreement,
        text=text,
        evidence=_present(facts, _SYMMETRY, _SYMMETRY_TO),
    )


def _contour(entry: Entry, facts: Facts, findings: Sequence[Finding]) -> EntryComparison:
    """The recommended contour level, the one that was used, and the one that is suggested."""
    chosen_by = DEPOSITORS.get(entry.contour_source or "", "")
    stated = NOT_STATED if entry.contour is None else entered(entry.contour)
    suggested, used = facts.number(_SUGGESTED), facts.record.contour
    measured = f"{entered(used)} used"
    if suggested is not None and suggested != used:
        measured += f"; {number(suggested)} suggested"
    against = [
        finding
        for finding in findings
        if finding.id.startswith(_ON_THE_LEVEL) and finding.severity != "note"
    ]
    agreement: Agreement = "open"
    if entry.contour is not None and entry.contour == used:
        agreement = "differs" if against else "agrees"
    text = ""
    if entry.contour is not None and entry.contour != used:
        text = "The report used another contour level than the one of the entry."
    elif against:
        text = f"{against[0].title}: see the verdict."
    return EntryComparison(
        id="contour",
        quantity="Contour level",
        stated=f"{stated} ({chosen_by})" if chosen_by else stated,
        measured=measured,
        agreement=agreement,
        text=text,
        evidence=_present(facts, _SUGGESTED),
    )


def _sharpening(facts: Facts, findings: Sequence[Finding]) -> EntryComparison:
    """How the map was sharpened and processed, which headers do not state."""
    value, interval = facts.number(_B), facts.numbers(_B_INTERVAL, 2)
    measured, text = "not measured", _why_not(facts, _B)
    if value is not None and interval is not None:
        low, high = interval
        measured = f"B-factor {number(value)} Å² ({number(low)} to {number(high)} Å²)"
        text = "Its amplitudes fall as those of a sharpened map, within the error."
        if low > OVER.value:
            text = "The map is oversharpened."
        elif high < NONE.value:
            text = "The map is not fully sharpened."
    processed = [finding.title for finding in findings if finding.id.startswith("state.")]
    if processed:
        text = f"{text} Found: {words.in_words(processed)}.".strip()
    return EntryComparison(
        id="sharpening",
        quantity="Sharpening",
        stated=NOT_STATED,
        measured=measured,
        agreement="open",
        text=text,
        evidence=_present(facts, _B, _B_INTERVAL),
    )


def _why_not(facts: Facts, ground: Evidence) -> str:
    """Why a measurement has no value, as a sentence; "" if it has one, or nobody says why."""
    outcome = facts.outcomes.get(ground.check)
    if outcome is None or facts.measurement(ground) is not None:
        return ""
    if not outcome.evaluated:
        return outcome.reason
    absent = outcome.measurements.get(ground.measurement)
    return sentence(absent.reason) if absent and absent.reason else ""


def _present(facts: Facts, *grounds: Evidence) -> List[Evidence]:
    """Those of the measurements that have a value."""
    return [ground for ground in grounds if facts.measurement(ground) is not None]
