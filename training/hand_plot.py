"""The figure of the documentation page on the hand network, from its model card."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np

GOOD, UNSURE_RIGHT, UNSURE_WRONG, BAD = "#2a7f9e", "#a9cfdc", "#e8c4a0", "#c0392b"


def wilson(part: int, whole: int) -> Tuple[float, float]:
    """Interval that holds the true share with a probability of 95 % (Wilson)."""
    z = 1.96
    share = part / whole
    middle = (share + z**2 / (2 * whole)) / (1 + z**2 / whole)
    half = z * np.sqrt(share * (1 - share) / whole + z**2 / (4 * whole**2)) / (1 + z**2 / whole)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def plot(card: Dict[str, Any], path: Path) -> None:
    """Answers by resolution, calibration, and the experimental maps."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(12, 4.2), constrained_layout=True)
    _answers(axes[0], card["held_out"])
    _calibration(axes[1], card["calibration"])
    _real_maps(axes[2], card["real_maps"])
    figure.savefig(path, dpi=110)


def _answers(axis: Any, rows: List[Dict[str, Any]]) -> None:
    """Shares of the answers, one bar for every resolution."""
    shares = {
        ("decided, right", GOOD): [row["decided_right"] for row in rows],
        ("undecided, on the right side", UNSURE_RIGHT): [
            row["right"] - row["decided_right"] for row in rows
        ],
        ("undecided, wrong side or no helix point", UNSURE_WRONG): [
            row["maps"] - row["right"] - (row["decided"] - row["decided_right"]) for row in rows
        ],
        ("decided, wrong", BAD): [row["decided"] - row["decided_right"] for row in rows],
    }
    bottom = np.zeros(len(rows))
    for (label, color), counts in shares.items():
        heights = 100 * np.array(counts) / [row["maps"] for row in rows]
        axis.bar(range(len(rows)), heights, bottom=bottom, color=color, label=label, width=0.75)
        bottom += heights
    axis.set_xticks(range(len(rows)), [f"{row['resolution']:g}" for row in rows])
    axis.set(xlabel="resolution (Å)", ylabel="test maps with helices (%)", ylim=(0, 100))
    axis.set_title("Answers by resolution", fontsize=10)
    axis.legend(fontsize=8, loc="lower left", framealpha=1)


def _calibration(axis: Any, rows: List[Dict[str, Any]]) -> None:
    """Confidence against the share that was right, with intervals of 95 %."""
    places = np.arange(len(rows))
    right = np.array([row["right"] / row["maps"] for row in rows])
    low, high = np.array([wilson(row["right"], row["maps"]) for row in rows]).T
    spans = [np.maximum(right - low, 0), np.maximum(high - right, 0)]
    axis.errorbar(
        places, right, spans, fmt="o", ms=5, lw=1, capsize=3, color=GOOD,
        label="share that was right, interval of 95 %",
    )  # fmt: skip
    axis.plot(
        places, [row["mean"] for row in rows], "_", ms=24, mew=2, color="black",
        label="mean confidence given",
    )  # fmt: skip
    axis.set_xticks(
        places,
        [f"{row['from']:g} to {row['to']:g}\n{row['maps']} maps" for row in rows],
        fontsize=8,
    )
    axis.set(xlim=(-0.6, len(rows) - 0.4), ylim=(0, 1.03), xlabel="confidence given")
    axis.set_title("Calibration on test maps", fontsize=10)
    axis.legend(fontsize=8, loc="lower right")


def _real_maps(axis: Any, rows: List[Dict[str, Any]]) -> None:
    """Scores of experimental maps and of their mirror images."""
    for name, marker, color in (("score", "o", GOOD), ("score_of_mirrored", "s", BAD)):
        label = "the map" if name == "score" else "its mirror image"
        for decided in (True, False):
            chosen = [row for row in rows if (row["answer"] != "undecided") == decided]
            axis.plot(
                [row["resolution"] for row in chosen], [row[name] for row in chosen], marker,
                color=color, ms=5, mfc=color if decided else "none", ls="none",
                label=f"{label}, {'decided' if decided else 'undecided'}",
            )  # fmt: skip
    axis.axhline(0.5, color="black", lw=0.8)
    axis.set(xlabel="reported resolution (Å)", ylabel="score (0 right, 1 mirrored)")
    axis.set(ylim=(-0.04, 1.04))
    axis.set_title("Experimental maps", fontsize=10)
    axis.legend(fontsize=8, loc="upper right")
