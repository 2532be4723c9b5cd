"""The operators: reference data, the billing address that staff sets, and the keys they sign with."""

from dataclasses import dataclass

from chassis.problems import NotFound
from chassis.unit_of_work import Transaction
from chassis.values.refusals import Refused
from services.payments.domain.opcos import NAMES
from services.payments.repository.funding import add_secret, find_opco, keep_opco, open_opco
from services.payments.tables import OpcoRow, OpcoWebhookSecretRow
from services.payments.use_cases.webhook_signature import new_secret


@dataclass(frozen=True, slots=True)
class OpcoDetails:
    """Whom to invoice at an operator, and where."""

    name: str
    siret: str | None
    vat_number: str | None
    billing_address: dict[str, str]
    email: str


def set_opco(tx: Transaction, code: str, details: OpcoDetails) -> OpcoRow:
    """Set or replace an operator's details; NotFound for a code that is none of the eleven."""
    check_known(code)
    row = open_opco(tx.session, code, details.name, details.billing_address, details.email)
    row.name, row.siret, row.vat_number = details.name, details.siret, details.vat_number
    row.billing_address, row.email = details.billing_address, details.email
    keep_opco(tx.session, row)
    return row


def make_secret(tx: Transaction, code: str) -> OpcoWebhookSecretRow:
    """Accept one more signing key of an operator; the earlier ones stay good."""
    check_known(code)
    if find_opco(tx.session, code) is None:
        raise Refused("opco-without-address", f"Set the billing address of {code} first (PUT /v1/opcos/{code}).")
    return add_secret(tx.session, code, new_secret(), tx.today)


def check_known(code: str) -> None:
    """NotFound for a code that is none of the eleven operators."""
    if code not in NAMES:
        raise NotFound("The operator")
