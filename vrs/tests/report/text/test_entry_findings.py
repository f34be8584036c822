"""Findings on the entry of a map: another map, another voxel size, an obsolete entry."""

from __future__ import annotations

from typing import Any, Dict, Optional

import msgspec
import pytest

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Entry, Statistics
from vrs.checks.inputs import InputRecord
from vrs.entries.against_map import disagreements
from vrs.maps import read_with_source
from vrs.maps.header_comparison import VOXEL_SIZE, Agreement, HeaderLine
from vrs.maps.typed_values import GIVEN
from vrs.report.model import Finding
from vrs.report.text.findings import Conclusions, conclude
from vrs.tests.example_data import example_file

ENTRY = Entry(id="EMD-1011", status="REL", contour=0.1)

RECORD = InputRecord(
    file="emd_1011.map.gz", sha256="", box=[70, 70, 70], voxel_size=3.71, contour=0.1,
    contour_source="entry EMD-1011", resolution=16.0, given_box=[70, 70, 70],
    given_voxel_size=3.71, entry=ENTRY,
)  # fmt: skip

LABEL = Disagreement("label", ["EMD-1011"], ["EMD-1883"])
BOX = Disagreement("box", [256, 256, 256], [70, 70, 70])
TURNED = Disagreement("box", [60, 70, 80], [80, 70, 60])
VOXELS = Disagreement("voxel_size", [3.44] * 3, [3.71] * 3)
VALUES = Disagreement("grey_values", [-16844.0, 27000.0], [-0.001294, 0.002859])
SCALED = Disagreement("grey_values", [-0.05, 0.125], [-0.5, 1.25])
LEVEL = Disagreement("contour", [7770.0], [0.002859])


def concluded(*differences: Disagreement, **values: Any) -> Conclusions:
    changed = {"entry_disagreements": list(differences), **values}
    return conclude(msgspec.structs.replace(RECORD, **changed), {})


def found(*differences: Disagreement, **values: Any) -> Dict[str, Finding]:
    return {one.id: one for one in concluded(*differences, **values).findings}


@pytest.mark.parametrize("entry", [None, ENTRY, Entry(id="EMD-1011")])
def test_a_plain_file_and_an_agreeing_entry_have_none(entry: Optional[Entry]) -> None:
    assert concluded(entry=entry).findings == []


@pytest.mark.parametrize("name, voxels, values", [
    ("emd_3488", 1.05, Statistics(-0.54142815, 0.70043814)),
    ("emd_1703", 6.0, Statistics(-0.0958846, 0.0644003)),
])  # fmt: skip
def test_the_real_map_of_an_entry_has_none(name: str, voxels: float, values: Statistics) -> None:
    density, source = read_with_source(example_file(f"maps/{name}.map.gz"))
    entry = Entry(
        id=f"EMD-{name[4:]}", box=list(density.box), voxel_size=[voxels] * 3, statistics=values,
        contour=0.05,
    )  # fmt: skip
    differences = disagreements(entry, density, source.header)
    assert found(*differences, entry=entry) == {}


def test_another_map_names_all_that_disagrees() -> None:
    conclusions = concluded(LABEL, BOX, VOXELS, VALUES, LEVEL)
    other, level = conclusions.findings
    assert (other.id, other.severity, other.caused_by) == ("entry.other_map", "caution", None)
    assert other.title == "This file is probably not the map of EMD-1011"
    assert other.text.replace("\u202f", " ").startswith(
        "The file has the label of EMD-1883, a box of 70 × 70 × 70 voxels (entry: "
        "256 × 256 × 256), a voxel size of 3.71 Å (entry: 3.44 Å) and grey values from -0.001294 "
        "to 0.002859 (entry: -16 844 to 27 000)."
    )
    assert level.id == "entry.contour_outside" and level.caused_by is None
    assert "The contour level of EMD-1011, 7770, is above the largest grey value" in level.text
    assert conclusions.overall.text == "Points to check (2)"


@pytest.mark.parametrize("difference", [LABEL, BOX, VALUES])
def test_each_of_label_box_and_grey_values_is_enough(difference: Disagreement) -> None:
    (one,) = found(difference).values()
    assert one.title == "This file is probably not the map of EMD-1011"


def test_the_label_of_another_entry_on_the_same_values_is_no_other_map() -> None:
    known = msgspec.structs.replace(ENTRY, box=[70] * 3, statistics=Statistics(-1.0, 1.0))
    (one,) = found(LABEL, entry=known).values()
    assert (one.id, one.severity) == ("entry.other_map", "caution")
    assert one.title == "The file is labelled EMD-1883, not EMD-1011"
    assert one.text.endswith("Its box and its grey values are those of EMD-1011.")


def test_turned_axes_and_scaled_values_are_no_other_map() -> None:
    (one,) = found(TURNED, SCALED).values()
    assert one.title == "The map is not as its entry describes it"
    assert "(entry: 60 × 70 × 80, the same in another order)" in one.text
    assert "0.1 times as much" in one.text
    assert one.advice.endswith("Multiply the contour level of EMD-1011 by 10.")


def test_a_voxel_size_alone_is_that_of_the_user_or_a_finding_of_its_own() -> None:
    assert found(VOXELS, voxel_size_source=GIVEN) == {}
    other = found(BOX, VOXELS, voxel_size_source=GIVEN)["entry.other_map"]
    assert "voxel size" not in other.text
    line = HeaderLine(VOXEL_SIZE, "Å", 3.44, 3.71, Agreement.DIFFERS)
    (one,) = found(header=[line], voxel_size_source="entry EMD-1011").values()
    assert one.id == "entry.voxel_size"
    assert one.text == (
        "EMD-1011 states voxels of 3.71 Å, and the header of the map file 3.44 Å. The report uses "
        "those of the entry."
    )
    absent = HeaderLine(VOXEL_SIZE, "Å", None, 3.71, Agreement.NOT_SET)
    assert found(header=[absent], voxel_size_source="entry EMD-1011") == {}


def test_an_obsolete_entry_names_its_successor() -> None:
    entry = Entry(id="EMD-3489", status="OBS", superseded_by="EMD-3490")
    conclusions = concluded(entry=entry)
    (one,) = conclusions.findings
    assert (one.id, one.title) == ("entry.obsolete", "EMD-3489 is obsolete")
    assert one.text == "EMD-3490 replaces it." and "EMD-3490" in one.advice
    assert conclusions.overall.level == "points"
    (alone,) = found(entry=Entry(id="EMD-3489", status="OBS")).values()
    assert alone.text == "It names no entry that replaces it."


def test_a_disagreement_has_as_many_values_as_its_quantity() -> None:
    with pytest.raises(ValueError, match="box"):
        Disagreement("box", [1, 2], [1, 2])
