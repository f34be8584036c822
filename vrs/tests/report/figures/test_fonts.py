"""The light font of the figures has the letters of the whole one, at the same places."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.textpath import TextPath

from vrs.report.figures.fonts import FONT, light_font

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

TEXT = "View 1 (0°, −90°) ln|F| AVATo — “1/D² (1/Å²)” B-factor, σ ≥ 3·10³ → Привет"


def test_the_same_letters_with_the_same_kerning() -> None:
    light = TextPath((0, 0), TEXT, size=7.5, prop=FontProperties(family=light_font()))
    whole = TextPath((0, 0), TEXT, size=7.5, prop=FontProperties(family=FONT))
    assert len(whole.vertices) > 500
    assert np.array_equal(light.vertices, whole.vertices)


def test_the_font_is_made_once_and_nobody_else_gets_it() -> None:
    before = findfont(FontProperties(family=FONT))
    assert light_font() == light_font()
    assert sum(entry.name == light_font() for entry in fontManager.ttflist) == 1
    assert findfont(FontProperties(family=FONT)) == before
    assert findfont(FontProperties(family=["sans-serif"])) == before
