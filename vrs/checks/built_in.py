"""What the built-in engine measures in a result whose published numbers are of another program.

Findings are drawn from it, since only its error rates are known.
"""

from __future__ import annotations

from typing import Dict, Mapping, Sequence

import msgspec

from vrs.checks.result import Measurement


def built_in_name(name: str) -> str:
    """Name of what the built-in engine measured, beside the number of another program."""
    return f"built_in_{name}"


def beside_the_published(
    measured: Mapping[str, Measurement], names: Sequence[str]
) -> Dict[str, Measurement]:
    """Measurements of the built-in engine under names of their own.

    Parameters
    ----------
    measured : mapping of str to Measurement -- of the built-in engine
    names : sequence of str -- of those that are kept, where they were measured
    """
    return {
        built_in_name(name): msgspec.structs.replace(
            measured[name], definition=f"by the built-in engine: {measured[name].definition}"
        )
        for name in names
        if name in measured
    }
