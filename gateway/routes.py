"""Which service answers what: the whole public API as one table."""

from collections.abc import Mapping
from typing import Final

CATALOG: Final = "catalog"
CONTRACTS: Final = "contracts"
PAYMENTS: Final = "payments"
GDPR: Final = "gdpr"
SERVICES: Final = (CATALOG, CONTRACTS, PAYMENTS, GDPR)

RESOURCES: Final[Mapping[str, str]] = {
    "courses": CATALOG,
    "course-imports": CATALOG,
    "sessions": CATALOG,
    "legal-entities": CONTRACTS,
    "customers": CONTRACTS,
    "proposals": CONTRACTS,
    "offers": CONTRACTS,
    "orders": CONTRACTS,
    "contracts": CONTRACTS,
    "terms": CONTRACTS,
    "deposit-requests": PAYMENTS,
    "receipts": PAYMENTS,
    "refunds": PAYMENTS,
    "invoices": PAYMENTS,
    "funding-requests": PAYMENTS,
    "opcos": PAYMENTS,
    "webhook-deliveries": PAYMENTS,
    "accounts": PAYMENTS,
    "reference-rates": PAYMENTS,
    "privacy-requests": GDPR,
    "processing-register": GDPR,
    "processing-register.csv": GDPR,
}

# Resources that every service has, each under its own name: /v1/duties/catalog.
_OF_EVERY_SERVICE: Final = frozenset({"duties", "dead-letters", "personal-data"})


def owner(path: str) -> str | None:
    """The service that answers the path, None where no service does.

    path: as it came over the wire, still percent-encoded; what is spelt otherwise than the table is not found.
    """
    _, _, rest = path.partition("/")
    first, _, rest = rest.partition("/")
    if first == "v1":
        resource, _, rest = rest.partition("/")
        return _named(rest) if resource in _OF_EVERY_SERVICE else RESOURCES.get(resource)
    if first == "webhooks":
        return _webhooks_of(rest)
    return None


def _named(rest: str) -> str | None:
    service = rest.partition("/")[0]
    return service if service in SERVICES else None


def _webhooks_of(rest: str) -> str | None:
    family, _, opco = rest.partition("/")
    return PAYMENTS if family == "opco" and opco and "/" not in opco else None
