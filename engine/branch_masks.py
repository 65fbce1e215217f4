"""Which keys does each new token of a branch see, in layers that slide and in those that do not?"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.decoder_model import Branches, Prefix
from engine.gemma3_config import Gemma3Config


class BranchMasks:
    """Which prefix keys and which own keys each new token of a branch sees."""

    def __init__(
        self,
        config: Gemma3Config,
        prefix: Prefix,
        branches: Branches,
        all_real: Tensor,
        own_positions: Tensor,
    ) -> None:
        num_new = own_positions.shape[1]
        num_old = all_real.shape[1] - num_new
        old_positions = torch.cumsum(branches.is_real, dim=1) - 1
        key_positions = torch.cat([old_positions, own_positions], dim=1)
        order = all_real.new_ones(num_new, num_old + num_new).tril(num_old)
        near = all_real[:, None, :] & order[None]
        distance = own_positions[:, :, None] - key_positions[:, None, :]
        num_kept = min(prefix.num_tokens, config.window - 1)
        behind = torch.arange(num_kept, 0, -1, device=own_positions.device)
        far_distance = own_positions[:, :, None] + behind[None, None, :]
        # a token of padding sees itself, so that its softmax is over something
        near = near | (distance == 0) & order[None]
        self.of_global = (None, near[:, None])
        self.of_sliding = (
            (far_distance < config.window)[:, None],
            (near & (distance < config.window))[:, None],
        )
