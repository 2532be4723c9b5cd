"""In the background: the services are asked about a person until each has answered, then the package is made.

Whoever is down is asked again until it is back, and never left out. A part is claimed by a lease, no transaction is
open while a service is asked, and an answer counts once: only while the part is still this worker's.
"""

import logging
from collections.abc import Callable, Mapping

from chassis.clock import real_now
from chassis.platform import Platform
from chassis.problems import Problem
from chassis.unit_of_work import Transaction
from services.gdpr import clients
from services.gdpr.domain import case as rules
from services.gdpr.repository import cases, matches, packages, parts
from services.gdpr.repository.cases import Step
from services.gdpr.repository.parts import Kind, Part
from services.gdpr.tables import PrivacyPartRow
from services.gdpr.use_cases import packaging
from services.gdpr.use_cases.deciding import OWN_NAME, decide

_log = logging.getLogger("privacy")


def step(platform: Platform) -> bool:
    """Do one part that can be done now; whether there was any."""
    part = _claim(platform)
    if part is None:
        return False
    try:
        _DO[part.kind](platform, part)
    except Exception as error:  # whatever it is, it must not keep the other parts waiting
        _put_off(platform, part, error)
    return True


def _claim(platform: Platform) -> Part | None:
    now = real_now()
    with platform.reading() as session:
        if not parts.is_any_ready(session, now):
            return None
    with platform.unit_of_work() as tx:
        return parts.claim(tx.session, now)


def _ask_matches(platform: Platform, part: Part) -> None:
    answer = clients.matches(platform.client, part.service, part.id, part.question)
    with platform.unit_of_work() as tx:
        row = _still_held(tx, part)
        if row is None:
            return
        matches.add(tx.session, part.request_id, part.service, answer.matches)
        row.answer, row.as_of, row.answered_at = {"truncated": answer.truncated}, answer.as_of, real_now()
        tx.session.flush()
        if parts.are_all_in(tx.session, part.request_id, Kind.MATCHES):
            decide(tx, part.request_id, rules.found, Step("candidates-found", OWN_NAME))


def _ask_records(platform: Platform, part: Part) -> None:
    answer = clients.records(platform.client, part.service, part.id, part.question)
    with platform.unit_of_work() as tx:
        row = _still_held(tx, part)
        if row is not None:
            row.answer, row.as_of, row.answered_at = answer.model_dump(mode="json"), answer.as_of, real_now()


def _make_package(platform: Platform, part: Part) -> None:
    with platform.reading() as session:
        contents = packaging.contents(session, platform, part.request_id)
    archive, readable = packaging.archive(contents), packaging.readable(contents)
    with platform.unit_of_work() as tx:
        if _still_held(tx, part) is None:
            return
        decide(tx, part.request_id, rules.gathered, Step("package-made", OWN_NAME))
        packages.add(tx.session, part.request_id, archive, readable, contents.made_on)
        # What the services answered is in the package now, and nowhere else.
        parts.forget(tx.session, part.request_id)


def _still_held(tx: Transaction, part: Part) -> PrivacyPartRow | None:
    # The request first, as every decision does, so that none waits for another the wrong way round.
    cases.locked(tx.session, part.request_id)
    return parts.still_held(tx.session, part)


def _put_off(platform: Platform, part: Part, error: Exception) -> None:
    """Nothing of what was asked or answered is logged: it is personal."""
    reason = f"{type(error).__name__} {error.status}" if isinstance(error, Problem) else type(error).__name__
    about = {"request": str(part.request_id), "kind": part.kind.value, "asked": part.service, "reason": reason}
    _log.warning("a part of an answer to a privacy request is not in yet", extra=about)
    with platform.unit_of_work() as tx:
        parts.put_off(tx.session, part, reason, real_now())


_DO: Mapping[Kind, Callable[[Platform, Part], None]] = {
    Kind.MATCHES: _ask_matches,
    Kind.RECORDS: _ask_records,
    Kind.PACKAGE: _make_package,
}
