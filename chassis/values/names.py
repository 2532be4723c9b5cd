"""People's names as they are compared: without accents, case, punctuation or order."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_BOTH = 2


@lru_cache(maxsize=1024)
def fold(name: str) -> str:
    """A name's words without accents, case and punctuation, one space between: `Énault-Le Goff` is `enault le goff`."""
    lower = unicodedata.normalize("NFKD", name).casefold().translate(_LIGATURES)
    plain = unicodedata.normalize("NFKD", lower)
    letters = (character if character.isalnum() else " " for character in plain if not unicodedata.combining(character))
    return " ".join("".join(letters).split())


def may_be_same(given: str | None, family: str | None, stored: str) -> bool:
    """Whether a name that is asked for may be the stored one, whichever part comes first.

    Words may be missing on either side (a title, a second given name), not all but one of the stored name.
    """
    parts = [folded for part in (given, family) if part and (folded := fold(part))]
    kept = fold(stored)
    if not parts or not kept:
        return False
    asked, words = {word for part in parts for word in part.split()}, set(kept.split())
    if asked <= words or (words <= asked and len(words) >= _BOTH):
        return True
    return kept.replace(" ", "") in _unspaced(parts)


def _unspaced(parts: list[str]) -> Iterator[str]:
    for ordered in (parts, parts[::-1]):
        yield "".join(ordered).replace(" ", "")
