"""What is a training told, what does it tell, and what came of it?"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from schemas.extraction import ContractModel


class TuningLine(ContractModel):
    """One line of a training file: a document, a schema, and what is right for it.

    `quotes` are by the JSON pointer of a field: the words of the document that bear its value out,
    needed where it could not be found by itself or stands in several places.
    """

    text: Annotated[str | None, Field(min_length=1, description="the document, as plain text")] = (
        None
    )
    document: Annotated[
        str | None,
        Field(pattern=r"^(doc_|file-)[0-9a-f]{32}$", description="or one that was uploaded"),
    ] = None
    file: Annotated[
        str | None, Field(min_length=1, description="or, on the command line, a file beside this")
    ] = None
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    values: dict[str, Any]
    quotes: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_of_one_document(self) -> TuningLine:
        if sum(given is not None for given in (self.text, self.document, self.file)) != 1:
            raise ValueError("give the document by one of text, document and file")
        return self

    @property
    def source(self) -> str:
        """Equal for lines about the same document."""
        if self.text is not None:
            return hashlib.sha256(self.text.encode()).hexdigest()
        return self.document or self.file or ""


class TuningScore(ContractModel):
    """Of the fields that were held out: right, and right at their place."""

    num_fields: int
    num_right: int
    num_placed: int

    @property
    def share(self) -> float:
        return self.num_placed / self.num_fields if self.num_fields else 0.0

    @property
    def told(self) -> str:
        return f"{self.num_placed} of {self.num_fields} ({self.share:.1%})"


class TuningPlan(ContractModel):
    """How a training goes; none is chosen by the number of questions. A `base_score` that is
    known is not taken again."""

    n_epochs: int | None = None
    batch_size: Annotated[int | None, Field(description="questions a step, at least")] = None
    learning_rate_multiplier: float | None = None
    seed: int = 0
    checkpoint_steps: int = 20
    base_score: TuningScore | None = None


class TuningTold(ContractModel):
    """What happened just now."""

    kind: Literal["validated", "scored", "begun", "resumed", "step", "kept", "tuned"]
    message: str
    level: Literal["info", "warn"] = "info"
    step: int = 0
    total_steps: int = 0
    train_loss: float | None = None
    valid_loss: float | None = None
    trained_tokens: int = 0
    step_seconds: Annotated[float | None, Field(description="mean, so far")] = None
    score: TuningScore | None = None
    hyperparameters: dict[str, int | float] = Field(default_factory=dict)


class TuningDone(ContractModel):
    """`tuned` is none where there was nothing to be gained, and nothing was trained."""

    base: TuningScore
    tuned: TuningScore | None
    trained_tokens: int
    num_steps: int

    @property
    def is_better(self) -> bool:
        return self.tuned is not None and self.tuned.share > self.base.share
