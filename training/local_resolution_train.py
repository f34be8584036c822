"""Train the local-resolution network on stored features and export it.

    python -m training.local_resolution_train TRAIN.npz [MORE.npz] OUTPUT.onnx --seeds 1 2 3

A tenth of the structures serves to stop the training. The answer of several seeds is their mean;
the ONNX file holds them all. OUTPUT.training.json says what it was trained on, and the error of a
linear model and of boosted trees on the same features.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import torch
from torch import nn

from vrs.networks.band_power import BandPower, features
from vrs.networks.bands import BAND_EDGES, CENTERS

LABEL_RANGE = (2.2, 15.0)
"""Å; beyond them a label says no more than that it is beyond."""

WRONG_REPORTED = 0.12
"""Standard deviation of the ln of an error of the reported resolution."""

VARIANTS = 8
"""Random processings of each map, each with its own error of the reported resolution."""

POINTS = 60
"""Points of a map in each processing; they all hold much the same information."""

HIDDEN = (64, 32)
EPOCHS = 10
BATCH = 2048
DROPOUT = 0.05
BLUR = 0.04
"""Noise added to each feature in training, in its standard deviations."""

LOW_PASSED = 0.6
"""Share of the processings that low-pass at the resolution, as most deposited maps are."""

FLATTENED = 0.25
"""Share of the processings that flatten the solvent."""


class Network(nn.Module):
    """Features -> (ln R, ln of its relative error); standardises its input itself."""

    def __init__(self, mean: np.ndarray, deviation: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("deviation", torch.tensor(deviation, dtype=torch.float32))
        first, second = HIDDEN
        self.layers = nn.Sequential(
            nn.Linear(len(mean), first),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
            nn.Linear(first, second),
            nn.ReLU(),
            nn.Linear(second, 2),
        )

    def forward(self, table: torch.Tensor) -> torch.Tensor:
        answer = self.layers((table - self.mean) / self.deviation)
        log_resolution = 1.6 + 0.5 * answer[:, 0]
        log_error = torch.clamp(answer[:, 1] - 2, -5.0, 0.5)
        return torch.stack([log_resolution, log_error], dim=1)


class Ensemble(nn.Module):
    """Mean of the resolutions; the error holds the spread between the members too."""

    def __init__(self, members: List[Network]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, table: torch.Tensor) -> torch.Tensor:
        answers = torch.stack([member(table) for member in self.members])
        mean = answers[:, :, 0].mean(dim=0)
        scatter = ((answers[:, :, 0] - mean) ** 2).mean(dim=0)
        error = 0.5 * torch.log(torch.exp(2 * answers[:, :, 1]).mean(dim=0) + scatter)
        return torch.stack([mean, error], dim=1)


def stored_maps(*paths: Path) -> Dict[str, np.ndarray]:
    """What local_resolution_data wrote to these files: columns with one entry per map.

    The labels of a reconstruction of mixed resolution are scaled so that their median is the
    resolution of the map by the FSC, as in a map of one resolution.
    """
    columns: Dict[str, List[np.ndarray]] = {}
    for path in paths:
        with np.load(path, allow_pickle=True) as stored:
            for key in stored.files:
                columns.setdefault(key, []).append(stored[key])
    maps = {key: np.concatenate(parts) for key, parts in columns.items()}
    for index, label in enumerate(maps["label"]):
        if maps["kind"][index] == "reconstructed" and np.ptp(label) > 0.01:
            maps["label"][index] = label * np.float32(maps["reported"][index] / np.median(label))
    return maps


def stored_power(maps: Dict[str, np.ndarray], index: int) -> BandPower:
    """Band power of the stored points of one map."""
    fields = ("points", "narrow", "wide", "filling", "molecule", "solvent")
    return BandPower(*(maps[key][index] for key in fields))


def stored_nyquist(maps: Dict[str, np.ndarray], index: int) -> float:
    """Nyquist frequency of a stored map in 1/Å."""
    return 0.5 / max(float(maps["voxel_size"][index]), 1.0)


def low_pass_at(resolution: float, power: BandPower, rng: np.random.Generator) -> np.ndarray:
    """Gain of power of every band by a raised cosine near the resolution in Å.

    1 for a map that ends there already.
    """
    inside, beyond = (int(np.searchsorted(CENTERS, x / resolution)) for x in (0.9, 1.12))
    if beyond >= CENTERS.size or power.molecule[beyond] < 0.03 * power.molecule[inside - 1]:
        return np.ones(CENTERS.size)
    middle, width = rng.uniform(0.97, 1.03) / resolution, rng.uniform(0.01, 0.04)
    fine = np.arange(BAND_EDGES[0], BAND_EDGES[-1], 0.001)
    rise = (fine[:, None] - BAND_EDGES[:-2]) / np.diff(BAND_EDGES[:-1])
    fall = (BAND_EDGES[2:] - fine[:, None]) / np.diff(BAND_EDGES[1:])
    terms = np.clip(np.minimum(rise, fall), 0, None) * fine[:, None] ** 2
    phase = np.clip((fine - middle) / width + 0.5, 0, 1)
    gain: np.ndarray = (0.5 + 0.5 * np.cos(np.pi * phase)) ** 2 @ terms / terms.sum(axis=0)
    return np.maximum(gain, 1e-12)


def processed(power: BandPower, resolution: float, rng: np.random.Generator) -> BandPower:
    """The map after what is done to maps without changing their resolution.

    A filter of the whole map multiplies a band everywhere alike: a low-pass at the resolution, the
    bulk solvent, which takes low frequencies away (Babinet), and a wavy gain for all other filters.
    Solvent flattening multiplies the solvent alone. None of it needs a new simulation.

    Parameters
    ----------
    power : BandPower
    resolution : float -- of the map in Å; 0 for a map that is not low-passed
    rng : numpy Generator
    """
    log_gain = np.zeros(CENTERS.size)
    if resolution and rng.random() < LOW_PASSED:
        log_gain += np.log(low_pass_at(resolution, power, rng))
    if rng.random() < 0.7:
        missing, b_factor = rng.uniform(0, 0.97), rng.uniform(100, 700)
        log_gain += 2 * np.log(1 - missing * np.exp(-b_factor * CENTERS**2 / 4))
    length = rng.uniform(0.05, 0.15)
    covariance = np.exp(-((CENTERS[:, None] - CENTERS) ** 2) / (2 * length**2))
    log_gain += rng.uniform(0, 0.8) * rng.multivariate_normal(
        np.zeros(CENTERS.size), covariance, method="eigh"
    )
    gain = np.exp(log_gain)
    flattening = np.exp(-rng.uniform(0, 4)) if rng.random() < FLATTENED else 1.0
    return BandPower(
        power.points,
        power.narrow * gain.astype(np.float32),
        power.wide * gain.astype(np.float32),
        power.filling,
        power.molecule * gain,
        power.solvent * gain * flattening,
    )


def log_labels(maps: Dict[str, np.ndarray], index: int) -> np.ndarray:
    return np.log(np.clip(maps["label"][index], *LABEL_RANGE)).astype(np.float32)


def table_of(
    maps: Dict[str, np.ndarray], chosen: np.ndarray, variants: int, rng: np.random.Generator
) -> Tuple[np.ndarray, np.ndarray]:
    """Rows and labels of the chosen maps, each processed in several ways."""
    tables, labels = [], []
    for index in chosen:
        power, label = stored_power(maps, index), log_labels(maps, index)
        for _ in range(variants):
            error = rng.uniform(-0.5, 0.5) if rng.random() < 0.1 else rng.normal(0, WRONG_REPORTED)
            reported = maps["reported"][index] * np.exp(error)
            reconstructed = maps["kind"][index] == "reconstructed"
            low_passed = float(maps["reported"][index]) if reconstructed else 0.0
            table = features(
                processed(power, low_passed, rng), reported, stored_nyquist(maps, index)
            )
            rows = rng.permutation(len(label))[:POINTS]
            tables.append(table[rows])
            labels.append(label[rows])
    return np.concatenate(tables), np.concatenate(labels)


def train_one(
    seed: int, train: Tuple[np.ndarray, np.ndarray], stop: Tuple[np.ndarray, np.ndarray]
) -> Network:
    """One network, at the epoch with the lowest error on the structures kept for stopping."""
    torch.manual_seed(seed)
    x, y = (torch.from_numpy(values) for values in train)
    stop_x, stop_y = (torch.from_numpy(values) for values in stop)
    network = Network(train[0].mean(axis=0), train[0].std(axis=0) + 0.05)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=5e-2)
    steps = EPOCHS * (len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps + 1)
    best, best_state = np.inf, network.state_dict()
    for epoch in range(EPOCHS):
        network.train()
        order = torch.randperm(len(x))
        for first in range(0, len(x) - BATCH + 1, BATCH):
            rows = order[first : first + BATCH]
            noisy = x[rows] + BLUR * network.deviation * torch.randn(BATCH, x.shape[1])
            answer = network(noisy)
            loss = likelihood(answer, y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        network.eval()
        with torch.no_grad():
            answer = network(stop_x)
            error = float(likelihood(answer, stop_y))
            absolute = float((answer[:, 0] - stop_y).abs().mean())
        if error < best:
            best, best_state = error, {k: v.clone() for k, v in network.state_dict().items()}
        if epoch % 4 == 3:
            print(f"seed {seed} epoch {epoch + 1}: {error:.3f}, |dlnR| {absolute:.4f}", flush=True)
    network.load_state_dict(best_state)
    return network.eval()


def likelihood(answer: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """Gaussian likelihood, every point weighted by its own error so that hard ones still count."""
    squared = (answer[:, 0] - label) ** 2 * torch.exp(-2 * answer[:, 1])
    weight = torch.exp(answer[:, 1]).detach()
    return (weight / weight.mean() * (0.5 * squared + answer[:, 1])).mean()


def export(network: nn.Module, width: int, path: Path) -> None:
    """ONNX of operator set 15, which onnxruntime of Python 3.8 reads."""
    torch.onnx.export(
        network,
        (torch.zeros(2, width),),
        str(path),
        input_names=["features"],
        output_names=["answer"],
        dynamic_axes={"features": {0: "n"}, "answer": {0: "n"}},
        opset_version=15,
        dynamo=False,
    )


def record(maps: Dict[str, np.ndarray], stopping: np.ndarray, seeds: List[int]) -> Dict[str, Any]:
    """The training data of the network, for its card."""
    return {
        "maps": int((~stopping).sum()),
        "maps_for_stopping": int(stopping.sum()),
        "maps_with_zeros_around": int(maps["zeros"].sum()),
        "structures": int(np.unique(maps["id"].astype(str)).size),
        "kinds": {
            kind: int((maps["kind"] == kind).sum()) for kind in ("reconstructed", "filtered")
        },
        "resolution": [2.3, 14.5],
        "processings_of_every_map": VARIANTS,
        "points_of_a_map": POINTS,
        "seeds": seeds,
        "layers": list(HIDDEN),
        "epochs": EPOCHS,
    }


def mean_errors(
    network: nn.Module, train: Tuple[np.ndarray, np.ndarray], stop: Tuple[np.ndarray, np.ndarray]
) -> Dict[str, float]:
    """Mean |d ln R| of the network and of simpler models on the structures kept for stopping."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge

    with torch.no_grad():
        answer = network(torch.from_numpy(stop[0]))[:, 0].numpy()
    errors = {"network": float(np.abs(answer - stop[1]).mean())}
    for name, model in (
        ("linear", Ridge(10.0)),
        ("boosted_trees", HistGradientBoostingRegressor(max_iter=200, learning_rate=0.08)),
    ):
        model.fit(*train)
        errors[name] = float(np.abs(model.predict(stop[0]) - stop[1]).mean())
    return {name: round(error, 4) for name, error in errors.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train", type=Path, nargs="+")
    parser.add_argument("output", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.time()
    maps = stored_maps(*options.train)
    rng = np.random.default_rng(0)
    names = np.unique(maps["id"].astype(str))
    stopping = np.isin(maps["id"].astype(str), rng.choice(names, len(names) // 10, replace=False))
    train = table_of(maps, np.flatnonzero(~stopping), VARIANTS, rng)
    stop = table_of(maps, np.flatnonzero(stopping), 4, rng)
    print(f"{(~stopping).sum()} maps, {len(train[0])} rows", flush=True)
    members = [train_one(seed, train, stop) for seed in options.seeds]
    network = Ensemble(members).eval()
    export(network, train[0].shape[1], options.output)
    trained_on = record(maps, stopping, options.seeds)
    trained_on["mean_error_of_ln_resolution"] = mean_errors(network, train, stop)
    text = json.dumps(trained_on, indent=1)
    options.output.with_suffix(".training.json").write_text(text, encoding="utf-8")
    print(f"{time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
