"""What an operator's system does: it signs and sends a webhook (Standard Webhooks)."""

from base64 import b64encode
from json import dumps
from uuid import uuid4

from standardwebhooks import Webhook

from chassis.clock import real_now


def approval(file_number: str, amount: str, document: bytes) -> bytes:
    """The body of an approval with direct payment, its copy inside; amount incl. tax."""
    copy = {"file_name": "accord.pdf", "media_type": "application/pdf", "content_base64": b64encode(document).decode()}
    data = {
        "file_number": file_number,
        "amount": amount,
        "tax_basis": "incl_tax",
        "direct_payment": True,
        "approval_document": copy,
    }
    return dumps({"type": "funding.approved", "timestamp": real_now().isoformat(), "data": data}).encode()


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers that a signed delivery carries, under a new id."""
    now, identifier = real_now(), f"msg_{uuid4().hex}"
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifier, now, body.decode()),
    }
