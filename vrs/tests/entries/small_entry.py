"""The header and the map of a small entry, and where they are in the archive."""

from __future__ import annotations

import gzip
import tempfile
from functools import lru_cache
from pathlib import Path

import mrcfile
import numpy as np

HEADER = "/emdb/structures/EMD-1003/header/emd-1003.xml"
MAP = "/emdb/structures/EMD-1003/map/emd_1003.map.gz"
BOX = 24

XML = f"""<emd emdb_id="EMD-1003" version="3.0.1.1">
<admin><key_dates><update>2012-10-17</update></key_dates><title>A ribosome</title></admin>
<map><dimensions><col>{BOX}</col><row>{BOX}</row><sec>{BOX}</sec></dimensions>
<axis_order><fast>X</fast><medium>Y</medium><slow>Z</slow></axis_order></map></emd>""".encode()


def plain_map(box: int = BOX, seed: int = 1) -> bytes:
    """The content of a map file with noise, which can hardly be compressed."""
    values = np.random.default_rng(seed).normal(size=(box, box, box)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "noise.map"
        with mrcfile.new(file) as stream:
            stream.set_data(values)
            stream.voxel_size = 2.0
        return file.read_bytes()


@lru_cache(maxsize=None)
def packed_map(box: int = BOX, seed: int = 1) -> bytes:
    """The same, compressed, as the archive has it."""
    return gzip.compress(plain_map(box, seed))
