"""The list of a batch, in each of its formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrs.batch.table import Cells, ListError, list_file, read_list

EXPECTED = [
    Cells(2, {"map": "a.mrc", "contour": "0.09", "voxel-size": "1.05", "title": "A; one, two"}),
    Cells(4, {"map": "b.mrc", "contour": "3 sigma"}),
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "list.csv",
            'Map,contour,Voxel size,title\na.mrc,0.09,1.05,"A; one, two"\n\nb.mrc,3 sigma\n',
        ),
        (
            "list.csv",
            '\ufeffmap;contour;voxel_size;title\na.mrc;0.09;1.05;"A; one, two"\n;\n'
            "b.mrc; 3 sigma ;;\n",
        ),
        (
            "list.tsv",
            "map\tcontour\tvoxel-size\ttitle\na.mrc\t0.09\t1.05\tA; one, two\n\t\n"
            "b.mrc\t3 sigma\n",
        ),
        (
            "list.jsonl",
            '\n{"map": "a.mrc", "contour": 0.09, "voxel_size": 1.05, "title": "A; one, two"}\n\n'
            '{"map": "b.mrc", "contour": "3 sigma", "title": null}\n',
        ),
    ],
)  # fmt: skip
def test_all_formats_give_the_same_rows(name: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert read_list(file) == EXPECTED


def test_lists_and_truths_of_json_are_texts(tmp_path: Path) -> None:
    file = tmp_path / "list.jsonl"
    file.write_text('{"map": "a", "skip": ["e", "hand"], "as-volume": true}', encoding="utf-8")
    assert read_list(file)[0].values == {"map": "a", "skip": "e,hand", "as-volume": "true"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("list.csv", "", "has no row: add a row for each map"),
        ("list.csv", "file,contour\na,1\n", "names no column map"),
        ("list.csv", "map,contour,contour\na,1,2\n", "two columns contour"),
        ("list.csv", "map,title\na,b,c\n", "line 2 of .* has 3 cells and the first 2 columns"),
        ("list.csv", 'map\n"a"b\n', "line 2 of .* cannot be read"),
        ("list.jsonl", '{"map": "a"}\n{"map"\n', "line 2 of .* is not JSON"),
        ("list.jsonl", '["a"]\n', "line 1 of .* is no JSON object"),
    ],
)
def test_a_list_that_cannot_be_read_is_named_with_its_line(
    name: str, text: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ListError, match=words):
        read_list(file)


def test_a_folder_of_maps_has_its_list_in_it(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="needs one list of its maps and has none"):
        list_file(tmp_path)
    (tmp_path / "list.csv").write_text("map\na\n", encoding="utf-8")
    assert list_file(tmp_path) == tmp_path / "list.csv"
    (tmp_path / "other.tsv").write_text("map\na\n", encoding="utf-8")
    with pytest.raises(ListError, match=r"has list\.csv, other\.tsv"):
        list_file(tmp_path)


def test_another_file_is_no_list(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    with pytest.raises(ListError, match="there is no list"):
        list_file(file)
    file.write_bytes(b"PK")
    with pytest.raises(ListError, match=r"does not end with \.csv"):
        list_file(file)
