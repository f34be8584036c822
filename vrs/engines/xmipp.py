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
from typing import Any, Iterator, List, Optional, Tuple

from vrs.checks.result import Engine
from vrs.engines.finding import Finding, module_exists, optional, package_version, software_folder
from vrs.engines.interface import PREPARE, OutsideEngine
from vrs.maps.printing import in_words

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


NETWORKS = {network.check: network for network in (DEEPRES, DEEP_HAND)}

PROGRAMS = {
    PREPARE: (
        "xmipp_transform_threshold", "xmipp_transform_morphology", "xmipp_transform_filter",
        "xmipp_image_resize", "xmipp_transform_window", "xmipp_image_header",
    ),
    "0.d": ("xmipp_volume_correct_bfactor",),
    **{network.check: network.programs for network in NETWORKS.values()},
}  # fmt: skip
"""What a measurement runs, in the folder "bin" of Xmipp."""


def home() -> Path:
    """Where Xmipp is, or would be."""
    return Path(os.environ.get("XMIPP_HOME", software_folder() / "xmipp")).expanduser()


def missing(what: str) -> List[str]:
    """Everything that Xmipp lacks to measure a check, or to prepare a map."""
    lacking = [*_missing_programs(what)]
    if what in NETWORKS:
        lacking += _missing_of_network(NETWORKS[what])
    return lacking


def _missing_programs(what: str) -> Iterator[str]:
    folder = home() / "bin"
    if not folder.is_dir():
        yield f"the programs of Xmipp (there is no folder {folder})"
        return
    for program in PROGRAMS[what]:
        if not os.access(folder / program, os.X_OK):
            yield f"the program {program}"


def _missing_of_network(network: Network) -> List[str]:
    lacking = []
    plugin = module_exists(MODULE)
    if not plugin:
        lacking.append(f"the package {PACKAGE}")
    # Scipion adds this folder to Python's path only when it is imported.
    bindings = software_folder().parent / "bindings" / f"{BINDINGS}.py"
    if not (module_exists(BINDINGS) or bindings.exists()):
        lacking.append(f"the Python bindings of Xmipp ({BINDINGS})")
    models = home() / "models" / network.folder
    lacking += [f"the model {models / m}" for m in network.models if not (models / m).exists()]
    toolkit = software_folder() / TOOLKIT
    if not toolkit.exists():
        lacking.append(f"the environment for deep learning ({toolkit})")
    if not lacking and not any(_missing_programs(network.check)):
        protocol = protocol_class(network)
        if protocol is None:
            return [f"a package {PACKAGE} that can be imported and has {network.protocol}"]
        lacking += _objections(protocol)
    return lacking


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
    references, path = network.references, _path()
    return Engine(network.name, version, digest, references=references, path=path)


def find_plugin() -> Finding:
    version = package_version(PACKAGE)
    installed = version is not None or module_exists(MODULE)
    why_not = "" if installed else f"the package {PACKAGE} is not installed"
    without = "this plugin shows volumes in its own windows"
    return optional("Scipion plugin of Xmipp", why_not, f"{PACKAGE} {version or '?'}", without)


def find_programs() -> Finding:
    lacking = missing(PREPARE)
    why_not = f"without {in_words(lacking)}" if lacking else ""
    without = "prepare and 0.d use the built-in engine"
    return optional("Xmipp programs", why_not, str(home()), without)


def find_network(network: Network) -> Finding:
    """Whether a check can be measured with a network of Xmipp."""
    models = home() / "models" / network.folder
    lacking = missing(network.check)
    why_not = f"without {in_words(lacking)}" if lacking else ""
    without = f"{network.check} uses the built-in network"
    return optional(network.name, why_not, str(models), without)


def _objections(protocol: Any) -> List[str]:
    """What the protocol itself finds missing, such as its environment for deep learning."""
    try:
        errors = protocol()._validate()
    except Exception as error:  # noqa: BLE001  (a plugin installed by halves raises anything)
        errors = [f"a protocol that can look at its installation ({error})"]
    return list(errors)


def record(what: str) -> Engine:
    """Xmipp, or its network for a check, as the report names it."""
    if what in NETWORKS:
        return engine(NETWORKS[what])
    return Engine("Xmipp", _version(), references=("Strelak2021",), path=_path())


def _path() -> str:
    return str(home()) if home().is_dir() else ""


def _version() -> str:
    return package_version(PACKAGE) or ""


XMIPP = OutsideEngine("xmipp", "Xmipp", tuple(PROGRAMS), missing, record)
