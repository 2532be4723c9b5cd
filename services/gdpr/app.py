"""The gdpr service: privacy requests and their deadlines."""

from fastapi import FastAPI

from chassis.app import Service, create_app
from chassis.settings import load_settings
from services.gdpr.routes import privacy_requests
from services.gdpr.settings import Settings
from services.gdpr.tables import Table

SERVICE = Service(name="gdpr", title="Personal data", metadata=Table.metadata, routers=[privacy_requests.router])


def app() -> FastAPI:
    """The service, set up from the environment."""
    return create_app(SERVICE, load_settings(Settings))
