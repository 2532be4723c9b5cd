"""The catalog: courses, sessions, seats."""

from fastapi import FastAPI

from chassis.app import Service, create_app
from chassis.inbox import Subscription
from chassis.settings import load_settings
from services.catalog.events import ContractSigned, ContractWithdrawn
from services.catalog.routes import course_imports, courses, personal_data, seats, sessions
from services.catalog.settings import Settings
from services.catalog.tables import Table
from services.catalog.use_cases.seats import confirm_signed, free_withdrawn

SERVICE = Service(
    name="catalog",
    title="Catalog",
    metadata=Table.metadata,
    routers=[courses.router, course_imports.router, sessions.router, seats.router, personal_data.router],
    subscriptions={
        "contracts.contract-signed.v1": Subscription(ContractSigned, confirm_signed),
        "contracts.contract-withdrawn.v1": Subscription(ContractWithdrawn, free_withdrawn),
    },
)


def app() -> FastAPI:
    """The service, set up from the environment."""
    return create_app(SERVICE, load_settings(Settings))
