"""The facts that contracts states to the other services, built from its values."""

from uuid import UUID

from services.contracts import events
from services.contracts.domain.contract import Contract
from services.contracts.domain.instalments import instalments
from services.contracts.domain.parties import Address, Customer, Seller
from services.contracts.domain.price import PriceLine
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.terms import Terms


def contract_signed(
    contract_id: UUID, numbers: tuple[str, str], proposal: IssuedProposal, contract: Contract
) -> events.ContractSigned:
    """contracts.contract-signed.v1. numbers: the contract's, then the proposal's."""
    course, session, price = proposal.course, proposal.session, proposal.price
    return events.ContractSigned(
        contract_id=contract_id,
        contract_number=numbers[0],
        proposal_number=numbers[1],
        signed_on=contract.signed_on,
        seller=_seller(proposal.seller),
        customer=_customer(proposal.customer, proposal.billing_address),
        trainees=[
            events.EventTrainee(
                person_id=trainee.person_id, given_name=trainee.given_name, family_name=trainee.family_name
            )
            for trainee in proposal.trainees
        ],
        course=events.EventCourse(reference=course.reference, title=course.title, revision=course.revision),
        session=events.EventSession(
            session_id=session.session_id,
            starts_on=session.starts_on,
            ends_on=session.ends_on,
            place=session.place,
            planned_hours=session.planned_hours,
        ),
        lines=[_line(line) for line in proposal.lines],
        price=events.EventPrice(excl_tax=price.excl_tax, vat=price.vat, incl_tax=price.incl_tax),
        deposit=events.EventDeposit(
            amount=contract.deposit.amount, callable_on=contract.deposit.callable_on, due_on=contract.deposit.due_on
        ),
        withdrawal_ends_on=contract.withdrawal_ends_on,
        instalments=_instalments(proposal, contract),
        opco_named=proposal.opco,
        late_payment=_late_payment(contract.terms),
        terms_version=contract.terms.version,
        seats=len(proposal.trainees),
    )


def contract_completed(contract_id: UUID, contract: Contract) -> events.ContractCompleted:
    """contracts.contract-completed.v1; ValueError for a contract that is not completed."""
    if contract.ended_on is None or contract.grace is None:
        raise ValueError("the contract is not completed")
    return events.ContractCompleted(
        contract_id=contract_id,
        ended_on=contract.ended_on,
        opco_due_on=contract.grace.opco_due_on,
        client_billed_from=contract.grace.client_billed_from,
        attendance=[
            events.EventAttendance(
                person_id=entry.person_id, planned_hours=contract.planned_hours, attended_hours=entry.attended_hours
            )
            for entry in contract.attendance
        ],
    )


def _seller(seller: Seller) -> events.EventSeller:
    return events.EventSeller(
        code=seller.code,
        name=seller.name,
        legal_form=seller.legal_form,
        share_capital=seller.share_capital,
        siret=seller.siret,
        vat_number=seller.vat_number,
        rcs=seller.rcs,
        naf=seller.naf,
        activity_number=seller.activity_number,
        address=_address(seller.address),
        email=seller.email,
        iban=seller.iban,
    )


def _customer(customer: Customer, billing_address: Address) -> events.EventCustomer:
    return events.EventCustomer(
        customer_id=customer.customer_id,
        kind=customer.kind,
        name=customer.name,
        siret=customer.siret,
        vat_number=customer.vat_number,
        billing_address=_address(billing_address),
        email=customer.email,
        contact_name=customer.contact_name,
    )


def _address(address: Address) -> events.EventAddress:
    return events.EventAddress(
        street=address.street, postal_code=address.postal_code, city=address.city, country=address.country
    )


def _line(line: PriceLine) -> events.EventLine:
    return events.EventLine(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        vat_rate=line.vat_rate,
        excl_tax=line.excl_tax,
    )


def _instalments(proposal: IssuedProposal, contract: Contract) -> list[events.EventInstalment]:
    """A professional's balance is billed whole at the end (clause 3.2)."""
    if contract.withdrawal_ends_on is None:
        return []
    parts = instalments(proposal.price.incl_tax, contract.deposit.amount, proposal.session.days)
    return [events.EventInstalment(due_on=part.due_on, amount=part.amount) for part in parts]


def _late_payment(terms: Terms) -> events.EventLatePayment:
    return events.EventLatePayment(
        interest_margin_points=terms.late_interest_margin_points,
        interest_floor_multiple=terms.late_interest_floor_multiple,
        recovery_fee=terms.recovery_fee,
    )
