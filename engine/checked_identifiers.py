"""Where does a text hold an identifier of a kind that proves itself, such as an IBAN?

The rules (lengths, alphabets, check digits) are those of `stdnum`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping

from babel import Locale
from stdnum import bic, iban, imei, isbn, isin, issn, lei
from stdnum.au import abn
from stdnum.br import cnpj, cpf
from stdnum.ch import uid
from stdnum.es import nif
from stdnum.eu import vat
from stdnum.fr import siren, siret
from stdnum.gb import vat as british_vat
from stdnum.in_ import gstin, pan

_Check = Callable[[str], bool]
_WORD = re.compile(r"\w+")
_GAP = re.compile(r"[ .\-/]|\. ")
_MOST_WORDS = 9
_MOST_CHARACTERS = 42
_BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def _is_bic(text: str) -> bool:
    """By itself any word of eight letters would pass: its country must be one."""
    parts = _BIC.fullmatch(text)
    return parts is not None and parts[1] in _countries() and bool(bic.is_valid(text))


def _is_vat(text: str) -> bool:
    return text[:2].isalpha() and bool(
        vat.is_valid(text) or british_vat.is_valid(text) or uid.is_valid(text)
    )


CHECKS: Mapping[str, _Check] = {
    "iban": iban.is_valid,
    "bic": _is_bic,
    "vat": _is_vat,
    "lei": lei.is_valid,
    "isin": isin.is_valid,
    "isbn": isbn.is_valid,
    "issn": issn.is_valid,
    "imei": imei.is_valid,
    "abn": abn.is_valid,
    "cnpj": cnpj.is_valid,
    "cpf": cpf.is_valid,
    "nif": nif.is_valid,
    "siren": siren.is_valid,
    "siret": siret.is_valid,
    "gstin": gstin.is_valid,
    "pan": pan.is_valid,
}


def identifiers_in(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Start and stop of what passes the check of that name; of two that overlap the longer.
    A blank, a point or a dash may stand within one."""
    is_valid = CHECKS[name]
    words = list(_WORD.finditer(text))
    done = 0
    for first, word in enumerate(words):
        if word.start() < done:
            continue
        for start, stop in reversed(list(_runs(text, words, first))):
            if is_valid(text[start:stop]):
                done = stop
                yield start, stop
                break


def _runs(text: str, words: list[re.Match[str]], first: int) -> Iterator[tuple[int, int]]:
    """From one word on, those that begin with it and hold a digit or are written large."""
    start = words[first].start()
    for last in range(first, min(first + _MOST_WORDS, len(words))):
        stop = words[last].end()
        is_near = last == first or _GAP.fullmatch(text, words[last - 1].end(), words[last].start())
        if not is_near or stop - start > _MOST_CHARACTERS:
            return
        run = text[start:stop]
        if run.upper() == run:
            yield start, stop


@functools.cache
def _countries() -> frozenset[str]:
    return frozenset(str(code) for code in Locale("en").territories if len(str(code)) == 2)
