"""A stand-in for an installed Xmipp: the files that show its presence, and two protocols.

The protocols have the names, parameters, files and outputs of the real ones, and fail as they do.
Their results are invented: 4 Å in the lower half of the mask, 6 Å in the upper half, and the number
that the "program" for the hand writes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict

from vrs.engines.xmipp_networks import BINDINGS, MODULE, NETWORKS, PACKAGE, TOOLKIT

VERSION = "29.0.1"

HELP = 'echo "USAGE $0"'
"""A program that only has a help."""

PLUGIN = """\
import os
import pwem
import pyworkflow.utils as pwutils

__version__ = "29.0.1"


class Plugin(pwem.Plugin):
    _homeVar = "XMIPP_HOME"

    @classmethod
    def _defineVariables(cls):
        cls._defineEmVar("XMIPP_HOME", "xmipp")

    @classmethod
    def getEnviron(cls):
        environ = pwutils.Environ(os.environ)
        environ.update({"PATH": cls.getHome("bin")}, position=pwutils.Environ.BEGIN)
        return environ

    @classmethod
    def defineBinaries(cls, env):
        pass
"""

PROTOCOLS = """\
import os

import numpy as np
from pwem.emlib.image import ImageHandler
from pwem.objects import Volume
from pwem.protocols import EMProtocol, ProtAnalysis3D
from pyworkflow.object import Float
from pyworkflow.protocol import params


class Conda:
    def getCondaEnv(self):
        return dict(os.environ)

    def getModel(self, *names):
        return os.path.join(os.environ["XMIPP_HOME"], "models", *names)


class XmippProtDeepRes(ProtAnalysis3D, Conda):
    _label = "local deepRes"

    def __init__(self, **args):
        ProtAnalysis3D.__init__(self, **args)
        self.median_res_init = Float()

    def _defineParams(self, form):
        form.addSection(label="Input")
        form.addParam("inputVolume", params.PointerParam, pointerClass="Volume", label="Volume")
        form.addParam("Mask", params.PointerParam, pointerClass="VolumeMask", label="Mask")
        form.addParam("range", params.EnumParam, choices=["low", "high"], default=0, label="Range")

    def _insertAllSteps(self):
        self._insertFunctionStep("resolutionStep")
        self._insertFunctionStep("createOutputStep")

    def resolutionStep(self):
        self.runJob("xmipp_deepRes_resolution", "-o %s" % self._getExtraPath())
        file = self.Mask.get().getFileName()
        # The real programs would compute in the type of the mask.
        with open(file, "rb") as stream:
            mode = int.from_bytes(stream.read(16)[12:], "little")
        if mode != 2:
            raise Exception("the mask is not of float32 but of mode %d" % mode)
        mask = ImageHandler().read(file).getData() > 0.5
        factor = self.inputVolume.get().getSamplingRate()
        places = [(np.arange(round(n * factor)) / factor).astype(int) for n in mask.shape]
        value = np.float32(os.environ.get("STAND_IN_RESOLUTION", 4))
        resolution = mask[np.ix_(*places)] * value
        resolution[len(resolution) // 2:] *= np.float32(1.5)
        image = ImageHandler().createImage()
        image.setData(resolution)
        image.write(self._getExtraPath("deepRes_resolution.vol"))

    def createOutputStep(self):
        volume = Volume()
        volume.setFileName(self._getExtraPath("deepRes_resolution_originalSize.vol"))
        volume.setSamplingRate(self.inputVolume.get().getSamplingRate())
        self._defineOutputs(resolution_Volume=volume)
        self._defineTransformRelation(self.inputVolume, volume)
        self.median_res_init.set(4)
        self._store(self.median_res_init)


class XmippProtDeepHand(EMProtocol, Conda):
    _label = "deep hand"

    def _defineParams(self, form):
        form.addSection("Input")
        form.addParam("inputVolume", params.PointerParam, pointerClass="Volume", label="Volume")
        form.addParam("threshold", params.FloatParam, label="Threshold")
        form.addParam("thresholdHand", params.FloatParam, default=0.6, label="Hand")

    def _validate(self):
        message = os.environ.get("STAND_IN_OBJECTION")
        return [message] if message else []

    def _insertAllSteps(self):
        self._insertFunctionStep("predictStep")
        self._insertFunctionStep("createOutputStep")

    def predictStep(self):
        args = "-o %s --threshold %f" % (self._getExtraPath(), self.threshold.get())
        self.runJob("xmipp_deep_hand", args)
        with open(self._getExtraPath("hand.txt")) as file:
            self.hand = Float(float(file.read()))

    def createOutputStep(self):
        self._defineOutputs(outputHand=self.hand)
        self._defineOutputs(outputVol=self.inputVolume.get())
        self._defineSourceRelation(self.inputVolume, self.outputVol)
"""


def write_stand_in(folder: Path) -> Dict[str, str]:
    """Write the stand-in; returns the environment variables that point to it."""
    site, software = folder / "site", folder / "em"
    _write(site / MODULE / "__init__.py", PLUGIN)
    _write(site / MODULE / "protocols" / "__init__.py", PROTOCOLS)
    for bindings in BINDINGS:
        _write(site / f"{bindings}.py", "")
    info = site / f"{PACKAGE.replace('-', '_')}-{VERSION}.dist-info"
    _write(info / "METADATA", f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {VERSION}\n")
    _write(info / "entry_points.txt", f"[pyworkflow.plugin]\n{MODULE} = {MODULE}\n")
    for network in NETWORKS.values():
        for program in network.programs:
            write_program(software / "xmipp" / "bin" / program, HELP)
        for model in network.models:
            _write(software / "xmipp" / "models" / network.folder / model, model)
        _write(software / TOOLKIT / f"{network.environment}-1.yml", "")
    listed = "\n".join(f"echo '{n.environment}  /envs/{n.environment}'" for n in NETWORKS.values())
    write_program(folder / "conda", listed)
    python_path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH"))))
    return {
        "EM_ROOT": str(software),
        "XMIPP_HOME": str(software / "xmipp"),
        "CONDA_EXE": str(folder / "conda"),
        "PYTHONPATH": python_path,
    }


def write_program(path: Path, text: str) -> None:
    """A program that runs these lines of a shell."""
    _write(path, f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
