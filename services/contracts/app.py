"""The contracts service: `uvicorn --factory services.contracts.app:app`."""

from fastapi import FastAPI

from chassis.app import Service, create_app
from chassis.inbox import Subscription
from chassis.settings import load_settings
from chassis.values.refusals import Refused
from services.contracts import events
from services.contracts.routes import (
    acceptance,
    contracts,
    offers,
    parties,
    personal_data,
    proposals,
    terms,
    withdrawals,
)
from services.contracts.settings import Settings
from services.contracts.tables import metadata
from services.contracts.use_cases import heard


def _accepted() -> Refused:
    return Refused("proposal-accepted", "The proposal was accepted before.", "2.1")


def _ordered() -> Refused:
    return Refused("order-placed", "The order was placed before.", "2.1")


SERVICE = Service(
    name="contracts",
    title="Contracts: customers, proposals, contracts, the terms",
    metadata=metadata,
    routers=(
        parties.router,
        proposals.router,
        acceptance.router,
        offers.router,
        contracts.router,
        withdrawals.router,
        terms.router,
        personal_data.router,
    ),
    subscriptions={
        "payments.deposit-paid.v1": Subscription(events.DepositPaid, heard.hear_deposit_paid),
        "payments.funding-approved.v1": Subscription(events.FundingApproved, heard.hear_funding_approved),
        "payments.funding-refused.v1": Subscription(events.FundingRefused, heard.hear_funding_refused),
        "payments.client-billed-after-grace.v1": Subscription(events.ClientBilledAfterGrace, heard.hear_client_billed),
        "payments.refund-paid.v1": Subscription(events.RefundPaid, heard.hear_refund_paid),
    },
    constraints={
        "uq_contract_proposal_id": _accepted,
        "uq_proposal_contract_id": _ordered,
        "uq_acceptance_one_complete_for_each_proposal": _accepted,
    },
)


def app() -> FastAPI:
    """The service with the settings of its environment."""
    return create_app(SERVICE, load_settings(Settings))
