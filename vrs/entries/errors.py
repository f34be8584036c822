"""Errors of entries that the user can do something about."""

from __future__ import annotations

from vrs.maps.errors import VrsError


class EntryError(VrsError):
    """The entry, or its header, cannot be read or used."""


class OlderSchema(EntryError):
    """The header is of a schema that is not read; the archive may have a newer one."""


class NotThere(EntryError):
    """The archive or the mirror does not have the file."""
