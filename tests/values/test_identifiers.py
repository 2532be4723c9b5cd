"""Company identifiers and row ids."""

import pytest

from chassis.values.identifiers import new_id, siren, siret, vat_number


def test_the_providers_own_numbers_are_valid() -> None:
    assert siret("510 869 274 00066") == "51086927400066"
    assert siren("51086927400066") == "510869274"
    assert vat_number("FR 74 510869274") == "FR74510869274"


@pytest.mark.parametrize("written", ["", "51086927400067", "5108692740006", "ABCDEFGHIJKLMN", "510869274000661"])
def test_a_wrong_siret_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="SIRET"):
        siret(written)


@pytest.mark.parametrize("written", ["", "FR75510869274", "510869274", "74510869274", "XX123", "FR"])
def test_a_wrong_vat_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="VAT number"):
        vat_number(written)


def test_a_foreign_vat_number_of_the_union_is_valid() -> None:
    assert vat_number("BE0776091951") == "BE0776091951"


def test_ids_are_version_7_and_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}
