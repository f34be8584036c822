"""Masks and resampled maps are those of the original programs, but for defects of the originals."""

from __future__ import annotations

from typing import Any, List

import numpy as np
import pytest

from vrs.maps.masks import growth_iterations, largest_component, molecule_mask, raw_mask
from vrs.maps.resample import resample_to_half_resolution, window
from vrs.tests.agreement import BLOCK
from vrs.tests.original_defects import dilated_without_faces, largest_painted_component
from vrs.tests.rst import DOCS, block
from vrs.tests.voxels import CASES, ITS_MASK, MASK, RESAMPLED, UNEXPLAINED, Case, rows


def each_case() -> List[Any]:
    slow = [pytest.mark.long]
    return [
        pytest.param(case, id=case.name, marks=slow if "44046" in case.name else [])
        for case in CASES
    ]


@pytest.mark.parametrize("case", each_case())
def test_only_known_defects_make_voxels_differ(case: Case) -> None:
    case.read()
    found = rows(case)
    assert UNEXPLAINED not in [row[-1] for row in found]
    causes = {MASK: case.mask, RESAMPLED: case.resampled_map, ITS_MASK: case.resampled_mask}
    known = {what: cause for what, cause in causes.items() if cause}
    assert {row[1]: row[5] for row in found if row[5]} == known
    if DOCS.exists():
        shown = [line.split() for line in block(DOCS / "agreement.rst", BLOCK).splitlines()]
        assert [row for row in found if " ".join(row).split() not in shown] == []


# --- why this plugin is right ---------------------------------------------------------------------


def a_case(title: str, contour: float) -> Case:
    return next(case for case in CASES if (case.title, case.contour) == (title, contour))


def test_the_component_of_the_original_depends_on_how_the_map_lies_in_its_box() -> None:
    case = a_case("EMD-3488", 0.09)
    raw = raw_mask(resample_to_half_resolution(case.read(), case.resolution).density.data, 0.09)
    sizes = {
        choose: [int(choose(each).sum()) for each in (raw, raw[::-1])]
        for choose in (largest_component, largest_painted_component)
    }
    assert sizes == {largest_component: [5066, 5066], largest_painted_component: [5029, 5066]}


@pytest.mark.parametrize(
    ("title", "contour", "lost"), [("EMD-5168", 10.0, 444), ("EMD-1703", 0.006, 1447)]
)
def test_the_original_mask_lacks_voxels_of_the_molecule_itself(
    title: str, contour: float, lost: int
) -> None:
    density = a_case(title, contour).read()
    raw, iterations = raw_mask(density.data, contour), growth_iterations(density.voxel_size)
    molecule = largest_component(raw)
    assert np.count_nonzero(molecule & ~dilated_without_faces(molecule, iterations)) == lost
    assert not np.any(molecule & ~molecule_mask(raw, iterations))


def test_the_window_of_the_original_cuts_half_of_a_long_map_off() -> None:
    raw = raw_mask(a_case("EMD-1703", 0.006).read().data, 0.006)
    inside = window(raw, (46, 46, 46))
    assert np.count_nonzero(inside) / np.count_nonzero(raw) == pytest.approx(0.51, abs=0.005)
