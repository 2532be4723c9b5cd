"""The eleven operators of competences (opérateurs de compétences): reference data.

Source: Ministère du Travail, liste des opérateurs de compétences agréés au 1er avril 2019 (C. trav. L6332-1-1),
under the names they bear since. Invoicing one also needs its billing address, which staff sets.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

AS_OF = date(2026, 1, 1)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "afdas": "AFDAS",
        "akto": "AKTO",
        "atlas": "ATLAS",
        "constructys": "Constructys",
        "lopcommerce": "L'Opcommerce",
        "ocapiat": "OCAPIAT",
        "opco-2i": "OPCO 2i",
        "opco-ep": "OPCO EP",
        "opco-mobilites": "OPCO Mobilités",
        "opco-sante": "OPCO Santé",
        "uniformation": "Uniformation",
    }
)


def code_of(written: str) -> str | None:
    """The operator that an agreement names, by its code or its name, however it is spaced or capitalised."""
    wanted = _plain(written)
    return next((code for code, name in NAMES.items() if wanted in (_plain(code), _plain(name))), None)


def _plain(written: str) -> str:
    letters = unicodedata.normalize("NFKD", written).casefold()
    return "".join(letter for letter in letters if letter.isalnum())
