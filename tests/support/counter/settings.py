"""The counter adds no settings of its own."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Those of every service."""
