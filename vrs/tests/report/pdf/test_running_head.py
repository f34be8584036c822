"""The name of the map at the top of every page."""

from __future__ import annotations

from vrs.report.pdf.document import running_head


def test_a_name_that_fits_is_printed_whole() -> None:
    assert running_head("emd_3488.map.gz") == "emd_3488.map.gz"
    assert running_head("x" * 61) == "x" * 61


def test_of_a_long_name_the_start_and_the_end_are_printed() -> None:
    head = running_head("cryosparc_P123_J456_" * 6 + "volume_map_sharp.mrc")
    assert len(head) == 61
    assert head.startswith("cryosparc_P123_J456_cryo")
    assert head.endswith("P123_J456_volume_map_sharp.mrc")
