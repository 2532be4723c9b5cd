"""Settings of payments."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service reads; payments adds nothing of its own."""
