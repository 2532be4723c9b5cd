"""The gdpr service: privacy requests, their deadlines and their answers; the register of processing activities."""

from fastapi import FastAPI

from chassis.app import Service, create_app
from chassis.settings import load_settings
from services.gdpr.routes import decisions, packages, privacy_requests, register
from services.gdpr.settings import Settings
from services.gdpr.tables import Table
from services.gdpr.use_cases import gathering, reminders
from services.gdpr.use_cases.deciding import DESK_DAY, IDENTITY_AWAITED, LAST_DAY
from services.gdpr.use_cases.decisions import PACKAGE_KEPT

SERVICE = Service(
    name="gdpr",
    title="Personal data",
    metadata=Table.metadata,
    routers=[privacy_requests.router, decisions.router, packages.router, register.router],
    duties={
        DESK_DAY: reminders.desk_day_came,
        LAST_DAY: reminders.last_day_came,
        IDENTITY_AWAITED: reminders.identity_not_answered,
        PACKAGE_KEPT: reminders.drop_package,
    },
    background={"gathering": gathering.step},
)


def app() -> FastAPI:
    """The service, set up from the environment."""
    return create_app(SERVICE, load_settings(Settings))
