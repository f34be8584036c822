"""Opening of map files: only files, plain or compressed, read in bounded steps."""

from __future__ import annotations

import bz2
import gzip
import stat
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Iterator, Optional, cast

from vrs.maps.errors import MapError
from vrs.maps.header import COPY_AGAIN, HEADER_BYTES, is_identified

CHUNK_BYTES = 2**20

FREE_BYTES = 256_000_000
"""Unpacked bytes that any compressed file may have."""

LARGEST_RATIO = 1000
"""Times that a larger one may grow when it is unpacked. gzip does not reach 1033, and a map is
noisy at least where the molecule is: the most empty one known grows by 240."""


@dataclass
class MapStream:
    """The unpacked content of a file.

    Attributes
    ----------
    file_bytes : int -- size on the disk
    compressed : bool
    position : int -- bytes that were read so far
    """

    _content: BinaryIO
    file_bytes: int
    compressed: bool
    position: int = 0

    @property
    def size(self) -> Optional[int]:
        """Bytes of the content; None if they are not known before it is unpacked."""
        return None if self.compressed else self.file_bytes

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer at the end; ``count`` is a small number."""
        content = self._content.read(count)
        self.position += len(content)
        return content

    def skip(self, count: int) -> None:
        """Pass over bytes without keeping them, as far as there are any."""
        end = self.position + count
        while self.position < end and self.read(min(CHUNK_BYTES, end - self.position)):
            pass

    def allows(self, unpacked: int) -> bool:
        """Whether a compressed file may have so many bytes when it is unpacked."""
        return not self.compressed or unpacked <= max(FREE_BYTES, LARGEST_RATIO * self.file_bytes)


@contextmanager
def opened(path: Path) -> Iterator[MapStream]:
    """The unpacked content of a file; a failure to read it becomes a MapError.

    The content decides how the file is compressed (gzip, bzip2 or not at all), not the name.

    Raises MapError if it is missing, a folder, a pipe or a device, or cannot be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            # To open a pipe would wait for its writer.
            raise MapError(
                f"{path} is a pipe, a socket or a device, not a file", "write the map to a file"
            )
        with path.open("rb") as raw:
            start = raw.read(HEADER_BYTES)
            raw.seek(0)
            # The first number of a plain map may look like the signature of a compressed file.
            plain = is_identified(start)
            if start.startswith(b"\x1f\x8b") and not plain:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield MapStream(cast(BinaryIO, unpacked), status.st_size, True)
            elif start.startswith(b"BZh") and not plain:
                with bz2.BZ2File(raw) as unpacked_bz2:
                    yield MapStream(cast(BinaryIO, unpacked_bz2), status.st_size, True)
            else:
                yield MapStream(raw, status.st_size, False)
    except FileNotFoundError:
        raise MapError(f"{path} does not exist", "check the name and the folder") from None
    except IsADirectoryError:
        raise MapError(f"{path} is a folder", "name a map file in it") from None
    except PermissionError:
        raise MapError(f"{path} may not be read", "ask its owner for permission") from None
    except EOFError:
        raise truncated(path) from None
    except (OSError, zlib.error) as error:
        raise MapError(f"{path} cannot be read ({error})", COPY_AGAIN) from error


def truncated(path: Path) -> MapError:
    """The refusal of a file that is shorter than its header says."""
    return MapError(f"{path} ends before its last voxel", COPY_AGAIN)
