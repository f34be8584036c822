"""What the help of a protocol says besides what it does: how long it takes, and what to try."""

from __future__ import annotations

from typing import Dict, Tuple

from vrs.maps.printing import entered

BOXES = (256, 360)
"""Voxels along a side of the maps that the seconds are for."""

SECONDS: Dict[str, Tuple[float, float]] = {
    "import": (0.5, 1.2), "prepare": (1.2, 3.9), "0.a": (0.2, 0.3), "0.b": (0.4, 0.9),
    "0.c": (0.6, 1.2), "0.d": (0.9, 1.6), "0.e": (2.8, 6.2), "0.f": (3.7, 6.2),
    "0.g": (2.9, 7.1), "0.h": (1.8, 7.0), "evidence": (2.8, 5.4), "report": (15.9, 17.2),
    "box": (31.0, 54.0),
}  # fmt: skip
"""Processor seconds of a protocol, as docs/performance.rst has them."""

TRY = {
    "import": "If the voxel size in the header is wrong, type the right one.",
    "prepare": "If you do not know the contour level, ask the wizard beside the field: it shows "
    "slices with the level drawn and suggests values.",
    "0.a": "If there is too little empty space, reconstruct with a larger box.",
    "0.b": "If the map falls into pieces, lower the contour level until the molecule is one body; "
    "if there is dust, raise it. Run prepare map again for that.",
    "0.c": "If the background is not flat, measure the map before it was masked or sharpened.",
    "0.d": "It needs the reported resolution. If the B-factor is far from the usual ones, measure "
    "the map before it was sharpened.",
    "0.e": "It needs the reported resolution. If parts are much worse than the rest, focused "
    "refinement or classification may help.",
    "0.f": "It needs the reported resolution. If the map was filtered locally, measure the "
    "unfiltered one.",
    "0.g": "It needs the reported resolution. If parts are weak, classification may separate what "
    "lacks them.",
    "0.h": "It needs helices, so about 5 Å or better. A map of the wrong hand has to be mirrored.",
    "evidence": "",
    "report": "Most of the time goes into the figures and the PDF.",
    "box": "To change one value, or to run a single check, use import map, prepare map and the "
    "checks instead.",
}
"""Advice in sentences; "" where there is none."""


def help_text(what: str, name: str) -> str:
    """The end of the help of a protocol.

    Parameters
    ----------
    what : str -- what the protocol does, such as its docstring
    name : str -- key of ``SECONDS``
    """
    small, large = SECONDS[name]
    times = (
        f"It takes about {entered(small)} s for a box of {BOXES[0]} voxels along a side and "
        f"{entered(large)} s for {BOXES[1]}, besides the start of the run."
    )
    end = " ".join(filter(None, (times, TRY[name])))
    return f"{what.strip()}\n\nPart of the validation of a cryo-EM map. {end}"
