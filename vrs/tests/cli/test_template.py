"""Saved workflow templates: filled and run without a window, from a plain environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.cli.exit_status import ExitStatus
from vrs.cli.main import main
from vrs.maps.errors import WorkflowError
from vrs.tests.conftest import RESOLUTION, TITLE, SmallMap, run_vrs

pytestmark = pytest.mark.slow

NAME = "vrs-level0"

OWN = """A template of somebody.
[
    {
        "object.className": "VrsProtImportMap",
        "object.id": "1",
        "mapFile": "~Map|map.mrc|0|map~",
        "voxelSize": ~Voxel size|1.5|4|size~,
        "asVolume": ~One volume||3|volume~
    }
]
"""


def test_one_line_makes_a_report_from_the_shipped_template(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_map.file.parent)
    environment = {name: scipion[name] for name in scipion if name != "DISPLAY"}
    fields = [f"map={small_map.file.name}", f"contour={small_map.contour}"]
    fields += [f"resolution={RESOLUTION}", f"title={TITLE} = ~1|2"]
    out = tmp_path / "out"
    done = run_vrs(environment, "template", NAME, *fields, "--out", out)
    assert done.returncode == ExitStatus.SUCCESS, done.stderr + done.stdout
    report = json.loads((out / "report.json").read_bytes())
    assert report["title"] == f"{TITLE} = ~1|2"
    assert report["input"]["contour"] == small_map.contour
    statuses = {check["status"] for check in report["checks"]}
    assert statuses <= {"ok", "warnings", "not_applicable"}


def test_the_fields_are_listed_where_none_is_given(
    scipion: Dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", NAME]) == ExitStatus.SUCCESS
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["map", "Map"]
    assert "title" in [line.split()[0] for line in lines]
    assert main(["template"]) == ExitStatus.SUCCESS
    assert NAME in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (["engine=xmipp"], f"{NAME} has no field 'engine': write the option --engine xmipp"),
        (["mop=a.mrc"], f"{NAME} has no field 'mop': its fields are map, voxel_size, contour, "),
        (["contuor=0.1"], "(did you mean contour?)"),
        (["contour=0.1"], "Choose a map file, or type an EMDB entry"),
        (["map=absent.mrc", "contour=0.1"], "absent.mrc"),
        (["map={map}", "contour=abc"], f"“vrs template {NAME}” lists the fields"),
        (["map={map}"], "“Contour level” of the run “Prepare map” (2) is empty"),
        (["map={map}", "contour=0.1", "resolution=three"], "'three' is not a number"),
    ],
)
def test_a_missing_or_wrong_field_gives_one_sentence_that_names_it(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path, fields: Any, sentence: str
) -> None:
    filled = [field.format(map=small_map.file) for field in fields]
    done = run_vrs(scipion, "template", NAME, *filled, "--out", tmp_path / "out", "--quiet")
    assert done.returncode == ExitStatus.FAILED
    assert sentence in done.stderr and len(done.stderr.splitlines()) == 1
    # Of a mistake in the arguments nothing is left.
    assert not (tmp_path / "out").exists()


def test_a_template_of_the_user_is_a_file_whose_defaults_count(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    from vrs.run.saved_template import SavedTemplate

    file = tmp_path / "own.json.template"
    file.write_text(OWN, encoding="utf-8")
    template = SavedTemplate(str(file))
    assert template.fields == {"map": "Map", "size": "Voxel size", "volume": "One volume"}
    (run,) = template.filled({"volume": "1", "map": 'a "b"\\c'})
    assert (run["mapFile"], run["voxelSize"], run["asVolume"]) == ('a "b"\\c', 1.5, 1)
    with pytest.raises(WorkflowError, match=r"“One volume” \(volume\) .* has no value: add volume"):
        template.filled({"map": "a"})
    with pytest.raises(WorkflowError, match="“Voxel size” .* is 'wide': Value can't be converted"):
        template.filled({"volume": "1", "size": "wide"})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("~Map|map.mrc|0|map~", "~Map|map.mrc~"), "which is not ~title"),
        (("map.mrc", "%(VRS_NO_SUCH_VARIABLE)s"), "needs the environment variable VRS_NO_SUCH"),
        (("map.mrc", "100 %"), "has a lone %"),
        (('"1",', '"1"'), "is no workflow"),
    ],
)
def test_a_damaged_template_is_refused_with_what_is_wrong(
    scipion: Dict[str, str], tmp_path: Path, change: Any, sentence: str
) -> None:
    from vrs.run.saved_template import SavedTemplate

    file = tmp_path / "own.json.template"
    file.write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(WorkflowError, match=sentence):
        SavedTemplate(str(file)).filled({"volume": "1"})


def test_an_unknown_template_is_answered_with_the_known_ones(scipion: Dict[str, str]) -> None:
    from vrs.run.saved_template import SavedTemplate

    with pytest.raises(WorkflowError, match=f"no template 'vrs-level9': .*{NAME}"):
        SavedTemplate("vrs-level9")
