"""Who writes and who is written to, as `templates/letterhead.typ` prints them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chassis.typesetting import fields_of
from chassis.values.money import Money

_HOME_COUNTRY = "FR"
_SIRET = (3, 3, 3, 5)
_SIREN = (3, 3, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address; `country` is an ISO 3166 code, printed only where it is not France."""

    street: str
    postal_code: str
    city: str
    country: str = _HOME_COUNTRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The company that writes, with the mentions C. com. R123-237 and C. trav. L6352-12 ask of its papers.

    siret: 14 digits. rcs: the register's town, "Aubenas". activity_number: of the training provider's
    declaration; iban: where to pay. Both are left out of the page when None.
    """

    name: str
    legal_form: str
    share_capital: Money
    siret: str
    vat_number: str
    rcs: str
    naf: str
    address: Address
    email: str
    activity_number: str | None = None
    iban: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Whom the page is addressed to. siret: 14 digits, None where there is none."""

    name: str
    address: Address
    siret: str | None = None
    vat_number: str | None = None
    contact_name: str | None = None


def company_data(company: Company) -> Mapping[str, object]:
    """What the letterhead prints of the company: identifiers in groups, the register's mention spelt out."""
    return fields_of(company) | {
        "address": address_lines(company.address),
        "siret": grouped(company.siret, _SIRET),
        "rcs": f"RCS\u00a0{company.rcs.removeprefix('RCS').strip()} {grouped(company.siret[:9], _SIREN)}",
        "iban": grouped(company.iban, (4,)) if company.iban else None,
    }


def party_data(party: Party) -> Mapping[str, object]:
    """What the address block prints of the party."""
    return fields_of(party) | {
        "address": address_lines(party.address),
        "siret": grouped(party.siret, _SIRET) if party.siret else None,
        "siren": grouped(party.siret[:9], _SIREN) if party.siret else None,
        "contact_name": party.contact_name or None,
    }


def address_lines(address: Address) -> list[str]:
    """The lines of an address as an envelope has them."""
    lines = [*address.street.splitlines(), f"{address.postal_code} {address.city}"]
    return lines if address.country == _HOME_COUNTRY else [*lines, address.country]


def grouped(identifier: str, sizes: tuple[int, ...]) -> str:
    """An identifier in groups parted by no-break spaces; the last size repeats: ("FR761234", (4,)) -> "FR76 1234"."""
    rest = re.sub(r"\s", "", identifier)
    groups: list[str] = []
    while rest:
        size = sizes[min(len(groups), len(sizes) - 1)]
        groups.append(rest[:size])
        rest = rest[size:]
    return "\u00a0".join(groups)
