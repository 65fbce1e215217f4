"""Which text does each token of a tokenizer stand for?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tokenizers import Tokenizer

_BLANK, _FIRST_BYTE = "▁", "<0x00>"


@dataclass(frozen=True, slots=True)
class Spelling:
    """`texts` are the tokens of whole characters, `parts` those of less than one; `parts_of`
    spells a character that has no token of its own."""

    texts: Mapping[str, int]
    parts: frozenset[int]
    parts_of: Callable[[str], list[int]]


def spelling_of(tokenizer: Tokenizer) -> Spelling:
    """Of a vocabulary in the manner of SentencePiece, or of byte-level BPE."""
    pieces: Mapping[str, int] = tokenizer.get_vocab(with_added_tokens=False)
    return _of_sentencepiece(pieces) if _FIRST_BYTE in pieces else _of_bytes(tokenizer, pieces)


def _of_sentencepiece(pieces: Mapping[str, int]) -> Spelling:
    parts = [pieces[f"<0x{byte:02X}>"] for byte in range(256)]
    texts = {
        piece.replace(_BLANK, " "): token
        for piece, token in pieces.items()
        if not _is_control(piece)
    }
    return Spelling(texts, frozenset(parts), lambda text: [parts[byte] for byte in text.encode()])


def _of_bytes(tokenizer: Tokenizer, pieces: Mapping[str, int]) -> Spelling:
    letters = _letters()
    bytes_of = {letter: byte for byte, letter in enumerate(letters)}
    texts, parts = {}, set()
    for piece, token in pieces.items():
        try:
            texts[bytes(bytes_of[letter] for letter in piece).decode()] = token
        except UnicodeDecodeError:
            parts.add(token)

    def parts_of(character: str) -> list[int]:
        piece = "".join(letters[byte] for byte in character.encode())
        return [token.id for token in tokenizer.model.tokenize(piece)]

    return Spelling(texts, frozenset(parts), parts_of)


def _letters() -> list[str]:
    """By byte: itself where it can be seen, else the next letter from U+0100 on (GPT-2)."""
    seen = {*range(33, 127), *range(161, 173), *range(174, 256)}
    hidden = [byte for byte in range(256) if byte not in seen]
    return [chr(byte if byte in seen else 256 + hidden.index(byte)) for byte in range(256)]


def _is_control(piece: str) -> bool:
    return piece.startswith("<") and piece.endswith(">") and len(piece) > 2
