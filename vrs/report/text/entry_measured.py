"""What an entry states beside what the checks measured: resolution, mass, symmetry, sharpening."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

import msgspec

from vrs.checks import shown_mass
from vrs.checks.entry import Entry
from vrs.checks.inputs import InputRecord
from vrs.checks.stated import refusal
from vrs.maps.errors import sentence
from vrs.maps.printing import entered, fixed, number
from vrs.maps.refused_inputs import refuse_mass
from vrs.maps.typed_values import GIVEN
from vrs.report.model import Agreement, EntryComparison, Evidence, Finding
from vrs.report.text import words
from vrs.report.text.entry import LONGEST_WORDS, cut, ended, not_stated
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.resolution import LOW_PASSED_CAUTION, MARGIN, end_of_power
from vrs.report.text.findings.sharpening import NONE, OVER
from vrs.report.text.point_groups import fold_of, folds_agree

_AT_CONTOUR = Evidence("0.b", "mass_at_contour")
_INTERVAL = Evidence("0.e", "median_interval")
_B, _B_INTERVAL = Evidence("0.d", "b_factor_from_10"), Evidence("0.d", "b_factor_interval")
_SYMMETRY, _SYMMETRY_TO = of_evidence("symmetry"), of_evidence("symmetry_resolution")
_CUTOFF = of_evidence("spectrum_cutoff")

NOT_MEASURED = "not measured"
_PUBLISHED = (
    "The published B-factor of 0.d is another quantity: it begins at 15 Å, and holds the fall-off "
    "of protein and the noise of the box."
)


def resolution(entry: Entry, facts: Facts) -> EntryComparison:
    """The resolution of the entry against the interval of 0.e and the end of the power."""
    stated, record = entry.resolution, facts.record
    interval = facts.numbers(_INTERVAL, 2)
    as_stated = msgspec.structs.replace(record, resolution=stated)
    end = end_of_power(Facts(as_stated, facts.outcomes)) if stated else end_of_power(facts)
    measured = []
    if interval is not None:
        measured.append(f"{fixed(interval[0], 2)} to {fixed(interval[1], 2)} Å (0.e)")
    if end is not None:
        measured.append(f"{fixed(end, 2)} Å (end of the power)")
    measured = measured or [NOT_MEASURED]
    if record.resolution is not None and record.resolution_source == GIVEN:
        measured.append(f"{entered(record.resolution)} Å {GIVEN}")
    agreement, text = _judged(stated, interval, end)
    if stated and agreement == "open" and not text:
        text = why_not(facts, _INTERVAL) or "Neither 0.e nor the power of the map decides this."
    criterion = words.criterion(entry)
    said = ", ".join(filter(None, (f"{entered(stated)} Å", criterion))) if stated else ""
    return EntryComparison(
        id="resolution",
        quantity="Resolution",
        stated=said or not_stated(entry),
        measured="; ".join(measured),
        agreement=agreement,
        text=text,
        evidence=present(facts, _INTERVAL, _CUTOFF),
    )


def _judged(
    stated: Optional[float], interval: Optional[Sequence[float]], end: Optional[float]
) -> Tuple[Agreement, str]:
    """Whether a stated resolution agrees with what was measured, by the limits of the findings."""
    if stated is None:
        return "open", ""
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


def mass(entry: Entry, facts: Facts) -> EntryComparison:
    """The mass of the sample against that of the volume at the contour level."""
    stated, shown = entry.molecular_mass, facts.number(_AT_CONTOUR)
    measured = f"{number(shown)} kDa at the contour level" if shown else NOT_MEASURED
    record = facts.record
    if record.mass is not None and record.mass_source == GIVEN:
        measured += f"; {entered(record.mass)} kDa {GIVEN}"
    agreement: Agreement = "open"
    text = ""
    if stated is not None:
        agreement, text = _weighed(stated, shown, record)
        text = text or why_not(facts, _AT_CONTOUR) or "No volume was measured."
    return EntryComparison(
        id="mass",
        quantity="Molecular mass",
        stated=f"{number(stated)} kDa" if stated else not_stated(entry),
        measured=measured,
        agreement=agreement,
        text=text,
        evidence=present(facts, _AT_CONTOUR),
    )


def _weighed(
    stated: float, shown: Optional[float], record: InputRecord
) -> Tuple[Agreement, str]:
    """Whether the contour level shows a usual part of a mass, and what follows if not."""
    x, y, z = record.given_box
    impossible = refusal(refuse_mass, (x, y, z), record.given_voxel_size, stated)
    if impossible is not None:
        return "differs", f"{words.capitalized(impossible.reason)}; it was not used."
    if shown is None:
        return "open", ""
    part = shown / stated
    factor = number(part, 2)
    times = "" if factor == "1" else f"{factor} times "
    text = f"The contour level shows {times}this mass; {shown_mass.usual()}."
    least, most = shown_mass.USUAL
    if part > most:
        return "differs", (
            f"{text} A micelle, several copies, or a contour level in the noise shows more than "
            "the sample; or the mass is that of a part of it."
        )
    if part < least:
        return "differs", (
            f"{text} The contour level is high, parts of the sample are missing or move, or the "
            "mass is not that of what the map shows."
        )
    return "usual", text


def symmetry(entry: Entry, facts: Facts) -> EntryComparison:
    """The applied symmetry against the best rotation of the map."""
    stated = entry.symmetry
    found, to = facts.measurement(_SYMMETRY), facts.number(_SYMMETRY_TO)
    measured = str(found.value) if found else NOT_MEASURED
    fold = fold_of(measured)
    if fold > 1 and to is not None:
        measured += f", to {number(to)} Å"
    agreement: Agreement = "open"
    text = ""
    if stated is not None:
        agreement, text = folds_agree(stated, fold)
        text = text or why_not(facts, _SYMMETRY)
        if agreement == "open" and not text:
            text = "This symmetry was not tested."
    return EntryComparison(
        id="symmetry",
        quantity="Symmetry",
        stated=cut(stated, LONGEST_WORDS) if stated else not_stated(entry),
        measured=measured,
        agreement=agreement,
        text=text,
        evidence=present(facts, _SYMMETRY, _SYMMETRY_TO),
    )


def sharpening(entry: Entry, facts: Facts, findings: Sequence[Finding]) -> EntryComparison:
    """How the map was sharpened and processed, which headers do not state."""
    value, interval = facts.number(_B), facts.numbers(_B_INTERVAL, 2)
    measured, sentences = NOT_MEASURED, [why_not(facts, _B)]
    if value is not None and interval is not None:
        low, high = interval
        measured = (
            f"B-factor {number(value)} Å² ({number(low)} to {number(high)} Å²) from 10 Å on, "
            "beyond the fall-off of protein"
        )
        text = "Its amplitudes fall as those of a sharpened map, within the error."
        if low > OVER.value:
            text = "The map is oversharpened."
        elif high < NONE.value:
            text = "The map is not fully sharpened."
        sentences = [text, _PUBLISHED]
    sentences += [ended(finding.title) for finding in findings if finding.id.startswith("state.")]
    return EntryComparison(
        id="sharpening",
        quantity="Sharpening",
        stated=not_stated(entry),
        measured=measured,
        agreement="open",
        text=" ".join(filter(None, sentences)),
        evidence=present(facts, _B, _B_INTERVAL),
    )


def why_not(facts: Facts, ground: Evidence) -> str:
    """Why a measurement has no value, as a sentence; "" if it has one, or nobody says why."""
    outcome = facts.outcomes.get(ground.check)
    if outcome is None or facts.measurement(ground) is not None:
        return ""
    if not outcome.evaluated:
        return f"{ground.check if '.' in ground.check else outcome.title}: {outcome.reason}"
    absent = outcome.measurements.get(facts.source(ground).measurement)
    return sentence(absent.reason) if absent and absent.reason else ""


def present(facts: Facts, *grounds: Evidence) -> List[Evidence]:
    """Those of the measurements that have a value."""
    return [facts.source(ground) for ground in grounds if facts.measurement(ground) is not None]
