"""Errors of entries that the user can do something about."""

from __future__ import annotations

from vrs.maps.errors import VrsError


class EntryError(VrsError):
    """The entry, or its header, cannot be read or used."""
