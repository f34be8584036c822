"""Refusal of files that hold anything but a single volume of real values."""

from __future__ import annotations

from vrs.maps.errors import MapError
from vrs.maps.header import COPY_AGAIN, MODES, MapHeader
from vrs.maps.printing import count

STACK_ENDINGS = (".mrcs", ".st", ".stk", ".ali", ".preali")
"""Endings of the names of image stacks and tilt series."""

_COMPLEX_MODES = (3, 4)
_FURTHER_ENDINGS = (".gz", ".bz2", ".mrc", ".map", ".ccp4")
"""Endings that may follow those of a stack."""

_VOLUME_STACK_GROUPS = range(401, 631)


def require_single_volume(header: MapHeader, name: str, as_volume: bool = False) -> None:
    """Refuse anything but a single real-valued volume.

    A stack of images is known by its name (``STACK_ENDINGS``, also before
    another ending, as in ``tilt.st.mrc``), or by space group
    0 and MZ = 1 in the header; with ``as_volume`` it is taken for a volume.

    Raises MapError if the file holds complex or otherwise unsupported grey values; is an image, a
    stack of images or a stack of volumes; or its axes are not X, Y and Z in some order.
    """
    _refuse_other_content(header, name)
    if not as_volume:
        _refuse_stack_of_images(header, name)


def _refuse_other_content(header: MapHeader, name: str) -> None:
    sections, rows, columns = header.stored_shape
    if header.mode in _COMPLEX_MODES:
        raise MapError(
            f"{name} holds complex values (mode {header.mode}), a Fourier transform",
            "use the map itself",
        )
    if header.mode not in MODES:
        modes = ", ".join(str(mode) for mode in MODES)
        raise MapError(
            f"{name} holds grey values of mode {header.mode}, and only modes {modes} can be read",
            "convert it to mode 2",
        )
    if min(header.stored_shape) == 0:
        raise MapError(
            f"{name} has no voxels (its header says {columns} x {rows} x {sections})", COPY_AGAIN
        )
    if min(header.stored_shape) == 1:
        raise MapError(
            f"{name} is an image of {columns} x {rows} x {sections} pixels", "use a map in 3D"
        )
    if sorted(header.stored_axes) != [1, 2, 3]:
        s, r, c = header.stored_axes
        raise MapError(
            f"{name} names its axes {c}, {r}, {s} (MAPC, MAPR, MAPS), which must be 1, 2 and 3 in "
            "some order",
            "fix the header",
        )
    depth = header.sampling[2]
    if header.space_group in _VOLUME_STACK_GROUPS and 0 < depth < sections:
        raise MapError(
            f"{name} is a stack of {count(sections // depth, 'volume')} "
            f"(space group {header.space_group})",
            "use a file with one volume",
        )


def _refuse_stack_of_images(header: MapHeader, name: str) -> None:
    reason = _sign_of_a_stack(header, name)
    if reason:
        columns, rows, sections = header.stored_shape[::-1]
        raise MapError(
            f"{name} is a stack of {count(sections, 'image')} of {columns} x {rows} pixels "
            f"({reason}), not a volume",
            "use a map in 3D; if it is one, insist with --as-volume (in Scipion: “Read as one "
            "volume” of import map)",
        )


def _sign_of_a_stack(header: MapHeader, name: str) -> str:
    """Why a file is a stack of images; "" for a volume."""
    stem = name.lower()
    while stem.endswith(_FURTHER_ENDINGS):
        stem = stem[: stem.rindex(".")]
    for ending in STACK_ENDINGS:
        if stem.endswith(ending):
            return f"its name ends with {name[len(stem) - len(ending):].lower()}"
    if header.space_group == 0 and header.sampling[2] == 1:
        return "space group 0 and MZ = 1 in its header"
    return ""
