"""Train the networks of the hand with one seed.

``python -m training.hand_train DATA OUT`` with the DATA that training.hand_data wrote;
OUT/hand.pt and OUT/training.json are for training.hand_select.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from training.hand_networks import PATCH, Both

BATCH = 128
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 0.02

EASY_RESOLUTION = 4.0
"""Å; the first part of the training sees only maps as good as this."""

EASY_SHARE = 0.25


class TrainingMap(NamedTuple):
    """A simulated map with a rim of zeros, so that every voxel has a whole patch."""

    density: npt.NDArray[np.float16]
    near: npt.NDArray[np.int16]
    far: npt.NDArray[np.int16]
    resolution: float


def load_maps(folder: Path) -> List[TrainingMap]:
    """All maps of a folder written by training.hand_data."""
    maps = []
    for file in sorted(folder.glob("*.npz")):
        saved = np.load(file)
        density = np.pad(saved["density"], PATCH // 2)
        maps.append(TrainingMap(density, saved["near"], saved["far"], float(saved["resolution"])))
    return maps


def draw(
    maps: List[TrainingMap], kind: str, count: int, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Standardised patches of voxels drawn at random, turned by one of the 24 rotations of a cube.

    Every map that has such voxels is as likely as any other, up to a factor for maps with few.
    """
    voxels = [getattr(training_map, kind) for training_map in maps]
    weights = np.array([min(len(positions), 200) for positions in voxels], dtype=float)
    patches = np.empty((count, PATCH, PATCH, PATCH), dtype=np.float32)
    for number, index in enumerate(rng.choice(len(maps), count, p=weights / weights.sum())):
        z, y, x = voxels[index][rng.integers(len(voxels[index]))].astype(int)
        patch = maps[index].density[z : z + PATCH, y : y + PATCH, x : x + PATCH]
        patches[number] = turned(patch, rng)
    patches -= patches.mean(axis=(1, 2, 3), keepdims=True)
    patches /= patches.std(axis=(1, 2, 3), keepdims=True) + 1e-6
    return patches


def turned(patch: npt.NDArray[Any], rng: np.random.Generator) -> npt.NDArray[Any]:
    """One of the 24 proper rotations: permuted axes, and as many flips as keep the hand."""
    order = rng.permutation(3)
    odd = (order[0] > order[1]) ^ (order[0] > order[2]) ^ (order[1] > order[2])
    flips = rng.integers(0, 2, 2)
    last = (flips.sum() + odd) % 2
    steps = [-1 if flip else 1 for flip in (*flips, last)]
    return patch.transpose(order)[:: steps[0], :: steps[1], :: steps[2]]


def losses(
    network: Both, near: torch.Tensor, far: torch.Tensor
) -> Tuple[torch.Tensor, torch.Tensor, Dict[str, float]]:
    """The loss of either network, and shares of right answers for the log."""
    mirrored = near.flip(3)
    helix = network.helix(torch.cat([near, mirrored, far])[:, None]).float()
    truth = torch.cat([torch.ones(2 * len(near)), torch.zeros(len(far))])
    helix_loss = functional.binary_cross_entropy_with_logits(helix, truth)
    both = network.hand(torch.cat([near, mirrored])[:, None]).float()
    difference = both[: len(near)] - both[len(near) :]
    hand_loss = functional.softplus(-difference).mean()
    shares = {
        "helix": ((helix > 0) == (truth > 0.5)).float().mean().item(),
        "hand": (difference > 0).float().mean().item(),
    }
    return helix_loss, hand_loss, shares


def train(maps: List[TrainingMap], steps: int, seed: int) -> Both:
    """Train from scratch, easy maps first."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Both()
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.15
    )
    easy = [training_map for training_map in maps if training_map.resolution < EASY_RESOLUTION]
    started, sums = time.monotonic(), {}
    for step in range(steps):
        chosen = easy if step < EASY_SHARE * steps else maps
        near = torch.from_numpy(draw(chosen, "near", BATCH, rng))
        far = torch.from_numpy(draw(chosen, "far", BATCH, rng))
        with torch.autocast("cpu", torch.bfloat16):
            helix_loss, hand_loss, shares = losses(network, near, far)
        optimizer.zero_grad()
        (helix_loss + hand_loss).backward()
        optimizer.step()
        schedule.step()
        shares.update(helix_loss=helix_loss.item(), hand_loss=hand_loss.item())
        sums = {key: sums.get(key, 0) + value for key, value in shares.items()}
        if step % 100 == 99:
            means = " ".join(f"{key} {value / 100:.3f}" for key, value in sums.items())
            print(f"step {step + 1} {time.monotonic() - started:.0f} s {means}", flush=True)
            sums = {}
    return network.eval()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    maps = load_maps(options.data / "train")
    print(f"{len(maps)} maps", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    network = train(maps, options.steps, options.seed)
    torch.save(network.state_dict(), options.out / "hand.pt")
    structures = {file.name.split("_")[0] for file in (options.data / "train").glob("*.npz")}
    training = {
        "maps": len(maps),
        "structures": len(structures),
        "steps": options.steps,
        "batch": BATCH,
        "seed": options.seed,
    }
    (options.out / "training.json").write_text(json.dumps(training), encoding="utf-8")


if __name__ == "__main__":
    main()
