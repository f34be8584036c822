"""What a map will take grows with its box, and is enough for every check to begin."""

from __future__ import annotations

import pytest

from vrs.batch.forecast import DRAWING, UNKNOWN, _interpolated, costs, forecast
from vrs.batch.row import Size
from vrs.levels import MEASURED
from vrs.maps import DensityMap
from vrs.run.map_options import MapOptions
from vrs.steps import whole
from vrs.tests.simulation import atom_ball

MAP = MapOptions("map.mrc")


def size(side: int, resolution: float = 3.0) -> Size:
    return Size((side, side, side), 1.0, resolution)


def test_the_table_has_every_step() -> None:
    steps = {"checked", whole.IMPORTED, whole.PREPARED, *MEASURED, whole.WRITTEN}
    table = costs()
    assert set(table.seconds) == set(table.megabytes) == steps
    assert table.date and table.machine and table.version
    for values in (*table.seconds.values(), *table.megabytes.values()):
        assert len(values) == len(table.sides)


def test_larger_maps_take_longer_and_more() -> None:
    whole_reports = [forecast(MAP, size(side), True, True) for side in (48, 100, 200, 400, 800)]
    for smaller, larger in zip(whole_reports, whole_reports[1:]):
        assert smaller.seconds < larger.seconds
        assert smaller.memory <= larger.memory


def test_what_is_left_out_costs_nothing() -> None:
    whole_report = forecast(MAP, size(200), True, True)
    alone = forecast(MAP, size(200), False, False)
    assert alone.seconds < 0.7 * whole_report.seconds
    assert alone.memory <= whole_report.memory - DRAWING
    fewer = forecast(MapOptions("map.mrc", skip=("0.f", "0.h")), size(200), False, False)
    assert fewer.seconds < alone.seconds


def test_a_map_to_be_fetched_has_a_forecast_too() -> None:
    assert forecast(MAP, None, True, True) == forecast(MAP, UNKNOWN, True, True)


@pytest.mark.parametrize("resolution", [1.5, 4.0])
def test_every_check_begins_with_the_memory_of_the_forecast(resolution: float) -> None:
    ball: DensityMap = atom_ball(64, 1.0, 50.0)
    needed = [check.memory_needed(ball, 0.1, resolution) for check in MEASURED.values()]
    assert forecast(MAP, size(64, resolution), False, False).memory >= max(needed)


def test_between_two_boxes_a_cost_grows_as_a_power_and_beyond_in_proportion() -> None:
    sides, values = [100, 200], [1.0, 16.0]
    assert _interpolated(100**3, sides, values) == pytest.approx(1.0)
    assert _interpolated(2**0.5 * 100**3 * 2, sides, values) == pytest.approx(4.0)
    assert _interpolated(200**3 * 2, sides, values) == pytest.approx(32.0)
    assert _interpolated(10**3, sides, values) == pytest.approx(1.0)
