"""What happens on the days of a request: it is recorded that they came, and the package goes when its time is over."""

from chassis.duties import Duty
from chassis.unit_of_work import Transaction
from services.gdpr.repository import cases, packages
from services.gdpr.repository.cases import Step
from services.gdpr.use_cases.deciding import OWN_NAME, request_of


def desk_day_came(tx: Transaction, duty: Duty) -> None:
    """The day that the desk works to has come, and the request is open."""
    _note(tx, duty, "desk-day-reached")


def last_day_came(tx: Transaction, duty: Duty) -> None:
    """The law's last day has come, and the request is open."""
    _note(tx, duty, "last-day-reached")


def identity_not_answered(tx: Transaction, duty: Duty) -> None:
    """The person did not answer who they are: from today on the request may be refused for it."""
    _note(tx, duty, "identity-not-answered")


def drop_package(tx: Transaction, duty: Duty) -> None:
    """The package was handed over long enough ago: its data go."""
    packages.drop_contents(tx.session, request_of(duty.subject))
    _note(tx, duty, "package-dropped")


def _note(tx: Transaction, duty: Duty, kind: str) -> None:
    row = cases.locked(tx.session, request_of(duty.subject))
    if row is not None:
        cases.note(tx.session, row, Step(kind, OWN_NAME), tx.today, tx.now)
