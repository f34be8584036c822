"""A mirror folder with one entry, whose map is a small simulated one."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Optional

ENTRY_ID = "EMD-1003"
TITLE = "A ball of atoms & more"


def header_text(
    contour: Optional[float] = None,
    resolution: Optional[float] = 4.0,
    voxel_size: float = 1.5,
    box: int = 48,
    method: str = "singleParticle",
    admin: str = "",
) -> str:
    """The header of ``ENTRY_ID`` for a map; ``admin`` goes into the element of that name."""
    level = "" if contour is None else f"<level>{contour}</level><source>AUTHOR</source>"
    resolved = "" if resolution is None else f"<resolution>{resolution}</resolution>"
    size, count = (
        "".join(f"<{axis}>{value}</{axis}>" for axis in axes)
        for axes, value in (("xyz", voxel_size), (("col", "row", "sec"), box))
    )
    return (
        f'<emd emdb_id="{ENTRY_ID}" version="3.0.1.1"><admin>{admin}'
        f"<title>{TITLE.replace('&', '&amp;')}</title></admin>"
        "<structure_determination_list><structure_determination>"
        f"<method>{method}</method><singleparticle_processing><final_reconstruction>{resolved}"
        "</final_reconstruction></singleparticle_processing>"
        "</structure_determination></structure_determination_list>"
        f"<map><file>emd_1003.map.gz</file><dimensions>{count}</dimensions>"
        f"<pixel_spacing>{size}</pixel_spacing>"
        f'<contour_list><contour primary="true">{level}</contour></contour_list></map></emd>'
    )


def write_mirror(folder: Path, map_file: Path, header: str) -> Path:
    """A mirror in a folder; returns the path of the header."""
    entry = folder / "structures" / ENTRY_ID
    (entry / "header").mkdir(parents=True)
    (entry / "map").mkdir()
    (entry / "map" / "emd_1003.map.gz").write_bytes(gzip.compress(map_file.read_bytes()))
    file = entry / "header" / "emd-1003.xml"
    file.write_text(header, encoding="utf-8")
    return file
