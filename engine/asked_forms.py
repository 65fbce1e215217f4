"""Which form do the words of a field promise for a string: an address, a checked identifier, a
time of day, a number?
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from engine.checked_identifiers import CHECKS, identifiers_in
from engine.clock_times import clock_times_in
from engine.formats import places_of
from engine.questions import spaced
from schemas.response_schema import FORMATS, Kind, Node

_ASKING = re.compile(
    r"^(?:(?:what|which)\s+(?:is|was|are)\s+)?(?:(?:the|a|an|its|their|our|your)\s+)?", re.I
)
_OTHER_ASKING = re.compile(
    r"^(?:who|whom|whose|when|where|why|how|what|which|is|are|was|were|did|does|do|has|have"
    r"|under|on|in|to|from|by|at|until|since)\b",
    re.I,
)
_PHRASE_END = re.compile(
    r"\s(?:of|for|to|in|on|at|from|by|with|that|which|whose|under|as|if|where|when)\b|[,;:.?!(]",
    re.I,
)
_TAX = re.compile(
    r"\b(?:vat|tax|ust|mwst|tva|btw|iva)\b.*\b(?:number|id|no|nr|identification)$|^vat id", re.I
)
_PHONE = re.compile(r"\b(?:(?:tele)?phone|mobile|fax|cell)(?: number| no)?$", re.I)
_EMAIL = re.compile(r"\be-?mail(?: address| id)?$", re.I)
_SITE = re.compile(r"\b(?:web ?site|home ?page|web address|url)(?: address)?$", re.I)
_EVENT = (
    r"(?:start(?:ing)?|begin(?:ning)?|end|finish|opening|closing|cut-?off|arrival|departure|boarding"
    r"|take-?off|landing|check-?in|check-?out)"
)
_TIME = re.compile(
    r"\b(?:at|by|until|till|from|before|after) (?:what|which) (?:time|hour)\b"
    r"|^what time (?:do|does|did|is|was|will|can|must)\b|\btime of day\b|\bclock time\b"
    rf"|^(?:the )?hour of\b|^(?:the )?time of (?:the )?{_EVENT}\b|\b{_EVENT} (?:time|hour)$",
    re.I,
)
_NUMBER = re.compile(
    r"^(?!(?:name|title|kind|type)\b)(?:[\w-]+ ){0,6}"
    r"(?:number|zip|(?:postal|post|zip) ?code|postcode)"
    r"(?=$|[,(.?]| (?:of|for|to|in|on|at|from|with|under)\b)",
    re.I,
)
_PLACE_OF_PHONE = re.compile(r"(?<![\w.,/])(?:\+|\(|\d)[\d \t().\-/]{5,22}\d(?![\w%])")
_PLACE_OF_SITE = re.compile(
    r"(?<![\w@.-])(?:https?://[^\s<>|\"]*[\w/]"
    r"|(?:[a-z0-9-]+\.)+[a-z]{2,6}(?:/[^\s<>|\",;]*[\w/])?)(?![\w@])",
    re.I,
)
_OTHER_NAMES = {"swift": "bic", "vatin": "vat"}


@dataclass(frozen=True, slots=True)
class AskedForm:
    """Where strings of a form stand in a text. What has a form that is `certain` looks like
    nothing else, and nothing else looks like it."""

    name: str
    is_certain: bool

    def places_in(self, text: str) -> Iterator[tuple[int, int]]:
        if self.name in CHECKS:
            yield from identifiers_in(self.name, text)
        else:
            yield from _FINDERS[self.name](text)


def form_asked(question: str, name: str) -> AskedForm | None:
    """Of a field by what it is called; None where that promises no form of these."""
    phrase = _phrase_of(question, name)
    words = re.findall(r"\w+", phrase.casefold())
    for word in words:
        known = _OTHER_NAMES.get(word, word)
        if known in CHECKS and known != "vat":
            return AskedForm(known, known in ("iban",))
    if _TAX.search(phrase) or words == ["vatin"]:
        return AskedForm("vat", is_certain=False)
    if _EMAIL.search(phrase):
        return AskedForm("email", is_certain=True)
    if _SITE.search(phrase):
        return AskedForm("site", is_certain=False)
    if _TIME.search(question.strip()) or _TIME.search(phrase):
        return AskedForm("clock time", is_certain=False)
    return AskedForm("phone", is_certain=False) if _PHONE.search(phrase) else None


def form_of(node: Node) -> AskedForm | None:
    """Of a field of strings, or of lists of them: the format of its schema, or what its words
    promise."""
    item = node.children[0] if node.kind is Kind.LIST else node
    if item.format:
        return AskedForm(item.format, is_certain=True)
    name = spaced(node.name)
    return form_asked(node.description or name, name) if item.kind is Kind.STRING else None


def asks_for_digits(question: str, name: str) -> bool:
    """Whether what is asked for is a number that may have letters too: "Invoice number"."""
    return bool(_NUMBER.search(_asked(question, name)))


def _phrase_of(question: str, name: str) -> str:
    """The VAT number, of "The VAT number of the seller"; the field's name where it is asked with
    another word than what."""
    return _PHRASE_END.split(_asked(question, name), maxsplit=1)[0].strip()


def _asked(question: str, name: str) -> str:
    asked = _ASKING.sub("", question.strip(), count=1)
    if not asked or _OTHER_ASKING.match(asked):
        asked = name
    return re.sub(r"[_\s]+", " ", asked).strip()


def _phones_in(text: str) -> Iterator[tuple[int, int]]:
    for match in _PLACE_OF_PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if 7 <= len(digits) <= 15 and not re.fullmatch(r"[\d ]*[.,]\d\d", match[0]):
            yield match.span()


def _sites_in(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _PLACE_OF_SITE.finditer(text))


_FINDERS: Mapping[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    **{name: partial(places_of, name) for name in FORMATS},
    "site": _sites_in,
    "phone": _phones_in,
    "clock time": clock_times_in,
}
