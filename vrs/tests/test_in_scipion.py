"""The workflow in an installed Scipion: ``scipion3 tests vrs.tests.test_in_scipion``.

It needs nothing that a user's Scipion has not: no pytest, no network, no other plugin. The map is
part of the package. Every run is launched as the window of Scipion launches it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Dict

import pyworkflow as pw
from pwem.objects import Volume, VolumeMask
from pyworkflow.tests import BaseTest, setupTestProject

from vrs.objects import VrsSetOfCheckResults, VrsValidationInput, VrsValidationReport

GROEL = Path(__file__).resolve().parent / "data" / "maps" / "emd_1997.map.gz"
"""EMD-1997: 100³ voxels of 2.02 Å; inputs as the comparison with the original programs has them."""

CONTOUR, RESOLUTION = "1.0", "7"
ABOVE_THE_MAP = "1000"

BUILT_IN = 1
"""Place of the built-in engine in every form, so that no other plugin measures."""

PASSED_OR_WARNED = {"ok", "warnings"}


class _Level0(BaseTest):
    """A project with all runs of the template of Level 0, after they ended."""

    contour: ClassVar[str]
    runs: ClassVar[Dict[str, Any]]

    @classmethod
    def setUpClass(cls) -> None:
        setupTestProject(cls)
        (template,) = (
            known for known in pw.Config.getDomain().getPlugins()["vrs"]._pluginInstance
            .getTemplates() if known.getObjId() == "vrs-level0"
        )  # fmt: skip
        template.replaceEnvVariables()
        template.parseContent()
        values = {
            "map": str(GROEL), "voxel_size": "", "contour": cls.contour,
            "resolution": RESOLUTION, "mass": "", "title": "GroEL",
        }  # fmt: skip
        for alias, value in values.items():
            template.setParamValue(alias, value)
        loaded = cls.proj.loadProtocols(template.createTemplateFile())
        cls.runs = {run.getClassName(): run for run in loaded.values()}
        for run in loaded.values():
            if hasattr(run, "engine"):
                run.engine.set(BUILT_IN)
            # Scipion would leave a run that waits for others to its scheduler.
            run._prerequisites.clear()
            cls.launchProtocol(run)

    def statuses(self) -> Dict[str, str]:
        """Identifier of each check -> status in the report."""
        results = self.runs["VrsProtReport"].checkResults
        return {result.checkId.get(): result.status.get() for result in results}


class TestVrsLevel0(_Level0):
    """A map that can be measured."""

    contour = CONTOUR

    def test_every_output_has_its_type(self) -> None:
        types = {
            ("VrsProtImportMap", "outputVolume"): Volume,
            ("VrsProtPrepare", "validationInput"): VrsValidationInput,
            ("VrsProtPrepare", "mask"): VolumeMask,
            ("VrsProtReport", "validationReport"): VrsValidationReport,
            ("VrsProtReport", "checkResults"): VrsSetOfCheckResults,
        }
        for (run, output), expected in types.items():
            self.assertIs(type(getattr(self.runs[run], output)), expected, f"{run}.{output}")

    def test_the_map_is_imported_with_its_box_and_voxel_size(self) -> None:
        volume = self.runs["VrsProtImportMap"].outputVolume
        self.assertEqual(volume.getDim(), (100, 100, 100))
        self.assertAlmostEqual(volume.getSamplingRate(), 2.02, places=3)

    def test_every_check_was_measured(self) -> None:
        statuses = self.statuses()
        self.assertLessEqual({f"0.{letter}" for letter in "abcdefgh"}, set(statuses))
        for check in ("0.a", "0.b", "0.d", "0.e", "0.f", "0.g"):
            self.assertIn(statuses[check], PASSED_OR_WARNED, check)
        for check in ("0.c", "0.h"):
            # Outside of its mask this map is zero, and the hand needs a better resolution.
            self.assertEqual(statuses[check], "not_applicable", check)

    def test_the_report_is_in_its_files(self) -> None:
        report = self.runs["VrsProtReport"].validationReport
        page = Path(report.html.get()).read_text(encoding="utf-8")
        self.assertIn("GroEL", page)
        self.assertTrue(Path(report.json.get()).is_file())
        self.assertRegex(report.score.get(), r"Score: \d of \d evaluated checks passed")


class TestVrsUnusableContour(_Level0):
    """A contour level that no voxel reaches: every run ends all the same."""

    contour = ABOVE_THE_MAP

    def test_a_mask_that_cannot_be_made_is_a_status_in_the_report(self) -> None:
        statuses = self.statuses()
        for check in ("0.a", "0.b", "0.c", "0.e", "0.f", "0.g"):
            self.assertEqual(statuses[check], "not_measured", check)
