"""French text made comparable: accents, case, ligatures, apostrophes, dashes and spaces do not count."""

import re
import unicodedata

from services.catalog.domain.limits import MARKS_ON_A_LETTER

_SAME = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
    }
)
# Soft hyphens, zero-width marks and control characters: copied along, never meant; PostgreSQL stores no NUL.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")

_TOO_MANY_MARKS = re.compile(f"(?<=m{{{MARKS_ON_A_LETTER}}})m+")


def fold(text: str) -> str:
    """Lower case without accents or ligatures, straight apostrophes, plain dashes, single spaces."""
    lowered = _INVISIBLE.sub("", text).casefold().translate(_SAME)
    decomposed = unicodedata.normalize("NFKD", _stream_safe(lowered))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.translate(_SAME).split())


def tidy(text: str) -> str:
    """The same words, as they are stored: composed accents, single spaces, no invisible characters."""
    return " ".join(unicodedata.normalize("NFC", _stream_safe(_INVISIBLE.sub("", text))).split())


def _stream_safe(text: str) -> str:
    """The text with no more marks in a row on any letter than a script needs: the rest of a longer run is cut."""
    if text.isascii():
        return text
    shape = "".join("m" if _is_mark(letter) else "-" for letter in text)
    kept, start = [], 0
    for run in _TOO_MANY_MARKS.finditer(shape):
        kept.append(text[start : run.start()])
        start = run.end()
    return "".join((*kept, text[start:]))


def _is_mark(letter: str) -> bool:
    # Some marks are known as such only once they are decomposed.
    return unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]) != 0
