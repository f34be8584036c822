"""The page on the local-resolution network, written from its model card.

python -m training.local_resolution_document CARD.json docs/network_local_resolution.rst
"""

from __future__ import annotations

from typing import Any, Dict, List

from training.document import bullets, heading, table, write_page


def error_rows(errors: Dict[str, Dict[str, Any]]) -> List[List[Any]]:
    """Rows of the table of errors: the card's numbers with their units."""
    return [
        [
            name if name[0].isalpha() else f"{name} Å",
            row["maps"],
            f"{row['mean_absolute_error']:.2f}",
            f"{row['bias']:+.2f}",
            f"{100 * row['within_uncertainty']:.0f} %",
        ]
        for name, row in errors.items()
    ]


def page(card: Dict[str, Any]) -> str:
    """The whole page."""
    held, training = card["held_out"], card["training"]
    by_resolution = held["by_true_resolution"]
    correlation = held["rank_correlation_mixed_3_to_6"]
    real, reference = card["real_maps"], card["real_maps"]["reference"]
    bins = list(held["confusion"])
    parts = [
        INTRODUCTION,
        heading("Training"),
        f"{training['maps']} simulated maps of {training['structures']} structures "
        f"({training['maps_for_stopping']} more maps decided when to stop), every one seen in "
        f"{training['processings_of_every_map']} random processings; resolutions of "
        f"{training['resolution'][0]} to {training['resolution'][1]} Å. "
        f"{len(training['seeds'])} networks of {' and '.join(map(str, training['layers']))} units "
        "that differ in their seed; the answer is their mean.\n",
        TRAINING,
        BASELINES.format(**training["mean_error_of_ln_resolution"]),
        heading("Errors on structures it never saw"),
        "A fifth of the sequence clusters was held out. Å; every map counts the same. The last "
        "column is the share of points whose error is within the uncertainty that the network "
        "gave (68 % would be perfect).\n",
        table(
            ["true resolution", "maps", "mean absolute error", "bias", "within uncertainty"],
            error_rows(by_resolution),
        ),
        FIGURE,
        "Where the points of each bin of the true resolution (rows) are measured to be:\n",
        table(
            ["true", *(f"{name} Å" for name in bins)],
            [[f"{name} Å", *held["confusion"][name]] for name in bins],
        ),
        f"On {correlation['maps']} maps of mixed resolution with a median of 3 to 6 Å the rank "
        f"correlation with the true field is {correlation['mean']:.2f} on average (median "
        f"{correlation['median']:.2f}).\n",
        heading("What moves the answer"),
        "Shift of the median of a held-out map when it is sharpened or blurred by 50 Å² "
        "more than it was:\n",
        table(
            ["maps", "number", "mean absolute shift (Å)", "moved by at most 0.5 Å"],
            [
                [
                    f"{name} Å",
                    row["maps"],
                    f"{row['mean_absolute_shift']:.2f}",
                    f"{100 * row['share_within_half']:.0f} %",
                ]
                for name, row in held["sharpening_by_50"].items()
            ],
        ),
        "A reported resolution that is a fifth too good or too bad, which bounds the range of the "
        f"fit, moves it by {held['reported_wrong_by_a_fifth']['mean_absolute_shift']:.2f} Å.\n",
        f"Through the whole program, on {card['robustness']['maps']} other simulated maps of "
        f"2.8 to 9 Å with solvent noise (mean error as they are: "
        f"{card['robustness']['mean_error']:.2f} Å):\n",
        table(
            ["what is done to the map", "mean shift (Å)", "mean absolute", "largest", "mean error"],
            [
                [
                    name,
                    f"{row['mean_shift']:+.2f}",
                    f"{row['mean_absolute_shift']:.2f}",
                    f"{row['largest']:.2f}",
                    f"{row['mean_error']:.2f}",
                ]
                for name, row in card["robustness"]["cases"].items()
            ],
        ),
        heading("Real maps"),
        f"Up to 5 Å the median differs from the reported resolution by "
        f"{real['mean_error_up_to_5']:.2f} Å on average. Several of these are boxes cut "
        "out of larger maps.\n",
        table(
            ["map", "reported (Å)", "10 %", "median", "90 %", "uncertainty"],
            [
                [
                    row["map"].split(".")[0],
                    f"{row['reported']:.2f}",
                    *(f"{row[key]:.2f}" for key in ("p10", "median", "p90", "uncertainty")),
                ]
                for row in real["maps"]
            ],
        ),
        "Against the local resolution that another program gave for a map of beta-galactosidase "
        f"with voxels of 3.54 Å: median {reference['median_ours']:.1f} Å against "
        f"{reference['median_theirs']:.1f} Å, rank correlation "
        f"{reference['rank_correlation']:.2f}. With such voxels hardly any shells are left "
        "above the molecule's envelope.\n",
        heading("Limits"),
        bullets(card["limits"]),
    ]
    return "\n".join(parts)


INTRODUCTION = """.. Made by training/local_resolution_document.py from the model card, not by hand.

The network for local resolution
================================

What it measures: the resolution around every voxel of the mask, in Å, with an uncertainty,
from one map. In simulated reconstructions, where it is known, resolution is where the signal
sinks to a third of the noise: there two half maps correlate with 0.143.

How: the map comes to a grid of 1 Å and is filtered into 19 bands from 22 to 2.2 Å. The power
of each band is averaged around every voxel in Gaussian windows of 5 and 10 Å, inside the mask.
A network of two small layers sees

* each band around the voxel against the same band in the whole molecule;
* each band of the molecule, and around the voxel, against the same band in the solvent;
* the molecule's own fall-off, from which a straight line of ln power against s² was taken off;
* how much of the window is mask.

A filter of the whole map multiplies a band everywhere alike and cancels in the first two; a
B-factor cancels in the third. So the answer hardly depends on how much a map was sharpened,
and not at all on the scale or the sign of its grey values. The reported resolution bounds the
range of the straight line, from 10 Å (or lower) on; the network is not told it.
"""

TRAINING = """Of four maps three are reconstructions (a signal that decays with a B-factor,
nearly white noise, FSC weighting, sharpening, low-pass), one is a molecule low-passed without
noise. Half have a resolution that varies over the molecule; many are masked, cut or come from
coarser voxels.

The random processings stand for what the simulation lacks: a bulk solvent that takes low
frequencies away, wavy filters of the whole map, flattened solvent, and a wrong reported
resolution. They were added after a first network without them had failed on some of the real
maps below, so those maps are not entirely unseen. Nothing was chosen by the held-out errors.
"""

BASELINES = """Mean error of ln R on the structures that decide when to stop: {network:.3f}. On the
same features a linear model has {linear:.3f}, boosted trees {boosted_trees:.3f}.
"""

FIGURE = """.. image:: images/network_local_resolution.png
   :alt: Measured against true resolution, and their ratio by resolution
"""


if __name__ == "__main__":
    write_page(page, __doc__.splitlines()[0])
