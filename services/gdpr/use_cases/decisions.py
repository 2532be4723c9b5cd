"""What the data protection officer decides on a request, each told to the person and recorded (Art. 12 GDPR)."""

from datetime import date
from uuid import UUID

from chassis.platform import Platform
from chassis.values.periods import add_months
from services.gdpr.domain import case as rules
from services.gdpr.domain.case import Ground
from services.gdpr.domain.statutory import PACKAGE_MONTHS
from services.gdpr.repository import matches, packages, parts
from services.gdpr.repository.cases import Step
from services.gdpr.tables import PrivacyRequestRow
from services.gdpr.use_cases import letters
from services.gdpr.use_cases.deciding import decide

PACKAGE_KEPT = "privacy-package-kept"
_PACKAGE_CLAUSE = "GDPR Art. 5(1)(e)"


def ask_identity(platform: Platform, request_id: UUID, reason: str, by: str) -> PrivacyRequestRow:
    """Reasonable doubt: the person is asked who they are, and the clock stands from today."""
    with platform.unit_of_work() as tx:
        step = Step("identity-asked", by, reason)
        row = decide(tx, request_id, lambda case: rules.ask_identity(case, tx.today), step)
        tx.send_mail(letters.identity_asked(row, reason, rules.identity_awaited_until(tx.today)))
        return row


def take_identity_answer(
    platform: Platform, request_id: UUID, came_on: date | None, said: str, by: str
) -> PrivacyRequestRow:
    """The answer came, today unless another day is given, and the clock runs again from that day."""
    with platform.unit_of_work() as tx:
        step = Step("identity-answered", by, said)
        return decide(tx, request_id, lambda case: rules.take_answer(case, came_on or tx.today, tx.today), step)


def establish_identity(platform: Platform, request_id: UUID, how: str, by: str) -> PrivacyRequestRow:
    """The person is who they say."""
    with platform.unit_of_work() as tx:
        step = Step("identity-established", by, how)
        return decide(tx, request_id, lambda case: rules.establish(case, tx.today), step)


def extend(platform: Platform, request_id: UUID, reasons: str, by: str) -> PrivacyRequestRow:
    """Two further months, told to the person with the reasons."""
    with platform.unit_of_work() as tx:
        row = decide(tx, request_id, lambda case: rules.extend(case, tx.today), Step("extended", by, reasons))
        tx.send_mail(letters.extended(row, reasons))
        return row


def refuse(platform: Platform, request_id: UUID, ground: Ground, reasons: str, by: str) -> PrivacyRequestRow:
    """The request is refused, told to the person with the reasons; what was found for it goes."""
    with platform.unit_of_work() as tx:
        step = Step(f"refused-{ground.replace('_', '-')}", by, reasons)
        row = decide(tx, request_id, lambda case: rules.refuse(case, ground, tx.today), step)
        for found in (parts, matches, packages):
            found.forget(tx.session, row.id)
        tx.send_mail(letters.refused(row, ground, reasons))
        return row


def deliver(platform: Platform, request_id: UUID, on: date | None, how: str, by: str) -> PrivacyRequestRow:
    """The package was handed over, today unless another day is given: the request is answered."""
    with platform.unit_of_work() as tx:
        package = packages.of(tx.session, request_id)
        ready_on = package.made_on if package is not None else tx.today
        handed_over = on or tx.today
        step = Step("delivered", by, how)
        row = decide(tx, request_id, lambda case: rules.deliver(case, handed_over, ready_on, tx.today), step)
        tx.put_duty(PACKAGE_KEPT, str(row.id), add_months(handed_over, PACKAGE_MONTHS), _PACKAGE_CLAUSE)
        tx.send_mail(letters.delivered(row, handed_over, how))
        return row
