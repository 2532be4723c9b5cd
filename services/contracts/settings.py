"""The settings of contracts: those of every service."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing of its own: what the business decides stands in the terms."""
