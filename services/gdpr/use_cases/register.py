"""The register of processing activities (Art. 30 GDPR), read off what every service declares of its columns."""

import csv
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from io import StringIO

from pydantic import Field

from chassis import own_personal_data
from chassis.clock import real_now
from chassis.fields import View
from chassis.personal_views import DeclarationsView, HoldingView, table_view
from chassis.platform import Platform
from chassis.problems import Problem
from services.gdpr import clients
from services.gdpr.documents.wording import SECURITY_MEASURES
from services.gdpr.personal_data import DECLARATIONS
from services.gdpr.settings import settings_of
from services.gdpr.use_cases.deciding import OWN_NAME


class ActivityView(View):
    """One processing activity; all but name, services and tables in French. retention: how long what is kept."""

    name: str
    title: str
    bases: list[str]
    people: list[str]
    categories: list[str]
    sources: list[str]
    recipients: list[str]
    retention: list[str]
    services: list[str]
    tables: list[str] = Field(description="service.table")


class RegisterView(View):
    """The register as it stands (Art. 30(1)). controller, officer: who answers for the data, and the officer's contact.

    transfers: to third countries; security: the measures that protect every activity's data; both in French.
    """

    controller: str
    officer: str
    transfers: str
    security: list[str]
    as_of: datetime
    activities: list[ActivityView]


COLUMNS = (
    "Finalité",
    "Catégorie de données",
    "Fondement",
    "Personnes concernées",
    "Origine",
    "Destinataires",
    "Conservation",
    "Services",
    "Transferts",
    "Mesures de sécurité",
    "Responsable du traitement",
    "Délégué à la protection des données",
)
Held = tuple[str, str, HoldingView]


def register(platform: Platform) -> RegisterView:
    """The register; Problem 503 naming the service that does not answer, as a part would not be the register."""
    declared = [*(_ask(platform, service) for service in clients.SERVICES), _own()]
    by_activity: dict[str, list[Held]] = {}
    for part in declared:
        for table in part.tables:
            for holding in table.holdings:
                by_activity.setdefault(holding.purpose.name, []).append((part.service, table.table, holding))
    settings = settings_of(platform)
    return RegisterView(
        controller=settings.controller,
        officer=settings.officer,
        transfers=settings.transfers,
        security=list(SECURITY_MEASURES),
        as_of=real_now(),
        activities=[_activity(held) for held in by_activity.values()],
    )


def register_csv(platform: Platform) -> bytes:
    """The register as a table, a row for each category of data of a purpose; Problem 503 as `register`.

    UTF-8 with its mark and semicolons, as a French spreadsheet reads it.
    """
    made, kept = StringIO(), register(platform)
    table = csv.writer(made, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    for each in kept.activities:
        lists = (each.bases, each.people, each.sources, each.recipients, each.retention, each.services)
        for category in each.categories:
            of_all = (kept.transfers, _cell(kept.security), kept.controller, kept.officer)
            table.writerow([each.title, category, *map(_cell, lists), *of_all])
    return made.getvalue().encode("utf-8-sig")


def _cell(words: Iterable[str]) -> str:
    return " | ".join(words)


def _ask(platform: Platform, service: str) -> DeclarationsView:
    try:
        return clients.declarations(platform.client, service)
    except Problem as problem:
        detail = f"The service {service} does not say what it holds: the register would not be whole. Ask again."
        headers = {"Retry-After": "1"}
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, headers=headers, service=service
        ) from problem


def _own() -> DeclarationsView:
    tables = [table_view(each) for each in (*DECLARATIONS, *own_personal_data.DECLARATIONS)]
    return DeclarationsView(service=OWN_NAME, as_of=real_now(), tables=tables)


def _activity(held: list[Held]) -> ActivityView:
    holdings = [holding for _, _, holding in held]
    purpose = holdings[0].purpose
    return ActivityView(
        name=purpose.name,
        title=purpose.title,
        bases=_once(f"{each.basis.ground} (art. 6(1)({each.basis.letter}))" for each in holdings),
        people=_once(each.people.french for each in holdings),
        categories=_once(field.category.french for each in holdings for field in each.fields),
        sources=_once(each.source.french for each in holdings),
        recipients=_once(recipient for each in holdings for recipient in each.purpose.recipients),
        retention=_once(each.retention.french for each in holdings),
        services=_once(service for service, _, _ in held),
        tables=_once(f"{service}.{table}" for service, table, _ in held),
    )


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
