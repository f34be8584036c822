"""The letters of the figures: ``python -m training.font`` writes ``vrs/report/figures/font``.

Matplotlib cuts the letters that a figure uses out of its font, and spends a third of the time of a
figure on the rules of DejaVu Sans for other scripts. The font of the figures is DejaVu Sans with
its Latin and Greek letters, signs and kerning alone: the figures look the same.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import matplotlib
from fontTools import subset

FOLDER = Path(__file__).resolve().parents[1] / "vrs" / "report" / "figures" / "font"
NAME = "VRS Sans"
"""The licence asks for another name of a changed font."""

BLOCKS = ((0x20, 0x400), (0x1D00, 0x1DC0), (0x2000, 0x2100), (0x2190, 0x2300))
"""Code points: Latin, Greek, raised letters, punctuation, arrows and signs of mathematics."""

FAMILY, FULL, POSTSCRIPT = (1, 16), (4,), (6,)
"""Records of the table of names."""


def main() -> None:
    """Write the font and its licence."""
    source = Path(matplotlib.get_data_path(), "fonts", "ttf")
    options = subset.Options(glyph_names=True, layout_features=[], legacy_kern=True)
    options.name_IDs = ["*"]
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "MATH", "FFTM"]
    font = subset.load_font(str(source / "DejaVuSans.ttf"), options)
    letters = subset.Subsetter(options)
    letters.populate(unicodes=[code for first, end in BLOCKS for code in range(first, end)])
    letters.subset(font)
    for record in font["name"].names:
        if record.nameID in (*FAMILY, *FULL):
            record.string = NAME
        elif record.nameID in POSTSCRIPT:
            record.string = NAME.replace(" ", "")
    FOLDER.mkdir(exist_ok=True)
    subset.save_font(font, str(FOLDER / "VRSSans.ttf"), options)
    shutil.copyfile(source / "LICENSE_DEJAVU", FOLDER / "LICENSE_DEJAVU")


if __name__ == "__main__":
    main()
