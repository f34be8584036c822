"""A built-in network as the engine of a check."""

from __future__ import annotations

from typing import Any, Dict

from vrs import __version__
from vrs.checks.result import Engine


def network_engine(name: str, card: Dict[str, Any], accuracy: str) -> Engine:
    """The engine with the checksum of the network's file and its held-out error.

    Parameters
    ----------
    name : str -- as the report names the network
    card : dict -- its model card
    accuracy : str -- one sentence on its error on data that it was not trained on
    """
    return Engine(name, __version__, card["sha256"], accuracy)
