"""DeepRes and Deep Hand, the networks of Xmipp: protocols of its plugin, run in conda.

A Scipion plugin, the Python bindings of the programs, downloaded models and an environment of
conda: any of them may be missing, and the plugin itself then fails in as many ways. So files are
looked for, the imports of the plugin are read, and only if nothing is missing does another process
try to import it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

from vrs.engines.conda import missing_environment
from vrs.engines.finding import software_folder
from vrs.engines.imports import missing_modules
from vrs.engines.running import run_limited

PACKAGE = "scipion-em-xmipp"
MODULE = "xmipp3"
BINDINGS = ("xmipp_base", "xmippViz")
"""Modules of the Python bindings that the plugin imports; it catches that they are missing."""

TOOLKIT = "deepLearningToolkit"

SECONDS = 120.0
"""Time limit for importing the plugin, which takes about 4 s."""


@dataclass(frozen=True)
class Network:
    """A protocol of Xmipp that measures with a network.

    Attributes
    ----------
    name : str -- As the report names it.
    check : str -- Identifier of the check that it measures.
    protocol : str -- Its class in the plugin.
    programs : tuple of str -- What it runs, in the folder "bin" of Xmipp.
    folder : str -- Where its models are, in the folder "models" of Xmipp.
    models : tuple of str -- The files in it; the checksum of the last one is reported.
    environment : str -- Of conda, in which the network is run.
    references : tuple of str -- BibTeX keys of its papers.
    """

    name: str
    check: str
    protocol: str
    programs: Tuple[str, ...]
    folder: str
    models: Tuple[str, ...]
    environment: str
    references: Tuple[str, ...]


DEEPRES = Network(
    "DeepRes (Xmipp)",
    "0.e",
    "XmippProtDeepRes",
    (
        "xmipp_image_resize", "xmipp_transform_filter", "xmipp_transform_threshold",
        "xmipp_transform_morphology", "xmipp_image_operate", "xmipp_image_histogram",
        "xmipp_deepRes_resolution",
    ),
    "deepRes",
    ("model_w13.h5",),
    "xmipp_DLTK_v0.3",
    ("RamirezAportela2019", "Strelak2021"),
)  # fmt: skip

DEEP_HAND = Network(
    "Deep Hand (Xmipp)",
    "0.h",
    "XmippProtDeepHand",
    (
        "xmipp_image_resize", "xmipp_transform_filter", "xmipp_transform_threshold",
        "xmipp_transform_mirror", "xmipp_image_header", "xmipp_deep_hand",
    ),
    "deepHand",
    ("5A_SSE_experimental.pth", "5A_TL_hand_alpha.pth"),
    "xmipp_pyTorch",
    ("GarciaCondado2022", "Strelak2021"),
)  # fmt: skip

NETWORKS = {network.check: network for network in (DEEPRES, DEEP_HAND)}


def missing_of_network(network: Network, home: Path) -> List[str]:
    """Everything but the programs that a network needs and is missing, for an Xmipp at ``home``."""
    lacking = [*_missing_modules()]
    lacking += [f"the model {file}" for file in model_files(network, home) if not file.is_file()]
    lacking += missing_environment(network.environment)
    toolkit = software_folder() / TOOLKIT
    # Its installation leaves the description of each environment there.
    if not any(toolkit.glob(f"{network.environment}*.yml")):
        lacking.append(f"the {TOOLKIT} of Xmipp (no {network.environment}*.yml in {toolkit})")
    return lacking or _objections(network, home)


def model_files(network: Network, home: Path) -> List[Path]:
    """The models of a network, for an Xmipp at ``home``."""
    return [home / "models" / network.folder / name for name in network.models]


def protocol_class(network: Network) -> Optional[Any]:
    """The protocol of the plugin, None if the plugin cannot be imported or does not have it."""
    # Imported here, since pwem takes seconds and doctor is to work without it.
    from pwem import Domain

    # Makes Scipion tell each protocol which plugin it belongs to; without that none can be run.
    Domain.getProtocols()
    return Domain.importFromPlugin(f"{MODULE}.protocols", network.protocol, doRaise=False)


def _missing_modules() -> Iterator[str]:
    """The modules that the plugin needs, besides those of Scipion."""
    # Scipion adds this folder to Python's path when it is imported.
    bindings = software_folder().parent / "bindings"
    for module in missing_modules([MODULE, f"{MODULE}.protocols", *BINDINGS], [bindings]):
        if module == MODULE:
            yield f"the package {PACKAGE}"
        elif module in BINDINGS:
            yield f"the Python module {module} of Xmipp's bindings"
        else:
            yield f"the Python module {module}"


def _objections(network: Network, home: Path) -> List[str]:
    """Why the plugin cannot be imported, or what its protocol does not find."""
    python_path = os.pathsep.join(filter(None, sys.path))
    objections = _trial(python_path, str(home), str(software_folder()))
    return [f"{what} ({why})" for what, why in objections[network.check]]


TRIAL = """\
import json, sys
from pwem import Domain
Domain.getProtocols()
answer = {}
for check, name, folder, models in json.loads(sys.argv[1]):
    try:
        protocol = Domain.importFromPlugin(sys.argv[2], name, doRaise=True)()
        answer[check] = [" ".join(text.replace("*", "").split()) for text in protocol._validate()]
        if not answer[check]:
            protocol.getCondaEnv()
            for model in models:
                protocol.getModel(folder, model)
    except Exception as error:
        answer[check] = [type(error).__name__ + ": " + " ".join(str(error).split())]
sys.stdout.write("\\n" + json.dumps(answer))
"""
"""Does in another process what the protocols do before they start a network."""


@lru_cache(maxsize=None)
def _trial(python_path: str, home: str, software: str) -> Dict[str, List[Tuple[str, str]]]:
    """What each check lacks and why, after a trial with the plugin.

    Asked once for Python's modules, a place of Xmipp (``home``) and of the software of Scipion.
    """
    asked = [[n.check, n.protocol, n.folder, n.models] for n in NETWORKS.values()]
    command = [sys.executable, "-c", TRIAL, json.dumps(asked), f"{MODULE}.protocols"]
    environment = {
        **os.environ, "PYTHONPATH": python_path, "XMIPP_HOME": home, "EM_ROOT": software,
        "SCIPION_DOMAIN": "pwem", "SCIPION_NOTIFY": "False",
    }  # fmt: skip
    problem = ""
    try:
        ended = run_limited(command, Path.cwd(), SECONDS, environment)
        problem = "" if ended.status is not None else "importing it does not end"
        answer = json.loads(ended.stdout.strip().rpartition("\n")[2])
    except OSError as error:
        problem = str(error)
    except ValueError:
        lines = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
        problem = problem or (lines[-1] if lines else "it says nothing")
    if problem:
        return dict.fromkeys(NETWORKS, [(f"a {PACKAGE} that can be imported", problem)])
    return {
        check: [(f"what {network.protocol} asks for", text) for text in answer[check]]
        for check, network in NETWORKS.items()
    }
