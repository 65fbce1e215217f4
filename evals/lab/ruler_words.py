"""How are RULER's two counting tasks built: common words, and frequent coded words?

Common words come from the shared articles, and are coined once those run out, in place of the
package of words that RULER uses.
"""

from __future__ import annotations

import math
import random
import re
import string
from functools import cache
from pathlib import Path

from evals import squad_data
from evals.lab.magic import seeded
from evals.lab.ruler_needles import Straws
from evals.lab.sizes import fitted
from evals.lab.trial import LIST, Question, user
from evals.shared_data import shared_data

COMMON_MAX_TOKENS, FREQUENT_MAX_TOKENS = 120, 50
_NUM_COMMON, _COMMON_TIMES, _OTHER_TIMES = 10, 30, 3
_EXAMPLE_WORDS, _EXAMPLE_TIMES = 40, 10
_TOKENS_A_CODE, _CODE_LETTERS = 50, 6
_ZETA_OF_2 = math.pi**2 / 6
_SLACK = 16
_COMMON_HEAD = (
    "Below is a numbered list of words. In these words, some appear more often than others. "
    "Memorize the ones that appear most often.\n"
)
_COMMON_ASKED = "What are the 10 most common words in the above list?"
_COMMON_BEGUN = " Answer: The top 10 words that appear most often in the list are:"
_FREQUENT_HEAD = (
    "Read the following coded text and track the frequency of each coded word. Find the three "
    "most frequently appeared coded words. "
)
_FREQUENT_ASKED = (
    "Do not provide any explanation. Please ignore the dots '....'. What are the three most "
    "frequently appeared words in the above coded text?"
)
_FREQUENT_BEGUN = (
    " Answer: According to the coded text above, the three most frequently appeared words are:"
)


def common_question(length: int, sample: int, straws: Straws) -> tuple[str, Question]:
    rng = seeded(straws.seed, "cwe", length, sample)
    words = _Words(rng)
    shown = words.first(_EXAMPLE_WORDS)
    common = words.first(_EXAMPLE_WORDS + _NUM_COMMON)[_EXAMPLE_WORDS:]
    example = _common_prompt(_listed(shown[:_NUM_COMMON], shown[_NUM_COMMON:], rng, _EXAMPLE_TIMES))
    example += " " + _numbered(shown[:_NUM_COMMON])
    order = rng.getrandbits(64)

    def text_of(num_others: int) -> str:
        start = _EXAMPLE_WORDS + _NUM_COMMON
        others = words.first(start + num_others)[start:]
        return _listed(common, others, random.Random(order), _COMMON_TIMES)

    own = sum(straws.count_tokens([example, _common_prompt("")])) + _SLACK
    room = length - COMMON_MAX_TOKENS - own
    text = text_of(fitted(text_of, straws.count_tokens, room, first=room // 30)[0])
    question = Question(
        name="q",
        asked=_COMMON_ASKED,
        chat=lambda: [user(f"{example}\n{_common_prompt(text)}")],
        expected=tuple(common),
        schema=LIST,
        kind="cwe",
        max_tokens=COMMON_MAX_TOKENS,
    )
    return text, question


def frequent_question(length: int, sample: int, straws: Straws) -> tuple[str, Question]:
    """Counts fall with the square of the rank; the word of the first rank is dots, to be passed
    over."""
    rng = seeded(straws.seed, "fwe", length, sample)
    most = length - FREQUENT_MAX_TOKENS
    codes = _codes(rng, most // _TOKENS_A_CODE)
    order = rng.getrandbits(64)

    def text_of(num_words: int) -> str:
        counts = [int(num_words / rank**2 / _ZETA_OF_2) for rank in range(1, len(codes) + 1)]
        words = [code for code, count in zip(codes, counts, strict=True) for _ in range(count)]
        random.Random(order).shuffle(words)
        return " ".join(words)

    room = most - sum(straws.count_tokens([_frequent_prompt("")])) - _SLACK
    text = text_of(fitted(text_of, straws.count_tokens, room, first=room // 3)[0])
    question = Question(
        name="q",
        asked=_FREQUENT_ASKED,
        chat=lambda: [user(_frequent_prompt(text))],
        expected=tuple(codes[1:4]),
        schema=LIST,
        kind="fwe",
        max_tokens=FREQUENT_MAX_TOKENS,
    )
    return text, question


class _Words:
    """Real words in an order of the sample's own, then coined ones; no word twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = random.Random(rng.getrandbits(64))
        self._words = list(_vocabulary(shared_data()))
        self._rng.shuffle(self._words)
        self._known = set(self._words)

    def first(self, count: int) -> list[str]:
        while len(self._words) < count:
            word = _coined(self._rng)
            if word not in self._known:
                self._known.add(word)
                self._words.append(word)
        return self._words[:count]


@cache
def _vocabulary(folder: Path) -> tuple[str, ...]:
    paragraphs = squad_data.paragraphs(folder, slice(None))
    found = {word for one in paragraphs for word in re.findall(r"\b[a-z]{4,10}\b", one.text)}
    return tuple(sorted(found))


def _coined(rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(4))


def _codes(rng: random.Random, count: int) -> list[str]:
    codes: dict[str, None] = {"...": None}
    while len(codes) < count:
        codes["".join(rng.choices(string.ascii_lowercase, k=_CODE_LETTERS))] = None
    return list(codes)


def _listed(common: list[str], others: list[str], rng: random.Random, times: int) -> str:
    words = common * times + others * _OTHER_TIMES
    rng.shuffle(words)
    return _numbered(words)


def _numbered(words: list[str]) -> str:
    return " ".join(f"{number}. {word}" for number, word in enumerate(words, start=1))


def _common_prompt(text: str) -> str:
    return f"{_COMMON_HEAD}{text}\nQuestion: {_COMMON_ASKED}{_COMMON_BEGUN}"


def _frequent_prompt(text: str) -> str:
    return f"{_FREQUENT_HEAD}{text}\nQuestion: {_FREQUENT_ASKED}{_FREQUENT_BEGUN}"
