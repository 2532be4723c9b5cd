"""The catalog's settings."""

from datetime import timedelta

from pydantic import Field

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Those of every service, and for how many minutes of real time unconfirmed seats are held."""

    seat_hold_minutes: int = Field(default=15, gt=0)

    @property
    def seat_hold(self) -> timedelta:
        """How long seats are held for a contract that is not signed yet."""
        return timedelta(minutes=self.seat_hold_minutes)
