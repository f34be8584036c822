"""The page on the local-resolution network, written from its model card.

python -m training.local_resolution_document CARD.json docs/network_local_resolution.rst
"""

from __future__ import annotations

from typing import Any, Dict, List

from training.document import bullets, heading, paragraph, table, write_page


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
    wrong_resolution = held["reported_wrong_by_a_fifth"]
    independent = card["independent"]
    interval, masked = independent["median_interval"], independent["masked"]
    real, reference = card["real_maps"], card["real_maps"]["reference"]
    bins = list(held["confusion"])
    parts = [
        INTRODUCTION,
        heading("Training"),
        paragraph(
            f"{training['maps']} simulated maps of {training['structures']} structures "
            f"({training['maps_for_stopping']} more maps for early stopping), each with "
            f"{training['processings_of_every_map']} random processings, at resolutions of "
            f"{training['resolution'][0]} to {training['resolution'][1]} Å. "
            f"The answer is the mean of {len(training['seeds'])} networks of "
            f"{' and '.join(map(str, training['layers']))} units that differ in their seed."
        ),
        TRAINING,
        BASELINES.format(**training["mean_error_of_ln_resolution"]),
        heading("Errors on maps of a second simulator"),
        INDEPENDENT,
        table(
            [
                "true resolution",
                "maps",
                "mean of median / truth",
                "within 15 %",
                "mean absolute error (Å)",
            ],
            [
                [
                    f"{name} Å",
                    row["maps"],
                    f"{row['mean_ratio']:.2f}",
                    f"{100 * row['near']:.0f} %",
                    f"{row['mean_absolute_error']:.2f}",
                ]
                for name, row in independent["by_true_resolution"].items()
            ],
        ),
        paragraph(
            "The published rule (fewer than 0.1 % of the mask better resolved than reported) warns "
            f"on {independent['false_warnings']['warned']} of "
            f"{independent['false_warnings']['maps']} of these sound maps."
        ),
        paragraph(
            "The report gives an interval that held the true resolution of 90 % of independent "
            f"maps: {interval['low']:.2f} to {interval['high']:.2f} times the measured median. "
            f"{interval['simulated_maps']} of these simulated maps have half of the weight, and "
            f"{interval['real_maps']} of the real ones below the other half; for those the "
            "reported resolution counts as the truth, which makes the interval wider. On "
            f"{masked['maps']} maps whose solvent was multiplied away the mean absolute error is "
            f"{masked['mean_absolute_error']:.2f} Å; the interval of a masked map reaches from "
            f"{min(masked['low'], interval['low']):.2f} to "
            f"{max(masked['high'], interval['high']):.2f} times the median."
        ),
        heading("Errors on held-out structures of the training's simulator"),
        paragraph(
            "A fifth of the sequence clusters was held out. Errors are in Å, and each map counts "
            "the same. The last column is the share of points whose error is within the predicted "
            "uncertainty (68 % would be perfect). Processing varies more here than in deposited "
            "maps: two fifths of the maps are masked, a quarter has no noise."
        ),
        table(
            ["true resolution", "maps", "mean absolute error", "bias", "within uncertainty"],
            error_rows(by_resolution),
        ),
        FIGURE,
        paragraph(
            "Measured resolution (columns) of the points in each bin of the true resolution (rows):"
        ),
        table(
            ["true", *(f"{name} Å" for name in bins)],
            [[f"{name} Å", *held["confusion"][name]] for name in bins],
        ),
        paragraph(
            f"On {correlation['maps']} maps of mixed resolution with a median of 3 to 6 Å the rank "
            f"correlation with the true field is {correlation['mean']:.2f} on average (median "
            f"{correlation['median']:.2f})."
        ),
        heading("Influence of processing"),
        paragraph(
            "Shift of the median of a held-out map that is sharpened or blurred by another 50 Å²:"
        ),
        table(
            ["maps", "number", "mean absolute shift (Å)", "shifted by at most 0.5 Å"],
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
        paragraph(
            "The reported resolution bounds the range of the fit. If it is a fifth too good or too "
            f"bad, the median shifts by {wrong_resolution['mean_absolute_shift']:.2f} Å."
        ),
        paragraph(
            f"Shift in a complete run of 0.e on {card['robustness']['maps']} other simulated maps "
            f"of 2.8 to 9 Å with solvent noise (mean error of the unchanged maps: "
            f"{card['robustness']['mean_error']:.2f} Å):"
        ),
        table(
            ["change of the map", "mean shift (Å)", "mean absolute", "largest", "mean error"],
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
        paragraph(
            f"Up to 5 Å the median differs from the reported resolution by "
            f"{real['mean_error_up_to_5']:.2f} Å on average. Several of these are boxes cut "
            "out of larger maps."
        ),
        table(
            ["map", "reported (Å)", "10 %", "median", "90 %", "uncertainty"],
            [
                [
                    row["map"].split(".")[0]
                    + (f" at {row['contour']:g}" if row["contour"] is not None else ""),
                    f"{row['reported']:.2f}",
                    *(f"{row[key]:.2f}" for key in ("p10", "median", "p90", "uncertainty")),
                ]
                for row in real["maps"]
            ],
        ),
        paragraph(
            "Compared with the local resolution of another program for a map of beta-galactosidase "
            f"with voxels of 3.54 Å: median {reference['median_ours']:.1f} Å against "
            f"{reference['median_theirs']:.1f} Å, rank correlation "
            f"{reference['rank_correlation']:.2f}. With such voxels almost no shells remain "
            "beyond those of the envelope of the molecule."
        ),
        heading("Limits"),
        bullets(card["limits"]),
    ]
    return "\n".join(parts)


INTRODUCTION = """.. Generated by training/local_resolution_document.py from
   vrs/networks/local_resolution.json: edit those files.

The network for local resolution (0.e)
======================================

The network measures the resolution around each voxel of the mask, in Å, with an uncertainty, from
the local power spectrum of a single map. It sees no phases.

Local resolution has one definition here: that of a map which is everywhere as it is around the
voxel, by the FSC of its half maps, 0.143, in a mask of 1.5 to 2 times the molecule. A map whose
half maps correlate with 0.143 at d reads d. In simulated reconstructions this is known at every
voxel; where the resolution varies over the molecule, the labels are scaled so that their median is
the resolution of the whole map. In a map filtered by its FSC half of the amplitude is left there,
so a molecule that is low-passed without noise is labelled with the half height of the low-pass.

The map is resampled to a grid of 1 Å and filtered into 19 bands from 22 to 2.2 Å. The power of
each band is averaged around each voxel in Gaussian windows of 5 and 10 Å, inside the mask. The
input of the network, which has two small layers, is

* each band around the voxel relative to the same band in the whole molecule;
* each band of the molecule, and around the voxel, relative to the same band in the solvent;
* the fall-off of the molecule, minus a straight line of ln power against s²;
* the wavelengths at which the power sinks below some multiples of that of the solvent, and at which
  the fall-off ends;
* the share of the window that is in the mask.

A filter of the whole map multiplies a band by the same factor everywhere and cancels in the first
two inputs; a B-factor cancels in the third. The answer therefore hardly depends on the sharpening
of a map, and not at all on the scale or the sign of its grey values. The reported resolution only
bounds the range of the straight line, from 10 Å (or lower) on; it is not an input of the network.
"""

TRAINING = """Three of four maps are reconstructions (a signal that decays with a B-factor, nearly
white noise, FSC weighting, sharpening, low-pass); one is a molecule low-passed without noise. In
half of the maps the resolution varies over the molecule. Many are masked, cut or were sampled with
larger voxels.

The random processings add a low-pass at the resolution, a bulk solvent that removes low
frequencies, wavy filters of the whole map, flattened solvent, and a wrong reported resolution. Some
were added after a first network without them had failed on some of the real maps below; the
wavelengths among the inputs, the low-pass and the scaled labels after the bias of earlier networks
had been seen on the first set of the suite. So neither the real maps nor that set is entirely
unseen; nothing was fitted to them.
"""

INDEPENDENT = """``vrs/tests/suite`` simulates reconstructions without a line or a parameter of the
training's simulator. Measured are the sound maps of its two sets, and further ones with recipes
drawn at random (FSC weighting and low-pass on or off, sharpening by 0 to 1.1 times the B-factor,
voxels of a quarter of the resolution and more, contour levels of 3.6 to 6 sigma, a tenth with a
micelle, a seventh masked). No structure was in the training.
"""

BASELINES = """Mean error of ln R on the structures for early stopping: {network:.3f}. On the same
features a linear model has {linear:.3f}, boosted trees {boosted_trees:.3f}.
"""

FIGURE = """.. image:: images/network_local_resolution.png
   :alt: Measured against true resolution, and their ratio by resolution
"""


if __name__ == "__main__":
    write_page(page, __doc__.splitlines()[0])
