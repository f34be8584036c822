"""Choose among networks of the hand trained with several seeds, by patches of validation maps.

``python -m training.hand_select DATA OUT TRAINED...``: every TRAINED is a folder that
training.hand_train wrote. OUT/hand.onnx and OUT/hand.json, the beginning of the model card, are
for training.hand_evaluate. The test maps are not looked at.

Helices are found by one network, the first unless another is clearly better. The hand is
judged by the best network, joined by the next best as long as each clearly improves the mean.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np
import torch
from torch.nn import functional

from training.hand_data import JUDGED_RESOLUTIONS
from training.hand_export import save
from training.hand_networks import Both, Chosen, HandNet, HelixNet
from training.hand_train import TrainingMap, draw, load_maps

PATCHES = 1500
"""Of either kind at every resolution."""

PAYS = 0.95
"""Another network replaces or joins those chosen if it brings the loss to this share or less."""


def load(folder: Path) -> Both:
    """The networks of one seed."""
    network = Both()
    network.load_state_dict(torch.load(folder / "hand.pt"))
    return network.eval()


def patches_by_resolution(
    maps: List[TrainingMap], kind: str, seed: int = 7
) -> Dict[float, torch.Tensor]:
    """Patches of validation maps with helices, the same in every call; shape (n, 1, 17, 17, 17)."""
    rng = np.random.default_rng(seed)
    helical = [validation_map for validation_map in maps if len(validation_map.near)]
    patches = {}
    for resolution in JUDGED_RESOLUTIONS:
        chosen = [
            validation_map for validation_map in helical if validation_map.resolution == resolution
        ]
        patches[resolution] = torch.from_numpy(draw(chosen, kind, PATCHES, rng))[:, None]
    return patches


def helix_loss(network: HelixNet, near: torch.Tensor, far: torch.Tensor) -> float:
    """Cross entropy of "there is a helix"."""
    with torch.no_grad():
        answers = network(torch.cat([near, far]))
    truth = torch.cat([torch.ones(len(near)), torch.zeros(len(far))])
    return float(functional.binary_cross_entropy_with_logits(answers, truth))


def right_hand(network: HandNet, near: torch.Tensor) -> torch.Tensor:
    """Log odds for the right hand; all patches are right-handed."""
    with torch.no_grad():
        return network(near) - network(near.flip(3))


def scores_of_hand(log_odds: Sequence[torch.Tensor]) -> Dict[str, Any]:
    """Mean loss over the resolutions, and the share of right patches at each of them."""
    losses = [float(functional.softplus(-values).mean()) for values in log_odds]
    right = [round(float((values > 0).float().mean()), 4) for values in log_odds]
    return {
        "loss": round(float(np.mean(losses)), 4),
        "right": dict(zip(map(str, JUDGED_RESOLUTIONS), right)),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("trained", type=Path, nargs="+")
    options = parser.parse_args()
    torch.set_num_threads(1)
    maps = load_maps(options.data / "validation")
    near, far = (patches_by_resolution(maps, kind) for kind in ("near", "far"))
    networks = [load(folder) for folder in options.trained]
    records = [
        json.loads((folder / "training.json").read_text("utf-8")) for folder in options.trained
    ]
    seeds = [record["seed"] for record in records]
    hands = [
        [right_hand(network.hand, near[r]) for r in JUDGED_RESOLUTIONS] for network in networks
    ]
    compared = []
    for seed, network, log_odds in zip(seeds, networks, hands):
        losses = [helix_loss(network.helix, near[r], far[r]) for r in JUDGED_RESOLUTIONS]
        row = {"seeds": [seed], "helix_loss": round(float(np.mean(losses)), 4)}
        compared.append({**row, **scores_of_hand(log_odds)})
    best_helix = 0
    for index, row in enumerate(compared):
        if row["helix_loss"] <= PAYS * compared[best_helix]["helix_loss"]:
            best_helix = index
    ranked = sorted(range(len(seeds)), key=lambda index: compared[index]["loss"])
    members, loss = ranked[:1], compared[ranked[0]]["loss"]
    for count in range(2, len(ranked) + 1):
        joined = ranked[:count]
        mean = [torch.stack(values).mean(0) for values in zip(*(hands[index] for index in joined))]
        row = {"seeds": [seeds[index] for index in joined], **scores_of_hand(mean)}
        compared.append(row)
        if members == joined[:-1] and row["loss"] <= PAYS * loss:
            members, loss = joined, row["loss"]
    chosen = Chosen(networks[best_helix].helix, [networks[index].hand for index in members])
    training = {
        **{key: value for key, value in records[0].items() if key != "seed"},
        "helix_seed": seeds[best_helix],
        "hand_seeds": [seeds[index] for index in members],
        "compared": compared,
    }
    save(chosen, options.out, training)
    print(json.dumps(training, indent=1))


if __name__ == "__main__":
    main()
