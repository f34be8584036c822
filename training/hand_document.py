"""Write the documentation page of the hand network from its model card.

``python -m training.hand_document vrs/networks/hand.json docs/network_hand.rst``
"""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path
from typing import Any, Dict, List, Sequence

HEAD = """.. Made by training/hand_document.py from vrs/networks/hand.json: change those.

The network for the hand (0.h)
==============================

A three-dimensional map and its mirror image fit the particle images equally well, so a
reconstruction can come out mirrored. Alpha helices of proteins turn to the right; in a mirrored map
they turn to the left. Where the resolution shows which way helices turn, the hand can be read off.

How it works
------------

1. The part of the map around the mask is brought to voxels of 1 Å, on a grid centred on the box, so
   that the grid of a mirrored map is the mirror image of the grid.
2. A small network looks at the 13 Å around points of the mask 2 Å apart, and at mirror images of
   them, and finds those that lie on alpha helices.
3. A second one gives a number g for the 17 Å around each of these points. Only the mean of g over
   four turned copies less the mean of g over four mirror images is used, as the log odds for the
   right hand. A mirror image gives the opposite log odds whatever the network has learned, and so
   **score(map) + score(mirror image) = 1** by construction: 0 is right, 1 mirrored. This is exact
   for a mirror plane across X; across Y or Z the first look of step 2 may pass other points, which
   changes the third digit.
4. Neighbouring points see the same helix, so the mean log odds in every cube of 10 Å counts as one
   observation. The score is 1 / (1 + exp(m)), where m is the mean over the cubes; the sum over the
   cubes divided by the root of the sum of squares says how many standard errors m is from 0, which
   is neither hand.

The answer is *right* or *mirrored* only {rule}. Otherwise it is *undecided*, and the reason is
given.

How it was made
---------------

The networks learned from {maps} maps simulated from experimental structures, {weights} weights in
{steps} steps; the scripts are in ``training/``. Points within 2.5 Å of the axis of a run of six or
more helical residues are examples of helices, points more than 6 Å from any such axis (also of runs
of four) are examples of the rest, among them RNA, DNA, and structures whose helices were taken out.
Held-out structures have no relative, by sequence, among those that were learned from. Neither have
the experimental maps of 5 Å or better below whose models were at hand, which are all but EMD-44046;
actin (EMD-5168, 6.6 Å) has.

To repeat it, with PyTorch, gemmi and onnx installed::

    python -m training.hand_data STRUCTURES DATA
    python -m training.hand_train DATA TRAINED
    python -m training.hand_evaluate DATA MAPS TRAINED vrs/networks
    python -m training.hand_document vrs/networks/hand.json docs/network_hand.rst

STRUCTURES is a folder of structures with a table ``structures.tsv`` (name, file, sequence cluster,
flags), MAPS one of experimental maps. The network that is shipped was trained on {maps} maps of
{structures} structures{remark}.
"""


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> str:
    """A reStructuredText list-table."""
    lines = [
        ".. list-table::",
        "   :header-rows: 1",
        f"   :widths: {' '.join(map(str, widths))}",
        "",
    ]
    for row in (header, *rows):
        for index, cell in enumerate(row):
            lines.append(f"   {'* -' if index == 0 else '  -'} {cell}")
    return "\n".join(lines) + "\n"


def title(text: str) -> str:
    """A heading of the second level."""
    return f"\n{text}\n{'-' * len(text)}\n\n"


def filled(text: str) -> str:
    """The text with its overlong paragraphs broken anew."""
    return "\n\n".join(
        textwrap.fill(part, 100) if max(map(len, part.split("\n"))) > 100 else part
        for part in text.split("\n\n")
    )


def share(part: int, whole: int) -> str:
    """A share as "12 of 15 (80 %)"."""
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"


def page(card: Dict[str, Any]) -> str:
    """The whole page."""
    rules = card["decision"]
    rule = (
        f"if at least {rules['fewest_helix_voxels']} points and "
        f"{100 * rules['least_helix_share']:g} % of all points in the mask lie on helices (with "
        f"P > {rules['helix_probability']:g}), if the answer is {rules['deviations']:g} standard "
        f"errors or more from neither hand, if the score is {0.5 - rules['least_margin']:g} or "
        f"less or {0.5 + rules['least_margin']:g} or more, and if the resolution is "
        f"{rules['worst_resolution']:g} Å or better"
    )
    training = card["training"]
    parts: List[str] = [
        filled(HEAD.format(rule=rule, weights=card["weights"], **training)),
        title("How often it is right"),
        "Simulated maps of structures that were not learned from, with alpha helices. *Right* is "
        "the\nside of 0.5 on which the score lies, decided or not, of the maps in which any helix "
        "point was found;\n*with noise* leaves out the maps that were only low-passed.\n\n",
        table(
            ("Å", "maps", "right", "with noise", "decided", "right of these", "points right"),
            [
                (
                    f"{row['resolution']:g}",
                    row["maps"],
                    "-" if row["right"] is None else f"{100 * row['right']:.1f} %",
                    share(row["with_noise_right"], row["with_noise"]),
                    share(row["decided"], row["maps"]),
                    share(row["decided_right"], row["decided"]),
                    "-" if row["points_right"] is None else f"{100 * row['points_right']:.1f} %",
                )
                for row in card["held_out"]
            ],
            (8, 8, 14, 20, 20, 20, 14),
        ),
        title("Calibration"),
        "The confidence is a function of the number of standard errors, fitted to the same maps of "
        "5 Å or\nbetter; of a score too close to 0.5 it is the score itself, or 1 less the score. "
        "*Observed* is the\nshare of these maps that were right.\n\n",
        table(
            ("confidence", "maps", "mean confidence", "observed"),
            [
                (
                    f"{row['from']:g} to {row['to']:g}",
                    row["maps"],
                    f"{row['mean']:.3f}",
                    f"{row['right']:.3f}",
                )
                for row in card["calibration"]
            ],
            (25, 15, 25, 25),
        ),
        title("Where there is no helix"),
        "These must be undecided: structures without helices (*whole*), with their helices taken "
        "out (*bare*),\nRNA or DNA alone (*nucleic*), and noise.\n\n",
        table(
            ("map", "undecided", "right", "mirrored"),
            [
                (name, row["undecided"], row["right"], row["mirrored"])
                for name, row in card["without_helices"].items()
            ],
            (30, 20, 20, 20),
        ),
        title("Experimental maps"),
        "All of these are right-handed. The last column is a cross-check without any training: at "
        "the same\npoints, an ideal helix against its mirror image, in standard errors; positive "
        "is right.\n\n",
        table(
            ("map", "Å", "helix points", "score", "standard errors", "answer", "mirrored map",
             "ideal helix"),
            [
                (
                    row["map"], f"{row['resolution']:g}", row["helix_points"],
                    f"{row['score']:.3f}", f"{row['deviations']:.1f}", row["answer"],
                    row["answer_of_mirrored"], row.get("template_deviations", "-"),
                )
                for row in card["real_maps"]
            ],
            (30, 8, 12, 10, 12, 14, 14, 12),
        ),
        title("Limits"),
        "\n".join(f"* {limit}" for limit in card["limits"]) + "\n",
    ]  # fmt: skip
    return "".join(parts)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("card", type=Path)
    parser.add_argument("page", type=Path)
    given = parser.parse_args()
    card = json.loads(given.card.read_text(encoding="utf-8"))
    given.page.write_text(page(card), encoding="utf-8")


if __name__ == "__main__":
    main()
