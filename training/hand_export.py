"""Write the hand network as ONNX, in the form in which onnxruntime is fastest on a CPU.

onnxruntime has fast convolutions in two dimensions only. One in three dimensions is the same as one
in two dimensions over the slices z, z + 1, ... of the kernel, stacked as channels. Helices and hand
have an input of their own each, since most patches are looked at for helices only.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Dict, List, Tuple

import torch
from torch import nn

from training.hand_networks import HELIX_PATCH, PATCH, Chosen

OPSET = 13
NEWEST_IR_VERSION = 9
"""That the onnxruntime of Python 3.8 reads."""

INPUTS = ("helix_patches", "hand_patches")
OUTPUTS = ("helix", "hand")


class SlicedConvolution(nn.Module):
    """A convolution with its normalisation and ReLU, as one in two dimensions."""

    def __init__(self, convolution: nn.Conv3d, normalisation: nn.BatchNorm3d) -> None:
        super().__init__()
        fused = nn.utils.fuse_conv_bn_eval(convolution, normalisation)
        after, before, size, _, _ = fused.weight.shape
        self.size, self.stride = size, convolution.stride[0]
        self.flat = nn.Conv2d(size * before, after, size, self.stride)
        weight = fused.weight.detach().transpose(1, 2).reshape(after, size * before, size, size)
        self.flat.weight.data = weight.contiguous()
        self.flat.bias.data = fused.bias.detach()

    def forward(self, volumes: torch.Tensor) -> torch.Tensor:
        """Shape (N, Z, channels, Y, X) -> the same order."""
        count = (volumes.shape[1] - self.size) // self.stride + 1
        stacks = [
            volumes[:, start : start + self.size].flatten(1, 2)
            for start in range(0, count * self.stride, self.stride)
        ]
        flat = torch.relu(self.flat(torch.stack(stacks, 1).flatten(0, 1)))
        return flat.unflatten(0, (-1, count))


class Sliced(nn.Module):
    """The layers of one of the two networks."""

    def __init__(self, layers: nn.Sequential, rim: int) -> None:
        super().__init__()
        convolutions: List[nn.Module] = []
        rest: List[nn.Module] = []
        for index, layer in enumerate(layers):
            if isinstance(layer, nn.Conv3d):
                convolutions.append(SlicedConvolution(layer, layers[index + 1]))
            elif isinstance(layer, nn.Flatten) or rest:
                rest.append(layer)
        self.rim = slice(rim, PATCH - rim)
        self.convolutions, self.rest = nn.Sequential(*convolutions), nn.Sequential(*rest)

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """Shape (N, 17, 17, 17) -> (N,)."""
        inner = patches[:, self.rim, self.rim, self.rim].unsqueeze(2)
        return self.rest(self.convolutions(inner).transpose(1, 2)).squeeze(1)


class Shipped(nn.Module):
    """The network for helices and those for the hand, each kind with its own patches."""

    def __init__(self, network: Chosen) -> None:
        super().__init__()
        self.helix = Sliced(network.helix.layers, (PATCH - HELIX_PATCH) // 2)
        self.hands = nn.ModuleList([Sliced(hand.layers, 0) for hand in network.hands])

    def forward(
        self, helix_patches: torch.Tensor, hand_patches: torch.Tensor
    ) -> Tuple[torch.Tensor, torch.Tensor]:
        """Two batches of standardised patches, (N, 17, 17, 17) and (M, 17, 17, 17) -> logits."""
        hands = torch.stack([hand(hand_patches) for hand in self.hands])
        return self.helix(helix_patches), hands.mean(0)


def export(network: Chosen, file: Path) -> None:
    """Write the network with free batch sizes, and check that it still gives the same numbers.

    Raises
    ------
    ValueError
        If it does not, or the file is too new for the oldest onnxruntime.
    """
    import onnx

    shipped = Shipped(network.eval()).eval()
    patches = torch.randn(4, PATCH, PATCH, PATCH)
    with torch.no_grad():
        for before, after in zip(network(patches), shipped(patches, patches)):
            if not torch.allclose(before, after, atol=1e-4):
                raise ValueError("the exported network gives other numbers")
    torch.onnx.export(
        shipped, (patches, patches[:3]), str(file), opset_version=OPSET, dynamo=False,
        input_names=list(INPUTS), output_names=list(OUTPUTS),
        dynamic_axes={name: {0: name} for name in INPUTS + OUTPUTS},
    )  # fmt: skip
    if onnx.load(str(file)).ir_version > NEWEST_IR_VERSION:
        raise ValueError(f"the IR version is newer than {NEWEST_IR_VERSION}")


def save(network: Chosen, folder: Path, training: Dict[str, Any]) -> None:
    """Write hand.onnx and the beginning of its model card, hand.json."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "hand.onnx"
    export(network, file)
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()
    weights = sum(weight.numel() for weight in network.parameters())
    card = {"name": "hand", "sha256": checksum, "weights": weights, "training": training}
    (folder / "hand.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
