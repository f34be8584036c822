"""Xmipp: the programs and the networks of the original service.

A Scipion plugin, compiled programs, their Python bindings, an environment for deep learning and
downloaded networks: any of them may be missing, and asking the plugin itself then fails in as many
ways. So files are looked for, and the plugin is only imported once all of them are there.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Tuple

from vrs.checks.result import Engine
from vrs.engines.finding import Finding, module_exists, optional, package_version, software_folder

PACKAGE = "scipion-em-xmipp"
MODULE = "xmipp3"
BINDINGS = "xmipp_base"
TOOLKIT = "deepLearningToolkit"


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
    references : tuple of str -- BibTeX keys of its papers.
    """

    name: str
    check: str
    protocol: str
    programs: Tuple[str, ...]
    folder: str
    models: Tuple[str, ...]
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
    ("GarciaCondado2022", "Strelak2021"),
)  # fmt: skip


def home() -> Path:
    """Where Xmipp is, or would be."""
    return Path(os.environ.get("XMIPP_HOME", software_folder() / "xmipp")).expanduser()


def why_not(network: Network) -> str:
    """What the network needs and is missing, "" if it can be run."""
    if not module_exists(MODULE):
        return f"the package {PACKAGE} is not installed"
    missing = _missing_file(network)
    if missing is not None:
        return f"{network.name} cannot be run, as there is no {missing}"
    # Scipion adds this folder to Python's path only when it is imported.
    bindings = software_folder().parent / "bindings" / f"{BINDINGS}.py"
    if not (module_exists(BINDINGS) or bindings.exists()):
        return f"{network.name} cannot be run without the Python bindings of Xmipp ({BINDINGS})"
    protocol = protocol_class(network)
    if protocol is None:
        return f"the package {PACKAGE} has no {network.protocol}, or cannot be imported"
    return _objections(network, protocol)


def protocol_class(network: Network) -> Optional[Any]:
    """The protocol of the plugin, None if the plugin cannot be imported or does not have it."""
    # Imported here, since pwem takes seconds and doctor is to work without it.
    from pwem import Domain

    # Makes Scipion tell each protocol which plugin it belongs to; without that none can be run.
    Domain.getProtocols()
    return Domain.importFromPlugin(f"{MODULE}.protocols", network.protocol, doRaise=False)


def engine(network: Network) -> Engine:
    """The network as the report names it: the plugin's version, the checksum of the model.

    What is missing is "", so that a network that was asked for and is not there has its name too.
    """
    model = home() / "models" / network.folder / network.models[-1]
    digest = hashlib.sha256(model.read_bytes()).hexdigest() if model.exists() else ""
    version = package_version(PACKAGE) or ""
    return Engine(network.name, version, digest, references=network.references)


def find_plugin() -> Finding:
    version = package_version(PACKAGE)
    installed = version is not None or module_exists(MODULE)
    why_not = "" if installed else f"the package {PACKAGE} is not installed"
    without = "this plugin shows volumes in its own windows"
    return optional("Scipion plugin of Xmipp", why_not, f"{PACKAGE} {version or '?'}", without)


def find_programs() -> Finding:
    program = Path("bin", "xmipp_transform_mask")
    why_not = "" if (home() / program).exists() else f"no {program} in {home()}"
    without = "needed by DeepRes and Deep Hand only"
    return optional("Xmipp programs", why_not, str(home()), without)


def find_network(network: Network) -> Finding:
    """Whether a check can be measured with a network of Xmipp."""
    models = home() / "models" / network.folder
    without = f"{network.check} uses the built-in network"
    return optional(network.name, why_not(network), str(models), without)


def _objections(network: Network, protocol: Any) -> str:
    """What the protocol itself finds missing, such as its environment for deep learning."""
    try:
        errors = protocol()._validate()
    except Exception as error:  # noqa: BLE001  (a plugin installed by halves raises anything)
        errors = [f"it fails to look at its installation ({error})"]
    return f"{network.name} cannot be run: {' '.join(errors)}" if errors else ""


def _missing_file(network: Network) -> Optional[Path]:
    models = home() / "models" / network.folder
    needed = [
        *(home() / "bin" / program for program in network.programs),
        *(models / model for model in network.models),
        software_folder() / TOOLKIT,
    ]
    return next((path for path in needed if not path.exists()), None)
