"""What Scipion finds of the plugin, and its volumes as arrays."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
import pytest

import vrs
from vrs.levels import CHECKS, MEASURED
from vrs.maps import DensityMap, MapError, write_map

pytestmark = pytest.mark.slow


def test_scipion_finds_the_plugin_its_logo_and_its_references(scipion: Dict[str, str]) -> None:
    import pyworkflow as pw

    plugin = pw.Config.getDomain().getPlugins()["vrs"]
    assert plugin.Plugin.__name__ == "Plugin"
    folder = Path(plugin._pluginInstance.getPath())
    assert (folder / plugin._logo).exists()
    assert set(plugin._references) <= set(plugin._bibtex)
    assert [template.getObjId() for template in plugin._pluginInstance.getTemplates()] == [
        "vrs-level0"
    ]


def test_scipion_lists_its_own_tests_and_no_others(scipion: Dict[str, str]) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "scipion", "tests", "--mode", "onlyclasses", "--grep", "vrs"],
        env=scipion, text=True, capture_output=True, timeout=100,
    )  # fmt: skip
    assert listed.returncode == 0
    assert "Error loading" not in listed.stdout + listed.stderr
    assert sorted(re.findall(r"vrs\.tests\.[\w.]+", listed.stdout)) == [
        "vrs.tests.test_in_scipion.TestVrsLevel0",
        "vrs.tests.test_in_scipion.TestVrsUnusableContour",
    ]


def test_scipion_knows_where_entries_come_from(scipion: Dict[str, str]) -> None:
    import pyworkflow as pw

    variables = pw.Config.getDomain().getPlugins()["vrs"].Plugin.getVars()
    assert {"VRS_EMDB", "VRS_EMDB_CACHE"} <= set(variables)


def test_every_reference_of_a_check_is_in_the_bibliography(scipion: Dict[str, str]) -> None:
    import pyworkflow as pw

    known = pw.Config.getDomain().getPlugins()["vrs"]._bibtex
    assert {key for check in CHECKS.values() for key in check.references} <= set(known)


def test_every_protocol_is_in_both_trees(scipion: Dict[str, str]) -> None:
    from vrs import protocols

    concrete = set(protocols.__all__)
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(Path(vrs.__file__).parent / "protocols.conf")
    for view in ("Map validation (VRS)", "Protocols SPA"):
        shown = dict(entries(json.loads(parser["PROTOCOLS"][view])))
        assert shown == {name: getattr(protocols, name)._label for name in concrete}


def test_the_protocols_stand_among_those_of_their_kind(scipion: Dict[str, str]) -> None:
    parser = ConfigParser()
    parser.read(Path(vrs.__file__).parent / "protocols.conf")
    tree = parser["PROTOCOLS"]
    analysis = json.loads(tree["Protocols SPA"])[1]["children"][0]["children"]
    names = {branch["text"]: dict(entries(branch["children"])) for branch in analysis}
    assert {"VrsProtLevel0", "VrsProtMass"} <= set(names["Validation"])
    assert set(names["Resolution"]) == {"VrsProtLocalResolution"}
    (branch,) = json.loads(tree["Model building"])
    assert branch["text"] == "Validation"
    assert dict(entries(branch["children"])) == names["Validation"]


def test_a_search_for_validation_finds_every_check_and_its_help_has_seconds(
    scipion: Dict[str, str],
) -> None:
    from vrs import protocols

    for name in set(protocols.__all__) - {"VrsProtCompare"}:
        text = getattr(protocols, name).getHelpText()
        assert "validation" in text and " s for a box of 256 voxels" in text, name


def test_every_protocol_announces_its_outputs_as_an_enum(scipion: Dict[str, str]) -> None:
    from enum import EnumMeta

    from vrs import protocols

    for name in protocols.__all__:
        possible = getattr(protocols, name)._possibleOutputs
        assert isinstance(possible, EnumMeta), name
        assert len(list(possible)) == len(possible.__members__)
        assert all(isinstance(output.value, type) for output in possible)


def test_slices_come_before_the_viewer_that_the_launcher_prefers(
    scipion: Dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a started Scipion, where a double click on a volume else ends with an error of Java."""
    import pyworkflow as pw
    from pwem.objects import Volume
    from pyworkflow.viewer import DESKTOP_TKINTER

    from vrs.plugin import Plugin

    domain, launcher, user = pw.Config.getDomain(), "pwem.viewers.DataViewer", "other.Viewer"
    monkeypatch.setattr(pw.Config, "VIEWERS", {"Volume": [launcher], "VolumeMask": [user]})
    monkeypatch.setattr(domain, "_preferred_viewers", None)
    Plugin._defineVariables()
    assert pw.Config.VIEWERS["VolumeMask"] == [user]
    volume = Volume()
    volume.setFileName("Runs/000002_VrsProtPrepare/extra/map.mrc")
    names = [viewer.__name__ for viewer in domain.findViewers(volume, DESKTOP_TKINTER)]
    assert names[:2] == ["VrsFirstVolumeViewer", "DataViewer"]


def entries(nodes: List[Dict[str, Any]]) -> Iterator[Tuple[str, str]]:
    """The protocols in a tree and what they are called there."""
    for node in nodes:
        if node["tag"] == "protocol":
            yield node["value"], node["text"]
        yield from entries(node.get("children", []))


def test_every_check_and_the_evidence_have_one_protocol(scipion: Dict[str, str]) -> None:
    from vrs import protocols

    measured = [getattr(getattr(protocols, name), "CHECK", None) for name in protocols.__all__]
    ids = [check.id for check in measured if check]
    assert sorted(ids) == sorted(MEASURED)


def test_a_volume_in_a_stack_is_refused_with_advice(scipion: Dict[str, str]) -> None:
    from pwem.objects import Volume

    from vrs.protocols.volumes import volume_path

    volume = Volume()
    volume.setLocation(3, "many.mrcs")
    with pytest.raises(MapError, match="number 3 of many.mrcs: save it in a file of its own"):
        volume_path(volume)
    volume.setLocation(1, "one.map:mrc")
    assert volume_path(volume) == Path("one.map")


def test_a_volume_keeps_the_origin_that_the_project_has_for_it(
    scipion: Dict[str, str], tmp_path: Path
) -> None:
    from pwem.objects import Transform, Volume

    from vrs.protocols.volumes import read_volume

    file = tmp_path / "map.mrc"
    write_map(file, DensityMap(np.eye(16, dtype=np.float32)[None].repeat(16, 0), 2.0, (1, 2, 3)))
    volume = Volume()
    volume.setFileName(str(file))
    volume.setSamplingRate(3.0)
    assert read_volume(volume).origin == (1, 2, 3)
    assert read_volume(volume).voxel_size == 3.0
    moved = Transform()
    moved.setShifts(-5, 6, 7)
    volume.setOrigin(moved)
    assert read_volume(volume).origin == (-5, 6, 7)
