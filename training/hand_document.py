"""Write the documentation page of the hand network from its model card.

``python -m training.hand_document vrs/networks/hand.json docs/network_hand.rst``
"""

from __future__ import annotations

import re
import textwrap
from typing import Any, Dict, List

from training.document import WIDTH, bullets, heading, paragraph, table, write_page
from training.hand_plot import wilson

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
   them, and finds those that lie on alpha helices. If they are too few for an answer, it looks
   again at the map blurred by {blur:g} Å², since in a map that is sharpened until its power rises
   with the frequency it finds none.
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

The networks learned from {maps} maps simulated from {structures} experimental structures, in
{steps} steps with each of {seeds} seeds; the scripts are in ``training/``. Points within 2.5 Å of
the axis of a run of six or more helical residues are examples of helices, points more than 6 Å from
any such axis (also of runs of four) are examples of the rest, among them RNA, DNA, and structures
whose helices were taken out.

Structures were divided by sequence cluster: three fifths to learn from, a fifth for validation,
which chose among the networks and how sure an answer must be, and a fifth for the test below, which
chose no number. The experimental maps of 5 Å or better below have no relatives among the
structures, as far as their models were at hand, which are all but EMD-44046; actin (EMD-5168,
6.6 Å) has.

{choice}
"""


def filled(text: str) -> str:
    """A text of the head broken anew, unless it is a heading or a list."""
    plain = not re.search(r"^(\d\. |[-=]{3,}|\.\. )", text, re.MULTILINE)
    return textwrap.fill(text, WIDTH) if plain else text


def share(part: int, whole: int) -> str:
    """A share as "12 of 15 (80 %)"."""
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"


def rule_of(rules: Dict[str, Any]) -> str:
    """When an answer is given, in words."""
    return (
        f"if at least {rules['fewest_helix_voxels']} points and "
        f"{100 * rules['least_helix_share']:g} % of all points in the mask lie on helices (with "
        f"P > {rules['helix_probability']:g}), if the answer is {rules['deviations']:g} standard "
        f"errors or more from neither hand, if the score is {0.5 - rules['least_margin']:g} or "
        f"less or {0.5 + rules['least_margin']:g} or more, and if the resolution is "
        f"{rules['worst_resolution']:g} Å or better"
    )


def choice(training: Dict[str, Any], weights: int) -> str:
    """What the comparison of the seeds led to."""
    single = [row for row in training["compared"] if len(row["seeds"]) == 1]
    means = [row for row in training["compared"] if len(row["seeds"]) > 1]
    helix_losses = ", ".join(f"{row['helix_loss']:.3f}" for row in single)
    losses = ", ".join(f"{row['loss']:.3f}" for row in single)
    of_means = ", ".join(f"{row['loss']:.3f} for that of {len(row['seeds'])}" for row in means)
    count = len(training["hand_seeds"])
    return (
        "On patches of the validation maps the loss of the hand, averaged over 3 to 5 Å, is "
        f"{losses} for the single seeds; of their means, the best ones first, it is {of_means}. "
        f"As each further network must lower it by 5 %, {count if count > 1 else 'one'} "
        f"{'are' if count > 1 else 'is'} shipped. Helices are found by one network alone, as this "
        f"takes most of the time: by that of seed {training['helix_seed']} (loss for helices "
        f"{helix_losses}; another one would have to be 5 % better). {weights} weights in all."
    )


def answer_rows(rows: List[Dict[str, Any]]) -> List[List[Any]]:
    """Rows of a table of answers by resolution."""
    return [
        [
            f"{row['resolution']:g}",
            row["maps"],
            row["structures"],
            share(row["right"], row["maps"]),
            row["without_helix_point"],
            share(row["with_noise_right"], row["with_noise"]),
            share(row["decided"], row["maps"]),
            share(row["decided_right"], row["decided"]),
            "-" if row["points_right"] is None else f"{100 * row['points_right']:.1f} %",
        ]
        for row in rows
    ]


def in_short(card: Dict[str, Any]) -> str:
    """The three numbers that matter."""
    to_four = [row for row in card["held_out"] if row["resolution"] <= 4]
    right, maps, silent = (
        sum(row[key] for row in to_four) for key in ("right", "maps", "without_helix_point")
    )
    every = [*card["held_out"], *card["few_helices"]]
    decided, decided_right = (
        sum(row[key] for row in every) for key in ("decided", "decided_right")
    )
    low, high = (f"{100 * end:.1f}" for end in wilson(right, maps))
    return (
        f"Up to 4 Å {right} of {maps} maps of the test lie on the right side of 0.5 "
        f"({100 * right / maps:.1f} %, with an interval of 95 % from {low} to {high} % if the maps "
        f"were independent, which those of one structure are not quite); {silent} have no "
        f"helix point and {maps - right - silent} lie on the wrong side. Of all {decided} decided "
        f"maps up to 5 Å, those with few helices included, {decided_right} are right. The second "
        "look was added after this test had been run without it: see the limits."
    )


ANSWERS = ("Å", "maps", "structures", "right", "no point", "with noise", "decided",
           "right of these", "points right")  # fmt: skip
WIDTHS = (6, 8, 10, 20, 8, 20, 20, 20, 12)

FIGURE = """.. image:: images/network_hand.png
   :alt: Answers by resolution, calibration, and scores of experimental maps
"""


def page(card: Dict[str, Any]) -> str:
    """The whole page."""
    training, rules = card["training"], card["decision"]
    fewest = card["helical_residues"]
    head = HEAD.format(
        rule=rule_of(rules),
        blur=rules["second_look_b_factor"],
        maps=training["maps"],
        structures=training["structures"],
        steps=training["steps"],
        seeds=sum(len(row["seeds"]) == 1 for row in training["compared"]),
        choice=choice(training, card["weights"]),
    )
    parts: List[str] = [
        "\n\n".join(filled(part) for part in head.strip().split("\n\n")) + "\n",
        heading("How often it is right"),
        paragraph(
        f"The test: simulated maps of {card['test_structures']} structures; those with enough "
        "helices were turned and simulated twice up to 4 Å. A map counts as helical if "
        f"{fewest} residues or more of it lie in runs of six or more helical residues, which is "
        "what nine cubes of 10 Å along helices hold. *Right* is the side of 0.5 on which the score "
        "lies, decided or not. A map in which no helix point was found (*no point*) has no answer "
        "and counts as not right. *With noise* leaves out the maps that were only low-passed."
        ),
        paragraph(in_short(card)),
        FIGURE,
        table(ANSWERS, answer_rows(card["held_out"]), WIDTHS),
        f"Maps with helices, but fewer than {fewest} residues in them:\n",
        table(ANSWERS, answer_rows(card["few_helices"]), WIDTHS),
        "The validation maps, on which the choices were made:\n",
        table(ANSWERS, answer_rows(card["validation"]["helical"]), WIDTHS),
        heading("Calibration"),
        paragraph(
        "The confidence is a logistic function of the number of standard errors, fitted to the "
        f"validation maps (slope {rules['confidence_per_deviation']:.2f}). Scores too close to 0.5 "
        f"have a slope of their own ({rules['confidence_per_deviation_near_half']:.2f}, from the "
        f"few such maps), and more than the {rules['deviations']:g} standard errors that decide "
        "count there as so many, since many points that all lean a little to one side may be a "
        "habit of the network. *Right* is "
        "how many of the test maps were, all of those in which a helix point was found."
        ),
        table(
            ("confidence", "maps", "mean confidence", "right"),
            [
                (
                    f"{row['from']:g} to {row['to']:g}",
                    row["maps"],
                    f"{row['mean']:.3f}",
                    share(row["right"], row["maps"]),
                )
                for row in card["calibration"]
            ],
            (25, 15, 25, 25),
        ),
        heading("Where there is no helix"),
        paragraph(
        "These must be undecided: structures of the test without helices (*whole*), with their "
        "helices taken out (*bare*), RNA or DNA alone (*nucleic*), and noise. Of helices that are "
        "taken out the ends remain, which may be why some of these maps are decided."
        ),
        table(
            ("map", "undecided", "right", "mirrored"),
            [
                (name, row["undecided"], row["right"], row["mirrored"])
                for name, row in card["without_helices"].items()
            ],
            (30, 20, 20, 20),
        ),
        heading("Experimental maps"),
        paragraph(
        "All of these are right-handed. The last column is a cross-check without any training: at "
        "the same points, an ideal helix against its mirror image, in standard errors; positive "
        "is right."
        ),
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
        heading("Limits"),
        bullets(card["limits"]),
    ]  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    write_page(page, __doc__.splitlines()[0])
