"""How likely is an answer right, and how likely is it that the document does not say?

Curves over the scores that an answer came with, fitted on documents that the adapter was not
trained on (`needlepoint eval confidence`) and kept beside it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import ModelUnavailable

FILE = "certainty.json"
ANY, ABSENCE = "any", "absence"
_EDGE = 1e-4
_NUM_FEATURES, _LEAST_FEATURES = 5, 4


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer and against it, each from 0 to 1.

    `share`: its chance among the answers that were tried to their end; `likelihood`: that of its
    tokens among those that were allowed, null aside; `null_likelihood`: that of null; `unmet`: the
    share of the question's words, by their weight, that the passages do not have; `rivalry`: how
    much surer another field is of the same words.
    """

    share: float
    likelihood: float
    null_likelihood: float
    unmet: float = 0.0
    rivalry: float = 0.0

    @property
    def all(self) -> tuple[float, ...]:
        return self.share, self.likelihood, self.null_likelihood, self.unmet, self.rivalry

    @property
    def features(self) -> tuple[float, ...]:
        """What the curves weigh: likelihoods as log-odds; the shares, which are often 0 or 1, as
        they are."""
        likelihoods = log_odds(self.likelihood), log_odds(self.null_likelihood)
        return self.share, *likelihoods, self.unmet, self.rivalry


@dataclass(frozen=True, slots=True)
class Judged:
    """What is held of an answer: the chance that it is right, that there is none, and why."""

    confidence: float
    absence: float
    signals: Signals


@dataclass(frozen=True, slots=True)
class Curve:
    """The log-odds are `bias` + the sum of weight times feature. What was fitted before there was
    a last feature does not weigh it."""

    bias: float
    weights: tuple[float, ...]

    def probability(self, features: Sequence[float]) -> float:
        odds = self.bias + sum(
            weight * feature for weight, feature in zip(self.weights, features, strict=False)
        )
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))


@dataclass(frozen=True, slots=True)
class Certainty:
    """`curves` are by kind of answer, `any` for the others; `threshold` is the chance of absence
    from which null is answered."""

    curves: Mapping[str, Curve]
    threshold: float

    @classmethod
    def load(cls, adapter: Path | None, threshold: float | None) -> Certainty:
        """Of an adapter; one that says nothing of it is taken at its word. A threshold that is
        given goes before the adapter's own."""
        if adapter is None or not (adapter / FILE).is_file():
            return cls({}, 0.5 if threshold is None else threshold)
        try:
            record = json.loads((adapter / FILE).read_text())
            curves = {kind: _curve_of(kind, raw) for kind, raw in record["curves"].items()}
            return cls(curves, float(record["threshold"]) if threshold is None else threshold)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelUnavailable(f"{adapter.name}/{FILE} can not be read: {error}") from error

    def record(self) -> dict[str, Any]:
        return {
            "threshold": round(self.threshold, 4),
            "curves": {
                kind: {"bias": round(c.bias, 4), "weights": [round(w, 4) for w in c.weights]}
                for kind, c in self.curves.items()
            },
        }

    def absence(self, signals: Signals) -> float:
        """The chance that the passages do not hold the answer."""
        curve = self.curves.get(ABSENCE)
        return signals.null_likelihood if curve is None else curve.probability(signals.features)

    def of(self, kind: str, signals: Signals) -> float:
        """The chance that an answer of a kind is right."""
        curve = self.curves.get(kind) or self.curves.get(ANY)
        if curve is None:
            return signals.likelihood * (1.0 - signals.null_likelihood)
        return curve.probability(signals.features)


def _curve_of(kind: str, raw: Mapping[str, Any]) -> Curve:
    weights = tuple(map(float, raw["weights"]))
    if not _LEAST_FEATURES <= len(weights) <= _NUM_FEATURES:
        raise ValueError(f"{kind} has {len(weights)} weights, {_NUM_FEATURES} are wanted")
    return Curve(float(raw["bias"]), weights)


def log_odds(score: float) -> float:
    kept = min(max(score, _EDGE), 1.0 - _EDGE)
    return math.log(kept / (1.0 - kept))
