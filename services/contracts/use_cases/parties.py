"""Legal entities and customers: kept, changed by whoever read the newest version."""

from uuid import UUID

from chassis.etag import check_match
from chassis.platform import Platform
from chassis.problems import NotFound
from services.contracts.domain.parties import Customer, Seller
from services.contracts.repository import parties
from services.contracts.use_cases.views import AddressView, CustomerView, LegalEntityView


def put_legal_entity(platform: Platform, seller: Seller, if_match: str | None) -> tuple[LegalEntityView, int]:
    """Keep a legal entity; changing one that stands needs its ETag, putting the same again does not."""
    with platform.unit_of_work() as tx:
        row = parties.first_legal_entity(tx.session, seller)
        if parties.seller_of(row) != seller:
            check_match(if_match, row.version)
            parties.change_legal_entity(row, seller)
        return _legal_entity_view(seller), row.version


def read_legal_entity(platform: Platform, code: str) -> tuple[LegalEntityView, int]:
    """The legal entity and its version; NotFound."""
    with platform.reading() as session:
        row = parties.legal_entity(session, code)
        if row is None:
            raise NotFound("The legal entity")
        return _legal_entity_view(parties.seller_of(row)), row.version


def add_customer(platform: Platform, customer: Customer) -> tuple[CustomerView, int]:
    """A new customer and its version."""
    with platform.unit_of_work() as tx:
        row = parties.put_customer(tx.session, None, customer)
        return _customer_view(customer), row.version


def change_customer(platform: Platform, customer: Customer, if_match: str | None) -> tuple[CustomerView, int]:
    """Change a customer. What was issued keeps the values it was issued with."""
    with platform.unit_of_work() as tx:
        row = parties.customer(tx.session, customer.customer_id, lock=True)
        if row is None:
            raise NotFound("The customer")
        check_match(if_match, row.version)
        row = parties.put_customer(tx.session, row, customer)
        return _customer_view(customer), row.version


def read_customer(platform: Platform, customer_id: UUID) -> tuple[CustomerView, int]:
    """The customer and its version; NotFound."""
    with platform.reading() as session:
        row = parties.customer(session, customer_id)
        if row is None:
            raise NotFound("The customer")
        return _customer_view(parties.customer_of(row)), row.version


def _legal_entity_view(seller: Seller) -> LegalEntityView:
    return LegalEntityView.model_validate(seller)


def _customer_view(customer: Customer) -> CustomerView:
    return CustomerView(
        id=customer.customer_id,
        kind=customer.kind,
        name=customer.name,
        siret=customer.siret,
        vat_number=customer.vat_number,
        billing_address=AddressView.model_validate(customer.billing_address),
        email=customer.email,
        contact_name=customer.contact_name,
    )
