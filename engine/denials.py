"""Do words of a text say that something is not so?

What is shown for a yes or a no is to say the same as the answer: "not permitted" does not bear out
a yes. Words that only look like a denial ("no later than") are none.
"""

from __future__ import annotations

import re

_MOST_WORDS = 8  # in a longer passage the denial may be of something else
_DENIAL = re.compile(
    r"""
    \b(?:no|not)\b(?!\s+(?:later|earlier|sooner|less|fewer|more|only|exceeding|limited|to\s+exceed))
    | \b(?:none|never|nobody|neither|nor|without|cannot|\w+n['’]t)\b
    | \b(?:refused|forbidden|prohibited|excluded|declined|denied|rejected|waived)\b
    | \b(?:nicht|nein|kein\w*|verboten|ausgeschlossen|aucune?|jamais|niet|geen)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

_BEFORE = re.compile(
    r"\b(?:no|not|never|nicht|nie|niet)\s+(?:(?:be|been|yet|longer)\s+)?$", re.IGNORECASE
)


def with_denial(text: str, start: int) -> int:
    """Where words of a line begin when the "not" right before them is one of them."""
    before = _BEFORE.search(text, 0, start)
    return start if before is None else before.start()


def denies(words: str) -> bool:
    """Whether a few words do; of many it is not said."""
    return len(words.split()) <= _MOST_WORDS and _DENIAL.search(words) is not None


def names_a_denial(question: str) -> bool:
    """Whether a question asks for what is not ("Is damage by water excluded?")."""
    return _DENIAL.search(question) is not None
