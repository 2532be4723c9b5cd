"""Standard Webhooks signatures, wrapped: whatever is malformed is no signature, and never an error of ours.

The library knows one secret and the tolerance of five minutes of real time; several secrets, so that one can be
replaced in peace, are tried here.
"""

import base64
import secrets
from collections.abc import Iterable, Mapping
from itertools import product

from standardwebhooks import Webhook

PREFIX = "whsec_"
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def new_secret() -> str:
    """A new signing secret, to be shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes()).decode()


def is_signed(body: bytes, headers: Mapping[str, str], signing_secrets: Iterable[str]) -> bool:
    """Whether the body bears a good signature under one of the secrets, made within five minutes of now."""
    named = {name: headers.get(name, "") for name in HEADERS}
    # One at a time: the library gives up at the first signature that is not of its form.
    signatures = named["webhook-signature"].split()
    tried = product(signatures, signing_secrets)
    return any(_holds(body, {**named, "webhook-signature": signature}, secret) for signature, secret in tried)


def _holds(body: bytes, headers: dict[str, str], secret: str) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except Exception:  # noqa: BLE001 - the library raises whatever malformed input makes it raise
        return False
    return True
