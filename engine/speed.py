"""How fast does this machine read and answer? Measured while it works."""

from __future__ import annotations

import threading

_GUESSED_TOKENS_PER_SECOND = 500.0
_GUESSED_SECONDS_PER_ANSWER_TOKEN = 0.03
_GUESSED_TOKENS_PER_ANSWER, _GUESS_WEIGHT = 8.0, 4.0  # as if so many had been given
_TOKENS_REMEMBERED = 50_000.0
_ANSWERS_REMEMBERED = 200.0


class Speed:
    """Means of the last work; guesses until there was some. Threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens = self._read_seconds = 0.0
        self._answers = self._answer_tokens = self._answer_seconds = 0.0

    def read(self, num_tokens: int, seconds: float) -> None:
        with self._lock:
            kept = _share_kept(self._tokens, _TOKENS_REMEMBERED)
            self._tokens = self._tokens * kept + num_tokens
            self._read_seconds = self._read_seconds * kept + seconds

    def answered(self, num_answers: int, num_tokens: int, seconds: float) -> None:
        with self._lock:
            kept = _share_kept(self._answers, _ANSWERS_REMEMBERED)
            self._answers = self._answers * kept + num_answers
            self._answer_tokens = self._answer_tokens * kept + num_tokens
            self._answer_seconds = self._answer_seconds * kept + seconds

    @property
    def tokens_per_second(self) -> float:
        """Of reading."""
        with self._lock:
            if not self._read_seconds:
                return _GUESSED_TOKENS_PER_SECOND
            return self._tokens / self._read_seconds

    @property
    def tokens_per_answer(self) -> float:
        """A few answers say little: the guess stands beside them."""
        with self._lock:
            guessed = _GUESSED_TOKENS_PER_ANSWER * _GUESS_WEIGHT
            return (self._answer_tokens + guessed) / (self._answers + _GUESS_WEIGHT)

    @property
    def seconds_per_answer_token(self) -> float:
        """What is asked together is answered together, and counted together here."""
        with self._lock:
            if not self._answer_tokens:
                return _GUESSED_SECONDS_PER_ANSWER_TOKEN
            return self._answer_seconds / self._answer_tokens

    def seconds_for(self, num_tokens: int, num_answers: int) -> float:
        """To read so many tokens and to give so many answers."""
        num_answer_tokens = num_answers * self.tokens_per_answer
        reading = num_tokens / self.tokens_per_second
        return reading + num_answer_tokens * self.seconds_per_answer_token


def _share_kept(so_far: float, remembered: float) -> float:
    return min(1.0, remembered / so_far) if so_far else 1.0
