"""What a user says about one map: options of ``vrs report``, or a row of the list of a batch."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import msgspec

from vrs.checks.result import Remark
from vrs.maps.typed_values import contour_level
from vrs.run.named_map import NamedMap
from vrs.run.request import Request, at_grey_value, check_request, reading, with_entry


class MapOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A map, and what is known and wanted about it.

    Attributes
    ----------
    map : str -- a map file, or an entry: its identifier, header file or folder
    contour : str -- contour level as typed; "" for that of the entry
    resolution, voxel_size : float or None -- in Å
    mass : float or None -- in kDa
    mask : str -- file of the user's own mask; "" for none
    title : str
    skip : tuple of str -- identifiers of checks to leave out
    engines : dict of str to str -- engine of a check by its identifier; "auto" for the others
    binning : int -- edge, in voxels, of the cubes that become one voxel
    as_volume, keep_spikes : bool -- as in ``Request``
    entry : str -- the entry that a map file belongs to; "" for none
    command_line : str -- that the report quotes
    reference : str -- as in ``Request``
    """

    map: str
    contour: str = ""
    resolution: Optional[float] = None
    voxel_size: Optional[float] = None
    mass: Optional[float] = None
    mask: str = ""
    title: str = ""
    skip: Tuple[str, ...] = ()
    engines: Dict[str, str] = {}
    binning: int = 1
    as_volume: bool = False
    keep_spikes: bool = False
    entry: str = ""
    command_line: str = ""
    reference: str = ""

    def request(self, named: NamedMap) -> Request:
        """The request for the map file that was found, as yet without a contour level."""
        return Request(
            map=named.map, contour=math.nan, resolution=self.resolution,
            voxel_size=self.voxel_size, mask=Path(self.mask) if self.mask else None,
            title=self.title, skip=sorted(set(self.skip)), engines=self.engines,
            command_line=self.command_line, binning=self.binning, as_volume=self.as_volume,
            keep_spikes=self.keep_spikes, mass=self.mass, entry=named.entry, named=named.text,
            named_entry=named.entry_text, reference=self.reference,
        )  # fmt: skip


def checked_request(options: MapOptions, named: NamedMap) -> Tuple[Request, List[Remark]]:
    """The request with all its values, and remarks on them; the map was read and can be measured.

    Raises
    ------
    MapError
        If it cannot.
    """
    request = with_entry(options.request(named))
    read = reading(request)
    level = contour_level(options.contour) if options.contour else None
    request = at_grey_value(request, level, read)
    return request, check_request(request, read)
