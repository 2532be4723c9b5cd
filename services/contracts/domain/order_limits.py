"""How many orders the website takes from whoever has no account. Ours: neither the terms nor the law say it.

An order holds a seat through the withdrawal period without any payment, and has mails sent to an address that nobody
has proved to own.
"""

from datetime import datetime, timedelta

PERIOD = timedelta(hours=24)
# A family orders for itself in one day; nobody's mailbox is filled by somebody else's orders.
ORDERS_OF_AN_ADDRESS = 3
# No session is emptied in one go: staff see the orders of the day before the next ones are taken.
ORDERS_OF_A_SESSION = 10


def wait_after(newest_first: list[datetime], most: int, now: datetime) -> timedelta | None:
    """How long until one more order is taken, given the instants of those of the last period; None where it is now."""
    if len(newest_first) < most:
        return None
    return newest_first[most - 1] + PERIOD - now
