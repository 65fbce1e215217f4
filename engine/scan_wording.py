"""Which plain wordings of a question ask for something of the whole document?

English only. A question that is worded otherwise is asked as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas.reductions import KEYWORD, MOST_N, Operator, Reduction

_COUNT = re.compile(
    r"^(?:please\s+)?(?:count\s+(?:of\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+)?"
    r"|(?:what\s+is\s+|tell\s+me\s+)?(?:the\s+)?(?:total\s+)?number\s+of\s+(?:different\s+)?)",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"^(?:in\s+total,?\s+)?how\s+many\s+(?:different\s+)?", re.IGNORECASE)
_THAT_ARE = re.compile(
    r"^(?P<what>\S+(?:\s+\S+){0,4}?)\s+(?P<verb>are|is|was|were|have|has|had|can|may|must|shall|will)\b"
    r"\s*(?P<there>there\b)?\s*(?P<rest>.*?)\s*\??$",
    re.IGNORECASE | re.DOTALL,
)
_ALL = re.compile(
    r"^(?:please\s+)?(?:(?:list|enumerate)\s+(?:(?:all|every|each)\b\s*)?"
    r"|(?:name|give|show|find|what\s+are|who\s+are)\s+(?:me\s+)?(?:all|every|each)\b\s*)"
    r"(?:of\s+)?(?:the\s+)?(?=\S)",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:the\s+)?(latest|most\s+recent|now\s+in\s+force)\s+(?=\w)", re.IGNORECASE
)
_NAMES = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
)  # fmt: skip
_TIMES = (
    "quarter|half|year|month|week|day|decade|century|anniversary|time|date|business|calendar|fiscal"
)
_ORDINAL = re.compile(
    rf"\b[Tt]he\s+(?P<which>{'|'.join(_NAMES)}|last|\d{{1,5}}(?:st|nd|rd|th))\s+"
    rf"(?!(?:{_TIMES})s?\b)(?=[a-z])"
)
"""Before a small letter: "the First Amendment" is a name. A first quarter is not one of several."""


def reduction_of_wording(question: str) -> Reduction | None:
    """The operator that a question asks for in plain words, and what is then looked for."""
    text = question.strip()
    if _HOW_MANY.match(text):
        return Reduction(Operator.COUNT, of=_counted(_HOW_MANY.sub("", text)))
    if _COUNT.match(text):
        return Reduction(Operator.COUNT, of=_capital(_COUNT.sub("", text).rstrip("?. ")))
    if _ALL.match(text):
        return Reduction(Operator.ALL)
    if _LATEST.search(text):
        return Reduction(Operator.LATEST, of=_LATEST.sub("the ", text, count=1))
    ordinal = _ORDINAL.search(text)
    if ordinal is None:
        return None
    return _of_ordinal(ordinal["which"], _ORDINAL.sub("the ", text, count=1))


def answer_schema(question: str) -> dict[str, Any]:
    """The schema of a field that a question is answered in, in the mode scan."""
    description = question.strip()
    reduction = reduction_of_wording(description)
    if reduction is None:
        return {"type": ["string", "null"], "description": description}
    if reduction.operator is Operator.ALL:
        description = _capital(_ALL.sub("", description).rstrip("?. "))
    return {
        **_type_of(reduction.operator),
        "description": description,
        KEYWORD: _keyword_of(reduction),
    }


def without_count(text: str) -> str:
    """What is counted, of "Number of lenders" or "Lenders: number of them in default"."""
    group, colon, last = text.rpartition(": ")
    reworded = reduction_of_wording(last)
    is_count = reworded is not None and reworded.operator is Operator.COUNT
    return f"{group}{colon}{reworded.of}" if reworded is not None and is_count else text


def _counted(rest: str) -> str:
    """Of "plants were inspected?": "Plants that were inspected", which the model, that was trained
    on names of fields, answers more surely than the question."""
    parts = _THAT_ARE.match(rest)
    if parts is None:
        return f"Which {rest}"
    if parts["there"]:
        return _capital(f"{parts['what']} {parts['rest']}".strip())
    return _capital(f"{parts['what']} that {parts['verb']} {parts['rest']}".strip())


def _of_ordinal(which: str, text: str) -> Reduction | None:
    if which == "last":
        return Reduction(Operator.LAST, of=text)
    n = _NAMES.index(which) + 1 if which in _NAMES else int(which[:-2])
    if n == 1:
        return Reduction(Operator.FIRST, of=text)
    return Reduction(Operator.NTH, n, text) if n <= MOST_N and n > 0 else None


def _type_of(operator: Operator) -> Mapping[str, Any]:
    if operator is Operator.COUNT:
        return {"type": ["integer", "null"]}
    if operator is Operator.ALL:
        return {"type": ["array", "null"], "items": {"type": "string"}}
    return {"type": ["string", "null"]}


def _keyword_of(reduction: Reduction) -> dict[str, Any]:
    keyword: dict[str, Any] = {"reduce": str(reduction.operator)}
    if reduction.operator is Operator.NTH:
        keyword["n"] = reduction.n
    return {**keyword, "of": reduction.of} if reduction.of else keyword


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
