"""Networks and their model cards.

``NAME.json`` states what ``NAME.onnx`` measures, how it was trained and how accurate it is. Its
``sha256`` must be that of the ONNX file.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Dict

from vrs.maps.errors import VrsError
from vrs.maps.fourier import threads
from vrs.networks import FOLDER
from vrs.networks.runtime import onnxruntime


class NetworkError(VrsError):
    """A network is not installed, does not belong to its card, or cannot be run."""


INSTALL_AGAIN = "install the package again"


def read_card(name: str, folder: Path = FOLDER) -> Dict[str, Any]:
    """The model card of a network, "local_resolution" or "hand", after a check of its file.

    Raises
    ------
    NetworkError
        If the card or the network is missing, or the checksum of the network is not on the card.
    """
    card_file, network = folder / f"{name}.json", folder / f"{name}.onnx"
    for path in (card_file, network):
        if not path.exists():
            raise NetworkError(
                f"the network {name} is not installed, as {path.name} is missing", INSTALL_AGAIN
            )
    card: Dict[str, Any] = json.loads(card_file.read_text(encoding="utf-8"))
    checksum = hashlib.sha256(network.read_bytes()).hexdigest()
    if checksum != card["sha256"]:
        raise NetworkError(
            f"{network.name} is not the network of its card (its SHA-256 starts with "
            f"{checksum[:12]}, the card's with {card['sha256'][:12]})",
            INSTALL_AGAIN,
        )
    return card


def open_network(name: str, folder: Path = FOLDER) -> Any:
    """An onnxruntime session on the CPU for a network of ``read_card``.

    Raises
    ------
    NetworkError
        As ``read_card``; or if onnxruntime is not installed or cannot run the network.
    """
    read_card(name, folder)
    try:
        runtime = onnxruntime()
    except ImportError as error:
        raise NetworkError(
            f"the network {name} needs onnxruntime ({error})", "pip install onnxruntime"
        ) from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads()
    options.log_severity_level = 3
    # Threads that wait in a busy loop slow down all other processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    file = str(folder / f"{name}.onnx")
    try:
        return runtime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  (onnxruntime's errors share no other base)
        raise NetworkError(f"onnxruntime cannot run the network {name} ({error})") from error
