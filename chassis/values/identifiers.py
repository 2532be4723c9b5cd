"""Identifiers of French companies, checked by python-stdnum; ids of rows."""

from uuid import UUID

import uuid_utils
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as french_siret


def new_id() -> UUID:
    """A UUIDv7: unique, ordered by the time it was made."""
    return UUID(int=uuid_utils.uuid7().int)


def siret(written: str) -> str:
    """The 14 digits of a valid SIRET; ValueError otherwise. Spaces are dropped."""
    try:
        return str(french_siret.validate(written))
    except ValidationError as error:
        raise ValueError("not a valid SIRET: 14 digits whose check digits are right") from error


def vat_number(written: str) -> str:
    """A valid VAT number of an EU member with its country's prefix; ValueError otherwise."""
    try:
        checked = str(vat.validate(written))
    except ValidationError as error:
        raise ValueError("not a valid EU VAT number, such as FR74510869274") from error
    if not checked[:2].isalpha():
        raise ValueError("a VAT number starts with its country's two letters, such as FR")
    return checked


def siren(siret_number: str) -> str:
    """The SIREN: the first nine digits of a SIRET."""
    return siret_number[:9]
