"""Funding requests and the operators they go to."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.database import insert_once
from chassis.problems import NotFound
from chassis.values.identifiers import new_id
from services.payments.tables import FundingRequestRow, OpcoRow, OpcoWebhookSecretRow, Table


def find_opco(session: Session, code: str) -> OpcoRow | None:
    """The operator with its billing address, if staff set it."""
    return session.get(OpcoRow, code)


def lock_opco(session: Session, code: str) -> OpcoRow | None:
    """The operator, locked until the transaction ends: its messages, files and money come one after another.

    Taken before any customer. Rows that refer to the operator can still be added meanwhile.
    """
    wanted = select(OpcoRow).where(OpcoRow.code == code).with_for_update(key_share=True)
    return session.exec(wanted.execution_options(populate_existing=True)).one_or_none()


def open_opco(session: Session, code: str, name: str, billing_address: dict[str, str], email: str) -> OpcoRow:
    """The operator, locked for a change; made with these details where it was not set yet."""
    row = {"code": code, "name": name, "billing_address": billing_address, "email": email}
    insert_once(session, Table.metadata.tables["opco"], row)
    return session.exec(select(OpcoRow).where(OpcoRow.code == code).with_for_update()).one()


def keep_opco(session: Session, row: OpcoRow) -> None:
    """Keep an operator."""
    session.add(row)
    session.flush()


def add_secret(session: Session, opco: str, secret: str, today: date) -> OpcoWebhookSecretRow:
    """Accept one more signing key of an operator."""
    row = OpcoWebhookSecretRow(id=new_id(), opco=opco, secret=secret, made_on=today)
    session.add(row)
    session.flush()
    return row


def drop_secret(session: Session, opco: str, identifier: UUID) -> None:
    """Accept a signing key no longer; NotFound for one that is not this operator's."""
    row = session.get(OpcoWebhookSecretRow, identifier)
    if row is None or row.opco != opco:
        raise NotFound("The secret")
    session.delete(row)
    session.flush()


def secrets_of(session: Session, opco: str) -> Sequence[OpcoWebhookSecretRow]:
    """The signing keys of an operator, newest first."""
    wanted = select(OpcoWebhookSecretRow).where(OpcoWebhookSecretRow.opco == opco)
    return session.exec(wanted.order_by(col(OpcoWebhookSecretRow.id).desc())).all()


def add_funding_request(session: Session, row: FundingRequestRow) -> None:
    """Keep a funding request."""
    session.add(row)
    session.flush()


def get_funding_request(session: Session, identifier: UUID) -> FundingRequestRow:
    """The funding request; NotFound otherwise."""
    row = session.get(FundingRequestRow, identifier)
    if row is None:
        raise NotFound("The funding request")
    return row


def find_file(session: Session, opco: str, file_number: str) -> FundingRequestRow | None:
    """The funding request of an operator's file number, as it stands now."""
    wanted = select(FundingRequestRow).where(
        FundingRequestRow.opco == opco, FundingRequestRow.file_number == file_number
    )
    return session.exec(wanted.execution_options(populate_existing=True)).one_or_none()


def requests_of_contract(session: Session, contract_id: UUID) -> Sequence[FundingRequestRow]:
    """The funding requests of a contract, in the order they were recorded."""
    wanted = select(FundingRequestRow).where(FundingRequestRow.contract_id == contract_id)
    wanted = wanted.order_by(col(FundingRequestRow.id)).execution_options(populate_existing=True)
    return session.exec(wanted).all()


def page_of_requests(
    session: Session, limit: int, after: UUID | None, contract_id: UUID | None, customer_id: UUID | None
) -> Sequence[FundingRequestRow]:
    """At most `limit` requests in the order they were recorded; filters that are None do not filter."""
    wanted = select(FundingRequestRow).order_by(col(FundingRequestRow.id)).limit(limit)
    if after is not None:
        wanted = wanted.where(FundingRequestRow.id > after)
    if contract_id is not None:
        wanted = wanted.where(FundingRequestRow.contract_id == contract_id)
    if customer_id is not None:
        wanted = wanted.where(FundingRequestRow.customer_id == customer_id)
    return session.exec(wanted).all()
