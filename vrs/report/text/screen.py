"""The console of this program, with tables and colours."""

from __future__ import annotations

from typing import Any, Iterable, Optional

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from vrs.maps.printing import THIN_SPACE
from vrs.report.text.terminal import harmless

_UNBROKEN = "\ue202"
"""Stands for the thin space in a number while lines are broken, as rich breaks them there."""


class Screen(Console):
    """A console that prints texts as they are: colours and movements only by this program."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def render(
        self, renderable: RenderableType, options: Optional[ConsoleOptions] = None
    ) -> Iterable[Segment]:
        """The pieces of anything that is printed; lines end between numbers, not in them."""
        if isinstance(renderable, str):
            renderable = renderable.replace(THIN_SPACE, _UNBROKEN)
        elif isinstance(renderable, Text):
            renderable = renderable.copy()
            renderable.plain = renderable.plain.replace(THIN_SPACE, _UNBROKEN)
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                text = segment.text.replace(_UNBROKEN, THIN_SPACE)
                yield Segment(harmless(text), segment.style)
