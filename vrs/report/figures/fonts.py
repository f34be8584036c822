"""The font of the figures, made light once a process.

A figure saved as PDF holds the letters that it shows, which are picked from the whole font. Without
its tables of ligatures and rare scripts, which the figures do not use, that takes a fifth of the
time, and the letters are the same.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from matplotlib.font_manager import FontProperties, findfont, fontManager

FONT = "DejaVu Sans"
"""The font of matplotlib, which comes with it."""

_NAME = f"{FONT} for figures"
_LETTERS = (range(0x20, 0x530), range(0x1E00, 0x2600))
"""Latin, Greek and Cyrillic, punctuation, raised digits, arrows and mathematical signs."""

_FAMILY_NAMES = (1, 16)
"""Where a font keeps the name under which it is asked for."""


@lru_cache(maxsize=None)
def light_font() -> str:
    """The name under which matplotlib finds the light font; its file lasts as long as the process.

    Other figures of the process do not change: nobody else asks for this name.
    """
    folder = Path(tempfile.mkdtemp(prefix="vrs_font_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "font.ttf"
    options = subset.Options(
        glyph_names=True,
        notdef_outline=True,
        legacy_kern=True,  # what letters are moved by
        layout_features=[],
        name_IDs=["*"],
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "MATH", "FFTM"]
    with subset.load_font(findfont(FontProperties(family=[FONT])), options) as font:
        picked = subset.Subsetter(options)
        picked.populate(unicodes=[letter for letters in _LETTERS for letter in letters])
        picked.subset(font)
        for record in font["name"].names:
            if record.nameID in _FAMILY_NAMES:
                record.string = _NAME
        font.save(file)
    fontManager.addfont(str(file))
    return _NAME
