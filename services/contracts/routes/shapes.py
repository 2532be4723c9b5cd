"""Shapes that several bodies share: codes, addresses, company numbers."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from stdnum import iban
from stdnum.exceptions import ValidationError

from chassis.fields import Body, ShortText
from chassis.values.identifiers import siret, vat_number
from chassis.values.money import Money
from services.contracts.domain.parties import Address

Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
Reference = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9][A-Z0-9-]{1,29}$")]
Siret = Annotated[str, StringConstraints(strict=True, max_length=30), AfterValidator(siret)]
VatNumber = Annotated[str, StringConstraints(strict=True, max_length=30), AfterValidator(vat_number)]
Country = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{2}$")]
Website = Annotated[
    str,
    StringConstraints(strict=True, max_length=200, pattern=r"^https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[!-~]*)?$"),
]
PostalCode = Annotated[ShortText, Field(min_length=2, max_length=10)]


def _iban(written: str) -> str:
    try:
        return str(iban.validate(written))
    except ValidationError as error:
        raise ValueError("not a valid IBAN: its country's form and check digits, without spaces") from error


Iban = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"), AfterValidator(_iban)
]

_HIGHEST_PRICE = Money(1_000_000_00)


def within_price(value: Money) -> Money:
    """The price of one, as far as any goes; ValueError beyond."""
    if value > _HIGHEST_PRICE:
        raise ValueError(f"at most {_HIGHEST_PRICE}")
    return value


_HOME = "FR"
_FRENCH_POSTAL_DIGITS = 5
_SIREN_DIGITS = 9


class AddressBody(Body):
    """A postal address; `country` is the two-letter code."""

    street: ShortText
    postal_code: PostalCode
    city: ShortText
    country: Country = _HOME

    @model_validator(mode="after")
    def french_postal_codes_have_five_digits(self) -> Self:
        """A French postal code is five digits."""
        code = self.postal_code
        if self.country == _HOME and not (code.isascii() and code.isdigit() and len(code) == _FRENCH_POSTAL_DIGITS):
            raise ValueError("a French postal code has five digits, such as 69002")
        return self

    def value(self) -> Address:
        """The address that the rules read."""
        return Address(self.street, self.postal_code, self.city, self.country)


def check_same_company(siret_number: str, vat: str | None) -> None:
    """ValueError where a French VAT number is not of the SIRET's company."""
    if vat is not None and vat.startswith(_HOME) and not vat.endswith(siret_number[:_SIREN_DIGITS]):
        raise ValueError("vat_number is not of the company that siret names: its last nine digits are the SIREN")
