"""Every engine of a check on the same maps: ``python -m vrs.tests.same_answer``.

What another program can measure in place of the built-in engine is measured by both on the same
map, and compared within the tolerances of Level 0. The exit status is 1 if a number differs by more
and no known defect of the original explains it. ``--write`` puts the tables into docs/engines.rst,
``--record`` writes the record of voxels.py with the programs of Xmipp that are here. ``./run test
engines`` is this module.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np
import numpy.typing as npt

from vrs.checks.distribution import percentiles
from vrs.engines import xmipp
from vrs.engines.choice import ENGINES, why_not
from vrs.engines.interface import PREPARE, OutsideEngine
from vrs.engines.xmipp_b_factor import xmipp_b_factor
from vrs.engines.xmipp_preparation import xmipp_preparation
from vrs.level0.b_factor import GuinierAnalysis, b_factor_analysis
from vrs.level0.local_b_factor import published_values
from vrs.level0.local_occupancy import count_shells
from vrs.level0.preparation_program import BUILT_IN_PROGRAM, PreparationProgram
from vrs.maps import DensityMap
from vrs.maps.masks import growth_iterations, soft_mask
from vrs.tests.example_data import XMIPP
from vrs.tests.original_ucm import b_factors, occupancies
from vrs.tests.rst import DOCS, EMPTY, simple_table, write_block
from vrs.tests.voxels import CASES, Case, Voxels, of_this_plugin, with_defects, write_record

Values = npt.NDArray[Any]
Measured = Dict[str, Values]

MAPS = {
    "EMD-3488": "emd_3488.map at 0.09, 3.2 Å",
    "EMD-3488, odd box": "emd_3488.map cut to 99 at 0.09, 3.2 Å",
    "EMD-1997": "emd_1997.map at 1, 7 Å",
    "EMD-5185, one chain": "box_emd_5185_3j06.ccp4 at 4, 3.3 Å",
    "protein, not cubic": "protein_noncubic.mrc at 0.045, 3.5 Å",
    "EMD-1703": "emd_1703.map at 0.006, 32 Å",
}
"""The maps, and their names in voxels.py."""

SHARED_MASK_OVERLAP = 0.999
"""Dice coefficient from which two masks agree."""

OTHER_NETWORK = ("0.e", "0.h")
"""Measured by other networks than the built-in ones, so that their answers are not the same."""


class Quantity(NamedTuple):
    """A number of a check, and how far two engines may differ.

    ``relative`` counts for the size of the value, ``absolute`` as it is; the larger one is the
    tolerance. For whole maps both are in units of the largest value. ``reason`` is why they differ
    at all, where that is the same on every map.
    """

    title: str
    relative: float = 0.0
    absolute: float = 0.0
    reason: str = ""
    whole: bool = False


ROUNDED = "Xmipp prints 6 digits"
SINGLE = "32-bit arithmetic, in another order"
DOUBLE = "built-in engine in 32 bits, ucm in 64"

QUANTITIES: Mapping[str, Mapping[str, Quantity]] = {
    PREPARE: {
        "mask": Quantity("mask (voxels)"),
        "soft_mask": Quantity("soft mask", absolute=1e-5, whole=True, reason=(
            "built-in engine samples the Gaussian, Xmipp its transform"
        )),
        "resampled_map": Quantity("resampled map", absolute=1e-6, whole=True, reason=SINGLE),
        "resampled_mask": Quantity("its mask (voxels)"),
    },
    "0.d": {
        "slope": Quantity("slope (Å²)", relative=0.005, reason=ROUNDED),
        "intercept": Quantity("intercept", relative=0.005, reason=ROUNDED),
        "b_factor": Quantity("B-factor (Å²)", relative=0.005, reason=ROUNDED),
        "measured": Quantity("ln|F| of the shells", relative=1e-4, reason=ROUNDED),
        "corrected": Quantity("ln|F|, corrected", relative=1e-4, reason=ROUNDED),
        "corrected_map": Quantity("corrected map", absolute=1e-6, whole=True, reason=SINGLE),
    },
    "0.f": {
        "percentiles": Quantity("percentiles (Å²)", relative=0.01, absolute=2.0, reason=DOUBLE),
        "values": Quantity("every voxel (Å²)", relative=0.01, absolute=2.0, reason=DOUBLE),
    },
    "0.g": {
        "percentiles": Quantity("percentiles", absolute=0.02, reason=DOUBLE),
        "values": Quantity("every voxel", absolute=0.02, reason=DOUBLE),
    },
}  # fmt: skip


# --- what the engines measure ---------------------------------------------------------------------


def _prepared(program: PreparationProgram, case: Case) -> Measured:
    density = case.read()
    mask = program.molecule_mask(density, case.contour, growth_iterations(density.voxel_size))
    soft = program.soft_mask(density.with_data(mask))
    resampled = program.resample(density, case.resolution).density
    growth = growth_iterations(resampled.voxel_size)
    its_mask = program.molecule_mask(resampled, case.contour, growth)
    return {
        "mask": mask, "soft_mask": soft, "resampled_map": resampled.data,
        "resampled_mask": its_mask,
    }  # fmt: skip


def _built_in_guinier(case: Case) -> Measured:
    result = b_factor_analysis(case.read(), case.resolution)
    numbers = {name: np.array(result.number(name)) for name in ("slope", "intercept", "b_factor")}
    curve = result.curves["guinier"]
    return {
        **numbers, "measured": np.array(curve["measured"]),
        "corrected": np.array(curve["corrected"]),
        "corrected_map": result.volumes["corrected"].data,
    }  # fmt: skip


def _xmipp_guinier(case: Case) -> Measured:
    program = xmipp_b_factor(xmipp.record("0.d"), xmipp.home())
    measured: GuinierAnalysis = program.measure(case.read(), case.resolution)
    return {
        "slope": np.array(measured.slope), "intercept": np.array(measured.intercept),
        "b_factor": np.array(measured.b_factor), "measured": measured.measured,
        "corrected": measured.corrected, "corrected_map": measured.corrected_map.data,
    }  # fmt: skip


def prepared_by_xmipp(case: Case) -> Voxels:
    """What the real programs of Xmipp make of a map."""
    measured = OTHERS["xmipp", PREPARE](case)
    resampled = DensityMap(measured["resampled_map"], case.resolution / 2)
    return Voxels(measured["mask"], resampled, measured["resampled_mask"])


@lru_cache(maxsize=1)
def _resampled(case: Case) -> Voxels:
    return of_this_plugin(case)


def _local(measure: Callable[[Any, Any, float], Values], case: Case) -> Measured:
    voxels = _resampled(case)
    values = measure(voxels.resampled_map, voxels.resampled_mask, case.resolution)
    return {"percentiles": np.array(percentiles(values)), "values": values}


def _occupancies(density: Any, mask: Any, resolution: float) -> Values:
    counted = count_shells(density, mask, resolution)
    return counted.share(counted.occupied)


BUILT_IN: Mapping[str, Callable[[Case], Measured]] = {
    PREPARE: lambda case: _prepared(BUILT_IN_PROGRAM, case),
    "0.d": _built_in_guinier,
    "0.f": lambda case: _local(published_values, case),
    "0.g": lambda case: _local(_occupancies, case),
}

OTHERS: Mapping[Tuple[str, str], Callable[[Case], Measured]] = {
    ("xmipp", PREPARE): lambda case: _prepared(
        xmipp_preparation(xmipp.record(PREPARE), xmipp.home()), case
    ),
    ("xmipp", "0.d"): _xmipp_guinier,
    ("ucm", "0.f"): lambda case: _local(b_factors, case),
    ("ucm", "0.g"): lambda case: _local(occupancies, case),
}
"""By the name of the engine and what it measures; the local quantities on the same input."""


# --- comparison -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """A number by two engines on a map.

    Attributes
    ----------
    what, engine, number, map : str
    built_in, other, difference : str -- as the table shows them
    excess : float -- difference in units of the tolerance; at most 1 is agreement
    reason : str -- of the difference, if there is one
    explained : bool -- whether nothing is left of it with the defects of the original repeated
    """

    what: str
    engine: str
    number: str
    map: str
    built_in: str
    other: str
    difference: str
    excess: float
    reason: str
    explained: bool = False

    @property
    def verdict(self) -> str:
        """Agreement in a word or two."""
        if self.difference == "0":
            return EQUAL
        return WITHIN if self.excess <= 1 else DEFECT if self.explained else DISAGREES


EQUAL, WITHIN, DEFECT, DISAGREES = "equal", "within", "defect", "DISAGREES"


def case_of(name: str) -> Case:
    """The map of a name in ``MAPS``."""
    return next(case for case in CASES if case.name == MAPS[name])


def applies(what: str, case: Case) -> bool:
    """Whether a check is made for the resolution of a map."""
    return what != "0.d" or case.resolution <= 8


def answers(engine: str, what: str, name: str) -> List[Answer]:
    """All numbers of a check on a map, by the built-in engine and by another one."""
    case = case_of(name)
    built_in, other = BUILT_IN[what](case), OTHERS[engine, what](case)
    known = _with_defects(case, other) if what == PREPARE else {}
    return [
        _compare(what, engine, name, quantity, built_in[key], other[key], known.get(key, ""))
        for key, quantity in QUANTITIES[what].items()
    ]


def _with_defects(case: Case, other: Measured) -> Dict[str, str]:
    """The defects of which nothing is left when they are repeated: masks are then equal."""
    original = with_defects(case)
    repeated = {
        "mask": (original.mask, case.mask),
        "soft_mask": (soft_mask(original.mask), case.mask),
        "resampled_map": (original.resampled_map.data, case.resampled_map),
        "resampled_mask": (original.resampled_mask, case.resampled_mask),
    }
    return {
        key: cause
        for key, (values, cause) in repeated.items()
        if _excess(QUANTITIES[PREPARE][key], values, other[key]) <= (values.dtype != bool)
    }


def _compare(
    what: str, engine: str, name: str, quantity: Quantity, first: Values, second: Values, cause: str
) -> Answer:
    apart, excess = "other box", _excess(quantity, first, second)
    if first.shape == second.shape and first.dtype == bool:
        apart = str(np.count_nonzero(first != second))
    elif first.shape == second.shape:
        largest = _largest(quantity, first, second)
        apart = f"{largest:.0e}" if largest else "0"
    return Answer(
        what, engine, quantity.title, name, _shown(first), _shown(second), apart, excess,
        "" if apart == "0" else cause or quantity.reason, bool(cause),
    )  # fmt: skip


def _largest(quantity: Quantity, first: Values, second: Values) -> float:
    largest = float(np.abs(np.subtract(first, second, dtype=np.float64)).max())
    return largest / float(np.abs(second).max()) if quantity.whole else largest


def _excess(quantity: Quantity, first: Values, second: Values) -> float:
    """The difference in units of the tolerance; infinite for boxes of two sizes."""
    if first.shape != second.shape:
        return np.inf
    if first.dtype == bool:
        both = 2 * np.count_nonzero(first & second)
        dice = both / max(np.count_nonzero(first) + np.count_nonzero(second), 1)
        return (1 - dice) / (1 - SHARED_MASK_OVERLAP)
    if quantity.whole:
        return _largest(quantity, first, second) / quantity.absolute
    allowed = np.maximum(quantity.relative * np.abs(second), quantity.absolute)
    return float(np.max(np.abs(first - second) / np.maximum(allowed, 1e-12)))


def _shown(values: Values) -> str:
    if values.dtype == bool:
        return str(np.count_nonzero(values))
    if values.ndim == 0:
        return f"{float(values):.6g}"
    if values.size <= 5:
        return " ".join(f"{value:.4g}" for value in values)
    if values.ndim == 3:
        return "×".join(map(str, reversed(values.shape)))
    return f"{values.size} values"


# --- tables ---------------------------------------------------------------------------------------


def missing(engine: OutsideEngine, what: str) -> str:
    """Why an engine is not compared here, "" if it is."""
    if what in OTHER_NETWORK:
        return "not compared: another network than the built-in one"
    return why_not(engine, what)


def block(engine: str, what: str) -> str:
    """The name of a table in docs/engines.rst."""
    return f"{what} by {engine}"


def table(engine: OutsideEngine, measured: Sequence[Answer]) -> str:
    """One line per number and map, the lines of a number together."""
    header = ("Number", "Map", "Built-in", engine.title, "Difference", "Verdict", "Reason")
    lines: List[Tuple[str, ...]] = []
    before = ""
    for answer in sorted(measured, key=lambda each: _place(each.what, each.number)):
        number = EMPTY if answer.number == before else answer.number
        before = answer.number
        lines.append((
            number, answer.map, answer.built_in, answer.other, answer.difference, answer.verdict,
            answer.reason,
        ))  # fmt: skip
    return simple_table(header, lines)


def _place(what: str, number: str) -> int:
    return [quantity.title for quantity in QUANTITIES[what].values()].index(number)


SUMMARY = "summary of the engines"


def summary(engine: OutsideEngine, what: str, measured: Sequence[Answer]) -> Tuple[str, ...]:
    """The line of the summary: how many numbers of a check were compared, and how that ended."""
    if not measured:
        return (what, engine.title, "", "", "", "", missing(engine, what))
    verdicts = [answer.verdict for answer in measured]
    counts = (str(verdicts.count(verdict)) for verdict in (EQUAL, WITHIN, DEFECT))
    apart = sorted({answer.reason for answer in measured if answer.verdict == DEFECT})
    return (what, engine.title, str(len(measured)), *counts, ", ".join(apart))


SUMMARY_HEADER = ("Check", "Engine", "Numbers", "Equal", "Within", "Defect", "Remark")
TIMES_HEADER = ("Check", "Engine", "Map", "Built-in (s)", "Engine (s)")
TIMES = "seconds of the engines"
TIMED = ("EMD-3488", "protein, not cubic")


def times(engine: str, what: str, name: str) -> Tuple[str, ...]:
    """A line of the table of costs: the shorter of two times of each engine, taken in turn."""
    case, seconds = case_of(name), np.full((2, 2), np.inf)
    _resampled(case)
    for turn in range(2):
        for index, measure in enumerate((BUILT_IN[what], OTHERS[engine, what])):
            start = time.perf_counter()
            measure(case)
            seconds[turn, index] = time.perf_counter() - start
    return (what, engine, name, *(f"{each:.2f}" for each in seconds.min(axis=0)))


def compared() -> Iterator[Tuple[OutsideEngine, str]]:
    """All engines with all that they measure."""
    for engine in ENGINES:
        for what in engine.measures:
            yield engine, what


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="./run test engines", description="The engines that are installed, on the same maps."
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/engines.rst")
    parser.add_argument(
        "--record", action="store_true",
        help="record what Xmipp prepares, for the comparison where it is not installed",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if XMIPP.is_dir():
        os.environ.setdefault("XMIPP_HOME", str(XMIPP))
    maps = [name for name in MAPS if case_of(name).is_here]
    if options.record:
        write_record(xmipp.record(PREPARE), prepared_by_xmipp)
        return 0
    blocks, lines, costs, wrong = {}, [], [], 0
    for engine, what in compared():
        measured: List[Answer] = []
        if not missing(engine, what):
            here = [name for name in maps if applies(what, case_of(name))]
            measured = [answer for name in here for answer in answers(engine.name, what, name)]
            blocks[block(engine.name, what)] = table(engine, measured)
            costs += [times(engine.name, what, name) for name in TIMED if name in here]
            wrong += sum(answer.verdict == DISAGREES for answer in measured)
        lines.append(summary(engine, what, measured))
    blocks[SUMMARY] = simple_table(SUMMARY_HEADER, lines)
    blocks[TIMES] = simple_table(TIMES_HEADER, costs)
    for name, text in blocks.items():
        print(f"\n{name}\n\n{text}")
        if options.write:
            write_block(DOCS / "engines.rst", name, text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
