"""A stand-in for an installed scipion-em-ucm that fails in ways which the real one has not.

It has the names, fields and files of the real protocols, and executes a statement in place of their
work.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict

VERSION = "0.0"
STATEMENT = "STAND_IN_DOES"
"""Variable with the statement, which may change the result, ``bmap``."""

PROTOCOLS = """\
import os
import mrcfile
from pwem.objects import Volume
from pwem.protocols import ProtAnalysis3D
from pyworkflow.protocol import params


class ProtLocBFactor(ProtAnalysis3D):
    _label = "local b-factor"

    def _defineParams(self, form):
        form.addSection(label="Input")
        form.addParam("vol", params.PointerParam, pointerClass="Volume", label="Map")
        form.addParam("mask_in_molecule", params.PointerParam, pointerClass="VolumeMask", label="M")
        for name in ("min_res", "max_res", "num_points", "noise_threshold", "f_voxel_width"):
            form.addParam(name, params.FloatParam, default=0, label=name)

    def _insertAllSteps(self):
        self._insertFunctionStep("computeBFactorStep")

    def computeBFactorStep(self):
        vol = mrcfile.read(self.vol.get().getFileName()).astype("float32")
        names = {"os": os, "self": self, "bmap": -abs(vol)}
        exec(os.environ["STAND_IN_DOES"], names)
        with mrcfile.new(self._getExtraPath("bmap.mrc")) as file:
            file.set_data(names["bmap"])
            file.voxel_size = self.vol.get().getSamplingRate()
"""

FILES = {
    "ucm/__init__.py": "import pwem\n\n\nclass Plugin(pwem.Plugin):\n    pass\n",
    "ucm/protocols/__init__.py": PROTOCOLS,
    "scipion_em_ucm-0.0.dist-info/METADATA": (
        "Metadata-Version: 2.1\nName: scipion-em-ucm\nVersion: 0.0\n"
    ),
    "scipion_em_ucm-0.0.dist-info/entry_points.txt": "[pyworkflow.plugin]\nucm = ucm\n",
}


def write_stand_in(folder: Path) -> Dict[str, str]:
    """Install it into ``folder``; returns the variables with which a process finds it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    paths = [str(folder), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths)), STATEMENT: "pass"}
