"""Values that belong to a map: what the user says counts first, then what its entry says."""

from __future__ import annotations

from typing import Any, List, Optional

import pytest

from vrs.checks.entry import ContourLevel, Entry
from vrs.checks.inputs import OF_THE_FILE
from vrs.checks.stated import (
    level_with_source,
    possible_values,
    stated_values,
    stated_voxel_size,
    with_source,
    with_sources,
)
from vrs.maps.header import Triple
from vrs.maps.typed_values import GIVEN

ENTRY = Entry(
    id="EMD-3488", contour=0.09, contour_levels=[ContourLevel(0.09, "author", True)],
    resolution=3.2, molecular_mass=64.0,
)  # fmt: skip
OF_ENTRY = "entry EMD-3488"


def test_the_entry_fills_what_the_user_left_out() -> None:
    stated = stated_values(ENTRY)
    assert (stated.contour, stated.contour_source) == (0.09, "entry EMD-3488 (author)")
    assert (stated.resolution, stated.resolution_source) == (3.2, OF_ENTRY)
    assert (stated.mass, stated.mass_source) == (64.0, OF_ENTRY)


def test_the_user_comes_first() -> None:
    stated = stated_values(ENTRY, 0.1, 3.5, 70.0)
    assert (stated.contour, stated.resolution, stated.mass) == (0.1, 3.5, 70.0)
    assert {stated.contour_source, stated.resolution_source, stated.mass_source} == {GIVEN}


def test_a_proposed_level_says_why_there_is_one() -> None:
    source = "proposed: above it noise explains less than 0.1 % of the voxels"
    of_program = "0.2 (proposed by the program from the values of the map; "
    silent = Entry(id="EMD-3488")
    assert level_with_source("0.2", source, silent) == f"{of_program}the entry states none)"
    other = f"{of_program}no voxel reaches that of the entry)"
    assert level_with_source("0.2", source, ENTRY) == other
    assert level_with_source("0.2", GIVEN, ENTRY) == "0.2 (given by the user)"


def test_a_workflow_records_where_its_values_come_from() -> None:
    again = with_sources(stated_values(ENTRY, None, 3.2, 60.0), ENTRY, OF_ENTRY, "the paper")
    assert (again.resolution, again.resolution_source) == (3.2, OF_ENTRY)
    assert (again.mass, again.mass_source) == (60.0, "the paper")
    # Somebody changed the value in the form, and not its source.
    changed = with_sources(stated_values(ENTRY, None, 3.5), ENTRY, OF_ENTRY, "the paper")
    assert (changed.resolution, changed.resolution_source) == (3.5, GIVEN)
    assert (changed.mass, changed.mass_source) == (64.0, OF_ENTRY)


def test_0_is_not_reported_whatever_the_entry_says() -> None:
    stated = stated_values(ENTRY, resolution=0.0, mass=0.0)
    assert (stated.resolution, stated.resolution_source) == (None, None)
    assert (stated.mass, stated.mass_source) == (None, None)


def test_without_an_entry_what_is_missing_stays_missing() -> None:
    stated = stated_values(None)
    assert (stated.contour, stated.contour_source) == (None, "")
    assert (stated.resolution, stated.mass) == (None, None)


@pytest.mark.parametrize("resolution", [0.5, 90.0])
def test_what_the_grid_cannot_have_is_not_taken_from_the_entry(resolution: float) -> None:
    """A box of 100 voxels of 1 Å shows 1 to 50 Å, and has room for 826 kDa."""
    entry = Entry(id="EMD-3488", resolution=resolution, molecular_mass=2000.0)
    possible = possible_values(stated_values(entry), (100, 100, 100), 1.0)
    assert (possible.resolution, possible.resolution_source) == (None, None)
    assert (possible.mass, possible.mass_source) == (None, None)


def test_what_the_user_gave_is_refused_later_not_dropped() -> None:
    given = stated_values(ENTRY, resolution=0.5, mass=2000.0)
    assert possible_values(given, (100, 100, 100), 1.0) == given


@pytest.mark.parametrize(
    ("edges", "of_entry", "given", "used", "source"),
    [
        ((1.05, 1.05, 1.05), [1.05, 1.05, 1.05], None, None, OF_THE_FILE),
        # 0.1 % is rounding in a header.
        ((1.0509, 1.0509, 1.0509), [1.05, 1.05, 1.05], None, None, OF_THE_FILE),
        ((1.052, 1.052, 1.052), [1.05, 1.05, 1.05], None, 1.05, OF_ENTRY),
        (None, [1.05, 1.05, 1.05], None, 1.05, OF_ENTRY),
        ((1.0, 1.0, 1.2), [1.05, 1.05, 1.05], None, 1.05, OF_ENTRY),
        ((1.0, 1.0, 1.0), [1.05, 1.05, 1.2], None, None, OF_THE_FILE),
        ((1.0, 1.0, 1.0), [2e4, 2e4, 2e4], None, None, OF_THE_FILE),
        ((1.0, 1.0, 1.0), None, None, None, OF_THE_FILE),
        ((1.0, 1.0, 1.0), [1.05, 1.05, 1.05], 1.1, 1.1, GIVEN),
    ],
)
def test_the_voxel_size_is_that_of_the_file_unless_the_entry_differs(
    edges: Optional[Triple],
    of_entry: Optional[List[float]],
    given: Optional[float],
    used: Optional[float],
    source: str,
) -> None:
    entry = Entry(id="EMD-3488", voxel_size=of_entry)
    assert stated_voxel_size(entry, (64, 64, 64), edges, given) == (used, source)


def test_the_voxel_size_of_another_grid_is_not_used() -> None:
    """As where the map of the entry was binned by 2."""
    entry = Entry(id="EMD-3488", voxel_size=[1.05, 1.05, 1.05], box=[100, 80, 60])
    for box, used in (((50, 40, 30), None), ((60, 80, 100), 1.05)):
        assert stated_voxel_size(entry, box, (2.1, 2.1, 2.1))[0] == used


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        (GIVEN, "1 (given by the user)"),
        ("entry EMD-3488 (EMDB)", "1 (entry EMD-3488, EMDB)"),
        ("proposed: half (a) of (b)", "1 (proposed: half (a) of (b))"),
        (None, "1"),
    ],
)
def test_a_source_stands_in_brackets_without_others(source: Any, printed: str) -> None:
    assert with_source("1", source) == printed
