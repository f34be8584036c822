"""Files with odd headers: deposited ones, or the header of a real file before numbered values."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from mrcfile import dtypes, utils

from vrs.tests.example_data import DATA, example_file

SUFFIX = ".gz"


def odd_file(name: str, folder: Path) -> Path:
    """A compressed map by its name, such as "odd/odd_h2o-elf-nstart-origin.mrc.gz".

    Of some files only the header is among the example data. Behind it, this function writes values
    that count up (0 and 1 by turns where they are bytes) into a file in ``folder``, and their
    statistics into the header.
    """
    stored = DATA / "headers" / Path(name).name.replace(SUFFIX, ".header")
    if not stored.exists():
        return example_file(name)
    header = np.frombuffer(stored.read_bytes(), dtype=dtypes.HEADER_DTYPE).copy()[0]
    values = np.arange(int(header["nx"]) * int(header["ny"]) * int(header["nz"]))
    mode = int(header["mode"])
    values = (values % 2 if mode == 0 else values / len(values)).astype(utils.dtype_from_mode(mode))
    header["dmin"], header["dmax"] = values.min(), values.max()
    header["dmean"] = values.mean(dtype=np.float64)
    path = folder / Path(name).name
    extended = bytes(int(header["nsymbt"]))
    path.write_bytes(gzip.compress(header.tobytes() + extended + values.tobytes(), 1))
    return path
