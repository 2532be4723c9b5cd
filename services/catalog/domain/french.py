"""French text made comparable: accents, case, ligatures, apostrophes, dashes and spaces do not count."""

import re
import unicodedata

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


def fold(text: str) -> str:
    """Lower case without accents or ligatures, straight apostrophes, plain dashes, single spaces."""
    lowered = _INVISIBLE.sub("", text).casefold().translate(_SAME)
    decomposed = unicodedata.normalize("NFKD", lowered)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.translate(_SAME).split())


def tidy(text: str) -> str:
    """The same words, as they are stored: composed accents, single spaces, no invisible characters."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())
