"""The two networks that judge the hand of a map.

Both look at a standardised patch of 17^3 voxels of 1 Å. The first, which sees its inner 13^3
voxels, says whether an alpha helix runs through the middle; it is evaluated everywhere. The second
is evaluated only where there is a helix; of its output g only g(patch) - g(mirror image) is ever
used, in training and afterwards, so that the answer for a mirror image is the opposite answer by
construction.
"""

from __future__ import annotations

from typing import List, Sequence, Tuple

import torch
from torch import nn

PATCH = 17
HELIX_PATCH = 13


class HelixNet(nn.Module):
    """Logit of "a helix runs through the middle of this patch"."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_convolution(1, 16, 5, 2), *_convolution(16, 32), *_convolution(32, 32),
            nn.Flatten(), nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 1),
        )  # fmt: skip

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """Shape (N, 1, 17, 17, 17) -> (N,)."""
        rim = (PATCH - HELIX_PATCH) // 2
        return self.layers(patches[:, :, rim:-rim, rim:-rim, rim:-rim]).squeeze(1)


class HandNet(nn.Module):
    """A number of which only the difference between a patch and its mirror image has a meaning."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_convolution(1, 32, 5, 2), *_convolution(32, 32), *_convolution(32, 64),
            nn.Flatten(), nn.Linear(64 * 27, 64), nn.ReLU(), nn.Linear(64, 1),
        )  # fmt: skip

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        """Shape (N, 1, 17, 17, 17) -> (N,)."""
        return self.layers(patches).squeeze(1)


class Both(nn.Module):
    """The two networks that are trained together, with one seed."""

    def __init__(self) -> None:
        super().__init__()
        self.helix = HelixNet()
        self.hand = HandNet()


class Chosen(nn.Module):
    """What is shipped: one network that finds helices, and the mean of some that judge the hand."""

    def __init__(self, helix: HelixNet, hands: Sequence[HandNet]) -> None:
        super().__init__()
        self.helix = helix
        self.hands = nn.ModuleList(hands)

    def forward(self, patches: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """Standardised patches, shape (N, 17, 17, 17) -> two logits, each of shape (N,)."""
        channel = patches.unsqueeze(1)
        return self.helix(channel), torch.stack([hand(channel) for hand in self.hands]).mean(0)


def _convolution(before: int, after: int, size: int = 3, stride: int = 1) -> List[nn.Module]:
    return [
        nn.Conv3d(before, after, size, stride, bias=False), nn.BatchNorm3d(after), nn.ReLU()
    ]  # fmt: skip
