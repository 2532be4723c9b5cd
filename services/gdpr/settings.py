"""The gdpr service's settings."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Those of every service."""
