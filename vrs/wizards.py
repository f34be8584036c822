"""The wizards beside fields of the forms, which show the map and suggest values."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Iterator, Optional, Tuple

from pyworkflow.viewer import DESKTOP_TKINTER
from pyworkflow.wizard import Wizard

from vrs.checks.entry import Entry
from vrs.checks.usable import usable_values
from vrs.level0.suggestions import (
    Suggestion,
    suggested_resolutions,
    suggested_voxel_sizes,
)
from vrs.maps import DensityMap, open_map
from vrs.maps.errors import MapError, VrsError, sentence
from vrs.maps.files import read_header
from vrs.maps.placement import cubic_voxel_size
from vrs.protocols.protocol_import_map import VrsProtImportMap
from vrs.protocols.protocol_level0 import VrsProtLevel0
from vrs.protocols.protocol_prepare import VrsProtPrepare
from vrs.protocols.volumes import entry_of, read_volume
from vrs.run.named_map import local_files, named_map, names_entry, problem_at_hand
from vrs.viewers.level_window import level_window
from vrs.viewers.suggestion_window import SuggestionWindow


class VrsWizard(Wizard):  # type: ignore[misc]
    """What the wizards share: a problem is said in a window, never on the console."""

    _environments = [DESKTOP_TKINTER]
    FIELD = ""
    WHAT = ""

    def show(self, form: Any, *params: Any) -> None:
        try:
            self._open(form)
        except VrsError as error:
            form.showError(sentence(error.reason, error.advice))

    def _open(self, form: Any) -> None:
        """Open the window; raises VrsError if there is nothing to show."""
        raise NotImplementedError

    def _volume(self, form: Any) -> Any:
        """The map of the form; raises MapError without one."""
        volume = form.protocol.volumeAtHand()
        if volume is None:
            raise self._no_map(getattr(form.protocol, "mapFile", None))
        return volume

    def _no_map(self, chosen: Any) -> MapError:
        """Why there is nothing to look at; ``chosen`` is the field of a file, if there is one."""
        name = chosen.get("") if chosen is not None else ""
        if name and names_entry(name):
            return MapError(
                f"the map of {name} is fetched when the run starts",
                "leave the field empty to use the value of the entry",
            )
        if name and problem_at_hand(name):
            return MapError(problem_at_hand(name).rstrip("."))
        if name:
            # Raises what is wrong with the file.
            cubic_voxel_size(read_header(Path(name)), name)
        return MapError(f"there is no map to suggest {self.WHAT} for", "choose the map first")

    def _use(self, form: Any) -> Any:
        """The function that puts a text into the field."""
        return partial(form.setVar, self.FIELD)


class VrsContourLevelWizard(VrsWizard):
    """Slices with the line of the contour level, what it shows, and suggestions."""

    FIELD, WHAT = "contourLevel", "a contour level"
    _targets = [(VrsProtPrepare, [FIELD]), (VrsProtLevel0, [FIELD])]

    def _open(self, form: Any) -> None:
        density = read_volume(self._volume(form))
        protocol = form.protocol
        text = protocol.contourLevel.get("")
        usable = usable_values(text, "", protocol.mass.get(""))
        unread = text if usable.contour is None else ""
        level = usable.contour.grey_value(density.data) if usable.contour else None
        level_window(
            "Contour level", density, self._use(form), form.root, level=level,
            entry=_entry(protocol), mass=usable.mass, unread=unread,
        ).show()  # fmt: skip


class VrsResolutionWizard(VrsWizard):
    """The resolution of the entry, of the half maps, and the limit of the grid."""

    FIELD, WHAT = "reportedResolution", "a resolution"
    _targets = [(VrsProtPrepare, [FIELD]), (VrsProtLevel0, [FIELD])]

    def _open(self, form: Any) -> None:
        volume = self._volume(form)
        suggestions = suggested_resolutions(
            volume.getSamplingRate(), _entry(form.protocol), _half_maps(volume)
        )
        SuggestionWindow(
            "Reported resolution", "Å", list(suggestions), self._use(form), form.root
        ).show()


class VrsVoxelSizeWizard(VrsWizard):
    """The voxel size in the header of the file, and that of its entry."""

    FIELD, WHAT = "voxelSize", "a voxel size"
    _targets = [(VrsProtImportMap, [FIELD])]

    def _open(self, form: Any) -> None:
        SuggestionWindow(
            "Voxel size", "Å", list(self._suggestions(form)), self._use(form), form.root
        ).show()

    def _suggestions(self, form: Any) -> Iterator[Suggestion]:
        protocol = form.protocol
        name, entry = protocol.mapFile.get(""), protocol.entry.get("")
        # Of an entry, header and map.
        if len(local_files(name)) < (2 if name and names_entry(name) else 1):
            raise self._no_map(protocol.mapFile)
        named = named_map(name, entry)
        header = read_header(named.map, protocol.asVolume.get())
        yield from suggested_voxel_sizes(header, named.entry)


def _entry(protocol: Any) -> Optional[Entry]:
    """The entry of the map of a form; None if it has none."""
    volume = protocol.volumeAtHand()
    return None if volume is None else entry_of(volume)


def _half_maps(volume: Any) -> Optional[Tuple[DensityMap, DensityMap]]:
    """The half maps of a volume; None if it has none, or not two on one grid."""
    if not volume.hasHalfMaps():
        return None
    files = [Path(name) for name in volume.getHalfMaps(asList=True)]
    if len(files) != 2 or not all(file.is_file() for file in files):
        return None
    first, second = (open_map(file, volume.getSamplingRate()) for file in files)
    return (first, second) if first.data.shape == second.data.shape else None
