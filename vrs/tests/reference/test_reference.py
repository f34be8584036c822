"""Reference sets: classes of resolution, ranks, and the file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from vrs.checks.store import encode
from vrs.reference.classes import EDGES, class_of, in_words
from vrs.reference.file import NoReference, read_reference, write_reference
from vrs.reference.model import NumberPeers, Peer, ReferenceSet, ResolutionClass
from vrs.reference.rank import quantiles, rank


def _made(values: int = 3) -> ReferenceSet:
    peers = [Peer(f"EMD-{index}", f"{index:064d}", 3.0) for index in range(3)]
    number = NumberPeers(
        check="0.d", rule="b_factor.interval", unit="Å²", method="embedded", versions=(1,),
        peers=list(range(values)), values=[-10.0 * index for index in range(values)],
    )  # fmt: skip
    low, high = class_of(3.0)
    one = ResolutionClass(low=low, high=high, peers=peers, numbers=[number], findings=[])
    return ReferenceSet(
        name="made", date="2026-11-28", version="0", programs={"0": 3}, classes=[one], left_out={}
    )


def test_every_resolution_has_one_class() -> None:
    for resolution in (0.5, *EDGES, 3.14, 50.0):
        low, high = class_of(resolution)
        assert low <= resolution and (high is None or resolution < high)


def test_classes_in_words_are_all_different() -> None:
    classes = {class_of(edge) for edge in (1.0, *EDGES)}
    assert len({in_words(*one) for one in classes}) == len(EDGES) + 1


def test_half_of_the_same_values_count_as_smaller() -> None:
    ranked = rank(2.0, [1.0, 2.0, 2.0, 3.0])
    assert (ranked.below, ranked.same, ranked.percentile) == (1, 2, 50.0)


def test_the_smallest_of_all_is_at_percentile_0_and_the_largest_at_100() -> None:
    others = [float(number) for number in range(50)]
    assert rank(-1.0, others).percentile == 0.0
    assert rank(51.0, others).percentile == 100.0


def test_quantiles_of_101_even_numbers_are_their_percentiles() -> None:
    assert quantiles([float(number) for number in range(101)]) == [2.5, 25.0, 50.0, 75.0, 97.5]


def test_a_set_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_reference(tmp_path / "set.json", _made())
    assert read_reference(tmp_path / "set.json") == _made()


def test_a_set_that_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "set.json"
    write_reference(file, _made())
    read_reference(file)
    other = msgspec.structs.replace(_made(), name="another set")
    write_reference(file, other)
    assert read_reference(file) == other


def test_what_is_no_set_is_refused_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "set.json"
    with pytest.raises(NoReference, match="set.json does not exist: name the file"):
        read_reference(file)
    for content in (b"", b"{}", b"[1]", b'{"kind": "another"}', b"\xff\xfe"):
        file.write_bytes(content)
        with pytest.raises(NoReference, match="set.json is no reference set"):
            read_reference(file)
    with pytest.raises(NoReference, match="cannot be read"):
        read_reference(tmp_path)


@pytest.mark.parametrize("places", [[0, 1, 3], [0, 1, -1], [0, 1, 1]])
def test_a_value_of_a_map_that_is_not_in_the_set_is_refused(
    places: "list[int]", tmp_path: Path
) -> None:
    content = msgspec.json.decode(encode(_made()))
    content["classes"][0]["numbers"][0]["peers"] = places
    (tmp_path / "set.json").write_bytes(msgspec.json.encode(content))
    with pytest.raises(NoReference, match="not among the 3, or twice"):
        read_reference(tmp_path / "set.json")


def test_as_many_values_as_maps() -> None:
    number = _made().classes[0].numbers[0]
    with pytest.raises(ValueError, match="2 values of 3 maps"):
        msgspec.structs.replace(number, values=[1.0, 2.0])
    with pytest.raises(ValueError, match="too large"):
        msgspec.structs.replace(number, values=[1.0, 2.0, 1e300])
