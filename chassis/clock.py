"""Two clocks: the business day, which a sandbox can move, and real time.

Legal days and documents follow the business day. Tokens, tolerances, leases and retries follow real time.
"""

from datetime import UTC, date, datetime

from chassis.values.periods import PARIS


def real_now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)


class BusinessClock:
    """The day that the business lives in, Europe/Paris; real unless a sandbox moved it."""

    def __init__(self) -> None:
        self._day: date | None = None

    def today(self) -> date:
        """The business day."""
        return self._day or real_now().astimezone(PARIS).date()

    def now(self) -> datetime:
        """An instant of the business day, UTC: its date, at the real time of day."""
        local = real_now().astimezone(PARIS)
        if self._day is not None:
            local = datetime.combine(self._day, local.time(), PARIS)
        return local.astimezone(UTC)

    def move_to(self, day: date) -> None:
        """Set the business day (sandbox only; the caller decides what is allowed)."""
        self._day = day
