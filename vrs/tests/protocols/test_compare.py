"""Reports, results and branches of a real project, compared by the protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, NamedTuple

import mrcfile
import numpy as np
import pytest

from vrs.tests.conftest import RESOLUTION, FinishedReport, SmallMap
from vrs.tests.protocols.launching import Launch, configured, launcher

pytestmark = pytest.mark.slow


class Branches(NamedTuple):
    """Two preparations of a map with 0.a and a report each."""

    project: Any
    run: Launch
    prepared: Dict[str, Any]
    mass: Dict[str, Any]
    reports: Dict[str, Any]


@pytest.fixture(scope="module")
def branches(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path_factory: pytest.TempPathFactory
) -> Branches:
    from vrs.protocols import VrsProtImportMap, VrsProtMass, VrsProtPrepare, VrsProtReport
    from vrs.run.project import create_project

    project = create_project(tmp_path_factory.mktemp("compare") / "project", "compare")
    run = launcher(project)
    imported = run(VrsProtImportMap, mapFile=str(small_map.file))
    outcome = Branches(project, run, {}, {}, {})
    for name, factor in (("low", 1.0), ("high", 1.5)):
        outcome.prepared[name] = run(
            VrsProtPrepare,
            inputVolume=(imported, "outputVolume"),
            contourLevel=factor * small_map.contour,
            reportedResolution=RESOLUTION,
        )
        given = (outcome.prepared[name], "validationInput")
        outcome.mass[name] = run(VrsProtMass, validationInput=given)
        report = configured(project, VrsProtReport, validationInput=given)
        append(report.checks, outcome.mass[name], "checkResult")
        project.launchProtocol(report, wait=True)
        assert report.isFinished(), report.getErrorMessage()
        outcome.reports[name] = report
    return outcome


def append(pointers: Any, owner: Any, output: str) -> None:
    from pyworkflow.object import Pointer

    pointers.append(Pointer(owner, extended=output))


def compared(branches: Branches, output: str, *runs: Any, folders: str = "") -> Any:
    from vrs.protocols import VrsProtCompare

    protocol = branches.project.newProtocol(VrsProtCompare)
    for run in runs:
        append(protocol.compared, run, output)
    protocol.folders.set(folders)
    assert protocol._validate() == []
    branches.project.launchProtocol(protocol, wait=True)
    assert protocol.isFinished(), protocol.getErrorMessage()
    return protocol


def test_two_reports_become_a_page_a_table_and_a_difference(
    branches: Branches, small_map: SmallMap
) -> None:
    protocol = compared(branches, "validationReport", *branches.reports.values())
    page = (Path(branches.project.path) / protocol.comparison.getPage()).read_text("utf-8")
    assert "same map file, at different contour levels" in page[: page.index("<nav")]
    rows = [row.clone() for row in protocol.comparedReports]
    assert [row.label.get() for row in rows] == ["A", "B"]
    levels = [row.contour.get() for row in rows]
    np.testing.assert_allclose(levels, [small_map.contour, 1.5 * small_map.contour])
    low, high = (row.mass_space.get() for row in rows)
    assert 0 < low < high, "the smaller mask has more room"
    assert rows[1].difference.get() == pytest.approx(0, abs=0.01), "% of the same map"
    assert rows[1].b_factor_interval.get() is None
    volume = protocol.differenceB
    with mrcfile.open(volume.getFileName(), permissive=False) as file:
        assert np.abs(file.data).max() < 1e-3 * small_map.density.data.max()
    assert volume.getSamplingRate() == pytest.approx(small_map.density.voxel_size, rel=1e-5)
    assert protocol.summary()[0] == protocol.comparison.getRecord().subject
    shows_the_comparison(branches, protocol)


def shows_the_comparison(branches: Branches, protocol: Any) -> None:
    """The viewers of the run and of its outputs, without a display."""
    from vrs.viewers import AAVrsComparedReportsViewer, VrsCompareViewer

    viewer = VrsCompareViewer(project=branches.project)
    for target in (protocol, protocol.comparison):
        (window,) = viewer._visualize(target)
        assert window.comparison.labels == ("A", "B")
        assert window.page == protocol.comparison.getPage()
    (table,) = AAVrsComparedReportsViewer(project=branches.project)._visualize(
        protocol.comparedReports
    )
    values = {row[0]: row[1:] for row in table.rows}
    assert table.headings == ["", "A", "B"]
    assert values["evaluated"] == ("1", "1")
    assert values["b_factor_interval"] == ("–", "–")


def test_the_log_of_a_report_is_about_the_report(branches: Branches) -> None:
    run = branches.reports["low"]
    log = (Path(branches.project.path) / run._getLogsPath("run.stdout")).read_text("utf-8")
    assert "reportStep" in log
    assert "pruned" not in log and "subset" not in log, "of the library that embeds fonts"


def test_results_of_one_check_are_compared(branches: Branches) -> None:
    protocol = compared(branches, "checkResult", *branches.mass.values())
    low, high = (row.clone() for row in protocol.comparedReports)
    assert low.mass_space.get() < high.mass_space.get()
    assert low.evaluated.get() == 1


def test_branches_stand_for_their_checks(branches: Branches) -> None:
    protocol = compared(branches, "validationInput", *branches.prepared.values())
    low, high = (row.clone() for row in protocol.comparedReports)
    assert low.mass_space.get() < high.mass_space.get()


def test_a_report_elsewhere_is_compared_too(
    branches: Branches, finished_report: FinishedReport
) -> None:
    folder = str(finished_report.folder)
    protocol = compared(
        branches, "validationReport", branches.reports["high"], folders=folder
    )
    rows = [row.clone() for row in protocol.comparedReports]
    assert rows[1].name.get() == finished_report.folder.name
    assert rows[1].evaluated.get() > rows[0].evaluated.get()


def test_what_cannot_be_compared_is_said_in_the_form(branches: Branches, tmp_path: Path) -> None:
    from vrs.protocols import VrsProtBackground, VrsProtCompare

    protocol = branches.project.newProtocol(VrsProtCompare)
    append(protocol.compared, branches.reports["low"], "validationReport")
    assert protocol._validate() == ["Choose two reports, or more, to compare."]
    protocol.folders.set(str(tmp_path))
    assert protocol._validate() == [f"There is no report in {tmp_path}."]
    given = (branches.prepared["low"], "validationInput")
    background = branches.run(VrsProtBackground, validationInput=given)
    protocol = branches.project.newProtocol(VrsProtCompare)
    append(protocol.compared, background, "checkResult")
    append(protocol.compared, branches.mass["low"], "checkResult")
    (error,) = protocol._validate()
    assert error.startswith("Results of 0.a, 0.c have nothing to compare")
