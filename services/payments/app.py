"""Payments: invoices, receipts, funding, the fallback, what a customer owes."""

from fastapi import FastAPI

from chassis.app import Service, create_app
from chassis.inbox import Subscription
from chassis.settings import load_settings
from services.payments import events
from services.payments.routes import (
    accounts,
    deposit_requests,
    funding_decisions,
    funding_requests,
    invoices,
    late_charges,
    opcos,
    personal_data,
    receipts,
    reference_rates,
    refunds,
    webhooks,
)
from services.payments.settings import Settings
from services.payments.tables import Table
from services.payments.use_cases import contracts
from services.payments.use_cases.billing import GRACE_OVER
from services.payments.use_cases.deposit_requests import DEPOSIT_CALLABLE, deposit_callable
from services.payments.use_cases.fallback import grace_over
from services.payments.use_cases.funding import file_taken
from services.payments.use_cases.instalments import INSTALMENT_DUE, instalment_due
from services.payments.use_cases.overdue import ACCOUNT_REVIEW, review_due
from services.payments.use_cases.webhooks import READ_WEBHOOK, read_webhook
from services.payments.use_cases.withdrawals import contract_withdrawn

SERVICE = Service(
    name="payments",
    title="Payments",
    metadata=Table.metadata,
    routers=[
        deposit_requests.router,
        receipts.router,
        refunds.router,
        invoices.router,
        funding_requests.router,
        funding_decisions.router,
        opcos.router,
        webhooks.router,
        accounts.router,
        late_charges.router,
        reference_rates.router,
        personal_data.router,
    ],
    subscriptions={
        events.CONTRACT_SIGNED: Subscription(events.ContractSigned, contracts.contract_signed),
        events.CONTRACT_CONCLUDED: Subscription(events.ContractConcluded, contracts.contract_concluded),
        events.CONTRACT_COMPLETED: Subscription(events.ContractCompleted, contracts.contract_completed),
        events.CONTRACT_WITHDRAWN: Subscription(events.ContractWithdrawn, contract_withdrawn),
    },
    duties={
        DEPOSIT_CALLABLE: deposit_callable,
        INSTALMENT_DUE: instalment_due,
        GRACE_OVER: grace_over,
        READ_WEBHOOK: read_webhook,
        ACCOUNT_REVIEW: review_due,
    },
    constraints={"uq_funding_request_opco_file_number": file_taken},
)


def app() -> FastAPI:
    """The service, set up from the environment."""
    return create_app(SERVICE, load_settings(Settings))
