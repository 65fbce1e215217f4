"""What is told of a training while it goes on?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.tuning import Example, Tuning, in_steps
from schemas.tuning import TuningTold

Tell = Callable[[TuningTold], None]
"""Is told what happens, between two steps. What it raises ends the work."""


@dataclass(slots=True)
class TuningWatch:
    """Tells how a training goes."""

    tuning: Tuning
    examples: Sequence[Example]
    held_out: Sequence[Example]
    tell: Tell
    trained_tokens: int = 0
    num_steps: int = 0

    def train(self, state: Path, keep_every: int) -> None:
        steps = list(in_steps(self.examples, self.tuning.recipe.questions_per_step))
        sizes = [sum(map(self.tuning.num_tokens, step)) for step in steps]
        self.num_steps = len(steps)
        total, begun, num_here = len(steps), time.monotonic(), 0
        last_loss: float | None = None
        if state.is_file():
            told = "Training goes on from the last checkpoint"
            self.tell(TuningTold(kind="resumed", message=told, total_steps=total))
        else:
            told = f"Training begins: {total} steps"
            self.tell(TuningTold(kind="begun", message=told, total_steps=total))

        def report(step: int, loss: float) -> None:
            nonlocal num_here, last_loss
            num_here, last_loss = num_here + 1, loss
            self.trained_tokens = sum(sizes[: step + 1])
            self.tell(
                TuningTold(
                    kind="step",
                    message=f"Step {step + 1}/{total}: training loss={loss:.3f}",
                    step=step + 1,
                    total_steps=total,
                    train_loss=loss,
                    trained_tokens=self.trained_tokens,
                    step_seconds=(time.monotonic() - begun) / num_here,
                )
            )

        def kept(num_done: int) -> None:
            valid = self.tuning.mean_loss(self.held_out) if self.held_out else None
            told = "" if valid is None else f", validation loss={valid:.3f}"
            self.tell(
                TuningTold(
                    kind="kept",
                    message=f"Checkpoint at step {num_done}/{total}{told}",
                    step=num_done,
                    total_steps=total,
                    train_loss=last_loss,
                    valid_loss=valid,
                    trained_tokens=sum(sizes[:num_done]),
                )
            )

        self.tuning.train(self.examples, report, state=state, keep_every=keep_every, on_kept=kept)
        self.trained_tokens = sum(sizes)
